"""Builds a text from marked-up pieces, with line ends where the markup has blocks."""

from __future__ import annotations

import re
from enum import IntEnum

# The white space of XML and HTML. No-break and other typographic spaces belong to the text.
_SPACES = re.compile(r"[ \t\r\n\f]+")
# What stands at a line end before the rest of a word: hyphens and the not sign of transcribers.
_HYPHENS = "-\u2010\u00ac\u2e17"


class Gap(IntEnum):
    """What stands between two pieces of text."""

    JOIN = -1
    """Nothing, whatever white space the file has there."""
    NONE = 0
    """Nothing but the white space that the file has there."""
    SPACE = 1
    """One space."""
    LINE = 2
    """A line end."""
    PARAGRAPH = 3
    """A blank line."""


_WRITTEN = {Gap.NONE: "", Gap.SPACE: " ", Gap.LINE: "\n", Gap.PARAGRAPH: "\n\n"}


class BlockText:
    """A text under construction; the widest gap asked for between two pieces is written."""

    def __init__(self) -> None:
        self._parts: list[str] = []
        self._gap = Gap.NONE
        self._joined = False

    def __str__(self) -> str:
        return "".join(self._parts)

    def separate(self, gap: Gap) -> None:
        """Ask for `gap` before the next piece."""
        if gap is Gap.JOIN:
            self._join()
        elif gap > Gap.SPACE or not self._joined:
            self._joined = False
            self._gap = max(self._gap, gap)

    def add(self, text: str | None) -> None:
        """Add `text` with its white space collapsed."""
        if not text:
            return
        words = _SPACES.sub(" ", text)
        if words.startswith(" "):
            self.separate(Gap.SPACE)
        self._write(words.strip(" "))
        if words.endswith(" "):
            self.separate(Gap.SPACE)

    def add_verbatim(self, text: str | None) -> None:
        """Add `text` with its white space as it is."""
        self._write(text or "")

    def _write(self, text: str) -> None:
        if not text:
            return
        if self._parts:
            self._parts.append(_WRITTEN[self._gap])
        self._parts.append(text)
        self._gap, self._joined = Gap.NONE, False

    def _join(self) -> None:
        """Glue the two halves of a word that a line end cut, without the hyphen of the cut."""
        self._gap, self._joined = Gap.NONE, True
        if self._parts and self._parts[-1][-1:] in tuple(_HYPHENS):
            self._parts[-1] = self._parts[-1][:-1]
