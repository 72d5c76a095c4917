"""The values that every rendering of an audit shares."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Any, Final, Self

STATUSES: Final = (
    "detected",
    "detected_in_part",
    "short_passages",
    "undetermined",
    "not_detected",
)
"""The statuses of a work in the order in which a reader wants them."""

WITHOUT_MATCH: Final = frozenset({"undetermined", "not_detected"})
"""The statuses of which a detection limit has to be said."""


def _finite(value: Any) -> Any:
    """Return `value`, or None for the floats that are no numbers."""
    return None if isinstance(value, float) and not math.isfinite(value) else value


@dataclass(frozen=True)
class WorkRow:
    """One work of the catalogue, as `works.parquet` has it."""

    work_id: str
    """Its stable name."""
    title: str | None
    """Its title, as the catalogue has it."""
    author: str | None
    """Its author, as the catalogue has it."""
    language: str | None
    """Its language, as the catalogue has it."""
    identifiers: tuple[str, ...]
    """ISBNs and the like."""
    tokens: int
    """Its length in tokens."""
    status: str
    """One of `STATUSES`."""
    pattern: str | None
    """``continuous``, ``fragments`` or ``short``."""
    covered_tokens: int | None
    """Tokens inside the union of the matched spans."""
    equal_tokens: int | None
    """Tokens that are equal in some match."""
    coverage: float | None
    """`covered_tokens` over `tokens`."""
    coverage_low: float | None
    """Lower end of the interval of an estimated coverage."""
    coverage_high: float | None
    """Upper end of the interval of an estimated coverage."""
    coverage_kind: str | None
    """``counted`` or ``estimated``."""
    unique_coverage: float | None
    """Coverage by text that no other work of the catalogue shares."""
    largest_place_tokens: int | None
    """Tokens of the work in the place that holds most of it."""
    longest_run: int | None
    """Tokens of the longest run without a difference."""
    matches: int | None
    """Number of matches."""
    rows: int | None
    """Number of dataset rows with a match."""
    copies: int | None
    """Number of copies."""
    seed_limit: int | None
    """Run length in tokens that always gives a seed hit."""
    detection_limit: int | None
    """Run length in tokens that is also always accepted alone."""

    @classmethod
    def read(cls, row: Mapping[str, Any]) -> Self:
        """Return the work in one row of `works.parquet`."""
        values = {f.name: _finite(row[f.name]) for f in fields(cls)}
        values["identifiers"] = tuple(i for i in row["identifiers"] or () if i)
        return cls(**values)

    @property
    def name(self) -> str:
        """The title, else the id."""
        return self.title or self.work_id

    def order(self) -> tuple[int, float, str, str]:
        """Sort key: status, then coverage from high to low, then title."""
        rank = STATUSES.index(self.status) if self.status in STATUSES else len(STATUSES)
        return rank, -(self.coverage or 0.0), self.name.casefold(), self.work_id


@dataclass(frozen=True)
class Extract:
    """The texts of one match."""

    cell_text: str
    """The dataset's text."""
    work_text: str
    """The catalogue's text."""
    before: str
    """What stands before it in the dataset."""
    after: str
    """What stands after it in the dataset."""


@dataclass(frozen=True)
class Passage:
    """One match, with its address and, unless the audit is redacted, its texts."""

    match_id: str
    """Its address as one string."""
    finding_id: str
    """Its name that stays when data are re-sharded."""
    work_id: str
    """The work."""
    shard: str
    """The Parquet file."""
    row_group: int
    """The row group in the shard, from 0."""
    row: int
    """The row in the shard, from 0."""
    column: str
    """The leaf column."""
    row_id: str | None
    """The row's own id, as found."""
    url: str | None
    """The source's address, as found."""
    date: str | None
    """The source's date, as found."""
    licence: str | None
    """The licence, as found."""
    dump: str | None
    """The crawl, as found."""
    cell_start: int
    """Start in the cell (code points)."""
    cell_end: int
    """End in the cell (code points)."""
    work_start: int
    """Start in the work (code points)."""
    work_end: int
    """End in the work (code points)."""
    work_token_start: int
    """Start in the work (tokens)."""
    work_token_end: int
    """End in the work (tokens)."""
    tokens: int
    """Tokens aligned and equal."""
    longest_run: int
    """Tokens of the longest run without a difference."""
    identity: float | None
    """Share of aligned tokens that are equal."""
    bits: float | None
    """The score."""
    e_value: float | None
    """Matches this strong to be expected by chance."""
    label: str | None
    """``same``, ``ocr``, ``edited`` or ``related``."""
    unique_in_catalogue: bool | None
    """Whether no other work of the catalogue holds this text."""
    explained_by: str | None
    """The work that explains this match better."""
    verified: bool
    """Whether it was compared on text."""
    extract: Extract | None
    """Its texts; None in a redacted audit."""

    @classmethod
    def read(cls, row: Mapping[str, Any], extract: Extract | None) -> Self:
        """Return the match in one row of `matches.parquet`."""
        names = [f.name for f in fields(cls) if f.name != "extract"]
        return cls(**{name: _finite(row[name]) for name in names}, extract=extract)


@dataclass(frozen=True)
class Unread:
    """Something that was not read."""

    name: str
    """The shard, catalogue input or column."""
    kind: str
    """Its status or kind."""
    reason: str
    """Why."""


@dataclass(frozen=True)
class Summary:
    """What was read, and how many works have which status."""

    complete: bool
    """Whether everything that was to be read was read."""
    works: int
    """Works of the catalogue."""
    tallies: tuple[tuple[str, int], ...]
    """Number of works by status, all of `STATUSES`, in that order."""
    shards: int
    """Shards of the dataset."""
    shards_read: int
    """Shards read to their end."""
    rows: int | None
    """Rows of the dataset, where known."""
    rows_read: int
    """Rows read."""
    read_share: float | None
    """Share of the rows that was read."""
    text_bytes: int | None
    """Bytes of text that were read."""
    columns: tuple[str, ...]
    """Columns that were read."""
    estimate: Mapping[str, Any] | None
    """The estimated number of works in the whole dataset, where there is one."""

    def works_with(self, *statuses: str) -> int:
        """Return how many works have one of these statuses."""
        return sum(n for status, n in self.tallies if status in statuses)


@dataclass(frozen=True)
class Overview:
    """A finished audit without its passages."""

    summary: Summary
    """What was read and found."""
    works: tuple[WorkRow, ...]
    """All works, those that matter most first."""
    failed_shards: tuple[Unread, ...]
    """Shards that were not read, or not to their end."""
    skipped_inputs: tuple[Unread, ...]
    """Catalogue inputs that were not read."""
    skipped_columns: tuple[Unread, ...]
    """Columns that were not read."""
    facts: Mapping[str, Any]
    """The content of `audit.json`."""
    redacted: bool
    """Whether the audit holds no texts."""
