"""The steps that a finished scan allows, and all of them in one."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from provaudit.errors import UsageError
from provaudit.pipeline.fingerprinting import fingerprint
from provaudit.pipeline.folders import errors_named, keep_index, prepare
from provaudit.pipeline.options import Progress, ScanOptions, no_progress
from provaudit.pipeline.scanning import scan

if TYPE_CHECKING:
    from provaudit.audit_folder import Audit
    from provaudit.catalogue import Catalogue
    from provaudit.evidence import Verification
    from provaudit.gate import Verdict
    from provaudit.index.reading import Index


def audit(
    catalogue: Sequence[Path | str],
    dataset: Sequence[Path | str],
    folder: Path | str,
    *,
    column_map: Mapping[str, str] | None = None,
    options: ScanOptions | None = None,
    on_catalogue: Callable[[Catalogue], None] = lambda _: None,
    fingerprint_progress: Progress = no_progress,
    scan_progress: Progress = no_progress,
) -> Audit:
    """Fingerprint a catalogue, scan a dataset for it, and write `report.en.html`.

    The index is kept in the folder `index` of the audit folder. Parameters and errors are those
    of `fingerprint` and `scan`; `on_catalogue` is called with what was read of the catalogue.
    """
    from provaudit.audit_folder.lock import locked
    from provaudit.dataset import find_shards

    target = Path(folder)
    # what is wrong with the dataset is said before a large catalogue is read
    find_shards([os.fspath(d) for d in dataset])
    with errors_named(target):
        prepare(target)
        with locked(target):
            for left in target.glob(".index-*"):
                shutil.rmtree(left)
            with tempfile.TemporaryDirectory(dir=target, prefix=".index-") as scratch:
                built = Path(scratch) / "index"
                read = fingerprint(
                    catalogue, built, column_map=column_map, progress=fingerprint_progress
                )
                keep_index(built, target)
        on_catalogue(read)
        result = scan([target / "index"], dataset, target, options=options, progress=scan_progress)
        report(result.folder, target)
    return result


def report(audit: Path | str, folder: Path | str) -> Path:
    """Write the HTML page of an audit as `report.en.html` into `folder` and return its path."""
    from provaudit.audit_folder import open_audit
    from provaudit.reports.html import write_html

    path = Path(folder) / "report.en.html"
    if Path(folder).exists() and not Path(folder).is_dir():
        raise UsageError(f"{folder} is a file; name a folder for the report with -o.")
    with errors_named(path.parent):
        path.parent.mkdir(parents=True, exist_ok=True)
        write_html(open_audit(Path(audit)), path)
    return path


def check(audit: Path | str) -> Verdict:
    """Apply the default policy to an audit."""
    from provaudit.audit_folder import open_audit
    from provaudit.gate import check_audit

    return check_audit(open_audit(Path(audit)))


def verify(
    audit: Path | str,
    *,
    dataset: Sequence[Path | str] | None = None,
    index: Sequence[Path | str] | None = None,
    matches: Sequence[str] = (),
) -> Verification:
    """Re-open an audit's shards and compare each match with them.

    Parameters
    ----------
    audit : path
        The audit folder.
    dataset : sequence of path, optional
        Where the dataset lies now; where it lay when it was scanned otherwise.
    index : sequence of path, optional
        Index folders with the works' texts; those of the scan otherwise, where they are still
        there, else the audit's own extracts.
    matches : sequence of str
        Ids of the matches to compare; all where empty.
    """
    from provaudit.audit_folder import open_audit
    from provaudit.dataset import find_shards
    from provaudit.evidence import verify_audit
    from provaudit.index.reading import is_index, open_index

    opened = open_audit(Path(audit))
    local = opened.facts.get("local", {})
    arguments = [os.fspath(d) for d in dataset] if dataset else local.get("dataset", [])
    if not arguments:
        raise UsageError("The audit does not say where its dataset lies; name it with --dataset.")
    missing = [a for a in arguments if not dataset and not Path(a).exists()]
    if missing and not any(c in missing[0] for c in "*?["):
        raise UsageError(
            f"The audit's dataset {missing[0]} is not there any more; if it was moved, say where "
            "to with --dataset."
        )
    folders = [Path(i) for i in index or local.get("indexes", [])]
    if index is None:
        # an audit that was moved took its own index along
        folders = [f for f in (*folders, opened.folder / "index") if is_index(f)][:1]
    indexes = [open_index(f) for f in folders]
    _check_index_digests(indexes, opened)
    return verify_audit(opened, find_shards(arguments), indexes, matches)


def _check_index_digests(indexes: list[Index], audit: Audit) -> None:
    known = audit.facts.get("catalogue", {}).get("digests", [])
    for index in indexes:
        if index.digest not in known:
            raise UsageError(
                f"{index.folder} is not the index that this audit was scanned with (it may have "
                "been made again since); name that one with --index."
            )
