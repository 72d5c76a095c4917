"""Tokens of a text: their hashes for the scan, and their places for verification (kernels)."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from provaudit.scheme.fold import (
    MAX_EXPANSION,
    SPACE,
    UNIT_SLACK,
    Table,
    fold_block,
)
from provaudit.scheme.hashing import EIGHT, LOW32, P5, avalanche, hash_words, mix_word
from provaudit.scheme.kernels import inline, kernel, signed
from provaudit.scheme.tables import load_table

BLOCK = 16_384
"""Bytes folded at a time: input, output and token hashes of a block stay in the L1/L2 caches."""
SPACES = np.uint64(0x2020202020202020)
ONES = np.uint64(0x0101010101010101)
HIGHS = np.uint64(0x8080808080808080)
BYTE_PLACE = np.uint64(0x0001020304050607)
"""Times 1 << 8 i, its highest byte is i."""


@inline
def _join(low: np.uint64, high: np.uint64, p: int) -> np.uint64:
    """Return the 8 bytes that start at byte `p & 7` of two neighbouring words."""
    shift = np.uint64((p & 7) * 8)
    return (low >> shift) | ((high << np.uint64(1)) << (np.uint64(63) - shift))


@inline
def _first_space(word: np.uint64) -> np.uint64:
    """Return the lowest bit 1 << 8 i where byte i is the first space, 0 where there is none."""
    x = word ^ SPACES
    marks = (x - ONES) & ~x & HIGHS
    return (marks & (~marks + np.uint64(1))) >> np.uint64(7)


@kernel
def _hash_long(words: NDArray[np.uint64], p: int, length: int) -> np.uint64:
    """Hash a token of more than 24 bytes."""
    count = (length + 7) // 8
    parts = np.empty(count, np.uint64)
    for k in range(count):
        q = (p >> 3) + k
        parts[k] = _join(words[q], words[q + 1], p)
    tail = np.uint64(length - 8 * (count - 1))
    if tail < EIGHT:
        parts[count - 1] &= (np.uint64(1) << (EIGHT * tail)) - np.uint64(1)
    return hash_words(parts, count)


@kernel
def _hash_block(
    folded: NDArray[np.uint8],
    words: NDArray[np.uint64],
    length: int,
    last: bool,
    out: NDArray[np.uint32],
    n: int,
) -> tuple[int, int]:
    """Hash the tokens of `folded[:length]` to `out[n:]`: xxh64 of their zero-padded bytes.

    `words` is `folded` as words. Returns the new count and where a token starts that the block
    does not finish (`length` where there is none, and when this is the `last` block of a cell).
    """
    folded[length] = SPACE
    p = 0
    while p < length:
        if folded[p] == SPACE:
            p += 1
            continue
        first = _join(words[p >> 3], words[(p >> 3) + 1], p)
        mark = _first_space(first)
        q = p
        word = first
        while mark == np.uint64(0):
            q += 8
            word = _join(words[q >> 3], words[(q >> 3) + 1], q)
            mark = _first_space(word)
        end = q + signed((mark * BYTE_PLACE) >> np.uint64(56))
        if end >= length and not last:
            return n, p
        tail = word & (mark - np.uint64(1))
        size = end - p
        if size <= 8:
            h = mix_word(P5 + EIGHT, tail if q == p else first)
        elif size <= 16:
            h = mix_word(P5 + EIGHT * np.uint64(2), first)
            if q - p == 16:
                tail = _join(words[(p + 8) >> 3], words[((p + 8) >> 3) + 1], p)
            h = mix_word(h, tail)
        elif size <= 24:
            h = mix_word(P5 + EIGHT * np.uint64(3), first)
            h = mix_word(h, _join(words[(p + 8) >> 3], words[((p + 8) >> 3) + 1], p))
            if q - p == 24:
                tail = _join(words[(p + 16) >> 3], words[((p + 16) >> 3) + 1], p)
            h = mix_word(h, tail)
        else:
            out[n] = np.uint32(_hash_long(words, p, size) & LOW32)
            n += 1
            p = end + 1
            continue
        out[n] = np.uint32(avalanche(h) & LOW32)
        n += 1
        p = end + 1
    return n, length


@kernel
def hash_tokens(
    data: NDArray[np.uint8],
    start: int,
    end: int,
    words: NDArray[np.uint64],
    out: NDArray[np.uint32],
    n: int,
    table: Table,
) -> tuple[NDArray[np.uint64], NDArray[np.uint32], int]:
    """Append the token hashes of the cell `data[start:end]` to `out[:n]`.

    `words` is scratch. Both arrays may have to grow: use those returned, with the new count.
    """
    i, carry = start, 0
    while True:
        stop = min(end, i + BLOCK)
        # a unit may reach past the block: the longest is bounded by a tag or reference
        need = carry + (stop - i) * MAX_EXPANSION + 2 * UNIT_SLACK
        if len(words) * 8 < need:
            grown = np.empty(need // 4 + 8, np.uint64)
            grown[: len(words)] = words
            words = grown
        folded = words.view(np.uint8)
        i, length = fold_block(data, i, stop, end, folded, carry, table, None)
        if len(out) < n + length // 2 + 2:
            larger = np.empty(2 * len(out) + length, np.uint32)
            larger[:n] = out[:n]
            out = larger
        n, unfinished = _hash_block(folded, words, length, i >= end, out, n)
        if i >= end:
            return words, out, n
        carry = length - unfinished
        for k in range(carry):
            folded[k] = folded[unfinished + k]


class TokenPlaces(NamedTuple):
    """The tokens of one text, with places in bytes."""

    hashes: NDArray[np.uint32]
    """Token hashes, shape (n,)."""
    starts: NDArray[np.int64]
    """First byte of each token in the original UTF-8, shape (n,)."""
    ends: NDArray[np.int64]
    """Byte after the last of each token in the original, shape (n,)."""
    folded: NDArray[np.uint8]
    """The folded text."""
    folded_starts: NDArray[np.int64]
    """First byte of each token in `folded`, shape (n,)."""
    folded_ends: NDArray[np.int64]
    """Byte after the last of each token in `folded`, shape (n,)."""


@kernel
def _token_borders(
    folded: NDArray[np.uint8], length: int
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return where each token of `folded[:length]` starts and ends, in bytes of `folded`."""
    starts = np.empty(length // 2 + 1, np.int64)
    ends = np.empty(length // 2 + 1, np.int64)
    n, inside = 0, False
    for k in range(length):
        if folded[k] != SPACE and not inside:
            starts[n], inside = k, True
        elif folded[k] == SPACE and inside:
            ends[n], inside = k, False
            n += 1
    if inside:
        ends[n] = length
        n += 1
    return starts[:n].copy(), ends[:n].copy()


@kernel
def code_points(data: NDArray[np.uint8], offsets: NDArray[np.int64]) -> NDArray[np.int64]:
    """Convert ascending byte `offsets` into well-formed UTF-8 to code-point offsets."""
    out = np.empty_like(offsets)
    at, points = 0, 0
    for k in range(len(offsets)):
        while at < offsets[k]:
            if data[at] & 0xC0 != 0x80:
                points += 1
            at += 1
        out[k] = points
    return out


def place_tokens(data: NDArray[np.uint8]) -> TokenPlaces:
    """Return the tokens of a whole text (UTF-8 bytes) with their places."""
    end, table = len(data), load_table()
    folded = np.empty(end * MAX_EXPANSION + UNIT_SLACK, np.uint8)
    origin = np.empty(len(folded), np.int64)
    _, length = fold_block(data, 0, end, end, folded, 0, table, origin)
    origin[length] = end
    starts, ends = _token_borders(folded, length)
    return TokenPlaces(
        hashes=text_tokens(data),
        starts=origin[starts],
        ends=origin[ends],
        folded=folded[:length].copy(),
        folded_starts=starts,
        folded_ends=ends,
    )


def text_tokens(data: NDArray[np.uint8]) -> NDArray[np.uint32]:
    """Return the token hashes of a whole text given as UTF-8 bytes, shape (n,)."""
    words = np.zeros(BLOCK, np.uint64)
    out = np.empty(len(data) // 4 + 64, np.uint32)
    _, out, n = hash_tokens(data, 0, len(data), words, out, 0, load_table())
    return out[:n].copy()


def as_bytes(text: str) -> NDArray[np.uint8]:
    """Return the UTF-8 of `text` as an array; lone surrogates become U+FFFD."""
    return np.frombuffer(text.encode("utf-8", "replace"), np.uint8)
