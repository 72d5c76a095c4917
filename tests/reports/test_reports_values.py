from __future__ import annotations

import random
import re
import time
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from reports_audit import build, match, reading, shard, work

from provaudit.audit_folder.reading import Audit
from provaudit.reports import sentences as said
from provaudit.reports.coverage import WIDTH, Band, bands, depths
from provaudit.reports.differences import MOST_WORDS, fold, side_by_side
from provaudit.reports.facts import passage_facts
from provaudit.reports.figures import clipped, count, counted, listed, percent, size
from provaudit.reports.html import render_html
from provaudit.reports.model import Passage, Summary
from provaudit.reports.overview import overview
from provaudit.reports.passages import Passages
from provaudit.reports.sentences import headline, sentences

BANNED = r"\b(prov(e|es|ed|en|ing)|used?|stolen|steal\w*|infring\w*|quot\w+|clean\w*|certif\w+)\b"


def summary(**values: Any) -> Summary:
    tallies = tuple(zip(said.STATUS_NAMES, (3, 4, 0, 0, 2), strict=True))
    start = Summary(True, 9, tallies, 12, 12, 4310, 4310, 1.0, None, ("text",), None)
    return replace(start, **values)


def test_headline() -> None:
    assert headline(summary()) == (
        "7 of 9 works were detected or detected in part in what was read "
        "(12 shards, 4,310 rows, 100 % of the rows)."
    )


def test_headline_of_one_work_and_of_a_part() -> None:
    one = summary(works=1, tallies=(("detected", 1),), shards=3, shards_read=1, read_share=0.3333)
    assert headline(one) == (
        "1 of 1 work was detected or detected in part in what was read "
        "(1 of 3 shards, 4,310 rows, 33.3 % of the rows)."
    )


def test_headline_says_nothing_of_works_where_nothing_was_read() -> None:
    assert headline(summary(rows_read=0)).startswith("Nothing was read")
    assert "no work" in headline(summary(works=0))


def not_detected(folder: Path, limits: list[int | None], status: str = "not_detected") -> str:
    works = [work(f"w{n}", detection_limit=x, status=status) for n, x in enumerate(limits)]
    audit = build(folder, works, [], [], [shard("a")], reading=reading(100))
    return sentences(overview(audit))[1]


def test_not_detected_always_says_its_limit(tmp_path: Path) -> None:
    assert not_detected(tmp_path / "a", [19]) == (
        "Not detected in what was read: w0 (a run of 19 tokens or more would have been found in "
        "what was read)."
    )
    assert not_detected(tmp_path / "b", [19, 21, None]) == (
        "Not detected in what was read: w0, w1 and w2 (a run of 21 tokens or more of any of them "
        "would have been found in what was read; for 1 of them no such length can be given)."
    )
    assert "no length can be given" in not_detected(tmp_path / "c", [None])
    assert "not everything was read" in not_detected(tmp_path / "d", [19], "undetermined")


@pytest.mark.parametrize(
    ("estimate", "expected"),
    [
        (
            {"value": 8, "low": 7, "high": 11.25, "level": 0.95, "method": "wilson"},
            "Estimated for the whole dataset: 8 works, between 7 and 11.2 (level 95 %); "
            "method: wilson.",
        ),
        (
            {"value": 8, "low": 7, "high": None},
            "Estimated for the whole dataset: 8 works, at least 7, with no upper bound.",
        ),
        ({"value": None}, None),
    ],
)
def test_estimate(tmp_path: Path, estimate: dict[str, Any], expected: str | None) -> None:
    audit = build(
        tmp_path / "a", [work("w")], [], [], [shard("a")], summary={"works_estimate": estimate}
    )
    last = sentences(overview(audit))[-1]
    assert last == expected if expected else "Estimated" not in last


