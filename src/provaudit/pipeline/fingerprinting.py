"""The first step: from works to an index folder."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from provaudit.errors import UsageError
from provaudit.pipeline.folders import errors_named
from provaudit.pipeline.options import Progress, no_progress

if TYPE_CHECKING:
    from provaudit.catalogue import Catalogue


def fingerprint(
    catalogue: Sequence[Path | str],
    index: Path | str,
    *,
    column_map: Mapping[str, str] | None = None,
    progress: Progress = no_progress,
) -> Catalogue:
    """Read works and write their fingerprints as an index folder.

    Parameters
    ----------
    catalogue : sequence of path
        Folders and files with works (`docs/formats.md`).
    index : path
        The index folder to write.
    column_map : mapping, optional
        Column names of tables, such as ``{"text": "corps"}``.
    progress : callable
        Called with (characters done, characters in all).

    Returns
    -------
    Catalogue
        The works in the index, and what was not read with the reasons.

    Raises
    ------
    UsageError
        Where a path does not exist or no work can be read.
    """
    from provaudit.catalogue import read_catalogue
    from provaudit.index.building import build_index

    if isinstance(catalogue, str):
        raise UsageError(f"The catalogue is a list of paths; write [{catalogue!r}].")
    read = read_catalogue([Path(p) for p in catalogue], column_map=column_map)
    total = sum(len(work.text) for work in read.works)
    done = 0

    def advance(characters: int) -> None:
        nonlocal done
        done += characters
        progress(done, total)

    with errors_named(Path(index)):
        return build_index(read, Path(index), progress=advance)
