"""Catalogues, cells and random texts for the tests of the scan."""

from __future__ import annotations

import random
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa

import naive
from provaudit.catalogue import Catalogue, Work
from provaudit.index.building import build_index
from provaudit.index.reading import Index, open_index
from provaudit.matching import kernel
from provaudit.matching.cells import CellResult, Scanner, open_scanner, scan_batch
from provaudit.scheme.tables import load_table

SCRIPTS = {
    "Latin": "abcdefghilmnoprstuvéàçœß",
    "Greek": "αβγδεζηθικλμνξοπρστυφχψωάή",
    "Cyrillic": "абвгдежзийклмнопрстуфхцчшщъыьэюяё",
    "Arabic": "ابتثجحخدذرزسشصضطظعغفقكلمنهوي",
    "Hebrew": "אבגדהוזחטיכלמנסעפצקרשת",
    "Devanagari": "कखगघचछजझटठडढणतथदधनपफबभमयरलव",
    "Hangul": "가나다라마바사아자차카타파하강낭당랑망",
    "digits": "0123456789",
}
"""Scripts with words."""
CHARACTERS = {
    "Han": [chr(cp) for cp in range(0x4E00, 0x5A00)],
    "Kana": list(
        "あいうえおかきくけこさしすせそたちつてとなにぬねのはひふへほまみむめもやゆよらりるれろわをん"
    ),
    "Thai": [chr(cp) for cp in range(0xE01, 0xE2F)],
}
"""Scripts in which each character is a token."""


def make_index(texts: Mapping[str, str]) -> Index:
    """An index of some texts; its files are mapped, so the folder may go."""
    works = tuple(Work(work_id=i, text=texts[i], source=i) for i in sorted(texts))
    with tempfile.TemporaryDirectory() as folder:
        build_index(Catalogue(works, ()), Path(folder) / "index")
        return open_index(Path(folder) / "index")


def make_scanner(*texts: Mapping[str, str]) -> Scanner:
    return open_scanner([make_index(part) for part in texts])


def random_tokens(rng: random.Random, script: str, count: int) -> list[str]:
    """Words or characters, each of which is one token."""
    if script in CHARACTERS:
        return rng.choices(CHARACTERS[script], k=count)
    letters = SCRIPTS[script]
    return ["".join(rng.choices(letters, k=rng.randint(2, 10))) for _ in range(count)]


def cells_of(cells: Sequence[str | bytes | None]) -> pa.LargeStringArray:
    """Cells as Parquet gives them: nobody has checked that they are UTF-8."""
    data = [c.encode() if isinstance(c, str) else c for c in cells]
    binary = pa.array(data, pa.large_binary())
    return pa.LargeStringArray.from_buffers(
        len(binary), *binary.buffers()[1:], binary.buffers()[0], -1, 0
    )


def scan(scanner: Scanner, cells: pa.LargeStringArray | Sequence[Any]) -> list[CellResult]:
    array = cells if isinstance(cells, pa.Array) else cells_of(cells)
    return scan_batch(array, scanner, scanner.work_texts())[0]


def facts(result: CellResult) -> list[tuple[Any, ...]]:
    """All that is said of a cell's alignments."""
    return [
        (
            a.work_id, a.cell_span, a.work_span, a.cell_tokens, a.work_tokens, a.score,
            a.runs.tolist(), a.char_identity, a.verified,
        )
        for a in result.alignments
    ]  # fmt: skip


def kernel_alignments(scanner: Scanner, cells: Sequence[str]) -> list[list[naive.Aligned]]:
    """What `scan_cells` finds in each cell, in the shape that the reference gives."""
    data = [cell.encode() for cell in cells]
    offsets = np.cumsum([0, *map(len, data)]).astype(np.int64)
    flat = np.frombuffer(b"".join(data), np.uint8)
    found, runs, _ = kernel.scan_cells(flat, offsets, scanner.lookup, load_table())
    out: list[list[naive.Aligned]] = [[] for _ in cells]
    for row in found.tolist():
        mine = runs[row[kernel.RUN_START] : row[kernel.RUN_END]].tolist()
        one = naive.Aligned(row[kernel.WORK], row[kernel.SCORE], [tuple(run) for run in mine])
        assert one.cell_span == (row[kernel.C_START], row[kernel.C_END])
        assert one.work_span == (row[kernel.W_START], row[kernel.W_END])
        out[row[kernel.CELL]].append(one)
    return out


def naive_work(text: str) -> naive.Work:
    return naive.Work(naive.hashes(text), naive.weights([w for w, _, _ in naive.tokens(text)]))
