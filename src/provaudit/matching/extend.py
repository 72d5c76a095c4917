"""Extending a seed hit to an alignment on the tokens of both texts (kernel)."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from provaudit.matching.parameters import DROP, GAP, REACH, RESYNC
from provaudit.scheme.kernels import kernel, signed


@kernel
def extend(
    cell: NDArray[np.uint32],
    c: int,
    c_stop: int,
    tokens: NDArray[np.uint32],
    w: int,
    w_stop: int,
    weights: NDArray[np.uint8],
    step: int,
    runs: NDArray[np.int64],
) -> tuple[int, int]:
    """Extend from the pair (`c`, `w`) in direction `step` (+1 or -1).

    Runs of equal tokens score their weights. Where tokens differ, the text goes on at the
    nearest place, within `REACH` tokens on either side, from which `RESYNC` tokens are equal;
    crossing costs `GAP` for each token skipped on the longer side. The extension ends where
    no such place is, or when the score has dropped by more than `DROP` below its best.

    Parameters
    ----------
    cell, tokens : uint32
        Token hashes of the dataset and of the catalogue; `c_stop` and `w_stop` are the first
        places not to be read in direction `step`.
    weights : uint8
        Weights of `tokens`, in sixteenths of a bit.
    runs : int64 (n, 3)
        Takes the runs: first cell token in reading direction, first work token, length.

    Returns
    -------
    tuple of int
        The best score and how many runs lead to it.
    """
    score, best, best_runs, n = 0, 0, 0, 0
    while True:
        length = 0
        while c != c_stop and w != w_stop and cell[c] == tokens[w]:
            score += signed(weights[w])
            c += step
            w += step
            length += 1
        if length:
            runs[n, 0], runs[n, 1], runs[n, 2] = c - step * length, w - step * length, length
            n += 1
            if score > best:
                best, best_runs = score, n
        c_left, w_left = (c_stop - c) * step, (w_stop - w) * step
        # nearest first: by the longer side of the gap, then by the shorter one from equal down
        found, dc, dw = False, 0, 0
        gap = 1
        while gap <= REACH and not found and best - (score - GAP * gap) <= DROP:
            for side in range(2 * gap + 1):
                short = gap - ((side + 1) >> 1)
                dc, dw = (gap, short) if side & 1 or side == 0 else (short, gap)
                if dc >= c_left or dw >= w_left:
                    continue
                if cell[c + step * dc] != tokens[w + step * dw]:
                    continue
                # as many as are left, where that is fewer
                equal, need = 1, min(RESYNC, c_left - dc, w_left - dw)
                while (
                    equal < need
                    and cell[c + step * (dc + equal)] == tokens[w + step * (dw + equal)]
                ):
                    equal += 1
                if equal == need:
                    found = True
                    break
            gap += 1
        if not found:
            return best, best_runs
        score -= GAP * max(dc, dw)
        c += step * dc
        w += step * dw
