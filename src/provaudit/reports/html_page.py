"""What the HTML page shows, made ready for the templates."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import pairwise
from typing import Any, Final

from provaudit.audit_folder.reading import Audit
from provaudit.reports import sentences as said
from provaudit.reports.coverage import LEVELS, Band, bands
from provaudit.reports.facts import work_facts
from provaudit.reports.figures import clipped, counted, size
from provaudit.reports.html_passage import PassageView, passage_view
from provaudit.reports.model import Overview, WorkRow
from provaudit.reports.overview import overview, section
from provaudit.reports.passages import Passages
from provaudit.version import __version__

MOST_PASSAGES: Final = 20
"""Passages shown of one work."""

MOST_ON_PAGE: Final = 2000
"""Passages shown on one page: about ten megabytes, which a browser still opens at once."""

_LANGUAGE = re.compile(r"[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8}){0,3}")


@dataclass(frozen=True)
class WorkView:
    """One work, as the page shows it."""

    row: WorkRow
    """The work."""
    anchor: str
    """Its place on the page, made from its number: an id may hold anything."""
    language: str | None
    """Its language, where that is a language tag."""
    limit: str | None
    """What is said of a work without matches."""
    facts: tuple[tuple[str, str], ...]
    """Its facts."""
    bands: tuple[Band, ...]
    """The shaded stretches of its coverage map."""
    passages: tuple[PassageView, ...]
    """Its strongest passages."""
    left_out: int
    """How many passages are not shown."""

    @property
    def found(self) -> bool:
        """Whether there is a passage to show."""
        return bool(self.passages)


@dataclass(frozen=True)
class StatusGroup:
    """The works of one status."""

    status: str
    """The status; safe as a CSS class where it is known."""
    name: str
    """How it is written."""
    meaning: str
    """What it says."""
    works: tuple[WorkView, ...]
    """The works."""
    number: int
    """How many there are."""


@dataclass(frozen=True)
class Page:
    """All that the templates show."""

    view: Overview
    """The audit."""
    sentences: tuple[str, ...]
    """The summary, the headline first."""
    groups: tuple[StatusGroup, ...]
    """All works by status."""
    reading: tuple[tuple[str, str], ...]
    """What was read."""
    parameters: tuple[tuple[str, str], ...]
    """The parameters of the audit."""
    provenance: tuple[tuple[str, str], ...]
    """Digests and versions."""
    shades: tuple[str, ...]
    """What the shades of the maps mean, lightest first."""
    means: tuple[str, ...] = said.MEANS
    """What a result means."""
    means_not: tuple[str, ...] = said.MEANS_NOT
    """What a result does not mean."""
    incomplete: str = said.INCOMPLETE
    """What is said of an incomplete audit."""
    compared: str = said.COMPARED
    """How extracts are compared."""

    @property
    def found(self) -> bool:
        """Whether there is a passage to show."""
        return any(work.found for group in self.groups for work in group.works)


def page_of(audit: Audit) -> Page:
    """Return all that the page of an audit shows.

    Raises
    ------
    DamagedError
        Where a table of the audit cannot be read.
    """
    view = overview(audit)
    return Page(
        view=view,
        sentences=tuple(said.sentences(view)),
        groups=tuple(_groups(view, Passages(audit))),
        reading=tuple(_reading(view)),
        parameters=tuple((str(k), _value(v)) for k, v in section(view.facts, "parameters").items()),
        provenance=tuple(_provenance(view)),
        shades=_shades(),
    )


def _groups(view: Overview, passages: Passages) -> Iterator[StatusGroup]:
    """Yield the works by status, in the order of the overview."""
    found = sum(passages.number(work.work_id) > 0 for work in view.works)
    most = max(1, min(MOST_PASSAGES, MOST_ON_PAGE // max(1, found)))
    works = [_work_view(n, work, passages, most) for n, work in enumerate(view.works, 1)]
    done = 0
    for status, number in view.summary.tallies:
        known = status in said.STATUS_NAMES
        yield StatusGroup(
            status=status if known else "unknown",
            name=said.STATUS_NAMES.get(status, clipped(status, 40)),
            meaning=said.STATUS_MEANINGS.get(status, ""),
            works=tuple(works[done : done + number]),
            number=number,
        )
        done += number


def _work_view(number: int, work: WorkRow, passages: Passages, most: int) -> WorkView:
    shown = passages.strongest(work.work_id, most)
    language = work.language or ""
    tag = language if _LANGUAGE.fullmatch(language) else None
    return WorkView(
        row=work,
        anchor=f"work-{number}",
        language=tag,
        limit=said.limit_sentence(work),
        facts=tuple(work_facts(work)),
        bands=tuple(bands(passages.spans(work.work_id), work.tokens)),
        passages=tuple(passage_view(n, p) for n, p in enumerate(shown, 1)),
        left_out=passages.number(work.work_id) - len(shown),
    )


def _reading(view: Overview) -> Iterator[tuple[str, str]]:
    """Yield what was read."""
    summary = view.summary
    yield "Catalogue", counted(summary.works, "work", "works")
    yield "Dataset", said.what_was_read(summary)
    if names := section(view.facts, "dataset").get("names"):
        yield "Dataset's name", ", ".join(clipped(str(name), 80) for name in names[:5])
    if summary.text_bytes is not None:
        yield "Text read", size(summary.text_bytes)
    if summary.columns:
        yield "Columns read", ", ".join(clipped(name, 80) for name in summary.columns[:20])
    if revision := section(view.facts, "dataset").get("revision"):
        yield "Revision", clipped(str(revision))


def _provenance(view: Overview) -> Iterator[tuple[str, str]]:
    """Yield the digests and versions by which this audit can be told from another."""
    facts = view.facts
    tool, scheme = section(facts, "tool"), section(facts, "scheme")
    yield "Result digest (SHA-256)", _value(facts.get("result_digest"))
    yield "Scheme", _value(scheme.get("name"))
    yield "Scheme digest", _value(scheme.get("digest"))
    yield from _catalogue_digests(section(facts, "catalogue"))
    yield "Audited with", f"{_value(tool.get('name'))} {_value(tool.get('version'))}"
    yield "Page made with", f"provaudit {__version__}"


def _catalogue_digests(catalogue: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """Yield the digest of each index that the catalogue came from."""
    digests = catalogue.get("digests")
    for digest in digests if isinstance(digests, list) else [catalogue.get("digest")]:
        yield "Catalogue digest", _value(digest)


def _value(value: Any) -> str:
    """Return a value of `audit.json` as text."""
    if value is None:
        return "not recorded"
    return clipped(value if isinstance(value, str) else json.dumps(value), 300)


def _shades() -> tuple[str, ...]:
    """Return the meaning of each shade, as in ``2 to 4 rows``."""
    ends = [f"{low} to {high - 1} rows" for low, high in pairwise(LEVELS)]
    return ("1 row", *ends[1:], f"{LEVELS[-1]} rows or more")
