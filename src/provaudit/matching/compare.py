"""Comparing an alignment on the texts themselves (kernels)."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from provaudit.scheme.kernels import kernel

BYTES_OF_GAP = 4_096
"""A gap longer than this on a side counts as wholly different: it has at most 8 tokens."""


@kernel
def runs_are_equal(
    runs: NDArray[np.int64],
    cell: NDArray[np.uint8],
    cell_starts: NDArray[np.int64],
    cell_ends: NDArray[np.int64],
    work: NDArray[np.uint8],
    work_starts: NDArray[np.int64],
    work_ends: NDArray[np.int64],
) -> bool:
    """Whether each token of each run is the same folded text on both sides, byte by byte.

    Parameters
    ----------
    runs : int64 (n, 3)
        Cell token, work token, length.
    cell, work : uint8
        Folded texts; the token places of each follow it.
    """
    for r in range(len(runs)):
        for k in range(runs[r, 2]):
            c, w = runs[r, 0] + k, runs[r, 1] + k
            size = cell_ends[c] - cell_starts[c]
            if size != work_ends[w] - work_starts[w]:
                return False
            for b in range(size):
                if cell[cell_starts[c] + b] != work[work_starts[w] + b]:
                    return False
    return True


@kernel
def _edits(a: NDArray[np.uint8], b: NDArray[np.uint8]) -> int:
    """Levenshtein distance of two byte strings."""
    row = np.arange(len(b) + 1)
    for i in range(len(a)):
        corner, row[0] = row[0], i + 1
        for j in range(len(b)):
            change = corner + (0 if a[i] == b[j] else 1)
            corner = row[j + 1]
            row[j + 1] = min(change, corner + 1, row[j] + 1)
    return int(row[len(b)])


@kernel
def gap_characters(
    runs: NDArray[np.int64],
    cell: NDArray[np.uint8],
    cell_starts: NDArray[np.int64],
    cell_ends: NDArray[np.int64],
    work: NDArray[np.uint8],
    work_starts: NDArray[np.int64],
    work_ends: NDArray[np.int64],
) -> tuple[int, int]:
    """Return (bytes, edits) over the whole alignment, on folded text with single spaces.

    `bytes` counts, for each run and gap, the longer side; `edits` the Levenshtein distance in
    the gaps. Character identity is 1 - edits / bytes.
    """
    total, edits = 0, 0
    for r in range(len(runs)):
        c, w, length = runs[r, 0], runs[r, 1], runs[r, 2]
        for k in range(length):
            total += cell_ends[c + k] - cell_starts[c + k] + 1
        if r + 1 == len(runs):
            break
        # from the end of this run to the start of the next, the borders' spaces included
        c_from, c_to = cell_ends[c + length - 1], cell_starts[runs[r + 1, 0]]
        w_from, w_to = work_ends[w + length - 1], work_starts[runs[r + 1, 1]]
        longer = max(c_to - c_from, w_to - w_from)
        total += longer - 1
        if longer > BYTES_OF_GAP:
            edits += longer
        else:
            edits += _edits(cell[c_from:c_to], work[w_from:w_to])
    return total, edits
