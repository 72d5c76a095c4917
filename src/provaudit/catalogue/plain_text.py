"""Plain text: the code points of the file, unchanged."""

from __future__ import annotations

from provaudit.catalogue.encoding import decode
from provaudit.catalogue.reader import ReadText


def read_plain_text(data: bytes) -> ReadText:
    """Return the text of a ``.txt`` file.

    Offsets of results count in this text, so nothing but the byte order mark is taken away: no
    line end is translated and nothing is normalised.
    """
    decoded = decode(data)
    return ReadText(decoded.text, notes=decoded.notes)
