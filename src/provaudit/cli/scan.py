"""`provaudit scan`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from provaudit.cli import options
from provaudit.cli.messages import announce_compilation, progress
from provaudit.cli.results import finish
from provaudit.errors import UsageError


def scan(
    arguments: Annotated[
        list[str],
        typer.Argument(
            metavar="INDEX... DATASET...",
            help="Index folders, then Parquet files, folders or patterns.",
        ),
    ],
    output: options.AuditOutput,
    columns: options.Columns = None,
    workers: options.Workers = None,
    strict: options.Strict = False,
    allow_incomplete: options.AllowIncomplete = False,
    as_json: options.AsJson = False,
    quiet: options.Quiet = False,
) -> None:
    """Stream shards past fingerprints, verify on the text, estimate; resumes when run again."""
    from provaudit import pipeline

    indexes, dataset = _split(arguments)
    chosen = pipeline.ScanOptions(tuple(columns or ()), workers)
    announce_compilation(quiet=quiet)
    with progress("Scan", "rows", quiet=quiet) as advance:
        audit = pipeline.scan(indexes, dataset, output, options=chosen, progress=advance)
    finish(audit, as_json=as_json, quiet=quiet, strict=strict, allow_incomplete=allow_incomplete)


def _split(arguments: list[str]) -> tuple[list[str], list[str]]:
    """Return the leading index folders and the rest, the dataset."""
    indexes = []
    for argument in arguments:
        if not (Path(argument) / "index.json").is_file():
            break
        indexes.append(argument)
    dataset = arguments[len(indexes) :]
    if not indexes:
        raise UsageError(
            f"{arguments[0]} is not an index: it has no index.json; make one with "
            "`provaudit fingerprint`, or use `provaudit audit` with a catalogue."
        )
    if not dataset:
        raise UsageError(
            "No dataset is named; name Parquet files, folders or patterns after the index."
        )
    return indexes, dataset
