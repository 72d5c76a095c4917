"""The result digest: the same wherever and however the same result was reached."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator

import pyarrow as pa

from provaudit.audit_folder.schemas import MATCHES, WORKS


def _lines(kind: str, table: pa.Table, schema: pa.Schema) -> Iterator[str]:
    for batch in table.select(schema.names).to_batches(max_chunksize=10_000):
        for row in zip(*(column.to_pylist() for column in batch.columns), strict=True):
            yield f"{kind}\t{json.dumps(row, ensure_ascii=False, separators=(',', ':'))}\n"


def result_digest(matches: pa.Table, works: pa.Table) -> str:
    """Return SHA-256 (hex) over the lines of both tables, in their order, UTF-8.

    A line is `match` or `work`, a tab, and the row's values in the order of the schema as a JSON
    array without spaces; numbers in their shortest form that reads back equal, missing values
    null, maps as arrays of pairs.
    """
    total = hashlib.sha256()
    for line in _lines("match", matches, MATCHES):
        total.update(line.encode("utf-8"))
    for line in _lines("work", works, WORKS):
        total.update(line.encode("utf-8"))
    return total.hexdigest()
