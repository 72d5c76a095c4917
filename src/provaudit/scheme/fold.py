"""Folding: from original UTF-8 to token bytes separated by spaces (kernels).

A cell's bytes go in; out comes the concatenation of what each *unit* folds to. A unit is one
code point, one character reference (``&eacute;``), one HTML tag, or a hyphen with the line end
that it joins. Tokens are the runs between spaces. Bytes that are not UTF-8 are separators, one
at a time, as U+FFFD is one.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from provaudit.scheme.kernels import inline, kernel, signed
from provaudit.scheme.tables import (
    ASCII,
    ENTITY_COUNT,
    ENTITY_START,
    ENTITY_WIDTH,
    ITSELF,
    PAGES,
    POOLED,
    SEPARATOR,
    TAG_COUNT,
    TAG_START,
    TAG_WIDTH,
)
from provaudit.scheme.vector import LANES, fold_lanes, trailing_zeros

Table = NDArray[np.uint32]

SPACE = np.uint8(0x20)
ONE = np.uint64(1)
MAX_EXPANSION = 12
"""Most output bytes per input byte of a unit (U+FDFA: 3 bytes to 33)."""
UNIT_SLACK = 64
"""Most output bytes of a unit."""
MAX_ENTITY = 34
"""Longest character reference in bytes, from `&` to `;` (the longest name has 31 letters)."""
MAX_TAG = 1000
"""Longest HTML tag in bytes."""
FNV_START = np.uint64(0xCBF29CE484222325)
FNV_PRIME = np.uint64(0x100000001B3)


@kernel
def _find(table: Table, start: int, count: int, width: int, key: np.uint64) -> int:
    """Return where the row of `key` starts among sorted rows, or -1."""
    low, high = 0, count
    while low < high:
        middle = (low + high) // 2
        at = start + middle * width
        found = np.uint64(table[at]) | (np.uint64(table[at + 1]) << np.uint64(32))
        if found == key:
            return at
        if found < key:
            low = middle + 1
        else:
            high = middle
    return -1


@kernel
def _decode(data: NDArray[np.uint8], i: int, end: int) -> tuple[int, int]:
    """Return (code point, bytes) of the UTF-8 at `i`; (-1, 1) where it is not well formed."""
    b = signed(data[i])
    if b < 0x80:
        return b, 1
    if b < 0xC2 or b > 0xF4:
        return -1, 1
    need = 2 if b < 0xE0 else (3 if b < 0xF0 else 4)
    if i + need > end:
        return -1, 1
    cp = b & (0x7F >> need)
    for k in range(1, need):
        c = signed(data[i + k])
        if c & 0xC0 != 0x80:
            return -1, 1
        cp = (cp << 6) | (c & 0x3F)
    overlong = (need == 3 and cp < 0x800) or (need == 4 and cp < 0x10000)
    if overlong or cp > 0x10FFFF or 0xD800 <= cp <= 0xDFFF:
        return -1, 1
    return cp, need


@kernel
def _emit_itself(cp: int, out: NDArray[np.uint8], pos: int) -> int:
    """Append code point `cp` (U+0800 or higher) in UTF-8 between separators."""
    out[pos] = SPACE
    pos += 1
    if cp < 0x10000:
        out[pos] = np.uint8(0xE0 | (cp >> 12))
    else:
        out[pos] = np.uint8(0xF0 | (cp >> 18))
        pos += 1
        out[pos] = np.uint8(0x80 | ((cp >> 12) & 0x3F))
    out[pos + 1] = np.uint8(0x80 | ((cp >> 6) & 0x3F))
    out[pos + 2] = np.uint8(0x80 | (cp & 0x3F))
    out[pos + 3] = SPACE
    return pos + 4


@kernel
def _emit(cp: int, out: NDArray[np.uint8], pos: int, table: Table) -> int:
    """Append what code point `cp` folds to; return the new length of `out`."""
    if cp < 0 or cp > 0x10FFFF:
        out[pos] = SPACE
        return pos + 1
    entry = signed(table[signed(table[PAGES + (cp >> 7)]) + (cp & 127)])
    length = entry >> 24
    if length == SEPARATOR:
        out[pos] = SPACE
        return pos + 1
    if length < SEPARATOR:
        for k in range(length):
            out[pos + k] = np.uint8(entry >> (8 * k))
        return pos + length
    if length == POOLED:
        at = entry & 0xFFFFFF
        length = signed(table[at])
        for k in range(length):
            out[pos + k] = np.uint8(table[at + 1 + k])
        return pos + length
    return _emit_itself(cp, out, pos)


@kernel
def _numeric_reference(data: NDArray[np.uint8], start: int, stop: int) -> int:
    """Return the code point of ``#...`` in `data[start:stop]`, or -1."""
    i, base = start + 1, 10
    if i < stop and data[i] | 0x20 == 0x78:
        i, base = i + 1, 16
    if i >= stop:
        return -1
    value = 0
    while i < stop:
        c = signed(data[i]) | 0x20
        if 0x30 <= signed(data[i]) <= 0x39:
            digit = signed(data[i]) - 0x30
        elif base == 16 and 0x61 <= c <= 0x66:
            digit = c - 0x57
        else:
            return -1
        value = min(value * base + digit, 0x110000)
        i += 1
    return value


