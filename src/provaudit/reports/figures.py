"""Numbers and names as they are written for a person."""

from __future__ import annotations

import math
from collections.abc import Sequence

from provaudit.display import printable

NONE = "–"
"""Stands where a value was not computed."""


def count(number: float | None) -> str:
    """Return a whole number with its thousands grouped, as in ``12,034``."""
    return NONE if number is None else f"{int(number):,}"


def counted(number: int, one: str, many: str) -> str:
    """Return the number with its noun, as in ``1 work`` and ``2 works``."""
    return f"{number:,} {one if number == 1 else many}"


def percent(share: float | None) -> str:
    """Return a share as a percentage, rounded towards zero.

    Rounding down keeps two promises: ``100 %`` is said only of the whole, and no share reads as
    larger than it is.
    """
    if share is None:
        return NONE
    if 0 < share < 0.001:
        return "< 0.1 %"
    # The added trifle undoes binary fractions (0.29 * 1000 is 289.99…), far below what is shown.
    tenths = math.floor(share * 1000 + 1e-9)
    return f"{tenths // 10} %" if tenths % 10 == 0 else f"{tenths / 10:.1f} %"


def size(number: int | None) -> str:
    """Return a number of bytes in a unit that reads well, as in ``4.2 GB``."""
    if number is None:
        return NONE
    value, units = float(number), ["bytes", "kB", "MB", "GB", "TB"]
    while value >= 1000 and len(units) > 1:
        value, units = value / 1000, units[1:]
    return f"{number:,} bytes" if units[0] == "bytes" else f"{value:,.1f} {units[0]}"


def clipped(text: str, limit: int = 200) -> str:
    """Return `text` made printable, cut after `limit` code points, saying how many follow.

    The cut comes first, so that a cell of a gigabyte costs nothing.
    """
    shown = printable(text[:limit])
    return shown if len(text) <= limit else f"{shown}… ({more(len(text) - limit)})"


def more(characters: int) -> str:
    """Say how many characters of a text are not shown, as in ``12 more characters``."""
    return counted(characters, "more character", "more characters")


def listed(names: Sequence[str], most: int = 5) -> str:
    """Return names as ``A, B and C``; beyond `most`, as ``A, B and 7 more``."""
    shown = [clipped(name, 80) for name in names[:most]]
    if len(names) > most:
        shown.append(f"{len(names) - most:,} more")
    return shown[0] if len(shown) == 1 else f"{', '.join(shown[:-1])} and {shown[-1]}"
