"""The frozen character tables, loaded once and laid out as one array.

One array, because a kernel pays for each array it hands to another. Layout, in 32-bit words:

====================  =====================================================================
``ASCII`` + byte      output byte of a plain ASCII byte, 0 where `fold_unit` must look
``PAGES`` + cp >> 7   start of the code point's block of 128 entries
entries               length << 24 | up to three bytes of letters, little endian; or
                      `SEPARATOR` << 24: one separator; or
                      `ITSELF` << 24: the code point itself between separators; or
                      `POOLED` << 24 | where its length and bytes stand
named references      key low, key high, code point, second code point or 0; sorted by key
element names         key low, key high; sorted by key
====================  =====================================================================

Keys are FNV-1a hashes (64 bits). The first four words give where the last two parts start and
how many rows they have.
"""

from __future__ import annotations

import hashlib
from functools import cache
from importlib.resources import files
from io import BytesIO
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

ENTITY_START: Final = 0
ENTITY_COUNT: Final = 1
TAG_START: Final = 2
TAG_COUNT: Final = 3
ASCII: Final = 4
PAGES: Final = ASCII + 256
ENTRIES: Final = PAGES + 0x110000 // 128
ENTITY_WIDTH: Final = 4
TAG_WIDTH: Final = 2
SEPARATOR: Final = 0xFD
ITSELF: Final = 0xFE
POOLED: Final = 0xFF


def _ascii() -> NDArray[np.uint32]:
    table = np.full(256, ord(" "), np.uint32)
    for byte in range(128):
        if chr(byte).isalnum():
            table[byte] = ord(chr(byte).lower())
    table[128:] = 0
    table[[ord("&"), ord("<"), ord("-")]] = 0
    return table


def _keys(keys: NDArray[np.uint64]) -> NDArray[np.uint32]:
    low = (keys & np.uint64(0xFFFFFFFF)).astype(np.uint32)
    return np.stack([low, (keys >> np.uint64(32)).astype(np.uint32)], axis=1)


def _lay_out(part: dict[str, NDArray[Any]]) -> NDArray[np.uint32]:
    pool_start = ENTRIES + len(part["entries"])
    entries = part["entries"].copy()
    entries[entries >> 24 == POOLED] += np.uint32(pool_start)
    entities = np.concatenate([_keys(part["entity_keys"]), part["entity_points"]], axis=1)
    tags = _keys(part["tag_keys"])
    entity_start = pool_start + len(part["pool"])
    header = [entity_start, len(entities), entity_start + entities.size, len(tags)]
    pages = ENTRIES + part["pages"].astype(np.uint32) * 128
    parts = [np.array(header), _ascii(), pages, entries, part["pool"], entities.ravel()]
    return np.concatenate([*parts, tags.ravel()]).astype(np.uint32)


@cache
def load_table() -> NDArray[np.uint32]:
    """Return the scheme's table, shape (n,)."""
    data = files("provaudit.scheme").joinpath("tables-v0.npz").read_bytes()
    with np.load(BytesIO(data), allow_pickle=False) as arrays:
        table = _lay_out({name: arrays[name] for name in arrays.files})
    table.setflags(write=False)
    return table


@cache
def table_digest() -> str:
    """Return SHA-256 (hex) over the table, little endian."""
    return hashlib.sha256(load_table().astype("<u4").tobytes()).hexdigest()
