"""Shingles, seeds, limits, sketch, weights and signature against the slow reference."""

from __future__ import annotations

import numpy as np
import pytest
import xxhash
from hypothesis import given, settings
from hypothesis import strategies as st
from scheme_reading import texts

import naive
from provaudit.index.fingerprint import fingerprint_text, is_too_short
from provaudit.scheme import parameters, seeds
from provaudit.scheme.hashing import hash_words

oracle = settings(deadline=None, derandomize=True, max_examples=200)
few_words = st.lists(st.sampled_from(["la", "mer", "1914", "日", "hippopotame"]), max_size=60)
many_words = st.lists(st.text("abcdefgh", min_size=1, max_size=9), max_size=80)


@oracle
@given(texts | few_words.map(" ".join) | many_words.map(" ".join))
def test_fingerprint_is_the_references(text):
    found = fingerprint_text(text)
    tokens = [word for word, _, _ in naive.tokens(text)]
    shingles = naive.shingles(naive.hashes(text))
    positions = naive.seeds(shingles)
    assert found.tokens.tolist() == naive.hashes(text)
    assert found.weights.tolist() == naive.weights(tokens)
    assert found.seed_positions.tolist() == positions
    assert found.seed_hashes.tolist() == [shingles[p] for p in positions]
    assert found.sketch.tolist() == naive.sketch(shingles)
    assert is_too_short(found) == (len(tokens) < 5)


@settings(deadline=None, derandomize=True, max_examples=15)
@given(many_words)
def test_signature_is_the_references_without_datasketch(words):
    found = fingerprint_text(" ".join(words))
    shingles = naive.shingles([naive.token_hash(word) for word in words])
    empty = [2**64 - 1] * parameters.NUM_PERM
    assert found.signature.tolist() == (naive.signature(shingles) if shingles else empty)


@oracle
@given(st.lists(st.integers(0, 2**64 - 1), max_size=40))
def test_hash_of_words_is_that_of_the_xxhash_package(words):
    array = np.array([*words, 0], np.uint64)
    data = array[: len(words)].astype("<u8").tobytes()
    assert int(hash_words(array, len(words))) == xxhash.xxh64_intdigest(data)


@oracle
@given(st.lists(st.integers(0, 5), min_size=1, max_size=60))
def test_minimizers_with_equal_hashes_take_the_leftmost(hashes):
    assert seeds.minimizers(np.array(hashes, np.uint64)).tolist() == naive.seeds(hashes)


def holds_seed(positions: list[int], start: int, length: int) -> bool:
    return any(start <= p <= start + length - 5 for p in positions)


@oracle
@given((few_words | many_words).filter(lambda words: len(words) >= 5))
def test_every_run_of_seed_limit_tokens_holds_a_seed(words):
    found = fingerprint_text(" ".join(words))
    n, positions = len(words), found.seed_positions.tolist()
    limit = seeds.reach(found.weights, found.seed_positions, 0).seed_limit
    assert limit <= min(n, 8)
    assert all(holds_seed(positions, i, limit) for i in range(n - limit + 1))
    # and it is the smallest such number
    assert not all(holds_seed(positions, i, limit - 1) for i in range(n - limit + 2))


@oracle
@given((few_words | many_words).filter(lambda words: len(words) >= 5), st.integers(0, 3000))
def test_detection_limit_is_the_smallest_run_whose_weights_reach_the_threshold(words, threshold):
    found = fingerprint_text(" ".join(words))
    weights, n = found.weights.astype(int).tolist(), len(words)
    reach = seeds.reach(found.weights, found.seed_positions, threshold)
    enough = [
        length
        for length in range(reach.seed_limit, n + 1)
        if all(sum(weights[i : i + length]) >= threshold for i in range(n - length + 1))
    ]
    assert reach.detection_limit == (enough[0] if enough else None)


def test_text_without_seed_has_no_limits():
    found = fingerprint_text("quatre mots sans graine")
    assert len(found.seed_positions) == 0
    assert seeds.reach(found.weights, found.seed_positions, 0) == seeds.Reach(None, None)


@pytest.mark.parametrize(
    ("text", "bits"),
    [
        ("a", [4.25]),
        ("maison", [10.5]),
        ("anticonstitutionnellement", [12]),
        ("日本", [6.5, 6.5]),
        ("1914 2e", [5, 3]),
        ("la la la", [5.5, 1.5, 1.5]),
        ("a b c d e a b", [4.25] * 5 + [4.25] * 2),
        ("a b c d a", [4.25] * 4 + [1.5]),
        ("мама", [8]),
    ],
)
def test_weights_in_bits(text, bits):
    assert (fingerprint_text(text).weights / parameters.BIT).tolist() == bits


def test_sketch_keeps_about_one_shingle_in_a_hundred():
    rng = np.random.default_rng(5)
    words = " ".join(f"mot{n}" for n in rng.integers(0, 10**9, 20_000))
    assert 150 < len(fingerprint_text(words).sketch) < 250


def test_seeds_are_about_two_in_five_tokens():
    rng = np.random.default_rng(6)
    words = " ".join(f"mot{n}" for n in rng.integers(0, 10**9, 5_000))
    assert 0.37 < len(fingerprint_text(words).seed_positions) / 5_000 < 0.43
