"""`provaudit report`."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from provaudit.cli import options
from provaudit.display import printable


class Format(StrEnum):
    """Formats of the report."""

    HTML = "html"


class Language(StrEnum):
    """Languages of the report."""

    EN = "en"


def report(
    audit: options.AuditFolder,
    output: Annotated[
        Path, typer.Option("--output", "-o", metavar="DIR", help="The folder to write into.")
    ],
    _format: Annotated[Format, typer.Option("--format", help="The format.")] = Format.HTML,
    _lang: Annotated[Language, typer.Option("--lang", help="The language.")] = Language.EN,
) -> None:
    """Write the report of an audit: one self-contained HTML page, `report.en.html`."""
    from provaudit import pipeline

    typer.echo(printable(str(pipeline.report(audit, output))))
