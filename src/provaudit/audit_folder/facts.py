"""The content of `audit.json`."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from provaudit.audit_folder.digest import result_digest
from provaudit.audit_folder.schemas import AUDIT_SCHEMA
from provaudit.audit_folder.writing import AuditTables
from provaudit.version import __version__

STATUSES = ("detected", "detected_in_part", "short_passages", "undetermined", "not_detected")


def _sum(table: pa.Table, column: str) -> int:
    return int(pc.sum(table[column]).as_py() or 0)


def _reading(
    shards: pa.Table,
    columns: tuple[Sequence[str], Sequence[tuple[str, str]]],
    read_share: float,
) -> dict[str, Any]:
    statuses = shards["status"].to_pylist()
    return {
        "shards_read": statuses.count("read"),
        "shards_incomplete": statuses.count("incomplete"),
        "shards_failed": statuses.count("failed"),
        "rows_read": _sum(shards, "rows_read"),
        "rows_null": _sum(shards, "rows_null"),
        "rows_short": _sum(shards, "rows_short"),
        "text_bytes": _sum(shards, "text_bytes"),
        "read_share": read_share,
        "columns_scanned": list(columns[0]),
        "columns_not_scanned": [{"column": c, "reason": r} for c, r in columns[1]],
    }


def works_by_status(works: pa.Table) -> dict[str, int]:
    """Return how many works have each status, all statuses named."""
    statuses = works["status"].to_pylist()
    return {status: statuses.count(status) for status in STATUSES}


def audit_facts(
    tables: AuditTables,
    *,
    scheme: dict[str, Any],
    parameters: dict[str, Any],
    catalogue: dict[str, Any],
    columns: tuple[Sequence[str], Sequence[tuple[str, str]]],
    read_share: float,
    dataset_names: Sequence[str],
    local: dict[str, Any],
) -> dict[str, Any]:
    """Return the content of `audit.json`; only `local` depends on the machine and the moment."""
    shards = tables.shards
    counted = works_by_status(tables.works)
    failures = sum(s["is_failure"] for s in catalogue["skipped"])
    reading = _reading(shards, columns, read_share)
    return {
        "schema": AUDIT_SCHEMA,
        "complete": reading["shards_read"] == len(shards) and not failures,
        "tool": {"name": "provaudit", "version": __version__},
        "scheme": scheme,
        "parameters": parameters,
        "catalogue": catalogue,
        "dataset": {
            "names": list(dataset_names),
            "revision": None,
            "shards": len(shards),
            "rows": _sum(shards, "rows"),
            "bytes": _sum(shards, "bytes"),
        },
        "reading": reading,
        "summary": {
            "works_by_status": counted,
            "works_detected": counted["detected"] + counted["detected_in_part"],
            "works_estimate": None,
        },
        "result_digest": result_digest(tables.matches, tables.works),
        "local": local,
    }
