"""The facts of a work and of a passage, as names and values for a person."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from provaudit.reports.figures import clipped, count, counted, percent
from provaudit.reports.model import Passage, WorkRow
from provaudit.reports.sentences import LABEL_NAMES, PATTERN_NAMES, STATUS_NAMES

SMALLEST_E_VALUE: Final = 1e-6
"""The smallest number of chance matches that is written out. The model gives far smaller ones,
but nobody can check them, and a reader would take them for more than a model."""


def work_facts(work: WorkRow) -> Iterator[tuple[str, str]]:
    """Yield the facts of a work; those that are unknown are left out."""
    yield "Id", clipped(work.work_id)
    for name, value in (("Author", work.author), ("Language", work.language)):
        if value:
            yield name, clipped(value)
    if work.identifiers:
        yield "Identifiers", ", ".join(clipped(i, 60) for i in work.identifiers[:10])
    yield "Status", STATUS_NAMES.get(work.status, clipped(work.status, 40))
    if work.pattern:
        yield "Pattern", PATTERN_NAMES.get(work.pattern, clipped(work.pattern, 40))
    yield "Coverage", coverage_words(work)
    yield from _counts(work)
    yield "Seed limit", _limit(work.seed_limit)
    yield "Detection limit", _limit(work.detection_limit)


def _counts(work: WorkRow) -> Iterator[tuple[str, str]]:
    if work.equal_tokens is not None:
        yield "Equal tokens", f"{count(work.equal_tokens)} of {count(work.tokens)}"
    if work.unique_coverage is not None:
        yield "Found and in no other work", percent(work.unique_coverage)
    if work.largest_place_tokens is not None:
        yield "Largest place", counted(work.largest_place_tokens, "token", "tokens")
    if work.longest_run is not None:
        yield "Longest run", counted(work.longest_run, "token", "tokens")
    for name, number in (("Passages", work.matches), ("Rows", work.rows), ("Copies", work.copies)):
        if number is not None:
            yield name, count(number)


def coverage_words(work: WorkRow) -> str:
    """Return the coverage with what it is counted from, or with its interval."""
    if work.coverage is None:
        return percent(None)
    share = percent(work.coverage)
    if work.coverage_kind == "estimated" and work.coverage_low is not None:
        return f"{share}, estimated ({percent(work.coverage_low)} to {percent(work.coverage_high)})"
    return f"{share} ({count(work.covered_tokens)} of {count(work.tokens)} tokens)"


def _limit(tokens: int | None) -> str:
    return "none can be given" if tokens is None else f"runs of {count(tokens)} tokens or more"


def strength(passage: Passage) -> str:
    """Return how long and how like a passage is, on one line."""
    parts = [counted(passage.tokens, "equal token", "equal tokens")]
    if passage.identity is not None:
        parts.append(f"{percent(passage.identity)} of the aligned tokens")
    if passage.bits is not None:
        parts.append(f"{passage.bits:,.0f} bits")
    return " · ".join(parts)


def address(passage: Passage) -> str:
    """Return where a passage stands in the dataset; rows and row groups count from 0."""
    return (
        f"{clipped(passage.shard)} · row group {passage.row_group} · row {passage.row} · "
        f"column {clipped(passage.column)}"
    )


def passage_facts(passage: Passage) -> Iterator[tuple[str, str]]:
    """Yield what else is known of a passage, its URL among it."""
    for name, value in _as_found(passage):
        if value:
            yield name, clipped(value, 500)
    yield (
        "Characters",
        f"{passage.cell_start:,} to {passage.cell_end:,} of the cell; "
        f"{passage.work_start:,} to {passage.work_end:,} of the work",
    )
    yield "Longest run", counted(passage.longest_run, "token", "tokens")
    yield from _judged(passage)
    yield "Match", clipped(passage.match_id, 300)
    yield "Finding", clipped(passage.finding_id, 100)


def _as_found(passage: Passage) -> Iterator[tuple[str, str | None]]:
    """Yield what the dataset itself says of the row."""
    yield "Row id", passage.row_id
    yield "URL", passage.url
    yield "Date", passage.date
    yield "Licence", passage.licence
    yield "Dump", passage.dump


def _expected(e_value: float) -> str:
    """Return an E-value, bounded: no control text supports a smaller one than is said here."""
    if e_value < SMALLEST_E_VALUE:
        return f"fewer than {SMALLEST_E_VALUE:.6f} such matches"
    return f"{e_value:.2g} such matches"


def _judged(passage: Passage) -> Iterator[tuple[str, str]]:
    if passage.e_value is not None:
        yield "Expected by chance", _expected(passage.e_value)
    if passage.label:
        yield "Kind", LABEL_NAMES.get(passage.label, clipped(passage.label, 40))
    if passage.unique_in_catalogue is False:
        yield "In the catalogue", "another work holds this text too"
    if passage.explained_by:
        yield "Explained better by", clipped(passage.explained_by)
    if not passage.verified:
        yield "Compared on text", "no"
