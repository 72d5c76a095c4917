"""What is said of an alignment, and which of several are kept."""

from __future__ import annotations

import hashlib
import random

import numpy as np
import pytest
from matching_catalogue import make_scanner, random_tokens, scan

from provaudit.matching.alignment import PlacedText, check_alignment, without_repeats
from provaudit.matching.kernel import (
    C_END,
    C_START,
    FIELDS,
    RUN_END,
    RUN_START,
    SCORE,
    W_END,
    W_START,
)

RNG = random.Random(31)


def row(score: int, cell: tuple[int, int], work: tuple[int, int], runs: tuple[int, int] = (0, 1)):
    out = np.zeros(FIELDS, np.int64)
    out[[SCORE, C_START, C_END, W_START, W_END, RUN_START, RUN_END]] = [score, *cell, *work, *runs]
    return out


def kept(*rows):
    return without_repeats(np.array(rows)).tolist()


def test_strongest_first_and_repeats_dropped():
    strong, second = row(900, (0, 10), (0, 10)), row(800, (50, 60), (0, 10))
    echo = row(700, (0, 10), (40, 50))
    assert kept(echo, second, strong) == [strong.tolist(), second.tolist()]


def test_half_covered_is_a_repeat_and_less_is_not():
    strong = row(900, (0, 10), (0, 10))
    half, less = row(800, (5, 15), (30, 40)), row(800, (6, 16), (30, 40))
    assert kept(strong, half) == [strong.tolist()]
    assert kept(strong, less) == [strong.tolist(), less.tolist()]


def test_cover_adds_up_over_stronger_ones():
    rows = [row(900, (0, 4), (0, 4)), row(800, (8, 12), (20, 24)), row(700, (1, 11), (40, 50))]
    assert kept(*rows) == [r.tolist() for r in rows[:2]]


def test_what_was_dropped_covers_nothing():
    strong, dropped = row(900, (0, 10), (0, 10)), row(800, (5, 15), (20, 30))
    weak = row(700, (10, 20), (30, 40))
    assert kept(strong, dropped, weak) == [strong.tolist(), weak.tolist()]


def test_equal_scores_are_told_apart_by_place():
    first, again = row(900, (0, 10), (0, 10)), row(900, (0, 10), (20, 30))
    assert kept(again, first) == [first.tolist()]


WEAK = "il va sur la mer ce beau jour heureux".split()
"""63 bits: kept, and less than a match."""
STRONG = random_tokens(RNG, "Latin", 15)


@pytest.mark.parametrize("refrain", [WEAK, STRONG], ids=["below a match", "a match"])
def test_a_refrain_in_work_and_row_is_counted_once(refrain):
    def song(verses: int) -> str:
        parts = [[*random_tokens(RNG, "Latin", 12), *refrain] for _ in range(verses)]
        return " ".join(word for part in parts for word in part)

    (result,) = scan(make_scanner({"w": song(5)}), [song(3)])
    spans = sorted(a.cell_tokens for a in result.alignments)
    # one for each time that it stands in the row, not five
    verse = 12 + len(refrain)
    assert spans == [(verse * n + 12, verse * (n + 1)) for n in range(3)]


PHRASE = "il va sur la mer ce beau jour"
"""51 bits: kept beside something stronger only."""


def test_weak_alignments_are_kept_beside_a_stronger_one_of_the_same_pair_only():
    other = " ".join(random_tokens(RNG, "Latin", 40))
    scanner = make_scanner({"a": f"{PHRASE} {other}", "b": f"Or {PHRASE} donc"})
    apart = f"{PHRASE} {' '.join(random_tokens(RNG, 'Latin', 40))} {other}"
    assert scan(scanner, [PHRASE, other.upper(), PHRASE])[0].cell == 1
    assert len(scan(scanner, [PHRASE, PHRASE])) == 0
    (result,) = scan(scanner, [apart])
    assert [(a.work_id, a.work_tokens) for a in result.alignments] == [
        ("a", (8, 48)),
        ("a", (0, 8)),
    ]


def test_a_copy_of_a_song_is_one_alignment():
    refrain = random_tokens(RNG, "Latin", 12)
    parts = [[*random_tokens(RNG, "Latin", 12), *refrain] for _ in range(4)]
    song = " ".join(word for part in parts for word in part)
    (result,) = scan(make_scanner({"w": song}), [song])
    assert [(a.cell_tokens, a.work_tokens) for a in result.alignments] == [((0, 96), (0, 96))]


WORK = "la nuit tombe doucement sur les collines bleues du vieux royaume"


def one(cell: str, work: str = WORK):
    (result,) = scan(make_scanner({"w": work}), [cell])
    (found,) = result.alignments
    return found


def test_character_identity_of_a_copy_is_one():
    assert one(f"Or {WORK.upper()}, dit-il").char_identity == 1


@pytest.mark.parametrize(
    ("old", "new", "edits", "more"),
    [("sur", "sux", 1, 0), ("sur", "surr", 1, 1), ("sur ", "", 4, 0), ("les", "tous ces", 6, 5)],
)
def test_character_identity_counts_edits_in_the_gaps(old, new, edits, more):
    found = one(WORK.replace(old, new))
    assert found.char_identity == pytest.approx(1 - edits / (len(WORK) + 1 + more))


def test_character_identity_is_of_folded_text():
    assert one(WORK.replace("sur", "sûr").replace(" ", "\n")).char_identity == 1


def test_a_run_that_is_not_equal_on_the_text_is_not_verified():
    cell, work = PlacedText("un deux trois quatre cinq"), PlacedText("un deux TROIS quatre six")
    for length, verified in ((4, True), (5, False)):
        runs = np.array([[0, 0, length]])
        found = check_alignment(row(1000, (0, length), (0, length)), runs, cell, work, "w")
        assert found.verified is verified
    shifted = np.array([[1, 0, 2]])
    found = check_alignment(row(1000, (1, 3), (0, 2)), shifted, cell, work, "w")
    assert not found.verified


def test_spans_runs_and_counts():
    cell = PlacedText("Ah ! un deux — trois, quatre six")
    work = PlacedText("Un deux trois cinq quatre six")
    runs = np.array([[9, 9, 9], [1, 0, 3], [4, 4, 2]])
    found = check_alignment(row(1600, (1, 6), (0, 6), (1, 3)), runs, cell, work, "w")
    assert cell.text[slice(*found.cell_span)] == "un deux — trois, quatre six"
    assert work.text[slice(*found.work_span)] == work.text
    assert (found.cell_tokens, found.work_tokens) == ((1, 6), (0, 6))
    assert found.runs.tolist() == [[0, 0, 3], [3, 4, 2]]
    assert (found.tokens, found.longest_run, found.columns, found.bits) == (5, 3, 6, 100)
    assert found.verified


def test_digest_of_a_cell_is_that_of_its_utf8():
    text = "Été\ufffd"
    assert PlacedText(text).sha256 == hashlib.sha256(text.encode()).hexdigest()


def test_work_texts_are_found_over_several_indexes():
    scanner = make_scanner({"a": WORK, "c": WORK + " un"}, {"b": WORK + " deux"})
    works = scanner.work_texts()
    assert [works.of(i).text for i in "abc"] == [WORK, WORK + " deux", WORK + " un"]
    assert [works[n].text for n in range(3)] == [WORK, WORK + " un", WORK + " deux"]
    assert works[1] is works[1]