@kernel
def _fold_entity(
    data: NDArray[np.uint8], i: int, end: int, out: NDArray[np.uint8], pos: int, table: Table
) -> tuple[int, int]:
    """Fold the character reference at `i`, or the ampersand alone."""
    stop, key = i + 1, FNV_START
    limit = min(end, i + MAX_ENTITY)
    while stop < limit and data[stop] != 0x3B:
        key = (key ^ np.uint64(data[stop])) * FNV_PRIME
        stop += 1
    if stop < limit and stop > i + 1:
        if data[i + 1] == 0x23:
            cp = _numeric_reference(data, i + 1, stop)
            if cp >= 0:
                return stop + 1, _emit(cp, out, pos, table)
        else:
            at = _find(
                table,
                signed(table[ENTITY_START]),
                signed(table[ENTITY_COUNT]),
                ENTITY_WIDTH,
                key,
            )
            if at >= 0:
                pos = _emit(signed(table[at + 2]), out, pos, table)
                if table[at + 3]:
                    pos = _emit(signed(table[at + 3]), out, pos, table)
                return stop + 1, pos
    out[pos] = SPACE
    return i + 1, pos + 1


@kernel
def _tag_end(data: NDArray[np.uint8], i: int, end: int, table: Table) -> int:
    """Return the end of the HTML tag that starts at `i`, or `i + 1` where there is none."""
    j, key = i + 1, FNV_START
    if j < end and data[j] == 0x2F:
        j += 1
    first = j
    while j < end and j - first < 12:
        c = signed(data[j]) | 0x20
        if not (0x61 <= c <= 0x7A or (j > first and 0x30 <= signed(data[j]) <= 0x39)):
            break
        key = (key ^ np.uint64(c)) * FNV_PRIME
        j += 1
    if j == first or j >= end:
        return i + 1
    if _find(table, signed(table[TAG_START]), signed(table[TAG_COUNT]), TAG_WIDTH, key) < 0:
        return i + 1
    c = signed(data[j])
    if c not in (0x3E, 0x2F, 0x20, 0x09, 0x0A, 0x0D):
        return i + 1
    limit = min(end, i + MAX_TAG)
    while j < limit and data[j] != 0x3E and data[j] != 0x3C:
        j += 1
    if j < limit and data[j] == 0x3E:
        return j + 1
    return i + 1


@inline
def _is_letter(byte: int) -> bool:
    """Whether a byte is an ASCII letter or part of a code point beyond ASCII."""
    return byte >= 0x80 or 0x61 <= (byte | 0x20) <= 0x7A


@kernel
def _join_end(data: NDArray[np.uint8], i: int, end: int) -> int:
    """Return where a word goes on after a hyphen whose bytes end at `i`, or -1 if no line ends."""
    j, lines = i, 0
    while j < end and data[j] in (0x20, 0x09, 0x0A, 0x0D):
        if data[j] == 0x0A or (data[j] == 0x0D and not (j + 1 < end and data[j + 1] == 0x0A)):
            lines += 1
        j += 1
    if lines == 1 and j < end and _is_letter(signed(data[j])):
        return j
    return -1


@kernel
def fold_unit(
    data: NDArray[np.uint8], i: int, end: int, out: NDArray[np.uint8], pos: int, table: Table
) -> tuple[int, int]:
    """Fold the unit at byte `i` of the cell that ends at `end`.

    Returns the place of the next unit and the new length of `out`.
    """
    b = signed(data[i])
    if b == 0x26:
        return _fold_entity(data, i, end, out, pos, table)
    if b == 0x3C:
        out[pos] = SPACE
        return _tag_end(data, i, end, table), pos + 1
    cp, size = _decode(data, i, end)
    # hyphen-minus, hyphen, soft hyphen, and the not sign that OCR and German editions use
    if cp in (0x2D, 0x2010, 0xAD, 0xAC) and pos > 0 and _is_letter(signed(out[pos - 1])):
        j = _join_end(data, i + size, end)
        if j >= 0:
            return j, pos
    return i + size, _emit(cp, out, pos, table)


