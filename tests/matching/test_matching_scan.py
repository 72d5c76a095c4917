"""The scan kernel against the slow reference, and the guarantees that a report states."""

from __future__ import annotations

import random

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from matching_catalogue import (
    CHARACTERS,
    SCRIPTS,
    facts,
    kernel_alignments,
    make_index,
    make_scanner,
    naive_work,
    random_tokens,
    scan,
)

import naive
from provaudit.estimate.acceptance import MATCH_BITS
from provaudit.index.fingerprint import fingerprint_text
from provaudit.matching.cells import open_scanner
from provaudit.matching.extend import extend
from provaudit.matching.lookup import build_lookup
from provaudit.scheme import seeds
from provaudit.scheme.parameters import BIT

oracle = settings(deadline=None, derandomize=True, max_examples=120)

SMALL = ["la", "mer", "est", "belle", "hippopotame", "日", "1914"]
MIDDLE = [f"mot{letter}" for letter in "abcdefghijklmnopqrst"]


@st.composite
def copied(draw, vocabulary):
    """A few works and a cell pieced together from them, with words dropped, added and changed."""
    word = st.sampled_from(vocabulary)
    works = draw(st.lists(st.lists(word, min_size=5, max_size=40), min_size=1, max_size=3))
    cell: list[str] = []
    for _ in range(draw(st.integers(0, 5))):
        work = draw(st.sampled_from(works))
        start = draw(st.integers(0, len(work) - 1))
        cell += work[start : start + draw(st.integers(3, 40))]
        for _ in range(draw(st.integers(0, 2))):
            place = draw(st.integers(0, len(cell)))
            cell[place : place + draw(st.integers(0, 3))] = draw(st.lists(word, max_size=3))
    return works, cell


@pytest.mark.parametrize("vocabulary", [SMALL[:3], SMALL, MIDDLE], ids=["refrains", "few", "many"])
def test_scan_is_the_references(vocabulary):
    @oracle
    @given(copied(vocabulary))
    def check(case):
        works, cell = case
        texts = [" ".join(work) for work in works]
        scanner = make_scanner({f"w{n}": text for n, text in enumerate(texts)})
        (found,) = kernel_alignments(scanner, [" ".join(cell)])
        expected = naive.scan_cell(naive.hashes(" ".join(cell)), [*map(naive_work, texts)])
        assert found == expected

    check()


def kernel_extends(cell: list[int], work: list[int], weights: list[int], step: int):
    """What the kernel makes of two token sequences, from their starts or (-1) from their ends."""
    runs = np.empty((len(cell) + 1, 3), np.int64)
    sides = [np.array(side, kind) for side, kind in ((cell, np.uint32), (work, np.uint32))]
    begin = (0, 0) if step > 0 else (len(cell) - 1, len(work) - 1)
    stop = (len(cell), len(work)) if step > 0 else (-1, -1)
    score, count = extend(
        sides[0], begin[0], stop[0], sides[1], begin[1], stop[1], np.array(weights, np.uint8),
        step, runs,
    )  # fmt: skip
    return score, [((c - begin[0]) * step, (w - begin[1]) * step, n) for c, w, n in runs[:count]]


@settings(deadline=None, derandomize=True, max_examples=400)
@given(
    st.lists(st.integers(0, 3), max_size=30), st.lists(st.integers(0, 3), max_size=30), st.data()
)
def test_extension_is_the_references(cell, work, data):
    weight = st.sampled_from([16, 24, 32, 96, 192])
    weights = data.draw(st.lists(weight, min_size=len(work), max_size=len(work)))
    expected = naive.extend(cell, work, weights)
    assert kernel_extends(cell, work, weights, 1) == expected
    assert kernel_extends(cell[::-1], work[::-1], weights[::-1], -1) == expected


@pytest.mark.parametrize(("first", "crossed"), [(16, True), (8, False)])
def test_extension_goes_on_until_it_has_lost_more_than_40_bits(first, crossed):
    """A gap of six costs 36 bits; what follows brings in 2 bits or 1.5; then one token more."""
    same, other = list(range(1, 11)), list(range(50, 56))
    work = [*same, *other, 20, 21, 30, *range(40, 60)]
    cell = [*same, 20, 21, 31, *range(40, 60)]
    weights = [100] * 10 + [100] * 6 + [first, 16, 100] + [100] * 20
    score, runs = kernel_extends(cell, work, weights, 1)
    assert (len(runs) == 3) is crossed
    assert (score, runs) == naive.extend(cell, work, weights)


@settings(deadline=None, derandomize=True, max_examples=20)
@given(st.lists(copied(SMALL), min_size=1, max_size=4))
def test_several_indexes_are_one_catalogue(cases):
    parts = [
        {f"w{p}{n}": " ".join(work) for n, work in enumerate(works)}
        for p, (works, _) in enumerate(cases)
    ]
    cells = [" ".join(cell) for _, cell in cases]
    together = make_scanner({i: text for part in parts for i, text in part.items()})
    apart = open_scanner([make_index(part) for part in parts])
    assert together.work_ids == apart.work_ids
    assert kernel_alignments(together, cells) == kernel_alignments(apart, cells)


