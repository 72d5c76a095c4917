"""The Arrow schemas of the audit folder: a contract that other tools read."""

from __future__ import annotations

from typing import Final

import pyarrow as pa

AUDIT_SCHEMA: Final = "provaudit-audit/1"

_TEXT = pa.string()

MATCHES: Final = pa.schema(
    [
        pa.field("match_id", _TEXT, nullable=False),
        pa.field("finding_id", _TEXT, nullable=False),
        pa.field("work_id", _TEXT, nullable=False),
        pa.field("shard", _TEXT, nullable=False),
        pa.field("row_group", pa.int32(), nullable=False),
        pa.field("row", pa.int64(), nullable=False),
        pa.field("column", _TEXT, nullable=False),
        ("row_id", _TEXT),
        ("url", _TEXT),
        ("date", _TEXT),
        ("licence", _TEXT),
        ("dump", _TEXT),
        pa.field("cell_sha256", _TEXT, nullable=False),
        pa.field("cell_start", pa.int64(), nullable=False),
        pa.field("cell_end", pa.int64(), nullable=False),
        pa.field("work_start", pa.int64(), nullable=False),
        pa.field("work_end", pa.int64(), nullable=False),
        pa.field("tokens", pa.int64(), nullable=False),
        pa.field("longest_run", pa.int64(), nullable=False),
        pa.field("identity", pa.float64(), nullable=False),
        ("char_identity", pa.float64()),
        pa.field("bits", pa.float64(), nullable=False),
        ("e_value", pa.float64()),
        ("label", _TEXT),
        ("unique_in_catalogue", pa.bool_()),
        pa.field("verified", pa.bool_(), nullable=False),
        # beyond the contract: what the estimate needs to count tokens
        pa.field("work_token_start", pa.int64(), nullable=False),
        pa.field("work_token_end", pa.int64(), nullable=False),
        ("explained_by", _TEXT),
    ]
)
"""One row a match, sorted by (work_id, shard, row, column, cell_start)."""

ALIGNMENTS: Final = pa.schema(
    [
        *[
            MATCHES.field(name)
            for name in (
                "match_id finding_id work_id shard row_group row column row_id url date licence "
                "dump cell_sha256 cell_start cell_end work_start work_end tokens longest_run "
                "identity char_identity bits verified work_token_start work_token_end"
            ).split()
        ],
        pa.field("score", pa.int64(), nullable=False),
        pa.field("columns_aligned", pa.int64(), nullable=False),
        pa.field("cell_token_start", pa.int64(), nullable=False),
        pa.field("cell_token_end", pa.int64(), nullable=False),
        pa.field("runs", pa.list_(pa.int32()), nullable=False),
    ]
)
"""Every alignment at or above the scan's floor. `score` is in sixteenths of a bit. `runs` holds
triples (cell token, work token, length) of equal tokens, counted from the spans' first tokens."""

WORKS: Final = pa.schema(
    [
        pa.field("work_id", _TEXT, nullable=False),
        ("title", _TEXT),
        ("author", _TEXT),
        ("language", _TEXT),
        ("identifiers", pa.list_(_TEXT)),
        ("extra", pa.map_(_TEXT, _TEXT)),
        ("edition_group", _TEXT),
        pa.field("tokens", pa.int64(), nullable=False),
        pa.field("status", _TEXT, nullable=False),
        ("pattern", _TEXT),
        ("covered_tokens", pa.int64()),
        ("equal_tokens", pa.int64()),
        ("coverage", pa.float64()),
        ("coverage_low", pa.float64()),
        ("coverage_high", pa.float64()),
        ("coverage_kind", _TEXT),
        ("unique_coverage", pa.float64()),
        ("largest_place_tokens", pa.int64()),
        ("longest_run", pa.int64()),
        ("matches", pa.int64()),
        ("rows", pa.int64()),
        ("copies", pa.int64()),
        ("q_value", pa.float64()),
        ("seed_limit", pa.int64()),
        ("detection_limit", pa.int64()),
        ("read_share", pa.float64()),
    ]
)
"""One row a catalogue work, all of them, sorted by work_id."""

SHARDS: Final = pa.schema(
    [
        pa.field("shard", _TEXT, nullable=False),
        ("bytes", pa.int64()),
        ("sha256", _TEXT),
        ("sha256_kind", _TEXT),
        ("rows", pa.int64()),
        ("row_groups", pa.int64()),
        ("rows_read", pa.int64()),
        ("text_bytes", pa.int64()),
        ("rows_null", pa.int64()),
        ("rows_short", pa.int64()),
        pa.field("status", _TEXT, nullable=False),
        ("reason", _TEXT),
    ]
)
"""One row a shard, sorted by name; `status` is `read`, `incomplete` or `failed`."""

EXTRACTS: Final = pa.schema(
    [
        pa.field("match_id", _TEXT, nullable=False),
        pa.field("cell_text", pa.large_string(), nullable=False),
        pa.field("work_text", pa.large_string(), nullable=False),
        pa.field("before", _TEXT, nullable=False),
        pa.field("after", _TEXT, nullable=False),
    ]
)
"""The texts of the matches, in the order of `matches.parquet`: the only file with text."""
