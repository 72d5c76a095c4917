"""Datasets of every shape that comes along."""

from __future__ import annotations

import datetime as dt
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

Cli = Callable[..., Any]
Write = Callable[..., Path]


class Shapes:
    """Scans a dataset for the small catalogue."""

    def __init__(self, cli: Cli, folder: Path, index: Path) -> None:
        self.cli, self.folder, self.index = cli, folder, index
        self.audit = folder / "audit"

    def scan(self, *dataset: str | Path, code: int = 0, more: tuple[str, ...] = ()) -> Any:
        outcome = self.cli("scan", self.index, *dataset, "-o", self.audit, "--json", *more)
        assert outcome.code == code, outcome
        return outcome.json()

    def matches(self) -> list[dict[str, Any]]:
        return list(pq.read_table(self.audit / "matches.parquet").to_pylist())

    def shards(self) -> dict[str, dict[str, Any]]:
        rows = pq.read_table(self.audit / "shards.parquet").to_pylist()
        return {row["shard"]: row for row in rows}

    def verify(self) -> None:
        assert self.cli("verify", self.audit).code == 0


@pytest.fixture
def shapes(cli: Cli, tmp_path: Path, small_index: Path) -> Shapes:
    return Shapes(cli, tmp_path, small_index)


# what the argument names


def test_a_file(shapes: Shapes, small_dataset: Path) -> None:
    shapes.scan(small_dataset / "a.parquet")
    assert list(shapes.shards()) == ["a.parquet"]
    shapes.verify()


def test_a_pattern(shapes: Shapes, small_dataset: Path, tmp_path: Path) -> None:
    shutil.copytree(small_dataset, tmp_path / "d" / "x")
    shutil.copytree(small_dataset, tmp_path / "d" / "y")
    shapes.scan(tmp_path / "d" / "*" / "a.parquet")
    assert list(shapes.shards()) == ["x/a.parquet", "y/a.parquet"]
    assert [m["shard"] for m in shapes.matches()] == ["x/a.parquet", "y/a.parquet"]
    shapes.verify()


def test_a_pattern_through_folders(shapes: Shapes, small_dataset: Path, tmp_path: Path) -> None:
    shutil.copytree(small_dataset, tmp_path / "d" / "x" / "y")
    shapes.scan(tmp_path / "d" / "**" / "*.parquet")
    assert list(shapes.shards()) == ["x/y/a.parquet", "x/y/b.parquet"]


