"""Scanning one row group of a shard."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pyarrow.compute as pc
from numpy.typing import NDArray

from provaudit.dataset.leaves import cells_of
from provaudit.dataset.parquet import RowGroup, ShardFile
from provaudit.dataset.planning import ShardPlan
from provaudit.matching.alignment import CONTEXT, Alignment, PlacedText, WorkTexts
from provaudit.matching.cells import Scanner, scan_batch
from provaudit.matching.journal import GroupResult

PROVENANCE = ("row_id", "url", "date", "licence", "dump")


@dataclass
class _Counts:
    rows: int = 0
    text_bytes: int = 0
    null: int = 0
    short: int = 0
    found: list[dict[str, Any]] = field(default_factory=list)


def _digest(*parts: object) -> str:
    return hashlib.sha256("\x1f".join(map(str, parts)).encode("utf-8", "replace")).hexdigest()


def _record(
    alignment: Alignment, cell: PlacedText, work: PlacedText, address: tuple[str, int, int, str]
) -> dict[str, Any]:
    """Return an alignment's row of the part file, provenance left out."""
    shard, row_group, row, column = address
    (c0, c1), (w0, w1) = alignment.cell_span, alignment.work_span
    spans = (alignment.work_id, w0, w1, cell.sha256, c0, c1)
    return {
        "match_id": _digest(shard, row, column, *spans)[:24],
        "finding_id": _digest(*spans)[:24],
        "work_id": alignment.work_id,
        "shard": shard,
        "row_group": row_group,
        "row": row,
        "column": column,
        "cell_sha256": cell.sha256,
        "cell_start": c0,
        "cell_end": c1,
        "work_start": w0,
        "work_end": w1,
        "tokens": alignment.tokens,
        "longest_run": alignment.longest_run,
        "identity": alignment.tokens / alignment.columns,
        "char_identity": alignment.char_identity,
        "bits": alignment.bits,
        "verified": alignment.verified,
        "work_token_start": alignment.work_tokens[0],
        "work_token_end": alignment.work_tokens[1],
        "score": alignment.score,
        "columns_aligned": alignment.columns,
        "cell_token_start": alignment.cell_tokens[0],
        "cell_token_end": alignment.cell_tokens[1],
        "runs": alignment.runs.ravel(),
        "cell_text": cell.text[c0:c1],
        "work_text": work.text[w0:w1],
        "before": cell.text[max(0, c0 - CONTEXT) : c0],
        "after": cell.text[c1 : c1 + CONTEXT],
    }


def _scan_leaf(
    cells: Any,
    scanner: Scanner,
    works: WorkTexts,
    address: tuple[str, int, int, str],
    counts: _Counts,
) -> NDArray[np.bool_]:
    """Scan one leaf of a batch; return which rows have a cell long enough to be looked at."""
    shard, row_group, first_row, column = address
    results, long_enough = scan_batch(cells, scanner, works)
    for result in results:
        place = (shard, row_group, first_row + result.cell, column)
        counts.found += [
            _record(a, result.text, works.of(a.work_id), place) for a in result.alignments
        ]
    return long_enough


def scan_group(
    file: ShardFile, plan: ShardPlan, group: RowGroup, scanner: Scanner, works: WorkTexts, part: str
) -> tuple[GroupResult, list[dict[str, Any]]]:
    """Scan the text leaves of one row group.

    Returns what was read, and the rows of its part file named `part`.
    """
    counts = _Counts()
    for batch in file.batches(group, plan.leaves):
        some, long_enough = np.zeros(batch.num_rows, np.bool_), np.zeros(batch.num_rows, np.bool_)
        for leaf in plan.leaves:
            cells = cells_of(batch.column(leaf.steps[0]), leaf)
            some |= cells.is_valid().to_numpy(zero_copy_only=False)
            counts.text_bytes += pc.sum(pc.binary_length(cells)).as_py() or 0
            address = (plan.shard.name, group.number, group.first_row + counts.rows, leaf.path)
            long_enough |= _scan_leaf(cells, scanner, works, address, counts)
        counts.rows += batch.num_rows
        counts.null += int((~some).sum())
        counts.short += int((some & ~long_enough).sum())
    _add_provenance(file, plan, group, counts.found)
    result = GroupResult(
        shard=plan.shard.name,
        row_group=group.number,
        rows=counts.rows,
        text_bytes=counts.text_bytes,
        rows_null=counts.null,
        rows_short=counts.short,
        part=part if counts.found else None,
    )
    return result, counts.found


def _add_provenance(
    file: ShardFile, plan: ShardPlan, group: RowGroup, found: list[dict[str, Any]]
) -> None:
    rows = sorted({record["row"] for record in found})
    paths = dict(plan.provenance)
    values: dict[str, list[str | None]] = {}
    if rows and paths:
        local = [row - group.first_row for row in rows]
        values = file.values(group, sorted(set(paths.values())), local)
    place = {row: i for i, row in enumerate(rows)}
    for record in found:
        for kind in PROVENANCE:
            of_kind = values.get(paths.get(kind, ""))
            record[kind] = of_kind[place[record["row"]]] if of_kind else None
