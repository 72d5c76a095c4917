"""Writing an audit folder: each file whole or not at all, `audit.json` last."""

from __future__ import annotations

import json
import os
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq


@dataclass(frozen=True)
class AuditTables:
    """The tables of an audit folder (schemas in `schemas.py`)."""

    matches: pa.Table
    """One row a match."""
    works: pa.Table
    """One row a work."""
    shards: pa.Table
    """One row a shard."""
    alignments: pa.Table
    """One row an alignment above the floor."""
    extracts: pa.Table
    """The texts of the matches."""


def _replace(path: Path, scratch: Path) -> None:
    with scratch.open("rb") as file:
        os.fsync(file.fileno())
    scratch.replace(path)


def write_table(path: Path, table: pa.Table) -> None:
    """Write a Parquet file, whole or not at all."""
    scratch = path.with_name(f".{path.name}.part")
    pq.write_table(table, scratch, compression="zstd")
    _replace(path, scratch)


def write_json(path: Path, facts: dict[str, Any]) -> None:
    """Write a JSON file, whole or not at all."""
    scratch = path.with_name(f".{path.name}.part")
    text = json.dumps(facts, indent=1, ensure_ascii=False)
    scratch.write_text(text + "\n", "utf-8", newline="\n")
    _replace(path, scratch)


def write_audit(folder: Path, tables: AuditTables, facts: dict[str, Any]) -> None:
    """Write the files of an audit folder; `audit.json` comes last and makes it an audit."""
    (folder / "audit.json").unlink(missing_ok=True)
    for name in ("shards", "alignments", "extracts", "matches", "works"):
        write_table(folder / f"{name}.parquet", getattr(tables, name))
    write_json(folder / "audit.json", facts)
