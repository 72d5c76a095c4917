"""What the header of a TEI file says about the work."""

from __future__ import annotations

from collections.abc import Iterator

from provaudit.catalogue.columns import IDENTIFIER_KINDS
from provaudit.catalogue.xml_tree import Element, local_name, plain

_LANGUAGE = "{http://www.w3.org/XML/1998/namespace}lang"


def title(root: Element) -> str:
    """Return the main title, else the first."""
    titles = [e for e in _below(root, "titleStmt", "title") if plain(e)]
    main = [e for e in titles if e.get("type") == "main"]
    return plain((main or titles or [None])[0])


def author(root: Element) -> str:
    """Return the authors of the work."""
    return "; ".join(dict.fromkeys(filter(None, map(_person, _below(root, "titleStmt", "author")))))


def language(root: Element) -> str:
    """Return the language of the text: of the source, of the text element, of the header."""
    sources = [e.get("mainLang") for e in _in_header(root, "textLang")]
    texts = [e.get(_LANGUAGE) for e in root.iter("{*}text")]
    used = [e.get("ident") for e in _in_header(root, "language")]
    only_used = used if len(used) == 1 else []
    found = [*sources, *texts, *only_used, root.get(_LANGUAGE), *used]
    return next((code.strip() for code in found if code and code.strip()), "")


def identifiers(root: Element) -> tuple[str, ...]:
    """Return the ISBN, DOI and so on that the header gives, as ``kind:value``."""
    found = (
        f"{kind}:{plain(e)}"
        for e in _in_header(root, "idno")
        if (kind := (e.get("type") or "").lower()) in IDENTIFIER_KINDS and plain(e)
    )
    return tuple(dict.fromkeys(found))


def _person(element: Element) -> str:
    """Return the first name in the element, not its spellings in other languages nor its idno."""
    return plain(next(element.iter("{*}persName", "{*}name"), element))


def _in_header(root: Element, name: str) -> Iterator[Element]:
    """Yield elements of the first header: that of a corpus speaks for all its texts."""
    header = next(root.iter("{*}teiHeader"), None)
    if header is not None:
        yield from header.iter(f"{{*}}{name}")


def _below(root: Element, parent: str, name: str) -> Iterator[Element]:
    statement = next(_in_header(root, parent), None)
    if statement is not None:
        yield from (e for e in statement if local_name(e) == name)
