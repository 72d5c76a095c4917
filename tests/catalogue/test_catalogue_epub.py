"""EPUB 2 and 3."""

from __future__ import annotations

import io
import zipfile

import pytest

from provaudit.catalogue import SkipKind
from provaudit.catalogue.epub import read_epub

ENCRYPTION = (
    '<encryption xmlns="urn:oasis:names:tc:opendocument:xmlns:container" '
    'xmlns:enc="http://www.w3.org/2001/04/xmlenc#"><enc:EncryptedData>'
    '<enc:EncryptionMethod Algorithm="{}"/></enc:EncryptedData></encryption>'
)
FONTS = "http://www.idpf.org/2008/embedding"
AES = "http://www.w3.org/2001/04/xmlenc#aes128-cbc"


@pytest.fixture
def one(make_epub, make_xhtml):
    """Return the text of an EPUB of one chapter."""
    return lambda body, attributes="": read_epub(
        make_epub({"a.xhtml": make_xhtml(body, attributes)})
    )


def test_work_has_the_books_metadata(read, make_epub, make_xhtml):
    (work,) = read({"livre.epub": make_epub({"a.xhtml": make_xhtml("<p>Texte.</p>")})}).works
    assert (work.work_id, work.text) == ("livre", "Texte.")
    assert (work.title, work.author, work.language) == ("Le Grand Livre", "Anne Auteur", "fr")
    assert work.identifiers == ("isbn:9782070360024",)


def test_documents_follow_the_spine_not_their_names(make_epub, make_xhtml):
    chapters = {"z.xhtml": make_xhtml("<p>Un.</p>"), "a.xhtml": make_xhtml("<p>Deux.</p>")}
    assert read_epub(make_epub(chapters)).text == "Un.\n\nDeux."


def test_blocks_lines_and_words(one):
    body = (
        "<h1>Titre</h1>\n <p>Un <em>mot</em>\n   et l<i>ettre</i>.</p>"
        "<p>Vers un<br/>\n Vers deux</p><ul><li>a</li><li>b</li></ul><div>c</div><div>d</div>"
        "<table><tr><td>e</td><td>f</td></tr></table><pre>g\n  h</pre>"
    )
    expected = "Titre\n\nUn mot et lettre.\n\nVers un\nVers deux\n\na\nb\n\nc\nd\n\ne f\n\ng\n  h"
    assert one(body).text == expected


def test_typographic_characters_stay(one):
    assert (
        one("<p>la mai\u00adson\u00a0: « oui\u202f! »</p>").text
        == "la mai\u00adson\u00a0: « oui\u202f! »"
    )


def test_what_is_not_the_authors_text_is_left_out(one):
    body = (
        '<section epub:type="toc">Sommaire</section><p>Avant<a epub:type="noteref" href="#n">1</a>'
        ' <span epub:type="pagebreak" title="5">5</span>après</p><script>x()</script>'
        '<svg><text>dessin</text></svg><aside epub:type="footnote">Note</aside>'
        '<div role="doc-endnotes">Notes</div><style>p{}</style>'
    )
    assert one(body).text == "Avant après"


@pytest.mark.parametrize("kind", ["cover", "titlepage", "imprint", "copyright-page", "colophon"])
def test_typed_documents_are_left_out(make_epub, make_xhtml, kind):
    chapters = {
        "x.xhtml": make_xhtml("<p>Mentions</p>", f'epub:type="frontmatter {kind}"'),
        "a.xhtml": make_xhtml("<p>Texte</p>"),
    }
    assert read_epub(make_epub(chapters)).text == "Texte"


def test_packages_word_on_documents_counts(make_epub, make_xhtml):
    names = ["cover.xhtml", "nav.xhtml", "pub.xhtml", "guide.xhtml", "a.xhtml"]
    data = make_epub(
        {name: make_xhtml(f"<p>{name[0]}</p>") for name in names},
        items={"nav.xhtml": 'properties="nav"'},
        linear={"pub.xhtml": 'linear="no"'},
        guide='<guide><reference type="toc" href="text/guide.xhtml"/></guide>',
    )
    assert read_epub(data).text == "a"


