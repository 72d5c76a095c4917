"""`provaudit check`."""

from __future__ import annotations

from typing import TYPE_CHECKING

import typer

from provaudit.cli import options
from provaudit.cli.messages import complain
from provaudit.display import printable

if TYPE_CHECKING:
    from provaudit.gate import Verdict


def check(
    audit: options.AuditFolder,
    allow_incomplete: options.AllowIncomplete = False,
    as_json: options.AsJson = False,
) -> None:
    """Apply the default policy: no work is detected, or detected in part.

    Exit codes: 0 policy met; 1 breaches found, also when something was unread; 3 no breach, but
    not everything was read.
    """
    from provaudit import pipeline
    from provaudit.reports.as_json import json_text

    verdict = pipeline.check(audit)
    if as_json:
        typer.echo(json_text(verdict.as_json()))
    else:
        _print(verdict)
    for line in verdict.unread:
        complain(line)
    raise typer.Exit(verdict.exit_code(allow_incomplete=allow_incomplete))


def _print(verdict: Verdict) -> None:
    from provaudit.reports.figures import percent

    for f in verdict.findings:
        name = f"{f.work_id} ({f.title})" if f.title else f.work_id
        rows = "1 row" if f.rows == 1 else f"{f.rows:,} rows"
        typer.echo(
            printable(
                f"FAIL {name}: {f.status.replace('_', ' ')}, {percent(f.coverage)} of the work, "
                f"{f.equal_tokens:,} equal tokens in {rows}; largest match in {f.where}"
            )
        )
    works = "1 work" if len(verdict.findings) == 1 else f"{len(verdict.findings):,} works"
    typer.echo(
        "Policy met: no work is detected, or detected in part, in what was read."
        if verdict.passes
        else f"Policy breached: {works} detected, or detected in part."
    )
    if not verdict.complete:
        typer.echo("The audit is incomplete: not everything was read.")
