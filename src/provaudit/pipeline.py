"""The steps of the tool, composed: what the command line and the library call."""

from __future__ import annotations

import os
import platform
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from provaudit.errors import ProvauditError, UsageError

if TYPE_CHECKING:
    from collections.abc import Iterator

    import pyarrow as pa

    from provaudit.audit_folder import Audit
    from provaudit.catalogue import Catalogue
    from provaudit.dataset.planning import Plan
    from provaudit.index.reading import Index
    from provaudit.matching.scanning import Scan

Progress = Callable[[int, int], None]
"""Called with the work done so far and in all (bytes of text, or rows)."""


def _quiet(_done: int, _total: int) -> None:
    return


@dataclass(frozen=True)
class ScanOptions:
    """What a scan may be told."""

    columns: tuple[str, ...] = ()
    """Dotted paths of the text columns; found from sampled values where empty."""
    workers: int | None = None
    """Threads; the processors that this process may use where None."""


def default_workers() -> int:
    """Return how many processors this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return max(1, len(os.sched_getaffinity(0)))
    return os.cpu_count() or 1


def fingerprint(
    catalogue: Sequence[Path | str],
    index: Path | str,
    *,
    column_map: Mapping[str, str] | None = None,
    progress: Progress = _quiet,
) -> Catalogue:
    """Read works and write their fingerprints as an index folder.

    Parameters
    ----------
    catalogue : sequence of path
        Folders and files with works (`docs/formats.md`).
    index : path
        The index folder to write.
    column_map : mapping, optional
        Column names of tables, such as ``{"text": "corps"}``.
    progress : callable
        Called with (characters done, characters in all).

    Returns
    -------
    Catalogue
        The works in the index, and what was not read with the reasons.

    Raises
    ------
    UsageError
        Where a path does not exist or no work can be read.
    """
    from provaudit.catalogue import read_catalogue
    from provaudit.index.building import build_index

    read = read_catalogue([Path(p) for p in catalogue], column_map=column_map)
    total = sum(len(work.text) for work in read.works)
    done = 0

    def advance(characters: int) -> None:
        nonlocal done
        done += characters
        progress(done, total)

    return build_index(read, Path(index), progress=advance)


def scan(
    indexes: Sequence[Path | str],
    dataset: Sequence[Path | str],
    audit: Path | str,
    *,
    options: ScanOptions | None = None,
    progress: Progress = _quiet,
) -> Audit:
    """Scan a dataset's shards for the works of one or several indexes.

    A scan that was killed resumes when it is run again with the same arguments.

    Parameters
    ----------
    indexes : sequence of path
        Index folders.
    dataset : sequence of path
        Parquet files, folders or patterns.
    audit : path
        The audit folder to write.
    options : ScanOptions, optional
        Columns and workers.
    progress : callable
        Called with (rows done, rows in all).

    Returns
    -------
    Audit
        The audit folder, opened.

    Raises
    ------
    UsageError
        Where there is nothing to do, or `audit` holds another audit.
    DamagedError
        Where an index is damaged or of another scheme.
    """
    from provaudit.audit_folder import open_audit
    from provaudit.audit_folder.lock import locked
    from provaudit.dataset import find_shards
    from provaudit.dataset.planning import plan_scan
    from provaudit.index.reading import open_index

    options = options or ScanOptions()
    folder = Path(audit)
    opened = [open_index(Path(i)) for i in indexes]
    _check_ids(opened)
    arguments = [os.fspath(d) for d in dataset]
    plan = plan_scan(find_shards(arguments), options.columns)
    identity = _identity(opened, plan)
    with _errors_named(folder):
        _prepare(folder)
        with locked(folder):
            if not _is_finished(folder, identity):
                _scan(folder, opened, plan, identity, arguments, options, progress)
    return open_audit(folder)


def _check_ids(indexes: list[Index]) -> None:
    seen: dict[str, Path] = {}
    for index in indexes:
        for work_id in index.works["work_id"].to_pylist():
            if work_id in seen:
                raise UsageError(
                    f"Work {work_id} stands in {seen[work_id]} and in {index.folder}; "
                    "rename one or scan with one index at a time."
                )
            seen[work_id] = index.folder


@contextmanager
def _errors_named(folder: Path) -> Iterator[None]:
    """Turn what the system says of the audit folder into one sentence."""
    try:
        yield
    except OSError as error:
        reason = error.strerror or str(error)
        raise ProvauditError(
            f"{error.filename or folder} cannot be written ({reason}); make room or name another "
            "folder with -o, and run the same command again."
        ) from None


def _prepare(folder: Path) -> None:
    if folder.exists() and not folder.is_dir():
        raise UsageError(f"{folder} is a file; name a folder for the audit with -o.")
    if folder.is_dir() and any(p.name != ".lock" for p in folder.iterdir()):
        known = ("audit.json", "scan", "log.jsonl")
        if not any((folder / name).exists() for name in known):
            raise UsageError(f"{folder} is not empty and holds no audit; name a new folder with -o.")
    folder.mkdir(parents=True, exist_ok=True)


def _identity(indexes: list[Index], plan: Plan) -> dict[str, Any]:
    """Return what makes two scans the same scan."""
    from provaudit.matching.parameters import description
    from provaudit.scheme import parameters

    return {
        "scheme": parameters.digest(),
        "matching": description(),
        "indexes": [i.digest for i in indexes],
        "columns": list(plan.columns),
        "shards": [[p.shard.name, p.bytes, p.modified] for p in plan.shards],
    }


def _is_finished(folder: Path, identity: dict[str, Any]) -> bool:
    """Whether the folder already holds this very scan; refuse another one."""
    import json

    path = folder / "audit.json"
    if not path.exists():
        return False
    try:
        facts = json.loads(path.read_text("utf-8"))
        same = facts["local"]["scan"] == identity and facts["complete"]
    except (ValueError, KeyError, TypeError):
        same = False
    if same:
        return True
    raise UsageError(
        f"{folder} holds another audit; name another folder with -o, or remove that one."
    )


def _scan(
    folder: Path,
    indexes: list[Index],
    plan: Plan,
    identity: dict[str, Any],
    arguments: list[str],
    options: ScanOptions,
    progress: Progress,
) -> None:
    from provaudit.audit_folder.log import Log
    from provaudit.matching.cells import open_scanner
    from provaudit.matching.journal import GroupResult, Journal
    from provaudit.matching.scanning import Scan
    from provaudit.version import __version__

    started = time.perf_counter()
    journal = Journal(folder, identity)
    log = Log(folder / "log.jsonl")
    log.add("scan started", version=__version__, resumed_row_groups=len(journal.done))
    run = Scan(plan, open_scanner(indexes), journal)
    total = sum(p.rows for p in plan.shards)
    done = sum(r.rows for r in journal.done.values())

    def advance(result: GroupResult) -> None:
        nonlocal done
        done += result.rows
        log.add("row group read", shard=result.shard, row_group=result.row_group)
        progress(done, total)

    progress(done, total)
    run.run(options.workers or default_workers(), advance)
    local = {
        "dataset": [os.path.abspath(a) for a in arguments],
        "indexes": [str(i.folder.resolve()) for i in indexes],
        "host": {"system": platform.platform(), "python": platform.python_version()},
        "scan": identity,
    }
    _finish(folder, indexes, plan, run, journal, local | {"seconds": time.perf_counter() - started})
    log.add("audit written")
    journal.remove()


def _finish(
    folder: Path,
    indexes: list[Index],
    plan: Plan,
    run: Scan,
    journal: Any,
    local: dict[str, Any],
) -> None:
    """Estimate from the journal's alignments and write the audit folder."""
    from provaudit.audit_folder.facts import audit_facts
    from provaudit.audit_folder.schemas import ALIGNMENTS
    from provaudit.audit_folder.writing import AuditTables, write_audit
    from provaudit.estimate.tables import ORDER, estimate
    from provaudit.matching.outcome import extracts_of, read_share, shards_table

    parts = journal.parts().sort_by(ORDER)
    shards = shards_table(plan, run.outcomes, list(journal.done.values()))
    share = read_share(shards)
    alignments: pa.Table = parts.select(ALIGNMENTS.names)
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
        scheme=_scheme(),
        parameters=_parameters(),
        catalogue=_catalogue(indexes),
        columns=(plan.columns, plan.not_scanned),
        read_share=share,
        local=local,
    )
    write_audit(folder, tables, facts)


def _scheme() -> dict[str, Any]:
    from provaudit.scheme import parameters

    return {"name": parameters.NAME, "digest": parameters.digest()}


def _parameters() -> dict[str, Any]:
    from provaudit.estimate.acceptance import MATCH_BITS, PASSAGE_BITS
    from provaudit.matching.parameters import description

    return {"match_bits": MATCH_BITS, "passage_bits": PASSAGE_BITS, **description()}


def _catalogue(indexes: list[Index]) -> dict[str, Any]:
    skipped = [row for index in indexes for row in index.skipped.to_pylist()]
    return {
        "digests": [i.digest for i in indexes],
        "works": sum(len(i.works) for i in indexes),
        "tokens": sum(int(i.token_starts[-1]) for i in indexes),
        "skipped": skipped,
    }
