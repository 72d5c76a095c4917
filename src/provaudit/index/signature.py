"""The MinHash signature: the only module that imports `datasketch`."""

from __future__ import annotations

import numpy as np
from datasketch import MinHash
from numpy.typing import NDArray

from provaudit.scheme import parameters

BATCH = 8_192
"""Shingles at a time: datasketch makes an array of this many times `num_perm` values."""


def _hash_value(shingle: int) -> int:
    # a shingle already is a 64-bit hash
    return shingle


def load_signature(values: NDArray[np.uint64]) -> MinHash:
    """Return a stored signature as a `datasketch.MinHash`."""
    return MinHash(
        num_perm=parameters.NUM_PERM,
        seed=parameters.MINHASH_SEED,
        hashfunc=_hash_value,
        hashvalues=values,
        scheme=parameters.MINHASH_SCHEME,
    )


def signature(shingles: NDArray[np.uint64]) -> NDArray[np.uint64]:
    """Return the signature of a set of shingle hashes, shape (num_perm,)."""
    minhash = MinHash(
        num_perm=parameters.NUM_PERM,
        seed=parameters.MINHASH_SEED,
        hashfunc=_hash_value,
        scheme=parameters.MINHASH_SCHEME,
    )
    distinct = np.unique(shingles)
    for start in range(0, len(distinct), BATCH):
        minhash.update_batch(distinct[start : start + BATCH].tolist())
    return np.asarray(minhash.hashvalues, np.uint64)
