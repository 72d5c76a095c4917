"""How the tests of the scheme look at the tool's tokens."""

from __future__ import annotations

from hypothesis import strategies as st

import naive
from provaudit.scheme.tokens import TokenPlaces, as_bytes, code_points, place_tokens

texts = st.lists(st.sampled_from(naive.UNITS), max_size=40).map("".join)
"""Texts of every kind of unit."""


def words_of(places: TokenPlaces) -> list[str]:
    return [
        places.folded[a:b].tobytes().decode()
        for a, b in zip(places.folded_starts, places.folded_ends, strict=True)
    ]


def read(text: str) -> list[tuple[str, int, int]]:
    """The tool's tokens of `text` with their spans in code points."""
    data = as_bytes(text)
    places = place_tokens(data)
    starts, ends = code_points(data, places.starts), code_points(data, places.ends)
    return list(zip(words_of(places), starts.tolist(), ends.tolist(), strict=True))


def words(text: str) -> list[str]:
    return [word for word, _, _ in read(text)]
