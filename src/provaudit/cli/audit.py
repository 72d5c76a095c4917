"""`provaudit audit`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from provaudit.cli import options
from provaudit.cli.messages import announce_compilation, progress, report_catalogue, say
from provaudit.cli.results import finish


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
    say(f"Report: {output / 'report.en.html'}", quiet=quiet)
    finish(result, as_json=as_json, quiet=quiet, strict=strict, allow_incomplete=allow_incomplete)
