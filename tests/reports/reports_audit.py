"""Synthetic audit folders, built from the schemas."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from provaudit.audit_folder.reading import Audit, open_audit
from provaudit.audit_folder.schemas import AUDIT_SCHEMA, EXTRACTS, MATCHES, SHARDS, WORKS

HOSTILE = [
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "' onmouseover='alert(1)",
    "javascript:alert(1)",
    "data:text/html,<script>alert(1)</script>",
    "\x1b[31mred\x1b[0m \x9b31m \x07",
    "left\u202egnp.exe\u2066 \u200b",
    "[bold]loud[/bold] [/] [link=https://x.example]x[/link] :smile:",
    "{{ 7*7 }} {% raw %} ${x} &lt;b&gt; &#x3c;",
    "</style></title><!-- ]]> -->",
]


def work(work_id: str, **values: Any) -> dict[str, Any]:
    row: dict[str, Any] = dict.fromkeys(WORKS.names)
    row |= {"tokens": 1000, "status": "not_detected", "read_share": 1.0, "coverage_kind": "counted"}
    row |= {"covered_tokens": 0, "equal_tokens": 0, "coverage": 0.0, "matches": 0, "rows": 0}
    row |= {"longest_run": 0, "largest_place_tokens": 0, "seed_limit": 11, "detection_limit": 19}
    return row | {"work_id": work_id} | values


def match(work_id: str, number: int = 0, **values: Any) -> dict[str, Any]:
    row: dict[str, Any] = dict.fromkeys(MATCHES.names)
    row |= {"match_id": f"{work_id}#{number}", "finding_id": f"f{number}", "work_id": work_id}
    row |= {"shard": "train/part-0000.parquet", "row_group": 0, "row": number, "column": "text"}
    row |= {"cell_sha256": "0" * 64, "cell_start": 0, "cell_end": 100, "verified": True}
    row |= {"work_start": 0, "work_end": 100, "tokens": 50, "longest_run": 20, "identity": 0.98}
    row |= {"bits": 500.0, "work_token_start": 0, "work_token_end": 50, "label": "same"}
    return row | values


def extract(match_id: str, cell: str, work_text: str, before: str = "", after: str = "") -> dict:
    return {
        "match_id": match_id,
        "cell_text": cell,
        "work_text": work_text,
        "before": before,
        "after": after,
    }


def shard(name: str, **values: Any) -> dict[str, Any]:
    row: dict[str, Any] = dict.fromkeys(SHARDS.names)
    return row | {"shard": name, "rows": 100, "rows_read": 100, "status": "read"} | values


def build(
    folder: Path,
    works: list[dict[str, Any]],
    matches: list[dict[str, Any]],
    extracts: list[dict[str, Any]] | None,
    shards: list[dict[str, Any]],
    **facts: Any,
) -> Audit:
    """Write an audit folder and open it."""
    folder.mkdir(parents=True, exist_ok=True)
    tables = [("works", works, WORKS), ("matches", matches, MATCHES), ("shards", shards, SHARDS)]
    if extracts is not None:
        tables.append(("extracts", extracts, EXTRACTS))
    for name, rows, schema in tables:
        pq.write_table(pa.Table.from_pylist(rows, schema=schema), folder / f"{name}.parquet")
    content = {"schema": AUDIT_SCHEMA, "complete": True, **facts}
    (folder / "audit.json").write_text(json.dumps(content), "utf-8")
    return open_audit(folder)


def reading(rows_read: int, share: float = 1.0, **values: Any) -> dict[str, Any]:
    return {"rows_read": rows_read, "read_share": share, "columns_scanned": ["text"], **values}


POEM = (
    "Once upon a midnight dreary, while I pondered, weak and weary,\n"
    "Over many a quaint and curious volume of forgotten lore—\n"
    "    While I nodded, nearly napping, suddenly there came a tapping,\n"
    "As of some one gently rapping, rapping at my chamber door.\n\n"
    "“’Tis some visitor,” I muttered, “tapping at my chamber door—\n"
    "            Only this and nothing more.”"
)
COPY = (
    POEM.replace("\n", " ").replace("pondered", "wondered").replace("quaint and ", "")
    + " Poetry lovers will know it."
)
RUSSIAN = "Все счастливые семьи похожи друг на друга, каждая несчастливая семья несчастлива"
ANALECTS = "子曰學而時習之不亦說乎有朋自遠方來不亦樂乎人不知而不慍不亦君子乎"


def plain_audit(folder: Path) -> Audit:
    """Return an ordinary audit, with something of everything."""
    works = [
        work(
            "zola-germinal",
            title="Germinal",
            author="Émile Zola",
            language="fr",
            tokens=182_345,
            status="undetermined",
        ),
        work(
            "poe-raven",
            title="The Raven",
            author="Edgar Allan Poe",
            language="en",
            identifiers=["isbn:9780000000001"],
            tokens=1103,
            status="detected",
            pattern="continuous",
            covered_tokens=1010,
            equal_tokens=987,
            coverage=1010 / 1103,
            unique_coverage=0.91,
            largest_place_tokens=820,
            longest_run=412,
            matches=26,
            rows=25,
            copies=3,
        ),
        work(
            "tolstoy",
            title="Анна Каренина",
            author="Лев Толстой",
            language="ru",
            tokens=271_000,
            status="detected_in_part",
            pattern="fragments",
            covered_tokens=15_000,
            equal_tokens=14_100,
            coverage=15_000 / 271_000,
            coverage_low=0.04,
            coverage_high=0.08,
            coverage_kind="estimated",
            matches=1,
            rows=1,
            longest_run=90,
        ),
        work(
            "lunyu",
            title="論語",
            language="zh",
            tokens=15_900,
            status="short_passages",
            pattern="short",
            covered_tokens=31,
            equal_tokens=30,
            coverage=31 / 15_900,
            matches=1,
            rows=1,
            longest_run=20,
        ),
        work("untitled-0042", status="undetermined", detection_limit=None, tokens=12),
        work(
            "carroll-alice",
            title="Alice’s Adventures in Wonderland",
            author="Lewis Carroll",
            status="undetermined",
        ),
    ]
    raven = [
        match(
            "poe-raven",
            n,
            bits=9000.0 - 300 * n,
            tokens=800 - 30 * n,
            work_token_start=(n * 97) % 800,
            work_token_end=(n * 97) % 800 + (400 if n % 6 == 0 else 24),
        )
        for n in range(26)
    ]
    raven[0] |= {
        "row_id": "<urn:uuid:0001>",
        "url": "https://poems.example/raven?id=1&lang=en",
        "date": "2021-03-04",
        "licence": "unknown",
        "dump": "CC-MAIN-2021-10",
        "e_value": 1.5e-212,
        "unique_in_catalogue": True,
    }
    others = [
        match("tolstoy", 7, work_token_start=100, work_token_end=15_100, label="ocr"),
        match(
            "lunyu",
            8,
            column="messages.content",
            work_token_start=0,
            work_token_end=31,
            unique_in_catalogue=False,
            explained_by="lunyu-zhu-xi",
            label="related",
            url="ftp://files.example/lunyu.txt",
        ),
    ]
    extracts = [
        extract(m["match_id"], COPY, POEM, "Posted by anna: ", " 12 comments") for m in raven
    ]
    extracts[1] = extract("poe-raven#1", (COPY + "\n") * 9, (POEM + "\n") * 9, "", "unseen")
    extracts += [
        extract("tolstoy#7", RUSSIAN.replace("семья", "сем6я"), RUSSIAN),
        extract("lunyu#8", ANALECTS.replace("朋", "友"), ANALECTS),
    ]
    return build(
        folder,
        works,
        [*raven, *others],
        extracts,
        [
            shard("train/part-0000.parquet", rows=4310, rows_read=4310),
            shard("train/part-0001.parquet", status="failed", rows_read=0, reason="no footer"),
        ],
        complete=False,
        tool={"name": "provaudit", "version": "0.1.0"},
        scheme={"name": "v0", "digest": "5c0e" * 16},
        parameters={"match_bits": 80.0, "passage_bits": 40.0, "floor_bits": 40.0},
        catalogue={
            "digests": ["ca7a" * 16],
            "works": 6,
            "skipped": [{"source": "cover.jpg", "kind": "image", "reason": "not a text"}],
        },
        dataset={"revision": "a1b2c3", "shards": 2, "rows": 4410, "bytes": 9_000_000},
        reading=reading(
            4310,
            4310 / 4410,
            text_bytes=7_654_321,
            columns_not_scanned=[{"column": "url", "reason": "an address, not text"}],
        ),
        summary={"works_detected": 2, "works_estimate": None},
        result_digest="d16e" * 16,
        local={"host": "a-private-host"},
    )


def hostile_audit(folder: Path) -> Audit:
    """Return an audit in which every string is hostile."""
    works, matches, extracts, shards = [], [], [], []
    for n, bad in enumerate([*HOSTILE, "w" * 100_000]):
        work_id = f"{n}{bad}"
        works.append(
            work(
                work_id,
                title=bad,
                author=bad,
                language=bad,
                identifiers=[bad],
                status="detected" if n else bad,
                pattern=bad,
                coverage=0.5,
                coverage_kind=bad,
                matches=1,
            )
        )
        nullable = ("row_id", "url", "date", "licence", "dump", "label", "explained_by")
        strings = dict.fromkeys(("shard", "column", *nullable), bad)
        matches.append(match(work_id, n, work_token_start=-5, work_token_end=10**9, **strings))
        text = f"same words {bad} then\n{bad}\x00 more words"
        extracts.append(extract(f"{work_id}#{n}", text, f"same words then {bad}", bad, bad))
        shards.append(shard(bad, status=bad, reason=bad))
    bad = " ".join(HOSTILE)
    return build(
        folder,
        works,
        matches,
        extracts,
        shards,
        complete=bad,
        tool={"name": bad, "version": bad},
        scheme={"name": bad, "digest": bad},
        parameters={bad: bad, "nested": {"a": [bad]}},
        catalogue={"digest": bad, "skipped": [{"source": bad, "kind": bad, "reason": bad}, bad]},
        dataset={"revision": bad, "rows": bad},
        reading={
            "rows_read": bad,
            "read_share": bad,
            "columns_scanned": [bad, None],
            "columns_not_scanned": [{"column": bad, "reason": bad}, {}],
        },
        summary={
            "works_by_status": bad,
            "works_estimate": {"value": 3, "low": bad, "high": None, "level": bad, "method": bad},
        },
        result_digest=bad,
    )
