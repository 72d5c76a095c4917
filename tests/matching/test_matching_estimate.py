"""From alignments to matches, coverage and status, on tables made by hand."""

from __future__ import annotations

from typing import Any

import numpy as np
import pyarrow as pa
import pytest
from matching_catalogue import make_index, random_tokens

from provaudit.audit_folder.schemas import ALIGNMENTS, MATCHES, WORKS
from provaudit.estimate.acceptance import Credit, accepted, credits
from provaudit.estimate.coverage import Coverage, WorkMatch, coverage_of
from provaudit.estimate.status import Pattern, Status, pattern_of, status_of
from provaudit.estimate.tables import estimate

BASE: dict[str, Any] = {
    "match_id": "m", "finding_id": "f", "work_id": "w", "shard": "s.parquet", "row_group": 0,
    "row": 0, "column": "text", "cell_sha256": "0", "cell_start": 0, "cell_end": 100,
    "work_start": 0, "work_end": 100, "tokens": 20, "longest_run": 20, "identity": 1.0,
    "char_identity": 1.0, "bits": 100.0, "verified": True, "work_token_start": 0,
    "work_token_end": 20, "columns_aligned": 20, "cell_token_start": 0, "cell_token_end": 20,
}  # fmt: skip


def table(*changes: dict[str, Any]) -> pa.Table:
    """Alignments, each given by how it differs from `BASE`."""
    rows = []
    for number, change in enumerate(changes):
        one = BASE | {"match_id": f"m{number}"} | change
        start, end = one["work_token_start"], one["work_token_end"]
        rows.append({"score": round(one["bits"] * 16), "runs": [0, 0, end - start]} | one)
    return pa.Table.from_pylist(rows, ALIGNMENTS)


def ids(found: pa.Table) -> list[str]:
    return found["match_id"].to_pylist()


@pytest.mark.parametrize(("bits", "count"), [(80.0, 1), (79.9375, 0), (500.0, 1), (40.0, 0)])
def test_an_alignment_alone_needs_80_bits(bits, count):
    assert len(accepted(table({"bits": bits}))) == count


def test_further_passages_of_an_accepted_pair_count_from_40_bits():
    found = accepted(table({"bits": 39.9}, {"bits": 40.0}, {"bits": 80.0}, {"bits": 79.0}))
    assert ids(found) == ["m1", "m2", "m3"]


@pytest.mark.parametrize(
    "other", [{"work_id": "v"}, {"shard": "t.parquet"}, {"row": 1}, {"column": "title"}]
)
def test_passages_of_another_pair_do_not_count(other):
    assert ids(accepted(table({"bits": 60.0} | other, {"bits": 90.0}))) == ["m1"]


def test_the_threshold_may_be_another():
    assert ids(accepted(table({"bits": 150.0}, {"bits": 170.0, "row": 1}), 160)) == ["m1"]


def test_what_was_not_found_equal_on_the_text_counts_for_nothing():
    assert len(accepted(table({"bits": 500.0, "verified": False}))) == 0
    # nor does it make a match of a weaker passage
    assert len(accepted(table({"bits": 500.0, "verified": False}, {"bits": 50.0}))) == 0


def test_no_alignment_no_match():
    assert len(accepted(ALIGNMENTS.empty_table())) == 0
    assert credits(ALIGNMENTS.empty_table()) == []


def match(work: str, start: int, end: int, bits: float, **more: Any) -> dict[str, Any]:
    return {"work_id": work, "cell_start": start, "cell_end": end, "bits": bits} | more


def test_a_match_alone_is_unique():
    assert credits(table(match("a", 0, 100, 90))) == [Credit(False, None)]


def test_same_text_of_two_works_goes_to_the_better_one():
    found = credits(table(match("a", 0, 100, 90), match("b", 10, 100, 120)))
    assert found == [Credit(True, "b"), Credit(True, None)]


def test_equal_scores_share_without_explaining():
    found = credits(table(match("a", 0, 100, 90), match("b", 0, 100, 90)))
    assert found == [Credit(True, None)] * 2


