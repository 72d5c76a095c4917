"""Manifests and tables."""

from __future__ import annotations

import csv

import pytest

from provaudit.catalogue import SkipKind, read_catalogue
from provaudit.errors import UsageError

MANIFEST = "id,title,author,language,year,licence,source,file\n"


def reasons(catalogue):
    return {s.source: (s.kind, s.reason) for s in catalogue.skipped}


def test_manifest_describes_its_files_and_they_are_read_once(read):
    row = 'w1,"Un, deux",Anne,fr,1900,libre,fonds,textes/a.txt\n'
    catalogue = read({"m.csv": MANIFEST + row, "textes/a.txt": "Texte.", "textes/b.txt": "Autre."})
    listed, loose = sorted(catalogue.works, key=lambda w: w.source)
    assert (listed.work_id, listed.source, listed.text) == ("w1", "textes/a.txt", "Texte.")
    assert (listed.title, listed.author, listed.language) == ("Un, deux", "Anne", "fr")
    assert listed.extra == {"year": "1900", "licence": "libre", "source": "fonds"}
    assert (loose.work_id, loose.source) == ("b", "textes/b.txt")
    assert not catalogue.skipped


def test_manifest_alone_may_be_the_argument(write_files):
    folder = write_files({"sub/m.csv": "file\na.txt\n", "sub/a.txt": "Texte.", "sub/b.txt": "x"})
    (work,) = read_catalogue([folder / "sub" / "m.csv"]).works
    assert (work.work_id, work.source) == ("a", "a.txt")


def test_manifest_of_excel_with_semicolons_and_cp1252(read):
    table = 'id;titre;auteur;file;ISBN;cote\r\nw1;"Été; fin";Zoë;a.txt;978-2;R 12\r\n;;;;;\r\n'
    (work,) = read({"m.csv": table.encode("cp1252"), "a.txt": "Texte."}).works
    assert (work.title, work.author) == ("Été; fin", "Zoë")
    assert work.identifiers == ("isbn:978-2",)
    assert work.extra == {"ISBN": "978-2", "cote": "R 12"}
    assert "cp1252" in work.notes[0]


@pytest.mark.parametrize("codec", ["utf-8-sig", "utf-16"])
def test_tables_as_spreadsheets_export_them(read, codec):
    table = "sep=;\r\nid;text\r\n1;Été, «oui»\r\n"
    (work,) = read({"t.csv": table.encode(codec)}).works
    assert (work.work_id, work.text, work.source) == ("1", "Été, «oui»", "t.csv#1")


def test_metadata_of_the_file_fills_what_the_manifest_leaves_out(read):
    page = "---\ntitle: Sien\nauthor: Elle\n---\nTexte"
    (work,) = read({"m.csv": "file,title\na.md,Mien\n", "a.md": page}).works
    assert (work.title, work.author) == ("Mien", "Elle")


@pytest.mark.parametrize(
    "name", ["../x.txt", "/etc/hosts", "a/../../x.txt", "C:\\x.txt", "..\\x.txt", ""]
)
def test_manifest_cannot_leave_its_folder(read, write_files, name):
    write_files({"../x.txt": "secret"})
    catalogue = read({"m.csv": f"id,file\n1,{name}\n"})
    assert not catalogue.works
    (skipped,) = catalogue.skipped
    assert (skipped.source, skipped.kind) == ("m.csv#1", SkipKind.DAMAGED)


def test_manifest_rows_that_give_nothing_say_why(read):
    table = "id,file\n1,none.txt\n2,a.pdf\n3,m.csv\n4,e.txt\n"
    found = reasons(read({"m.csv": table, "a.pdf": b"%PDF", "e.txt": ""}))
    assert {source: kind for source, (kind, _) in found.items()} == {
        "m.csv#1": SkipKind.UNREADABLE,
        "a.pdf": SkipKind.NOT_A_TEXT,
        "m.csv": SkipKind.NOT_A_TEXT,
        "e.txt": SkipKind.EMPTY,
    }
    assert "none.txt" in found["m.csv#1"][1]


