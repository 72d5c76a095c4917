"""The files of an index folder and their Arrow schemas."""

from __future__ import annotations

from typing import Final

import pyarrow as pa

from provaudit.scheme import parameters

INDEX_SCHEMA: Final = "provaudit-index/1"

WORKS: Final = pa.schema(
    [
        pa.field("work_id", pa.string(), nullable=False),
        pa.field("title", pa.string(), nullable=False),
        pa.field("author", pa.string(), nullable=False),
        pa.field("language", pa.string(), nullable=False),
        pa.field("identifiers", pa.list_(pa.string()), nullable=False),
        pa.field("extra", pa.map_(pa.string(), pa.string()), nullable=False),
        pa.field("source", pa.string(), nullable=False),
        pa.field("notes", pa.list_(pa.string()), nullable=False),
        pa.field("tokens", pa.int64(), nullable=False),
        pa.field("text_bytes", pa.int64(), nullable=False),
        pa.field("text_sha256", pa.string(), nullable=False),
        pa.field("seeds", pa.int64(), nullable=False),
        pa.field("seed_limit", pa.int64()),
        pa.field("sketch", pa.large_list(pa.uint64()), nullable=False),
        pa.field("signature", pa.list_(pa.uint64(), parameters.NUM_PERM), nullable=False),
    ]
)
"""One row a work, sorted by work_id: metadata, counts, sketch and signature."""

TOKENS: Final = pa.schema(
    [
        pa.field("hash", pa.uint32(), nullable=False),
        pa.field("weight", pa.uint8(), nullable=False),
    ]
)
"""One row a token, the works one after the other in the order of `works.arrow`."""

SEEDS: Final = pa.schema(
    [
        pa.field("hash", pa.uint64(), nullable=False),
        pa.field("work", pa.uint32(), nullable=False),
        pa.field("position", pa.uint32(), nullable=False),
    ]
)
"""One row a seed, sorted by (hash, work, position); `work` is a row of `works.arrow`, `position`
the seed's first token in it."""

TEXTS: Final = pa.schema(
    [
        pa.field("work_id", pa.string(), nullable=False),
        pa.field("text", pa.large_string(), nullable=False),
    ]
)
"""One row a work, in the order of `works.arrow`."""

SKIPPED: Final = pa.schema(
    [
        pa.field("source", pa.string(), nullable=False),
        pa.field("kind", pa.string(), nullable=False),
        pa.field("reason", pa.string(), nullable=False),
        pa.field("is_failure", pa.bool_(), nullable=False),
    ]
)
"""One row a catalogue input that gave no work."""

PARTS: Final = {
    "works": WORKS,
    "tokens": TOKENS,
    "seeds": SEEDS,
    "texts": TEXTS,
    "skipped": SKIPPED,
}
"""Each part is an Arrow IPC file `<name>.arrow` of one record batch, uncompressed."""
