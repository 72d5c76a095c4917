from __future__ import annotations

import io
import json
import subprocess
import sys

import pytest
import reports_audit
from reports_golden import assert_golden
from rich.cells import cell_len
from rich.console import Console

from provaudit.audit_folder.reading import Audit
from provaudit.errors import UsageError
from provaudit.reports.terminal import (
    audit_as_json,
    json_text,
    print_audit,
    print_work,
    work_as_json,
)


def console(width: int = 80, **options: object) -> Console:
    return Console(file=io.StringIO(), width=width, legacy_windows=False, **options)  # type: ignore[arg-type]


def text_of(shown: Console) -> str:
    assert isinstance(shown.file, io.StringIO)
    return shown.file.getvalue()


def printed(audit: Audit, work_id: str | None = None, **options: object) -> str:
    shown = console(**options)  # type: ignore[arg-type]
    if work_id is None:
        print_audit(audit, shown)
    else:
        print_work(audit, work_id, shown)
    return text_of(shown)


def test_audit_golden(plain_audit: Audit) -> None:
    assert_golden("audit.txt", printed(plain_audit))


@pytest.mark.parametrize("work_id", ["poe-raven", "lunyu", "untitled-0042"])
def test_work_golden(plain_audit: Audit, work_id: str) -> None:
    assert_golden(f"{work_id}.txt", printed(plain_audit, work_id))


def test_empty_audit(empty_audit: Audit) -> None:
    assert "The catalogue holds no work" in printed(empty_audit)


def test_redacted_audit_still_shows_addresses(redacted_audit: Audit) -> None:
    shown = printed(redacted_audit, "lunyu")
    assert "row group 0 · row 8 · column messages.content" in shown
    assert "holds no extract" in shown


@pytest.mark.parametrize("width", [40, 80, 200])
def test_no_line_is_wider_than_the_terminal(
    plain_audit: Audit, hostile_audit: Audit, width: int
) -> None:
    for audit in (plain_audit, hostile_audit):
        ids = [work["work_id"] for work in audit_as_json(audit)["works"]]
        for work_id in (None, *ids):
            lines = printed(audit, work_id, width=width).split("\n")
            assert max(map(cell_len, lines)) <= width


@pytest.mark.parametrize("colour", ["truecolor", None])
def test_hostile_strings_reach_no_terminal(hostile_audit: Audit, colour: str | None) -> None:
    options = {"color_system": colour, "force_terminal": colour is not None, "width": 200}
    ids = [work["work_id"] for work in audit_as_json(hostile_audit)["works"]]
    for work_id in (None, *ids):
        shown = printed(hostile_audit, work_id, **options)
        # what remains of escapes is rich's own colours, never one from the data
        assert "\x1b[31mred" not in shown
        assert not set("\x9b\x07\x00\u202e\u2066\u200b") & set(shown)
        assert "\x1b]8" not in shown
        assert colour or "\x1b" not in shown


def test_markup_and_emoji_codes_are_shown_as_they_are(hostile_audit: Audit) -> None:
    work_id = f"7{reports_audit.HOSTILE[7]}"
    shown = printed(hostile_audit, work_id, width=300, color_system="truecolor")
    assert "[bold]loud[/bold] [/] [link=https://x.example]x[/link] :smile:" in shown


def test_differences_are_read_without_colour(
    plain_audit: Audit, monkeypatch: pytest.MonkeyPatch
) -> None:
    not_a_terminal = printed(plain_audit, "poe-raven")
    monkeypatch.setenv("NO_COLOR", "1")
    for shown in (not_a_terminal, printed(plain_audit, "poe-raven", force_terminal=True)):
        assert "[pondered]" in shown
        assert "[wondered]" in shown


def test_differences_are_coloured_where_there_is_colour(plain_audit: Audit) -> None:
    shown = printed(plain_audit, "poe-raven", force_terminal=True, color_system="truecolor")
    assert "\x1b[1;33mpondered" in shown
    assert "[pondered]" not in shown


def test_what_is_cut_is_said(plain_audit: Audit) -> None:
    shown = printed(plain_audit, "poe-raven", width=200)
    assert "6 weaker passages not printed." in shown
    assert "more characters)" in shown


def test_unknown_work_names_the_closest(plain_audit: Audit) -> None:
    with pytest.raises(UsageError, match="poe-raven"):
        printed(plain_audit, "poe-ravn")
    with pytest.raises(UsageError, match="show the audit without a work"):
        work_as_json(plain_audit, "\x1b[31m")


def test_json_holds_all_works_and_no_private_names(plain_audit: Audit) -> None:
    value = json.loads(json_text(audit_as_json(plain_audit)))
    assert [work["work_id"] for work in value["works"]][:2] == ["poe-raven", "tolstoy"]
    assert len(value["works"]) == 6
    assert "a-private-host" not in json.dumps(value)
    assert value["failed_shards"][0]["reason"] == "no footer"


def test_json_of_a_work_is_not_cut(plain_audit: Audit) -> None:
    value = json.loads(json_text(work_as_json(plain_audit, "poe-raven")))
    assert len(value["passages"]) == 26
    assert value["passages"][1]["extract"]["work_text"] == (reports_audit.POEM + "\n") * 9
    bits = [passage["bits"] for passage in value["passages"]]
    assert bits == sorted(bits, reverse=True)


def test_json_text_is_safe_to_print(hostile_audit: Audit) -> None:
    value = audit_as_json(hostile_audit) | {"not a number": float("nan")}
    shown = json_text(value)
    assert shown.isascii()
    assert set(shown) - set("\n") == {c for c in shown if " " <= c <= "~"}
    assert json.loads(shown)["works"] == value["works"]


def test_the_package_loads_no_rendering_library() -> None:
    code = (
        "import sys, provaudit.reports;"
        "print([m for m in ('rich', 'jinja2', 'pyarrow', 'numpy') if m in sys.modules])"
    )
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert run.stdout.strip() == "[]"