def test_a_relative_pattern(
    shapes: Shapes, small_dataset: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shutil.copytree(small_dataset, tmp_path / "d")
    monkeypatch.chdir(tmp_path)
    shapes.scan("d/*.parquet")
    assert list(shapes.shards()) == ["a.parquet", "b.parquet"]
    monkeypatch.chdir(tmp_path.parent)
    shapes.verify()


def test_a_name_with_pattern_signs(shapes: Shapes, small_dataset: Path, tmp_path: Path) -> None:
    shutil.copytree(small_dataset, tmp_path / "d[1]")
    shapes.scan(tmp_path / "d[1]")
    assert list(shapes.shards()) == ["a.parquet", "b.parquet"]
    shapes.verify()


def test_several_datasets_have_prefixed_names(
    shapes: Shapes, small_dataset: Path, tmp_path: Path
) -> None:
    one = Path(shutil.copytree(small_dataset, tmp_path / "one"))
    two = Path(shutil.copytree(small_dataset, tmp_path / "two"))
    shapes.scan(one, two)
    assert list(shapes.shards()) == [f"{d}/{n}.parquet" for d in ("one", "two") for n in "ab"]
    assert [m["shard"] for m in shapes.matches()] == ["one/a.parquet", "two/a.parquet"]
    shapes.verify()


def test_several_datasets_of_one_name_are_refused(
    cli: Cli, small_index: Path, small_dataset: Path, tmp_path: Path
) -> None:
    one = Path(shutil.copytree(small_dataset, tmp_path / "one" / "data"))
    two = Path(shutil.copytree(small_dataset, tmp_path / "two" / "data"))
    outcome = cli("scan", small_index, one, two, "-o", tmp_path / "audit")
    assert outcome.code == 2
    assert "data/a.parquet" in outcome.error


def test_a_folder_in_a_folder_and_other_files(
    shapes: Shapes, small_dataset: Path, tmp_path: Path
) -> None:
    data = Path(shutil.copytree(small_dataset, tmp_path / "d" / "train" / "en"))
    (data / "README.md").write_text("# A dataset")
    (data / ".cache").mkdir()
    shutil.copy(data / "a.parquet", data / ".cache" / "a.parquet")
    (data / "b.parquet").rename(data / "B.PARQUET")
    shapes.scan(tmp_path / "d")
    assert list(shapes.shards()) == ["train/en/B.PARQUET", "train/en/a.parquet"]


# what the columns are


def test_nested_chat_columns(
    shapes: Shapes, tmp_path: Path, write_shard: Write, song: str, filler: list[str]
) -> None:
    half = len(song) // 2
    chat = [
        [{"role": "user", "content": filler[0]}, {"role": "assistant", "content": filler[1]}],
        [
            {"role": "user", "content": song[:half]},
            {"role": None, "content": None},
            {"role": "assistant", "content": song[half:]},
        ],
        [],
        None,
    ]
    write_shard(tmp_path / "d" / "a.parquet", pa.table({"id": list("wxyz"), "messages": chat}))
    facts = shapes.scan(tmp_path / "d")
    assert facts["reading"]["columns_scanned"] == ["messages.content"]
    assert facts["reading"]["rows_null"] == 2
    (match,) = shapes.matches()
    assert (match["row"], match["column"], match["row_id"]) == (1, "messages.content", "x")
    cell = f"{song[:half]}\n{song[half:]}"
    assert cell[match["cell_start"] : match["cell_end"]].startswith("PETE.")
    shapes.verify()


@pytest.mark.parametrize("named", ["messages", "messages.content"])
def test_a_nested_column_named(shapes: Shapes, examples: Path, tmp_path: Path, named: str) -> None:
    data = examples / "dataset" / "chat-00000.parquet"
    facts = shapes.scan(data, more=("--column", named))
    expected = ["messages.content", "messages.role"] if named == "messages" else [named]
    assert facts["reading"]["columns_scanned"] == expected


KINDS = {
    "large_string": pa.large_string(),
    "binary": pa.binary(),
    "large_binary": pa.large_binary(),
    "dictionary": pa.dictionary(pa.int32(), pa.string()),
    "string_view": pa.string_view(),
    "list": pa.list_(pa.string()),
    "large_list": pa.large_list(pa.large_string()),
    "list of lists": pa.list_(pa.list_(pa.string())),
    "fixed list": pa.list_(pa.string(), 1),
    "struct": pa.struct({"text": pa.string(), "n": pa.int64()}),
    "struct of list": pa.struct({"parts": pa.list_(pa.struct({"text": pa.string()}))}),
    "map": pa.map_(pa.string(), pa.string()),
    "json": pa.json_() if hasattr(pa, "json_") else pa.string(),
}


def _value(kind: str, text: str) -> object:
    return {
        "list": [text],
        "large_list": [text],
        "fixed list": [text],
        "list of lists": [[text]],
        "struct": {"text": text, "n": 1},
        "struct of list": {"parts": [{"text": text}]},
        "map": [("k", text)],
    }.get(kind, text)


@pytest.mark.parametrize("kind", KINDS)
def test_kinds_of_text_columns(
    shapes: Shapes, tmp_path: Path, write_shard: Write, song: str, filler: list[str], kind: str
) -> None:
    texts = [filler[0], song, filler[1]]
    type_ = KINDS[kind]
    if kind == "dictionary":
        column: Any = pa.array(texts).dictionary_encode()
    elif kind == "json":
        column = pa.ExtensionArray.from_storage(type_, pa.array(texts)) if hasattr(
            pa, "json_"
        ) else pa.array(texts)  # fmt: skip
    else:
        values = [_value(kind, t) for t in texts] + [None]
        column = pa.array(values, type_)
    write_shard(tmp_path / "d" / "a.parquet", pa.table({"c": column}))
    shapes.scan(tmp_path / "d")
    (match,) = shapes.matches()
    assert match["work_id"] == "pete"
    assert match["row"] == 1
    shapes.verify()


def test_shards_of_different_schemas(
    shapes: Shapes, tmp_path: Path, write_shard: Write, song: str, filler: list[str]
) -> None:
    write_shard(tmp_path / "d" / "a.parquet", pa.table({"text": [filler[0], song]}))
    write_shard(tmp_path / "d" / "b.parquet", pa.table({"n": [1], "body": [f"Now: {song}"]}))
    write_shard(tmp_path / "d" / "c.parquet", pa.table({"n": [1, 2, 3]}))
    write_shard(tmp_path / "d" / "d.parquet", pa.table({"text": [1.5]}))
    facts = shapes.scan(tmp_path / "d")
    assert facts["complete"] is True
    assert facts["reading"]["columns_scanned"] == ["body", "text"]
    assert [(m["shard"], m["column"]) for m in shapes.matches()] == [
        ("a.parquet", "text"),
        ("b.parquet", "body"),
    ]
    assert {s["status"] for s in shapes.shards().values()} == {"read"}
    assert shapes.shards()["c.parquet"]["rows_read"] == 3
    assert shapes.shards()["c.parquet"]["reason"]
    shapes.verify()


def test_one_column_as_text_and_as_list(
    shapes: Shapes, tmp_path: Path, write_shard: Write, song: str
) -> None:
    write_shard(tmp_path / "d" / "a.parquet", pa.table({"text": [song]}))
    write_shard(tmp_path / "d" / "b.parquet", pa.table({"text": [[song]]}))
    write_shard(tmp_path / "d" / "c.parquet", pa.table({"text": [song.encode()]}))
    shapes.scan(tmp_path / "d")
    assert len(shapes.matches()) == 3
    shapes.verify()


def test_column_names_with_dots(
    shapes: Shapes, tmp_path: Path, write_shard: Write, song: str
) -> None:
    table = pa.table({"meta.text": [song], "meta.url": ["https://example.org/x"]})
    write_shard(tmp_path / "d" / "a.parquet", table)
    shapes.scan(tmp_path / "d")
    (match,) = shapes.matches()
    assert match["column"] == "meta.text"
    assert match["url"] in ("https://example.org/x", None)
    shapes.verify()


def test_two_columns_of_one_name(
    cli: Cli, small_index: Path, tmp_path: Path, song: str, filler: list[str]
) -> None:
    table = pa.table([pa.array([filler[0]]), pa.array([song])], names=["text", "text"])
    (tmp_path / "d").mkdir()
    pq.write_table(table, tmp_path / "d" / "a.parquet")
    outcome = cli("scan", small_index, tmp_path / "d", "-o", tmp_path / "audit", "--json")
    # either both are read, or the shard is said not to be
    if outcome.code == 0:
        assert outcome.json()["summary"]["works_detected"] == 1
    else:
        assert outcome.code in (2, 3)
        assert "a.parquet" in outcome.err


# what the rows are


def test_empty_files_among_others(
    shapes: Shapes, tmp_path: Path, write_shard: Write, song: str
) -> None:
    schema = pa.schema({"text": pa.string()})
    write_shard(tmp_path / "d" / "a.parquet", schema.empty_table())
    (tmp_path / "d").mkdir(exist_ok=True)
    pq.ParquetWriter(tmp_path / "d" / "b.parquet", schema).close()
    with pq.ParquetWriter(tmp_path / "d" / "c.parquet", schema) as writer:
        writer.write_table(schema.empty_table())
        writer.write_table(pa.table({"text": [song]}))
        writer.write_table(schema.empty_table())
    assert pq.ParquetFile(tmp_path / "d" / "b.parquet").metadata.num_row_groups == 0
    facts = shapes.scan(tmp_path / "d")
    assert facts["complete"] is True
    assert facts["reading"]["rows_read"] == 1
    assert facts["reading"]["read_share"] == 1.0
    assert len(shapes.matches()) == 1
    shapes.verify()


def test_a_column_of_nulls_beside_text(
    shapes: Shapes, tmp_path: Path, write_shard: Write, song: str
) -> None:
    table = pa.table({"text": [song, None], "none": pa.nulls(2), "also": pa.nulls(2, pa.string())})
    write_shard(tmp_path / "d" / "a.parquet", table)
    facts = shapes.scan(tmp_path / "d")
    assert facts["reading"]["rows_null"] == 1
    # nothing is known of a column without values in the sample: it is scanned
    assert "also" in facts["reading"]["columns_scanned"]


def test_a_cell_of_a_megabyte(
    shapes: Shapes, tmp_path: Path, write_shard: Write, song: str, filler: list[str]
) -> None:
    padding = "\n".join(filler) * 30
    assert len(padding) > 1_000_000
    write_shard(tmp_path / "d" / "a.parquet", [filler[0], f"{padding}\n{song}\n{padding}"])
    shapes.scan(tmp_path / "d")
    (match,) = [m for m in shapes.matches() if m["tokens"] > 300]
    assert match["cell_start"] >= len(padding)
    shapes.verify()


def test_bytes_that_are_not_utf8(
    shapes: Shapes, tmp_path: Path, write_shard: Write, song: str, filler: list[str]
) -> None:
    broken = b"caf\xe9 \xff\xfe " + song.encode() + b" \xe2\x82"
    offsets = pa.py_buffer(b"".join(n.to_bytes(4, "little") for n in (0, len(broken))))
    text = pa.StringArray.from_buffers(1, offsets, pa.py_buffer(broken))
    write_shard(tmp_path / "d" / "a.parquet", pa.table({"text": text}))
    shapes.scan(tmp_path / "d")
    (match,) = shapes.matches()
    assert match["longest_run"] >= 338
    cell = broken.decode("utf-8", "replace")
    extracts = pq.read_table(shapes.audit / "extracts.parquet").to_pylist()
    assert cell[match["cell_start"] : match["cell_end"]] == extracts[0]["cell_text"]
    shapes.verify()


def test_provenance_that_is_not_utf8(
    shapes: Shapes, tmp_path: Path, write_shard: Write, song: str
) -> None:
    url = b"https://example.org/caf\xe9"
    offsets = pa.py_buffer(b"".join(n.to_bytes(4, "little") for n in (0, len(url))))
    urls = pa.StringArray.from_buffers(1, offsets, pa.py_buffer(url))
    write_shard(tmp_path / "d" / "a.parquet", pa.table({"url": urls, "text": [song]}))
    shapes.scan(tmp_path / "d")
    (match,) = shapes.matches()
    assert match["url"] == "https://example.org/caf\ufffd"


PROVENANCE = {
    "integers": pa.array([7]),
    "floats": pa.array([7.5]),
    "nanoseconds": pa.array([1_600_000_000_123_456_789], pa.timestamp("ns")),
    "time zone": pa.array([1_600_000_000], pa.timestamp("s", "Europe/Paris")),
    "strange time zone": pa.array([1_600_000_000], pa.timestamp("s", "Mars/Olympus")),
    "far future": pa.array([10**12], pa.timestamp("s")),
    "date": pa.array([dt.date(2020, 1, 2)]),
    "date beyond year 9999": pa.array([10**7], pa.date32()),
    "duration": pa.array([10**18], pa.duration("s")),
    "decimal": pa.array(["1.5"]).cast(pa.decimal128(5, 1)),
    "struct": pa.array([{"a": 1}]),
    "list": pa.array([["a"]]),
    "null": pa.nulls(1),
    "boolean": pa.array([True]),
    "dictionary": pa.array(["2020"]).dictionary_encode(),
}


@pytest.mark.parametrize("kind", PROVENANCE)
def test_kinds_of_provenance(
    shapes: Shapes, tmp_path: Path, write_shard: Write, song: str, kind: str
) -> None:
    write_shard(tmp_path / "d" / "a.parquet", pa.table({"date": PROVENANCE[kind], "text": [song]}))
    facts = shapes.scan(tmp_path / "d")
    assert facts["complete"] is True
    assert len(shapes.matches()) == 1


def test_nested_provenance(shapes: Shapes, tmp_path: Path, write_shard: Write, song: str) -> None:
    meta = [{"url": "https://example.org/x", "date": "2020"}, None]
    write_shard(tmp_path / "d" / "a.parquet", pa.table({"text": [song, song], "metadata": meta}))
    shapes.scan(tmp_path / "d")
    assert [m["url"] for m in shapes.matches()] == ["https://example.org/x", None]


def test_duplicate_rows_are_all_listed(
    shapes: Shapes, tmp_path: Path, write_shard: Write, song: str
) -> None:
    write_shard(tmp_path / "d" / "a.parquet", [song] * 5, group=2)
    shapes.scan(tmp_path / "d")
    matches = shapes.matches()
    assert [(m["row_group"], m["row"]) for m in matches] == [(0, 0), (0, 1), (1, 2), (1, 3), (2, 4)]
    assert len({m["finding_id"] for m in matches}) == 1
    assert len({m["match_id"] for m in matches}) == 5
    works = pq.read_table(shapes.audit / "works.parquet").to_pylist()
    assert (works[0]["rows"], works[0]["matches"], works[0]["coverage"]) == (5, 5, 1.0)


def test_a_file_given_by_another_name(shapes: Shapes, small_dataset: Path, tmp_path: Path) -> None:
    shutil.copy(small_dataset / "a.parquet", tmp_path / "part-0")
    shapes.scan(tmp_path / "part-0")
    assert list(shapes.shards()) == ["part-0"]


@pytest.mark.parametrize("codec", ["none", "snappy", "gzip", "brotli", "lz4", "zstd"])
def test_codecs_and_versions(shapes: Shapes, tmp_path: Path, song: str, codec: str) -> None:
    (tmp_path / "d").mkdir()
    table = pa.table({"text": [song]})
    pq.write_table(
        table, tmp_path / "d" / "a.parquet", compression=codec, data_page_version="2.0",
        use_dictionary=False,
    )  # fmt: skip
    shapes.scan(tmp_path / "d")
    assert len(shapes.matches()) == 1
