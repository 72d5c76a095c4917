"""`verify` finds what was altered after the scan."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
import pytest

Cli = Callable[..., Any]


@pytest.fixture
def audit(tmp_path: Path, small_audit: Path) -> Path:
    return Path(shutil.copytree(small_audit, tmp_path / "audit"))


@pytest.fixture
def data(tmp_path: Path, small_dataset: Path) -> Path:
    return Path(shutil.copytree(small_dataset, tmp_path / "data"))


def changed(path: Path, column: str, change: Callable[[Any], Any]) -> None:
    """Change the first value of a column of a Parquet file."""
    table = pq.read_table(path)
    values = table[column].to_pylist()
    values[0] = change(values[0])
    place = table.schema.get_field_index(column)
    field = table.schema.field(column)
    pq.write_table(table.set_column(place, field, pa.array(values, field.type)), path)


def test_nothing_was_altered(cli: Cli, audit: Path, small_index: Path) -> None:
    verified = cli("verify", audit, "--json")
    assert verified.code == 0
    result = verified.json()
    assert result["differences"] == []
    assert result["compared"] == result["matches"] == 1
    assert result["shards"] == 2
    assert result["with_index"] is True
    assert cli("verify", audit, "--index", small_index).code == 0


def test_without_the_index_the_extracts_serve(cli: Cli, audit: Path) -> None:
    facts = json.loads((audit / "audit.json").read_text())
    facts["local"]["indexes"] = []
    (audit / "audit.json").write_text(json.dumps(facts))
    result = cli("verify", audit, "--json").json()
    assert result["with_index"] is False
    assert result["compared"] == 1


def test_the_dataset_has_moved(cli: Cli, audit: Path, data: Path) -> None:
    assert cli("verify", audit, "--dataset", data).code == 0


def test_one_match(cli: Cli, audit: Path) -> None:
    match = pq.read_table(audit / "matches.parquet")["match_id"][0].as_py()
    outcome = cli("verify", audit, "--match", match, "--json")
    assert outcome.code == 0
    assert outcome.json()["compared"] == 1


def test_an_altered_cell(cli: Cli, audit: Path, data: Path) -> None:
    changed_text = pq.read_table(data / "a.parquet")
    texts = changed_text["text"].to_pylist()
    texts[2] = texts[2].replace("de", "da", 1)
    pq.write_table(
        changed_text.set_column(1, "text", pa.array(texts)), data / "a.parquet", row_group_size=3
    )
    outcome = cli("verify", audit, "--dataset", data)
    assert outcome.code == 3
    assert "DIFFERS" in outcome.out
    assert "SHA-256" in outcome.out
    assert "is not the one that was scanned" in outcome.out


def test_an_altered_byte_outside_the_matches(cli: Cli, audit: Path, data: Path) -> None:
    table = pq.read_table(data / "b.parquet")
    pq.write_table(table, data / "b.parquet", compression="gzip")
    outcome = cli("verify", audit, "--dataset", data)
    assert outcome.code == 3
    assert "b.parquet" in outcome.out


@pytest.mark.parametrize("gone", ["a.parquet", "b.parquet"])
def test_a_missing_shard(cli: Cli, audit: Path, data: Path, gone: str) -> None:
    (data / gone).unlink()
    outcome = cli("verify", audit, "--dataset", data)
    assert outcome.code == 3
    assert gone in outcome.out


@pytest.mark.parametrize("content", [b"", b"PAR1PAR1"])
def test_a_damaged_shard(cli: Cli, audit: Path, data: Path, content: bytes) -> None:
    (data / "a.parquet").write_bytes(content)
    outcome = cli("verify", audit, "--dataset", data)
    assert outcome.code == 3
    assert "a.parquet" in outcome.out


def test_another_dataset(cli: Cli, audit: Path, examples: Path) -> None:
    assert cli("verify", audit, "--dataset", examples / "dataset").code == 3


def test_a_dataset_that_has_grown(
    cli: Cli, audit: Path, data: Path, write_shard: Callable[..., Path], song: str
) -> None:
    write_shard(data / "c.parquet", [song])
    outcome = cli("verify", audit, "--dataset", data)
    assert outcome.code == 3
    assert "c.parquet" in outcome.out


ALTERED = {
    "a match's span": ("matches", "cell_start", lambda v: v + 1),
    "a match's work": ("matches", "work_id", lambda _: "pipa"),
    "a match's URL": ("matches", "url", lambda _: "https://example.com"),
    "a match's tokens": ("matches", "tokens", lambda v: v - 1),
    "a work's status": ("works", "status", lambda _: "not_detected"),
    "a work's title": ("works", "title", lambda _: "Another"),
    "an extract's cell": ("extracts", "cell_text", lambda v: v.replace("a", "o", 1)),
    "an extract's work": ("extracts", "work_text", lambda v: v.replace("a", "o", 1)),
    "an extract's surroundings": ("extracts", "before", lambda _: "Other words before it. "),
    "an alignment's runs": ("alignments", "runs", lambda v: [*v[:2], v[2] - 1, *v[3:]]),
    "a shard's status": ("shards", "status", lambda _: "failed"),
    "a shard's rows": ("shards", "rows_read", lambda v: v + 1),
    "a shard's hash": ("shards", "sha256", lambda _: "0" * 64),
}


@pytest.mark.parametrize(("name", "column", "change"), ALTERED.values(), ids=list(ALTERED))
def test_an_altered_table(
    cli: Cli, audit: Path, name: str, column: str, change: Callable[[Any], Any]
) -> None:
    changed(audit / f"{name}.parquet", column, change)
    outcome = cli("verify", audit)
    assert outcome.code == 3, outcome.out
    assert "DIFFERS" in outcome.out


FACTS = {
    "result_digest": ("result_digest", "0" * 64),
    "complete": ("complete", False),
    "summary": ("summary.works_detected", 0),
    "statuses": ("summary.works_by_status.not_detected", 7),
    "read_share": ("reading.read_share", 0.5),
    "shards_read": ("reading.shards_read", 9),
    "rows": ("dataset.rows", 1),
    "match_bits": ("parameters.match_bits", 20.0),
    "scheme": ("scheme.digest", "0" * 64),
}


@pytest.mark.parametrize(("where", "value"), FACTS.values(), ids=list(FACTS))
def test_altered_facts(cli: Cli, audit: Path, where: str, value: object) -> None:
    facts = json.loads((audit / "audit.json").read_text())
    *path, last = where.split(".")
    at = facts
    for step in path:
        at = at[step]
    at[last] = value
    (audit / "audit.json").write_text(json.dumps(facts))
    outcome = cli("verify", audit)
    assert outcome.code == 3, outcome.out


@pytest.mark.parametrize("change", ["edit", "remove", "swap", "cut"])
def test_an_altered_log(cli: Cli, audit: Path, change: str) -> None:
    lines = (audit / "log.jsonl").read_bytes().splitlines(keepends=True)
    if change == "edit":
        lines[1] = lines[1].replace(b'"row_group": ', b'"row_group": 1')
    elif change == "remove":
        del lines[1]
    elif change == "swap":
        lines[1], lines[2] = lines[2], lines[1]
    else:
        lines[-1] = lines[-1][: len(lines[-1]) // 2]
    (audit / "log.jsonl").write_bytes(b"".join(lines))
    outcome = cli("verify", audit)
    assert outcome.code == 3
    assert "log.jsonl" in outcome.out


@pytest.mark.parametrize("name", ["log.jsonl", "extracts.parquet"])
def test_a_removed_file(cli: Cli, audit: Path, name: str) -> None:
    (audit / name).unlink()
    outcome = cli("verify", audit)
    # a redacted audit has no extracts, and is compared with the index
    assert outcome.code == (3 if name == "log.jsonl" else 0)


def test_all_matches_of_the_example_are_the_same_again(
    cli: Cli, example_audit: Path, example_index: Path
) -> None:
    outcome = cli("verify", example_audit, "--index", example_index, "--json")
    assert outcome.code == 0
    matches = pq.read_table(example_audit / "matches.parquet")
    assert outcome.json()["compared"] == len(matches)
    assert pc.all(matches["verified"]).as_py()