def test_no_sentence_claims_too_much(plain_audit: Audit) -> None:
    texts = [*said.MEANS, *said.MEANS_NOT, said.COMPARED, *sentences(overview(plain_audit))]
    texts += [*said.STATUS_NAMES.values(), *said.STATUS_MEANINGS.values()]
    texts += [*said.PATTERN_NAMES.values(), *said.LABEL_NAMES.values()]
    texts.append(re.sub(r"<style>.*?</style>|<[^>]*>", " ", render_html(plain_audit), flags=re.S))
    for text in texts:
        assert not re.search(BANNED, text, re.IGNORECASE)


def test_works_come_in_the_order_that_matters(tmp_path: Path) -> None:
    works = [
        work("e", status="not_detected"),
        work("d", status="undetermined"),
        work("z", status="something new"),
        work("c", status="short_passages", coverage=0.9),
        work("b2", status="detected", coverage=0.6, title="B"),
        work("b1", status="detected", coverage=0.6, title="a"),
        work("a", status="detected", coverage=float("nan")),
        work("a0", status="detected", coverage=0.9),
        work("p", status="detected_in_part", coverage=None),
    ]
    view = overview(build(tmp_path / "a", works, [], [], []))
    assert [w.work_id for w in view.works] == ["a0", "b1", "b2", "a", "p", "c", "d", "e", "z"]
    assert view.summary.tallies[-1] == ("something new", 1)


@pytest.mark.parametrize("facts", [{}, {"reading": None, "summary": [], "catalogue": 3}])
def test_missing_facts_are_no_failure(tmp_path: Path, facts: dict[str, Any]) -> None:
    audit = build(tmp_path / "a", [work("w")], [], [], [shard("a", reason=None)], **facts)
    assert overview(audit).summary.rows_read == 100
    assert "not recorded" in render_html(audit)


def test_passages_come_strongest_first_with_their_texts(plain_audit: Audit) -> None:
    found = Passages(plain_audit)
    raven = found.strongest("poe-raven", 3)
    assert [p.row for p in raven] == [0, 1, 2]
    assert raven[0].extract is not None
    assert raven[0].extract.before == "Posted by anna: "
    assert found.number("poe-raven") == 26
    assert found.number("nobody") == 0
    assert found.strongest("nobody") == []
    assert Passages(plain_audit, only="lunyu").number("poe-raven") == 0


def test_a_match_without_extract(tmp_path: Path) -> None:
    audit = build(tmp_path / "a", [work("w")], [match("w")], [], [])
    assert Passages(audit).strongest("w")[0].extract is None


def test_no_e_value_is_said_smaller_than_can_be_checked() -> None:
    passage = Passage.read(match("w", e_value=1e-300), None)
    assert dict(passage_facts(passage))["Expected by chance"] == "fewer than 0.000001 such matches"
    passage = Passage.read(match("w", e_value=0.0123), None)
    assert dict(passage_facts(passage))["Expected by chance"] == "0.012 such matches"


@pytest.mark.parametrize(
    ("share", "expected"),
    [
        (None, "–"),
        (0.0, "0 %"),
        (1e-9, "< 0.1 %"),
        (0.29, "29 %"),
        (0.99999, "99.9 %"),
        (0.1234, "12.3 %"),
        (1.0, "100 %"),
    ],
)
def test_percent_never_rounds_up(share: float | None, expected: str) -> None:
    assert percent(share) == expected


def test_figures() -> None:
    assert (count(None), count(1234567)) == ("–", "1,234,567")
    assert (counted(1, "work", "works"), counted(0, "work", "works")) == ("1 work", "0 works")
    assert (size(None), size(999), size(4_200_000_000)) == ("–", "999 bytes", "4.2 GB")
    assert clipped("\u202e" * 3, 2) == "<U+202E><U+202E>… (1 more character)"
    assert listed(["a"]) == "a"
    assert listed(list("abcdefg")) == "a, b, c, d, e and 2 more"


def slow_depths(spans: list[tuple[int, int, int]], tokens: int) -> list[int]:
    return [len({row for row, a, b in spans if a <= t < b}) for t in range(tokens)]


