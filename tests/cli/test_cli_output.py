"""What the commands print, and where; hostile names; the environment."""

from __future__ import annotations

import json
import os
import re
import shutil
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest

Cli = Callable[..., Any]

UNSAFE = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2066-\u2069]")
"""What a terminal obeys or a reader cannot see; line ends and tabs are the layout's own."""
posix = pytest.mark.skipif(sys.platform != "linux", reason="needs file names of any bytes")


def test_json_of_each_command(
    cli: Cli, tmp_path: Path, small_catalogue: Path, small_dataset: Path
) -> None:
    index, audit = tmp_path / "index", tmp_path / "audit"
    made = cli("fingerprint", small_catalogue, "-o", index, "--json").json()
    assert [w["work_id"] for w in made["works"]] == ["pete", "pipa"]
    scanned = cli("scan", index, small_dataset, "-o", audit, "--json").json()
    assert [w["work_id"] for w in scanned["works"]] == ["pete", "pipa"]
    assert "local" not in scanned
    assert cli("show", audit, "--json").json() == scanned
    work = cli("show", audit, "pete", "--json").json()
    assert work["work"]["status"] == "detected"
    assert work["passages"][0]["row"] == 2
    shown = cli("show", index, "--json").json()
    assert shown["has_text"] is True
    assert [w["work_id"] for w in shown["works"]] == ["pete", "pipa"]
    assert [w["work_id"] for w in cli("show", index, "pipa", "--json").json()["works"]] == ["pipa"]
    assert cli("check", audit, "--json").json()["findings"][0]["work_id"] == "pete"
    assert cli("verify", audit, "--json").json()["differences"] == []


def test_json_of_audit(
    cli: Cli, tmp_path: Path, small_catalogue: Path, small_dataset: Path
) -> None:
    outcome = cli("audit", small_catalogue, small_dataset, "-o", tmp_path / "a", "--json")
    assert outcome.json()["summary"]["works_detected"] == 1


def test_messages_go_to_stderr_and_quiet_leaves_them_out(
    cli: Cli, tmp_path: Path, small_catalogue: Path, small_dataset: Path
) -> None:
    loud = cli("audit", small_catalogue, small_dataset, "-o", tmp_path / "a")
    assert "Catalogue: 2 works read." in loud.err
    assert "Catalogue:" not in loud.out
    assert cli("audit", small_catalogue, small_dataset, "-o", tmp_path / "b", "-q").err == ""


def test_quiet_keeps_errors(
    cli: Cli, tmp_path: Path, small_index: Path, small_dataset: Path
) -> None:
    data = Path(shutil.copytree(small_dataset, tmp_path / "data"))
    (data / "bad.parquet").write_bytes(b"no")
    outcome = cli("scan", small_index, data, "-o", tmp_path / "a", "-q")
    assert outcome.code == 3
    assert "bad.parquet" in outcome.error


def test_report_and_fingerprint_name_what_they_wrote(
    cli: Cli, tmp_path: Path, small_audit: Path, small_catalogue: Path
) -> None:
    written = cli("report", small_audit, "-o", tmp_path / "r").out.strip()
    assert Path(written) == tmp_path / "r" / "report.en.html"
    assert str(tmp_path / "i") in cli("fingerprint", small_catalogue, "-o", tmp_path / "i").out


def test_show_names_statuses_and_places(cli: Cli, small_audit: Path) -> None:
    shown = cli("show", small_audit).out
    assert "detected" in shown
    assert "not detected" in shown
    work = cli("show", small_audit, "pete").out
    assert "a.parquet" in work
    assert "https://example.org/2" in work


@pytest.mark.parametrize("help_", ["-h", "--help"])
def test_help(cli: Cli, help_: str) -> None:
    outcome = cli(help_)
    assert outcome.code == 0
    assert outcome.err == ""
    for command in "fingerprint scan audit show report check verify demo".split():
        assert command in outcome.out
        assert cli(command, help_).out.startswith("Usage: ")


def test_version(cli: Cli) -> None:
    assert re.fullmatch(r"provaudit \d+\.\d+\.\d+\S*\n", cli("--version").out)


