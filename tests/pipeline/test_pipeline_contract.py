"""The audit folder is what section 5 of the design says; read here with PyArrow alone."""

from __future__ import annotations

import csv
import hashlib
import json
import re
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.ipc
import pyarrow.parquet as pq
import pytest

import provaudit

CONTRACT = {
    "matches": """match_id string, finding_id string, work_id string, shard string, row_group int32,
        row int64, column string, row_id string, url string, date string, licence string,
        dump string, cell_sha256 string, cell_start int64, cell_end int64, work_start int64,
        work_end int64, tokens int64, longest_run int64, identity double, char_identity double,
        bits double, e_value double, label string, unique_in_catalogue bool, verified bool""",
    "works": """work_id string, title string, author string, language string,
        identifiers list<string>, extra map<string,string>, edition_group string, tokens int64,
        status string, pattern string, covered_tokens int64, equal_tokens int64, coverage double,
        coverage_low double, coverage_high double, coverage_kind string, unique_coverage double,
        largest_place_tokens int64, longest_run int64, matches int64, rows int64, copies int64,
        q_value double, seed_limit int64, detection_limit int64, read_share double""",
    "shards": """shard string, bytes int64, sha256 string, sha256_kind string, rows int64,
        row_groups int64, rows_read int64, text_bytes int64, rows_null int64, rows_short int64,
        status string, reason string""",
    "extracts": """match_id string, cell_text text, work_text text, before string, after string""",
}
KINDS = {
    "string": lambda t: pa.types.is_string(t) or pa.types.is_large_string(t),
    "text": lambda t: pa.types.is_string(t) or pa.types.is_large_string(t),
    "int32": pa.types.is_int32,
    "int64": pa.types.is_int64,
    "double": pa.types.is_float64,
    "bool": pa.types.is_boolean,
    "list<string>": lambda t: pa.types.is_list(t) and pa.types.is_string(t.value_type),
    "map<string,string>": lambda t: pa.types.is_map(t) and pa.types.is_string(t.item_type),
}
STATUSES = {"detected", "detected_in_part", "short_passages", "not_detected", "undetermined"}


def table(audit: Path, name: str) -> pa.Table:
    return pq.ParquetFile(audit / f"{name}.parquet").read()


def rows(audit: Path, name: str) -> list[dict[str, Any]]:
    return list(table(audit, name).to_pylist())


def facts(audit: Path) -> dict[str, Any]:
    return dict(json.loads((audit / "audit.json").read_text("utf-8")))


def strings(value: object) -> Iterator[str]:
    if isinstance(value, dict):
        for key, item in value.items():
            yield from (key, *strings(item))
    elif isinstance(value, list | tuple):
        for item in value:
            yield from strings(item)
    elif isinstance(value, str):
        yield value


@pytest.fixture(scope="module")
def cells(examples: Path) -> dict[tuple[str, int, str], str]:
    """All cells of the example, read with PyArrow alone."""
    found: dict[tuple[str, int, str], str] = {}
    for path in sorted((examples / "dataset").glob("*.parquet")):
        for number, row in enumerate(pq.ParquetFile(path).read().to_pylist()):
            if row.get("text") is not None:
                found[path.name, number, "text"] = row["text"]
            turns = [m["content"] for m in row.get("messages") or [] if m["content"] is not None]
            if turns:
                found[path.name, number, "messages.content"] = "\n".join(turns)
    return found


@pytest.fixture(scope="module")
def texts(example_index: Path) -> dict[str, str]:
    """The works' texts, from the index's `texts.arrow`."""
    with pa.memory_map(str(example_index / "texts.arrow")) as source:
        read = pa.ipc.open_file(source).read_all()
        return dict(zip(read["work_id"].to_pylist(), read["text"].to_pylist(), strict=True))


@pytest.mark.parametrize("name", CONTRACT)
def test_columns_and_types(example_audit: Path, name: str) -> None:
    schema = table(example_audit, name).schema
    wanted = [c.split() for c in re.split(r",\s+", CONTRACT[name])]
    names = [column for column, _ in wanted]
    assert [n for n in schema.names if n in names] == names
    for column, kind in wanted:
        assert KINDS[kind](schema.field(column).type), (column, schema.field(column).type)


def test_audit_json(example_audit: Path) -> None:
    found = facts(example_audit)
    assert found["schema"] == "provaudit-audit/1"
    assert found["complete"] is True
    assert {"tool", "scheme", "parameters", "catalogue", "dataset", "local"} <= set(found)
    assert {"shards", "rows", "bytes", "revision"} <= set(found["dataset"])
    assert {
        *("shards_read", "shards_failed", "rows_read", "read_share"),
        *("columns_scanned", "columns_not_scanned"),
    } <= set(found["reading"])
    summary = found["summary"]
    assert set(summary) >= {"works_by_status", "works_detected", "works_estimate"}
    counted = [w["status"] for w in rows(example_audit, "works")]
    assert summary["works_by_status"] == {s: counted.count(s) for s in STATUSES}
    assert summary["works_detected"] == counted.count("detected") + counted.count(
        "detected_in_part"
    )
    assert re.fullmatch("[0-9a-f]{64}", found["result_digest"])
    assert {"dataset", "indexes", "seconds", "host"} <= set(found["local"])


