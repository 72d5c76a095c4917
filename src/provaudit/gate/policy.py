"""The default policy: no work of the catalogue is detected, or detected in part."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from provaudit.audit_folder import Audit

FAILING = ("detected", "detected_in_part")
"""Statuses that breach the default policy; short passages alone do not."""


@dataclass(frozen=True)
class Finding:
    """One breach of the policy."""

    work_id: str
    """The work."""
    title: str
    """Its title, or the empty string."""
    status: str
    """Its status."""
    coverage: float
    """Share of its tokens covered by matches."""
    equal_tokens: int
    """Tokens of it that are equal in some match."""
    rows: int
    """Rows that hold some of it."""
    where: str
    """Shard and row of its largest match."""


@dataclass(frozen=True)
class Verdict:
    """What the policy says of an audit."""

    findings: tuple[Finding, ...]
    """The breaches, most coverage first."""
    complete: bool
    """Whether everything was read, of the catalogue and of the dataset."""
    unread: tuple[str, ...]
    """What was not read, a sentence each."""

    @property
    def passes(self) -> bool:
        """Whether the policy is met by what was read."""
        return not self.findings

    def exit_code(self, *, allow_incomplete: bool = False) -> int:
        """Return 1 for breaches, 3 for an incomplete audit without any, else 0."""
        if self.findings:
            return 1
        return 0 if self.complete or allow_incomplete else 3

    def as_json(self) -> dict[str, Any]:
        """Return the verdict as plain values."""
        return {
            "schema": "provaudit-check/1",
            "policy": "default",
            "passes": self.passes,
            "complete": self.complete,
            "findings": [vars(finding) for finding in self.findings],
            "unread": list(self.unread),
        }


def _places(audit: Audit) -> dict[str, str]:
    """Return shard and row of each work's largest match."""
    best: dict[str, tuple[int, str]] = {}
    columns = audit.matches().select(["work_id", "tokens", "shard", "row"]).to_pylist()
    for match in columns:
        tokens, _ = best.get(match["work_id"], (-1, ""))
        if match["tokens"] > tokens:
            best[match["work_id"]] = (match["tokens"], f"{match['shard']} row {match['row']}")
    return {work_id: place for work_id, (_, place) in best.items()}


def _finding(work: dict[str, Any], places: dict[str, str]) -> Finding:
    return Finding(
        work_id=work["work_id"],
        title=work["title"] or "",
        status=work["status"],
        coverage=work["coverage"],
        equal_tokens=work["equal_tokens"],
        rows=work["rows"],
        where=places.get(work["work_id"], ""),
    )


def _unread(audit: Audit) -> list[str]:
    shards = [
        f"Shard {s['shard']} ({s['status']}): {s['reason'] or 'not all rows were read.'}"
        for s in audit.shards().to_pylist()
        if s["status"] != "read"
    ]
    catalogue = [
        f"Catalogue input {s['source']} ({s['kind']}): {s['reason']}"
        for s in audit.facts.get("catalogue", {}).get("skipped", [])
        if s.get("is_failure")
    ]
    return shards + catalogue


def check_audit(audit: Audit) -> Verdict:
    """Apply the default policy to an audit."""
    places = _places(audit)
    works = [w for w in audit.works().to_pylist() if w["status"] in FAILING]
    works.sort(key=lambda w: (FAILING.index(w["status"]), -w["coverage"], w["work_id"]))
    return Verdict(
        findings=tuple(_finding(w, places) for w in works),
        complete=bool(audit.facts.get("complete")),
        unread=tuple(_unread(audit)),
    )
