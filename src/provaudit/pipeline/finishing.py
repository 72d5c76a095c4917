"""The end of a scan: estimate, and write the audit folder."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from provaudit.audit_folder.facts import audit_facts
from provaudit.audit_folder.schemas import ALIGNMENTS
from provaudit.audit_folder.writing import AuditTables, write_audit
from provaudit.dataset.shards import readable_name
from provaudit.estimate.acceptance import MATCH_BITS, PASSAGE_BITS
from provaudit.estimate.tables import ORDER, estimate
from provaudit.matching import parameters as matching
from provaudit.matching.outcome import extracts_of, read_share, shards_table
from provaudit.scheme import parameters as scheme

if TYPE_CHECKING:
    from provaudit.dataset.planning import Plan
    from provaudit.index.reading import Index
    from provaudit.matching.journal import Journal
    from provaudit.matching.scanning import Scan


def finish(
    folder: Path,
    indexes: list[Index],
    plan: Plan,
    run: Scan,
    journal: Journal,
    local: dict[str, Any],
) -> dict[str, str]:
    """Estimate from the journal's alignments and write the audit folder.

    Returns the SHA-256 (hex) of each of its files.
    """
    parts = journal.parts().sort_by(ORDER)
    shards = shards_table(plan, run.outcomes, list(journal.done.values()))
    share = read_share(shards)
    alignments = parts.select(ALIGNMENTS.names)
    result = estimate(alignments, indexes, read_share=share)
    tables = AuditTables(
        matches=result.matches,
        works=result.works,
        shards=shards,
        alignments=alignments,
        extracts=extracts_of(parts, result.matches),
    )
    facts = audit_facts(
        tables,
        scheme={"name": scheme.NAME, "digest": scheme.digest()},
        parameters={
            "match_bits": MATCH_BITS,
            "passage_bits": PASSAGE_BITS,
            **matching.description(),
        },
        catalogue=_catalogue(indexes),
        columns=(plan.columns, plan.not_scanned),
        read_share=share,
        dataset_names=[readable_name(Path(a).name) for a in local["dataset"]],
        local=local,
    )
    return write_audit(folder, tables, facts)


def _catalogue(indexes: list[Index]) -> dict[str, Any]:
    skipped = [row for index in indexes for row in index.skipped.to_pylist()]
    return {
        "digests": [i.digest for i in indexes],
        "works": sum(len(i.works) for i in indexes),
        "tokens": sum(int(i.token_starts[-1]) for i in indexes),
        "skipped": skipped,
    }