def test_catalogue_of_many_seeds_finds_each():
    """The filter and the table have to hold at every size."""
    rng = random.Random(7)
    for size in (5, 60, 700, 6_000):
        words = random_tokens(rng, "Latin", size)
        scanner = make_scanner({"w": " ".join(words)})
        hits = [" ".join(words[i : i + 40]) for i in range(0, size, max(1, size // 12))]
        found = kernel_alignments(scanner, hits)
        for cell, alignments in zip(hits, found, strict=True):
            expected = naive.scan_cell(naive.hashes(cell), [naive_work(" ".join(words))])
            assert alignments == expected


def test_lookup_holds_every_seed_once():
    rng = random.Random(8)
    index = make_index({"a": " ".join(random_tokens(rng, "Greek", 300)), "b": "la mer " * 50})
    lookup = build_lookup([index])
    full = lookup.slot_seeds >= 0
    assert lookup.slot_counts[full].sum() == len(index.seed_hashes)
    assert set(lookup.slot_hashes[full].tolist()) == set(index.seed_hashes.tolist())
    assert full.mean() <= 0.5


def limits_of(text: str) -> seeds.Reach:
    found = fingerprint_text(text)
    return seeds.reach(found.weights, found.seed_positions, round(MATCH_BITS * BIT))


def planted(rng: random.Random, script: str) -> tuple[str, str, seeds.Reach, int]:
    """A work, a cell that holds a run of `detection_limit` of its tokens, and the limits."""
    words = random_tokens(rng, script, 120)
    work = " ".join(words)
    limits = limits_of(work)
    length = limits.detection_limit
    start = rng.randrange(len(words) - length + 1)
    around = random_tokens(rng, script, 200)
    place = rng.randrange(len(around))
    cell = [*around[:place], *words[start : start + length], *around[place:]]
    return work, " ".join(cell), limits, place


@pytest.mark.parametrize("script", [*SCRIPTS, *CHARACTERS])
def test_a_run_of_the_detection_limit_is_found(script):
    """Scripts, random texts, random places: found alone, and at least at the threshold."""

    @settings(deadline=None, derandomize=True, max_examples=12)
    @given(st.integers(0, 2**32))
    def check(seed):
        work, cell, limits, place = planted(random.Random(seed), script)
        assert limits.seed_limit <= 8
        (result,) = scan(make_scanner({"w": work}), [cell])
        best = max(result.alignments, key=lambda a: a.score)
        assert best.bits >= MATCH_BITS
        assert best.verified
        assert best.cell_tokens[0] <= place
        assert best.cell_tokens[1] >= place + limits.detection_limit

    check()


REFRAIN = (
    "bateau tu rivage maison chanter matin lumière matin bateau nuit blanche jour lumière matin "
    "bateau nuit blanche nuit blanche sur fenêtre dans sable oiseau chemin mer jour rose coeur"
)


def test_a_run_of_the_detection_limit_is_found_near_its_own_echo():
    """A phrase that stands twice within a few words must not hide the place that fits."""
    words, length = REFRAIN.split(), limits_of(REFRAIN).detection_limit
    assert 8 <= length <= 14
    runs = [" ".join(words[i : i + length]) for i in range(len(words) - length + 1)]
    results = scan(make_scanner({"w": REFRAIN}), [f"xyzzy {run} plugh" for run in runs])
    bits = {r.cell: max(a.bits for a in r.alignments) for r in results}
    assert {run for n, run in enumerate(runs) if bits.get(n, 0) < MATCH_BITS} == set()


def test_edits_are_crossed():
    rng = random.Random(4)
    words = random_tokens(rng, "Latin", 60)
    copy = list(words)
    copy[20] = "changé"
    copy[30:33] = []
    copy[40:40] = ["deux", "mots"]
    (result,) = scan(make_scanner({"w": " ".join(words)}), [" ".join(copy)])
    (one,) = result.alignments
    assert (one.cell_tokens, one.work_tokens) == ((0, len(copy)), (0, 60))
    assert one.tokens == 56
    assert one.columns == 56 + 1 + 3 + 2
    assert one.runs[:, 2].tolist() == [20, 9, 10, 17]
    weights = naive_work(" ".join(words)).weights
    lost = sum(weights[i] for i in (20, 30, 31, 32)) + 6 * BIT * 6
    assert one.score == sum(weights) - lost


def test_unrelated_text_gives_nothing():
    rng = random.Random(9)
    work, cell = (" ".join(random_tokens(rng, "Latin", 500)) for _ in range(2))
    assert scan(make_scanner({"w": work}), [cell]) == []


def test_common_phrases_stay_below_the_floor():
    work = "je ne sais pas où il est allé depuis que la guerre a pris fin dans notre pays"
    assert scan(make_scanner({"w": work}), ["mais je ne sais pas où vous voulez en venir"]) == []


@pytest.mark.parametrize("times", [2, 5])
def test_each_copy_in_a_cell_is_found(times):
    rng = random.Random(11)
    words = random_tokens(rng, "Cyrillic", 40)
    cell: list[str] = []
    for _ in range(times):
        cell += [*words, *random_tokens(rng, "Cyrillic", 30)]
    (result,) = scan(make_scanner({"w": " ".join(words)}), [" ".join(cell)])
    spans = sorted(a.cell_tokens for a in result.alignments)
    assert spans == [(70 * n, 70 * n + 40) for n in range(times)]


def test_all_works_that_hold_a_passage_are_found():
    rng = random.Random(12)
    shared = random_tokens(rng, "Latin", 30)
    works = {
        name: " ".join([*random_tokens(rng, "Latin", 20), *shared, *random_tokens(rng, "Latin", 9)])
        for name in ("un", "deux", "trois")
    }
    (result,) = scan(make_scanner(works), [" ".join(shared)])
    assert sorted(a.work_id for a in result.alignments) == sorted(works)
    assert len({fact[5] for fact in facts(result)}) == 1
