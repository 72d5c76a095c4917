"""Opening an index folder; a foreign one is hostile input."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from provaudit.errors import DamagedError, UsageError
from provaudit.index.schemas import INDEX_SCHEMA, PARTS
from provaudit.paths import arrow_path
from provaudit.scheme import parameters


@dataclass(frozen=True)
class Index:
    """An index folder, opened and checked; arrays are views of the mapped files."""

    folder: Path
    """Where it lies."""
    facts: dict[str, Any]
    """The content of `index.json`."""
    works: pa.Table
    """Metadata, schema `schemas.WORKS`."""
    token_starts: NDArray[np.int64]
    """First token of each work in `tokens`, and the total at the end, shape (works + 1,)."""
    tokens: NDArray[np.uint32]
    """Token hashes of all works, one after the other."""
    weights: NDArray[np.uint8]
    """Token weights in sixteenths of a bit."""
    seed_hashes: NDArray[np.uint64]
    """Seed hashes, ascending, shape (seeds,)."""
    seed_works: NDArray[np.uint32]
    """The work of each seed."""
    seed_positions: NDArray[np.uint32]
    """The first token of each seed in its work."""
    texts: pa.Array
    """The works' texts (large_string)."""
    skipped: pa.Table
    """The catalogue inputs that gave no work, schema `schemas.SKIPPED`."""

    @property
    def digest(self) -> str:
        """SHA-256 over the digests of the parts."""
        return str(self.facts["digest"])


def is_index(folder: Path) -> bool:
    """Whether `folder` is meant to be an index."""
    return (folder / "index.json").is_file()


def _read_facts(folder: Path) -> dict[str, Any]:
    path = folder / "index.json"
    try:
        facts = json.loads(path.read_text("utf-8"))
    except FileNotFoundError:
        raise UsageError(
            f"{folder} is not an index: it has no index.json; run `provaudit fingerprint`."
        ) from None
    except (OSError, ValueError, RecursionError) as error:
        raise _damaged(path, str(error)) from None
    if not isinstance(facts, dict) or facts.get("schema") != INDEX_SCHEMA:
        raise _damaged(path, f"not of schema {INDEX_SCHEMA}")
    kinds = {"scheme": dict, "parts": dict, "counts": dict, "digest": str, "has_text": bool}
    for name, kind in kinds.items():
        if not isinstance(facts.get(name), kind):
            raise _damaged(path, f"it does not say its {name}")
    return facts


def _damaged(path: Path, reason: str) -> DamagedError:
    return DamagedError(f"{path} is damaged ({reason}); run `provaudit fingerprint` again.")


def _check_scheme(folder: Path, facts: dict[str, Any]) -> None:
    if facts["scheme"].get("digest") != parameters.digest():
        raise DamagedError(
            f"{folder} was made with another fingerprint scheme than {parameters.NAME} of this "
            "version; run `provaudit fingerprint` again."
        )
    if facts["scheme"] != parameters.description() | {"digest": parameters.digest()}:
        raise _damaged(folder / "index.json", "its scheme is not what its digest says")


def _read_part(folder: Path, name: str, facts: dict[str, Any]) -> pa.RecordBatch:
    """Map one part; refuse it unless bytes, digest, schema and values are what they should be."""
    path = folder / f"{name}.arrow"
    try:
        declared = facts["parts"][name]["sha256"]
        with path.open("rb") as file:
            if hashlib.file_digest(file, "sha256").hexdigest() != declared:
                raise _damaged(path, "its content is not what index.json declares")
        with pa.memory_map(arrow_path(path)) as source:
            reader = pa.ipc.open_file(source)
            if not reader.schema.equals(PARTS[name]) or reader.num_record_batches != 1:
                raise _damaged(path, "it has other columns than it should")
            batch = reader.get_batch(0)
        batch.validate(full=True)
    except (KeyError, TypeError):
        raise _damaged(folder / "index.json", f"it does not declare {name}.arrow") from None
    except (OSError, pa.ArrowException) as error:
        raise _damaged(path, str(error)) from None
    for field, column in zip(batch.schema, batch.columns, strict=True):
        if column.null_count and not field.nullable:
            raise _damaged(path, f"column {field.name} has missing values")
    return batch


