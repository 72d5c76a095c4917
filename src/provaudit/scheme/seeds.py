"""Seeds, sketch and weights of one text (kernels and their public face)."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from provaudit.scheme import parameters
from provaudit.scheme.fold import Table
from provaudit.scheme.hashing import hash_shingles
from provaudit.scheme.kernels import kernel, signed
from provaudit.scheme.tables import ITSELF, PAGES, load_table
from provaudit.scheme.tokens import TokenPlaces

K = parameters.SHINGLE_TOKENS
WINDOW = parameters.WINDOW
BASE, PER_LETTER, MOST = (
    parameters.WEIGHT_BASE,
    parameters.WEIGHT_PER_LETTER,
    parameters.WEIGHT_MAX,
)
CHARACTER = parameters.WEIGHT_CHARACTER
NUMBER_BASE, NUMBER_PER_DIGIT = parameters.NUMBER_BASE, parameters.NUMBER_PER_DIGIT
REPEAT, REPEAT_WINDOW = parameters.WEIGHT_REPEAT, parameters.REPEAT_WINDOW


def shingle_hashes(tokens: NDArray[np.uint32]) -> NDArray[np.uint64]:
    """Return the hashes of all shingles of a text, shape (max(0, n - 4),)."""
    out = np.empty(max(0, len(tokens) - K + 1), np.uint64)
    hash_shingles(tokens, 0, len(out), out)
    return out


@kernel
def minimizers(shingles: NDArray[np.uint64]) -> NDArray[np.int64]:
    """Return the ascending positions of the seeds.

    In every window of 4 consecutive shingles the one with the smallest hash is a seed, the
    leftmost of equals; a text with fewer shingles has one window.
    Schleimer et al. 2003 (winnowing), doi:10.1145/872757.872770.
    """
    n = len(shingles)
    out = np.empty(n, np.int64)
    count = 0
    for start in range(max(1, n - WINDOW + 1) if n else 0):
        best = start
        for i in range(start + 1, min(start + WINDOW, n)):
            if shingles[i] < shingles[best]:
                best = i
        if count == 0 or out[count - 1] != best:
            out[count] = best
            count += 1
    return out[:count].copy()


@kernel
def _letters(folded: NDArray[np.uint8], start: int, end: int) -> int:
    count = 0
    for i in range(start, end):
        if folded[i] & 0xC0 != 0x80:
            count += 1
    return count


@kernel
def _is_character(folded: NDArray[np.uint8], start: int, end: int, table: Table) -> bool:
    """Whether a token is one character of a script without spaces: it folds with borders."""
    lead = signed(folded[start])
    if lead < 0xE0:
        return False
    size = 3 if lead < 0xF0 else 4
    if end - start != size:
        return False
    cp = lead & (0x7F >> size)
    for k in range(1, size):
        cp = (cp << 6) | (signed(folded[start + k]) & 0x3F)
    return bool(signed(table[signed(table[PAGES + (cp >> 7)]) + (cp & 127)]) >> 24 == ITSELF)


@kernel
def _weigh(
    hashes: NDArray[np.uint32],
    folded: NDArray[np.uint8],
    starts: NDArray[np.int64],
    ends: NDArray[np.int64],
    table: Table,
) -> NDArray[np.uint8]:
    out = np.empty(len(hashes), np.uint8)
    for i in range(len(hashes)):
        first = signed(folded[starts[i]])
        if _is_character(folded, starts[i], ends[i], table):
            weight = CHARACTER
        elif 0x30 <= first <= 0x39:
            letters = _letters(folded, starts[i], ends[i])
            weight = min(MOST, NUMBER_BASE + NUMBER_PER_DIGIT * letters)
        else:
            weight = min(MOST, BASE + PER_LETTER * _letters(folded, starts[i], ends[i]))
        for k in range(max(0, i - REPEAT_WINDOW), i):
            if hashes[k] == hashes[i]:
                weight = min(weight, REPEAT)
        out[i] = weight
    return out


def weights(places: TokenPlaces) -> NDArray[np.uint8]:
    """Return each token's weight in sixteenths of a bit, shape (n,)."""
    return _weigh(
        places.hashes, places.folded, places.folded_starts, places.folded_ends, load_table()
    )


def sketch(shingles: NDArray[np.uint64]) -> NDArray[np.uint64]:
    """Return the FracMinHash sketch: the distinct hashes below 2^64 / scale, ascending.

    Irber et al. 2022, doi:10.1101/2022.01.11.475838.
    """
    limit = np.uint64(2**64 // parameters.SKETCH_SCALE)
    return np.unique(shingles[shingles < limit])


def first_places(hashes: NDArray[np.uint64], works: NDArray[np.uint32]) -> NDArray[np.bool_]:
    """Say of each seed, sorted by (hash, work, position), whether hits are extended at it."""
    if not len(hashes):
        return np.zeros(0, np.bool_)
    new = np.concatenate(([True], (hashes[1:] != hashes[:-1]) | (works[1:] != works[:-1])))
    places = np.arange(len(hashes))
    rank = places - np.maximum.accumulate(np.where(new, places, 0))
    return rank < parameters.MAX_PLACES


@dataclass(frozen=True)
class Reach:
    """What of a text the seeds and a threshold are sure to find."""

    seed_limit: int | None
    """Every run of this many tokens holds a seed; None where the text has no seed."""
    detection_limit: int | None
    """Every run of this many tokens is also accepted alone; None where there is no such number."""


def reach(weight: NDArray[np.uint8], seeds: NDArray[np.int64], threshold: int) -> Reach:
    """Compute both limits of one text.

    Parameters
    ----------
    weight : uint8 (n,)
        Token weights in sixteenths of a bit.
    seeds : int64 (m,)
        Positions of the text's seeds, ascending.
    threshold : int
        Score, in sixteenths of a bit, at which an alignment is accepted.
    """
    n = len(weight)
    if len(seeds) == 0:
        return Reach(None, None)
    # a run misses the seeds p < q when it lies in [p + 1, q + K - 1)
    inner = int(np.diff(seeds).max()) + K - 1 if len(seeds) > 1 else 0
    seed_limit = max(inner, int(seeds[0]) + K, n - int(seeds[-1]))
    total = np.concatenate(([0], np.cumsum(weight, dtype=np.int64)))
    ends = np.searchsorted(total, total[:-1] + threshold)
    # a start whose tail never reaches the threshold asks for a run longer than that tail
    needed = int((np.minimum(ends, n + 1) - np.arange(n)).max())
    limit = max(seed_limit, needed)
    return Reach(seed_limit, limit if limit <= n else None)
