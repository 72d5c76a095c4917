"""Which words of two aligned texts are equal, for marking the others."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Final

MOST_WORDS: Final = 300
"""Words compared of each text: the comparison is quadratic, and texts are hostile."""

_MOST_PAIRS: Final = 20_000
"""Pairs of same words beyond which texts are compared place by place: `difflib` takes seconds on
texts of one word repeated, and 300 words of prose in any language make some thousands of pairs."""

_SLACK: Final = 1.25
"""How much further than shown is compared, so that a word at the cut still finds its partner."""

# A character of a script without spaces is a word of its own, as in the scheme.
_ALONE = (
    "\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff"
)
# What may stand inside a word without ending it: combining marks, soft hyphens, zero-width and
# bidirectional controls, and a hyphen at the end of a line.
_INSIDE = (
    "[\u00ad\u0300-\u036f\u0591-\u05c7\u064b-\u065f\u0670\u200b-\u200f\u202a-\u202e"
    "\u2060-\u2069\ufeff]|-[ \t]*\r?\n[ \t]*(?=[^\\W_])"
)
_WORD = re.compile(f"[{_ALONE}]|[^\\W_{_ALONE}](?:[^\\W_{_ALONE}]|{_INSIDE})*")


@dataclass(frozen=True)
class Piece:
    """A stretch of a text that differs from the other text, or does not."""

    text: str
    """The stretch, as found."""
    differs: bool
    """Whether its words have no equal partner."""


@dataclass(frozen=True)
class Side:
    """One of two texts, ready to be shown."""

    pieces: tuple[Piece, ...]
    """Its stretches; joined, they are the start of the text."""
    left_out: int
    """Code points of the text that follow and are not shown."""


@dataclass(frozen=True)
class _Word:
    folded: str
    start: int
    end: int


def fold(word: str) -> str:
    """Return `word` without case, diacritics, punctuation and invisible characters."""
    plain = unicodedata.normalize("NFKD", word).casefold()
    return "".join(c for c in plain if c.isalnum())


def side_by_side(left: str, right: str, limit: int) -> tuple[Side, Side]:
    """Compare two texts word by word.

    Parameters
    ----------
    left, right
        The texts.
    limit
        Code points shown of each at most. Texts that are longer, or of more than `MOST_WORDS`
        words, end at the last word that both share, so that no word is marked for the reason
        alone that its partner was cut off.

    Returns
    -------
    tuple of Side
        The two texts, in stretches of equal and different words.
    """
    words = _words(left, limit), _words(right, limit)
    pairs = list(_equal(*words))
    ends = _cut((left, right), words, pairs, limit)
    equal = {i for i, _ in pairs}, {j for _, j in pairs}
    one, two = (
        Side(tuple(_pieces(text[:end], some, same)), len(text) - end)
        for text, end, some, same in zip((left, right), ends, words, equal, strict=True)
    )
    return one, two


def _words(text: str, limit: int) -> list[_Word]:
    """Return the words of the start of a text."""
    read, words = text[: int(limit * _SLACK)], []
    for found in _WORD.finditer(read):
        words.append(_Word(fold(found[0]), found.start(), found.end()))
        if len(words) == int(MOST_WORDS * _SLACK):
            break
    return words


def _equal(left: list[_Word], right: list[_Word]) -> Iterator[tuple[int, int]]:
    """Yield the positions of the words that the two texts share, in order."""
    one, two = [w.folded for w in left], [w.folded for w in right]
    start = 0
    while start < min(len(one), len(two)) and one[start] == two[start]:
        yield start, start
        start += 1
    for i, j in _aligned(one[start:], two[start:]):
        yield start + i, start + j


def _aligned(one: list[str], two: list[str]) -> Iterator[tuple[int, int]]:
    """Yield the places of the shared words of two lists of words."""
    many, others = Counter(one), Counter(two)
    if sum(number * others[word] for word, number in many.items()) > _MOST_PAIRS:
        yield from ((k, k) for k, (a, b) in enumerate(zip(one, two, strict=False)) if a == b)
        return
    # autojunk would drop frequent words of texts of 200 words and more
    for block in SequenceMatcher(None, one, two, autojunk=False).get_matching_blocks():
        yield from ((block.a + k, block.b + k) for k in range(block.size))


def _cut(
    texts: tuple[str, str],
    words: tuple[list[_Word], list[_Word]],
    pairs: list[tuple[int, int]],
    limit: int,
) -> tuple[int, int]:
    """Return where to end both texts."""
    whole = all(
        len(text) <= limit and len(some) <= MOST_WORDS
        for text, some in zip(texts, words, strict=True)
    )
    if whole:
        return len(texts[0]), len(texts[1])
    edges = tuple(_edge(text, some, limit) for text, some in zip(texts, words, strict=True))
    for i, j in reversed(pairs):
        ends = words[0][i].end, words[1][j].end
        # A shared word far before the cut would hide most of what there is to see.
        if max(ends) < limit // 2:
            break
        if ends[0] <= edges[0] and ends[1] <= edges[1]:
            return ends
    return edges[0], edges[1]


def _edge(text: str, words: list[_Word], limit: int) -> int:
    """Return the furthest a text may be shown."""
    last = words[MOST_WORDS - 1].end if len(words) > MOST_WORDS else limit
    return min(len(text), last, limit)


def _pieces(text: str, words: list[_Word], equal: set[int]) -> Iterator[Piece]:
    """Yield the stretches of a text; what stands between words belongs to no difference."""
    done = at = 0
    while at < len(words) and words[at].start < len(text):
        if at in equal:
            at += 1
            continue
        first = at
        while at < len(words) and at not in equal and words[at].start < len(text):
            at += 1
        if words[first].start > done:
            yield Piece(text[done : words[first].start], False)
        done = min(words[at - 1].end, len(text))
        yield Piece(text[words[first].start : done], True)
    if done < len(text):
        yield Piece(text[done:], False)