def test_only_what_belongs_there(example_audit: Path) -> None:
    assert {p.name for p in example_audit.iterdir()} == {
        *("audit.json", "log.jsonl", ".lock", ".provaudit"),
        *("matches.parquet", "works.parquet", "shards.parquet"),
        *("extracts.parquet", "alignments.parquet"),
    }


def test_sort_order(example_audit: Path) -> None:
    keys = [
        (m["work_id"], m["shard"], m["row"], m["column"], m["cell_start"])
        for m in rows(example_audit, "matches")
    ]
    assert keys == sorted(keys)
    for name, key in (("works", "work_id"), ("shards", "shard")):
        ids = [r[key] for r in rows(example_audit, name)]
        assert ids == sorted(set(ids))
    matches = rows(example_audit, "matches")
    assert [e["match_id"] for e in rows(example_audit, "extracts")] == [
        m["match_id"] for m in matches
    ]
    assert len({m["match_id"] for m in matches}) == len(matches)


def test_spans_are_code_points_of_the_cell_and_of_the_work(
    example_audit: Path, cells: dict[tuple[str, int, str], str], texts: dict[str, str]
) -> None:
    extracts = {e["match_id"]: e for e in rows(example_audit, "extracts")}
    matches = rows(example_audit, "matches")
    assert {m["work_id"] for m in matches} >= {"o-geitonas", "lunyu", "poe-poetry", "alice"}
    for m in matches:
        cell, extract = cells[m["shard"], m["row"], m["column"]], extracts[m["match_id"]]
        assert 0 <= m["cell_start"] < m["cell_end"] <= len(cell)
        assert cell[m["cell_start"] : m["cell_end"]] == extract["cell_text"]
        text = texts[m["work_id"]]
        assert 0 <= m["work_start"] < m["work_end"] <= len(text)
        assert text[m["work_start"] : m["work_end"]] == extract["work_text"]
        assert cell[: m["cell_start"]].endswith(extract["before"])
        assert cell[m["cell_end"] :].startswith(extract["after"])
        assert hashlib.sha256(cell.encode()).hexdigest() == m["cell_sha256"]


def test_the_texts_are_those_of_the_files(examples: Path, texts: dict[str, str]) -> None:
    for path in (examples / "catalogue").glob("*.txt"):
        assert texts[path.stem] == path.read_bytes().decode("utf-8-sig")


def test_spans_begin_and_end_with_tokens(example_audit: Path) -> None:
    for extract in rows(example_audit, "extracts"):
        for text in (extract["cell_text"], extract["work_text"]):
            assert text[0].isalnum(), text[:20]
            assert re.search(r"[^\W_]\W{0,1}$", text), text[-20:]


def test_addresses(example_audit: Path, examples: Path) -> None:
    for m in rows(example_audit, "matches"):
        file = pq.ParquetFile(examples / "dataset" / m["shard"])
        sizes = [file.metadata.row_group(g).num_rows for g in range(file.metadata.num_row_groups)]
        first = sum(sizes[: m["row_group"]])
        assert first <= m["row"] < first + sizes[m["row_group"]]
        row = file.read().slice(m["row"], 1).to_pylist()[0]
        assert m["row_id"] == row["id"]
        assert m["url"] == row.get("url", row.get("source"))
        assert (m["date"], m["licence"], m["dump"]) == tuple(
            row.get(k) for k in ("date", "licence", "dump")
        )


def test_numbers_of_matches(example_audit: Path) -> None:
    for m in rows(example_audit, "matches"):
        assert m["verified"] is True
        assert 0 < m["longest_run"] <= m["tokens"]
        assert 0 < m["identity"] <= 1
        assert 0 < m["char_identity"] <= 1
        assert m["bits"] > 0


def test_numbers_of_works(example_audit: Path) -> None:
    by_work: dict[str, list[dict[str, Any]]] = {}
    for m in rows(example_audit, "matches"):
        by_work.setdefault(m["work_id"], []).append(m)
    for w in rows(example_audit, "works"):
        mine = by_work.get(w["work_id"], [])
        assert w["status"] in STATUSES
        assert w["matches"] == len(mine)
        assert w["rows"] == len({(m["shard"], m["row"]) for m in mine})
        assert w["coverage"] == w["covered_tokens"] / w["tokens"]
        assert w["equal_tokens"] <= w["covered_tokens"] <= w["tokens"]
        assert w["unique_coverage"] <= w["coverage"]
        assert w["longest_run"] == max((m["longest_run"] for m in mine), default=0)
        assert w["read_share"] == 1.0
        assert w["coverage_kind"] == "counted"
        assert (w["pattern"] is None) == (not mine)
        assert w["pattern"] in (None, "continuous", "fragments", "short")


def test_every_work_has_its_limits(example_audit: Path) -> None:
    for w in rows(example_audit, "works"):
        # real prose always has both
        assert isinstance(w["seed_limit"], int)
        assert isinstance(w["detection_limit"], int)
        assert 0 < w["seed_limit"] <= w["detection_limit"] <= w["tokens"]


