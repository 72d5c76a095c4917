"""Finds the files of a catalogue and reads their bytes."""

from __future__ import annotations

import os
import stat
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from provaudit.catalogue.reader import unreadable
from provaudit.catalogue.work import SkipKind, Skipped
from provaudit.display import printable
from provaudit.errors import UsageError

# Larger than any text: reading it would only fill the memory.
_LARGEST_FILE = 2 * 1024**3


@dataclass(frozen=True)
class FoundFile:
    """A file under one of the catalogue's arguments."""

    path: Path
    """Where it is."""
    source: str
    """Its path relative to the argument, with ``/``."""
    folder: str
    """What stands before the names of its neighbours in their `source`."""


class CatalogueFiles:
    """The files under the arguments, each found once.

    Parameters
    ----------
    arguments : sequence of Path
        Folders and files.

    Raises
    ------
    UsageError
        An argument does not exist.
    """

    def __init__(self, arguments: Sequence[Path]) -> None:
        self.files: list[FoundFile] = []
        self.skipped: list[Skipped] = []
        self._seen: dict[str, str] = {}
        for path, name in zip(arguments, _own_names(arguments), strict=True):
            self._add_argument(path, name, alone=len(arguments) == 1)

    def _add_argument(self, path: Path, name: str, *, alone: bool) -> None:
        if not _exists(path):
            raise UsageError(f"{printable(str(path))} does not exist; give a folder or a file")
        if _is_folder(path):
            self._walk(path, "" if alone else f"{name}/", name)
        elif self._is_new(path, name):
            self.files.append(FoundFile(path, name, "" if alone else f"{name}/"))

    def _walk(self, top: Path, prefix: str, name: str) -> None:
        """Visit real folders first, so that a linked one is known to be read already."""
        waiting, linked = [(top, prefix)], list[tuple[Path, str]]()
        while waiting or linked:
            folder, before = waiting.pop() if waiting else linked.pop(0)
            if not self._is_new(folder, before.rstrip("/") or name):
                continue
            for path in self._visible(folder, before.rstrip("/") or name):
                source = before + _shown(path.name)
                if not _is_folder(path):
                    self._add_file(path, source, before)
                else:
                    (linked if path.is_symlink() else waiting).append((path, f"{source}/"))

    def _add_file(self, path: Path, source: str, before: str) -> None:
        if self._is_new(path, source):
            self.files.append(FoundFile(path, source, before))

    def _is_new(self, path: Path, source: str) -> bool:
        """Whether this place was not read yet; a link to a file is a place of its own."""
        parent = path if _is_folder(path) else path.parent
        place = os.path.realpath(parent) + ("" if parent is path else f"{os.sep}{path.name}")
        first = self._seen.setdefault(place, source)
        if first is source:
            return True
        reason = f"it was read already as {printable(first)}"
        self.skipped.append(Skipped(source, SkipKind.NOT_A_TEXT, reason))
        return False

    def _visible(self, folder: Path, source: str) -> list[Path]:
        try:
            entries = sorted(folder.iterdir(), key=lambda path: path.name)
        except OSError as error:
            reason = f"the folder cannot be listed ({_cause(error)}); check its permissions"
            self.skipped.append(Skipped(source, SkipKind.UNREADABLE, reason))
            return []
        return [path for path in entries if not path.name.startswith(".")]


def read_bytes(path: Path) -> bytes:
    """Return the bytes of a file. Pipes, sockets and devices are never opened: they may block.

    Raises
    ------
    NotReadError
        It cannot be read (`SkipKind.UNREADABLE`).
    """
    try:
        status = path.stat()
        if not stat.S_ISREG(status.st_mode):
            raise unreadable("it is not a file but a folder, pipe, socket or device; take it out")
        if status.st_size > _LARGEST_FILE:
            raise unreadable(f"it is larger than {_LARGEST_FILE // 1024**3} GB; split it")
        return path.read_bytes()
    except (OSError, ValueError) as error:
        raise unreadable(f"it cannot be read ({_cause(error)}); check the file") from error


def identity(path: Path) -> tuple[int, int] | None:
    """Return what tells that two paths are one file, or None where it cannot be known."""
    try:
        status = path.stat()
    except (OSError, ValueError):
        return None
    return (status.st_dev, status.st_ino) if status.st_ino else None


def _cause(error: Exception) -> str:
    return printable(getattr(error, "strerror", None) or type(error).__name__)


def _exists(path: Path) -> bool:
    try:
        path.lstat()
    except (OSError, ValueError):
        return False
    return True


def _is_folder(path: Path) -> bool:
    try:
        return path.is_dir()
    except (OSError, ValueError):
        return False


def _shown(name: str) -> str:
    """Return a file name without the lone surrogates that stand for bytes that are no UTF-8."""
    return os.fsencode(name).decode("utf-8", "replace")


def _own_names(arguments: Sequence[Path]) -> list[str]:
    """Return a name for each argument: its own, with folders above it where names are the same."""
    parts = [[_shown(part) for part in path.absolute().parts] for path in arguments]
    if any(part == ".." for path in parts for part in path[-1:]):
        parts = [[_shown(part) for part in path.resolve().parts] for path in arguments]
    names = ["/".join(path[-1:]) for path in parts]
    for depth in range(2, 1 + max(map(len, parts), default=0)):
        twice = {name for name in names if names.count(name) > 1}
        names = [
            "/".join(path[-depth:]) if name in twice else name
            for path, name in zip(parts, names, strict=True)
        ]
    return names
