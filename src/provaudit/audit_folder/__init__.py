"""The audit folder: its files, how they are written, and how they are opened again."""

from provaudit.audit_folder.reading import Audit, open_audit

__all__ = ["Audit", "open_audit"]
