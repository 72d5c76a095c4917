"""Which Parquet shards a dataset argument names."""

from __future__ import annotations

import glob
import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePath

from provaudit.display import printable
from provaudit.errors import UsageError

SUFFIXES = (".parquet", ".pq", ".parq")


@dataclass(frozen=True, order=True)
class Shard:
    """One Parquet file of a dataset."""

    name: str
    """`/`-separated, relative to the dataset argument, prefixed by its name when several."""
    path: Path
    """Where it lies."""


def _walk(folder: Path) -> Iterator[Path]:
    """Yield the files below a folder that are named like shards, and folders that can't be listed.

    Links are followed, each folder once. A pipe or a link to nothing is yielded too: whoever
    opens it says what is wrong with it.
    """
    seen: set[Path] = set()
    unlisted: list[Path] = []
    walk = os.walk(
        folder, followlinks=True, onerror=lambda error: unlisted.append(Path(error.filename))
    )
    for root, folders, files in walk:
        folders[:] = sorted(f for f in folders if not f.startswith("."))
        real = Path(root).resolve()
        if real in seen:
            folders.clear()
            continue
        seen.add(real)
        for name in files:
            if not name.startswith(".") and Path(name).suffix.lower() in SUFFIXES:
                yield Path(root) / name
    yield from unlisted


def _in_folder(folder: Path) -> Iterator[tuple[str, Path]]:
    seen: set[Path] = set()
    for path in sorted(_walk(folder)):
        real = path.resolve()
        if real not in seen:
            seen.add(real)
            yield path.relative_to(folder).as_posix(), path


def _in_pattern(pattern: str) -> Iterator[tuple[str, Path]]:
    # pathlib's glob takes no absolute patterns
    found = [Path(p) for p in glob.glob(pattern, recursive=True)]  # noqa: PTH207
    fixed = PurePath(pattern).parts
    stop = next(i for i, part in enumerate(fixed) if glob.has_magic(part))
    root = Path(*fixed[:stop]) if stop else Path()
    for path in sorted(found):
        if path.suffix.lower() in SUFFIXES:
            yield path.relative_to(root).as_posix(), path


def _of_argument(argument: str) -> Iterator[tuple[str, Path]]:
    path = Path(argument)
    if path.is_dir():
        yield from _in_folder(path)
    elif path.exists():
        yield path.name, path
    elif glob.has_magic(argument):
        yield from _in_pattern(argument)
    else:
        raise UsageError(
            f"{printable(argument)} does not exist; name a Parquet file, a folder or a pattern."
        )


def readable_name(name: str) -> str:
    """Return a file name with U+FFFD in place of bytes that are not UTF-8."""
    return os.fsencode(name).decode("utf-8", "replace")


def _prefix(argument: str) -> str:
    path = Path(argument)
    return f"{path.resolve().name}/" if path.is_dir() else ""


def find_shards(arguments: Sequence[str]) -> list[Shard]:
    """Return the shards that the dataset arguments name, sorted by name.

    Raises
    ------
    UsageError
        Where an argument does not exist, no shard is found, or two shards get one name.
    """
    if not arguments:
        raise UsageError("No dataset is named; name Parquet files, folders or patterns.")
    several = len(arguments) > 1
    shards: dict[str, Shard] = {}
    for argument in arguments:
        for name, path in _of_argument(argument):
            full = readable_name(_prefix(argument) + name if several else name)
            known = shards.setdefault(full, Shard(full, path))
            if known.path.resolve() != path.resolve():
                raise UsageError(
                    f"{known.path} and {path} would both be called {full}; "
                    "name a folder that holds both."
                )
    if not shards:
        named = ", ".join(printable(a) for a in arguments)
        raise UsageError(f"{named} holds no Parquet file ({', '.join(SUFFIXES)}).")
    return sorted(shards.values())
