"""TEI P5 (and P4) XML: the text that the author wrote, without the editor's apparatus."""

from __future__ import annotations

from provaudit.catalogue.block_text import BlockText, Gap
from provaudit.catalogue.reader import ReadText, not_a_text
from provaudit.catalogue.tei_header import author, identifiers, language, title
from provaudit.catalogue.xml_tree import Element, local_name, names, parse_xml, write_tree
from provaudit.display import printable

_ROOTS = ("TEI", "TEI.2", "teiCorpus", "teiCorpus.2")
_NAMESPACE = "{http://www.tei-c.org/ns/1.0}"
_DROPPED = names(
    "teiHeader standOff facsimile sourceDoc note noteGrp fw figDesc del gap surplus am titlePage "
    "docTitle docAuthor docImprint docDate docEdition imprimatur divGen index interp interpGrp "
    "spanGrp linkGrp joinGrp fs listBibl"
)
# Typed divisions that are pages of a book, not parts of a work.
_DROPPED_KINDS = names(
    "titlepage halftitle contents tableofcontents toc imprint colophon copyright"
)
_PARAGRAPHS = names(
    "text front body back group div div0 div1 div2 div3 div4 div5 div6 div7 head p ab lg sp list "
    "castList epigraph opener closer argument trailer table figure floatingText prologue epilogue "
    "set performance postscript"
)
_LINES = names(
    "l lb speaker stage item castItem row label salute signed dateline byline castGroup u"
)
_SPACES = names("pb cb gb cell space")
_MILESTONES = names("lb pb cb gb milestone")
# Between the alternatives of an editor stands layout of the file, never text.
_ALTERNATIVES = names("choice app subst")
_PREFERRED = ("reg", "corr", "expan", "lem")


class Tei:
    """What the elements of TEI mean for the text."""

    def __init__(self) -> None:
        # The last choice met: a file may hold one choice with a million readings.
        self._choice: tuple[Element, Element] = (None, None)

    def drops(self, element: Element) -> bool:
        """Whether it is apparatus, a page of the book, or a reading that was not chosen."""
        name = local_name(element)
        if name in _DROPPED or (name.startswith(("div", "list")) and _is_page(element)):
            return True
        parent = element.getparent()
        if parent is None or local_name(parent) not in ("choice", "app"):
            return False
        if parent is not self._choice[0]:
            self._choice = (parent, _chosen(parent))
        return element is not self._choice[1]

    def gap(self, element: Element) -> Gap:
        """Return the gap around a block or a milestone."""
        name = local_name(element)
        if name in _MILESTONES and element.get("break") == "no":
            return Gap.JOIN
        if name in _PARAGRAPHS:
            return Gap.PARAGRAPH
        if name in _LINES:
            return Gap.LINE
        return Gap.SPACE if name in _SPACES else Gap.NONE

    def holds_text(self, element: Element) -> bool:
        """Whether characters directly in it are text."""
        return element is not None and local_name(element) not in _ALTERNATIVES

    def is_verbatim(self, element: Element) -> bool:
        """White space is never text: TEI files are wrapped and indented at will."""
        return False


def read_tei(data: bytes) -> ReadText:
    """Return the text of a TEI file.

    Raises
    ------
    NotReadError
        It is damaged (`SkipKind.DAMAGED`) or other XML (`SkipKind.NOT_A_TEXT`).
    """
    root = parse_xml(data)
    _refuse_other_xml(root)
    out = BlockText()
    for text in _outer_texts(root):
        out.separate(Gap.PARAGRAPH)
        write_tree(text, Tei(), out)
    return ReadText(
        str(out),
        title=title(root),
        author=author(root),
        language=language(root),
        identifiers=identifiers(root),
    )


def _refuse_other_xml(root: Element) -> None:
    name = local_name(root)
    if name not in _ROOTS or str(root.tag) not in (name, f"{_NAMESPACE}{name}"):
        raise not_a_text(
            f"it is XML but not TEI (its root element is <{printable(name)}>); "
            "export the text as TEI, EPUB or .txt"
        )


def _outer_texts(root: Element) -> list[Element]:
    return [
        text
        for text in root.iter("{*}text")
        if not any(
            local_name(above) in ("text", "teiHeader", "standOff") for above in text.iterancestors()
        )
    ]


def _is_page(element: Element) -> bool:
    kind = "".join(c for c in (element.get("type") or "").lower() if c.isalpha())
    return kind in _DROPPED_KINDS


def _chosen(alternatives: Element) -> Element:
    """Return the regularised reading, else the first one."""
    readings = [e for e in alternatives if local_name(e) not in _DROPPED]
    preferred = [e for e in readings if local_name(e) in _PREFERRED]
    return (preferred or readings or [None])[0]
