"""EPUB 2 and 3, read with `zipfile` and lxml alone."""

from __future__ import annotations

import posixpath
from typing import NamedTuple

from provaudit.catalogue.epub_archive import EpubArchive
from provaudit.catalogue.epub_package import (
    Part,
    authors,
    first_of,
    identifiers,
    reading_order,
    unknown_references,
)
from provaudit.catalogue.reader import ReadText, damaged
from provaudit.catalogue.xhtml import document_text, parse_document
from provaudit.catalogue.xml_tree import Element, parse_xml


class _Book(NamedTuple):
    text: str
    lenient: int
    """How many documents were not well-formed."""


def read_epub(data: bytes) -> ReadText:
    """Return the text of an EPUB in reading order, without cover, contents, imprint and notes.

    Raises
    ------
    NotReadError
        It is damaged (`SkipKind.DAMAGED`) or protected by DRM (`SkipKind.UNREADABLE`).
    """
    archive = EpubArchive(data)
    path = archive.package_path()
    package = parse_xml(archive.read(path))
    parts = reading_order(package, posixpath.dirname(path))
    if not parts:
        raise damaged("its reading order (spine) names no document; export it again")
    book = _read_parts(archive, [part for part in parts if not part.skipped])
    everything = not book.text and any(part.skipped for part in parts)
    if everything:
        book = _read_parts(archive, parts)
    return _described(package, book, _notes(package, book, everything and bool(book.text)))


def _read_parts(archive: EpubArchive, parts: tuple[Part, ...] | list[Part]) -> _Book:
    documents = [parse_document(archive.read(part.path)) for part in parts]
    texts = (document_text(document.root) for document in documents)
    lenient = sum(document.lenient for document in documents)
    return _Book("\n\n".join(text for text in texts if text), lenient)


def _described(package: Element, book: _Book, notes: tuple[str, ...]) -> ReadText:
    return ReadText(
        book.text,
        title=first_of(package, "title"),
        author=authors(package),
        language=first_of(package, "language"),
        identifiers=identifiers(package),
        notes=notes,
    )


def _notes(package: Element, book: _Book, everything: bool) -> tuple[str, ...]:
    notes = []
    if book.lenient:
        notes.append(f"{book.lenient} chapters are not well-formed and were read as HTML")
    if unknown := unknown_references(package):
        notes.append(
            f"{unknown} entries of the reading order name no file: check for lost chapters"
        )
    if everything:
        notes.append("its package calls every page a cover, contents or aside; all were read")
    return tuple(notes)
