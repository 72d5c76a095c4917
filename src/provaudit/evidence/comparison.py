"""Comparing one match with the texts it speaks of."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
from numpy.typing import NDArray

from provaudit.matching.alignment import PlacedText
from provaudit.matching.parameters import GAP
from provaudit.scheme import seeds
from provaudit.scheme.parameters import BIT


def _token(text: PlacedText, place: int) -> bytes:
    start, end = text.places.folded_starts[place], text.places.folded_ends[place]
    return text.places.folded[start:end].tobytes()


def _equal(
    runs: NDArray[np.int64], cell: PlacedText, work: PlacedText, first: tuple[int, int]
) -> bool:
    """Whether each token of each run is the same on both sides, in plain Python."""
    for c, w, length in runs.tolist():
        for k in range(length):
            c_at, w_at = first[0] + c + k, first[1] + w + k
            if c_at >= len(cell.starts) or w_at >= len(work.starts):
                return False
            if _token(cell, c_at) != _token(work, w_at):
                return False
    return True


def _gaps(runs: NDArray[np.int64]) -> int:
    """Return the tokens on the longer side of each gap, summed."""
    ends = runs[:-1, :2] + runs[:-1, 2:]
    return int((runs[1:, :2] - ends).max(axis=1).sum()) if len(runs) > 1 else 0


def _score(runs: NDArray[np.int64], work: PlacedText, first: int) -> int:
    weights = seeds.weights(work.places).astype(np.int64)
    equal = sum(
        int(weights[first + w : first + w + length].sum()) for _, w, length in runs.tolist()
    )
    return equal - GAP * _gaps(runs)


def compare_match(
    record: dict[str, Any], cell: PlacedText, work: PlacedText | None
) -> Iterator[str]:
    """Yield one sentence for each thing that differs.

    Parameters
    ----------
    record : dict
        The match's row, with its alignment's runs and, where there are any, its extracts.
    cell : PlacedText
        The cell as it is now.
    work : PlacedText, optional
        The whole work; without it the extract's text stands in, and `bits` is not compared, since
        the weight of a token depends on those before it.
    """
    if cell.sha256 != record["cell_sha256"]:
        yield "the cell's text is not the one that was scanned."
        return
    span = cell.text[record["cell_start"] : record["cell_end"]]
    if record.get("cell_text", span) != span:
        yield "the extract is not the text at the span in the cell."
    first = (record.get("cell_token_start", 0), record["work_token_start"])
    if work is None:
        if "work_text" not in record:
            yield "the catalogue's text is not in the audit; give the index with --index."
            return
        text, first = PlacedText(record["work_text"]), (first[0], 0)
    else:
        text = work
        mine = work.text[record["work_start"] : record["work_end"]]
        if record.get("work_text", mine) != mine:
            yield "the extract is not the text at the span in the work."
    if "runs" not in record:
        yield "its alignment is not in alignments.parquet."
        return
    runs = np.array(record["runs"], np.int64).reshape(-1, 3)
    if not _equal(runs, cell, text, first):
        yield "tokens that were aligned as equal are not equal."
        return
    yield from _compare_numbers(record, runs)
    if work is not None and abs(_score(runs, work, first[1]) / BIT - record["bits"]) > 1e-9:
        yield f"the score is {_score(runs, work, first[1]) / BIT} bits, not {record['bits']}."


def _compare_numbers(record: dict[str, Any], runs: NDArray[np.int64]) -> Iterator[str]:
    tokens, longest = int(runs[:, 2].sum()), int(runs[:, 2].max())
    if tokens != record["tokens"]:
        yield f"{tokens} tokens are equal, not {record['tokens']}."
    if longest != record["longest_run"]:
        yield f"the longest run has {longest} tokens, not {record['longest_run']}."
    identity = tokens / (tokens + _gaps(runs))
    if abs(identity - record["identity"]) > 1e-12:
        yield f"the identity is {identity}, not {record['identity']}."
