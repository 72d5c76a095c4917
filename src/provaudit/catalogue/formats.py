"""Which reader reads which kind of file. A new format is one line here."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import PurePath
from types import MappingProxyType

from provaudit.catalogue.epub import read_epub
from provaudit.catalogue.markdown import read_markdown
from provaudit.catalogue.plain_text import read_plain_text
from provaudit.catalogue.reader import NotReadError, Reader, ReadText, damaged, not_a_text
from provaudit.catalogue.tei import read_tei
from provaudit.display import printable

READERS: Mapping[str, Reader] = MappingProxyType(
    {
        ".txt": read_plain_text,
        ".md": read_markdown,
        ".markdown": read_markdown,
        ".epub": read_epub,
        ".xml": read_tei,
    }
)
TABLE_SUFFIXES = (".csv", ".tsv")


def is_table(name: str) -> bool:
    """Whether the file is a table of works or a manifest."""
    return PurePath(name).suffix.lower() in TABLE_SUFFIXES


def read_text(name: str, data: bytes) -> ReadText:
    """Return what a file says, read as its suffix says.

    Raises
    ------
    NotReadError
        It gives no text.
    """
    try:
        return reader_of(name)(data)
    except NotReadError:
        raise
    except Exception as error:
        # The last line of defence: one hostile file must not take the catalogue down with it.
        raise damaged(f"it could not be read ({type(error).__name__}); export it again") from error


def reader_of(name: str) -> Reader:
    """Return the reader for a file's name.

    Raises
    ------
    NotReadError
        Files of this kind are not read (`SkipKind.NOT_A_TEXT`).
    """
    suffix = PurePath(name).suffix.lower()
    if suffix in READERS:
        return READERS[suffix]
    what = (
        f"{printable(suffix)} files are not read" if suffix else "files without suffix are not read"
    )
    raise not_a_text(f"{what}; export it as {', '.join(READERS)} or {TABLE_SUFFIXES[0]}")
