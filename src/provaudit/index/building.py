"""Building an index folder from a catalogue."""

from __future__ import annotations

import hashlib
import json
import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from provaudit.catalogue import Catalogue, SkipKind, Skipped, Work
from provaudit.errors import UsageError
from provaudit.index.fingerprint import Fingerprint, fingerprint_text, is_too_short
from provaudit.index.reading import index_digest
from provaudit.index.schemas import INDEX_SCHEMA, PARTS, SEEDS, SKIPPED, TEXTS, TOKENS, WORKS
from provaudit.scheme import parameters, seeds
from provaudit.version import __version__

Print = tuple[Work, Fingerprint]

NAMED_REASONS = 3
"""Inputs that an error names when nothing could be read."""


def _work_row(work: Work, print_: Fingerprint) -> dict[str, object]:
    data = work.text.encode("utf-8", "replace")
    return {
        "work_id": work.work_id,
        "title": work.title,
        "author": work.author,
        "language": work.language,
        "identifiers": list(work.identifiers),
        "extra": sorted(work.extra.items()),
        "source": work.source,
        "notes": list(work.notes),
        "tokens": len(print_.tokens),
        "text_bytes": len(data),
        "text_sha256": hashlib.sha256(data).hexdigest(),
        "seeds": len(print_.seed_positions),
        "seed_limit": seeds.reach(print_.weights, print_.seed_positions, 0).seed_limit,
        "sketch": print_.sketch,
        "signature": print_.signature,
    }


def _works(prints: Sequence[Print]) -> pa.Table:
    return pa.Table.from_pylist([_work_row(*p) for p in prints], WORKS)


def _tokens(prints: Sequence[Print]) -> pa.Table:
    return pa.table(
        [
            np.concatenate([p.tokens for _, p in prints] or [np.empty(0, np.uint32)]),
            np.concatenate([p.weights for _, p in prints] or [np.empty(0, np.uint8)]),
        ],
        schema=TOKENS,
    )


def _seeds(prints: Sequence[Print]) -> pa.Table:
    hashes = [p.seed_hashes for _, p in prints] or [np.empty(0, np.uint64)]
    works = np.repeat(
        np.arange(len(prints), dtype=np.uint32), [len(h) for h in hashes][: len(prints)]
    )
    positions = [p.seed_positions.astype(np.uint32) for _, p in prints] or [np.empty(0, np.uint32)]
    columns: list[NDArray[Any]] = [np.concatenate(hashes), works, np.concatenate(positions)]
    order = np.lexsort(columns[::-1])
    return pa.table([c[order] for c in columns], schema=SEEDS)


def _texts(prints: Sequence[Print]) -> pa.Table:
    # a lone surrogate has no UTF-8; the fingerprint saw U+FFFD or "?" in its place as well
    texts = [w.text.encode("utf-8", "replace").decode() for w, _ in prints]
    return pa.table([[w.work_id for w, _ in prints], texts], schema=TEXTS)


def _skipped(skipped: Sequence[Skipped]) -> pa.Table:
    rows = [
        {
            "source": s.source,
            "kind": str(s.kind),
            "reason": s.reason,
            "is_failure": s.kind.is_failure,
        }
        for s in skipped
    ]
    return pa.Table.from_pylist(rows, SKIPPED)


def _write_part(folder: Path, name: str, table: pa.Table) -> dict[str, object]:
    """Write one part as a single record batch and return its entry for `index.json`."""
    path = folder / f"{name}.arrow"
    with path.open("wb") as sink, pa.ipc.new_file(sink, PARTS[name]) as writer:
        batches = table.combine_chunks().to_batches() or [
            pa.RecordBatch.from_pylist([], schema=PARTS[name])
        ]
        for batch in batches:
            writer.write_batch(batch)
    with path.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
    return {"sha256": digest, "bytes": path.stat().st_size}


def _facts(parts: dict[str, dict[str, object]], prints: Sequence[Print]) -> dict[str, object]:
    return {
        "schema": INDEX_SCHEMA,
        "tool": {"name": "provaudit", "version": __version__},
        "scheme": parameters.description() | {"digest": parameters.digest()},
        "has_text": True,
        "counts": {
            "works": len(prints),
            "tokens": sum(len(p.tokens) for _, p in prints),
            "seeds": sum(len(p.seed_positions) for _, p in prints),
        },
        "parts": parts,
        "digest": index_digest(parts),
    }


def _write(folder: Path, prints: Sequence[Print], skipped: Sequence[Skipped]) -> None:
    tables = {
        "works": _works(prints),
        "tokens": _tokens(prints),
        "seeds": _seeds(prints),
        "texts": _texts(prints),
        "skipped": _skipped(skipped),
    }
    parts = {name: _write_part(folder, name, table) for name, table in tables.items()}
    text = json.dumps(_facts(parts, prints), indent=1, sort_keys=True, ensure_ascii=False)
    (folder / "index.json").write_text(text + "\n", "utf-8")


def _check_target(folder: Path) -> None:
    if folder.is_dir() and any(folder.iterdir()) and not (folder / "index.json").exists():
        raise UsageError(f"{folder} is not empty and holds no index; name a new folder with -o.")
    if folder.exists() and not folder.is_dir():
        raise UsageError(f"{folder} is a file; name a folder for the index with -o.")


def _put_in_place(written: Path, folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "index.json").unlink(missing_ok=True)
    for path in sorted(written.iterdir(), key=lambda p: p.name == "index.json"):
        path.replace(folder / path.name)


def build_index(
    catalogue: Catalogue, folder: Path, *, progress: Callable[[int], None] = lambda _: None
) -> Catalogue:
    """Fingerprint the works of `catalogue` and write the index folder.

    Parameters
    ----------
    catalogue : Catalogue
        What was read of the rights holder's files.
    folder : Path
        The index folder; an index already there is replaced.
    progress : callable
        Called with the bytes of text done after each work.

    Returns
    -------
    Catalogue
        What the index holds, with works too short to be looked for among the skipped.

    Raises
    ------
    UsageError
        Where no work can be fingerprinted, or `folder` holds something else.
    """
    _check_target(folder)
    prints: list[Print] = []
    skipped = list(catalogue.skipped)
    for work in catalogue.works:
        print_ = fingerprint_text(work.text)
        if is_too_short(print_):
            skipped.append(_too_short(work, len(print_.tokens)))
        else:
            prints.append((work, print_))
        progress(len(work.text))
    if not prints:
        reasons = "; ".join(f"{s.source}: {s.reason}" for s in skipped[:NAMED_REASONS])
        raise UsageError(
            "No work of the catalogue can be fingerprinted "
            f"({reasons or 'it holds no file'}); name a folder or file with texts."
        )
    skipped.sort(key=lambda s: s.source)
    folder.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=folder.parent, prefix=f".{folder.name}-") as scratch:
        _write(Path(scratch), prints, skipped)
        _put_in_place(Path(scratch), folder)
    return Catalogue(tuple(w for w, _ in prints), tuple(skipped))


def _too_short(work: Work, tokens: int) -> Skipped:
    least = parameters.SHINGLE_TOKENS
    reason = f"{tokens} words; fewer than {least} cannot be told from chance."
    return Skipped(work.source, SkipKind.TOO_SHORT, reason)