def test_guide_cannot_empty_a_book(make_epub, make_xhtml):
    data = make_epub(
        {"a.xhtml": make_xhtml("<p>Tout le livre</p>")},
        guide='<guide><reference type="cover" href="text/a.xhtml"/></guide>',
    )
    read = read_epub(data)
    assert read.text == "Tout le livre"
    assert "all were read" in read.notes[0]


def test_named_entities_need_no_dtd(one):
    assert one("<p>caf&eacute;&nbsp;&amp; th&eacute; &lt;</p>").text == "café\u00a0& thé <"


def test_tag_soup_is_read_as_html_and_said(make_epub):
    soup = "<html><head><title/></head><body><p>Un<br>deux & trois<p>fin &eacute;</body>"
    read = read_epub(make_epub({"a.html": soup}))
    assert read.text == "Un\ndeux & trois\n\nfin é"
    assert "HTML" in read.notes[0]


def test_roles_tell_authors_from_translators(make_epub, make_xhtml):
    metadata = (
        '<dc:creator id="t">Tra Ductrice</dc:creator><dc:creator id="a">Au Teur</dc:creator>'
        '<meta refines="#t" property="role">trl</meta><meta refines="#a" property="role">aut</meta>'
        '<dc:identifier opf:scheme="ISBN">978-2-07-036002-4</dc:identifier>'
        "<dc:identifier>urn:uuid:12-34</dc:identifier>"
    )
    read = read_epub(make_epub({"a.xhtml": make_xhtml("<p>x</p>")}, metadata=metadata))
    assert read.author == "Au Teur"
    assert read.identifiers == ("isbn:978-2-07-036002-4", "uuid:12-34")


@pytest.mark.parametrize(
    "extra",
    [
        {"META-INF/encryption.xml": ENCRYPTION.format(AES)},
        {"META-INF/rights.xml": "<rights/>"},
        {"META-INF/license.lcpl": "{}"},
    ],
)
def test_drm_is_unreadable_with_advice(read, make_epub, make_xhtml, extra):
    data = make_epub({"a.xhtml": make_xhtml("<p>x</p>")}, extra=extra)
    (skipped,) = read({"a.epub": data}).skipped
    assert skipped.kind is SkipKind.UNREADABLE
    assert "DRM; give an unprotected export" in skipped.reason


def test_obfuscated_fonts_are_no_drm(make_epub, make_xhtml):
    extra = {"META-INF/encryption.xml": ENCRYPTION.format(FONTS)}
    assert read_epub(make_epub({"a.xhtml": make_xhtml("<p>x</p>")}, extra=extra)).text == "x"


def test_zip_bomb_is_not_unpacked(read, make_epub, make_xhtml):
    data = make_epub({"a.xhtml": make_xhtml("<p>x</p>")}, extra={"b": b"\0" * 40_000_000})
    (skipped,) = read({"a.epub": data}).skipped
    assert skipped.kind is SkipKind.DAMAGED
    assert "MB" in skipped.reason


def damage(data: bytes, name: str) -> bytes:
    """Return the archive with one file's bytes changed, so that its checksum fails."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        start = archive.getinfo(name).header_offset + 30 + len(name)
    return (
        data[: start + 5]
        + bytes(b ^ 0x55 for b in data[start + 5 : start + 15])
        + data[start + 15 :]
    )


def test_damaged_archives_are_damaged(read, make_epub, make_xhtml, make_zip):
    data = make_epub({"a.xhtml": make_xhtml("<p>x y z</p>" * 50)})
    files = {
        "cut.epub": data[:-100],
        "bytes.epub": damage(data, "OEBPS/text/a.xhtml"),
        "no.epub": b"not a zip",
        "other.epub": make_zip({"a.txt": "x"}),
        "lost.epub": make_zip({"c.opf": '<package><manifest><item id="a" href="a.html"/></manifest>'
                               '<spine><itemref idref="a"/></spine></package>'}),
    }  # fmt: skip
    catalogue = read(files)
    assert not catalogue.works
    assert [s.source for s in catalogue.skipped] == sorted(files)
    assert {s.kind for s in catalogue.skipped} == {SkipKind.DAMAGED}


def test_a_book_of_pictures_is_empty(read, make_epub, make_xhtml):
    (skipped,) = read({"a.epub": make_epub({"a.xhtml": make_xhtml("<img/>")})}).skipped
    assert skipped.kind is SkipKind.EMPTY
