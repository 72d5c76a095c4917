"""One passage, made ready for the templates: its texts are escaped here, piece by piece."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final
from urllib.parse import urlsplit

from markupsafe import Markup, escape

from provaudit.display import printable
from provaudit.reports.differences import Side, side_by_side
from provaudit.reports.facts import address, passage_facts, strength
from provaudit.reports.model import Extract, Passage

MOST_CHARACTERS: Final = 1200
"""Code points shown of each text of a passage."""

MOST_AROUND: Final = 160
"""Code points shown of what stands before and after it."""

_LONGEST_LINK = 500
_LINE_ENDS = re.compile(r"[ \t\r]*\n[ \t\r\n]*")


@dataclass(frozen=True)
class Texts:
    """The two texts of a passage, escaped, with their differences marked."""

    work: Markup
    """The catalogue's text."""
    cell: Markup
    """The dataset's text."""
    before: Markup
    """What stands before it in the dataset."""
    after: Markup
    """What stands after it in the dataset; empty where the text itself was cut."""
    work_left_out: int
    """Code points of the catalogue's text that are not shown."""
    cell_left_out: int
    """Code points of the dataset's text that are not shown."""


@dataclass(frozen=True)
class PassageView:
    """One passage, as the page shows it."""

    number: int
    """Its rank among the passages of its work."""
    strength: str
    """How long and how like it is."""
    address: str
    """Where it stands."""
    link: str | None
    """The source's URL, where it may be a link."""
    facts: tuple[tuple[str, str], ...]
    """What else is known of it."""
    texts: Texts | None
    """Its texts; None in a redacted audit."""


def passage_view(number: int, passage: Passage) -> PassageView:
    """Return a passage, ready to be shown."""
    return PassageView(
        number=number,
        strength=strength(passage),
        address=address(passage),
        link=link(passage.url),
        facts=tuple(passage_facts(passage)),
        texts=None if passage.extract is None else _texts(passage.extract),
    )


def link(url: str | None) -> str | None:
    """Return `url` where a person may follow it: a plain web address that shows where it leads.

    An address with a user name before the host, a backslash, white space or an invisible
    character leads elsewhere than it seems to; any other scheme may run something.
    """
    if (
        url is None
        or len(url) > _LONGEST_LINK
        or printable(url) != url
        or re.search(r"[\s\\]", url)
    ):
        return None
    try:
        parts = urlsplit(url)
    except ValueError:
        return None
    plain = parts.scheme in ("http", "https") and parts.netloc and "@" not in parts.netloc
    return url if plain else None


def _texts(extract: Extract) -> Texts:
    work, cell = side_by_side(extract.work_text, extract.cell_text, MOST_CHARACTERS)
    after = "" if cell.left_out else extract.after[:MOST_AROUND]
    return Texts(
        work=_marked(work),
        cell=_marked(cell),
        before=_lines(extract.before[-MOST_AROUND:]),
        after=_lines(after),
        work_left_out=work.left_out,
        cell_left_out=cell.left_out,
    )


def _marked(side: Side) -> Markup:
    """Return the pieces of a text, those that differ inside ``<mark>``."""
    return Markup("").join(
        Markup("<mark>{}</mark>").format(_lines(piece.text))
        if piece.differs
        else _lines(piece.text)
        for piece in side.pieces
    )


def _lines(text: str) -> Markup:
    """Escape a text, keeping its line ends and, as one empty line, its paragraphs."""
    parts, done = [], 0
    for end in _LINE_ENDS.finditer(text):
        parts.append(printable(text[done : end.start()]))
        parts.append("\n\n" if end[0].count("\n") > 1 else "\n")
        done = end.end()
    return escape("".join([*parts, printable(text[done:])]))
