"""What an index holds, as plain values."""

from __future__ import annotations

from typing import Any

from provaudit.index.reading import Index


def describe_index(index: Index) -> dict[str, Any]:
    """Return works, skipped inputs, counts and scheme; no text, no fingerprint."""
    works = index.works.drop_columns(["sketch", "signature"]).to_pylist()
    for work in works:
        work["extra"] = dict(work["extra"])
    return {
        "schema": index.facts["schema"],
        "digest": index.digest,
        "scheme": index.facts["scheme"],
        "has_text": index.facts["has_text"],
        "counts": index.facts["counts"],
        "works": works,
        "skipped": index.skipped.to_pylist(),
    }