def test_depths_against_counting_each_token() -> None:
    chance = random.Random(5)
    for _ in range(200):
        tokens = chance.randrange(1, 40)
        spans = [
            (chance.randrange(4), chance.randrange(-5, 40), chance.randrange(-5, 45))
            for _ in range(chance.randrange(12))
        ]
        counted_rows = [0] * tokens
        for start, end, rows in depths(spans, tokens):
            counted_rows[start:end] = [rows] * (end - start)
        assert counted_rows == slow_depths(spans, tokens)


def test_bands() -> None:
    assert bands([], 100) == []
    assert bands([(0, 0, 5)], 0) == []
    assert bands([(0, 0, 50), (1, 25, 50)], 100) == [Band(0, 250, 0), Band(250, 250, 1)]
    assert bands([(0, 999_999, 1_000_000)], 1_000_000) == [Band(WIDTH - 1, 1, 0)]
    assert bands([(n, 0, 10) for n in range(20)], 10) == [Band(0, WIDTH, 3)]


def marked(side: Any) -> str:
    return "".join(f"[{p.text}]" if p.differs else p.text for p in side.pieces)


def test_differences_ignore_case_accents_punctuation_and_line_ends() -> None:
    one, two = side_by_side(
        "L’ÉTÉ fut long ; il mar-\nchait, seul.", "l'ete fut\ncourt, il mar\u200bchait seul", 100
    )
    assert marked(one) == "L’ÉTÉ fut [long] ; il mar-\nchait, seul."
    assert marked(two) == "l'ete fut\n[court], il mar\u200bchait seul"


def test_scripts_without_spaces_are_compared_by_character() -> None:
    one, two = side_by_side("有朋自遠方來", "有友自遠方來", 100)
    assert (marked(one), marked(two)) == ("有[朋]自遠方來", "有[友]自遠方來")


def test_a_cut_marks_no_word_for_want_of_its_partner() -> None:
    words = [f"w{n}" for n in range(400)]
    one, two = side_by_side(" ".join(words), " ".join(["extra"] * 9 + words), 600)
    assert not any(piece.differs for piece in one.pieces)
    assert marked(two).startswith("[extra extra")
    assert marked(two).count("[") == 1
    for side, text in ((one, " ".join(words)), (two, " ".join(["extra"] * 9 + words))):
        shown = "".join(piece.text for piece in side.pieces)
        assert text.startswith(shown)
        assert side.left_out == len(text) - len(shown) > 0
        assert len(shown) <= 600


def test_pieces_are_the_text() -> None:
    chance = random.Random(7)
    letters = "ab é,-\n\u200b有\u0301.<"
    for _ in range(500):
        texts = ["".join(chance.choices(letters, k=chance.randrange(60))) for _ in "ab"]
        limit = chance.randrange(10, 70)
        for side, text in zip(side_by_side(*texts, limit), texts, strict=True):
            shown = "".join(piece.text for piece in side.pieces)
            assert text.startswith(shown)
            assert len(shown) + side.left_out == len(text)
            assert len(shown) <= limit


@pytest.mark.parametrize(
    ("one", "two"),
    [
        ("w" * 100_000, "x" * 100_000),
        ("人" * 100_000, "人民" * 50_000),
        ("la " * 100_000, "la lo la " * 50_000),
        ("a\u0301" * 100_000, "a-\n" * 100_000),
        (" " * 100_000, "-" * 100_000),
        ("", "word"),
    ],
)
def test_hostile_texts_take_no_time(one: str, two: str) -> None:
    start = time.perf_counter()
    for side in side_by_side(one, two, 1200):
        assert sum(len(p.text) for p in side.pieces) <= 1200
    assert time.perf_counter() - start < 2


def test_no_more_words_than_are_compared() -> None:
    one, _ = side_by_side("有" * 1000, "朋" * 1000, 1200)
    assert sum(len(p.text) for p in one.pieces) == MOST_WORDS


def test_fold() -> None:
    assert fold("É\u00adt\u200bÉ-\n") == "ete"
    assert fold("STRASSE") == fold("Straße")
