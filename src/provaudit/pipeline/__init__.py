"""The steps of the tool, composed: what the command line and the library call."""

from provaudit.pipeline.auditing import audit, check, report, verify
from provaudit.pipeline.fingerprinting import fingerprint
from provaudit.pipeline.options import Progress, ScanOptions, default_workers
from provaudit.pipeline.scanning import scan

__all__ = [
    "Progress",
    "ScanOptions",
    "audit",
    "check",
    "default_workers",
    "fingerprint",
    "report",
    "scan",
    "verify",
]
