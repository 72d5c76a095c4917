"""One process at a time in an audit folder."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from provaudit.errors import UsageError


def _take(handle: int) -> None:
    if sys.platform == "win32":
        import msvcrt

        msvcrt.locking(handle, msvcrt.LK_NBLCK, 1)
    else:
        import fcntl

        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)


@contextmanager
def locked(folder: Path) -> Iterator[None]:
    """Hold the folder's lock; the system frees it when the process ends, however it ends.

    Raises
    ------
    UsageError
        Where another process holds it.
    """
    handle = os.open(folder / ".lock", os.O_RDWR | os.O_CREAT)
    try:
        try:
            _take(handle)
        except OSError:
            raise UsageError(
                f"Another provaudit is working in {folder}; wait for it or name another folder."
            ) from None
        yield
    finally:
        os.close(handle)
