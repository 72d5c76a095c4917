"""Make the frozen character tables of scheme v0 from the Unicode data of Python 3.13.

    python3.13 tools/make_tables.py src/provaudit/scheme/tables-v0.npz

Python 3.13 carries Unicode 15.1.0, the version that scheme v0 names; any other interpreter is
refused. `docs/scheme.md` gives the rule in words. The result is checked in: nobody needs to run
this to use or to build the tool.
"""

from __future__ import annotations

import html.entities
import sys
import unicodedata
from pathlib import Path

import numpy as np

UNICODE = "15.1.0"
BLOCK = 128
SEPARATOR = 0xFD  # the output is one separator
ITSELF = 0xFE  # the output is the code point itself between separators
POOLED = 0xFF  # the output stands in the pool: its length, then its bytes

# Scripts written without spaces between words: every letter and mark is a token of its own.
CHARACTER_RANGES = [
    (0x0E00, 0x0EFF),  # Thai, Lao
    (0x1000, 0x109F),  # Myanmar
    (0x1780, 0x17FF),  # Khmer
    (0x2E80, 0x2FDF),  # Han radicals
    (0x3005, 0x3007),  # Han iteration marks and zero
    (0x3021, 0x3029),  # Hangzhou numerals
    (0x3038, 0x303C),
    (0x3041, 0x30FF),  # Hiragana, Katakana, their voicing marks
    (0x31F0, 0x31FF),  # Katakana extensions
    (0x3400, 0x4DBF),  # Han
    (0x4E00, 0x9FFF),
    (0xA9E0, 0xA9FF),  # Myanmar extensions
    (0xAA60, 0xAA7F),
    (0xF900, 0xFAFF),  # Han compatibility
    (0x1AFF0, 0x1B16F),  # Kana extensions
    (0x20000, 0x3FFFD),  # Han extensions
]

# Combining marks of Latin, Greek, Cyrillic, Hebrew and Arabic, and marks of no script.
DROPPED_MARK_RANGES = [
    (0x0300, 0x036F),
    (0x0483, 0x0489),
    (0x0591, 0x05C7),
    (0x0610, 0x061A),
    (0x064B, 0x065F),
    (0x0670, 0x0670),
    (0x06D6, 0x06ED),
    (0x0898, 0x089F),
    (0x08CA, 0x08FF),
    (0x180B, 0x180F),
    (0x1AB0, 0x1AFF),
    (0x1DC0, 0x1DFF),
    (0x20D0, 0x20FF),
    (0x2DE0, 0x2DFF),
    (0xA66F, 0xA67D),
    (0xA69E, 0xA69F),
    (0xFB1E, 0xFB1E),
    (0xFE00, 0xFE0F),
    (0xFE20, 0xFE2F),
    (0xE0100, 0xE01EF),
]

LETTER_FOLDS = {"æ": "ae", "œ": "oe", "ø": "o", "ł": "l", "đ": "d", "ı": "i", "þ": "th", "ð": "d"}
# Arabic tatweel and the Hangul fillers show nothing.
DROPPED_LETTERS = {0x0640, 0x115F, 0x1160, 0x3164, 0xFFA0}
# Letters by category, apostrophes by use.
SEPARATOR_LETTERS = {0x02B9, 0x02BA, 0x02BB, 0x02BC, 0x02BD}

TAGS = """a abbr acronym address area article aside audio b base bdi bdo big blockquote body br
button canvas caption center cite code col colgroup data datalist dd del details dfn dialog dir div
dl dt em embed fieldset figcaption figure font footer form frame frameset h1 h2 h3 h4 h5 h6 head
header hgroup hr html i iframe img input ins kbd label legend li link main map mark menu meta meter
nav noframes noscript object ol optgroup option output p param picture pre progress q rp rt ruby s
samp script search section select small source span strike strong style sub summary sup svg table
tbody td template textarea tfoot th thead time title tr track tt u ul var video wbr""".split()


