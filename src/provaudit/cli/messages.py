"""Messages for people, on standard error; standard output is for data."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from provaudit.display import printable

if TYPE_CHECKING:
    from rich.console import Console

    from provaudit.catalogue import Catalogue
    from provaudit.pipeline import Progress

SHOWN_AFTER = 2.0
"""Seconds after which a step shows its progress."""


def complain(message: str) -> None:
    """Print an error, safe to show, on one line."""
    print(f"provaudit: {printable(message)}", file=sys.stderr)


def say(message: str, *, quiet: bool = False) -> None:
    """Print a message unless told to be quiet."""
    if not quiet:
        print(printable(message), file=sys.stderr)


def output() -> Console:
    """Return a console on standard output."""
    from rich.console import Console

    return Console(highlight=False, markup=False, emoji=False)


@contextmanager
def progress(title: str, unit: str, *, quiet: bool) -> Iterator[Progress]:
    """Show a bar with rate and time left on a step that takes longer than two seconds.

    Yields a function to call with (done, total). Nothing is shown where standard error is not a
    terminal.
    """
    if quiet or not sys.stderr.isatty():
        yield lambda _done, _total: None
        return
    import time

    from rich.console import Console
    from rich.progress import (
        BarColumn,
        Progress,
        TaskProgressColumn,
        TextColumn,
        TimeRemainingColumn,
    )

    columns = (
        TextColumn(title),
        BarColumn(),
        TaskProgressColumn(),
        TextColumn("{task.fields[rate]}"),
        TimeRemainingColumn(),
    )
    bar = Progress(*columns, console=Console(stderr=True), transient=True)
    started, first = time.monotonic(), -1
    task = bar.add_task(title, rate="", total=None)

    def advance(done: int, total: int) -> None:
        nonlocal first
        first = done if first < 0 else first
        seconds = time.monotonic() - started
        if seconds > SHOWN_AFTER:
            bar.start()
            rate = f"{(done - first) / seconds:,.0f} {unit}/s"
            bar.update(task, completed=done, total=total, rate=rate)

    try:
        yield advance
    finally:
        bar.stop()


def announce_compilation(*, quiet: bool) -> None:
    """Say why the first run on a machine is slow."""
    from provaudit.scheme.kernels import is_compiled

    if not is_compiled():
        say("First run on this machine: compiling takes up to half a minute.", quiet=quiet)


def report_catalogue(catalogue: Catalogue, *, quiet: bool) -> None:
    """Say what was read of a catalogue and what was not, with the reasons."""
    from provaudit.reports.figures import counted

    say(f"Catalogue: {counted(len(catalogue.works), 'work', 'works')} read.", quiet=quiet)
    for work in catalogue.works:
        for note in work.notes:
            say(f"  note on {work.source}: {note}", quiet=quiet)
    for skipped in catalogue.skipped:
        line = f"not read: {skipped.source} ({skipped.kind}): {skipped.reason}"
        if skipped.kind.is_failure:
            complain(line)
        else:
            say(f"  {line}", quiet=quiet)