def test_more_than_half_must_be_covered():
    half = credits(table(match("a", 0, 100, 90), match("b", 50, 150, 120)))
    more = credits(table(match("a", 0, 100, 90), match("b", 49, 150, 120)))
    assert half == [Credit(False, None)] * 2
    assert more[0] == Credit(True, "b")


def test_several_works_cover_together_and_overlaps_count_once():
    apart = [match("b", 0, 30, 120), match("c", 70, 100, 110)]
    same = [match("b", 0, 30, 120), match("c", 0, 30, 110)]
    assert credits(table(match("a", 0, 100, 90), *apart))[0] == Credit(True, "b")
    assert credits(table(match("a", 0, 100, 90), *same))[0] == Credit(False, None)


def test_other_cells_and_other_passages_of_the_work_explain_nothing():
    elsewhere = [match("b", 0, 100, 200, row=1), match("b", 0, 100, 200, column="title")]
    own = match("a", 0, 100, 300)
    assert credits(table(match("a", 0, 100, 90), *elsewhere, own))[0] == Credit(False, None)


def runs(*rows: tuple[int, int, int]) -> np.ndarray:
    return np.array(rows, np.int64)


def test_coverage_counts_each_token_once():
    matches = [
        WorkMatch((0, 10), runs((0, 0, 4), (6, 6, 4)), unique=True, counts=True),
        WorkMatch((5, 20), runs((0, 0, 15)), unique=False, counts=True),
        WorkMatch((90, 100), runs((0, 0, 2), (8, 8, 2)), unique=True, counts=False),
    ]
    assert coverage_of(matches, 100) == Coverage(
        covered=30, equal=4 + 15 + 4, unique=20, counted=20
    )
    assert coverage_of([], 100) == Coverage(0, 0, 0, 0)


@pytest.mark.parametrize(
    ("coverage", "largest", "status"),
    [
        (0.5, 3, Status.DETECTED),
        (0.499, 3, Status.DETECTED_IN_PART),
        (0.05, 3, Status.DETECTED_IN_PART),
        (0.0499, 49, Status.SHORT_PASSAGES),
        (0.0001, 50, Status.DETECTED_IN_PART),
        (1.0, 400, Status.DETECTED),
        (0.0, 0, Status.SHORT_PASSAGES),
    ],
)
@pytest.mark.parametrize("all_read", [True, False])
def test_status_of_a_work_with_matches(coverage, largest, status, all_read):
    found = status_of(matches=1, coverage=coverage, largest_match=largest, all_read=all_read)
    assert found == status


def test_status_of_a_work_without_matches():
    nothing = {"matches": 0, "coverage": 0.0, "largest_match": 0}
    assert status_of(**nothing, all_read=True) == Status.NOT_DETECTED
    assert status_of(**nothing, all_read=False) == Status.UNDETERMINED


@pytest.mark.parametrize(
    ("largest", "tokens", "pattern"),
    [
        (300, 10_000, Pattern.CONTINUOUS),
        (299, 10_000, Pattern.FRAGMENTS),
        (50, 10_000, Pattern.FRAGMENTS),
        (49, 10_000, Pattern.SHORT),
        (20, 100, Pattern.CONTINUOUS),
        (19, 100, Pattern.SHORT),
    ],
)
def test_pattern(largest, tokens, pattern):
    assert pattern_of(largest, tokens) == pattern


@pytest.fixture(scope="module")
def index():
    import random

    rng = random.Random(41)
    return make_index({i: " ".join(random_tokens(rng, "Latin", 1_000)) for i in "uvw"})


def passage(work: str, start: int, end: int, **more: Any) -> dict[str, Any]:
    """A match of `end - start` tokens, ten bits a token."""
    size = end - start
    where = {"work_token_start": start, "work_token_end": end, "work_start": start, "work_end": end}
    cell = {"cell_start": start * 6, "cell_end": end * 6}
    return (
        {"work_id": work, "tokens": size, "longest_run": size, "bits": 10.0 * size}
        | where
        | cell
        | more
    )


def of_work(result, work: str) -> dict[str, Any]:
    return next(row for row in result.works.to_pylist() if row["work_id"] == work)


