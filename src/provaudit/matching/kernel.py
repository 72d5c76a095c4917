"""The scan kernel: from a batch of cells to the alignments in them."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from provaudit.matching.extend import extend
from provaudit.matching.lookup import Lookup, filter_bits
from provaudit.matching.parameters import FLOOR, STRONG
from provaudit.scheme.fold import Table
from provaudit.scheme.hashing import hash_shingles
from provaudit.scheme.kernels import kernel, signed
from provaudit.scheme.parameters import MAX_PLACES, SHINGLE_TOKENS
from provaudit.scheme.tokens import BLOCK, hash_tokens, make_scratch

GROUP_TOKENS = 8_192
"""Tokens after which the cells so far are looked up: their hashes are still in the L2 cache."""

CELL, WORK, C_START, C_END, W_START, W_END, SCORE, RUN_START, RUN_END, PREVIOUS = range(10)
FIELDS = 10
"""Columns of an alignment: cell of the batch; work; token spans in cell and work; score; its
rows in `runs`; the previous alignment of the same cell and work, or -1."""


class Found(NamedTuple):
    """The alignments of a batch."""

    alignments: NDArray[np.int64]
    """Shape (n, `FIELDS`), by cell."""
    runs: NDArray[np.int64]
    """Shape (m, 3): cell token, work token, length; ascending within an alignment."""
    cell_tokens: NDArray[np.int64]
    """Tokens of each cell."""


@kernel
def _collect(
    shingles: NDArray[np.uint64],
    n: int,
    lookup: Lookup,
    hits: NDArray[np.int64],
) -> int:
    """Write (token, slot) of each shingle that is a seed to `hits`; return how many."""
    words, slot_hashes, slot_seeds = lookup.filter, lookup.slot_hashes, lookup.slot_seeds
    filter_shift = np.uint64(64 - signed(np.log2(len(words)) + 0.5))
    slot_shift = np.uint64(64 - signed(np.log2(len(slot_hashes)) + 0.5))
    mask = len(slot_hashes) - 1
    candidates = np.empty(n, np.int64)
    passed = 0
    for i in range(n):
        h = shingles[i]
        bits = filter_bits(h)
        # written in any case, kept when the filter passes: no branch to predict
        candidates[passed] = i
        passed += signed(words[h >> filter_shift] & bits == bits)
    count = 0
    for j in range(passed):
        i = candidates[j]
        slot = signed(shingles[i] >> slot_shift)
        while slot_seeds[slot] >= 0:
            if slot_hashes[slot] == shingles[i]:
                hits[count, 0], hits[count, 1] = i, slot
                count += 1
                break
            slot = (slot + 1) & mask
    return count


@kernel
def _is_known(
    alignments: NDArray[np.int64],
    runs: NDArray[np.int64],
    last: NDArray[np.int64],
    work: int,
    c: int,
    w: int,
) -> bool:
    """Whether a hit needs no extension.

    None is needed in a strong alignment of its cell and work, nor on a run of any. A weak one
    hides nothing else: it may have begun at an echo of the hit's words nearby and have paid to
    cross over, where the hit's own diagonal is the better one.

    Hits come in the order of the cell, so alignments that end before this one are unlinked.
    """
    at, after = last[work], signed(-1)
    while at >= 0:
        row = alignments[at]
        before = row[PREVIOUS]
        if row[C_END] <= c:
            if after < 0:
                last[work] = before
            else:
                alignments[after, PREVIOUS] = before
            at = before
            continue
        if row[C_START] <= c:
            if row[SCORE] >= STRONG:
                return True
            for r in range(row[RUN_START], row[RUN_END]):
                ahead = c - runs[r, 0]
                if 0 <= ahead < runs[r, 2] and w - runs[r, 1] == ahead:
                    return True
        after, at = at, before
    return False


@kernel
def _rows(array: NDArray[np.int64], needed: int) -> NDArray[np.int64]:
    """Return `array` with room for `needed` rows."""
    if needed <= len(array):
        return array
    grown = np.empty((2 * needed, array.shape[1]), np.int64)
    # a loop: assigning a slice compiles the code of its error message for seconds
    for i in range(len(array)):
        for k in range(array.shape[1]):
            grown[i, k] = array[i, k]
    return grown


@kernel
def _keep(
    alignments: NDArray[np.int64],
    n: int,
    runs: NDArray[np.int64],
    run_count: int,
    left: NDArray[np.int64],
    left_count: int,
    right: NDArray[np.int64],
    right_count: int,
    c_first: int,
    w_first: int,
) -> int:
    """Write the runs of both sides and the spans of alignment `n`; return the new run count."""
    row = alignments[n]
    row[RUN_START] = run_count
    for k in range(left_count - 1, -1, -1):
        # a leftward run starts at its last token
        length = left[k, 2]
        runs[run_count, 0] = left[k, 0] - length + 1 - c_first
        runs[run_count, 1] = left[k, 1] - length + 1 - w_first
        runs[run_count, 2] = length
        run_count += 1
    for k in range(right_count):
        previous = run_count - 1
        c, w = right[k, 0] - c_first, right[k, 1] - w_first
        # the first run to the right may go on where the last one from the left ended
        joins = k == 0 and left_count > 0 and runs[previous, 0] + runs[previous, 2] == c
        if joins and runs[previous, 1] + runs[previous, 2] == w:
            runs[previous, 2] += right[k, 2]
            continue
        runs[run_count, 0], runs[run_count, 1], runs[run_count, 2] = c, w, right[k, 2]
        run_count += 1
    row[RUN_END] = run_count
    row[C_START], row[W_START] = runs[row[RUN_START], 0], runs[row[RUN_START], 1]
    row[C_END] = runs[run_count - 1, 0] + runs[run_count - 1, 2]
    row[W_END] = runs[run_count - 1, 1] + runs[run_count - 1, 2]
    return run_count


@kernel
def _align_cell(
    cell: int,
    tokens: NDArray[np.uint32],
    first: int,
    end: int,
    hits: NDArray[np.int64],
    lookup: Lookup,
    last: NDArray[np.int64],
    alignments: NDArray[np.int64],
    n: int,
    runs: NDArray[np.int64],
    run_count: int,
) -> tuple[NDArray[np.int64], int, NDArray[np.int64], int]:
    """Align the seed hits of one cell, whose tokens are `tokens[first:end]`."""
    cell_first = n
    left = np.empty((end - first + 1, 3), np.int64)
    right = np.empty((end - first + 1, 3), np.int64)
    for h in range(len(hits)):
        c, slot = hits[h, 0], hits[h, 1]
        before_work, places = signed(-1), signed(0)
        for s in range(lookup.slot_seeds[slot], lookup.slot_seeds[slot] + lookup.slot_counts[slot]):
            work, position = signed(lookup.seed_works[s]), signed(lookup.seed_positions[s])
            places = places + 1 if work == before_work else signed(1)
            before_work = work
            if places > MAX_PLACES or _is_known(alignments, runs, last, work, c - first, position):
                continue
            w_first, w_end = lookup.token_starts[work], lookup.token_starts[work + 1]
            w = w_first + position
            score, right_count = extend(
                tokens, c, end, lookup.tokens, w, w_end, lookup.weights, 1, right
            )
            if right_count == 0:
                continue
            back, left_count = extend(
                tokens,
                c - 1,
                first - 1,
                lookup.tokens,
                w - 1,
                w_first - 1,
                lookup.weights,
                -1,
                left,
            )
            score += back
            if score < FLOOR:
                continue
            alignments = _rows(alignments, n + 1)
            runs = _rows(runs, run_count + left_count + right_count)
            alignments[n, CELL], alignments[n, WORK] = cell, work
            alignments[n, SCORE], alignments[n, PREVIOUS] = score, last[work]
            run_count = _keep(
                alignments, n, runs, run_count, left, left_count, right, right_count, first, w_first
            )
            last[work] = n
            n += 1
    for k in range(cell_first, n):
        last[alignments[k, WORK]] = -1
    return alignments, n, runs, run_count


@kernel
def scan_cells(
    data: NDArray[np.uint8], offsets: NDArray[np.int64], lookup: Lookup, table: Table
) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int64]]:
    """Find the alignments of each cell with each work.

    Parameters
    ----------
    data : uint8
        The cells' UTF-8 bytes.
    offsets : int64 (cells + 1,)
        Where each cell starts in `data`, and the end.
    lookup : Lookup
        The catalogue.
    table : uint32
        The scheme's character table.

    Returns
    -------
    tuple of arrays
        The fields of `Found`.
    """
    cells = len(offsets) - 1
    works = len(lookup.token_starts) - 1
    scratch = make_scratch(BLOCK)
    tokens = np.empty(4 * GROUP_TOKENS, np.uint32)
    shingles = np.empty(4 * GROUP_TOKENS, np.uint64)
    hits = np.empty((4 * GROUP_TOKENS, 2), np.int64)
    alignments, runs = np.empty((64, FIELDS), np.int64), np.empty((256, 3), np.int64)
    cell_tokens = np.zeros(cells, np.int64)
    last = np.full(works, -1, np.int64)
    # typed: numba would compile callees once more for a literal 0
    n, run_count, group_first, total = signed(0), signed(0), signed(0), signed(0)
    for cell in range(cells):
        before = total
        scratch, tokens, total = hash_tokens(
            data, offsets[cell], offsets[cell + 1], scratch, tokens, total, table
        )
        cell_tokens[cell] = total - before
        if total < GROUP_TOKENS and cell + 1 < cells:
            continue
        if len(shingles) < total:
            shingles = np.empty(2 * total, np.uint64)
            hits = np.empty((2 * total, 2), np.int64)
        count = max(0, total - SHINGLE_TOKENS + 1)
        hash_shingles(tokens, 0, count, shingles)
        found = _collect(shingles, count, lookup, hits)
        first, h = signed(0), signed(0)
        for k in range(group_first, cell + 1):
            end, h_first = first + cell_tokens[k], h
            # the shingles that reach into the next cell are at the end of this one
            while h < found and hits[h, 0] + SHINGLE_TOKENS <= end:
                h += 1
            if h > h_first:
                alignments, n, runs, run_count = _align_cell(
                    k, tokens, first, end, hits[h_first:h], lookup, last, alignments, n, runs,
                    run_count,
                )  # fmt: skip
            while h < found and hits[h, 0] < end:
                h += 1
            first = end
        group_first, total = cell + 1, signed(0)
    return alignments[:n].copy(), runs[:run_count].copy(), cell_tokens
