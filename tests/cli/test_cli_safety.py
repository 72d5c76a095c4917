"""No command removes or changes a file that provaudit did not write."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

import provaudit

Cli = Callable[..., Any]


def mine(folder: Path) -> Path:
    folder.mkdir(parents=True)
    (folder / "mine.txt").write_text("mine")
    return folder / "mine.txt"


@pytest.mark.parametrize("name", ["index", "scan", "audit.json", "log.jsonl", ".lock"])
@pytest.mark.parametrize("command", ["scan", "audit"])
def test_a_folder_that_looks_like_an_audit(
    cli: Cli, tmp_path: Path, small_catalogue: Path, small_index: Path, small_dataset: Path,
    command: str, name: str,
) -> None:  # fmt: skip
    folder = tmp_path / "project"
    if "." in name:
        folder.mkdir()
        kept = folder / name
        kept.write_text("mine")
    else:
        kept = mine(folder / name)
    other = folder / "notes.txt"
    other.write_text("mine")
    first = small_index if command == "scan" else small_catalogue
    outcome = cli(command, first, small_dataset, "-o", folder)
    assert kept.read_text() == "mine"
    assert other.read_text() == "mine"
    assert outcome.code == 2


def test_demo_keeps_an_audit_that_is_not_its_own(
    cli: Cli, tmp_path: Path, small_audit: Path
) -> None:
    audit = Path(shutil.copytree(small_audit, tmp_path / "audit"))
    before = (audit / "audit.json").read_bytes()
    outcome = cli("demo", "-o", tmp_path)
    assert outcome.code == 2
    assert (audit / "audit.json").read_bytes() == before


def test_demo_keeps_a_folder_called_audit(cli: Cli, tmp_path: Path) -> None:
    kept = mine(tmp_path / "out" / "audit")
    outcome = cli("demo", "-o", tmp_path / "out")
    assert kept.exists()
    assert outcome.code == 2


def test_report_keeps_other_files(cli: Cli, tmp_path: Path, small_audit: Path) -> None:
    kept = mine(tmp_path / "site")
    assert cli("report", small_audit, "-o", kept.parent).code == 0
    assert kept.exists()


def test_an_audit_of_another_catalogue_keeps_its_index(
    cli: Cli, tmp_path: Path, small_catalogue: Path, small_dataset: Path
) -> None:
    folder = tmp_path / "audit"
    assert cli("audit", small_catalogue / "pete.txt", small_dataset, "-o", folder).code == 0
    before = (folder / "index" / "index.json").read_bytes()
    assert cli("audit", small_catalogue, small_dataset, "-o", folder).code == 2
    assert (folder / "index" / "index.json").read_bytes() == before
    assert cli("verify", folder).code == 0


def test_a_finished_audit_leaves_no_scratch(
    cli: Cli, tmp_path: Path, small_catalogue: Path, small_dataset: Path
) -> None:
    folder = tmp_path / "work" / "audit"
    folder.parent.mkdir()
    assert cli("audit", small_catalogue, small_dataset, "-o", folder).code == 0
    names = {p.name for p in folder.iterdir()}
    assert names <= {
        *("audit.json", "log.jsonl", "index", "report.en.html", ".lock", ".provaudit"),
        *(f"{n}.parquet" for n in ("matches", "works", "shards", "extracts", "alignments")),
    }
    assert [p.name for p in folder.parent.iterdir()] == ["audit"]


def test_a_failed_fingerprint_keeps_the_index_that_is_there(
    cli: Cli, tmp_path: Path, small_index: Path
) -> None:
    index = Path(shutil.copytree(small_index, tmp_path / "index"))
    (tmp_path / "void").mkdir()
    assert cli("fingerprint", tmp_path / "void", "-o", index).code == 2
    assert cli("show", index).code == 0


def test_fingerprints_into_an_index_of_an_unfinished_scan(
    tmp_path: Path, small_catalogue: Path, small_dataset: Path
) -> None:
    index, audit = tmp_path / "index", tmp_path / "audit"
    provaudit.fingerprint([small_catalogue], index)
    provaudit.scan([index], [small_dataset], audit)
    provaudit.fingerprint([small_catalogue / "pete.txt"], index)
    with pytest.raises(Exception, match="another audit"):
        provaudit.scan([index], [small_dataset], audit)
