from __future__ import annotations

import base64
import hashlib
import re
from pathlib import Path

import pytest
import reports_audit
from lxml import html as lxml_html
from reports_audit import build, extract, match, shard, work
from reports_golden import assert_golden

from provaudit.audit_folder.reading import Audit
from provaudit.errors import ProvauditError
from provaudit.reports.html import render_html, write_html
from provaudit.reports.html_passage import link

ELEMENTS = set(
    re.findall(
        r"\S+",
        "html head meta title style body a header p h1 h2 h3 h4 nav ol ul li main section strong "
        "span dl div dt dd table thead tbody tr th td svg rect desc article figure figcaption "
        "details summary blockquote mark code footer",
    )
)
ATTRIBUTES = set(
    re.findall(
        r"\S+",
        "lang charset http-equiv content name class href id aria-label aria-labelledby aria-hidden "
        "focusable scope role colspan data-label dir viewbox preserveaspectratio width height x "
        "open rel",
    )
)


def parsed(page: str) -> lxml_html.HtmlElement:
    return lxml_html.document_fromstring(page)


@pytest.fixture(params=["plain_audit", "hostile_audit", "empty_audit", "redacted_audit"])
def page(request: pytest.FixtureRequest) -> str:
    return render_html(request.getfixturevalue(request.param))


def test_golden(plain_audit: Audit) -> None:
    assert_golden("report.html", render_html(plain_audit))


def test_nothing_but_what_the_templates_write(page: str) -> None:
    for element in parsed(page).iter():
        assert element.tag in ELEMENTS
        assert {name.lower() for name in element.attrib} <= ATTRIBUTES
        assert not any(name.startswith("on") for name in element.attrib)


def test_links_lead_into_the_page_or_to_web_addresses(page: str) -> None:
    ids = set(parsed(page).xpath("//@id"))
    for element in parsed(page).iter("a"):
        target = element.get("href")
        if target.startswith("#"):
            assert target[1:] in ids
        else:
            assert re.match("https?://", target)
            assert element.get("rel") == "noopener noreferrer nofollow"
    assert not parsed(page).xpath("//@src | //@srcset | //@action | //@style")


def test_ids_are_unique(page: str) -> None:
    ids = parsed(page).xpath("//@id")
    assert len(ids) == len(set(ids))
    for value in parsed(page).xpath("//@aria-labelledby"):
        assert set(value.split()) <= set(ids)


def test_policy_allows_the_very_style_sheet(page: str) -> None:
    styles = re.findall(r"<style>(.*?)</style>", page, re.S)
    assert len(styles) == 1
    digest = base64.b64encode(hashlib.sha256(styles[0].encode()).digest()).decode()
    policy = parsed(page).xpath("//meta[@http-equiv='Content-Security-Policy']/@content")
    assert policy == [
        f"default-src 'none'; style-src 'sha256-{digest}'; base-uri 'none'; form-action 'none'"
    ]
    assert "url(" not in styles[0]
    assert "@import" not in styles[0]


def test_no_invisible_character_gets_through(hostile_audit: Audit) -> None:
    page = render_html(hostile_audit)
    assert not set("\x00\x07\x1b\x9b\u202e\u2066\u200b") & set(page)
    assert "left&lt;U+202E&gt;gnp.exe&lt;U+2066&gt;" in page
    assert "{{ 7*7 }}" in page
    assert len(page) < 300_000


@pytest.mark.parametrize(
    "url",
    [
        None,
        "",
        "javascript:alert(1)",
        "JaVaScRiPt:alert(1)//http://x.example",
        "data:text/html,x",
        "ftp://x.example/",
        "//x.example/",
        "http:",
        "http:///path",
        "https://user@x.example/",
        "https://bank.example\\@x.example/",
        "https://x.example/a b",
        "https://x.example/\u202egnp",
        " https://x.example/",
        "java\nscript:alert(1)",
        "http://[x",
        "https://x.example/" + "a" * 500,
    ],
)
def test_what_is_no_link(url: str | None) -> None:
    assert link(url) is None


