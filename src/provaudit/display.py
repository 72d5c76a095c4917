"""Text from files and datasets, made safe to show.

Such text is hostile input: it may hold terminal control codes or bidirectional overrides that
hide or reorder what a person reads.
"""

from __future__ import annotations

import re

# C0 and C1 controls (white space is handled before), DEL, lone surrogates, what shows nothing
# (zero-width and bidirectional controls, joiners, fillers, variation selectors, tags), line and
# paragraph separators, interlinear annotation.
_UNSAFE = re.compile(
    "[\x00-\x1f\x7f-\x9f\xad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f"
    "\u2028-\u202e\u2060-\u206f\u3164\ufe00-\ufe0f\ufeff\uffa0\ufff9-\ufffb\ud800-\udfff"
    "\U000e0000-\U000e0fff]"
)


def printable(text: str) -> str:
    """Return `text` on one line, every unsafe code point written as ``<U+XXXX>``.

    White space (space, tab, line ends) becomes single spaces first.
    """
    return _UNSAFE.sub(lambda m: f"<U+{ord(m[0]):04X}>", re.sub(r"[ \t\r\n]+", " ", text))
