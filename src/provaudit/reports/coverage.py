"""The coverage map: which stretches of a work how many rows of the dataset hold."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Hashable, Iterable, Iterator
from dataclasses import dataclass
from itertools import groupby
from typing import Final

WIDTH: Final = 1000
"""Width of a map in its own units: finer than a screen or a page shows."""

LEVELS: Final = (1, 2, 5, 20)
"""Number of rows from which each shade holds."""

Span = tuple[Hashable, int, int]
"""A row of the dataset, the first token of the work that it holds, the token after the last."""


@dataclass(frozen=True)
class Band:
    """A stretch of the map in one shade."""

    x: int
    """Where it starts."""
    width: int
    """How wide it is."""
    level: int
    """Its shade, an index into `LEVELS`."""


def bands(spans: Iterable[Span], tokens: int) -> list[Band]:
    """Return the shaded stretches of the map of a work of `tokens` tokens.

    A stretch narrower than one unit is drawn one unit wide, so that every match is seen; where
    several stretches meet in one unit, the most rows count.
    """
    if tokens <= 0:
        return []
    units = [0] * WIDTH
    for start, end, rows in depths(spans, tokens):
        for unit in range(start * WIDTH // tokens, math.ceil(end * WIDTH / tokens)):
            units[unit] = max(units[unit], rows)
    return list(_merged(units))


def depths(spans: Iterable[Span], tokens: int) -> Iterator[tuple[int, int, int]]:
    """Yield (start, end, rows): the stretches of the work that `rows` rows hold, in order."""
    steps: Counter[int] = Counter()
    for start, end in _per_row(spans, tokens):
        steps[start] += 1
        steps[end] -= 1
    rows, last = 0, 0
    for place in sorted(steps):
        if rows:
            yield last, place, rows
        rows, last = rows + steps[place], place


def _per_row(spans: Iterable[Span], tokens: int) -> Iterator[tuple[int, int]]:
    """Yield the union of each row's spans, so that no row counts twice for one token."""
    inside = ((row, max(0, start), min(end, tokens)) for row, start, end in spans)
    ordered = sorted(span for span in inside if span[1] < span[2])
    for _, group in groupby(ordered, key=lambda span: span[0]):
        reached = 0
        for _, start, end in group:
            if end > reached:
                yield max(start, reached), end
                reached = end


def _merged(units: list[int]) -> Iterator[Band]:
    """Yield neighbouring units of one shade as one band."""
    shades = (sum(rows >= least for least in LEVELS) - 1 for rows in units)
    x = 0
    for level, group in groupby(shades):
        width = len(list(group))
        if level >= 0:
            yield Band(x, width, level)
        x += width
