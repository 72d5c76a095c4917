"""TEI XML."""

from __future__ import annotations

import pytest

from provaudit.catalogue import SkipKind
from provaudit.catalogue.tei import read_tei

HEADER = (
    "<teiHeader><fileDesc><titleStmt><title type='sub'>Drame</title>"
    "<title type='main'>La Pièce</title><author><persName>Anne Auteur</persName>"
    "<idno>Q1</idno></author></titleStmt><publicationStmt><idno type='ISBN'>2070360024</idno>"
    "<idno type='cote'>x</idno></publicationStmt></fileDesc><profileDesc><langUsage>"
    "<language ident='fr'>français</language></langUsage></profileDesc></teiHeader>"
)
BOMB = "<!DOCTYPE TEI [<!ENTITY a '0123456789'>" + "".join(
    f"<!ENTITY {chr(98 + n)} '{f'&{chr(97 + n)};' * 10}'>" for n in range(9)
)


def tei(text: str, header: str = HEADER, before: str = "") -> bytes:
    namespace = "http://www.tei-c.org/ns/1.0"
    return f"{before}<TEI xmlns='{namespace}'>{header}<text>{text}</text></TEI>".encode()


def body(markup: str) -> str:
    return read_tei(tei(f"<body>{markup}</body>")).text


def test_work_has_the_headers_metadata(read):
    (work,) = read({"piece.xml": tei("<body><p>Texte.</p></body>")}).works
    assert (work.work_id, work.text) == ("piece", "Texte.")
    assert (work.title, work.author, work.language) == ("La Pièce", "Anne Auteur", "fr")
    assert work.identifiers == ("isbn:2070360024",)


def test_blocks_of_prose_verse_and_drama():
    markup = (
        "<div><head>I</head><p>Un\n   deux <hi>t</hi>rois.</p><lg><l>Vers a</l><l>Vers b</l></lg>"
        "<sp><speaker>ANNE</speaker><stage>bas</stage><p>Oui.</p></sp><ab>Fin.</ab></div>"
    )
    assert body(markup) == "I\n\nUn deux trois.\n\nVers a\nVers b\n\nANNE\nbas\n\nOui.\n\nFin."


@pytest.mark.parametrize(
    ("markup", "text"),
    [
        ("un<lb/>deux", "un\ndeux"),
        ("mai-\n <lb break='no'/>  son", "maison"),
        ("mai\n<pb break='no' n='3'/><lb break='no'/>\nson", "maison"),
        ("un<pb n='4'/>deux", "un deux"),
        ("<choice><orig>estoit</orig>\n <reg>était</reg></choice> là", "était là"),
        ("<choice><sic>fuat</sic><corr>faut</corr></choice>", "faut"),
        ("<choice><abbr>M.</abbr><expan>M<ex>onsieur</ex></expan></choice>", "Monsieur"),
        ("<choice><unclear>a</unclear><unclear>b</unclear></choice>", "a"),
        ("<app><rdg>b</rdg><lem>a</lem></app>", "a"),
        ("<subst>\n<del>non</del>\n<add>oui</add>\n</subst>", "oui"),
        ("a<note>glose</note> b<gap/><fw>12</fw>", "a b"),
        ("a<figure><figDesc>vue</figDesc></figure>", "a"),
        ("a<!-- x -->b<?y?>c", "abc"),
    ],
)
def test_editorial_markup(markup, text):
    assert body(f"<p>{markup}</p>") == text


def test_front_matter_keeps_the_prologue_and_drops_the_pages():
    front = (
        "<front><titlePage><docTitle><titlePart>T</titlePart></docTitle></titlePage>"
        "<div type='titlepage'><p>T</p></div><div type='contents'><p>Table</p></div>"
        "<prologue><p>Prologue.</p></prologue></front>"
    )
    assert read_tei(tei(f"{front}<body><p>Texte.</p></body>")).text == "Prologue.\n\nTexte."


def test_texts_of_a_corpus_are_all_read():
    one = tei("<body><p>Un.</p></body>").decode()
    group = tei("<group><text><body><p>Deux.</p></body></text></group>").decode()
    assert read_tei(f"<teiCorpus>{one}{group}</teiCorpus>".encode()).text == "Un.\n\nDeux."


def test_language_of_the_source_comes_first():
    header = "<teiHeader><textLang mainLang='oc'/><language ident='fr'/></teiHeader>"
    assert read_tei(tei("<body/>", header)).language == "oc"


def test_plain_entities_are_replaced():
    before = (
        "<!DOCTYPE TEI SYSTEM 'http://localhost:9/tei.dtd' "
        "[<!ENTITY auteur 'Anne'><!ENTITY oelig '&#339;'>]>"
    )
    assert (
        read_tei(tei("<p>&auteur; c&oelig;ur caf&eacute;&#33;</p>", "", before)).text
        == "Anne cœur café!"
    )


@pytest.mark.parametrize(
    ("before", "reference"),
    [
        (f"{BOMB}]>", "&j;"),
        ("<!DOCTYPE TEI [<!ENTITY a 'x'><!ENTITY b '&a;&a;'>]>", "&b;"),
        ("<!DOCTYPE TEI [<!ENTITY b SYSTEM 'file:///etc/passwd'>]>", "&b;"),
        (f"<!DOCTYPE TEI [<!ENTITY b '{'long' * 1000}'>]>", "&b;"),
    ],
)
def test_entity_bombs_and_external_entities_are_refused(read, before, reference):
    catalogue = read({"a.xml": tei(f"<p>{reference}</p>", "", before)})
    assert not catalogue.works
    assert catalogue.skipped[0].kind is SkipKind.DAMAGED


def test_other_xml_is_not_a_text_and_its_root_is_named(read):
    (skipped,) = read({"a.xml": "<rss version='2'><item>x</item></rss>"}).skipped
    assert skipped.kind is SkipKind.NOT_A_TEXT
    assert "<rss>" in skipped.reason


@pytest.mark.parametrize("data", [b"", b"<TEI><text>", b"<TEI>\xff</TEI>", b"<a>" * 5000])
def test_broken_xml_is_damaged(read, data):
    (skipped,) = read({"a.xml": data}).skipped
    assert skipped.kind is SkipKind.DAMAGED


def test_a_choice_of_many_readings_takes_no_time():
    assert body(f"<p><app>{'<rdg>a</rdg>' * 50_000}</app></p>") == "a"
