"""The values that a catalogue gives: works, and inputs that were not read."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from types import MappingProxyType


@dataclass(frozen=True)
class Work:
    """One text of a protected title, as read from the rights holder's files."""

    work_id: str
    """Stable id: the manifest's `id`, else the file's name without its last suffix."""
    text: str
    """The text as read, in code points; every work span counts in it. Never normalised."""
    source: str
    """Where it was read: path relative to the catalogue argument, with ``#row`` for tables."""
    title: str = ""
    """Title as given, or the empty string."""
    author: str = ""
    """Author as given, or the empty string."""
    language: str = ""
    """Language code as given, or the empty string."""
    identifiers: tuple[str, ...] = ()
    """Identifiers such as ``isbn:9782070360024``, as given."""
    extra: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    """Everything else that the manifest says (`year`, `licence`, `source`, unknown columns)."""
    notes: tuple[str, ...] = ()
    """What the reader had to assume, such as a guessed encoding; shown to the user."""


class SkipKind(StrEnum):
    """Why an input gave no work."""

    NOT_A_TEXT = "not a kind that is read"
    EMPTY = "empty"
    TOO_SHORT = "too short"
    DAMAGED = "damaged"
    UNREADABLE = "unreadable"
    DUPLICATE = "duplicate"

    @property
    def is_failure(self) -> bool:
        """Whether it leaves the catalogue incomplete (exit code 3)."""
        return self in (SkipKind.DAMAGED, SkipKind.UNREADABLE, SkipKind.DUPLICATE)


@dataclass(frozen=True)
class Skipped:
    """An input that gave no work, with the reason."""

    source: str
    """Path relative to the catalogue argument, with ``#row`` for tables."""
    kind: SkipKind
    """The class of the reason."""
    reason: str
    """One sentence for a person: what is wrong and what to do."""


@dataclass(frozen=True)
class Catalogue:
    """What was read of a catalogue and what was not."""

    works: tuple[Work, ...]
    """The works, sorted by `work_id`; ids are unique."""
    skipped: tuple[Skipped, ...]
    """The inputs that gave no work, sorted by source."""
