"""`provaudit audit`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from provaudit.cli import options
from provaudit.cli.messages import announce_compilation, progress, report_catalogue
from provaudit.cli.results import finish
from provaudit.errors import UsageError


def audit(
    catalogue: Annotated[
        Path, typer.Argument(metavar="CATALOGUE", help="A folder or file with works.")
    ],
    dataset: Annotated[
        list[str],
        typer.Argument(metavar="DATASET...", help="Parquet files, folders or patterns."),
    ],
    output: options.AuditOutput,
    columns: options.Columns = None,
    maps: options.Maps = None,
    workers: options.Workers = None,
    strict: options.Strict = False,
    allow_incomplete: options.AllowIncomplete = False,
    as_json: options.AsJson = False,
    quiet: options.Quiet = False,
) -> None:
    """Do it all: fingerprint a catalogue, scan a dataset, write the report.

    The audit folder then holds the index of the catalogue (`index`) and the page
    `report.en.html`.
    """
    from provaudit import pipeline

    _check_order(catalogue, dataset)
    announce_compilation(quiet=quiet)
    with (
        progress("Fingerprints", "characters", quiet=quiet) as fingerprinted,
        progress("Scan", "rows", quiet=quiet) as scanned,
    ):
        result = pipeline.audit(
            [catalogue],
            dataset,
            output,
            column_map=options.parse_maps(maps),
            options=pipeline.ScanOptions(tuple(columns or ()), workers),
            on_catalogue=lambda read: report_catalogue(read, quiet=quiet),
            fingerprint_progress=fingerprinted,
            scan_progress=scanned,
        )
    finish(result, as_json=as_json, quiet=quiet, strict=strict, allow_incomplete=allow_incomplete)


def _check_order(catalogue: Path, dataset: list[str]) -> None:
    """Refuse an index or a dataset in the catalogue's place."""
    if (catalogue / "index.json").is_file():
        raise UsageError(
            f"{catalogue} is an index; use `provaudit scan {catalogue} DATASET -o AUDIT`."
        )
    files = [catalogue] if catalogue.is_file() else catalogue.glob("*")
    suffixes = {f.suffix.lower() for f in files if not f.name.startswith(".")}
    if suffixes and suffixes <= {".parquet", ".pq", ".parq"}:
        raise UsageError(
            f"{catalogue} holds Parquet files: the catalogue comes first, then the dataset; write "
            f"`provaudit audit {dataset[0]} {catalogue} -o AUDIT`."
        )
