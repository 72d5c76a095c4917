"""Indexes for the tests, and what someone who forges one can do."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pyarrow as pa

from provaudit.catalogue import Catalogue, Work
from provaudit.index.building import build_index
from provaudit.index.schemas import PARTS

TEXTS = {
    "aube": "Dès l’aube, à l’heure où blanchit la campagne, je partirai. Vois-tu, je sais que tu "
    "m’attends. J’irai par la forêt, j’irai par la montagne.",
    "lied": "Ich weiß nicht, was soll es bedeuten, daß ich so traurig bin; ein Märchen aus alten "
    "Zeiten, das kommt mir nicht aus dem Sinn.",
    "lune": "床前明月光，疑是地上霜。舉頭望明月，低頭思故鄉。",
}


def make_index(folder: Path, texts: Mapping[str, str] = TEXTS) -> Path:
    works = tuple(Work(work_id=i, text=texts[i], source=f"{i}.txt") for i in sorted(texts))
    build_index(Catalogue(works, ()), folder)
    return folder


def facts_of(folder: Path) -> dict[str, Any]:
    return json.loads((folder / "index.json").read_text("utf-8"))


def write_facts(folder: Path, facts: object) -> None:
    (folder / "index.json").write_text(json.dumps(facts), "utf-8")


def declare_again(folder: Path) -> None:
    """Make `index.json` declare the parts as they now are."""
    facts = facts_of(folder)
    for name in PARTS:
        data = (folder / f"{name}.arrow").read_bytes()
        facts["parts"][name] = {"sha256": hashlib.sha256(data).hexdigest(), "bytes": len(data)}
    facts["digest"] = digest_of(facts)
    write_facts(folder, facts)


def digest_of(facts: dict[str, Any]) -> str:
    identity = {n: p["sha256"] for n, p in facts["parts"].items() if n != "skipped"}
    return hashlib.sha256(json.dumps(identity, sort_keys=True).encode()).hexdigest()


def read_part(folder: Path, name: str) -> pa.Table:
    with pa.OSFile(str(folder / f"{name}.arrow"), "rb") as source:
        return pa.ipc.open_file(source).read_all()


def write_part(folder: Path, name: str, table: pa.Table, *, batch_rows: int = 10**9) -> None:
    with (
        pa.OSFile(str(folder / f"{name}.arrow"), "wb") as sink,
        pa.ipc.new_file(sink, table.schema) as writer,
    ):
        writer.write_table(table.combine_chunks(), batch_rows)
    declare_again(folder)


def change_column(
    folder: Path, name: str, column: str, change: Callable[[list[Any]], list[Any]]
) -> None:
    """Replace a column's values and declare the part again."""
    table = read_part(folder, name)
    place = table.schema.get_field_index(column)
    field = table.schema.field(place)
    values = pa.array(change(table[column].to_pylist()), field.type)
    write_part(folder, name, table.set_column(place, field, values))
