"""`provaudit fingerprint`."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from provaudit.cli import options
from provaudit.cli.messages import announce_compilation, progress, report_catalogue
from provaudit.display import printable

if TYPE_CHECKING:
    from provaudit.catalogue import Catalogue


def fingerprint(
    catalogue: Annotated[
        list[Path],
        typer.Argument(metavar="CATALOGUE...", help="Folders and files with works."),
    ],
    output: Annotated[
        Path, typer.Option("--output", "-o", metavar="INDEX", help="The index folder to write.")
    ],
    maps: options.Maps = None,
    strict: options.Strict = False,
    allow_incomplete: options.AllowIncomplete = False,
    as_json: options.AsJson = False,
    quiet: options.Quiet = False,
) -> None:
    """Read works, build their fingerprints, say what was read and what was not.

    The index holds the works' texts: keep it as you keep them.
    """
    from provaudit import pipeline

    announce_compilation(quiet=quiet)
    with progress("Fingerprints", "characters", quiet=quiet) as advance:
        read = pipeline.fingerprint(
            catalogue, output, column_map=options.parse_maps(maps), progress=advance
        )
    report_catalogue(read, quiet=quiet)
    if as_json:
        from provaudit.reports.as_json import json_text

        typer.echo(json_text(_as_json(read)))
    else:
        from provaudit.reports.figures import counted

        works = counted(len(read.works), "work", "works")
        typer.echo(printable(f"{output}: {works} fingerprinted."))
    failed = any(s.kind.is_failure for s in read.skipped)
    raise typer.Exit(
        options.exit_code(
            complete=not failed,
            spotless=not read.skipped,
            strict=strict,
            allow_incomplete=allow_incomplete,
        )
    )


def _as_json(read: Catalogue) -> dict[str, Any]:
    return {
        "works": [
            {"work_id": w.work_id, "title": w.title, "source": w.source, "notes": list(w.notes)}
            for w in read.works
        ],
        "skipped": [
            {"source": s.source, "kind": str(s.kind), "reason": s.reason} for s in read.skipped
        ],
    }
