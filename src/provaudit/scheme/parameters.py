"""Every number of scheme v0, in one place, each with its reason.

Two sets of fingerprints can be compared only when all of these agree; `digest` covers them and
the character tables. `docs/scheme.md` is the specification in words.
"""

from __future__ import annotations

import hashlib
import json
from functools import cache
from typing import Final

NAME: Final = "v0"
UNICODE: Final = "15.1.0"

SHINGLE_TOKENS: Final = 5
"""Tokens in a shingle. Shorter ones are common phrases, longer ones break under OCR errors."""
WINDOW: Final = 4
"""Consecutive shingles of which one is a seed: any equal run of 5 + 4 - 1 = 8 tokens is hit."""

MAX_PLACES: Final = 32
"""Places of one seed in one work that a hit is extended at, the first ones: a sentence that a work
repeats a thousand times would cost a million extensions in a row that repeats it too. The
detection limit of a work counts on no other place."""

NUM_PERM: Final = 128
"""Permutations of the signature: standard error of a Jaccard estimate at most 0.044."""
MINHASH_SEED: Final = 1
"""Seed of the permutations: the default of `datasketch`."""
MINHASH_SCHEME: Final = "affine64"
"""The permutation scheme of `datasketch` 2.0 over 64-bit values."""
SKETCH_SCALE: Final = 100
"""The sketch keeps about one shingle hash in this many (FracMinHash)."""

BIT: Final = 16
"""Scores are integers in sixteenths of a bit, so that no platform rounds differently."""
WEIGHT_BASE: Final = 48
"""A word's weight is 3 bits ..."""
WEIGHT_PER_LETTER: Final = 20
"""... and 1.25 bits a letter: short words are the common ones (Zipf's law of abbreviation) ..."""
WEIGHT_MAX: Final = 192
"""... up to 12 bits."""
WEIGHT_CHARACTER: Final = 104
"""6.5 bits for a token of a script without spaces: one character of Chinese text carries about
9 bits alone and less after its neighbours."""
NUMBER_BASE: Final = 16
"""A token that starts with a digit weighs 1 bit ..."""
NUMBER_PER_DIGIT: Final = 16
"""... and 1 bit a character, up to `WEIGHT_MAX`: tables and lists count up by themselves."""
WEIGHT_REPEAT: Final = 24
"""1.5 bits for a token that stood among the `REPEAT_WINDOW` tokens before: refrains, rows of a
table and "la la la" are predictable."""
REPEAT_WINDOW: Final = 4


def description() -> dict[str, object]:
    """Return the parameters by name, as written into every index and audit."""
    return {
        name.lower(): value
        for name, value in globals().items()
        if name.isupper() and isinstance(value, int | str)
    }


@cache
def digest() -> str:
    """Return the scheme's SHA-256 digest over parameters and character tables (hex)."""
    from provaudit.scheme.tables import table_digest

    text = json.dumps(description(), sort_keys=True) + table_digest()
    return hashlib.sha256(text.encode()).hexdigest()
