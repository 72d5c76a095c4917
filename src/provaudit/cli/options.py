"""Options that several commands have."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import typer

from provaudit.errors import UsageError

Quiet = Annotated[
    bool,
    typer.Option("--quiet", "-q", help="Print errors and results only.", envvar="PROVAUDIT_QUIET"),
]
AsJson = Annotated[bool, typer.Option("--json", help="Print the result as JSON.")]
Strict = Annotated[
    bool,
    typer.Option(
        "--strict",
        help="Exit with 3 also for catalogue inputs that are listed but otherwise change nothing: "
        "of a kind that is not read, empty, too short.",
        envvar="PROVAUDIT_STRICT",
    ),
]
AllowIncomplete = Annotated[
    bool,
    typer.Option(
        "--allow-incomplete",
        help="Exit with 0 where a work or shard could not be read.",
        envvar="PROVAUDIT_ALLOW_INCOMPLETE",
    ),
]
Workers = Annotated[
    int | None,
    typer.Option(
        "--workers",
        "-j",
        min=1,
        help="Threads; all processors by default.",
        envvar="PROVAUDIT_WORKERS",
    ),
]
Columns = Annotated[
    list[str] | None,
    typer.Option(
        "--column",
        metavar="PATH",
        help="Text column to scan, dots for nested fields (messages.content); repeatable. "
        "Found from sampled values by default.",
        envvar="PROVAUDIT_COLUMN",
    ),
]
Maps = Annotated[
    list[str] | None,
    typer.Option(
        "--map",
        metavar="NAME=COLUMN",
        help="Column of a CSV table that holds text, id, title, author or language; repeatable.",
    ),
]
AuditFolder = Annotated[Path, typer.Argument(metavar="AUDIT", help="An audit folder.")]
AuditOutput = Annotated[
    Path, typer.Option("--output", "-o", metavar="AUDIT", help="The audit folder to write.")
]


def parse_maps(maps: Sequence[str] | None) -> dict[str, str]:
    """Return ``NAME=COLUMN`` options as a mapping."""
    parsed = {}
    for text in maps or ():
        name, equals, column = text.partition("=")
        if not (name and equals and column):
            raise UsageError(f"--map {text} is not NAME=COLUMN; write for example --map text=body.")
        parsed[name] = column
    return parsed


def exit_code(*, complete: bool, spotless: bool, strict: bool, allow_incomplete: bool) -> int:
    """Return 3 for what is incomplete (`--strict`: for anything listed as not read), else 0."""
    if strict and not spotless:
        return 3
    return 0 if complete or allow_incomplete else 3
