"""The result is the same however the work was cut up."""

from __future__ import annotations

import hashlib
import json
import math
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

import provaudit
from provaudit.dataset import parquet


def digest(audit: Path) -> str:
    return str(json.loads((audit / "audit.json").read_text("utf-8"))["result_digest"])


def matches(audit: Path) -> list[dict[str, Any]]:
    return list(pq.read_table(audit / "matches.parquet").to_pylist())


@pytest.mark.parametrize("workers", [2, 5])
def test_workers(
    tmp_path: Path, examples: Path, example_index: Path, example_audit: Path, workers: int
) -> None:
    options = provaudit.ScanOptions(workers=workers)
    provaudit.scan([example_index], [examples / "dataset"], tmp_path / "a", options=options)
    assert digest(tmp_path / "a") == digest(example_audit)


@pytest.mark.parametrize(("rows", "size"), [(1, 1), (7, 2**21), (100_000, 2**40)])
def test_batch_sizes(
    tmp_path: Path, examples: Path, example_index: Path, example_audit: Path,
    monkeypatch: pytest.MonkeyPatch, rows: int, size: int,
) -> None:  # fmt: skip
    monkeypatch.setattr(parquet, "BATCH_ROWS", rows)
    monkeypatch.setattr(parquet, "BATCH_BYTES", size)
    provaudit.scan([example_index], [examples / "dataset"], tmp_path / "a")
    assert digest(tmp_path / "a") == digest(example_audit)


def test_codec_and_pages(
    tmp_path: Path, examples: Path, example_index: Path, example_audit: Path
) -> None:
    (tmp_path / "d").mkdir()
    for path in (examples / "dataset").glob("*.parquet"):
        file = pq.ParquetFile(path)
        with pq.ParquetWriter(
            tmp_path / "d" / path.name, file.schema_arrow, compression="snappy",
            data_page_size=1000, use_dictionary=False,
        ) as writer:  # fmt: skip
            for group in range(file.metadata.num_row_groups):
                writer.write_table(file.read_row_group(group), row_group_size=10**6)
    provaudit.scan([example_index], [tmp_path / "d"], tmp_path / "a")
    assert digest(tmp_path / "a") == digest(example_audit)


def test_findings_are_stable_when_rows_are_sharded_anew(
    tmp_path: Path, examples: Path, example_index: Path, example_audit: Path,
    write_shard: Callable[..., Path],
) -> None:  # fmt: skip
    web = pa.concat_tables(
        [pq.ParquetFile(examples / "dataset" / f"shard-0000{n}.parquet").read() for n in (1, 0)]
    )
    order = sorted(range(len(web)), key=lambda i: hashlib.sha256(str(i).encode()).digest())
    web = web.take(order)
    write_shard(tmp_path / "d" / "x" / "web-9.parquet", web.slice(0, 300), group=17)
    write_shard(tmp_path / "d" / "web-1.parquet", web.slice(300), group=1000)
    chat = pq.ParquetFile(examples / "dataset" / "chat-00000.parquet").read()
    write_shard(tmp_path / "d" / "zz.parquet", chat.slice(0, 100))
    write_shard(tmp_path / "d" / "yy.parquet", chat.slice(100))
    provaudit.scan([example_index], [tmp_path / "d"], tmp_path / "a")
    old, new = matches(example_audit), matches(tmp_path / "a")
    assert sorted(m["finding_id"] for m in new) == sorted(m["finding_id"] for m in old)
    assert not {m["match_id"] for m in new} & {m["match_id"] for m in old}
    works = [
        pq.read_table(a / "works.parquet").to_pylist() for a in (example_audit, tmp_path / "a")
    ]
    assert works[0] == works[1]


def test_several_indexes_give_what_one_gives(
    tmp_path: Path, small_catalogue: Path, small_dataset: Path, small_audit: Path
) -> None:
    for name in ("pete", "pipa"):
        provaudit.fingerprint([small_catalogue / f"{name}.txt"], tmp_path / name)
    for order in (["pete", "pipa"], ["pipa", "pete"]):
        audit = tmp_path / "-".join(order)
        provaudit.scan([tmp_path / n for n in order], [small_dataset], audit)
        assert digest(audit) == digest(small_audit)


def test_an_index_is_the_same_made_twice(tmp_path: Path, small_catalogue: Path) -> None:
    for name in ("a", "b"):
        provaudit.fingerprint([small_catalogue], tmp_path / name)
    files = sorted(p.name for p in (tmp_path / "a").iterdir())
    assert files == sorted(p.name for p in (tmp_path / "b").iterdir())
    for name in files:
        assert (tmp_path / "a" / name).read_bytes() == (tmp_path / "b" / name).read_bytes()


def test_the_digest_is_what_its_rule_says(example_audit: Path) -> None:
    """Compute it from the files, after the words of the rule alone."""
    total = hashlib.sha256()
    for kind, name in (("match", "matches"), ("work", "works")):
        for row in pq.read_table(example_audit / f"{name}.parquet").to_pylist():
            values = [_plain(v) for v in row.values()]
            line = json.dumps(values, ensure_ascii=False, separators=(",", ":"))
            total.update(f"{kind}\t{line}\n".encode())
    assert total.hexdigest() == digest(example_audit)


def _plain(value: Any) -> Any:
    assert not isinstance(value, float) or math.isfinite(value)
    return [list(v) if isinstance(v, tuple) else v for v in value] if isinstance(
        value, list
    ) else value  # fmt: skip


def test_a_changed_word_changes_the_digest(
    tmp_path: Path, small_index: Path, small_audit: Path, write_shard: Callable[..., Path],
    song: str, filler: list[str],
) -> None:  # fmt: skip
    planted = [*filler[:2], f"{filler[2]}\n{song.replace('shackle', 'shackel', 1)}\n{filler[3]}"]
    write_shard(tmp_path / "d" / "a.parquet", planted, group=3)
    provaudit.scan([small_index], [tmp_path / "d"], tmp_path / "a")
    assert digest(tmp_path / "a") != digest(small_audit)
