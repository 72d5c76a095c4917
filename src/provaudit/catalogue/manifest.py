"""A table that lists the files of a catalogue and says what they are."""

from __future__ import annotations

import posixpath
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path, PureWindowsPath

from provaudit.catalogue.columns import Columns, Metadata, find_columns
from provaudit.catalogue.delimited import Cells, Rows
from provaudit.catalogue.folder import FoundFile
from provaudit.catalogue.reader import NotReadError, damaged, unreadable
from provaudit.catalogue.work import Skipped
from provaudit.display import printable


@dataclass(frozen=True)
class ListedFile:
    """A file that a manifest lists."""

    path: Path
    """Where it is."""
    source: str
    """Its path relative to the catalogue argument."""
    about: Metadata
    """What the manifest says of it."""
    notes: tuple[str, ...]
    """What was assumed to read the manifest."""


def is_manifest(rows: Rows, column_map: Mapping[str, str]) -> bool:
    """Whether the table lists files. A text column that the user names makes it a table of texts.

    A manifest may lack the columns of `column_map`, which were meant for the tables beside it.
    """
    roles = find_columns(rows.header, column_map).roles
    return "file" in roles and not ("text" in column_map and "text" in roles)


def listed_files(
    rows: Rows, manifest: FoundFile, column_map: Mapping[str, str]
) -> Iterator[ListedFile | Skipped]:
    """Yield the file that each row names, or the reason why it cannot be read."""
    columns = find_columns(rows.header, column_map)
    for number, cells in rows.cells:
        try:
            yield _listed(columns, cells, manifest, rows.notes)
        except NotReadError as error:
            yield Skipped(f"{manifest.source}#{number}", error.kind, error.reason)


def _listed(
    columns: Columns, cells: Cells, manifest: FoundFile, notes: tuple[str, ...]
) -> ListedFile:
    name = _inside(columns.value("file", cells))
    path = _existing(manifest.path.parent, name)
    if len(cells) > len(columns.names):
        notes = (*notes, "its row of the manifest has more cells than the header: check its quotes")
    return ListedFile(path, f"{manifest.folder}{name}", columns.metadata(cells), notes)


def _inside(name: str) -> str:
    """Return the normal form of a path that stays in the manifest's folder.

    A manifest comes with the files, so it must not make the tool read anything else.
    """
    windows = PureWindowsPath(name)
    normal = posixpath.normpath(name.replace("\\", "/"))
    if not name or normal == ".":
        raise damaged("its row of the manifest names no file; fill in the column file")
    if windows.drive or windows.root or normal.startswith("/") or normal.split("/")[0] == "..":
        raise damaged(
            f"its row of the manifest names {printable(name)}, outside the manifest's folder; "
            "move the file into it and give a relative path"
        )
    return normal


def _existing(folder: Path, name: str) -> Path:
    """Return the file, also where the disk spells its accents in the other Unicode form."""
    for form in (name, unicodedata.normalize("NFC", name), unicodedata.normalize("NFD", name)):
        path = folder / form
        try:
            path.lstat()
        except (OSError, ValueError):
            continue
        return path
    raise unreadable(
        f"its row of the manifest names {printable(name)}, which is not there; correct the row or "
        "add the file"
    )
