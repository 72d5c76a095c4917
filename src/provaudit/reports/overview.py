"""From an audit folder to the values that are shown of it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Any

from provaudit.audit_folder.reading import Audit
from provaudit.reports.model import STATUSES, Overview, Summary, Unread, WorkRow


def overview(audit: Audit) -> Overview:
    """Return everything that is shown of an audit but its passages.

    Raises
    ------
    DamagedError
        Where a table of the audit cannot be read.
    """
    works = tuple(sorted(map(WorkRow.read, audit.works().to_pylist()), key=WorkRow.order))
    shards = audit.shards().to_pylist()
    reading = section(audit.facts, "reading")
    return Overview(
        summary=_summary(audit.facts, works, shards),
        works=works,
        failed_shards=tuple(
            Unread(s["shard"], s["status"], s["reason"] or "no reason was recorded")
            for s in shards
            if s["status"] != "read"
        ),
        skipped_inputs=_unread(section(audit.facts, "catalogue").get("skipped"), "source"),
        skipped_columns=_unread(reading.get("columns_not_scanned"), "column"),
        facts=audit.facts,
        redacted=not (audit.folder / "extracts.parquet").exists(),
    )


def section(facts: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    """Return one object of `audit.json`, empty where it is missing or something else."""
    value = facts.get(name)
    return value if isinstance(value, dict) else {}


def _summary(
    facts: Mapping[str, Any], works: tuple[WorkRow, ...], shards: list[dict[str, Any]]
) -> Summary:
    """Count from the tables; take from `audit.json` only what they do not hold."""
    reading, tally = section(facts, "reading"), Counter(work.status for work in works)
    estimate = section(facts, "summary").get("works_estimate")
    others = sorted(set(tally) - set(STATUSES))
    return Summary(
        complete=facts.get("complete") is True,
        works=len(works),
        tallies=tuple((status, tally[status]) for status in (*STATUSES, *others)),
        shards=len(shards),
        shards_read=sum(s["status"] == "read" for s in shards),
        rows=_whole(section(facts, "dataset").get("rows")),
        rows_read=_whole(reading.get("rows_read")) or sum(s["rows_read"] or 0 for s in shards),
        read_share=_share(reading.get("read_share")),
        text_bytes=_whole(reading.get("text_bytes")),
        columns=tuple(str(name) for name in _items(reading.get("columns_scanned"))),
        estimate=estimate if isinstance(estimate, dict) else None,
    )


def _unread(items: Any, name: str) -> tuple[Unread, ...]:
    """Return the skipped things of `audit.json`, each an object with a reason."""
    return tuple(
        Unread(
            str(item.get(name) or "?"),
            str(item.get("kind") or ""),
            str(item.get("reason") or "no reason was recorded"),
        )
        for item in _items(items)
        if isinstance(item, dict)
    )


def _items(value: Any) -> Iterable[Any]:
    return value if isinstance(value, list) else ()


def _whole(value: Any) -> int | None:
    return value if isinstance(value, int) and not isinstance(value, bool) else None


def _share(value: Any) -> float | None:
    """Return a number from 0 to 1, or None for anything else."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    return float(value) if 0 <= value <= 1 else None