def test_tables_have_all_works_and_the_schemas(index):
    result = estimate(table(passage("v", 0, 100)), [index], read_share=1.0)
    assert result.works.schema == WORKS
    assert result.matches.schema == MATCHES
    assert result.works["work_id"].to_pylist() == ["u", "v", "w"]
    assert result.works["status"].to_pylist() == [
        "not_detected",
        "detected_in_part",
        "not_detected",
    ]
    assert result.works["pattern"].to_pylist() == [None, "fragments", None]


def test_facts_of_a_work(index):
    alignments = table(
        passage("v", 0, 100, row=3),
        passage("v", 50, 150, row=3, cell_start=5_000, cell_end=6_000),
        passage("v", 900, 910, row=4, shard="t.parquet"),
        passage("v", 500, 507, row=9),  # 70 bits alone: no match
    )
    result = estimate(alignments, [index], read_share=1.0)
    row = of_work(result, "v")
    assert len(result.matches) == 3
    assert (row["tokens"], row["covered_tokens"], row["equal_tokens"]) == (1_000, 160, 160)
    assert (row["coverage"], row["unique_coverage"]) == (0.16, 0.16)
    assert (row["matches"], row["rows"], row["largest_place_tokens"]) == (3, 2, 100)
    assert (row["longest_run"], row["coverage_kind"]) == (100, "counted")
    assert row["seed_limit"] <= 8
    assert row["detection_limit"] >= row["seed_limit"]


def test_statuses_of_tables(index):
    def status(*changes: dict[str, Any], share: float = 1.0) -> str:
        return of_work(estimate(table(*changes), [index], read_share=share), "v")["status"]

    assert status(passage("v", 0, 500)) == "detected"
    assert status(passage("v", 0, 499)) == "detected_in_part"
    assert status(passage("v", 0, 49)) == "short_passages"
    assert status(passage("v", 0, 50)) == "detected_in_part"
    assert status(passage("v", 0, 30), passage("v", 30, 60, row=1)) == "detected_in_part"
    assert status(passage("u", 0, 30)) == "not_detected"
    assert status(passage("u", 0, 30), share=0.999) == "undetermined"
    assert status(passage("v", 0, 600), share=0.5) == "detected"


def test_matches_explained_by_a_better_work_make_short_passages_at_most(index):
    alignments = table(passage("v", 0, 600), passage("w", 0, 600, bits=7_000.0))
    result = estimate(alignments, [index], read_share=1.0)
    assert of_work(result, "v")["status"] == "short_passages"
    assert of_work(result, "v")["coverage"] == 0.6
    assert of_work(result, "v")["unique_coverage"] == 0.0
    assert of_work(result, "w")["status"] == "detected"
    by_work = {row["work_id"]: row for row in result.matches.to_pylist()}
    assert by_work["v"]["explained_by"] == "w"
    assert by_work["w"]["explained_by"] is None
    assert [by_work[i]["unique_in_catalogue"] for i in "vw"] == [False, False]


def test_matches_are_sorted_whatever_the_order_of_the_scan(index):
    changes = [
        passage("v", 0, 100, row=9), passage("v", 0, 100, row=10), passage("u", 0, 100, row=11),
        passage("v", 200, 300, row=9), passage("v", 0, 100, shard="a.parquet", row=50),
    ]  # fmt: skip
    forward, backward = table(*changes), table(*changes)[::-1]
    keys = ["work_id", "shard", "row", "column", "cell_start"]
    results = [estimate(t, [index], read_share=1.0).matches for t in (forward, backward)]
    rows = [tuple(row[key] for key in keys) for row in results[0].to_pylist()]
    assert rows == sorted(rows)
    assert results[0].select(keys) == results[1].select(keys)


def test_no_alignment_at_all(index):
    result = estimate(ALIGNMENTS.empty_table(), [index], read_share=1.0)
    assert len(result.matches) == 0
    assert result.works["status"].to_pylist() == ["not_detected"] * 3
    assert result.works["coverage"].to_pylist() == [0.0] * 3


def test_a_work_too_short_for_the_threshold_has_no_detection_limit():
    short = make_index({"s": "le chat dort sur le lit"})
    row = estimate(ALIGNMENTS.empty_table(), [short], read_share=1.0).works.to_pylist()[0]
    assert (row["seed_limit"], row["detection_limit"]) == (6, None)
