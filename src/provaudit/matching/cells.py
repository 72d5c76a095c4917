"""Scanning the cells of one column of a batch."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from provaudit.index.reading import Index
from provaudit.matching.alignment import (
    Alignment,
    PlacedText,
    WorkTexts,
    check_alignment,
    without_repeats,
)
from provaudit.matching.kernel import CELL, SCORE, WORK, scan_cells
from provaudit.matching.lookup import Lookup, build_lookup
from provaudit.matching.parameters import BEST_FLOOR
from provaudit.scheme import parameters
from provaudit.scheme.tables import load_table


@dataclass(frozen=True)
class CellResult:
    """The alignments of one cell."""

    cell: int
    """Row of the batch."""
    text: PlacedText
    """The cell's text, U+FFFD in place of what was not UTF-8."""
    alignments: tuple[Alignment, ...]
    """Strongest first within a work."""


@dataclass(frozen=True)
class Scanner:
    """A catalogue, ready to be looked for; shared by all threads but for `texts`."""

    lookup: Lookup
    """The arrays that the kernel reads."""
    indexes: tuple[Index, ...]
    """Where they come from."""
    work_ids: list[str]
    """The works' ids, in the order that the kernel counts them."""

    def work_texts(self) -> WorkTexts:
        """Return the works' texts, for one thread."""
        return WorkTexts(self.indexes)


def open_scanner(indexes: list[Index]) -> Scanner:
    """Prepare the search for the works of one or several indexes."""
    ids = [i for index in indexes for i in index.works["work_id"].to_pylist()]
    return Scanner(build_lookup(indexes), tuple(indexes), ids)


def _buffers(cells: pa.LargeStringArray) -> tuple[NDArray[Any], NDArray[Any]]:
    if not len(cells):
        return np.empty(0, np.uint8), np.zeros(1, np.int64)
    _, offsets, data = cells.buffers()
    all_offsets = np.frombuffer(offsets, np.int64)
    mine = all_offsets[cells.offset : cells.offset + len(cells) + 1]
    values = np.frombuffer(data, np.uint8) if data is not None else np.empty(0, np.uint8)
    # not every Arrow buffer can be written to; numba compiles once more for one that can
    values.flags.writeable = mine.flags.writeable = False
    return values, mine


def _cell_text(data: NDArray[Any], offsets: NDArray[Any], cell: int) -> PlacedText:
    return PlacedText(data[offsets[cell] : offsets[cell + 1]].tobytes().decode("utf-8", "replace"))


def scan_batch(
    cells: pa.LargeStringArray, scanner: Scanner, works: WorkTexts
) -> tuple[list[CellResult], NDArray[np.bool_]]:
    """Scan one column of a batch.

    Parameters
    ----------
    cells : pyarrow.LargeStringArray
        One cell a row; nulls are empty.
    scanner : Scanner
        The catalogue.
    works : WorkTexts
        This thread's view of the works' texts.

    Returns
    -------
    tuple
        The cells that have alignments, and which cells have tokens enough for a shingle.
    """
    if cells.null_count:
        cells = cells.fill_null("")
    data, offsets = _buffers(cells)
    alignments, runs, tokens = scan_cells(data, offsets, scanner.lookup, load_table())
    found = list(_results(data, offsets, alignments, runs, scanner, works))
    return found, tokens >= parameters.SHINGLE_TOKENS


def _worth_keeping(alignments: NDArray[np.int64]) -> NDArray[np.int64]:
    """Leave out the alignments of a work in a cell where none reaches `BEST_FLOOR`."""
    if not len(alignments):
        return alignments
    pairs = np.unique(alignments[:, [CELL, WORK]], axis=0, return_inverse=True)[1].ravel()
    best = np.zeros(int(pairs.max()) + 1, np.int64)
    np.maximum.at(best, pairs, alignments[:, SCORE])
    return alignments[best[pairs] >= BEST_FLOOR]


def _results(
    data: NDArray[Any],
    offsets: NDArray[Any],
    alignments: NDArray[Any],
    runs: NDArray[Any],
    scanner: Scanner,
    works: WorkTexts,
) -> Iterator[CellResult]:
    alignments = _worth_keeping(alignments)
    # the kernel gives them cell by cell
    borders = np.flatnonzero(np.diff(alignments[:, CELL])) + 1
    for of_cell in np.split(alignments, borders) if len(alignments) else []:
        cell = int(of_cell[0, CELL])
        text = _cell_text(data, offsets, cell)
        found = [
            check_alignment(row, runs, text, works[int(work)], scanner.work_ids[int(work)])
            for work in np.unique(of_cell[:, WORK])
            for row in without_repeats(of_cell[of_cell[:, WORK] == work])
        ]
        yield CellResult(cell, text, tuple(found))
