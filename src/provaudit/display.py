"""Text from files and datasets, made safe to show.

Such text is hostile input: it may hold terminal control codes or bidirectional overrides that
hide or reorder what a person reads.
"""

from __future__ import annotations

import re

# C0 and C1 controls (tab and newline are handled by the callers' own layout), DEL, lone
# surrogates, zero-width and bidirectional controls, line and paragraph separators, interlinear
# annotation, tags.
_UNSAFE = re.compile(
    "[\x00-\x1f\x7f-\x9f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff\ufff9-\ufffb"
    "\ud800-\udfff\U000e0000-\U000e007f]"
)


def printable(text: str) -> str:
    """Return `text` on one line, every unsafe code point written as ``<U+XXXX>``.

    White space (space, tab, line ends) becomes single spaces first.
    """
    return _UNSAFE.sub(lambda m: f"<U+{ord(m[0]):04X}>", re.sub(r"[ \t\r\n]+", " ", text))
