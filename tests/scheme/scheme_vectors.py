"""The test vectors on `docs/scheme.md`.

Run this file to make them again, with the tool on the Python path: their inputs stay. The tests
then hold them against the reference.
"""

from __future__ import annotations

import json
import re
import unicodedata
from pathlib import Path
from typing import Any

import numpy as np

Vector = dict[str, Any]

PAGE = Path(__file__).parents[2] / "docs" / "scheme.md"
BLOCK = re.compile(r"(?<=```json\n).*?(?=\n```)", re.DOTALL)


def vectors() -> list[Vector]:
    """The vectors as they stand on the page."""
    return json.loads(BLOCK.search(PAGE.read_text("utf-8"))[0])


def bytes_of(vector: Vector) -> bytes:
    return vector["text"].encode() if "text" in vector else bytes.fromhex(vector["bytes"])


def _computed(vector: Vector) -> Vector:
    from provaudit.scheme.tokens import code_points, place_tokens

    data = np.frombuffer(bytes_of(vector), np.uint8)
    places = place_tokens(data)
    borders = zip(places.folded_starts, places.folded_ends, strict=True)
    out = {name: vector[name] for name in ("name", "text", "bytes") if name in vector}
    out["tokens"] = [places.folded[a:b].tobytes().decode() for a, b in borders]
    out["hashes"] = " ".join(f"{h:08x}" for h in places.hashes)
    if "text" in vector:
        spans = [code_points(data, places.starts), code_points(data, places.ends)]
        out["spans"] = np.stack(spans, axis=1).tolist()
    return out | (_fingerprint(vector["text"]) if "seeds" in vector else {})


def _fingerprint(text: str) -> Vector:
    from provaudit.index.fingerprint import fingerprint_text
    from provaudit.scheme.seeds import shingle_hashes

    found = fingerprint_text(text)
    return {
        "weights": found.weights.tolist(),
        "shingles": [f"{h:016x}" for h in shingle_hashes(found.tokens)],
        "seeds": found.seed_positions.tolist(),
        "signature": [f"{v:016x}" for v in found.signature[:2]],
    }


def _quoted(text: str) -> str:
    """Write a string so that no editor changes it: nothing invisible, nothing decomposed."""
    if unicodedata.normalize("NFC", text) != text:
        return json.dumps(text)
    visible = (c if unicodedata.category(c)[0] not in "MCZ" or c == " " else None for c in text)
    return "".join(
        json.dumps(seen or c, ensure_ascii=seen is None)[1:-1]
        for c, seen in zip(text, visible, strict=True)
    ).join('""')


def _line(value: Any) -> str:
    if isinstance(value, str):
        return _quoted(value)
    if value and isinstance(value[0], str):
        return "[" + ", ".join(map(_quoted, value)) + "]"
    return json.dumps(value)


def _written(vector: Vector) -> str:
    return "  {" + ",\n   ".join(f'"{k}": {_line(v)}' for k, v in vector.items()) + "}"


def main() -> None:
    block = "[\n" + ",\n".join(_written(_computed(v)) for v in vectors()) + "\n]"
    PAGE.write_text(BLOCK.sub(lambda _: block, PAGE.read_text("utf-8"), count=1), "utf-8")


if __name__ == "__main__":
    main()