def test_windows_separators_and_the_other_unicode_form_are_found(read):
    table = "file\ntextes\\e\u0301te\u0301.txt\n"
    (work,) = read({"m.csv": table, "textes/\u00e9t\u00e9.txt": "Texte."}).works
    assert work.text == "Texte."


def test_table_has_one_work_a_row(read):
    table = "Titre,Paroles,Artiste,Langue,ISWC,Année\nA,un deux,Anne,fr,T-1,1999\nB,...,Zoé,fr,,\n"
    catalogue = read({"chansons.csv": table})
    (work,) = catalogue.works
    assert (work.work_id, work.text, work.source) == ("chansons-1", "un deux", "chansons.csv#1")
    assert (work.title, work.author, work.language) == ("A", "Anne", "fr")
    assert (work.identifiers, work.extra) == (("iswc:T-1",), {"ISWC": "T-1", "Année": "1999"})
    assert reasons(catalogue)["chansons.csv#2"][0] is SkipKind.EMPTY


def test_longest_column_is_the_text_where_none_is_named_so(read):
    (work,) = read({"t.tsv": "id\tx\ty\n1\tab\tune longue phrase, avec virgule\n"}).works
    assert work.text == "une longue phrase, avec virgule"
    assert "'y'" in work.notes[0]


def test_table_of_one_column_is_not_split_at_commas(read):
    (work,) = read({"t.csv": 'text\n"un, deux; trois"\n'}).works
    assert work.text == "un, deux; trois"


def test_cells_keep_their_line_ends_and_may_be_very_long(read):
    before = csv.field_size_limit()
    text = "une ligne\r\n" * 30_000 + "\nfin "
    (work,) = read({"t.csv": f'id;texte\n1;"{text}"\n'}).works
    assert work.text == text
    assert csv.field_size_limit() == before


def test_column_map_overrides(read):
    table = "id,text,v2,who,file\n1,court,le vrai texte,Anne,scan.png\n"
    (work,) = read({"t.csv": table}, column_map={"text": "V2", "author": "who"}).works
    assert (work.text, work.author) == ("le vrai texte", "Anne")
    assert work.extra == {"text": "court", "file": "scan.png"}


def test_column_map_leaves_manifests_alone(read):
    files = {"m.csv": "id,file\nw,a.txt\n", "a.txt": "Texte", "t.csv": "id,corps2\n1,autre\n"}
    works = read(files, column_map={"text": "corps2"}).works
    assert [w.text for w in works] == ["autre", "Texte"]


@pytest.mark.parametrize(
    ("files", "column_map"),
    [
        ({"t.csv": "id,text\n1,a\n"}, {"text": "absent"}),
        ({"t.csv": "id,text\n1,a\n", "u.csv": "id,x\n1,a\n"}, {"text": "x"}),
        ({"m.csv": "id,file\n1,a.txt\n"}, {"id": "absent"}),
        ({"a.txt": "x"}, {"text": "absent"}),
        ({"t.csv": "id,text\n1,a\n"}, {"colour": "id"}),
    ],
)
def test_column_map_must_fit(read, files, column_map):
    with pytest.raises(UsageError):
        read(files, column_map=column_map)


def test_ragged_and_badly_quoted_tables_leave_notes(read):
    catalogue = read(
        {"a.csv": "id,text\n1,un, deux\n", "b.csv": 'id,text\n9,"un"deux"\n10,"trois\n'}
    )
    notes = {w.work_id: " ".join(w.notes) for w in catalogue.works}
    assert "more cells" in notes["1"]
    assert "do not balance" in notes["9"]


@pytest.mark.parametrize("data", [b"", b"\n\n", b"id,text\n", b"id,title\n1,a\n"])
def test_tables_without_texts_are_listed(read, data):
    catalogue = read({"t.csv": data})
    assert not catalogue.works
    assert catalogue.skipped[0].source == "t.csv"


def test_rows_are_listed_in_their_order(read):
    table = "id,text\n" + "x,même\n" * 11
    catalogue = read({"t.csv": table})
    assert [w.source for w in catalogue.works] == ["t.csv#1"]
    assert [s.source for s in catalogue.skipped] == [f"t.csv#{n}" for n in range(2, 12)]
    assert "t.csv#1 " in catalogue.skipped[0].reason
