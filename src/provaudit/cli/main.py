"""The application: its commands, and how errors become messages and exit codes."""

from __future__ import annotations

import os
import sys
from io import TextIOWrapper
from typing import Annotated

import typer

from provaudit.cli import audit, check, demo, fingerprint, report, scan, show, verify
from provaudit.cli.messages import complain
from provaudit.errors import ProvauditError, UsageError
from provaudit.version import __version__

INTERRUPTED = 130

app = typer.Typer(
    name="provaudit",
    help="Say which works of a catalogue stand in a dataset, how much of each, and where.",
    epilog=(
        "Exit codes: 0 done (check: policy met); 1 check found breaches; 2 wrong usage or nothing "
        "to do; 3 failed or incomplete; 130 interrupted, run again to resume."
    ),
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)


def _print_version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"provaudit {__version__}")
        raise typer.Exit


@app.callback()
def main(
    _version: Annotated[
        bool,
        typer.Option(
            "--version", callback=_print_version, is_eager=True, help="Print the version and exit."
        ),
    ] = False,
) -> None:
    """Say which works of a catalogue stand in a dataset, how much of each, and where."""


for command in (fingerprint, scan, audit, show, report, check, verify, demo):
    app.command()(getattr(command, command.__name__.rpartition(".")[2]))


def _called() -> int:
    """Run the application; return its exit code, errors in the command line said in a sentence."""
    try:
        code = app(standalone_mode=False)
    except typer.Abort:
        raise KeyboardInterrupt from None
    except SystemExit as leaving:
        # whoever read our output has gone: no breach, and nothing more can be said
        if isinstance(leaving.__context__, BrokenPipeError):
            return ProvauditError.exit_code
        raise
    except Exception as error:
        explain = getattr(error, "format_message", None)
        if explain is None:
            raise
        context = getattr(error, "ctx", None)
        if type(error).__name__ == "NoArgsIsHelpError":
            typer.echo(explain())
            return UsageError.exit_code
        sentence = explain().rstrip(".")
        complain(f"{sentence}. See `{context.command_path if context else 'provaudit'} --help`.")
        return UsageError.exit_code
    return code if isinstance(code, int) else 0


def run() -> None:
    """Run the command line; the console script."""
    for stream in (sys.stdout, sys.stderr):
        # a terminal that is not UTF-8 shows escapes in place of what it cannot show
        if isinstance(stream, TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")
    try:
        code = _called()
        if code == INTERRUPTED:
            raise KeyboardInterrupt
    except ProvauditError as error:
        complain(str(error))
        code = error.exit_code
    except KeyboardInterrupt:
        complain("Interrupted; run the same command again to go on from here.")
        code = INTERRUPTED
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        code = ProvauditError.exit_code
    except Exception as error:
        if os.environ.get("PROVAUDIT_DEBUG"):
            raise
        complain(
            f"Something went wrong inside provaudit ({type(error).__name__}: {error}); run again "
            "with PROVAUDIT_DEBUG=1 and report what it prints."
        )
        code = ProvauditError.exit_code
    sys.exit(code)
