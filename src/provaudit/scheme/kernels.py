"""How the tool compiles its kernels: numba, without the GIL, cached.

With `NUMBA_DISABLE_JIT=1` the same functions run as plain Python over NumPy scalars: slow, equal.

A kernel that calls another pays some 15 ns for each array it hands over (reference counts), also
where the call stands in a branch that is not taken inside a small function. So the hot loops are
flat: they call scalar functions, and other kernels only for what is rare.
"""

from __future__ import annotations

import hashlib
import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from tempfile import TemporaryFile
from typing import Any, TypeVar, cast

import numba
import numpy as np

F = TypeVar("F", bound=Callable[..., Any])

config: Any = numba.config

signed = cast(Callable[[Any], int], np.int64)
"""A signed integer, inside kernels: there `int` of an unsigned value stays unsigned, and signed
with unsigned gives a float."""


def _user_cache() -> Path:
    if "NUMBA_CACHE_DIR" in os.environ:
        return Path(os.environ["NUMBA_CACHE_DIR"])
    if sys.platform == "win32":
        return Path(os.environ.get("LOCALAPPDATA", Path.home() / "AppData" / "Local"))
    if sys.platform == "darwin":
        return Path.home() / "Library" / "Caches"
    return Path(os.environ.get("XDG_CACHE_HOME", Path.home() / ".cache"))


@cache
def cache_folder() -> Path | None:
    """Return the folder for compiled kernels, or None where nothing can be written.

    numba knows a kernel as stale only by its own source file, yet machine code holds the kernels
    it calls as well; so the folder's name holds a digest of all sources that have kernels.
    """
    package = Path(__file__).parents[1]
    digest = hashlib.sha256(numba.__version__.encode())
    for source in sorted([*package.glob("scheme/*.py"), *package.glob("matching/*.py")]):
        digest.update(source.read_bytes())
    try:
        folder = _user_cache() / "provaudit" / f"kernels-{digest.hexdigest()[:16]}"
        folder.mkdir(parents=True, exist_ok=True)
        with TemporaryFile(dir=folder):
            return folder
    except (OSError, RuntimeError):
        return None


def is_compiled() -> bool:
    """Whether an earlier run left machine code, so that this one need not compile for long."""
    folder = cache_folder()
    return folder is not None and any(folder.rglob("*.nbc"))


@contextmanager
def _caching_in(folder: Path) -> Iterator[None]:
    # numba reads this setting when a function is decorated; other packages keep theirs
    before, config.CACHE_DIR = config.CACHE_DIR, str(folder)
    try:
        yield
    finally:
        config.CACHE_DIR = before


def kernel(function: F) -> F:
    """Compile `function` on its first call, and keep the machine code on disk if possible."""
    if config.DISABLE_JIT:
        return np.errstate(over="ignore")(function)
    folder = cache_folder()
    if folder is None:
        return cast(F, numba.njit(function, nogil=True, error_model="numpy"))
    with _caching_in(folder):
        return cast(F, numba.njit(function, nogil=True, cache=True, error_model="numpy"))


def inline(function: F) -> F:
    """Compile a scalar `function` into the kernels that call it."""
    if config.DISABLE_JIT:
        return np.errstate(over="ignore")(function)
    return cast(F, numba.njit(function, nogil=True, error_model="numpy", inline="always"))
