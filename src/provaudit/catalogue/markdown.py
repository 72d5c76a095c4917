"""Markdown: the text as written, without what a reader of the page never sees."""

from __future__ import annotations

import re

from provaudit.catalogue.encoding import decode
from provaudit.catalogue.reader import ReadText

_FRONT_MATTER = re.compile(r"\A---[ \t]*\r?\n(.*?)^(?:---|\.\.\.)[ \t]*(?:\r?\n|\Z)", re.S | re.M)
_SETTING = re.compile(r"^(\w+)[ \t]*:[ \t]*(\S.*?)[ \t]*\r?$", re.M)
# `](target)`, where the target holds at most one level of parentheses. The bound keeps the search
# linear on hostile text.
_TARGET = re.compile(r"\]\([^()\n]{0,2000}(?:\([^()\n]{0,2000}\)[^()\n]{0,2000}){0,8}\)")
_NAMES = {
    "title": "title",
    "titre": "title",
    "author": "author",
    "auteur": "author",
    "language": "language",
    "lang": "language",
    "langue": "language",
}


def read_markdown(data: bytes) -> ReadText:
    """Return the text of a Markdown file.

    Front matter, HTML comments and the targets of links and images go; all else stays as written.
    """
    decoded = decode(data)
    said, body = _split_front_matter(decoded.text)
    text = _TARGET.sub("]", _without_comments(body))
    return ReadText(
        text,
        title=said.get("title", ""),
        author=said.get("author", ""),
        language=said.get("language", ""),
        notes=decoded.notes,
    )


def _split_front_matter(text: str) -> tuple[dict[str, str], str]:
    found = _FRONT_MATTER.match(text)
    if found is None:
        return {}, text
    said: dict[str, str] = {}
    for name, value in _SETTING.findall(found[1]):
        if name.lower() in _NAMES:
            said.setdefault(_NAMES[name.lower()], _unquoted(value))
    return said, text[found.end() :]


def _unquoted(value: str) -> str:
    if len(value) > 1 and value[0] == value[-1] and value[0] in "'\"":
        return value[1:-1].strip()
    return value


def _without_comments(text: str) -> str:
    """Drop ``<!-- -->``; an unclosed one stays, so that no text is lost to it."""
    kept: list[str] = []
    position = 0
    while (start := text.find("<!--", position)) >= 0:
        end = text.find("-->", start + 4)
        if end < 0:
            break
        kept.append(text[position:start])
        position = end + 3
    return "".join(kept) + text[position:]
