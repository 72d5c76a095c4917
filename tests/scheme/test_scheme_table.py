"""The shipped character table against the rule of the page, code point by code point."""

from __future__ import annotations

import html.entities
import unicodedata
from collections.abc import Iterator

import pytest
from scheme_reading import words

import naive
from provaudit.scheme import parameters

PLANES = [*range(0x20), *range(0xE0, 0xE2), *range(0xF0, 0xF1), 0x10F]
"""Pages of 4,096 code points: those with assigned ones, and private use."""
REPEATED = [page for page in range(0x110) if page not in PLANES and page > 0x3F]


def words_between(points: list[int]) -> Iterator[tuple[int, list[str]]]:
    """What the tool makes of ``x?x`` for each code point ``?``."""
    found = iter(words("".join(f"x{chr(cp)}x zz " for cp in points)))
    for cp in points:
        yield cp, list(iter(found.__next__, "zz"))


def page_of(number: int) -> list[int]:
    start = number << 12
    return [cp for cp in range(start, start + 4096) if not 0xD800 <= cp < 0xE000]


def differences(pages: list[int]) -> list[int]:
    return [
        cp
        for page in pages
        if page_of(page)
        for cp, found in words_between(page_of(page))
        if found != f"x{naive.fold_char(chr(cp))}x".split()
    ]


@pytest.fixture(scope="module")
def differing() -> list[int]:
    """The code points that the table and this interpreter fold in different ways."""
    return differences([*range(0x40), *PLANES[0x20:]])


@pytest.mark.skipif(
    unicodedata.unidata_version != parameters.UNICODE,
    reason=f"this Python has Unicode {unicodedata.unidata_version}, not {parameters.UNICODE}",
)
def test_table_is_the_rule_for_every_code_point(differing):
    assert differing == []
    assert differences(REPEATED) == []


def test_other_unicode_versions_differ_in_new_code_points_only(differing):
    """Unicode only adds: where table and interpreter differ, one of them did not know it yet."""
    known = [cp for cp in differing if unicodedata.category(chr(cp)) != "Cn"]
    unknown_then = [cp for cp, found in words_between(known) if found == ["x", "x"]]
    assert [hex(cp) for cp in known if cp not in unknown_then] == []
    if unicodedata.unidata_version < parameters.UNICODE:
        assert unknown_then == []
    assert len(differing) < 12_000


def test_what_no_version_assigns_separates():
    for cp, found in words_between([0xFFFF, 0xE000, 0xF8FF, 0x50000, 0xF0000, 0x10FFFD, 0x10FFFF]):
        assert found == ["x", "x"], hex(cp)


def test_every_named_reference_is_known():
    names = sorted(name for name in html.entities.html5 if name.endswith(";"))
    assert len(names) == 2125
    found = iter(words("".join(f"x&{name}x zz " for name in names)))
    for name in names:
        expected = "x" + "".join(map(naive.fold_char, html.entities.html5[name])) + "x"
        assert list(iter(found.__next__, "zz")) == expected.split(), name


def test_names_without_semicolon_are_not_references():
    assert words("caf&eacute vin&agrave ") == ["caf", "eacute", "vin", "agrave"]


@pytest.mark.parametrize("name", sorted(naive.TAGS))
def test_every_tag_name_separates(name):
    for tag in (f"<{name}>", f"</{name}>", f"<{name.upper()} k='v'>", f"<{name}/>"):
        assert words(f"a{tag}b") == ["a", "b"]
    assert words(f"a<{name}q>b") == ["a", f"{name}q", "b"]
