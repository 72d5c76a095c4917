"""`provaudit verify`."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from provaudit.cli import options
from provaudit.display import printable

if TYPE_CHECKING:
    from provaudit.evidence import Verification


def verify(
    audit: options.AuditFolder,
    dataset: Annotated[
        list[str] | None,
        typer.Option("--dataset", metavar="DATASET", help="Where the shards lie now; repeatable."),
    ] = None,
    index: Annotated[
        list[Path] | None,
        typer.Option("--index", metavar="INDEX", help="Where the index lies now; repeatable."),
    ] = None,
    matches: Annotated[
        list[str] | None,
        typer.Option("--match", metavar="ID", help="Only this match; repeatable."),
    ] = None,
    as_json: options.AsJson = False,
) -> None:
    """Open the shards again and compare each match with them, token by token.

    Exit code 3 where anything is not as the audit says.
    """
    from provaudit import pipeline
    from provaudit.reports.as_json import json_text

    result = pipeline.verify(audit, dataset=dataset, index=index, matches=matches or ())
    if as_json:
        typer.echo(json_text(result.as_json()))
    else:
        _print(result)
    raise typer.Exit(3 if result.differences else 0)


def _print(result: Verification) -> None:
    from provaudit.reports.figures import counted

    for difference in result.differences:
        typer.echo(printable(f"DIFFERS {difference.subject}: {difference.what}"))
    source = "the index" if result.with_index else "the audit's own extracts"
    typer.echo(
        f"{result.compared:,} of {result.matches:,} matches compared, "
        f"{counted(result.shards, 'shard', 'shards')} hashed again; "
        f"works' texts from {source}; "
        f"{counted(len(result.differences), 'difference', 'differences')}."
    )
