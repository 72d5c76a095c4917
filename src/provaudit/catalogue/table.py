"""A table with one work a row: lyrics, press articles, poems."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import PurePosixPath

from provaudit.catalogue.columns import Columns, column_named, find_columns, missing_column
from provaudit.catalogue.delimited import Cells, Rows
from provaudit.catalogue.reader import not_a_text
from provaudit.catalogue.work import SkipKind, Skipped, Work
from provaudit.display import printable


def read_table(rows: Rows, source: str, column_map: Mapping[str, str]) -> Iterator[Work | Skipped]:
    """Yield one work, or the reason for none, for each row.

    Raises
    ------
    NotReadError
        No column holds texts (`SkipKind.NOT_A_TEXT`).
    UsageError
        `column_map` names a column that the table does not have.
    """
    # Only a manifest lists files: here a column of that name is one more thing said of the work.
    own_map = {role: name for role, name in column_map.items() if role != "file"}
    for role, name in own_map.items():
        if column_named(rows.header, name) is None:
            raise missing_column(source, role, name, rows.header)
    columns = find_columns(rows.header, own_map, without="file")
    column, notes = _text_column(rows, columns)
    columns = Columns(columns.names, {**columns.roles, "text": column})
    for number, cells in rows.cells:
        yield _row(columns, cells, f"{source}#{number}", (*rows.notes, *notes))


def has_text(text: str) -> bool:
    """Whether there is anything to compare: one letter or digit."""
    return any(map(str.isalnum, text))


def _row(columns: Columns, cells: Cells, source: str, notes: tuple[str, ...]) -> Work | Skipped:
    column = columns.roles["text"]
    text = cells[column] if column < len(cells) else ""
    if not has_text(text):
        return Skipped(source, SkipKind.EMPTY, "its text has no letter and no digit")
    if len(cells) > len(columns.names):
        notes = (*notes, "its row has more cells than the header: check the quotes around its text")
    about = columns.metadata(cells)
    return Work(
        about.work_id or _numbered_id(source),
        text,
        source,
        title=about.title,
        author=about.author,
        language=about.language,
        identifiers=about.identifiers,
        extra=about.extra,
        notes=notes,
    )


def _numbered_id(source: str) -> str:
    path, _, number = source.rpartition("#")
    return f"{PurePosixPath(path).stem}-{number}"


def _text_column(rows: Rows, columns: Columns) -> tuple[int, tuple[str, ...]]:
    """Return the column of texts: the one named so, else the one with the longest values."""
    if "text" in columns.roles:
        return columns.roles["text"], ()
    used = set(columns.roles.values())
    lengths = {n: 0 for n in range(len(rows.header)) if n not in used}
    for _, cells in rows.cells:
        for n in lengths:
            lengths[n] += len(cells[n]) if n < len(cells) else 0
    if not any(lengths.values()):
        raise not_a_text("no column of the table holds texts; name it with text=COLUMN")
    longest = max(lengths, key=lambda n: lengths[n])
    name = printable(columns.names[longest])
    return longest, (f"text taken from the column with the longest values, {name!r}",)
