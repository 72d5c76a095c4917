"""How much of each work stands in the dataset."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True)
class Coverage:
    """Counts of one work's tokens."""

    covered: int
    """Tokens inside the union of its matched spans."""
    equal: int
    """Tokens that are equal in some match."""
    unique: int
    """Covered tokens, matches shared with other works left out."""
    counted: int
    """Covered tokens, matches that another work explains better left out."""


@dataclass(frozen=True)
class WorkMatch:
    """What coverage needs of a match."""

    span: tuple[int, int]
    """Half-open, in tokens of the work."""
    runs: NDArray[np.int64]
    """Shape (n, 3): cell token, work token (both from the spans' starts), length."""
    unique: bool
    """Whether no other work of the catalogue holds most of it."""
    counts: bool
    """Whether no other work explains it better."""


def _union(spans: Iterable[tuple[int, int]], tokens: int) -> NDArray[np.bool_]:
    """Return which of `tokens` tokens lie in a span."""
    steps = np.zeros(tokens + 1, np.int64)
    for start, end in spans:
        steps[start] += 1
        steps[end] -= 1
    return np.cumsum(steps[:-1]) > 0


def _runs(matches: Iterable[WorkMatch]) -> Iterable[tuple[int, int]]:
    for match in matches:
        for _, start, length in match.runs.tolist():
            yield match.span[0] + start, match.span[0] + start + length


def coverage_of(matches: list[WorkMatch], tokens: int) -> Coverage:
    """Count the covered tokens of a work that has `tokens` tokens."""
    return Coverage(
        covered=int(_union((m.span for m in matches), tokens).sum()),
        equal=int(_union(_runs(matches), tokens).sum()),
        unique=int(_union((m.span for m in matches if m.unique), tokens).sum()),
        counted=int(_union((m.span for m in matches if m.counts), tokens).sum()),
    )
