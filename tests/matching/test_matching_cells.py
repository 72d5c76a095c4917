"""A cell's alignments depend on that cell alone, and are places in its original text."""

from __future__ import annotations

import random
import unicodedata

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from matching_catalogue import (
    cells_of,
    facts,
    kernel_alignments,
    make_scanner,
    random_tokens,
    scan,
)

import naive
from provaudit.matching.cells import scan_batch
from provaudit.matching.kernel import GROUP_TOKENS
from provaudit.scheme.tokens import BLOCK

RNG = random.Random(21)
WORK = random_tokens(RNG, "Latin", 90)
OTHER = random_tokens(RNG, "Han", 120)
SCANNER = make_scanner({"a": " ".join(WORK), "b": "".join(OTHER)})

PIECES = [
    "", " ", "mot", "-\n", "&eacute;", "&amp", "<b>", "<", "\n", "日本", "é",
    " ".join(WORK), " ".join(WORK[:30]), " ".join(WORK[40:60]), "".join(OTHER[10:70]), WORK[5],
    " ".join(random_tokens(RNG, "Latin", 15)), "-\n".join(WORK[20:45]), "x" * 300,
]  # fmt: skip
cells = st.none() | st.lists(st.sampled_from(PIECES), max_size=6).map(" ".join)
batches = st.lists(cells, max_size=8)


def by_cell(results):
    return {result.cell: (result.text.text, facts(result)) for result in results}


@settings(deadline=None, derandomize=True, max_examples=80)
@given(batches, st.integers(0, 8), st.integers(0, 8))
def test_a_batch_is_its_cells_one_at_a_time(batch, before, after):
    alone = {
        n: found
        for n, cell in enumerate(batch)
        for found in by_cell(scan(SCANNER, [cell])).values()
    }
    assert by_cell(scan(SCANNER, batch)) == alone
    # a slice of an array with an offset is no other batch
    around = cells_of([PIECES[11]] * before + batch + [None, PIECES[12]] * after)
    part = around.slice(before, len(batch))
    assert by_cell(scan(SCANNER, part)) == alone


