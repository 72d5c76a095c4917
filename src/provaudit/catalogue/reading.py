"""Reads a whole catalogue: what gave a work, what did not, and why."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path, PurePosixPath
from typing import NamedTuple

from provaudit.catalogue.columns import (
    Metadata,
    check_column_map,
    column_named,
    missing_column,
)
from provaudit.catalogue.delimited import Rows, parse_rows
from provaudit.catalogue.folder import CatalogueFiles, FoundFile, identity, read_bytes
from provaudit.catalogue.formats import is_table, read_text, reader_of
from provaudit.catalogue.manifest import ListedFile, is_manifest, listed_files
from provaudit.catalogue.reader import NotReadError, damaged
from provaudit.catalogue.table import has_text, read_table
from provaudit.catalogue.work import Catalogue, SkipKind, Skipped, Work
from provaudit.display import printable
from provaudit.errors import ProvauditError, UsageError

_NOTHING_SAID = Metadata("", "", "", "", (), {})


class _Table(NamedTuple):
    file: FoundFile
    rows: Rows


def read_catalogue(
    paths: Sequence[Path], *, column_map: Mapping[str, str] | None = None
) -> Catalogue:
    """Return the works in `paths`, and everything there that gave none.

    Parameters
    ----------
    paths : sequence of Path
        Folders, read recursively, and files.
    column_map : mapping of str to str, optional
        For tables: the column that holds the `text`, `id`, `title`, `author`, `language` or
        (of a manifest) `file`.

    Returns
    -------
    Catalogue
        Without works where nothing could be read; no file content raises an error.

    Raises
    ------
    UsageError
        A path does not exist, or `column_map` names a column that does not.
    """
    columns = dict(column_map or {})
    check_column_map(columns)
    found = CatalogueFiles([Path(path) for path in paths])
    outcomes: list[Work | Skipped] = [*found.skipped]
    tables = list(_parsed_tables(found.files, outcomes))
    _check_mapped_columns(columns, tables, any(is_table(f.source) for f in found.files))
    outcomes.extend(_read_all(found.files, tables, columns))
    return _catalogue(outcomes)


def _parsed_tables(files: list[FoundFile], outcomes: list[Work | Skipped]) -> Iterator[_Table]:
    for file in files:
        if is_table(file.source):
            try:
                yield _Table(file, _parse(file))
            except NotReadError as error:
                outcomes.append(Skipped(file.source, error.kind, error.reason))


def _parse(file: FoundFile) -> Rows:
    data = read_bytes(file.path)
    try:
        return parse_rows(data)
    except ProvauditError:
        raise
    except Exception as error:
        # As for texts: one hostile file must not take the catalogue down with it.
        raise damaged(f"it could not be read ({type(error).__name__}); save it again") from error


def _check_mapped_columns(
    columns: Mapping[str, str], tables: list[_Table], any_table: bool
) -> None:
    """Refuse a column that no table has; a table of texts also checks its own."""
    for role, name in columns.items():
        if not any_table:
            raise UsageError(
                f"the column {printable(name)!r} is mapped to {role}, but the catalogue holds no "
                "table; leave the mapping out"
            )
        if tables and not any(column_named(t.rows.header, name) is not None for t in tables):
            raise missing_column(tables[0].file.source, role, name, tables[0].rows.header)


def _read_all(
    files: list[FoundFile], tables: list[_Table], columns: Mapping[str, str]
) -> Iterator[Work | Skipped]:
    listed: list[ListedFile] = []
    for table in tables:
        if is_manifest(table.rows, columns):
            for entry in listed_files(table.rows, table.file, columns):
                if isinstance(entry, Skipped):
                    yield entry
                else:
                    listed.append(entry)
        else:
            yield from _table_outcomes(table, columns)
    yield from (_outcome(f.path, f.source, f.about, f.notes) for f in listed)
    yield from _read_loose(files, {identity(f.path) for f in listed} - {None})


def _table_outcomes(table: _Table, columns: Mapping[str, str]) -> Iterable[Work | Skipped]:
    try:
        return list(read_table(table.rows, table.file.source, columns))
    except NotReadError as error:
        return [Skipped(table.file.source, error.kind, error.reason)]


def _read_loose(
    files: list[FoundFile], listed: set[tuple[int, int] | None]
) -> Iterator[Work | Skipped]:
    for file in files:
        if not is_table(file.source) and identity(file.path) not in listed:
            yield _outcome(file.path, file.source, _NOTHING_SAID, ())


def _outcome(path: Path, source: str, about: Metadata, notes: tuple[str, ...]) -> Work | Skipped:
    try:
        return _work(path, source, about, notes)
    except NotReadError as error:
        return Skipped(source, error.kind, error.reason)


def _work(path: Path, source: str, about: Metadata, notes: tuple[str, ...]) -> Work:
    reader_of(source)  # before the file is opened: what is not read need not be readable
    read = read_text(source, read_bytes(path))
    if not has_text(read.text):
        raise NotReadError(SkipKind.EMPTY, "its text has no letter and no digit")
    return Work(
        about.work_id or PurePosixPath(source).stem,
        read.text,
        source,
        title=about.title or read.title,
        author=about.author or read.author,
        language=about.language or read.language,
        identifiers=tuple(dict.fromkeys(about.identifiers + read.identifiers)),
        extra=about.extra,
        notes=notes + read.notes,
    )


def _catalogue(outcomes: list[Work | Skipped]) -> Catalogue:
    works: dict[str, Work] = {}
    skipped = [outcome for outcome in outcomes if isinstance(outcome, Skipped)]
    for work in sorted(
        (o for o in outcomes if isinstance(o, Work)), key=lambda w: _order(w.source)
    ):
        first = works.setdefault(work.work_id, work)
        if first is not work:
            skipped.append(_duplicate(work, first))
    skipped.sort(key=lambda s: (_order(s.source), s.kind, s.reason))
    return Catalogue(tuple(works[key] for key in sorted(works)), tuple(skipped))


def _duplicate(work: Work, first: Work) -> Skipped:
    reason = (
        f"{printable(work.source)} has the work id {printable(work.work_id)}, which "
        f"{printable(first.source)} has already; give one of them another id"
    )
    return Skipped(work.source, SkipKind.DUPLICATE, reason)


def _order(source: str) -> tuple[str, int]:
    """Sort the rows of a table by their number, so that row 2 stands before row 10."""
    path, mark, row = source.rpartition("#")
    return (path, int(row)) if mark and row.isdecimal() else (source, 0)
