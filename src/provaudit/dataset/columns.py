"""Which string leaves of a dataset hold text, and which hold where a row comes from."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from provaudit.dataset.leaves import Leaf

TEXT_WORDS = 8
"""A value is text when it has at least this many words, most of them of letters."""
TEXT_SHARE = 0.1
"""A leaf holds text when this share of its sampled values is: a chat has short turns, too."""
SAMPLE_VALUES = 64
"""Values sampled of a leaf in each of three row groups of a shard."""

SAMPLE_LENGTH = 500
"""Code points looked at of a sampled value."""

NO_VALUE = "no value in the rows sampled"
"""Why a leaf is not known to hold text; it is scanned where others are, since it may."""

_URL = re.compile(r"^(?:[a-z][a-z0-9+.-]*://|www\.)\S+$", re.IGNORECASE)
# letters, and the vowel signs and marks between them, which `\w` leaves out
_WORD = re.compile(
    r"(?:[^\W\d_]|[\u0300-\u036f\u0591-\u05c7\u064b-\u065f\u0900-\u0dff\u0f71-\u0fbc])+"
)
# scripts without spaces: a run of characters is as many words
_CHARACTER = re.compile("[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3041-\u30ff\u3400-\u9fff]")

TEXT_NAMES = frozenset(
    "text texte texto testo content contents raw_content page_content body document passage "
    "lyrics paroles completion response answer instruction".split()
)
"""Names that say of a column that it holds text, however short its values are."""

PROVENANCE_NAMES = {
    "row_id": ("id", "doc_id", "document_id", "docid", "_id", "uuid", "guid", "row_id", "sample_id",
               "identifier", "warc_record_id", "hash"),
    "url": ("url", "uri", "link", "source_url", "page_url", "document_url", "original_url", "href",
            "warc_target_uri", "source"),
    "date": ("date", "timestamp", "crawl_date", "published", "published_date", "publication_date",
             "created", "created_at", "datetime", "warc_date", "date_download", "time", "year"),
    "licence": ("licence", "license", "licence_url", "license_url", "rights", "license_type",
                "licenses"),
    "dump": ("dump", "crawl", "snapshot", "cc_dump", "dump_id", "crawl_id", "cc_snapshot",
             "warc_filename", "file_path", "subset"),
}  # fmt: skip
"""The usual names of the columns that say where a row comes from, best first."""
METADATA_STRUCTS = ("", "meta.", "metadata.")


@dataclass(frozen=True)
class LeafVerdict:
    """Whether a leaf is scanned, with the reason."""

    leaf: Leaf
    """The leaf."""
    is_text: bool
    """Whether its values are text."""
    reason: str
    """Why not, in a few words; empty for text."""


def is_text_value(value: str) -> bool:
    """Whether a value is running text rather than an id, a URL, a label or encoded data."""
    start = value[:SAMPLE_LENGTH].strip()
    if _URL.match(start):
        return False
    words = sum(len(w) > 1 for w in _WORD.findall(start)) + len(_CHARACTER.findall(start)) // 2
    if words < TEXT_WORDS:
        return False
    pieces = len(start.split()) + len(_CHARACTER.findall(start)) // 2
    return pieces * 3 >= words * 2


def judge_leaf(leaf: Leaf, values: Iterable[str | None]) -> LeafVerdict:
    """Say whether a leaf holds text, from sampled values."""
    seen = [v for v in values if v]
    if not seen:
        return LeafVerdict(leaf, False, NO_VALUE)
    texts = sum(is_text_value(v) for v in seen)
    words = any(_WORD.search(v) and not _URL.match(v) for v in seen)
    named = leaf.steps[-1].lower() in TEXT_NAMES and words
    if texts >= max(1, TEXT_SHARE * len(seen)) or named:
        return LeafVerdict(leaf, True, "")
    return LeafVerdict(leaf, False, "values are ids, URLs or labels rather than text")


def provenance_paths(paths: Sequence[str], scanned: Sequence[str]) -> dict[str, str]:
    """Return which dotted path gives each of `row_id`, `url`, `date`, `licence`, `dump`.

    Parameters
    ----------
    paths : sequence of str
        Dotted paths of the leaves that are neither lists nor below lists.
    scanned : sequence of str
        Leaves scanned as text; they say nothing of where a row comes from.
    """
    known = {p.lower(): p for p in reversed(paths) if p not in scanned}
    found: dict[str, str] = {}
    for kind, names in PROVENANCE_NAMES.items():
        for name in (prefix + n for prefix in METADATA_STRUCTS for n in names):
            if name in known:
                found[kind] = known[name]
                break
    return found
