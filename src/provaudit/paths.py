"""Paths as Arrow takes them."""

from __future__ import annotations

import os
from pathlib import Path


def arrow_path(path: Path) -> str | bytes:
    """Return a path for Arrow's own file classes; a name in a POSIX system need not be UTF-8."""
    return os.fsencode(path) if os.name == "posix" else str(path)
