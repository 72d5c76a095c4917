"""What a step may be told."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import dataclass

from provaudit.errors import UsageError

Progress = Callable[[int, int], None]
"""Called with the work done so far and in all (characters of text, or rows)."""


def no_progress(_done: int, _total: int) -> None:
    """Show nothing."""


@dataclass(frozen=True)
class ScanOptions:
    """What a scan may be told."""

    columns: tuple[str, ...] = ()
    """Dotted paths of the text columns; found from sampled values where empty."""
    workers: int | None = None
    """Threads, at least 1; the processors that this process may use where None."""

    def __post_init__(self) -> None:
        if self.workers is not None and self.workers < 1:
            raise UsageError(f"{self.workers} workers cannot scan; name 1 or more.")


def default_workers() -> int:
    """Return how many processors this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return max(1, len(os.sched_getaffinity(0)))
    return os.cpu_count() or 1
