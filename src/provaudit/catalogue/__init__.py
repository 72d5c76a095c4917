"""Reads a rights holder's catalogue: text, Markdown, EPUB, TEI, tables and manifests."""

from __future__ import annotations

from provaudit.catalogue.reading import read_catalogue
from provaudit.catalogue.work import Catalogue, SkipKind, Skipped, Work

__all__ = ["Catalogue", "SkipKind", "Skipped", "Work", "read_catalogue"]