@kernel
def _note_unit(
    out: NDArray[np.uint8],
    before: int,
    pos: int,
    separators: NDArray[np.uint64],
    origin: NDArray[np.int64] | None,
    unit: int,
    after: int,
) -> None:
    """Note the separators, and the origins if wanted, of the bytes that a unit folded to."""
    letters = False
    for k in range(before, pos):
        space = out[k] == SPACE
        if space:
            separators[k >> 6] |= ONE << np.uint64(k & 63)
        if origin is not None:
            letters = letters or not space
            origin[k] = after if letters and space else unit


@kernel
def fold_block(  # noqa: PLR0912, PLR0915 (a hot loop is flat: see kernels.py)
    data: NDArray[np.uint8],
    i: int,
    stop: int,
    end: int,
    out: NDArray[np.uint8],
    pos: int,
    separators: NDArray[np.uint64],
    table: Table,
    origin: NDArray[np.int64] | None,
) -> tuple[int, int]:
    """Fold the units that start in `data[i:stop]`; a unit may reach past `stop`, up to `end`.

    Parameters
    ----------
    data : uint8
        Original bytes; the cell ends at `end`.
    out : uint8
        Takes the folded bytes from `pos` on; with room for `MAX_EXPANSION` bytes for each byte
        folded, and `2 * UNIT_SLACK` more.
    separators : uint64
        Zeroed by the caller; takes a bit for each byte of `out` that is a separator.
    origin : int64, optional
        Takes the place that each output byte came from. A token starts at the origin of its
        first byte and ends at the origin of the byte after its last.

    Returns
    -------
    tuple of int
        The place of the next unit, and the new length of `out`.
    """
    last_lane = len(data) - LANES
    while i < stop:
        if i <= last_lane:
            events, spaces = fold_lanes(data, i, out, pos)
            plain = min(trailing_zeros(events), end - i)
            if plain < LANES:
                spaces &= (ONE << np.uint64(plain)) - ONE
            shift = np.uint64(pos & 63)
            separators[pos >> 6] |= spaces << shift
            separators[(pos >> 6) + 1] |= (spaces >> ONE) >> (np.uint64(63) - shift)
            if origin is not None:
                for k in range(plain):
                    origin[pos + k] = i + k
            i += plain
            pos += plain
            if plain == LANES or i >= end:
                continue
        # unit by unit, until a run of ASCII begins; the common ones without a call
        while True:
            b, size, entry = signed(data[i]), 1, POOLED << 24
            if b < 0x80:
                c = signed(table[ASCII + b])
                if c:
                    entry = SEPARATOR << 24 if c == SPACE else 1 << 24 | c
            elif 0xC2 <= b < 0xE0 and i + 1 < end and data[i + 1] & 0xC0 == 0x80:
                cp, size = ((b & 0x1F) << 6) | (signed(data[i + 1]) & 0x3F), 2
                if cp not in (0xAC, 0xAD):
                    entry = signed(table[signed(table[PAGES + (cp >> 7)]) + (cp & 127)])
            elif 0xE0 <= b < 0xF0 and i + 2 < end:
                second, third = signed(data[i + 1]), signed(data[i + 2])
                cp, size = ((b & 0x0F) << 12) | ((second & 0x3F) << 6) | (third & 0x3F), 3
                formed = second & 0xC0 == 0x80 and third & 0xC0 == 0x80 and cp >= 0x800
                if formed and not 0xD800 <= cp <= 0xDFFF and cp != 0x2010:
                    entry = signed(table[signed(table[PAGES + (cp >> 7)]) + (cp & 127)])
            length = entry >> 24
            if length <= 3:
                # three bytes are always written: what is no output is written over
                out[pos] = np.uint8(entry & 0xFF)
                out[pos + 1] = np.uint8((entry >> 8) & 0xFF)
                out[pos + 2] = np.uint8((entry >> 16) & 0xFF)
                if origin is not None:
                    for k in range(length):
                        origin[pos + k] = i
                i += size
                pos += length
            elif length == SEPARATOR:
                out[pos] = SPACE
                separators[pos >> 6] |= ONE << np.uint64(pos & 63)
                if origin is not None:
                    origin[pos] = i
                i += size
                pos += 1
            elif length == ITSELF and size == 3:
                out[pos] = SPACE
                for k in range(3):
                    out[pos + 1 + k] = data[i + k]
                out[pos + 4] = SPACE
                separators[pos >> 6] |= ONE << np.uint64(pos & 63)
                separators[(pos + 4) >> 6] |= ONE << np.uint64((pos + 4) & 63)
                if origin is not None:
                    for k in range(4):
                        origin[pos + k] = i
                    origin[pos + 4] = i + 3
                i += 3
                pos += 5
            else:
                unit, before = i, pos
                i, pos = fold_unit(data, i, end, out, pos, table)
                _note_unit(out, before, pos, separators, origin, unit, i)
            if i >= stop or (i <= last_lane and data[i] < 0x80 and data[i + 1] < 0x80):
                break
    return i, pos
