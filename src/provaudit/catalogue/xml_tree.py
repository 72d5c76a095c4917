"""XML from files that nobody vouches for: no network, no external files, no entity bombs."""

from __future__ import annotations

import re
from html.entities import html5
from typing import Any, Protocol, TypeAlias

from lxml import etree

from provaudit.catalogue.block_text import BlockText, Gap
from provaudit.catalogue.reader import damaged
from provaudit.display import printable

# lxml has no types of its own.
Element: TypeAlias = Any

# A character, a name, a phrase: what entities of texts stand for.
_LONGEST_ENTITY = 200
# Bytes that entities may add, beside the usual factor of names and numbers.
_LARGEST_GROWTH = 4_000_000
_NAMED = re.compile(rb"&([A-Za-z][A-Za-z0-9._-]{0,40});")
_OF_XML = (b"amp", b"lt", b"gt", b"quot", b"apos")


class Markup(Protocol):
    """What the elements of one vocabulary mean for the text."""

    def drops(self, element: Element) -> bool:
        """Whether the element and all in it are left out."""

    def gap(self, element: Element) -> Gap:
        """What separates the element from what stands before and after it."""

    def holds_text(self, element: Element) -> bool:
        """Whether characters directly in the element are text, not layout of the file."""

    def is_verbatim(self, element: Element) -> bool:
        """Whether white space in the element is text."""


def parse_xml(data: bytes) -> Element:
    """Return the root of `data`, without comments and processing instructions.

    The limits of libxml2 stay on (depth 256, 10 MB a text node, amplification by entities).

    Raises
    ------
    NotReadError
        The file is not well-formed or asks for more than a text needs (`SkipKind.DAMAGED`).
    """
    declared = _declared_entities(_parsed(data)) if b"<!ENTITY" in data else {}
    root = _parsed(_with_entities(data, declared))
    left = next(root.iter(etree.Entity), None)
    if left is not None:
        raise damaged(
            f"it uses the entity &{printable(left.name)}; which is unknown, nested, external or "
            "too long; export it again without entities"
        )
    return root


def local_name(element: Element) -> str:
    """Return the name of an element without its namespace."""
    return str(element.tag).rpartition("}")[2]


def names(listed: str) -> frozenset[str]:
    """Return the element names in `listed`, a vocabulary written out as in its guidelines."""
    return frozenset(listed.split())


def write_tree(root: Element, markup: Markup, out: BlockText) -> None:
    """Write the text of `root` to `out`. Without recursion: depth is the file's choice."""
    walk = etree.iterwalk(root, events=("start", "end"))
    verbatim = 0
    for event, element in walk:
        dropped = markup.drops(element)
        out.separate(Gap.NONE if dropped else markup.gap(element))
        step = 0 if dropped else markup.is_verbatim(element)
        if event == "start":
            verbatim += step
            if dropped:
                walk.skip_subtree()
            elif markup.holds_text(element):
                _add(out, element.text, verbatim)
            continue
        verbatim -= step
        if element is not root and markup.holds_text(element.getparent()):
            _add(out, element.tail, verbatim)


def plain(element: Element | None) -> str:
    """Return all characters of `element` on one line, the empty string for none."""
    return "" if element is None else " ".join("".join(element.itertext()).split())


def _add(out: BlockText, text: str | None, verbatim: int) -> None:
    if verbatim:
        out.add_verbatim(text)
    else:
        out.add(text)


def _parsed(data: bytes) -> Element:
    parser = etree.XMLParser(
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        huge_tree=False,
        remove_comments=True,
        remove_pis=True,
    )
    try:
        return etree.fromstring(data, parser)
    except (etree.XMLSyntaxError, ValueError, LookupError) as error:
        what = printable(str(getattr(error, "msg", "") or error))[:200]
        raise damaged(
            f"it is not well-formed XML ({what}); correct it or export it again"
        ) from error


def _declared_entities(root: Element) -> dict[str, str | None]:
    """Return the text of each entity that the file declares, None where it is not plain."""
    dtd = root.getroottree().docinfo.internalDTD
    found = {e.name: e.content or "" for e in dtd.iterentities()} if dtd is not None else {}
    return {
        name: text if 0 < len(text) <= _LONGEST_ENTITY and not set(text) & set("&<%") else None
        for name, text in found.items()
    }


def _with_entities(data: bytes, declared: dict[str, str | None]) -> bytes:
    """Write entities as numbers: those of the file, and those of HTML where no DTD is loaded.

    In bytes and before parsing: thousands of entity nodes in one paragraph are slow to replace.
    """

    def number(found: re.Match[bytes]) -> bytes:
        name = found[1].decode()
        text = declared[name] if name in declared else html5.get(f"{name};")
        if text is None or found[1] in _OF_XML:
            return found[0]
        return "".join(f"&#{ord(c)};" for c in text).encode()

    written = _NAMED.sub(number, data)
    if len(written) > _LARGEST_GROWTH + 4 * len(data):
        raise damaged("its entities make it many times as long; export it again without entities")
    return written
