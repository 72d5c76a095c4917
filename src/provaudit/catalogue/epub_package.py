"""The package document of an EPUB: what the book is, and which documents make it up."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator
from typing import NamedTuple

from provaudit.catalogue.epub_archive import resolved
from provaudit.catalogue.xml_tree import Element, local_name, plain

_DOCUMENT_TYPES = ("application/xhtml+xml", "text/html", "application/x-dtbook+xml")
_DOCUMENT_SUFFIXES = (".xhtml", ".html", ".htm", ".xht")
_COVER = re.compile(r"(?:^|[-_.])(?:cover|couverture|cubierta|umschlag)(?:[-_.]?page)?$", re.I)
# Parts that EPUB 2 names in its guide, where EPUB 3 has epub:type.
_GUIDE_SKIPPED = ("cover", "toc", "title-page", "copyright-page", "colophon", "loi", "lot", "notes")
_ISBN = re.compile(r"(?:urn:)?(?:isbn[:\s]*)?((?:97[89][- ]?)?(?:\d[- ]?){9}[\dXx])", re.I)
_URN = re.compile(r"urn:(doi|issn|uuid|isni):(.+)", re.I)
_REFINES = "{http://www.idpf.org/2007/opf}"


class Part(NamedTuple):
    """One document of the reading order."""

    path: str
    """Its name in the archive."""
    skipped: bool
    """Whether the package says that it is none of the author's text."""


def reading_order(package: Element, folder: str) -> tuple[Part, ...]:
    """Return the documents of the spine in order, each once."""
    items = {item.get("id"): item for item in package.iter("{*}item")}
    guide = set(_guide(package, folder))
    parts: dict[str, Part] = {}
    for reference in package.iter("{*}itemref"):
        item = items.get(reference.get("idref"))
        if item is None or not _is_document(item):
            continue
        path = resolved(folder, item.get("href") or "")
        skipped = reference.get("linear") == "no" or _is_apparatus(item) or path in guide
        parts.setdefault(path, Part(path, skipped))
    return tuple(parts.values())


def unknown_references(package: Element) -> int:
    """Return how many entries of the spine name nothing in the manifest."""
    known = {item.get("id") for item in package.iter("{*}item")}
    return sum(ref.get("idref") not in known for ref in package.iter("{*}itemref"))


def first_of(package: Element, name: str) -> str:
    """Return the first Dublin Core element of that name, or the empty string."""
    return next((text for text in map(plain, _dublin_core(package, name)) if text), "")


def authors(package: Element) -> str:
    """Return the creators that are authors, or all where no role is said."""
    roles = _roles(package)
    people = [(plain(e), _role(e, roles)) for e in _dublin_core(package, "creator")]
    chosen = [name for name, role in people if role == "aut"] or [name for name, _ in people]
    return "; ".join(name for name in chosen if name)


def identifiers(package: Element) -> tuple[str, ...]:
    """Return the identifiers as ``kind:value``, ISBNs recognised however they are written."""
    found = (_identifier(e) for e in _dublin_core(package, "identifier"))
    return tuple(dict.fromkeys(value for value in found if value))


def _is_document(item: Element) -> bool:
    href = (item.get("href") or "").partition("#")[0].lower()
    return item.get("media-type") in _DOCUMENT_TYPES or href.endswith(_DOCUMENT_SUFFIXES)


def _is_apparatus(item: Element) -> bool:
    """Whether it is the navigation document or the cover page."""
    stem = posixpath.splitext(posixpath.basename(item.get("href") or ""))[0]
    named_cover = _COVER.search(stem) or _COVER.search(item.get("id") or "")
    return "nav" in (item.get("properties") or "").split() or bool(named_cover)


def _guide(package: Element, folder: str) -> Iterator[str]:
    """Yield whole documents that the guide calls a cover, a table of contents and so on."""
    references = list(package.iter("{*}reference"))
    texts = {resolved(folder, r.get("href") or "") for r in references if r.get("type") == "text"}
    for reference in references:
        href = reference.get("href") or ""
        path = resolved(folder, href)
        # A fragment points into a document that may hold the whole book.
        if reference.get("type") in _GUIDE_SKIPPED and "#" not in href and path not in texts:
            yield path


def _dublin_core(package: Element, name: str) -> Iterator[Element]:
    for metadata in package.iter("{*}metadata"):
        yield from metadata.iter(f"{{http://purl.org/dc/elements/1.1/}}{name}")


def _roles(package: Element) -> dict[str, str]:
    """Return the roles that EPUB 3 gives in elements of their own, by the id they refine."""
    found: dict[str, str] = {}
    for meta in package.iter("{*}meta"):
        if meta.get("property") == "role":
            found.setdefault((meta.get("refines") or "").lstrip("#"), plain(meta))
    return found


def _role(creator: Element, roles: dict[str, str]) -> str:
    own = creator.get(f"{_REFINES}role") or creator.get("role")
    return str(own or roles.get(creator.get("id") or "", ""))


def _identifier(element: Element) -> str:
    value = plain(element)
    scheme = (element.get(f"{_REFINES}scheme") or element.get("scheme") or "").lower()
    isbn = _ISBN.fullmatch(value)
    if isbn and ("isbn" in value.lower() or scheme == "isbn" or value.startswith(("978", "979"))):
        return f"isbn:{isbn[1]}"
    if urn := _URN.fullmatch(value):
        return f"{urn[1].lower()}:{urn[2]}"
    if not value or ":" in value:
        return value
    return f"{scheme or local_name(element)}:{value}"
