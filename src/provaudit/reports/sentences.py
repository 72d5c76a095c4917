"""What is said of an audit, in plain English, and never more than was found in what was read."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

from provaudit.reports.figures import clipped, count, counted, listed, percent
from provaudit.reports.model import WITHOUT_MATCH, Overview, Summary, WorkRow

STATUS_NAMES: Final = {
    "detected": "Detected",
    "detected_in_part": "Detected in part",
    "short_passages": "Short passages",
    "undetermined": "Undetermined",
    "not_detected": "Not detected in what was read",
}
"""The statuses as they are written in full."""

STATUS_MEANINGS: Final = {
    "detected": "Half of the work or more was found.",
    "detected_in_part": "A passage of 50 tokens or more was found, or 5 % of the work or more.",
    "short_passages": "Only shorter passages were found, or passages that another work or "
    "another version explains better.",
    "undetermined": "Nothing was found, and not everything was read.",
    "not_detected": "Nothing was found, and everything that was to be read was read.",
}
"""What each status says."""

LIMIT_MEANING: Final = (
    "limit: a run of that many tokens or more would have been found in what was read."
)
"""What the detection limit of a work without matches says."""

PATTERN_NAMES: Final = {
    "continuous": "found in one place",
    "fragments": "fragments in several places",
    "short": "short passages only",
}
"""The patterns as they are written."""

LABEL_NAMES: Final = {
    "same": "same text",
    "ocr": "same text, with the errors of a scan",
    "edited": "edited text",
    "related": "related text (another translation or revision)",
}
"""The labels of matches as they are written."""

MEANS: Final = (
    "“Detected” means: text of the work stands in the dataset, at the places listed, compared "
    "word by word with the catalogue’s text.",
    "Presence in a dataset is a clue. How much it weighs depends on the length of the passages, "
    "on how many there are, and on what else is known.",
    "“Not detected in what was read” is said together with what was read and with the length "
    "from which a passage would have been found.",
)
"""What a result means."""

MEANS_NOT: Final = (
    "It is not proof that a model was trained on the dataset, nor that any act was unlawful.",
    "Text of a work can also reach a dataset through others: a review that cites it, another "
    "edition, another work with the same passage.",
    "“Not detected” does not mean absent: passages below the detection limit, reworded text, "
    "translations and whatever was not read can be missed.",
)
"""What a result does not mean."""

INCOMPLETE: Final = (
    "This audit is incomplete: part of what was to be read was not read, and every number here "
    "speaks only of what was read."
)
"""Said of an audit that did not read all that it was to read."""

COMPARED: Final = (
    "Words that differ are marked; case, accents, punctuation and line ends do not count."
)
"""How the extracts are compared."""


def headline(summary: Summary) -> str:
    """Return the one sentence that says what was found in what was read."""
    if summary.works == 0:
        return "The catalogue holds no work, so nothing was looked for."
    if summary.rows_read == 0:
        return "Nothing was read of the dataset, so nothing can be said of any work."
    found = summary.works_with("detected", "detected_in_part")
    were = "was" if found == 1 else "were"
    works = counted(summary.works, "work", "works")
    return (
        f"{found:,} of {works} {were} detected or detected in part in what was read "
        f"({what_was_read(summary)})."
    )


def what_was_read(summary: Summary) -> str:
    """Return shards, rows and share, as in ``12 shards, 4,310 rows, 100 % of the rows``."""
    shards = counted(summary.shards_read, "shard", "shards")
    if summary.shards_read < summary.shards:
        shards = f"{summary.shards_read:,} of {counted(summary.shards, 'shard', 'shards')}"
    rows = counted(summary.rows_read, "row", "rows")
    share = summary.read_share
    of_rows = "" if share is None else f", {percent(share)} of the rows"
    return f"{shards}, {rows}{of_rows}"


def sentences(view: Overview) -> list[str]:
    """Return the sentences of the summary, the headline first."""
    return [headline(view.summary), *_details(view)]


def _details(view: Overview) -> Iterator[str]:
    summary = view.summary
    if not summary.complete:
        yield INCOMPLETE
    if short := summary.works_with("short_passages"):
        yield f"Of {counted(short, 'work', 'works')}, only short passages were found."
    for status in ("undetermined", "not_detected"):
        works = [work for work in view.works if work.status == status]
        if works and summary.rows_read:
            yield _absent(status, works)
    if summary.estimate:
        yield from _estimated(summary.estimate)


def _absent(status: str, works: list[WorkRow]) -> str:
    """Say of which works nothing was found, and what would have been."""
    names = listed([work.name for work in works])
    if status == "undetermined":
        return (
            f"Undetermined: {names}. Nothing was found in what was read, and not everything "
            f"was read{_limit_of(works)}."
        )
    return f"Not detected in what was read: {names}{_limit_of(works)}."


def _limit_of(works: list[WorkRow]) -> str:
    """Say from which length on a run of any of these works would have been found."""
    limits = [work.detection_limit for work in works if work.detection_limit is not None]
    if not limits:
        return " (no length can be given from which a passage would have been found)"
    each = " of any of them" if len(limits) > 1 else ""
    without = len(works) - len(limits)
    rest = f"; for {without:,} of them no such length can be given" if without else ""
    return (
        f" (a run of {count(max(limits))} tokens or more{each} would have been found in what was "
        f"read{rest})"
    )


def limit_sentence(work: WorkRow) -> str | None:
    """Return the detection limit of a work without matches as a sentence."""
    if work.status not in WITHOUT_MATCH:
        return None
    if work.detection_limit is None:
        return "no detection limit can be given"
    tokens = count(work.detection_limit)
    return f"a run of {tokens} tokens or more would have been found in what was read"


def limit_words(work: WorkRow) -> str:
    """Return the detection limit where there is little room; `LIMIT_MEANING` explains it."""
    if work.detection_limit is None:
        return "limit: none can be given"
    return f"limit: {count(work.detection_limit)} tokens"


def _estimated(estimate: Any) -> Iterator[str]:
    """Say the estimate for the whole dataset, with its interval."""
    value, low, high = (estimate.get(key) for key in ("value", "low", "high"))
    if not isinstance(value, int | float):
        return
    between = "" if low is None else f", between {_plain(low)} and {_plain(high)}"
    if low is not None and high is None:
        between = f", at least {_plain(low)}, with no upper bound"
    level = estimate.get("level")
    at = f" (level {percent(level)})" if isinstance(level, float) else ""
    method = f"; method: {clipped(str(estimate['method']))}" if estimate.get("method") else ""
    yield f"Estimated for the whole dataset: {_plain(value)} works{between}{at}{method}."


def _plain(number: Any) -> str:
    """Return a number of an estimate, with at most one decimal."""
    if not isinstance(number, int | float):
        return clipped(str(number), 40)
    return f"{number:,.1f}".removesuffix(".0")
