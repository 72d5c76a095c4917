"""What a finished scan has read, as tables of the audit folder."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from provaudit.audit_folder.schemas import EXTRACTS, SHARDS
from provaudit.dataset.planning import Plan, ShardPlan
from provaudit.matching.journal import GroupResult
from provaudit.matching.scanning import ShardOutcome


def _status(plan: ShardPlan, outcome: ShardOutcome, rows_read: int) -> tuple[str, str | None]:
    reason = "; ".join(outcome.problems) or None
    if plan.problem is not None or (reason and rows_read == 0):
        return "failed", reason
    if reason or rows_read < plan.rows:
        return "incomplete", reason
    return "read", None if plan.leaves else "no text column"


def _shard_row(
    plan: ShardPlan, outcome: ShardOutcome, results: Sequence[GroupResult]
) -> dict[str, Any]:
    rows_read = sum(r.rows for r in results)
    status, reason = _status(plan, outcome, rows_read)
    known = plan.problem is None
    return {
        "shard": plan.shard.name,
        "bytes": plan.bytes if plan.modified else None,
        "sha256": outcome.sha256,
        "sha256_kind": "read" if outcome.sha256 else None,
        "rows": plan.rows if known else None,
        "row_groups": len(plan.row_groups) if known else None,
        "rows_read": rows_read,
        "text_bytes": sum(r.text_bytes for r in results),
        "rows_null": sum(r.rows_null for r in results),
        "rows_short": sum(r.rows_short for r in results),
        "status": status,
        "reason": reason,
    }


def shards_table(
    plan: Plan, outcomes: Mapping[str, ShardOutcome], results: Sequence[GroupResult]
) -> pa.Table:
    """Return one row a shard (schema `SHARDS`)."""
    of_shard: dict[str, list[GroupResult]] = defaultdict(list)
    for result in results:
        of_shard[result.shard].append(result)
    rows = [
        _shard_row(p, outcomes[p.shard.name], of_shard[p.shard.name])
        for p in sorted(plan.shards, key=lambda p: p.shard.name)
    ]
    return pa.Table.from_pylist(rows, SHARDS)


def read_share(shards: pa.Table) -> float:
    """Return the share of the dataset that was read: of its bytes, by each shard's rows."""
    read = total = 0.0
    for shard in shards.to_pylist():
        size = shard["bytes"] or 1
        total += size
        if shard["rows"]:
            read += size * shard["rows_read"] / shard["rows"]
        elif shard["status"] == "read":
            read += size
    if all(status == "read" for status in shards["status"].to_pylist()):
        return 1.0
    # a share that rounds to everything must not say so
    return min(read / total, 1.0 - 1e-9)


def extracts_of(parts: pa.Table, matches: pa.Table) -> pa.Table:
    """Return the texts of the matches, in their order (schema `EXTRACTS`)."""
    places = pc.index_in(matches["match_id"], value_set=parts["match_id"].combine_chunks())
    columns = [parts[name].take(places) for name in EXTRACTS.names]
    return pa.table(columns, schema=EXTRACTS)
