"""Writing an audit folder: each file whole or not at all, `audit.json` last."""

from __future__ import annotations

import hashlib
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
    with scratch.open("r+b") as file:
        os.fsync(file.fileno())
    scratch.replace(path)


def write_table(path: Path, table: pa.Table) -> None:
    """Write a Parquet file, whole or not at all."""
    scratch = path.with_name(f".{path.name}.part")
    with scratch.open("wb") as sink:
        pq.write_table(table, sink, compression="zstd")
    _replace(path, scratch)


def is_encodable(facts: dict[str, Any]) -> bool:
    """Whether all strings have a UTF-8: the path of a file whose name is not UTF-8 has none."""
    try:
        json.dumps(facts, ensure_ascii=False).encode("utf-8")
    except UnicodeEncodeError:
        return False
    return True


def write_json(path: Path, facts: dict[str, Any]) -> None:
    """Write a JSON file, whole or not at all."""
    scratch = path.with_name(f".{path.name}.part")
    text = json.dumps(facts, indent=1, ensure_ascii=not is_encodable(facts))
    scratch.write_text(text + "\n", "utf-8", newline="\n")
    _replace(path, scratch)


TABLES = ("shards", "alignments", "extracts", "matches", "works")
"""The Parquet files of an audit folder."""
FILES = ("audit.json", *(f"{name}.parquet" for name in TABLES))
"""The files whose hashes stand in the log."""


def write_audit(folder: Path, tables: AuditTables, facts: dict[str, Any]) -> dict[str, str]:
    """Write the files of an audit folder; `audit.json` comes last and makes it an audit.

    Returns the SHA-256 (hex) of each file.
    """
    (folder / "audit.json").unlink(missing_ok=True)
    for name in TABLES:
        write_table(folder / f"{name}.parquet", getattr(tables, name))
    write_json(folder / "audit.json", facts)
    return {name: file_sha256(folder / name) for name in FILES}


def file_sha256(path: Path) -> str:
    """Return SHA-256 of a file (hex)."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
