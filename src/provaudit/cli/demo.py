"""`provaudit demo`."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Annotated

import typer

from provaudit.cli import options
from provaudit.cli.messages import announce_compilation, progress, report_catalogue, say
from provaudit.cli.messages import output as console
from provaudit.display import printable
from provaudit.errors import ProvauditError, UsageError


def demo(
    output: Annotated[
        Path, typer.Option("--output", "-o", metavar="DIR", help="The folder to write.")
    ] = Path("demo-out"),
    quiet: options.Quiet = False,
) -> None:
    """Audit the shipped example: real works, and a small dataset that holds some of them.

    Writes DIR/audit and DIR/report.html. The first run compiles the kernels.
    """
    from provaudit import pipeline
    from provaudit.reports.terminal import print_audit

    examples = example_folder()
    _make_room(output)
    say(f"Auditing {examples / 'dataset'} for the works in {examples / 'catalogue'}.", quiet=quiet)
    announce_compilation(quiet=quiet)
    with progress("Scan", "rows", quiet=quiet) as advance:
        result = pipeline.audit(
            [examples / "catalogue"],
            [examples / "dataset"],
            output / "audit",
            on_catalogue=lambda read: report_catalogue(read, quiet=quiet),
            scan_progress=advance,
        )
    (output / "audit" / "report.en.html").replace(output / "report.html")
    print_audit(result, console())
    typer.echo(printable(f"The report: {output / 'report.html'}"))


def example_folder() -> Path:
    """Return the shipped example: beside the package in a wheel, in `examples` in a checkout."""
    package = Path(__file__).parents[1]
    for folder in (package / "examples", package.parents[1] / "examples"):
        if (folder / "dataset").is_dir():
            return folder
    raise ProvauditError("The example is not installed; install provaudit again from its wheel.")


def _make_room(folder: Path) -> None:
    """Remove an earlier demo, and nothing else; mark the folder as a demo's."""
    from provaudit.pipeline.folders import errors_named, is_marked, mark

    with errors_named(folder):
        if folder.exists():
            if not folder.is_dir() or (any(folder.iterdir()) and not is_marked(folder, "demo")):
                raise UsageError(f"{folder} holds other files; name another folder with -o.")
            shutil.rmtree(folder)
        mark(folder, "demo")