def test_no_colours_when_told(cli: Cli, small_audit: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FORCE_COLOR", "1")
    monkeypatch.setenv("NO_COLOR", "1")
    for arguments in (["show", small_audit], ["show", small_audit, "pete"], ["check", small_audit]):
        out = cli(*arguments).out
        assert not re.search(r"\x1b\[[0-9;]*(?:3[0-8]|4[0-8]|9[0-7])", out)


def test_no_codes_where_output_is_no_terminal(
    cli: Cli, small_audit: Path, small_index: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("FORCE_COLOR", "TTY_COMPATIBLE"):
        monkeypatch.delenv(name, raising=False)
    for arguments in (["show", small_audit], ["show", small_audit, "pete"], ["show", small_index]):
        assert "\x1b" not in cli(*arguments).out


# the environment


def test_workers_from_the_environment(
    cli: Cli, tmp_path: Path, small_index: Path, small_dataset: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    seen: list[int] = []
    from provaudit.matching.scanning import Scan

    plain = Scan.run
    monkeypatch.setattr(Scan, "run", lambda s, w, p: (seen.append(w), plain(s, w, p))[1])
    monkeypatch.setenv("PROVAUDIT_WORKERS", "3")
    cli("scan", small_index, small_dataset, "-o", tmp_path / "a")
    cli("scan", small_index, small_dataset, "-o", tmp_path / "b", "-j", "1")
    assert seen == [3, 1]


def test_workers_from_the_environment_are_checked(
    cli: Cli, tmp_path: Path, small_index: Path, small_dataset: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    monkeypatch.setenv("PROVAUDIT_WORKERS", "many")
    outcome = cli("scan", small_index, small_dataset, "-o", tmp_path / "a")
    assert outcome.code == 2
    assert "PROVAUDIT_WORKERS" in outcome.err


def test_column_from_the_environment(
    cli: Cli, tmp_path: Path, small_index: Path, small_dataset: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    monkeypatch.setenv("PROVAUDIT_COLUMN", "url")
    outcome = cli("scan", small_index, small_dataset, "-o", tmp_path / "a", "--json")
    assert outcome.json()["reading"]["columns_scanned"] == ["url"]


def test_switches_from_the_environment(
    cli: Cli, tmp_path: Path, small_index: Path, small_dataset: Path, small_catalogue: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    data = Path(shutil.copytree(small_dataset, tmp_path / "data"))
    (data / "bad.parquet").write_bytes(b"no")
    monkeypatch.setenv("PROVAUDIT_ALLOW_INCOMPLETE", "1")
    assert cli("scan", small_index, data, "-o", tmp_path / "a").code == 0
    catalogue = Path(shutil.copytree(small_catalogue, tmp_path / "cat"))
    (catalogue / "poster.pdf").write_bytes(b"%PDF")
    monkeypatch.setenv("PROVAUDIT_STRICT", "1")
    assert cli("fingerprint", catalogue, "-o", tmp_path / "i").code == 3
    monkeypatch.setenv("PROVAUDIT_QUIET", "1")
    monkeypatch.delenv("PROVAUDIT_STRICT")
    assert cli("fingerprint", catalogue, "-o", tmp_path / "i").err == ""


# hostile names


HOSTILE = [
    "line\nend",
    "escape\x1b[31m\x1b[2J",
    "[bold]markup[red] :smile:",
    "c1\x9b31m",
    "right\u202etoleft",
    "%s {0} {x}",
]
IDS = ["newline", "escape", "markup", "c1", "bidi", "format"]


@posix
@pytest.mark.parametrize("name", HOSTILE, ids=IDS)
def test_hostile_work_and_shard_names(
    cli: Cli, tmp_path: Path, small_catalogue: Path, small_dataset: Path, name: str
) -> None:
    catalogue, data = tmp_path / "cat", tmp_path / "data"
    catalogue.mkdir()
    data.mkdir()
    shutil.copy(small_catalogue / "pete.txt", catalogue / f"{name}.txt")
    (catalogue / f"{name}.pdf").write_bytes(b"%PDF")
    shutil.copy(small_dataset / "a.parquet", data / f"{name}.parquet")
    (data / f"{name}bad.parquet").write_bytes(b"no")
    index, audit = tmp_path / "index", tmp_path / "audit"
    outcomes = [
        cli("fingerprint", catalogue, "-o", index),
        cli("fingerprint", catalogue, "-o", index, "--json"),
        cli("scan", index, data, "-o", audit),
        cli("show", audit),
        cli("show", audit, name),
        cli("show", audit, "--json"),
        cli("show", audit, name, "--json"),
        cli("show", audit, f"{name}?"),
        cli("show", index),
        cli("show", index, "--json"),
        cli("show", index, f"{name}?"),
        cli("check", audit),
        cli("check", audit, "--json"),
        cli("verify", audit),
        cli("verify", audit, "--dataset", small_dataset),
        cli("verify", audit, "--dataset", small_dataset, "--json"),
        cli("report", audit, "-o", tmp_path / "r"),
    ]
    assert [o.code for o in outcomes] == [0, 0, 3, 0, 0, 0, 0, 2, 0, 0, 2, 1, 1, 0, 3, 3, 0]
    for outcome in outcomes:
        assert not UNSAFE.search(outcome.out + outcome.err), outcome
    assert outcomes[4].out
    if "bold" in name:
        assert "[bold]markup[red] :smile:" in outcomes[4].out
        assert "[bold]" in outcomes[8].out
    page = (tmp_path / "r" / "report.en.html").read_text("utf-8")
    assert not UNSAFE.search(page)


@posix
@pytest.mark.parametrize("name", HOSTILE, ids=IDS)
def test_hostile_arguments(
    cli: Cli, tmp_path: Path, small_catalogue: Path, small_dataset: Path, name: str
) -> None:
    place = tmp_path / name
    place.mkdir()
    data = Path(shutil.copytree(small_dataset, place / "data"))
    outcomes = [
        cli("fingerprint", place / "gone", "-o", place / "i"),
        cli("fingerprint", small_catalogue, "-o", place / "i"),
        cli("fingerprint", small_catalogue, "-o", place),
        cli("scan", place, data, "-o", place / "a"),
        cli("scan", place / "i", place / "gone", "-o", place / "a"),
        cli("scan", place / "i", data, "-o", place / "a"),
        cli("scan", place / "i", data, "-o", place / "a", "--column", name),
        cli("show", place),
        cli("report", place / "a", "-o", place / "r"),
        cli("verify", place / "a", "--match", name),
        cli("fingerprint", small_catalogue, "-o", place / "j", "--map", name),
    ]
    assert [o.code for o in outcomes] == [2, 0, 2, 2, 2, 0, 2, 2, 0, 2, 2]
    for outcome in outcomes:
        assert not UNSAFE.search(outcome.out + outcome.err), outcome


@posix
def test_file_names_that_are_not_utf8(
    cli: Cli, tmp_path: Path, small_catalogue: Path, small_dataset: Path
) -> None:
    catalogue, data = tmp_path / "cat", tmp_path / "data"
    catalogue.mkdir()
    data.mkdir()
    shutil.copy(small_catalogue / "pete.txt", catalogue / os.fsdecode(b"p\xe9te.txt"))
    shutil.copy(small_dataset / "a.parquet", data / os.fsdecode(b"a\xff.parquet"))
    (data / os.fsdecode(b"bad\xff.parquet")).write_bytes(b"no")
    index, audit = tmp_path / "index", tmp_path / "audit"
    assert cli("fingerprint", catalogue, "-o", index).code == 0
    assert cli("scan", index, data, "-o", audit).code == 3
    shown = cli("show", audit, "--json")
    json.dumps(shown.json(), ensure_ascii=False).encode()
    assert cli("show", audit).code == 0
    assert cli("report", audit, "-o", tmp_path / "r").code == 0
    assert cli("verify", audit).code == 0


@posix
def test_folder_names_that_are_not_utf8(
    cli: Cli, tmp_path: Path, small_catalogue: Path, small_dataset: Path
) -> None:
    place = tmp_path / os.fsdecode(b"d\xe9p\xf4t")
    place.mkdir()
    data = Path(shutil.copytree(small_dataset, place / "data"))
    index, audit = place / "index", place / "audit"
    assert cli("fingerprint", small_catalogue, "-o", index).code == 0
    assert cli("scan", index, data, "-o", audit).code == 0
    assert cli("show", audit).code == 0
    assert cli("report", audit, "-o", place / "r").code == 0
    assert cli("verify", audit).code == 0


def test_hostile_metadata(
    cli: Cli, tmp_path: Path, song: str, small_dataset: Path, write_shard: Callable[..., Path]
) -> None:
    catalogue, data, index = tmp_path / "cat", tmp_path / "data", tmp_path / "index"
    catalogue.mkdir()
    (catalogue / "song.txt").write_text(song, "utf-8")
    evil = "\x9b31m\x1b]0;x\x07[red]"
    row = f'song,"{evil}title","{evil}author","{evil}",song.txt\n'
    (catalogue / "catalogue.csv").write_text(f"id,title,author,language,file\n{row}", "utf-8")
    write_shard(
        data / "a.parquet",
        pa.table({"id": [evil], "text": [f"{evil} {song}"], "url": [f"https://x/{evil}"]}),
    )
    audit = tmp_path / "audit"
    outcomes = [
        cli("fingerprint", catalogue, "-o", index),
        cli("fingerprint", catalogue, "-o", index, "--json"),
        cli("scan", index, data, "-o", audit),
        cli("show", index),
        cli("show", index, "--json"),
        cli("show", audit, "song"),
        cli("show", audit, "song", "--json"),
        cli("check", audit),
        cli("check", audit, "--json"),
    ]
    assert [o.code for o in outcomes] == [0, 0, 0, 0, 0, 0, 0, 1, 1]
    for outcome in outcomes:
        assert not UNSAFE.search(outcome.out + outcome.err), outcome
