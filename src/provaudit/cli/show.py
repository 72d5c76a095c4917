"""`provaudit show`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from provaudit.cli import options
from provaudit.cli.messages import output
from provaudit.cli.results import print_result
from provaudit.errors import UsageError


def show(
    folder: Annotated[
        Path, typer.Argument(metavar="AUDIT|INDEX", help="An audit folder or an index folder.")
    ],
    work: Annotated[
        str | None, typer.Argument(metavar="[WORK]", help="Id of a work: show its passages.")
    ] = None,
    as_json: options.AsJson = False,
) -> None:
    """Show an audit, the passages of one of its works, or what an index holds."""
    if (folder / "index.json").is_file():
        _show_index(folder, work, as_json=as_json)
        return
    from provaudit.audit_folder import open_audit

    audit = open_audit(folder)
    if work is None:
        print_result(audit, as_json=as_json)
    elif as_json:
        from provaudit.reports.as_json import json_text, work_as_json

        typer.echo(json_text(work_as_json(audit, work)))
    else:
        from provaudit.reports.terminal_work import print_work

        print_work(audit, work, output())


def _show_index(folder: Path, work: str | None, *, as_json: bool) -> None:
    from provaudit.index.describing import describe_index
    from provaudit.index.reading import open_index

    described = describe_index(open_index(folder))
    if work is not None:
        described["works"] = [w for w in described["works"] if w["work_id"] == work]
        if not described["works"]:
            raise UsageError(f"{folder} has no work {work}; `provaudit show {folder}` lists them.")
    if as_json:
        from provaudit.reports.as_json import json_text

        typer.echo(json_text(described))
    else:
        from provaudit.cli.index_table import print_index

        print_index(described, output())
