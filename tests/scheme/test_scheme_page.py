"""The test vectors of `docs/scheme.md`: the tool, the reference and the page say the same."""

from __future__ import annotations

import numpy as np
import pytest
from scheme_reading import words_of
from scheme_vectors import PAGE, bytes_of, vectors

import naive
from provaudit.index.fingerprint import fingerprint_text
from provaudit.scheme import parameters, seeds
from provaudit.scheme.tokens import code_points, place_tokens

TEXT = PAGE.read_text("utf-8")
VECTORS = vectors()
by_name = pytest.mark.parametrize("vector", VECTORS, ids=[v["name"] for v in VECTORS])
longer = pytest.mark.parametrize("vector", [v for v in VECTORS if "seeds" in v], ids=[1, 2])


@by_name
def test_tool_gives_the_tokens_of_the_page(vector):
    places = place_tokens(np.frombuffer(bytes_of(vector), np.uint8))
    assert words_of(places) == vector["tokens"]
    assert [f"{h:08x}" for h in places.hashes] == vector["hashes"].split()


@by_name
def test_tool_gives_the_spans_of_the_page(vector):
    if "spans" in vector:
        data = np.frombuffer(bytes_of(vector), np.uint8)
        places = place_tokens(data)
        starts, ends = code_points(data, places.starts), code_points(data, places.ends)
        assert np.stack([starts, ends], axis=1).tolist() == vector["spans"]


@by_name
def test_reference_gives_the_tokens_of_the_page(vector):
    found = naive.tokens(bytes_of(vector).decode("utf-8", "replace"))
    assert [word for word, _, _ in found] == vector["tokens"]
    assert [f"{naive.token_hash(word):08x}" for word, _, _ in found] == vector["hashes"].split()


@longer
def test_tool_gives_the_fingerprint_of_the_page(vector):
    found = fingerprint_text(vector["text"])
    shingles = seeds.shingle_hashes(found.tokens)
    assert [f"{h:016x}" for h in shingles] == vector["shingles"]
    assert found.seed_positions.tolist() == vector["seeds"]
    assert found.seed_hashes.tolist() == [int(vector["shingles"][i], 16) for i in vector["seeds"]]
    assert found.weights.tolist() == vector["weights"]
    assert [f"{v:016x}" for v in found.signature[:2]] == vector["signature"]


@longer
def test_reference_gives_the_fingerprint_of_the_page(vector):
    words = vector["tokens"]
    shingles = naive.shingles([naive.token_hash(word) for word in words])
    assert [f"{h:016x}" for h in shingles] == vector["shingles"]
    assert naive.seeds(shingles) == vector["seeds"]
    assert naive.weights(words) == vector["weights"]
    assert [f"{v:016x}" for v in naive.signature(shingles)[:2]] == vector["signature"]


def test_page_names_every_number():
    stated = {
        "shingle_tokens": "**5** consecutive token hashes",
        "window": "each window of **4** consecutive shingles",
        "num_perm": "MinHash with **128** permutations",
        "minhash_seed": "seed 1,",
        "minhash_scheme": '`scheme="affine64"`',
        "sketch_scale": "⌊2⁶⁴ / **100**⌋",
        "bit": "sixteenths of a bit",
        "weight_base": "48 + 20 n",
        "weight_per_letter": "48 + 20 n",
        "weight_max": "at most 192",
        "weight_character": "| 104 | 6.5 |",
        "number_base": "16 + 16 n",
        "number_per_digit": "16 + 16 n",
        "weight_repeat": "at most 24 sixteenths",
        "repeat_window": "one of the 4 tokens before it",
        "max_places": "at most the first 32 of a work",
        "unicode": "Unicode 15.1.0",
        "name": "scheme v0",
    }
    numbers = parameters.description()
    assert set(stated) == set(numbers)
    for name, phrase in stated.items():
        assert phrase in TEXT, name
        if isinstance(numbers[name], int) and name != "bit":
            assert str(numbers[name]) in phrase


def test_page_names_every_tag_and_range():
    assert " ".join(sorted(naive.TAGS)) in TEXT
    for low, high in naive.CHARACTERS + naive.DROPPED_MARKS:
        text = f"{low:04X}–{high:04X}" if low < high else f"{low:04X}"
        assert text in TEXT
