"""The second step: from an index and shards to an audit folder."""

from __future__ import annotations

import os
import platform
import shutil
import time
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from provaudit.errors import UsageError
from provaudit.pipeline.folders import errors_named, is_finished, prepare
from provaudit.pipeline.options import Progress, ScanOptions, default_workers, no_progress

if TYPE_CHECKING:
    from provaudit.audit_folder import Audit
    from provaudit.dataset.planning import Plan
    from provaudit.index.reading import Index


def scan(
    indexes: Sequence[Path | str],
    dataset: Sequence[Path | str],
    audit: Path | str,
    *,
    options: ScanOptions | None = None,
    progress: Progress = no_progress,
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
    if isinstance(indexes, str) or not indexes:
        raise UsageError("No index is named; name a list of index folders.")
    opened = [open_index(Path(i)) for i in indexes]
    _check_ids(opened)
    if isinstance(dataset, str):
        raise UsageError(f"The dataset is a list of paths; write [{dataset!r}].")
    arguments = [os.fspath(d) for d in dataset]
    plan = plan_scan(find_shards(arguments), options.columns)
    identity = _identity(opened, plan)
    with errors_named(folder):
        prepare(folder)
        with locked(folder):
            if is_finished(folder, identity):
                # a kill may have come between the audit and the end of the journal
                shutil.rmtree(folder / "scan", ignore_errors=True)
            else:
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


def _identity(indexes: list[Index], plan: Plan) -> dict[str, Any]:
    """Return what makes two scans the same scan."""
    from provaudit.matching.parameters import description
    from provaudit.scheme import parameters

    return {
        "scheme": parameters.digest(),
        "matching": description(),
        "indexes": [i.digest for i in indexes],
        "skipped": [i.facts["parts"]["skipped"]["sha256"] for i in indexes],
        "columns": list(plan.columns),
        "shards": [[p.shard.name, p.bytes, p.modified] for p in plan.shards],
    }


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
    from provaudit.pipeline.finishing import finish
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
        "dataset": [str(Path(a).resolve()) for a in arguments],
        "indexes": [str(i.folder.resolve()) for i in indexes],
        "host": {"system": platform.platform(), "python": platform.python_version()},
        "scan": identity,
    }
    files = finish(
        folder, indexes, plan, run, journal, local | {"seconds": time.perf_counter() - started}
    )
    log.add("audit written", files=files)
    journal.remove()