def within(cp: int, ranges: list[tuple[int, int]]) -> bool:
    return any(lo <= cp <= hi for lo, hi in ranges)


def compatibility_fold(text: str) -> str:
    for _ in range(3):
        text = unicodedata.normalize("NFKD", text).casefold()
    return unicodedata.normalize("NFKD", text)


def fold_letter(char: str) -> str:
    """The output of one fully decomposed, case-folded code point."""
    cp, category = ord(char), unicodedata.category(char)
    if cp in SEPARATOR_LETTERS:
        return " "
    if category == "Cf" or cp in DROPPED_LETTERS:
        return ""
    if category[0] == "M" and within(cp, DROPPED_MARK_RANGES):
        return ""
    if within(cp, CHARACTER_RANGES) and (category[0] in "LM" or category == "Nl"):
        return f" {char} "
    if category[0] in "LNM":
        return LETTER_FOLDS.get(char, char)
    return " "


def fold(cp: int) -> bytes:
    if 0xD800 <= cp <= 0xDFFF or unicodedata.category(chr(cp)) in ("Cn", "Co"):
        return b" "
    out = "".join(fold_letter(c) for c in compatibility_fold(chr(cp)))
    # one separator is as good as several
    while "  " in out:
        out = out.replace("  ", " ")
    return out.encode()


def fnv1a(name: bytes) -> int:
    value = 0xCBF29CE484222325
    for byte in name:
        value = ((value ^ byte) * 0x100000001B3) & 0xFFFFFFFFFFFFFFFF
    return value


def entry_for(cp: int, out: bytes, pool: list[int], where: dict[bytes, int]) -> int:
    """One 32-bit entry: length << 24 | up to three letters' bytes, or how to find the output."""
    if out == b" ":
        return SEPARATOR << 24
    if len(out) <= 3 and b" " not in out:
        return len(out) << 24 | int.from_bytes(out, "little")
    if out == b" " + chr(cp).encode() + b" ":
        return ITSELF << 24
    if out not in where:
        where[out] = len(pool)
        pool += [len(out), *out]
    return POOLED << 24 | where[out]


def fold_arrays() -> dict[str, np.ndarray]:
    """Two stages: `pages[cp >> 7]` is a block, `entries[block * 128 + (cp & 127)]` an entry."""
    pool: list[int] = []
    where: dict[bytes, int] = {}
    blocks: dict[tuple[int, ...], int] = {}
    pages, entries = [], []
    for start in range(0, 0x110000, BLOCK):
        block = tuple(entry_for(cp, fold(cp), pool, where) for cp in range(start, start + BLOCK))
        if block not in blocks:
            blocks[block] = len(blocks)
            entries += block
        pages.append(blocks[block])
    return {
        "pages": np.array(pages, np.uint16),
        "entries": np.array(entries, np.uint32),
        "pool": np.array(pool, np.uint8),
    }


def entity_arrays() -> dict[str, np.ndarray]:
    """Named character references that end in a semicolon, sorted by the FNV-1a hash of the name."""
    rows = sorted(
        (fnv1a(name[:-1].encode()), [ord(c) for c in text])
        for name, text in html.entities.html5.items()
        if name.endswith(";")
    )
    assert len({r[0] for r in rows}) == len(rows)
    return {
        "entity_keys": np.array([r[0] for r in rows], np.uint64),
        "entity_points": np.array([(r[1] + [0])[:2] for r in rows], np.uint32),
    }


def main() -> None:
    if unicodedata.unidata_version != UNICODE:
        sys.exit(f"needs the Unicode {UNICODE} data of Python 3.13, not {sys.version.split()[0]}")
    arrays = fold_arrays() | entity_arrays()
    arrays["tag_keys"] = np.array(sorted(fnv1a(t.encode()) for t in TAGS), np.uint64)
    np.savez_compressed(Path(sys.argv[1]), **arrays)
    print({name: array.shape for name, array in arrays.items()})


if __name__ == "__main__":
    main()
