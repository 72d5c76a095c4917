"""Plain text, Markdown and encodings."""

from __future__ import annotations

import codecs

import pytest

from provaudit.catalogue import SkipKind
from provaudit.catalogue.encoding import decode
from provaudit.catalogue.markdown import read_markdown
from provaudit.catalogue.reader import NotReadError

FRENCH = "L’été dernier, le cœur gros, elle s’était exilée à Nîmes. " * 20


def only_work(catalogue):
    assert not catalogue.skipped
    (work,) = catalogue.works
    return work


def test_plain_text_keeps_every_code_point_but_the_mark(read):
    # Line ends, no-break space, soft hyphen, a decomposed accent, a NUL: offsets count in them.
    text = "a\r\nb\rc\n\u00a0d\u00ade e\u0301 \u2028 \x00 fin"
    work = only_work(read({"a.b.txt": codecs.BOM_UTF8 + text.encode()}))
    assert work.text == text
    assert (work.work_id, work.source, work.notes) == ("a.b", "a.b.txt", ())


@pytest.mark.parametrize("codec", ["utf-8-sig", "utf-16", "utf-32"])
def test_byte_order_marks_decide(codec):
    decoded = decode(FRENCH.encode(codec))
    assert (decoded.text, decoded.notes) == (FRENCH, ())


@pytest.mark.parametrize("codec", ["utf-16-le", "utf-16-be"])
@pytest.mark.parametrize("text", [FRENCH, "Он вышел из дома, и дождь перестал. " * 20])
def test_utf16_without_mark_is_seen_by_its_zero_bytes(codec, text):
    decoded = decode(text.encode(codec))
    assert decoded.text == text
    assert "UTF-16" in decoded.notes[0]


def test_cp1252_is_guessed_and_said():
    decoded = decode(FRENCH.encode("cp1252"))
    assert decoded.text == FRENCH
    assert decoded.notes == ("read as cp1252: check accents",)


def test_other_scripts_are_guessed_and_said():
    text = "Он вышел из дома, и дождь перестал, а потом начался снова и шёл до самой ночи. " * 20
    decoded = decode(text.encode("cp1251"))
    assert decoded.text == text
    assert "check accents" in decoded.notes[0]


def test_one_bad_byte_does_not_spoil_the_accents_of_a_utf8_file():
    data = FRENCH.encode()
    decoded = decode(data + b"\xff" + data)
    assert decoded.text == FRENCH + "\ufffd" + FRENCH
    assert "UTF-8" in decoded.notes[0]


def test_guess_reaches_the_notes_of_the_work(read):
    work = only_work(read({"a.txt": FRENCH.encode("cp1252")}))
    assert work.notes == ("read as cp1252: check accents",)


@pytest.mark.parametrize(
    "data", [b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\xff\xd8\xfe" * 9, bytes(range(1, 256)) * 4]
)
def test_binary_data_is_not_taken_for_text(data):
    with pytest.raises(NotReadError, match="binary"):
        decode(data)


def test_text_that_is_not_in_the_encoding_of_its_mark_is_damaged(read):
    (skipped,) = read({"a.txt": codecs.BOM_UTF8 + b"\xe9\xe8\xff" * 50}).skipped
    assert skipped.kind is SkipKind.DAMAGED


@pytest.mark.parametrize("data", [b"", b" \r\n\t ", "…—!?\u00a0".encode(), codecs.BOM_UTF8])
def test_text_without_letter_or_digit_is_empty(read, data):
    (skipped,) = read({"a.txt": data}).skipped
    assert (skipped.kind, skipped.source) == (SkipKind.EMPTY, "a.txt")
    assert not skipped.kind.is_failure


def test_markdown_front_matter_gives_metadata(read):
    front = '---\ntitle: "Une page"\nauthor: Jeanne\nlang: fr\ntags: [a]\n---\n'
    work = only_work(read({"page.md": f"{front}# Un titre\n\nDu *texte*.\n"}))
    assert (work.title, work.author, work.language) == ("Une page", "Jeanne", "fr")
    assert work.text == "# Un titre\n\nDu *texte*.\n"


def test_markdown_loses_targets_and_comments_only():
    source = (
        "Voir [le site](https://a.b/c_(d) 't') et ![vue](v.png)<!-- à\nrevoir --> ici (oui).\r\n"
        "<!-- x"
    )
    assert read_markdown(source.encode()).text == "Voir [le site] et ![vue] ici (oui).\r\n<!-- x"


def test_markdown_rule_is_no_front_matter():
    source = "Un\n---\ntitle: x\n---\n"
    assert read_markdown(source.encode()).text == source


def test_hostile_markdown_takes_no_time():
    read_markdown(b"](" * 200_000 + b"<!--" * 200_000 + b"](a(" * 100_000)


def test_suffixes_are_read_in_any_case(read):
    works = read({"A.TXT": "un", "B.Markdown": "deux"}).works
    assert [w.work_id for w in works] == ["A", "B"]
