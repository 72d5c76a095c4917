"""The exit code of each command in each situation that the contract names."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

Cli = Callable[..., Any]
Write = Callable[..., Path]


def copied(source: Path, target: Path) -> Path:
    shutil.copytree(source, target)
    return target


def damaged_epub(folder: Path, examples: Path) -> Path:
    data = (examples / "catalogue" / "poe-poetry.epub").read_bytes()
    (folder / "broken.epub").write_bytes(data[: len(data) // 2])
    return folder


# 0: done


def test_the_steps_leave_with_0(
    cli: Cli, tmp_path: Path, small_catalogue: Path, small_dataset: Path
) -> None:
    index, audit = tmp_path / "index", tmp_path / "audit"
    assert cli("fingerprint", small_catalogue, "-o", index).code == 0
    assert cli("scan", index, small_dataset, "-o", audit).code == 0
    assert cli("show", audit).code == 0
    assert cli("show", audit, "pete").code == 0
    assert cli("show", index).code == 0
    assert cli("report", audit, "--format", "html", "--lang", "en", "-o", tmp_path / "r").code == 0
    assert (tmp_path / "r" / "report.en.html").is_file()
    assert cli("verify", audit).code == 0


def test_audit_does_it_all(
    cli: Cli, tmp_path: Path, small_catalogue: Path, small_dataset: Path, small_audit: Path
) -> None:
    audit = tmp_path / "audit"
    assert cli("audit", small_catalogue, small_dataset, "-o", audit).code == 0
    assert (audit / "report.en.html").is_file()
    assert (audit / "index" / "index.json").is_file()
    facts, scanned = (json.loads((a / "audit.json").read_text()) for a in (audit, small_audit))
    assert facts["result_digest"] == scanned["result_digest"]


@pytest.mark.parametrize("command", ["scan", "audit"])
def test_a_finished_one_run_again_leaves_with_0(
    cli: Cli, tmp_path: Path, small_catalogue: Path, small_index: Path, small_dataset: Path,
    command: str,
) -> None:  # fmt: skip
    audit, first = tmp_path / "audit", small_index if command == "scan" else small_catalogue
    assert cli(command, first, small_dataset, "-o", audit).code == 0
    before = (audit / "audit.json").read_bytes()
    assert cli(command, first, small_dataset, "-o", audit).code == 0
    assert (audit / "audit.json").read_bytes() == before


def test_fingerprint_replaces_its_own_index(
    cli: Cli, tmp_path: Path, small_catalogue: Path
) -> None:
    assert cli("fingerprint", small_catalogue, "-o", tmp_path / "index").code == 0
    assert cli("fingerprint", small_catalogue / "pete.txt", "-o", tmp_path / "index").code == 0
    works = cli("show", tmp_path / "index", "--json").json()["works"]
    assert [w["work_id"] for w in works] == ["pete"]


@pytest.mark.parametrize("spoilt", ["scan.pdf", "empty.txt", "short.txt"])
def test_listed_inputs_change_nothing_unless_strict(
    cli: Cli, tmp_path: Path, small_catalogue: Path, small_dataset: Path, spoilt: str
) -> None:
    catalogue = copied(small_catalogue, tmp_path / "cat")
    (catalogue / spoilt).write_text("" if spoilt == "empty.txt" else "two words")
    outcome = cli("fingerprint", catalogue, "-o", tmp_path / "i")
    assert outcome.code == 0
    assert spoilt in outcome.err
    assert cli("fingerprint", catalogue, "-o", tmp_path / "i", "--strict").code == 3
    assert cli("scan", tmp_path / "i", small_dataset, "-o", tmp_path / "a").code == 0
    assert cli("scan", tmp_path / "i", small_dataset, "-o", tmp_path / "a", "--strict").code == 3


# 1: the gate


def test_check_leaves_with_1_for_breaches(cli: Cli, small_audit: Path) -> None:
    outcome = cli("check", small_audit)
    assert outcome.code == 1
    assert "pete" in outcome.out
    assert cli("check", small_audit, "--json").json()["passes"] is False


def test_check_leaves_with_0_for_none(cli: Cli, absent_audit: Path) -> None:
    assert cli("check", absent_audit).code == 0
    verdict = cli("check", absent_audit, "--json").json()
    assert verdict["passes"] is True
    assert verdict["complete"] is True


# 2: wrong usage, or nothing to do


USAGE = {
    "no such catalogue": ["fingerprint", "gone", "-o", "new"],
    "empty catalogue": ["fingerprint", "void", "-o", "new"],
    "catalogue of other files": ["fingerprint", "pictures", "-o", "new"],
    "index into a used folder": ["fingerprint", "cat", "-o", "used"],
    "index into a file": ["fingerprint", "cat", "-o", "file.txt"],
    "map without column": ["fingerprint", "cat", "-o", "new", "--map", "text"],
    "map to no table": ["fingerprint", "cat", "-o", "new", "--map", "text=body"],
    "no such index": ["scan", "gone", "data", "-o", "new"],
    "a folder that is no index": ["scan", "void", "data", "-o", "new"],
    "no dataset": ["scan", "index", "-o", "new"],
    "no such dataset": ["scan", "index", "gone", "-o", "new"],
    "pattern without files": ["scan", "index", "data/*.pq", "-o", "new"],
    "no Parquet": ["scan", "index", "void", "-o", "new"],
    "no text column": ["scan", "index", "numbers", "-o", "new"],
    "only short values": ["scan", "index", "labels", "-o", "new"],
    "all values null": ["scan", "index", "nulls", "-o", "new"],
    "no rows": ["scan", "index", "rowless", "-o", "new"],
    "wrong column": ["scan", "index", "data", "-o", "new", "--column", "texte"],
    "one wrong column": ["scan", "index", "data", "-o", "new", "--column", "text", "--column",
                         "texte"],
    "column of numbers": ["scan", "index", "numbers", "-o", "new", "--column", "n"],
    "another audit": ["scan", "index", "numbers2", "-o", "audit"],
    "audit into a used folder": ["scan", "index", "data", "-o", "used"],
    "audit into a file": ["scan", "index", "data", "-o", "file.txt"],
    "audit into the dataset": ["scan", "index", "data", "-o", "data"],
    "audit into the index": ["scan", "index", "data", "-o", "index"],
    "the same index twice": ["scan", "index", "index", "data", "-o", "new"],
    "audit: no such catalogue": ["audit", "gone", "data", "-o", "new"],
    "audit: empty catalogue": ["audit", "void", "data", "-o", "new"],
    "audit: no such dataset": ["audit", "cat", "gone", "-o", "new"],
    "audit: another catalogue": ["audit", "pictures2", "data", "-o", "audited"],
    "audit: used folder": ["audit", "cat", "data", "-o", "used"],
    "show nothing": ["show", "gone"],
    "show a folder": ["show", "void"],
    "show no such work": ["show", "audit", "pet"],
    "show no such work of an index": ["show", "index", "pet"],
    "show an unfinished scan": ["show", "unfinished"],
    "report nothing": ["report", "gone", "-o", "new"],
    "report into a file": ["report", "audit", "-o", "file.txt"],
    "check nothing": ["check", "gone"],
    "verify nothing": ["verify", "gone"],
    "verify no such match": ["verify", "audit", "--match", "0123"],
    "verify no such dataset": ["verify", "audit", "--dataset", "gone"],
    "verify no such index": ["verify", "audit", "--index", "gone"],
    "verify another index": ["verify", "audit", "--index", "audited/index"],
    "demo into a used folder": ["demo", "-o", "used"],
    "demo into a file": ["demo", "-o", "file.txt"],
}  # fmt: skip


@pytest.fixture(scope="module")
def place(
    tmp_path_factory: pytest.TempPathFactory, examples: Path, small_catalogue: Path,
    small_dataset: Path, small_index: Path, small_audit: Path, absent_audit: Path,
    write_shard: Write,
) -> Path:  # fmt: skip
    """A folder with everything that the wrong command lines name; none of them writes into it."""
    folder = tmp_path_factory.mktemp("usage")
    for name, source in {"cat": small_catalogue, "data": small_dataset, "index": small_index,
                         "audit": small_audit, "audited": absent_audit}.items():  # fmt: skip
        shutil.copytree(source, folder / name)
    shutil.copytree(absent_audit.parent / "index", folder / "audited" / "index")
    for name in ("void", "used", "pictures", "pictures2", "unfinished/scan"):
        (folder / name).mkdir(parents=True)
    (folder / "used" / "mine.txt").write_text("mine")
    (folder / "pictures" / "a.png").write_bytes(b"\x89PNG")
    (folder / "pictures2" / "alice.txt").write_bytes(
        (examples / "catalogue" / "alice.txt").read_bytes()
    )
    (folder / "file.txt").write_text("mine")
    write_shard(folder / "numbers" / "n.parquet", pa.table({"n": [1, 2, 3]}))
    write_shard(folder / "numbers2" / "n.parquet", pa.table({"t": ["one two three " * 9]}))
    write_shard(folder / "labels" / "n.parquet", pa.table({"t": ["red", "blue"]}))
    write_shard(folder / "nulls" / "n.parquet", pa.table({"t": pa.nulls(3, pa.string())}))
    write_shard(folder / "rowless" / "n.parquet", pa.table({"t": pa.array([], pa.string())}))
    return folder


def _listing(folder: Path) -> dict[str, int]:
    return {
        p.relative_to(folder).as_posix(): p.stat().st_mtime_ns if p.is_file() else 0
        for p in folder.rglob("*")
        if p.name != ".lock" and p.relative_to(folder).parts[0] != "new"
    }


@pytest.mark.parametrize("arguments", USAGE.values(), ids=list(USAGE))
def test_wrong_usage_leaves_with_2_and_one_sentence(
    cli: Cli, place: Path, monkeypatch: pytest.MonkeyPatch, arguments: list[str]
) -> None:
    monkeypatch.chdir(place)
    before = _listing(place)
    outcome = cli(*arguments)
    assert outcome.code == 2, outcome
    assert outcome.out == ""
    assert outcome.error
    assert _listing(place) == before
    shutil.rmtree(place / "new", ignore_errors=True)


@pytest.mark.parametrize(
    "arguments",
    [
        ["scan", "index", "data"],
        ["scan", "index", "data", "-o", "new", "--workers", "0"],
        ["scan", "index", "data", "-o", "new", "--workers", "many"],
        ["scan", "index", "data", "-o", "new", "--bogus"],
        ["report", "audit", "-o", "new", "--format", "docx"],
        ["nosuch"],
        ["show"],
        ["show", "audit", "pete", "more"],
    ],
    ids=" ".join,
)
def test_a_wrong_command_line_is_one_sentence_too(
    cli: Cli, place: Path, monkeypatch: pytest.MonkeyPatch, arguments: list[str]
) -> None:
    monkeypatch.chdir(place)
    outcome = cli(*arguments)
    assert outcome.code == 2
    assert outcome.out == ""
    assert outcome.error


def test_nothing_read_of_a_catalogue_says_why(cli: Cli, tmp_path: Path, examples: Path) -> None:
    (tmp_path / "cat").mkdir()
    damaged_epub(tmp_path / "cat", examples)
    (tmp_path / "cat" / "poster.pdf").write_bytes(b"%PDF")
    outcome = cli("fingerprint", tmp_path / "cat", "-o", tmp_path / "index")
    assert outcome.code in (2, 3)
    assert "broken.epub" in outcome.err
    assert "poster.pdf" in outcome.err


# 3: failed or incomplete


SPOILT = {
    "truncated": lambda data: data[: len(data) // 2],
    "without footer": lambda data: data[:-9],
    "not Parquet": lambda _: b"id,text\n1,hello\n",
    "empty file": lambda _: b"",
    "one byte": lambda _: b"P",
    "a pointer": lambda _: b"version https://git-lfs.github.com/spec/v1\noid sha256:00\nsize 1\n",
}


@pytest.mark.parametrize("spoil", SPOILT.values(), ids=list(SPOILT))
def test_a_damaged_shard_among_good_ones(
    cli: Cli, tmp_path: Path, small_index: Path, small_dataset: Path,
    spoil: Callable[[bytes], bytes],
) -> None:  # fmt: skip
    data, audit = copied(small_dataset, tmp_path / "data"), tmp_path / "audit"
    (data / "bad.parquet").write_bytes(spoil((data / "a.parquet").read_bytes()))
    outcome = cli("scan", small_index, data, "-o", audit)
    assert outcome.code == 3
    assert "bad.parquet" in outcome.err
    facts = json.loads((audit / "audit.json").read_text())
    assert facts["complete"] is False
    assert facts["reading"]["shards_read"] == 2
    assert facts["reading"]["shards_failed"] == 1
    assert 0 < facts["reading"]["read_share"] < 1
    assert facts["summary"]["works_by_status"]["detected"] == 1
    assert facts["summary"]["works_by_status"]["undetermined"] == 1
    shards = {s["shard"]: s for s in pq.read_table(audit / "shards.parquet").to_pylist()}
    assert shards["bad.parquet"]["status"] == "failed"
    assert shards["bad.parquet"]["reason"]
    assert cli("show", audit).code == 0
    assert "bad.parquet" in cli("show", audit).out


def test_a_damaged_shard_with_allow_incomplete(
    cli: Cli, tmp_path: Path, small_index: Path, small_dataset: Path
) -> None:
    data = copied(small_dataset, tmp_path / "data")
    (data / "bad.parquet").write_bytes(b"no")
    outcome = cli("scan", small_index, data, "-o", tmp_path / "audit", "--allow-incomplete")
    assert outcome.code == 0
    assert "bad.parquet" in outcome.err


def test_a_damaged_row_group(
    cli: Cli, tmp_path: Path, small_index: Path, small_dataset: Path
) -> None:
    data, audit = copied(small_dataset, tmp_path / "data"), tmp_path / "audit"
    path = data / "b.parquet"
    meta = pq.ParquetFile(path).metadata.row_group(1).column(1)
    content = bytearray(path.read_bytes())
    start = meta.dictionary_page_offset or meta.data_page_offset
    content[start : start + meta.total_compressed_size] = bytes(meta.total_compressed_size)
    path.write_bytes(content)
    assert cli("scan", small_index, data, "-o", audit).code == 3
    shards = {s["shard"]: s for s in pq.read_table(audit / "shards.parquet").to_pylist()}
    assert shards["a.parquet"]["status"] == "read"
    assert shards["b.parquet"]["status"] == "incomplete"
    assert shards["b.parquet"]["rows_read"] == 3
    assert shards["b.parquet"]["rows"] == 6


def test_all_shards_damaged(cli: Cli, tmp_path: Path, small_index: Path) -> None:
    data, audit = tmp_path / "data", tmp_path / "audit"
    data.mkdir()
    for name in ("a.parquet", "b.parquet"):
        (data / name).write_bytes(b"no")
    assert cli("scan", small_index, data, "-o", audit).code == 3
    facts = json.loads((audit / "audit.json").read_text())
    assert facts["reading"]["shards_read"] == 0
    assert facts["reading"]["read_share"] == 0
    assert facts["summary"]["works_by_status"]["undetermined"] == 2
    assert cli("show", audit).code == 0
    assert cli("report", audit, "-o", tmp_path / "r").code == 0
    assert cli("check", audit).code == 3
    assert cli("check", audit, "--allow-incomplete").code == 0


def test_an_incomplete_scan_run_again_leaves_with_the_same_code(
    cli: Cli, tmp_path: Path, small_index: Path, small_dataset: Path
) -> None:
    data, audit = copied(small_dataset, tmp_path / "data"), tmp_path / "audit"
    (data / "bad.parquet").write_bytes(b"no")
    first = cli("scan", small_index, data, "-o", audit, "--json")
    again = cli("scan", small_index, data, "-o", audit, "--json")
    assert (first.code, again.code) == (3, 3), again.err
    assert first.json() == again.json()


def test_a_work_that_became_damaged_is_not_passed_over(
    cli: Cli, tmp_path: Path, small_catalogue: Path, small_dataset: Path, examples: Path
) -> None:
    catalogue, audit = copied(small_catalogue, tmp_path / "cat"), tmp_path / "audit"
    assert cli("audit", catalogue, small_dataset, "-o", audit).code == 0
    damaged_epub(catalogue, examples)
    assert cli("audit", catalogue, small_dataset, "-o", audit).code != 0


@pytest.mark.skipif(os.name == "nt", reason="needs links")
@pytest.mark.parametrize("kind", ["dangling link", "dangling folder", "pipe"])
def test_a_shard_that_cannot_be_opened_is_not_passed_over(
    cli: Cli, tmp_path: Path, small_index: Path, small_dataset: Path, kind: str
) -> None:
    data = copied(small_dataset, tmp_path / "data")
    if kind == "pipe":
        os.mkfifo(data / "c.parquet")
    elif kind == "dangling link":
        (data / "c.parquet").symlink_to("gone.parquet")
    else:
        (data / "more.parquet").symlink_to("gone", target_is_directory=True)
    outcome = cli("scan", small_index, data, "-o", tmp_path / "audit")
    assert outcome.code == 3
    assert ".parquet" in outcome.err


@pytest.mark.skipif(os.name == "nt", reason="needs links")
def test_a_linked_folder_of_shards_is_read(
    cli: Cli, tmp_path: Path, small_index: Path, small_dataset: Path
) -> None:
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "part").symlink_to(small_dataset, target_is_directory=True)
    outcome = cli("scan", small_index, tmp_path / "data", "-o", tmp_path / "audit", "--json")
    assert outcome.code == 0
    assert outcome.json()["dataset"]["shards"] == 2


def test_a_duplicate_work(
    cli: Cli, tmp_path: Path, small_catalogue: Path, small_dataset: Path
) -> None:
    catalogue, index = copied(small_catalogue, tmp_path / "cat"), tmp_path / "index"
    (catalogue / "more").mkdir()
    shutil.copy(catalogue / "pete.txt", catalogue / "more" / "pete.txt")
    outcome = cli("fingerprint", catalogue, "-o", index)
    assert outcome.code == 3
    assert "pete" in outcome.err
    assert cli("fingerprint", catalogue, "-o", index, "--allow-incomplete").code == 0
    outcome = cli("scan", index, small_dataset, "-o", tmp_path / "audit")
    assert outcome.code == 3
    assert cli("check", tmp_path / "audit").code == 1


def test_a_damaged_work(
    cli: Cli, tmp_path: Path, small_catalogue: Path, small_dataset: Path, examples: Path
) -> None:
    catalogue = damaged_epub(copied(small_catalogue, tmp_path / "cat"), examples)
    outcome = cli("fingerprint", catalogue, "-o", tmp_path / "index")
    assert outcome.code == 3
    assert "broken.epub" in outcome.err
    outcome = cli("audit", catalogue, small_dataset, "-o", tmp_path / "audit")
    assert outcome.code == 3
    assert "broken.epub" in outcome.err
    assert (tmp_path / "audit" / "report.en.html").is_file()


def test_check_of_an_incomplete_audit_says_both(
    cli: Cli, tmp_path: Path, small_index: Path, small_dataset: Path
) -> None:
    data, audit = copied(small_dataset, tmp_path / "data"), tmp_path / "audit"
    (data / "bad.parquet").write_bytes(b"no")
    cli("scan", small_index, data, "-o", audit)
    outcome = cli("check", audit)
    assert outcome.code == 1
    assert "incomplete" in outcome.out
    assert "bad.parquet" in outcome.err
    assert cli("check", audit, "--allow-incomplete").code == 1


@pytest.mark.parametrize("part", ["works", "tokens", "seeds", "texts", "skipped"])
def test_a_damaged_index(
    cli: Cli, tmp_path: Path, small_index: Path, small_dataset: Path, part: str
) -> None:
    index = copied(small_index, tmp_path / "index")
    path = index / f"{part}.arrow"
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    path.write_bytes(content)
    for command in (["scan", index, small_dataset, "-o", tmp_path / "a"], ["show", index]):
        outcome = cli(*command)
        assert outcome.code == 3
        assert f"{part}.arrow" in outcome.error


@pytest.mark.parametrize("text", ["", "{", "[]", '{"schema": "other/9"}', "\x00"])
def test_a_damaged_index_json(cli: Cli, tmp_path: Path, small_index: Path, text: str) -> None:
    index = copied(small_index, tmp_path / "index")
    (index / "index.json").write_text(text)
    outcome = cli("show", index)
    assert outcome.code == 3
    assert "index.json" in outcome.error


def test_an_index_of_another_scheme(cli: Cli, tmp_path: Path, small_index: Path) -> None:
    index = copied(small_index, tmp_path / "index")
    facts = json.loads((index / "index.json").read_text())
    facts["scheme"]["digest"] = "0" * 64
    (index / "index.json").write_text(json.dumps(facts))
    outcome = cli("show", index)
    assert outcome.code == 3
    assert "scheme" in outcome.error


@pytest.mark.parametrize("name", ["matches", "works", "shards"])
@pytest.mark.parametrize("command", ["show", "check", "report", "verify"])
def test_a_damaged_audit(
    cli: Cli, tmp_path: Path, small_audit: Path, name: str, command: str
) -> None:
    audit = copied(small_audit, tmp_path / "audit")
    (audit / f"{name}.parquet").write_bytes(b"PAR1")
    more = {"report": ["-o", tmp_path / "r"], "show": ["pete"]}.get(command, [])
    outcome = cli(command, audit, *more)
    assert outcome.code == 3
    assert f"{name}.parquet" in outcome.error


@pytest.mark.parametrize("text", ["", "{", "[]", '{"schema": "other/9"}'])
def test_a_damaged_audit_json(cli: Cli, tmp_path: Path, small_audit: Path, text: str) -> None:
    audit = copied(small_audit, tmp_path / "audit")
    (audit / "audit.json").write_text(text)
    outcome = cli("show", audit)
    assert outcome.code == 3
    assert "audit.json" in outcome.error


def test_an_output_below_a_file(
    cli: Cli, tmp_path: Path, small_catalogue: Path, small_index: Path, small_dataset: Path,
    small_audit: Path,
) -> None:  # fmt: skip
    (tmp_path / "file").write_text("")
    below = tmp_path / "file" / "new"
    for command in (
        ["fingerprint", small_catalogue],
        ["scan", small_index, small_dataset],
        ["audit", small_catalogue, small_dataset],
        ["report", small_audit],
        ["demo"],
    ):
        outcome = cli(*command, "-o", below)
        assert outcome.code in (2, 3)
        assert str(tmp_path / "file") in outcome.error
