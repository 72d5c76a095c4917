"""From text to tokens: the kernels against the slow reference, and what the page promises."""

from __future__ import annotations

import time
import unicodedata

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from scheme_reading import read, texts, words

import naive
from provaudit.scheme.tokens import BLOCK, as_bytes, place_tokens, text_tokens

oracle = settings(deadline=None, derandomize=True, max_examples=300)


def hashes(data: bytes) -> list[int]:
    return text_tokens(np.frombuffer(data, np.uint8)).tolist()


@oracle
@given(texts)
def test_tokens_and_spans_are_those_of_the_reference(text):
    assert read(text) == naive.tokens(text)


@oracle
@given(texts)
def test_hashes_are_those_of_the_reference(text):
    expected = naive.hashes(text)
    assert text_tokens(as_bytes(text)).tolist() == expected
    assert place_tokens(as_bytes(text)).hashes.tolist() == expected


@pytest.mark.parametrize("unit", naive.UNITS, ids=ascii)
def test_each_unit_alone_and_inside_a_word(unit):
    for text in (unit, f"ab{unit}cd", f"ab {unit} cd", f"1{unit}2", f"{unit}{unit}{unit}"):
        assert read(text) == naive.tokens(text)


@oracle
@given(texts)
def test_a_span_holds_its_token_and_nothing_else(text):
    several = [(i, j) for i, j, out in naive.units(text) if len(out.split()) > 1]
    for word, start, end in read(text):
        assert start < end
        alone = words(text[start:end])
        if any(start <= i and j <= end for i, j in several):
            # a code point such as one half gives two tokens, each with its whole span
            assert word in alone
        else:
            assert alone == [word]


@pytest.mark.parametrize("text", ["⅓", "⑴", "⒈", "℀", "½", "が", "ﷺ", "&fjlig;", "x⅓y"])
def test_a_unit_of_several_tokens_is_the_span_of_each(text):
    assert read(text) == naive.tokens(text)
    assert all(start < end for _, start, end in read(text))


