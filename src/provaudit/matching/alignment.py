"""From the kernel's alignments to records that anyone can check on the text."""

from __future__ import annotations

import hashlib
from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from provaudit.errors import ProvauditError
from provaudit.index.reading import Index
from provaudit.matching.compare import gap_characters, runs_are_equal
from provaudit.matching.kernel import C_END, C_START, RUN_END, RUN_START, SCORE, W_END, W_START
from provaudit.scheme.parameters import BIT
from provaudit.scheme.tokens import TokenPlaces, as_bytes, code_points, place_tokens

CONTEXT = 160
"""Code points of the cell kept before and after a match's text."""
CACHE_BYTES = 256 * 2**20
"""Works' token places kept in memory; a place costs some 8 bytes for each byte of text."""


class PlacedText:
    """A text with its tokens and their places in code points."""

    def __init__(self, text: str) -> None:
        data = as_bytes(text)
        self.text = text
        self.places: TokenPlaces = place_tokens(data)
        self.starts: NDArray[np.int64] = code_points(data, self.places.starts)
        self.ends: NDArray[np.int64] = code_points(data, self.places.ends)

    @cached_property
    def sha256(self) -> str:
        """SHA-256 of the text's UTF-8 (hex)."""
        return hashlib.sha256(self.text.encode("utf-8", "replace")).hexdigest()


class WorkTexts:
    """The works' texts with their tokens, the most recent ones kept."""

    def __init__(self, indexes: Sequence[Index]) -> None:
        self._rows = [(index, row) for index in indexes for row in range(len(index.works))]
        ids = [i for index in indexes for i in index.works["work_id"].to_pylist()]
        self._numbers = {work_id: number for number, work_id in enumerate(ids)}
        self._kept: OrderedDict[int, PlacedText] = OrderedDict()
        self._bytes = 0

    def of(self, work_id: str) -> PlacedText:
        """Return the text of a work by its id."""
        return self[self._numbers[work_id]]

    def __getitem__(self, work: int) -> PlacedText:
        if work in self._kept:
            self._kept.move_to_end(work)
            return self._kept[work]
        placed = self._place(work)
        self._kept[work] = placed
        self._bytes += 8 * len(placed.text)
        while self._bytes > CACHE_BYTES and len(self._kept) > 1:
            _, oldest = self._kept.popitem(last=False)
            self._bytes -= 8 * len(oldest.text)
        return placed

    def _place(self, work: int) -> PlacedText:
        """Place a work's tokens; refuse a text that does not give the index's fingerprint."""
        index, row = self._rows[work]
        placed = PlacedText(index.texts[row].as_py())
        mine = slice(index.token_starts[row], index.token_starts[row + 1])
        if not np.array_equal(placed.places.hashes, index.tokens[mine]):
            raise ProvauditError(
                f"{index.folder} holds texts that do not give its fingerprints; run "
                "`provaudit fingerprint` again."
            )
        return placed


@dataclass(frozen=True)
class Alignment:
    """Two spans aligned token by token, compared on the text."""

    work_id: str
    """The catalogue work."""
    cell_span: tuple[int, int]
    """Half-open, in code points of the cell."""
    work_span: tuple[int, int]
    """Half-open, in code points of the work's text."""
    cell_tokens: tuple[int, int]
    """Half-open, in tokens of the cell."""
    work_tokens: tuple[int, int]
    """Half-open, in tokens of the work."""
    score: int
    """In sixteenths of a bit."""
    runs: NDArray[np.int64]
    """Shape (n, 3): cell token, work token, length; from the spans' first tokens."""
    char_identity: float
    """1 - edits / characters, on folded text."""
    verified: bool
    """Whether every token of the runs was found equal on the text."""

    @cached_property
    def tokens(self) -> int:
        """Tokens aligned and equal."""
        return int(self.runs[:, 2].sum())

    @property
    def longest_run(self) -> int:
        """Tokens in the longest stretch in which no token differs."""
        return int(self.runs[:, 2].max())

    @cached_property
    def columns(self) -> int:
        """Columns of the alignment: equal tokens, and the longer side of each gap."""
        ends = self.runs[:-1, :2] + self.runs[:-1, 2:]
        gaps = (self.runs[1:, :2] - ends).max(axis=1)
        return self.tokens + int(gaps.sum())

    @property
    def bits(self) -> float:
        """The score in bits."""
        return self.score / BIT


def check_alignment(
    row: NDArray[np.int64],
    runs: NDArray[np.int64],
    cell: PlacedText,
    work: PlacedText,
    work_id: str,
) -> Alignment:
    """Compare a kernel alignment on the texts and give it its places in code points."""
    c0, c1, w0, w1 = (int(row[f]) for f in (C_START, C_END, W_START, W_END))
    mine = runs[int(row[RUN_START]) : int(row[RUN_END])]
    sides = (
        cell.places.folded, cell.places.folded_starts, cell.places.folded_ends,
        work.places.folded, work.places.folded_starts, work.places.folded_ends,
    )  # fmt: skip
    total, edits = gap_characters(mine, *sides)
    return Alignment(
        work_id=work_id,
        cell_span=(int(cell.starts[c0]), int(cell.ends[c1 - 1])),
        work_span=(int(work.starts[w0]), int(work.ends[w1 - 1])),
        cell_tokens=(c0, c1),
        work_tokens=(w0, w1),
        score=int(row[SCORE]),
        runs=mine - np.array([c0, w0, 0]),
        char_identity=1 - edits / total,
        verified=bool(runs_are_equal(mine, *sides)),
    )


def without_repeats(rows: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return one cell's and work's alignments, strongest first, without those that repeat.

    An alignment is a repeat when at least half of its tokens in the cell are covered by
    stronger ones that were kept: a refrain in the row must not mark each refrain of the work.
    """
    order = np.lexsort((rows[:, W_START], rows[:, C_START], -rows[:, SCORE]))
    kept: list[NDArray[np.int64]] = []
    covered = np.zeros(int(rows[:, C_END].max()) - int(rows[:, C_START].min()), np.bool_)
    first = int(rows[:, C_START].min())
    for row in rows[order]:
        span = slice(int(row[C_START]) - first, int(row[C_END]) - first)
        if 2 * int(covered[span].sum()) >= span.stop - span.start:
            continue
        covered[span] = True
        kept.append(row)
    return np.array(kept)
