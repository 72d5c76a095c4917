"""Scheme v0 and the scan once more: slow, obvious, and without a line of the tool.

Written from `docs/scheme.md` with `unicodedata`, `html.entities` and the `xxhash` package. Tests
hold the kernels equal to it. The interpreter's Unicode version may differ from the scheme's, so
use it on code points that both know.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Iterator, Sequence
from functools import cache
from html.entities import html5
from typing import NamedTuple

import xxhash

SHINGLE, WINDOW, SCALE, PERMUTATIONS = 5, 4, 100, 128
MASK64 = 2**64 - 1

CHARACTERS = [
    (0x0E00, 0x0EFF), (0x1000, 0x109F), (0x1780, 0x17FF), (0x2E80, 0x2FDF), (0x3005, 0x3007),
    (0x3021, 0x3029), (0x3038, 0x303C), (0x3041, 0x30FF), (0x31F0, 0x31FF), (0x3400, 0x4DBF),
    (0x4E00, 0x9FFF), (0xA9E0, 0xA9FF), (0xAA60, 0xAA7F), (0xF900, 0xFAFF), (0x1AFF0, 0x1B16F),
    (0x20000, 0x3FFFD),
]  # fmt: skip
DROPPED_MARKS = [
    (0x0300, 0x036F), (0x0483, 0x0489), (0x0591, 0x05C7), (0x0610, 0x061A), (0x064B, 0x065F),
    (0x0670, 0x0670), (0x06D6, 0x06ED), (0x0898, 0x089F), (0x08CA, 0x08FF), (0x180B, 0x180F),
    (0x1AB0, 0x1AFF), (0x1DC0, 0x1DFF), (0x20D0, 0x20FF), (0x2DE0, 0x2DFF), (0xA66F, 0xA67D),
    (0xA69E, 0xA69F), (0xFB1E, 0xFB1E), (0xFE00, 0xFE0F), (0xFE20, 0xFE2F), (0xE0100, 0xE01EF),
]  # fmt: skip
LETTERS = {"æ": "ae", "œ": "oe", "ø": "o", "ł": "l", "đ": "d", "ı": "i", "þ": "th", "ð": "d"}
DROPPED_LETTERS = "\u0640\u115f\u1160\u3164\uffa0"
SEPARATOR_LETTERS = "\u02b9\u02ba\u02bb\u02bc\u02bd"
HYPHENS = "-\u2010\u00ad\u00ac"
TAGS = set(
    """a abbr acronym address area article aside audio b base bdi bdo big blockquote body br
    button canvas caption center cite code col colgroup data datalist dd del details dfn dialog
    dir div dl dt em embed fieldset figcaption figure font footer form frame frameset h1 h2 h3 h4
    h5 h6 head header hgroup hr html i iframe img input ins kbd label legend li link main map mark
    menu meta meter nav noframes noscript object ol optgroup option output p param picture pre
    progress q rp rt ruby s samp script search section select small source span strike strong
    style sub summary sup svg table tbody td template textarea tfoot th thead time title tr track
    tt u ul var video wbr""".split()
)
TAG = re.compile(r"</?([A-Za-z][A-Za-z0-9]*)(?:[/ \t\n\r][^<>]*)?>")
NUMBER = re.compile(r"#(?:[xX]([0-9A-Fa-f]+)|([0-9]+))")


def within(char: str, ranges: list[tuple[int, int]]) -> bool:
    return any(low <= ord(char) <= high for low, high in ranges)


# Folding


@cache
def fold_char(char: str) -> str:
    """What one code point folds to; spaces separate tokens."""
    if unicodedata.category(char) in ("Cn", "Co", "Cs"):
        return " "
    text = char
    while (again := unicodedata.normalize("NFKD", text).casefold()) != text:
        text = again
    return "".join(map(_fold_decomposed, text))


def _fold_decomposed(char: str) -> str:
    category = unicodedata.category(char)
    if char in SEPARATOR_LETTERS:
        return " "
    if category == "Cf" or char in DROPPED_LETTERS:
        return ""
    if category[0] == "M" and within(char, DROPPED_MARKS):
        return ""
    if within(char, CHARACTERS) and (category[0] in "LM" or category == "Nl"):
        return f" {char} "
    return LETTERS.get(char, char) if category[0] in "LNM" else " "


def _is_letter(char: str) -> bool:
    return char >= "\x80" or (char.isascii() and char.isalpha())


def _reference(text: str, i: int) -> tuple[str, int] | None:
    """The code points of the character reference at `i`, and where it ends."""
    stop = text.find(";", i)
    name = text[i + 1 : stop]
    if stop < 0 or not name or len(name.encode("utf-8", "replace")) > 32:
        return None
    if number := NUMBER.fullmatch(name):
        value = int(number[1], 16) if number[1] else int(number[2])
        is_character = value < 0x110000 and not 0xD800 <= value < 0xE000
        return (chr(value) if is_character else " "), stop + 1
    return (html5[f"{name};"], stop + 1) if f"{name};" in html5 else None


def _tag(text: str, i: int) -> int | None:
    """Where the HTML tag at `i` ends."""
    found = TAG.match(text, i)
    if found and found[1].lower() in TAGS and len(found[0].encode("utf-8", "replace")) <= 1000:
        return found.end()
    return None


def _joined(text: str, i: int) -> int | None:
    """Where a word goes on after a hyphen that ends at `i`."""
    gap = re.compile(r"[ \t\r\n]*").match(text, i)[0]
    after = i + len(gap)
    one_line_end = len(re.findall(r"\r\n|\r|\n", gap)) == 1
    return after if one_line_end and after < len(text) and _is_letter(text[after]) else None


def units(text: str) -> Iterator[tuple[int, int, str]]:
    """Each unit of `text`: where it starts, where it ends, what it folds to."""
    i, last = 0, " "
    while i < len(text):
        end, out = i + 1, None
        if text[i] == "&":
            points, end = _reference(text, i) or (" ", i + 1)
            out = "".join(map(fold_char, points))
        elif text[i] == "<":
            end, out = _tag(text, i) or i + 1, " "
        elif text[i] in HYPHENS and _is_letter(last):
            after = _joined(text, i + 1)
            if after is not None:
                end, out = after, ""
        if out is None:
            out = fold_char(text[i])
        last = out[-1] if out else last
        yield i, end, out
        i = end


def tokens(text: str) -> list[tuple[str, int, int]]:
    """The tokens of `text` with their spans in code points."""
    found: list[tuple[str, int, int]] = []
    word, start, own = "", 0, -1
    for first, end, out in units(text):
        for char in out:
            if char != " ":
                start = start if word else first
                word, own = word + char, first
            elif word:
                # a separator of the unit that gave the last letter stands at that unit's end
                found.append((word, start, end if own == first else first))
                word = ""
    if word:
        found.append((word, start, len(text)))
    return found


# Hashes


def token_hash(token: str) -> int:
    data = token.encode()
    return xxhash.xxh64_intdigest(data + b"\0" * (-len(data) % 8)) & 0xFFFFFFFF


def hashes(text: str) -> list[int]:
    return [token_hash(token) for token, _, _ in tokens(text)]


def shingles(token_hashes: Sequence[int]) -> list[int]:
    return [
        xxhash.xxh64_intdigest(
            b"".join(h.to_bytes(4, "little") for h in token_hashes[i : i + SHINGLE])
        )
        for i in range(len(token_hashes) - SHINGLE + 1)
    ]


def seeds(shingle_hashes: Sequence[int]) -> list[int]:
    """The positions of the seeds."""
    last = max(1, len(shingle_hashes) - WINDOW + 1) if shingle_hashes else 0
    chosen = set()
    for start in range(last):
        window = shingle_hashes[start : start + WINDOW]
        chosen.add(start + window.index(min(window)))
    return sorted(chosen)


def sketch(shingle_hashes: Sequence[int]) -> list[int]:
    return sorted({h for h in shingle_hashes if h < 2**64 // SCALE})


def weights(words: Sequence[str]) -> list[int]:
    """The weight of each token in sixteenths of a bit."""
    return [
        min(24, _weight(word)) if word in words[max(0, i - 4) : i] else _weight(word)
        for i, word in enumerate(words)
    ]


def _weight(word: str) -> int:
    if len(word) == 1 and _fold_decomposed(word) == f" {word} ":
        return 104
    if word[0] in "0123456789":
        return min(192, 16 + 16 * len(word))
    return min(192, 48 + 20 * len(word))


# Signature


def mersenne_twister(seed: int) -> Iterator[int]:
    """The 32-bit numbers of MT19937 after `init_genrand(seed)`."""
    state = [seed]
    for i in range(1, 624):
        state.append((1812433253 * (state[-1] ^ (state[-1] >> 30)) + i) & 0xFFFFFFFF)
    while True:
        for i in range(624):
            y = (state[i] & 0x80000000) | (state[(i + 1) % 624] & 0x7FFFFFFF)
            state[i] = state[(i + 397) % 624] ^ (y >> 1) ^ (0x9908B0DF if y & 1 else 0)
        for number in state:
            y = number ^ (number >> 11)
            y ^= (y << 7) & 0x9D2C5680
            y ^= (y << 15) & 0xEFC60000
            yield y ^ (y >> 18)


def permutations() -> list[tuple[int, int]]:
    numbers = mersenne_twister(1)
    draws = [next(numbers) << 32 | next(numbers) for _ in range(2 * PERMUTATIONS)]
    factors = [2 * (d & (2**63 - 1)) + 1 for d in draws[:PERMUTATIONS]]
    return list(zip(factors, draws[PERMUTATIONS:], strict=True))


def finalise(h: int) -> int:
    """The 64-bit finaliser of MurmurHash3."""
    h = ((h ^ (h >> 33)) * 0xFF51AFD7ED558CCD) & MASK64
    h = ((h ^ (h >> 33)) * 0xC4CEB9FE1A85EC53) & MASK64
    return h ^ (h >> 33)


def signature(shingle_hashes: Sequence[int]) -> list[int]:
    mixed = {finalise(h) for h in shingle_hashes}
    return [min((a * h + b) & MASK64 for h in mixed) for a, b in permutations()]


# Scan

MAX_PLACES = 32
GAP, DROP, REACH, RESYNC, FLOOR, STRONG = 96, 640, 8, 2, 640, 1280

Run = tuple[int, int, int]


class Work(NamedTuple):
    tokens: list[int]
    weights: list[int]


class Aligned(NamedTuple):
    work: int
    score: int
    runs: list[Run]
    """(cell token, work token, length)"""

    @property
    def cell_span(self) -> tuple[int, int]:
        return self.runs[0][0], self.runs[-1][0] + self.runs[-1][2]

    @property
    def work_span(self) -> tuple[int, int]:
        return self.runs[0][1], self.runs[-1][1] + self.runs[-1][2]


def _goes_on(cell: Sequence[int], work: Sequence[int], most: int) -> tuple[int, int] | None:
    """The nearest (cell, work) step, by its longer then its shorter side, that finds the text."""
    for gap in range(1, most + 1):
        for other in range(gap, -1, -1):
            for dc, dw in ((gap, other), (other, gap)):
                if dc >= len(cell) or dw >= len(work):
                    continue
                need = min(RESYNC, len(cell) - dc, len(work) - dw)
                if cell[dc : dc + need] == work[dw : dw + need]:
                    return dc, dw
    return None


def extend(cell: list[int], work: list[int], weight: list[int]) -> tuple[int, list[Run]]:
    """Extend to the right from the start of both; the score and the runs of its best place."""
    c = w = score = best = 0
    runs: list[Run] = []
    best_runs: list[Run] = []
    while True:
        length = 0
        while c + length < len(cell) and w + length < len(work):
            if cell[c + length] != work[w + length]:
                break
            score += weight[w + length]
            length += 1
        if length:
            runs.append((c, w, length))
            c, w = c + length, w + length
        if score > best:
            best, best_runs = score, list(runs)
        affordable = max(0, (DROP - (best - score)) // GAP)
        step = _goes_on(cell[c : c + 16], work[w : w + 16], min(REACH, affordable))
        if step is None:
            return best, best_runs
        score -= GAP * max(step)
        c, w = c + step[0], w + step[1]


def align(cell: list[int], c: int, work: Work, w: int) -> tuple[int, list[Run]]:
    """The alignment around the seed hit (`c`, `w`)."""
    score, right = extend(cell[c:], work.tokens[w:], work.weights[w:])
    back, left = extend(cell[:c][::-1], work.tokens[:w][::-1], work.weights[:w][::-1])
    runs = [(c - i - n, w - j - n, n) for i, j, n in reversed(left)]
    for i, j, n in right:
        run = (c + i, w + j, n)
        if runs and runs[-1][0] + runs[-1][2] == run[0] and runs[-1][1] + runs[-1][2] == run[1]:
            run = (runs[-1][0], runs[-1][1], runs[-1][2] + n)
            runs.pop()
        runs.append(run)
    return score + back, runs


def _inside(found: list[Aligned], work: int, c: int, w: int) -> bool:
    for one in found:
        c0, c1 = one.cell_span
        on_run = any(c - a == w - b and 0 <= c - a < n for a, b, n in one.runs)
        if one.work == work and ((c0 <= c < c1 and one.score >= STRONG) or on_run):
            return True
    return False


def scan_cell(cell: list[int], catalogue: list[Work]) -> list[Aligned]:
    """The alignments of one cell with a catalogue, in the order in which they are found."""
    places: dict[int, list[tuple[int, int]]] = {}
    for number, work in enumerate(catalogue):
        hashed, tried = shingles(work.tokens), Counter()
        for position in seeds(hashed):
            tried[hashed[position]] += 1
            if tried[hashed[position]] <= MAX_PLACES:
                places.setdefault(hashed[position], []).append((number, position))
    found: list[Aligned] = []
    for c, shingle in enumerate(shingles(cell)):
        for number, w in places.get(shingle, ()):
            if not _inside(found, number, c, w):
                score, runs = align(cell, c, catalogue[number], w)
                if score >= FLOOR:
                    found.append(Aligned(number, score, runs))
    return found


# Texts

UNITS = [
    # Latin, Greek, Cyrillic, Hebrew, Arabic: composed, decomposed, folded, with marks
    *"aBzéEßﬁœÆøŁđİıþſςάᾷῃжйЁيآۀשמк", "e\u0301", "\u0301", "\u0345", "\u05c1", "\u064e", "ـ",
    # Indic, and scripts without spaces
    *"कि्한글日漢〇㍍ㄅかがｶ゛ー・กำมຳកខကᡀ", "\u093c", "\u3099", "ﾞ", "\u0e48", "\u1112", "\u3164",
    "\ufa19", "\U00020000",
    # numbers, ligatures and symbols
    *"019٣๑½⅓⑴⒈²ⅷ℀ﷺ€%+=_", "😀", "\u200d", "\ufe0f", "\ue000", "\U000e0001",
    # what joins, what shows nothing, what separates
    "-", "-\n", "-\r\n", "-\r", "- \n\t", "-\n\n", "‐\n", "\xad", "\xad\n", "¬", "¬\n",
    "\u2011\n", "\u200b", "\ufeff", "\u2060", " ", "  ", "\n", "\r", "\r\n", "\t", "\xa0",
    "\u2028", "\x00", "\x1f", "\x85", "'", "’", "ʼ", "ʹ", ".", ",", ";", "—", "…", "#", "/", "x",
    # character references, whole and broken
    "&eacute;", "&Eacute;", "&EACUTE;", "&amp;", "&amp", "&", "&;", "&#233;", "&#xE9;", "&#X65e5;",
    "&#0;", "&#146;", "&#xD800;", "&#x110000;", "&#99999999999999;", "&#x;", "&#;", "&#é;", "&shy;",
    "&NotEqualTilde;", "&fjlig;", "&CounterClockwiseContourIntegral;", "&bogus;", "&#x1F600;",
    "&#00000000000000000000000000065;", "&#000000000000000000000000000065;", "&#x1100;",
    # tags, known, unknown, unfinished
    "<", ">", "<b>", "</B>", "<b/>", "<br />", "<bogus>", "<a href='é>", "<a", "<h1>", "<h9>",
    "</ b>", "<p\n>", "<b-c>", "<!-- c -->", "<blockquoteblockquote>", "<i" + " i" * 498 + ">",
    "<i" + " i" * 499 + ">",
    # words around the lengths that are hashed in another way
    "abcdefg", "abcdefgh", "abcdefghi", "a" * 16, "a" * 17, "a" * 24, "a" * 25,
    "b" * 32, "b" * 33, "é" * 20, "ﷺ" * 5, "c" * 300,
]  # fmt: skip
"""Pieces of text of every kind that the page names."""
