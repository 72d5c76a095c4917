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
    ids, works = np.unique(
        np.array(matches["work_id"].to_pylist(), dtype=np.str_), return_inverse=True
    )
    spans = np.stack([matches["cell_start"].to_numpy(), matches["cell_end"].to_numpy()], axis=1)
    scores = matches["score"].to_numpy()
    out = [Credit(False, None)] * len(works)
    for rows in _cells(matches):
        cell = np.array(rows)
        if len(np.unique(works[cell])) > 1:
            found = _credit_cell(spans[cell], works[cell], scores[cell])
            for row, (shared, better) in zip(rows, found, strict=True):
                out[row] = Credit(shared, None if better < 0 else str(ids[better]))
    return out


def _credit_cell(
    spans: NDArray[np.int64], works: NDArray[np.int64], scores: NDArray[np.int64]
) -> list[tuple[bool, int]]:
    """Return (shared, explaining work or -1) of the matches of one cell.

    The cell is cut where spans start or end. Each piece knows the best score and its work, and
    the best score of another work; so no match is compared with each other one.
    """
    cuts = np.unique(spans)
    first, stop = np.searchsorted(cuts, spans[:, 0]), np.searchsorted(cuts, spans[:, 1])
    lengths = np.diff(cuts)
    best, second = np.full((2, len(lengths)), -1, np.int64)
    best_work, second_work = np.full((2, len(lengths)), -1, np.int64)
    for match in np.lexsort((works, scores)):
        piece, work = slice(first[match], stop[match]), works[match]
        other = best_work[piece] != work
        second[piece] = np.where(other, best[piece], second[piece])
        second_work[piece] = np.where(other, best_work[piece], second_work[piece])
        best[piece], best_work[piece] = scores[match], work
    out = []
    for match, work in enumerate(works):
        piece, half = slice(first[match], stop[match]), (spans[match, 1] - spans[match, 0]) / 2
        mine = best_work[piece] == work
        rival = np.where(mine, second[piece], best[piece])
        rival_work = np.where(mine, second_work[piece], best_work[piece])
        shared = bool(lengths[piece][rival >= 0].sum() > half)
        better = rival > scores[match]
        explained = lengths[piece][better].sum() > half
        out.append((shared, int(rival_work[better][rival[better].argmax()]) if explained else -1))
    return out
