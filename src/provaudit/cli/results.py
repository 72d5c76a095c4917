"""What `scan` and `audit` print, and the code they leave with."""

from __future__ import annotations

from typing import TYPE_CHECKING

import typer

from provaudit.cli.messages import complain, output, say
from provaudit.cli.options import exit_code

if TYPE_CHECKING:
    from provaudit.audit_folder import Audit


def print_result(audit: Audit, *, as_json: bool) -> None:
    """Print an audit as tables for people or as JSON."""
    if as_json:
        from provaudit.reports.as_json import audit_as_json, json_text

        typer.echo(json_text(audit_as_json(audit)))
        return
    from provaudit.reports.terminal import print_audit

    print_audit(audit, output())


def finish(
    audit: Audit, *, as_json: bool, quiet: bool, strict: bool, allow_incomplete: bool
) -> None:
    """Print a finished scan and leave."""
    print_result(audit, as_json=as_json)
    facts = audit.facts
    for shard in audit.shards().to_pylist():
        if shard["status"] != "read":
            complain(f"shard {shard['shard']} ({shard['status']}): {shard['reason']}")
    report = audit.folder / "report.en.html"
    if report.exists():
        say(f"Report: {report}", quiet=quiet)
    if not quiet and not facts["complete"]:
        complain("the audit is incomplete: not everything was read (exit code 3).")
    raise typer.Exit(
        exit_code(
            complete=facts["complete"],
            spotless=facts["complete"] and not facts["catalogue"]["skipped"],
            strict=strict,
            allow_incomplete=allow_incomplete,
        )
    )
