"""The one place that says what a work's status and pattern are."""

from __future__ import annotations

from enum import StrEnum

DETECTED_COVERAGE = 0.5
"""Half of a work is the work."""
PART_TOKENS = 50
"""A passage of 50 tokens, some four sentences, is more than a phrase."""
PART_COVERAGE = 0.05
"""A twentieth of a work; for short works, such as songs, less than 50 tokens."""
CONTINUOUS_TOKENS = 300
"""About a page."""
CONTINUOUS_SHARE = 0.2


class Status(StrEnum):
    """What is said of a work."""

    DETECTED = "detected"
    DETECTED_IN_PART = "detected_in_part"
    SHORT_PASSAGES = "short_passages"
    UNDETERMINED = "undetermined"
    NOT_DETECTED = "not_detected"


class Pattern(StrEnum):
    """How a work's matches lie."""

    CONTINUOUS = "continuous"
    FRAGMENTS = "fragments"
    SHORT = "short"


def status_of(*, matches: int, coverage: float, largest_match: int, all_read: bool) -> Status:
    """Return the status of a work.

    Parameters
    ----------
    matches : int
        All matches of the work.
    coverage : float
        Share of its tokens covered by matches that count for it.
    largest_match : int
        Equal tokens of the largest match that counts for it.
    all_read : bool
        Whether everything was read.
    """
    if matches == 0:
        return Status.NOT_DETECTED if all_read else Status.UNDETERMINED
    if coverage >= DETECTED_COVERAGE:
        return Status.DETECTED
    if largest_match >= PART_TOKENS or coverage >= PART_COVERAGE:
        return Status.DETECTED_IN_PART
    return Status.SHORT_PASSAGES


def pattern_of(largest_place: int, tokens: int) -> Pattern:
    """Return the pattern of a work with matches from its largest place in tokens."""
    if largest_place >= CONTINUOUS_TOKENS or largest_place >= CONTINUOUS_SHARE * tokens:
        return Pattern.CONTINUOUS
    return Pattern.FRAGMENTS if largest_place >= PART_TOKENS else Pattern.SHORT
