"""xxh64 over whole 8-byte words, as the scheme uses it (kernels).

The algorithm is the published one: https://github.com/Cyan4973/xxHash/blob/dev/doc/xxhash_spec.md
(XXH64, seed 0). Tests hold it equal to the `xxhash` package.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from provaudit.scheme.kernels import inline, kernel

P1 = np.uint64(0x9E3779B185EBCA87)
P2 = np.uint64(0xC2B2AE3D27D4EB4F)
P3 = np.uint64(0x165667B19E3779F9)
P4 = np.uint64(0x85EBCA77C2B2AE63)
P5 = np.uint64(0x27D4EB2F165667C5)
LANE1 = np.uint64((0x9E3779B185EBCA87 + 0xC2B2AE3D27D4EB4F) & 0xFFFFFFFFFFFFFFFF)
LANE4 = np.uint64((-0x9E3779B185EBCA87) & 0xFFFFFFFFFFFFFFFF)
EIGHT = np.uint64(8)
LOW32 = np.uint64(0xFFFFFFFF)


@inline
def rotl(value: np.uint64, bits: int) -> np.uint64:
    """Rotate 64 bits to the left."""
    return (value << np.uint64(bits)) | (value >> np.uint64(64 - bits))


@inline
def avalanche(h: np.uint64) -> np.uint64:
    """Final mix of xxh64."""
    h = (h ^ (h >> np.uint64(33))) * P2
    h = (h ^ (h >> np.uint64(29))) * P3
    return h ^ (h >> np.uint64(32))


@inline
def mix_word(h: np.uint64, word: np.uint64) -> np.uint64:
    """Add one 8-byte word of the tail."""
    return rotl(h ^ (rotl(word * P2, 31) * P1), 27) * P1 + P4


@inline
def _lane(acc: np.uint64, word: np.uint64) -> np.uint64:
    return rotl(acc + word * P2, 31) * P1


@inline
def _merge(h: np.uint64, acc: np.uint64) -> np.uint64:
    return (h ^ _lane(np.uint64(0), acc)) * P1 + P4


@kernel
def hash_words(words: NDArray[np.uint64], count: int) -> np.uint64:
    """Return xxh64 (seed 0) of the first `count` words, taken as 8 x `count` bytes."""
    i = 0
    if count >= 4:
        a, b, c, d = LANE1, P2, np.uint64(0), LANE4
        while i + 4 <= count:
            a = _lane(a, words[i])
            b = _lane(b, words[i + 1])
            c = _lane(c, words[i + 2])
            d = _lane(d, words[i + 3])
            i += 4
        h = rotl(a, 1) + rotl(b, 7) + rotl(c, 12) + rotl(d, 18)
        h = _merge(_merge(_merge(_merge(h, a), b), c), d)
    else:
        h = P5
    h = h + EIGHT * np.uint64(count)
    while i < count:
        h = mix_word(h, words[i])
        i += 1
    return avalanche(h)


@kernel
def hash_shingles(
    tokens: NDArray[np.uint32], start: int, stop: int, out: NDArray[np.uint64]
) -> None:
    """Write to `out[i]` the hash of the shingle `tokens[i : i + 5]` for i in `start..stop - 1`.

    A shingle is xxh64 over its five 4-byte token hashes, little endian: 20 bytes.
    """
    # views that start at 0, and no call: so LLVM makes vector code of the loop
    t0, t1, t2 = tokens[start:], tokens[start + 1 :], tokens[start + 2 :]
    t3, t4, to = tokens[start + 3 :], tokens[start + 4 :], out[start:]
    for i in range(stop - start):
        h = P5 + np.uint64(20)
        h = mix_word(h, np.uint64(t0[i]) | (np.uint64(t1[i]) << np.uint64(32)))
        h = mix_word(h, np.uint64(t2[i]) | (np.uint64(t3[i]) << np.uint64(32)))
        h = rotl(h ^ (np.uint64(t4[i]) * P1), 23) * P2 + P3
        to[i] = avalanche(h)
