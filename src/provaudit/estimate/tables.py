"""The matches and works tables of an audit, from alignments and catalogue."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa

from provaudit.audit_folder.schemas import MATCHES, WORKS
from provaudit.estimate.acceptance import MATCH_BITS, accepted, credits
from provaudit.estimate.coverage import WorkMatch, coverage_of
from provaudit.estimate.status import Status, pattern_of, status_of
from provaudit.index.reading import Index
from provaudit.scheme import seeds
from provaudit.scheme.parameters import BIT

ORDER = [(name, "ascending") for name in ("work_id", "shard", "row", "column", "cell_start",
                                          "cell_end", "work_start", "work_end")]  # fmt: skip
"""How matches and alignments are sorted; the spans break ties."""


@dataclass(frozen=True)
class Estimate:
    """What is said of a scan."""

    matches: pa.Table
    """Schema `MATCHES`."""
    works: pa.Table
    """Schema `WORKS`."""


def _matches(found: pa.Table) -> pa.Table:
    """Give accepted alignments the columns of `MATCHES`."""
    given = credits(found)
    computed = {
        "e_value": pa.nulls(len(found), pa.float64()),
        "label": pa.nulls(len(found), pa.string()),
        "unique_in_catalogue": pa.array([not c.shared for c in given], pa.bool_()),
        "explained_by": pa.array([c.explained_by for c in given], pa.string()),
    }
    columns = [computed[n] if n in computed else found[n] for n in MATCHES.names]
    return pa.table(columns, schema=MATCHES)


def _work_matches(found: pa.Table, matches: pa.Table) -> list[WorkMatch]:
    spans = zip(
        found["work_token_start"].to_pylist(), found["work_token_end"].to_pylist(), strict=True
    )
    return [
        WorkMatch(span, np.array(runs, np.int64).reshape(-1, 3), unique, explained is None)
        for span, runs, unique, explained in zip(
            spans,
            found["runs"].to_pylist(),
            matches["unique_in_catalogue"].to_pylist(),
            matches["explained_by"].to_pylist(),
            strict=True,
        )
    ]


def _found_facts(found: pa.Table, matches: pa.Table, tokens: int) -> dict[str, Any]:
    """Return what the matches of one work say of it."""
    mine = _work_matches(found, matches)
    counts = coverage_of(mine, tokens)
    equal = matches["tokens"].to_pylist()
    largest = max(equal, default=0)
    rows = set(zip(matches["shard"].to_pylist(), matches["row"].to_pylist(), strict=True))
    return {
        "pattern": str(pattern_of(largest, tokens)) if equal else None,
        "covered_tokens": counts.covered,
        "equal_tokens": counts.equal,
        "coverage": counts.covered / tokens,
        "coverage_kind": "counted",
        "unique_coverage": counts.unique / tokens,
        "largest_place_tokens": largest,
        "longest_run": max(matches["longest_run"].to_pylist(), default=0),
        "matches": len(equal),
        "rows": len(rows),
        "_counted": counts.counted / tokens,
        "_largest": max((n for n, m in zip(equal, mine, strict=True) if m.counts), default=0),
    }


def _limits(index: Index, match_bits: float) -> list[dict[str, int | None]]:
    """Return the seed limit and the detection limit of each work."""
    tried = seeds.first_places(index.seed_hashes, index.seed_works)
    seed_works, seed_positions = index.seed_works[tried], index.seed_positions[tried]
    order = np.lexsort((seed_positions, seed_works))
    positions = seed_positions[order].astype(np.int64)
    works = np.arange(len(index.works) + 1)
    first = np.searchsorted(seed_works[order], works)
    limits: list[dict[str, int | None]] = []
    described = index.works["seed_limit"].to_pylist()
    for work in works[:-1]:
        tokens = slice(index.token_starts[work], index.token_starts[work + 1])
        mine = positions[first[work] : first[work + 1]]
        reach = seeds.reach(index.weights[tokens], mine, round(match_bits * BIT))
        limits.append({"seed_limit": described[work], "detection_limit": reach.detection_limit})
    return limits


def _status(facts: dict[str, Any], all_read: bool) -> Status:
    return status_of(
        matches=facts["matches"],
        coverage=facts.pop("_counted"),
        largest_match=facts.pop("_largest"),
        all_read=all_read,
    )


def _slices(found: pa.Table) -> dict[str, tuple[int, int]]:
    """Return where each work's rows lie in a table sorted by work."""
    ids = found["work_id"].to_pylist()
    out: dict[str, tuple[int, int]] = {}
    for place, work_id in enumerate(ids):
        out[work_id] = (out.get(work_id, (place, 0))[0], place + 1)
    return out


def _works_of(
    index: Index, found: pa.Table, matches: pa.Table, read_share: float, match_bits: float
) -> list[dict[str, Any]]:
    rows, slices = [], _slices(found)
    limits = _limits(index, match_bits)
    described = index.works.drop_columns(["sketch", "signature"]).to_pylist()
    for number, work in enumerate(described):
        start, end = slices.get(work["work_id"], (0, 0))
        part = slice(start, end)
        facts = _found_facts(found[part], matches[part], work["tokens"])
        status = _status(facts, all_read=read_share >= 1.0)
        given = {n: work[n] for n in ("work_id", "title", "author", "language", "identifiers")}
        rows.append(
            given
            | {"extra": work["extra"], "tokens": work["tokens"], "status": str(status)}
            | facts
            | limits[number]
            | {"read_share": read_share}
        )
    return rows


def estimate(
    alignments: pa.Table,
    indexes: list[Index],
    *,
    read_share: float,
    match_bits: float = MATCH_BITS,
) -> Estimate:
    """Decide which alignments are matches and what they say of each work.

    Parameters
    ----------
    alignments : pyarrow.Table
        Schema `audit_folder.schemas.ALIGNMENTS`.
    indexes : list of Index
        The catalogue.
    read_share : float
        Share of the dataset that was read; below 1, a work without matches is undetermined.
    match_bits : float
        Score in bits from which an alignment is a match.
    """
    found = accepted(alignments, match_bits).sort_by(ORDER)
    matches = _matches(found)
    rows = [
        row for index in indexes for row in _works_of(index, found, matches, read_share, match_bits)
    ]
    rows.sort(key=lambda row: row["work_id"])
    works = pa.Table.from_pylist(rows, WORKS)
    return Estimate(matches, works)
