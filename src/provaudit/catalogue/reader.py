"""The one interface that every format of text implements."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from provaudit.catalogue.work import SkipKind
from provaudit.errors import ProvauditError


@dataclass(frozen=True)
class ReadText:
    """What one file says: its text, and what it says about itself."""

    text: str
    """The text, in code points; never normalised."""
    title: str = ""
    """Title found in the file, or the empty string."""
    author: str = ""
    """Author found in the file, or the empty string."""
    language: str = ""
    """Language code found in the file, or the empty string."""
    identifiers: tuple[str, ...] = ()
    """Identifiers found in the file, as ``kind:value``."""
    notes: tuple[str, ...] = ()
    """What the reader had to assume."""


class Reader(Protocol):
    """Reads the bytes of one file of one format."""

    def __call__(self, data: bytes, /) -> ReadText:
        """Return what the file says.

        Raises
        ------
        NotReadError
            The file gives no text; the error says why.
        """


class NotReadError(ProvauditError):
    """One input gave no text. It becomes a `Skipped` value and never reaches a user as an error.

    Parameters
    ----------
    kind : SkipKind
        The class of the reason.
    reason : str
        One sentence for a person.
    """

    def __init__(self, kind: SkipKind, reason: str) -> None:
        super().__init__(reason)
        self.kind = kind
        self.reason = reason


def damaged(reason: str) -> NotReadError:
    """Return the error for a file that is not what it says it is."""
    return NotReadError(SkipKind.DAMAGED, reason)


def unreadable(reason: str) -> NotReadError:
    """Return the error for a file that could not be opened, or not in the clear."""
    return NotReadError(SkipKind.UNREADABLE, reason)


def not_a_text(reason: str) -> NotReadError:
    """Return the error for a file of a kind that is not read."""
    return NotReadError(SkipKind.NOT_A_TEXT, reason)