@pytest.mark.parametrize("unit", naive.UNITS, ids=ascii)
def test_units_across_the_border_of_a_block(unit):
    size = len(unit.encode())
    expected = naive.hashes(f"abc{unit}def ghi")
    for reach in {*range(min(size, 40) + 5), size // 2, size}:
        # the unit starts `reach` bytes before the border
        padding = " " * (BLOCK - reach - 3)
        assert hashes(f"{padding}abc{unit}def ghi".encode()) == expected


@pytest.mark.parametrize("unit", ["-\n", "\xad\r\n", "&eacute;", "<b>", "é", "日", "-", "\u0301"])
def test_a_word_over_several_blocks(unit):
    for length in (BLOCK - 1, BLOCK, BLOCK + 1, 2 * BLOCK - 3, 3 * BLOCK):
        text = f"{'é' * (length // 2)}{'x' * (length % 2)}{unit}yz {unit}end"
        assert hashes(text.encode()) == naive.hashes(text)


@settings(deadline=None, derandomize=True, max_examples=25)
@given(st.lists(st.sampled_from(naive.UNITS), min_size=30, max_size=60), st.integers(0, 99))
def test_long_texts_of_many_blocks(units, cut):
    text = "".join(units)
    text = (text[cut:] + text) * (2 * BLOCK // max(1, len(text.encode())) + 1)
    assert hashes(text.encode()) == naive.hashes(text)


def test_a_word_of_megabytes_takes_time_in_proportion():
    """A cell may be one endless run of letters: its parts must not be carried again and again."""
    small, large = (np.full(n, ord("f"), np.uint8) for n in (500_000, 8_000_000))
    text_tokens(small)
    began = time.perf_counter()
    text_tokens(small)
    between = time.perf_counter()
    assert len(text_tokens(large)) == 1
    assert time.perf_counter() - between < 8 * 16 * max(between - began, 0.001)


fragments = st.sampled_from(
    [
        b"a", b"word ", b"\xc3\xa9", b"\xc3", b"\xa9", b"\xff", b"\xfe", b"\xc0\x80", b"\xc1\xbf",
        b"\xe2\x82", b"\xe2\x82\xac", b"\xe0\x80\xaf", b"\xe0\x9f\xbf", b"\xed\xa0\x80",
        b"\xed\x9f\xbf", b"\xf0\x9f\x98\x80", b"\xf0\x9f\x98", b"\xf0\x80\x80\x80",
        b"\xf4\x90\x80\x80", b"\xf5\x80\x80\x80", b"\xf8\x88\x80\x80\x80", b"\xe6\x97\xa5",
        b"\xe6\x97", b"-\n", b"-\n\xff", b"&eacute", b";", b"&\xff;", b"<b \xff>", b"\xc2\xad\n",
        b"\xc2", b"\xad\n", b"\xcc\x81", b" ", b"\n",
    ]
)  # fmt: skip


@oracle
@given(st.lists(fragments, max_size=30).map(b"".join), st.binary(max_size=12))
@example(b"ab\xe2\x82", b"cd")
def test_bytes_that_are_not_utf8_are_read_as_the_replacement_character(pieces, noise):
    data = pieces + noise + pieces
    assert hashes(data) == naive.hashes(data.decode("utf-8", "replace"))


PROSE = """Il était une fois, dans un pays lointain, un roi — « très bon » — qui aimait
l’hiver. Die Straße führt nach Süden; Ἐν ἀρχῇ ἦν ὁ λόγος. Мама мыла раму, й ё.
红楼梦 第一回 がんばれ 한국어 소설 กำลัง 12,5 % בְּרֵאשִׁית كِتَابٌ Łódź İstanbul""".split()


@oracle
@given(st.lists(st.sampled_from(PROSE), max_size=30), st.data())
def test_line_wraps_never_matter(prose, data):
    wraps = st.sampled_from([" ", "\n", "\r\n", "\r", "\n\n", " \n\t", "  ", "\xa0\n", "\u2028"])
    wrapped = "".join(word + data.draw(wraps) for word in prose)
    assert words(wrapped) == words(" ".join(prose))


@oracle
@given(
    st.sampled_from(["imagination", "überfluß", "общество", "λόγος", "épée"]),
    st.integers(1, 3),
    st.sampled_from(["-", "\u2010", "\xad", "¬"]),
    st.sampled_from(["\n", "\r\n", "\r", " \n", "\n  ", "\t\r\n\t"]),
)
def test_a_hyphen_at_a_line_end_joins(word, cut, hyphen, line_end):
    assert words(f"a {word[:cut]}{hyphen}{line_end}{word[cut:]} b") == words(f"a {word} b")


@pytest.mark.parametrize(
    "text",
    [
        "mot-\n\nmot",  # two line ends
        "mot- mot",  # none
        "12-\n13",  # digits: a range, a date
        "mot -\nmot",  # a dash
        "mot-\n(mot",
        "mot-\n&eacute;t",
        "mot&shy;\nmot",
        "mot\u2014\nmot",
    ],
)
def test_what_does_not_join(text):
    assert len(words(text)) == 2


SCRIPTS = {
    "Latin": [*range(0x41, 0x250), *range(0x1E00, 0x1F00), *range(0xFB00, 0xFB07)],
    "Greek": [*range(0x391, 0x3CF), *range(0x1F00, 0x1F16), *range(0x1F80, 0x1FB5), 0x345],
    "Cyrillic": [*range(0x400, 0x484), *range(0x48A, 0x530)],
    "Hebrew": [*range(0x5D0, 0x5EB), *range(0x5B0, 0x5BE), *range(0xFB2A, 0xFB37)],
    "Arabic": [*range(0x620, 0x660), *range(0x671, 0x6D4), *range(0xFE8D, 0xFEF5)],
    "Hangul": [*range(0xAC00, 0xAE00), *range(0x1100, 0x1200), *range(0x3131, 0x318F)],
    "Han": [*range(0x4E00, 0x4F00), *range(0xF900, 0xF980), *range(0x2F00, 0x2F40), 0x3005],
    "Kana": [*range(0x3041, 0x3097), *range(0x3099, 0x3100), *range(0xFF66, 0xFFA0)],
}
MARKS = [*range(0x300, 0x345)]


def script_text(name: str) -> st.SearchStrategy[str]:
    marks = MARKS if name in ("Latin", "Greek", "Cyrillic") else []
    points = [cp for cp in SCRIPTS[name] + marks if unicodedata.category(chr(cp))[0] in "LM"]
    return st.text(st.sampled_from([*map(chr, points), " "]), max_size=30)


@pytest.mark.parametrize("name", SCRIPTS)
def test_normal_forms_of_a_text_give_equal_tokens(name):
    @settings(deadline=None, derandomize=True, max_examples=80)
    @given(script_text(name))
    def check(text):
        expected = words(text)
        for form in ("NFC", "NFD", "NFKC", "NFKD"):
            assert words(unicodedata.normalize(form, text)) == expected

    check()


@pytest.mark.parametrize(
    "text",
    [
        "Việt Nam, Łódź, crème brûlée, Ærøskøbing",
        "พระบาทสมเด็จพระเจ้าอยู่หัว กำลัง น้ำ",
        "ສະບາຍດີ ນ້ຳ",
        "ភាសាខ្មែរ",
        "မြန်မာဘာသာ",
        "がんばれ、日本！ ﾊﾟｿｺﾝ",
        "ᾄδω τῇ ψυχῇ, ὦ ἄνδρες",
    ],
)
def test_normal_forms_of_prose_give_equal_tokens(text):
    forms = [unicodedata.normalize(form, text) for form in ("NFC", "NFD", "NFKC", "NFKD")]
    assert [words(form) for form in forms] == [words(text)] * 4


def test_case_and_accents_never_matter():
    assert words("ÉCOLE Straße ΛΌΓΟΣ ЁЛКА") == words("ecole STRASSE λογος елка")


def test_marks_of_indic_scripts_are_kept():
    assert words("की") != words("का")
    assert words("หน้า") != words("หนา")


def test_each_character_of_a_script_without_spaces_is_a_token():
    assert words("紅樓夢第12回abc") == ["紅", "樓", "夢", "第", "12", "回", "abc"]


def test_longest_references_and_tags():
    longest = "&" + "#" + "0" * 29 + "65;"
    assert len(longest) == 34
    assert words(longest) == ["a"]
    assert words(longest.replace("#", "#0")) == ["0" * 30 + "65"]
    tag = "<a " + "x" * 996 + ">"
    assert len(tag) == 1000
    assert words(f"b{tag}c") == ["b", "c"]
    assert len(words(f"b{tag[:-1]}x>c")) == 4


def test_lone_surrogates_separate():
    assert read("ab\ud800cd") == [("ab", 0, 2), ("cd", 3, 5)]