def test_what_was_planted_is_found(example_audit: Path, examples: Path) -> None:
    works = {w["work_id"]: w for w in rows(example_audit, "works")}
    with (examples / "expected.csv").open(encoding="utf-8", newline="") as file:
        expected = list(csv.DictReader(file))
    assert {e["work_id"] for e in expected} == set(works)
    for e in expected:
        work, share = works[e["work_id"]], float(e["share"])
        assert work["coverage"] == pytest.approx(share, abs=0.02), e["work_id"]
        assert work["rows"] == int(e["rows"]), e["work_id"]
        if not share:
            assert work["status"] == "not_detected"
            assert work["matches"] == 0
        else:
            assert work["status"] == ("detected" if share >= 0.5 else "detected_in_part")


def test_shards(example_audit: Path, examples: Path) -> None:
    found = {s["shard"]: s for s in rows(example_audit, "shards")}
    assert set(found) == {p.name for p in (examples / "dataset").glob("*.parquet")}
    for name, shard in found.items():
        path = examples / "dataset" / name
        meta = pq.ParquetFile(path).metadata
        assert shard["bytes"] == path.stat().st_size
        assert shard["sha256"] == hashlib.sha256(path.read_bytes()).hexdigest()
        assert shard["sha256_kind"] == "read"
        assert (shard["rows"], shard["row_groups"]) == (meta.num_rows, meta.num_row_groups)
        assert shard["rows_read"] == shard["rows"]
        assert shard["status"] == "read"
        assert shard["reason"] is None
    assert sum(s["rows_null"] for s in found.values()) == 2
    total = facts(example_audit)["dataset"]
    assert total["rows"] == sum(s["rows"] for s in found.values())
    assert total["bytes"] == sum(s["bytes"] for s in found.values())


def test_text_bytes_are_those_of_the_cells(
    example_audit: Path, cells: dict[tuple[str, int, str], str]
) -> None:
    for shard in rows(example_audit, "shards"):
        mine = [c for (name, _, _), c in cells.items() if name == shard["shard"]]
        assert shard["text_bytes"] == sum(len(c.encode()) for c in mine)


def test_each_log_line_holds_the_hash_of_the_one_before(example_audit: Path) -> None:
    lines = (example_audit / "log.jsonl").read_bytes().splitlines(keepends=True)
    previous = "0" * 64
    for line in lines:
        assert json.loads(line)["previous"] == previous
        previous = hashlib.sha256(line).hexdigest()
    events = [json.loads(line)["event"] for line in lines]
    assert events[0] == "scan started"
    assert events[-1] == "audit written"


def test_index_json(example_index: Path) -> None:
    found = json.loads((example_index / "index.json").read_text("utf-8"))
    assert found["schema"] == "provaudit-index/1"
    assert found["has_text"] is True
    assert re.fullmatch("[0-9a-f]{64}", found["scheme"]["digest"])
    assert found["counts"]["works"] == 9
    for name, part in found["parts"].items():
        data = (example_index / f"{name}.arrow").read_bytes()
        assert part["sha256"] == hashlib.sha256(data).hexdigest()
        assert part["bytes"] == len(data)


def test_text_stands_in_the_extracts_only(example_audit: Path, song: str) -> None:
    phrase = song[200:240].encode()
    for path in example_audit.iterdir():
        if path.suffix == ".parquet":
            content = "\n".join(strings(pq.ParquetFile(path).read().to_pylist())).encode()
        else:
            content = path.read_bytes()
        assert (phrase in content) == (path.name == "extracts.parquet"), path.name


def test_no_absolute_paths_outside_local(
    tmp_path: Path, small_index: Path, small_dataset: Path
) -> None:
    data, audit = Path(shutil.copytree(small_dataset, tmp_path / "data")), tmp_path / "audit"
    (data / "bad.parquet").write_bytes(b"no")
    content = (data / "a.parquet").read_bytes()
    (data / "cut.parquet").write_bytes(content[: len(content) // 2])
    (data / "hole.parquet").write_bytes(content[:200] + bytes(400) + content[600:])
    provaudit.scan([small_index], [data], audit)
    found = facts(audit)
    found.pop("local")
    said = [found, (audit / "log.jsonl").read_text("utf-8")]
    for name in ("matches", "works", "shards", "alignments", "extracts"):
        said.append(rows(audit, name))
    here = (str(tmp_path), tmp_path.as_posix(), str(small_index.parent))
    leaks = [s for s in strings(said) if any(h in s for h in here)]
    assert leaks == []


def test_local_changes_no_digest(
    tmp_path: Path, small_catalogue: Path, small_dataset: Path
) -> None:
    digests = set()
    for name in ("here", "there/below"):
        place = tmp_path / name
        catalogue = Path(shutil.copytree(small_catalogue, place / "c"))
        data = Path(shutil.copytree(small_dataset, place / "d"))
        audit = provaudit.audit([catalogue], [data], place / "a")
        found = dict(audit.facts)
        assert str(place) in json.dumps(found.pop("local"))
        digests.add((found["result_digest"], json.dumps(found, sort_keys=True)))
    assert len(digests) == 1
