"""Opening an audit folder."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from provaudit.audit_folder.schemas import AUDIT_SCHEMA, EXTRACTS, MATCHES, SHARDS, WORKS
from provaudit.errors import DamagedError, UsageError
from provaudit.paths import arrow_path


@dataclass(frozen=True)
class Audit:
    """An audit folder, opened; tables are read when asked for."""

    folder: Path
    """Where it lies."""
    facts: dict[str, Any]
    """The content of `audit.json`."""

    def table(self, name: str, schema: pa.Schema) -> pa.Table:
        """Read `<name>.parquet`; raise `DamagedError` where it is not what it should be."""
        path = self.folder / f"{name}.parquet"
        try:
            with pa.OSFile(arrow_path(path)) as source:
                table = pq.read_table(source)
        except (OSError, pa.ArrowException) as error:
            raise DamagedError(
                f"{path} cannot be read ({error}); run the scan again into a new folder."
            ) from None
        missing = set(schema.names) - set(table.column_names)
        if missing:
            raise DamagedError(
                f"{path} has no column {', '.join(sorted(missing))}; "
                "run the scan again into a new folder."
            )
        return table.select(schema.names)

    def matches(self) -> pa.Table:
        """Return `matches.parquet` (schema `MATCHES`)."""
        return self.table("matches", MATCHES)

    def works(self) -> pa.Table:
        """Return `works.parquet` (schema `WORKS`)."""
        return self.table("works", WORKS)

    def shards(self) -> pa.Table:
        """Return `shards.parquet` (schema `SHARDS`)."""
        return self.table("shards", SHARDS)

    def extracts(self) -> pa.Table | None:
        """Return `extracts.parquet` (schema `EXTRACTS`), or None in a redacted audit."""
        if not (self.folder / "extracts.parquet").exists():
            return None
        return self.table("extracts", EXTRACTS)


def open_audit(folder: Path) -> Audit:
    """Open a finished audit folder.

    Raises
    ------
    UsageError
        Where there is no audit, or a scan into it has not finished.
    DamagedError
        Where `audit.json` is not what it should be.
    """
    path = folder / "audit.json"
    if not path.exists():
        if (folder / "scan").exists():
            raise UsageError(
                f"{folder} holds a scan that has not finished; run the same scan again to resume."
            )
        raise UsageError(f"{folder} is not an audit folder: it has no audit.json.")
    try:
        facts = json.loads(path.read_text("utf-8"))
    except (OSError, ValueError) as error:
        raise DamagedError(f"{path} cannot be read ({error}); restore it or scan again.") from None
    if not isinstance(facts, dict) or facts.get("schema") != AUDIT_SCHEMA:
        raise DamagedError(
            f"{path} is not of schema {AUDIT_SCHEMA}; scan again with this version of provaudit."
        )
    return Audit(folder, facts)
