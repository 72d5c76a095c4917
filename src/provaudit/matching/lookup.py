"""Looking a shingle up among the seeds of a catalogue (kernels)."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from provaudit.index.reading import Index
from provaudit.scheme.kernels import inline, kernel, signed

FILTER_BITS_PER_SEED = 12
"""Size of the filter: about 2 % of the shingles that are no seed pass, and go on to the table."""
BIT_MASK = np.uint64(63)
ONE = np.uint64(1)


class Lookup(NamedTuple):
    """Arrays that the scan kernel reads; `works` counts over all indexes of a scan."""

    filter: NDArray[np.uint64]
    """Blocked Bloom filter: 3 bits of one word for each seed hash; 2^n words."""
    slot_hashes: NDArray[np.uint64]
    """Open addressing: the seed hash in each slot; 2^m slots."""
    slot_seeds: NDArray[np.int64]
    """First seed of that hash among `seed_works`; -1 where the slot is empty."""
    slot_counts: NDArray[np.int64]
    """How many seeds have that hash."""
    seed_works: NDArray[np.uint32]
    """The work of each seed, in the order of (hash, work, position)."""
    seed_positions: NDArray[np.uint32]
    """Its first token in the work."""
    token_starts: NDArray[np.int64]
    """First token of each work in `tokens`, and the total at the end."""
    tokens: NDArray[np.uint32]
    """Token hashes of all works."""
    weights: NDArray[np.uint8]
    """Token weights in sixteenths of a bit."""


@inline
def filter_bits(h: np.uint64) -> np.uint64:
    """Return the three bits of a hash in its filter word."""
    return (
        (ONE << (h & BIT_MASK))
        | (ONE << ((h >> np.uint64(6)) & BIT_MASK))
        | (ONE << ((h >> np.uint64(12)) & BIT_MASK))
    )


@kernel
def _fill_filter(hashes: NDArray[np.uint64], words: NDArray[np.uint64], shift: int) -> None:
    for h in hashes:
        words[signed(h >> np.uint64(shift))] |= filter_bits(h)


@kernel
def _fill_slots(
    hashes: NDArray[np.uint64],
    slot_hashes: NDArray[np.uint64],
    slot_seeds: NDArray[np.int64],
    slot_counts: NDArray[np.int64],
    shift: int,
) -> None:
    mask = len(slot_hashes) - 1
    i = 0
    while i < len(hashes):
        stop = i + 1
        while stop < len(hashes) and hashes[stop] == hashes[i]:
            stop += 1
        slot = signed(hashes[i] >> np.uint64(shift))
        while slot_seeds[slot] >= 0:
            slot = (slot + 1) & mask
        slot_hashes[slot], slot_seeds[slot], slot_counts[slot] = hashes[i], i, stop - i
        i = stop


def _bits_for(count: int) -> int:
    """Return the smallest n >= 6 with 2^n >= count."""
    return max(6, int(count - 1).bit_length())


def build_lookup(indexes: list[Index]) -> Lookup:
    """Return the lookup over the seeds of one or several indexes."""
    hashes = np.concatenate([i.seed_hashes for i in indexes])
    firsts = np.concatenate(([0], np.cumsum([len(i.works) for i in indexes])))
    works = np.concatenate(
        [i.seed_works + np.uint32(first) for i, first in zip(indexes, firsts[:-1], strict=True)]
    )
    positions = np.concatenate([i.seed_positions for i in indexes])
    if len(indexes) > 1:
        order = np.lexsort((positions, works, hashes))
        hashes, works, positions = hashes[order], works[order], positions[order]
    lengths = np.concatenate([np.diff(i.token_starts) for i in indexes])
    filter_size = _bits_for(len(hashes) * FILTER_BITS_PER_SEED // 64)
    slot_size = _bits_for(2 * len(hashes))
    words = np.zeros(1 << filter_size, np.uint64)
    slot_hashes = np.zeros(1 << slot_size, np.uint64)
    slot_seeds = np.full(1 << slot_size, -1, np.int64)
    slot_counts = np.zeros(1 << slot_size, np.int64)
    _fill_filter(hashes, words, 64 - filter_size)
    _fill_slots(hashes, slot_hashes, slot_seeds, slot_counts, 64 - slot_size)
    return Lookup(
        filter=words,
        slot_hashes=slot_hashes,
        slot_seeds=slot_seeds,
        slot_counts=slot_counts,
        seed_works=works,
        seed_positions=positions,
        token_starts=np.concatenate(([0], np.cumsum(lengths, dtype=np.int64))),
        tokens=np.concatenate([i.tokens for i in indexes]),
        weights=np.concatenate([i.weights for i in indexes]),
    )
