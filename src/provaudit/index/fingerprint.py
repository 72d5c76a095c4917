"""The fingerprint of one text."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from provaudit.index.signature import signature
from provaudit.scheme import parameters, seeds
from provaudit.scheme.tokens import as_bytes, place_tokens


@dataclass(frozen=True)
class Fingerprint:
    """What is stored of a work besides its text and metadata."""

    tokens: NDArray[np.uint32]
    """Token hashes, shape (n,)."""
    weights: NDArray[np.uint8]
    """Token weights in sixteenths of a bit, shape (n,)."""
    seed_hashes: NDArray[np.uint64]
    """Hashes of the seeds in the order of their positions, shape (m,)."""
    seed_positions: NDArray[np.int64]
    """Token positions of the seeds, ascending, shape (m,)."""
    sketch: NDArray[np.uint64]
    """FracMinHash: distinct shingle hashes below 2^64 / scale, ascending."""
    signature: NDArray[np.uint64]
    """MinHash of `num_perm` permutations as `datasketch` stores it, shape (num_perm,)."""


def fingerprint_text(text: str) -> Fingerprint:
    """Return the fingerprint of `text` under the current scheme.

    A text of fewer than `parameters.SHINGLE_TOKENS` tokens has no shingle and so no seed.
    """
    places = place_tokens(as_bytes(text))
    shingles = seeds.shingle_hashes(places.hashes)
    positions = seeds.minimizers(shingles)
    return Fingerprint(
        tokens=places.hashes,
        weights=seeds.weights(places),
        seed_hashes=shingles[positions],
        seed_positions=positions,
        sketch=seeds.sketch(shingles),
        signature=signature(shingles),
    )


def is_too_short(fingerprint: Fingerprint) -> bool:
    """Whether a text has too few tokens to be looked for."""
    return len(fingerprint.tokens) < parameters.SHINGLE_TOKENS
