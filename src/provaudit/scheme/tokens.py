"""Tokens of a text: their hashes for the scan, and their places for verification (kernels)."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from provaudit.scheme.fold import (
    MAX_EXPANSION,
    UNIT_SLACK,
    Table,
    fold_block,
)
from provaudit.scheme.hashing import EIGHT, LOW32, P5, avalanche, hash_words, mix_word
from provaudit.scheme.kernels import inline, kernel, signed
from provaudit.scheme.tables import load_table
from provaudit.scheme.vector import load_word, trailing_zeros

BLOCK = 16_384
"""Bytes folded at a time: input, output and token hashes of a block stay in the L1/L2 caches."""
ONE = np.uint64(1)
ALL = np.uint64(0xFFFFFFFFFFFFFFFF)


@inline
def _low_bytes(word: np.uint64, size: int) -> np.uint64:
    """Return the lowest 1 to 8 bytes of a word, the others zero."""
    return word & (ALL >> np.uint64(64 - 8 * size))


@kernel
def _hash_long(folded: NDArray[np.uint8], p: int, size: int) -> np.uint64:
    """Hash a token of more than 16 bytes."""
    count = (size + 7) // 8
    words = np.empty(count, np.uint64)
    for k in range(count):
        words[k] = load_word(folded, p + 8 * k)
    words[count - 1] = _low_bytes(words[count - 1], size - 8 * (count - 1))
    return hash_words(words, count)


@kernel
def find_borders(
    separators: NDArray[np.uint64], carry: int, length: int, borders: NDArray[np.int64]
) -> int:
    """Write where tokens start and end, in turn, to `borders`; return how many numbers.

    The first `carry` bytes are known to be the start of a token. One that reaches `length` ends
    there.
    """
    n, before = 0, ONE
    if carry:
        borders[0] = 0
        n, before = 1, np.uint64(0)
    last = length >> 6
    for w in range(carry >> 6, last + 1):
        spaces = separators[w]
        if w == last:
            # beyond the end all is separator
            spaces |= ALL << np.uint64(length & 63)
        # bits that are not as the one before: in turn the start and the end of a token
        changes = spaces ^ ((spaces << ONE) | before)
        before = spaces >> np.uint64(63)
        while changes:
            borders[n] = 64 * w + trailing_zeros(changes)
            n += 1
            changes &= changes - ONE
    return n


@kernel
def _hash_borders(
    folded: NDArray[np.uint8],
    borders: NDArray[np.int64],
    count: int,
    out: NDArray[np.uint32],
    n: int,
) -> None:
    """Write the hashes of `count` tokens to `out[n:]`: xxh64 of their zero-padded bytes."""
    for t in range(count):
        p = borders[2 * t]
        size = borders[2 * t + 1] - p
        first = load_word(folded, p)
        if size <= 8:
            h = mix_word(P5 + EIGHT, _low_bytes(first, size))
            out[n + t] = np.uint32(avalanche(h) & LOW32)
        elif size <= 16:
            h = mix_word(P5 + EIGHT + EIGHT, first)
            h = mix_word(h, _low_bytes(load_word(folded, p + 8), size - 8))
            out[n + t] = np.uint32(avalanche(h) & LOW32)
        else:
            out[n + t] = np.uint32(_hash_long(folded, p, size) & LOW32)


class Scratch(NamedTuple):
    """Arrays that `hash_tokens` works in; made anew when a cell needs larger ones."""

    folded: NDArray[np.uint8]
    """Folded bytes of a block, with slack for reads of whole words."""
    separators: NDArray[np.uint64]
    """A bit for each byte of `folded` that is a separator."""
    borders: NDArray[np.int64]
    """Starts and ends of tokens in `folded`."""


@kernel
def make_scratch(size: int) -> Scratch:
    """Return scratch for `size` folded bytes."""
    return Scratch(
        np.empty(size + 4 * UNIT_SLACK, np.uint8),
        np.zeros((size >> 6) + 4, np.uint64),
        np.empty(size + 4, np.int64),
    )


@kernel
def hash_tokens(
    data: NDArray[np.uint8],
    start: int,
    end: int,
    scratch: Scratch,
    out: NDArray[np.uint32],
    n: int,
    table: Table,
) -> tuple[Scratch, NDArray[np.uint32], int]:
    """Append the token hashes of the cell `data[start:end]` to `out[:n]`.

    Scratch and `out` may have to grow: use those returned, with the new count.
    """
    i, carry = start, signed(0)
    while i < end:
        stop = min(end, i + BLOCK)
        need = carry + (stop - i) * MAX_EXPANSION + 2 * UNIT_SLACK
        if len(scratch.borders) < need:
            larger_scratch = make_scratch(2 * need)
            for k in range(carry):
                larger_scratch.folded[k] = scratch.folded[k]
            scratch = larger_scratch
        folded, separators, borders = scratch.folded, scratch.separators, scratch.borders
        i, length = fold_block(data, i, stop, end, folded, carry, separators, table, None)
        count = find_borders(separators, carry, length, borders) // 2
        for k in range(carry >> 6, (length >> 6) + 2):
            separators[k] = np.uint64(0)
        carry = signed(0)
        if i < end and count and borders[2 * count - 1] == length:
            # the last token may go on in the next block
            count -= 1
            carry = length - borders[2 * count]
        if len(out) < n + count:
            larger = np.empty(2 * len(out) + count, np.uint32)
            for k in range(n):
                larger[k] = out[k]
            out = larger
        _hash_borders(folded, borders, count, out, n)
        n += count
        if carry < length:
            for k in range(carry):
                folded[k] = folded[length - carry + k]
    return scratch, out, n


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
    end, size = len(data), len(data) * MAX_EXPANSION + 2 * UNIT_SLACK
    folded, separators, borders = make_scratch(size)
    origin = np.empty(len(folded), np.int64)
    _, length = fold_block(data, 0, end, end, folded, 0, separators, load_table(), origin)
    origin[length] = end
    count = find_borders(separators, 0, length, borders)
    starts, ends = borders[:count:2].copy(), borders[1:count:2].copy()
    hashes = np.empty(len(starts), np.uint32)
    _hash_borders(folded, borders, len(starts), hashes, 0)
    return TokenPlaces(
        hashes=hashes,
        starts=origin[starts],
        ends=origin[ends],
        folded=folded[:length].copy(),
        folded_starts=starts,
        folded_ends=ends,
    )


def text_tokens(data: NDArray[np.uint8]) -> NDArray[np.uint32]:
    """Return the token hashes of a whole text given as UTF-8 bytes, shape (n,)."""
    out = np.empty(len(data) // 4 + 64, np.uint32)
    scratch = make_scratch(BLOCK)
    _, out, n = hash_tokens(data, 0, len(data), scratch, out, 0, load_table())
    return out[:n].copy()


def as_bytes(text: str) -> NDArray[np.uint8]:
    """Return the UTF-8 of `text` as an array; lone surrogates become "?"."""
    return np.frombuffer(text.encode("utf-8", "replace"), np.uint8)
