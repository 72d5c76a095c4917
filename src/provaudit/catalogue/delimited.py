"""CSV and TSV as spreadsheets write them: any usual delimiter, any usual encoding."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import islice

from provaudit.catalogue.encoding import decode
from provaudit.catalogue.reader import NotReadError, damaged
from provaudit.catalogue.work import SkipKind
from provaudit.display import printable

Cells = tuple[str, ...]

_DELIMITERS = ",;\t"
# A delimiter that no file holds: for tables of one column, whose cells hold commas.
_NO_DELIMITER = "\x1f"
_SAMPLED_ROWS = 20
# A cell may hold a whole book. The limit is a C long, of 32 bits on Windows.
_LARGEST_CELL = 2**31 - 1
_EXCEL_HINT = re.compile(r"\Asep=([^\r\n])\r?\n", re.I)


@dataclass(frozen=True)
class Rows:
    """A table as its file says it."""

    header: Cells
    """Column names, stripped."""
    cells: tuple[tuple[int, Cells], ...]
    """Row number (the first row below the header is 1) and cells of each row that is not blank."""
    notes: tuple[str, ...]
    """What was assumed."""


def parse_rows(data: bytes) -> Rows:
    """Return the header and the rows of a table.

    Raises
    ------
    NotReadError
        There is no row (`SkipKind.EMPTY`) or it is no table (`SkipKind.DAMAGED`).
    """
    decoded = decode(data)
    delimiter, text = _delimiter(decoded.text)
    records, notes = _records(text, delimiter)
    if len(records) < 2:
        raise NotReadError(SkipKind.EMPTY, "the table has no row below its header")
    header = tuple(name.strip() for name in records[0])
    cells = tuple((n, row) for n, row in enumerate(records[1:], 1) if any(c.strip() for c in row))
    return Rows(header, cells, decoded.notes + notes)


def _delimiter(text: str) -> tuple[str, str]:
    """Return the delimiter and the text of the table: the hint of Excel is not a row of it."""
    if hint := _EXCEL_HINT.match(text):
        return hint[1], text[hint.end() :]
    best = max(_DELIMITERS, key=lambda delimiter: _plausibility(text, delimiter))
    return (best if _plausibility(text, best)[0] > 1 else _NO_DELIMITER), text


def _plausibility(text: str, delimiter: str) -> tuple[int, int]:
    """Return how many columns the header has with it, and how many rows agree with that."""
    with _long_cells():
        reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
        try:
            widths = [len(row) for row in islice(filter(None, reader), _SAMPLED_ROWS + 1)]
        except csv.Error:
            return 0, 0
    return (widths[0], widths[1:].count(widths[0])) if widths else (0, 0)


def _records(text: str, delimiter: str) -> tuple[list[Cells], tuple[str, ...]]:
    """Return all records from the header on; a quote that is never closed leaves a note."""
    try:
        return _parsed(text, delimiter, strict=True), ()
    except csv.Error:
        pass
    try:
        records = _parsed(text, delimiter, strict=False)
    except csv.Error as error:
        raise damaged(f"it is not a table ({printable(str(error))}); save it again") from error
    return records, ('its quotes (") do not balance: check that no row swallowed the next',)


def _parsed(text: str, delimiter: str, *, strict: bool) -> list[Cells]:
    with _long_cells():
        reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=strict)
        records = [tuple(row) for row in reader]
    start = next((n for n, row in enumerate(records) if any(map(str.strip, row))), len(records))
    return records[start:]


@contextmanager
def _long_cells() -> Iterator[None]:
    """Lift the limit that the csv module keeps for the whole process, then put it back."""
    before = csv.field_size_limit(_LARGEST_CELL)
    try:
        yield
    finally:
        csv.field_size_limit(before)