def test_every_place_of_a_cell_in_a_batch():
    """Cells are looked up in groups: neither the first nor the last of one differs."""
    copy = " ".join(WORK[10:60])
    filler = " ".join(random_tokens(RNG, "Latin", GROUP_TOKENS // 8))
    batch = [c for _ in range(20) for c in (copy, filler, "", copy, None, copy[:-9], filler)]
    ((_, expected),) = by_cell(scan(SCANNER, [copy])).values()
    found = by_cell(scan(SCANNER, batch))
    for n, cell in enumerate(batch):
        if cell == copy:
            assert found[n] == (copy, expected)
    assert set(found) == {n for n, cell in enumerate(batch) if cell and cell[:9] == copy[:9]}


@pytest.mark.parametrize("reach", [*range(0, 60, 7), 300])
def test_a_copy_across_the_border_of_a_block(reach):
    copy = " ".join(WORK[10:60])
    padding = "z " * ((BLOCK - reach) // 2)
    (result,) = scan(SCANNER, [padding + copy])
    (one,) = result.alignments
    assert result.text.text[slice(*one.cell_span)] == copy
    assert one.work_tokens == (10, 60)


def test_no_shingle_reaches_into_the_next_cell():
    """Four words of twelve bits each are above the floor, and no shingle."""
    words = [f"anticonstitutionnellement{letter}" for letter in "abcdefghijkl"]
    scanner = make_scanner({"w": " ".join(words)})
    for cut in range(1, len(words)):
        halves = [" ".join(words[:cut]), " ".join(words[cut:])]
        alone = [kernel_alignments(scanner, [half])[0] for half in halves]
        assert all(run[2] >= 5 for found in alone for one in found for run in one.runs)
        assert kernel_alignments(scanner, halves) == alone


def test_a_copy_cut_in_two_cells_is_two_matches():
    halves = [" ".join(WORK[:40]), " ".join(WORK[40:80])]
    found = by_cell(scan(SCANNER, halves))
    assert [found[n][1][0][4] for n in (0, 1)] == [(0, 40), (40, 80)]


@pytest.mark.parametrize(
    "array",
    [
        pa.array([], pa.large_string()),
        pa.array([None, None], pa.large_string()),
        pa.nulls(3, pa.large_string()),
        pa.array(["", ""], pa.large_string()),
        pa.array(["x", "y", "z"], pa.large_string()).slice(3),
        pa.array(["x", "y", "z"], pa.large_string()).slice(1, 0),
        pa.LargeStringArray.from_buffers(0, pa.py_buffer(b""), pa.py_buffer(b"")),
    ],
    ids=[
        "empty",
        "nulls",
        "nulls without buffers",
        "no text",
        "slice end",
        "no slice",
        "no buffer",
    ],
)
def test_batches_without_text(array):
    found, long_enough = scan_batch(array, SCANNER, SCANNER.work_texts())
    assert found == []
    assert long_enough.tolist() == [False] * len(array)


def test_null_cells_are_empty_whatever_lies_under_them():
    hidden = cells_of([" ".join(WORK), "mot", " ".join(WORK)])
    mask = pa.array([True, False, False]).buffers()[1]
    array = pa.LargeStringArray.from_buffers(3, *hidden.buffers()[1:], mask, 2, 0)
    assert array.to_pylist()[1:] == [None, None]
    assert list(by_cell(scan(SCANNER, array))) == [0]


def test_which_cells_are_long_enough():
    batch = cells_of(["un deux trois quatre", "un deux trois quatre cinq", "日本語文字", "", None])
    _, long_enough = scan_batch(batch, SCANNER, SCANNER.work_texts())
    assert long_enough.tolist() == [False, True, True, False, False]


invalid = st.sampled_from(
    [b"", b"\xff", b"\xc3", b"\xe2\x82", b"\xf0\x9f\x98", b"\xed\xa0\x80", b"\xc0\x80", b"\xbf\xbf"]
)


@settings(deadline=None, derandomize=True, max_examples=60)
@given(st.lists(invalid, min_size=3, max_size=30), st.integers(0, 50), st.integers(12, 40))
def test_cells_that_are_not_utf8(noise, start, length):
    """They are read as what is reported: U+FFFD in place of each byte run that is no UTF-8."""
    words = WORK[start : start + length]
    pieces = [
        word.encode() + noise[n % len(noise)] + b" " + noise[(n + 1) % len(noise)]
        for n, word in enumerate(words)
    ]
    cell = noise[0] + b" " + b"".join(pieces) + noise[1]
    text = cell.decode("utf-8", "replace")
    found = by_cell(scan(SCANNER, [cell, "mot", cell]))
    assert found == by_cell(scan(SCANNER, [text, "mot", text]))
    for seen, alignments in found.values():
        assert seen == text
        assert naive.hashes(text[slice(*alignments[0][1])]) == naive.hashes(" ".join(words))


@settings(deadline=None, derandomize=True, max_examples=80)
@given(st.lists(st.sampled_from(PIECES), max_size=8).map(" ".join))
def test_spans_are_code_points_of_the_original(cell):
    for result in scan(SCANNER, [cell]):
        tokens = naive.tokens(cell)
        for one in result.alignments:
            first, last = tokens[one.cell_tokens[0]], tokens[one.cell_tokens[1] - 1]
            assert one.cell_span == (first[1], last[2])
            assert one.verified
            work = naive.hashes(" ".join(WORK if one.work_id == "a" else OTHER))
            mine = [naive.token_hash(word) for word, _, _ in tokens]
            (c, _), (w, _) = one.cell_tokens, one.work_tokens
            for i, j, n in one.runs.tolist():
                assert mine[c + i : c + i + n] == work[w + j : w + j + n]


def wrapped(text: str) -> str:
    return text.replace(" ", "\r\n")


def as_html(text: str) -> str:
    coded = "".join(c if c.isascii() else f"&#{ord(c)};" for c in text)
    return f"<p>{coded.replace(' ', '</span> <b>')}</p>"


def hyphenated(text: str) -> str:
    return " ".join(w[:2] + "-\n" + w[2:] if len(w) > 3 else w for w in text.split())


@pytest.mark.parametrize(
    "change",
    [
        wrapped, as_html, hyphenated, str.upper, str.title,
        lambda t: unicodedata.normalize("NFD", t),
        lambda t: unicodedata.normalize("NFKC", t),
        lambda t: t.replace(" ", " — « "),
        "\u200b".join,
    ],
    ids=["wrapped", "html", "hyphenated", "upper", "title", "nfd", "nfkc", "marks", "zero width"],
)  # fmt: skip
@pytest.mark.parametrize(
    "work",
    [
        "Longtemps, je me suis couché de bonne heure. Parfois, à peine ma bougie éteinte, mes yeux",
        "Übermütige Straßenbahnführer ärgern größere Fußgänger, während Töchter süße Äpfel essen",
        "Все счастливые семьи похожи друг на друга, каждая несчастливая семья несчастлива",
        "Ἄνδρα μοι ἔννεπε, Μοῦσα, πολύτροπον, ὃς μάλα πολλὰ πλάγχθη, ἐπεὶ Τροίης ἱερὸν πτολίεθρον",
    ],
    ids=["French", "German", "Russian", "Greek"],
)
def test_a_copy_in_another_coding_is_the_whole_work(work, change):
    (result,) = scan(make_scanner({"w": work}), ["Avant. " + change(work) + " Après."])
    (one,) = result.alignments
    assert one.work_span == (0, len(work))
    assert one.tokens == len(naive.tokens(work))
    assert one.char_identity == 1
    assert len(one.runs) == 1


def test_results_do_not_depend_on_numpy_types():
    (result,) = scan(SCANNER, [" ".join(WORK)])
    one = result.alignments[0]
    for pair in (one.cell_span, one.work_span, one.cell_tokens, one.work_tokens):
        assert [type(value) for value in pair] == [int, int]
    assert isinstance(one.verified, bool)
    assert not isinstance(one.score, np.integer)
