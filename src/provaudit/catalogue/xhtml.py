"""The documents inside an EPUB: XHTML, or what its maker took for it."""

from __future__ import annotations

import re
from typing import NamedTuple

from lxml import etree

from provaudit.catalogue.block_text import BlockText, Gap
from provaudit.catalogue.encoding import decode
from provaudit.catalogue.reader import NotReadError, damaged
from provaudit.catalogue.xml_tree import Element, local_name, names, parse_xml, write_tree

_NOT_SHOWN = names("head script style svg template object audio video iframe rt rp map noscript")
_NOT_OF_THE_WORK = names(
    "toc landmarks page-list cover titlepage halftitlepage imprint copyright-page colophon loi lot "
    "loa lov endnotes endnote footnotes footnote rearnotes rearnote noteref backlink pagebreak "
    "pagelist"
)
_PARAGRAPHS = names(
    "p h1 h2 h3 h4 h5 h6 blockquote pre hr section article aside figure table ul ol dl header "
    "footer hgroup main nav body"
)
_LINES = names("div br li dt dd tr figcaption caption address center summary details form option")
_VOID = "area|base|br|col|embed|hr|img|input|link|meta|param|source|track|wbr"
_EMPTY_TAG = re.compile(rf"<(?!(?:{_VOID})\b)([A-Za-z][\w:.-]*)([^<>]*)/>", re.I)
_DECLARATION = re.compile(r"\A\s*<\?xml[^>]*\?>")
_EPUB_TYPE = ("{http://www.idpf.org/2007/ops}type", "epub:type")


class Document(NamedTuple):
    """One document of an EPUB."""

    root: Element
    lenient: bool
    """Whether it is no XHTML and was read as a browser would."""


class Xhtml:
    """What the elements of XHTML with EPUB's structural semantics mean for the text."""

    def drops(self, element: Element) -> bool:
        """Whether the element is never shown, or is not part of the author's text."""
        return local_name(element) in _NOT_SHOWN or bool(_kinds(element) & _NOT_OF_THE_WORK)

    def gap(self, element: Element) -> Gap:
        """Return the gap around a block element."""
        name = local_name(element)
        if name in _PARAGRAPHS:
            return Gap.PARAGRAPH
        if name in _LINES:
            return Gap.LINE
        return Gap.SPACE if name in ("td", "th") else Gap.NONE

    def holds_text(self, element: Element) -> bool:
        """Whether characters may stand directly in it: anywhere, in the wild."""
        return element is not None

    def is_verbatim(self, element: Element) -> bool:
        """Whether it is preformatted."""
        return local_name(element) == "pre"


def parse_document(data: bytes) -> Document:
    """Return the tree of a document, read as HTML where it is not well-formed.

    Raises
    ------
    NotReadError
        Nothing at all can be made of it.
    """
    try:
        return Document(parse_xml(data), lenient=False)
    except NotReadError:
        return Document(_parse_html(data), lenient=True)


def document_text(root: Element) -> str:
    """Return the text of a document."""
    out = BlockText()
    write_tree(root, Xhtml(), out)
    return str(out)


def _parse_html(data: bytes) -> Element:
    text = _DECLARATION.sub("", decode(data).text)
    text = _EMPTY_TAG.sub(r"<\1\2></\1>", text)  # HTML takes `<title/>` for a start tag
    parser = etree.HTMLParser(encoding="utf-8", remove_comments=True, remove_pis=True)
    try:
        root = etree.fromstring(text.encode(), parser)
    except (etree.XMLSyntaxError, ValueError) as error:
        raise damaged("a chapter of it is neither XHTML nor HTML") from error
    if root is None:
        raise damaged("a chapter of it is empty")
    return root


def _kinds(element: Element) -> set[str]:
    """Return the element's ``epub:type`` and the ARIA roles that mean the same."""
    said = " ".join(element.get(name) or "" for name in _EPUB_TYPE).split()
    roles = (element.get("role") or "").split()
    return {*said, *(role.removeprefix("doc-") for role in roles if role.startswith("doc-"))}
