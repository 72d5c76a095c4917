"""What shapes the result of a scan, each number with its reason; recorded in the audit."""

from __future__ import annotations

from typing import Final

from provaudit.scheme.parameters import BIT

GAP: Final = 6 * BIT
"""Cost of a token that is skipped or replaced: about what one common token brings in."""
DROP: Final = 40 * BIT
"""An extension stops when it has lost this much since its best place (X-drop; Zhang et al. 2000,
doi:10.1089/10665270050081478): a gap of six tokens can be crossed, unrelated text cannot."""
REACH: Final = 8
"""Tokens on either side within which an extension looks for the text to go on."""
RESYNC: Final = 2
"""Equal tokens in a row that make the text go on: one alone is often a stop word."""
FLOOR: Final = 40 * BIT
"""Alignments below are not kept: they are common phrases, a few in every row of prose."""
BEST_FLOOR: Final = 60 * BIT
"""Nor are a work's alignments in a cell where the best is below this: at 40 bits chance gives some
50 times as many, and no audit takes such a one alone for a match."""
STRONG: Final = 80 * BIT
"""Inside an alignment this strong, other places of the same work are not looked for: a refrain
would give each of its repeats in the work for each in the row."""


def description() -> dict[str, float]:
    """Return the parameters by name, scores in bits, as written into every audit."""
    return {
        "gap_bits": GAP / BIT,
        "drop_bits": DROP / BIT,
        "reach_tokens": REACH,
        "resync_tokens": RESYNC,
        "floor_bits": FLOOR / BIT,
        "best_floor_bits": BEST_FLOOR / BIT,
        "strong_bits": STRONG / BIT,
    }
