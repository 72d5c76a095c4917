"""Which alignments are matches, and which of them another work explains better."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import groupby

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

MATCH_BITS = 80.0
"""The best alignment of a work in a cell is a match from here on: in the prototype's corpora
0.25 chance matches for each million catalogue tokens, and twenty clean words have 160 bits."""
PASSAGE_BITS = 40.0
"""Further alignments of a work in a cell that has a match."""
ADDRESS = ("shard", "row", "column")


@dataclass(frozen=True)
class Credit:
    """Which other works hold a match's text."""

    shared: bool
    """Whether matches of other works cover more than half of its span in the cell."""
    explained_by: str | None
    """The best of the works whose better-scoring matches do."""


def accepted(alignments: pa.Table, match_bits: float = MATCH_BITS) -> pa.Table:
    """Return the alignments that are matches.

    Those of a work in a cell count from `PASSAGE_BITS` once the best of them has `match_bits`.
    """
    keys = ["work_id", *ADDRESS]
    alignments = alignments.filter(alignments["verified"])
    best = alignments.group_by(keys).aggregate([("bits", "max")])
    best = best.filter(pc.greater_equal(best["bits_max"], match_bits)).select(keys)
    enough = alignments.append_column("place", pa.array(np.arange(len(alignments))))
    enough = enough.filter(pc.greater_equal(enough["bits"], PASSAGE_BITS))
    # a join moves nested columns badly: take the rows by their places instead
    places = enough.select([*keys, "place"]).join(best, keys, join_type="inner")["place"]
    return alignments.take(places.take(pc.sort_indices(places)))


def _cells(matches: pa.Table) -> Iterator[list[int]]:
    """Group row numbers of `matches` by cell."""
    columns = [matches[name].to_pylist() for name in ADDRESS]
    keys = list(zip(*columns, strict=True))
    order = sorted(range(len(keys)), key=keys.__getitem__)
    for _, rows in groupby(order, key=keys.__getitem__):
        yield list(rows)


def credits(matches: pa.Table) -> list[Credit]:
    """Say of each match which other works hold the same text of its cell."""
    works = matches["work_id"].to_pylist()
    codes = np.unique(np.array(works, object).astype(str), return_inverse=True)[1]
    spans = np.stack([matches["cell_start"].to_numpy(), matches["cell_end"].to_numpy()], axis=1)
    scores = matches["score"].to_numpy()
    out = [Credit(False, None)] * len(works)
    for rows in _cells(matches):
        if len({works[r] for r in rows}) > 1:
            cell = np.array(rows)
            for row in rows:
                others = cell[codes[cell] != codes[row]]
                out[row] = _credit(row, others, works, spans, scores)
    return out


def _credit(
    row: int,
    others: NDArray[np.int64],
    works: list[str],
    spans: NDArray[np.int64],
    scores: NDArray[np.int64],
) -> Credit:
    """Credit one match; `others` are the cell's matches of other works."""
    start, end = spans[row]
    others = others[(spans[others, 0] < end) & (start < spans[others, 1])]
    if 2 * _covered(spans[others], start, end) <= end - start:
        return Credit(False, None)
    better = others[scores[others] > scores[row]]
    if 2 * _covered(spans[better], start, end) <= end - start:
        return Credit(True, None)
    best = max(better.tolist(), key=lambda r: (scores[r], works[r]))
    return Credit(True, works[best])


def _covered(spans: NDArray[np.int64], start: int, end: int) -> int:
    total, last = 0, int(start)
    for a, b in sorted(map(tuple, spans)):
        first, stop = max(int(a), last), min(int(b), int(end))
        if stop > first:
            total, last = total + stop - first, stop
    return total
