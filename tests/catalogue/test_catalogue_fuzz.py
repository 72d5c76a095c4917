"""No content of a file raises anything, whatever it is."""

from __future__ import annotations

import contextlib
from datetime import timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from provaudit.catalogue import read_catalogue
from provaudit.catalogue.delimited import parse_rows
from provaudit.catalogue.formats import READERS
from provaudit.catalogue.reader import NotReadError

TEI = (
    b"<?xml version='1.0'?><!DOCTYPE TEI [<!ENTITY a 'x'>]><TEI xmlns='http://www.tei-c.org/ns/1.0'>"
    b"<teiHeader><fileDesc><titleStmt><title>T</title></titleStmt></fileDesc></teiHeader><text>"
    b"<body><div type='contents'/><p>&a; un<lb break='no'/><choice><sic>s</sic><corr>c</corr>"
    b"</choice></p></body></text></TEI>"
)
CSV = 'id;text;file\n1;"un ""deux""\ntrois";a.txt\n2;été;../b\n'.encode("cp1252")
SEEDS = {".txt": CSV, ".md": b"---\ntitle: x\n---\n[a](b)<!-- c -->", ".xml": TEI}

fuzzed = settings(
    max_examples=150,
    deadline=timedelta(seconds=5),
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)


@st.composite
def mutated(draw: st.DrawFn, seed: bytes) -> bytes:
    """Cut, overwrite, insert and repeat pieces of a valid file."""
    data = seed
    for _ in range(draw(st.integers(1, 4))):
        start = draw(st.integers(0, len(data)))
        end = min(len(data), start + draw(st.integers(0, 12)))
        piece = draw(st.one_of(st.binary(max_size=8), st.just(data[start:end] * 3)))
        data = data[:start] + piece + data[end:]
    return data


@pytest.mark.parametrize("suffix", sorted(READERS))
@fuzzed
@given(data=st.binary(max_size=400))
def test_random_bytes(suffix, data):
    with contextlib.suppress(NotReadError):
        READERS[suffix](data).text.encode()


@pytest.mark.parametrize("suffix", sorted(SEEDS))
@fuzzed
@given(data=st.data())
def test_mutated_files(suffix, data):
    with contextlib.suppress(NotReadError):
        READERS[suffix](data.draw(mutated(SEEDS[suffix]))).text.encode()


@fuzzed
@given(data=st.data())
def test_mutated_archives(data, make_epub, make_xhtml):
    book = make_epub({"a.xhtml": make_xhtml("<p>un <i>mot</i> &eacute;</p>")})
    with contextlib.suppress(NotReadError):
        READERS[".epub"](data.draw(mutated(book))).text.encode()


@fuzzed
@given(data=st.data())
def test_mutated_chapters_and_packages(data, make_epub, make_xhtml, make_zip):
    chapter = make_xhtml("<p epub:type='noteref'>un</p><pre>x</pre><p>&eacute;</p>").encode()
    book = make_epub({"a.xhtml": data.draw(mutated(chapter))})
    package = data.draw(
        mutated(
            b'<package><metadata/><manifest><item id="a" href="a.html"/></manifest>'
            b'<spine><itemref idref="a"/></spine></package>'
        )
    )
    other = make_zip({"b.opf": package, "a.html": chapter})
    for archive in (book, other):
        with contextlib.suppress(NotReadError):
            READERS[".epub"](archive).text.encode()


@fuzzed
@given(data=st.one_of(st.binary(max_size=300), mutated(CSV)))
def test_tables(data):
    with contextlib.suppress(NotReadError):
        parse_rows(data)


@fuzzed
@given(contents=st.dictionaries(
    st.sampled_from(["a.txt", "b.md", "c.epub", "d.xml", "e.csv", "f.tsv", "g.bin"]),
    st.one_of(st.binary(max_size=200), mutated(CSV), mutated(TEI)),
))  # fmt: skip
def test_every_file_gives_a_work_or_a_reason(tmp_path_factory, contents):
    folder = tmp_path_factory.mktemp("cat")
    for name, data in contents.items():
        (folder / name).write_bytes(data)
    catalogue = read_catalogue([folder])
    told = {entry.source.partition("#")[0] for entry in (*catalogue.works, *catalogue.skipped)}
    assert told == set(contents)
    assert [w.work_id for w in catalogue.works] == sorted({w.work_id for w in catalogue.works})
    assert catalogue == read_catalogue([folder])
