"""An audit as plain values, for programs."""

from __future__ import annotations

import json
import math
from dataclasses import asdict
from typing import Any

from provaudit.audit_folder.reading import Audit
from provaudit.reports.choosing import work_named
from provaudit.reports.model import WorkRow
from provaudit.reports.overview import overview
from provaudit.reports.passages import Passages
from provaudit.reports.sentences import sentences


def audit_as_json(audit: Audit) -> dict[str, Any]:
    """Return what an audit found, without its texts.

    Strings are as found in the data, so that a program can look them up again: write the result
    with `json_text`, which escapes what a terminal would obey.

    Raises
    ------
    DamagedError
        Where a table of the audit cannot be read.
    """
    view = overview(audit)
    return {
        # `local` names folders and machines of the person who ran the scan
        **{key: value for key, value in view.facts.items() if key != "local"},
        "sentences": sentences(view),
        "redacted": view.redacted,
        "works": _works(audit, view.works),
        "failed_shards": [
            {"shard": s.name, "status": s.kind, "reason": s.reason} for s in view.failed_shards
        ],
    }


def work_as_json(audit: Audit, work_id: str) -> dict[str, Any]:
    """Return one work and all its passages, strongest first, with their whole texts.

    Raises
    ------
    UsageError
        Where the audit has no such work; the message names the closest ids.
    DamagedError
        Where a table of the audit cannot be read.
    """
    work = work_named(overview(audit), work_id)
    found = Passages(audit, only=work_id).strongest(work_id)
    return {"work": _works(audit, (work,))[0], "passages": [asdict(p) for p in found]}


def json_text(value: dict[str, Any]) -> str:
    """Return JSON in which every character beyond ASCII and every control code is escaped."""
    return json.dumps(_finite(value), ensure_ascii=True, allow_nan=False, indent=2)


def _works(audit: Audit, works: tuple[WorkRow, ...]) -> list[dict[str, Any]]:
    """Return all columns of the given works, in their order."""
    rows = {row["work_id"]: row for row in audit.works().to_pylist()}
    return [{**rows[w.work_id], "extra": dict(rows[w.work_id]["extra"] or ())} for w in works]


def _finite(value: Any) -> Any:
    """Return `value` with None for the floats that JSON cannot write."""
    if isinstance(value, dict):
        return {str(key): _finite(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_finite(item) for item in value]
    return None if isinstance(value, float) and not math.isfinite(value) else value
