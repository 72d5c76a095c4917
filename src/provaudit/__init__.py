"""provaudit: which works of a catalogue stand in a dataset, how much of each, and where."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from provaudit.version import __version__

if TYPE_CHECKING:
    from provaudit.pipeline import ScanOptions, audit, check, fingerprint, report, scan, verify

__all__ = [
    "ScanOptions",
    "__version__",
    "audit",
    "check",
    "fingerprint",
    "report",
    "scan",
    "verify",
]


def __getattr__(name: str) -> Any:
    # numba and pyarrow are imported only when something is done
    if name in __all__:
        from provaudit import pipeline

        return getattr(pipeline, name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
