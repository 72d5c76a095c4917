"""Which Parquet shards a dataset argument names."""

from __future__ import annotations

import glob
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


def _in_folder(folder: Path) -> Iterator[tuple[str, Path]]:
    seen: set[Path] = set()
    for path in sorted(folder.rglob("*")):
        hidden = any(part.startswith(".") for part in path.relative_to(folder).parts)
        if path.suffix.lower() in SUFFIXES and not hidden and path.is_file():
            real = path.resolve()
            if real not in seen:
                seen.add(real)
                yield path.relative_to(folder).as_posix(), path


def _in_pattern(pattern: str) -> Iterator[tuple[str, Path]]:
    # pathlib's glob takes no absolute patterns
    found = glob.glob(pattern, recursive=True)  # noqa: PTH207
    paths = sorted(Path(p) for p in found if Path(p).is_file())
    fixed = PurePath(pattern).parts
    stop = next(i for i, part in enumerate(fixed) if glob.has_magic(part))
    root = Path(*fixed[:stop]) if stop else Path()
    for path in paths:
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
    several = len(arguments) > 1
    shards: dict[str, Shard] = {}
    for argument in arguments:
        for name, path in _of_argument(argument):
            full = _prefix(argument) + name if several else name
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