@pytest.mark.parametrize(
    "url", ["https://x.example/a?b=1&c=%20#d", "http://x.example", "HTTPS://é.fr/"]
)
def test_what_is_a_link(url: str) -> None:
    assert link(url) == url


def test_url_is_shown_as_text_where_it_is_no_link(plain_audit: Audit) -> None:
    root = parsed(render_html(plain_audit))
    assert root.xpath("//a[@href='https://poems.example/raven?id=1&lang=en']")
    assert "ftp://files.example/lunyu.txt" in root.text_content()


def test_differences_and_line_ends(plain_audit: Audit) -> None:
    root = parsed(render_html(plain_audit))
    left, right = root.xpath("(//details)[1]//blockquote")
    assert [m.text for m in left.iter("mark")] == ["pondered", "quaint and"]
    assert [m.text for m in right.iter("mark")] == ["wondered", "Poetry lovers will know it"]
    assert "weary,\nOver many" in left.text_content()
    assert "door.\n\n“’Tis" in left.text_content()


def test_caps_are_said(plain_audit: Audit) -> None:
    root = parsed(render_html(plain_audit))
    raven = root.get_element_by_id("work-1")
    assert len(list(raven.iter("details"))) == 20
    assert "Not shown: 6 weaker passages" in raven.text_content()
    assert "more characters." in raven.text_content()
    assert "unseen" not in raven.text_content()


def test_redacted_audit_has_addresses_and_no_text(redacted_audit: Audit) -> None:
    text = parsed(render_html(redacted_audit)).text_content()
    assert "train/part-0000.parquet · row group 0 · row 0 · column text" in text
    assert "it was redacted" in text
    assert "Once upon" not in text


def test_a_map_says_what_it_shows(plain_audit: Audit) -> None:
    svg = parsed(render_html(plain_audit)).xpath("//svg[@role='img']")
    assert len(svg) == 3
    assert svg[0].xpath("./title")[0].text == "Coverage map"
    assert "91.5 %" in svg[0].xpath("./desc")[0].text


def test_all_works_are_in_the_table(plain_audit: Audit) -> None:
    rows = parsed(render_html(plain_audit)).xpath("//table[@role]//th[@scope='row']")
    ids = [row.xpath("string(.//span[@class='id'])") for row in rows]
    # a work without title has its id in the title's place
    assert ids == ["poe-raven", "tolstoy", "lunyu", "carroll-alice", "zola-germinal", ""]


def test_no_private_name_is_on_the_page(plain_audit: Audit) -> None:
    page = render_html(plain_audit)
    assert "a-private-host" not in page
    assert str(plain_audit.folder) not in page


def test_writing_is_whole_or_not_at_all(plain_audit: Audit, tmp_path: Path) -> None:
    path = tmp_path / "new" / "report.en.html"
    write_html(plain_audit, path)
    write_html(plain_audit, path)
    assert path.read_bytes().decode("utf-8") == render_html(plain_audit)
    assert [p.name for p in path.parent.iterdir()] == [path.name]


def test_a_place_that_cannot_be_written(plain_audit: Audit, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(ProvauditError, match="cannot be written"):
        write_html(plain_audit, tmp_path / "file" / "report.html")
    (tmp_path / "folder").mkdir()
    with pytest.raises(ProvauditError, match="cannot be written"):
        write_html(plain_audit, tmp_path / "folder")
    assert not list(tmp_path.glob(".*.part"))


def test_two_thousand_works_and_twenty_thousand_matches(tmp_path: Path) -> None:
    works = [work(f"w{n:04}", status="detected", coverage=0.5, matches=10) for n in range(2000)]
    matches = [
        match(w["work_id"], n, work_token_start=n * 90, work_token_end=n * 90 + 80)
        for w in works
        for n in range(10)
    ]
    extracts = [extract(m["match_id"], reports_audit.COPY, reports_audit.POEM) for m in matches]
    audit = build(tmp_path / "big", works, matches, extracts, [shard("a.parquet")])
    page = render_html(audit)
    assert page.count("<details") == 2000
    assert page.count("9 weaker passages") == 2000