def _check_facts(index: Index) -> None:
    """Check what `index.json` says of the parts as a whole."""
    counts = {
        "works": len(index.works),
        "tokens": len(index.tokens),
        "seeds": len(index.seed_hashes),
    }
    parts = index.facts["parts"]
    if index.facts["counts"] != counts or index.digest != index_digest(parts):
        raise _damaged(index.folder / "index.json", "it does not fit the parts")


def index_digest(parts: Mapping[str, Mapping[str, Any]]) -> str:
    """Return the digest over the parts that make the fingerprints; what was skipped is left out."""
    identity = {name: part["sha256"] for name, part in parts.items() if name != "skipped"}
    return hashlib.sha256(json.dumps(identity, sort_keys=True).encode()).hexdigest()


def _check_tokens(folder: Path, works: pa.Table, tokens: int) -> NDArray[np.int64]:
    """Return where each work's tokens start, from counts that cannot wrap around."""
    counts = works["tokens"].to_numpy()
    ids = works["work_id"].to_pylist()
    if (
        not len(ids)
        or ids != sorted(set(ids))
        or bool((counts < 1).any() or (counts > tokens).any())
    ):
        raise _damaged(folder / "works.arrow", "its works or their tokens cannot be right")
    starts = np.concatenate(([0], np.cumsum(counts, dtype=np.int64)))
    if int(starts[-1]) != tokens:
        raise _damaged(folder / "tokens.arrow", "it does not have the tokens of works.arrow")
    return starts


def _check_seeds(index: Index) -> None:
    """Check every place that a kernel follows without looking."""
    works, hashes = index.seed_works, index.seed_hashes
    wrong = bool((works >= len(index.works)).any()) or bool((hashes[1:] < hashes[:-1]).any())
    if not wrong:
        last = index.seed_positions.astype(np.int64) + parameters.SHINGLE_TOKENS
        wrong = bool((last > np.diff(index.token_starts)[works]).any())
    if wrong:
        raise _damaged(index.folder / "seeds.arrow", "its seeds point outside their works")


def _check_texts(folder: Path, works: pa.Table, texts: pa.RecordBatch) -> None:
    same = texts["work_id"].to_pylist() == works["work_id"].to_pylist()
    declared = zip(works["text_bytes"].to_pylist(), works["text_sha256"].to_pylist(), strict=True)
    for text, (size, sha256) in zip(texts["text"], declared, strict=False):
        data = text.as_buffer()
        same = same and data.size == size and hashlib.sha256(data).hexdigest() == sha256
    if not same or len(texts) != len(works):
        raise _damaged(folder / "texts.arrow", "its texts are not those of works.arrow")


def open_index(folder: Path) -> Index:
    """Open an index folder.

    Raises
    ------
    UsageError
        Where there is no index.
    DamagedError
        Where a part is missing, damaged, or made with another scheme.
    """
    facts = _read_facts(folder)
    _check_scheme(folder, facts)
    parts = {name: _read_part(folder, name, facts) for name in PARTS}
    works = pa.Table.from_batches([parts["works"]])
    _check_texts(folder, works, parts["texts"])
    index = Index(
        folder=folder,
        facts=facts,
        works=works,
        token_starts=_check_tokens(folder, works, len(parts["tokens"])),
        tokens=parts["tokens"]["hash"].to_numpy(),
        weights=parts["tokens"]["weight"].to_numpy(),
        seed_hashes=parts["seeds"]["hash"].to_numpy(),
        seed_works=parts["seeds"]["work"].to_numpy(),
        seed_positions=parts["seeds"]["position"].to_numpy(),
        texts=parts["texts"]["text"],
        skipped=pa.Table.from_batches([parts["skipped"]]),
    )
    _check_facts(index)
    _check_seeds(index)
    return index
