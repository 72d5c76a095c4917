"""A finished audit in the terminal.

Text from datasets is hostile: each string is made printable and shown as a `rich.text.Text`,
which is never read as markup.
"""

from __future__ import annotations

from collections.abc import Iterable

from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from provaudit.audit_folder.reading import Audit
from provaudit.reports.as_json import audit_as_json, json_text, work_as_json
from provaudit.reports.figures import clipped, count, percent
from provaudit.reports.model import WITHOUT_MATCH, Overview, Unread, WorkRow
from provaudit.reports.overview import overview
from provaudit.reports.sentences import (
    LIMIT_MEANING,
    MEANS,
    MEANS_NOT,
    STATUS_MEANINGS,
    limit_words,
    sentences,
)
from provaudit.reports.terminal_work import print_work

__all__ = ["audit_as_json", "json_text", "print_audit", "print_work", "work_as_json"]

_SHORT_NAMES = {
    "detected": ("detected", "bold red"),
    "detected_in_part": ("in part", "bold yellow"),
    "short_passages": ("short", "cyan"),
    "undetermined": ("undetermined", "magenta"),
    "not_detected": ("not detected", "dim"),
}
_BAR = 5
_MOST_UNREAD = 50


def print_audit(audit: Audit, console: Console) -> None:
    """Print what an audit found, what it did not read and what that means.

    Parameters
    ----------
    audit
        The audit.
    console
        Where to print; its width and colours are respected.

    Raises
    ------
    DamagedError
        Where a table of the audit cannot be read.
    """
    view = overview(audit)
    for sentence in sentences(view):
        console.print(Text(sentence))
    if view.works:
        console.print(_works_table(view.works, ascii_only=console.options.ascii_only))
        _print_statuses(view, console)
    _print_unread(view, console)
    _print_meaning(console)


def _works_table(works: Iterable[WorkRow], *, ascii_only: bool) -> Table:
    """Return the table of all works."""
    table = Table(box=SIMPLE_HEAD, padding=(0, 1, 0, 0), pad_edge=False, expand=True)
    table.add_column("Status", no_wrap=True)
    table.add_column("Work", ratio=1, overflow="fold")
    for name in ("Coverage", "Equal\ntokens", "Rows", "Longest\nrun"):
        table.add_column(Text(name, justify="right"), justify="right", no_wrap=True)
    for work in works:
        table.add_row(
            status_text(work.status),
            _name(work),
            Text(_coverage(work, ascii_only=ascii_only)),
            *(Text(count(n)) for n in (work.equal_tokens, work.rows, work.longest_run)),
        )
    return table


def status_text(status: str) -> Text:
    """Return a status as one short, coloured word."""
    name, style = _SHORT_NAMES.get(status, (clipped(status, 12), ""))
    return Text(name, style=style)


def _name(work: WorkRow) -> Text:
    """Return title, author and id, and the limit of a work without matches."""
    text = Text(clipped(work.name, 120))
    if work.author:
        text.append(f", {clipped(work.author, 80)}", style="dim")
    if work.title:
        text.append(f"\n{clipped(work.work_id, 80)}", style="dim")
    if work.status in WITHOUT_MATCH:
        text.append(f"\n{limit_words(work)}", style="dim italic")
    return text


def _coverage(work: WorkRow, *, ascii_only: bool) -> str:
    """Return the coverage with a small bar; any coverage above 0 shows at least one block."""
    if not work.coverage:
        return percent(work.coverage)
    full, empty = ("#", ".") if ascii_only else ("█", "░")
    blocks = min(_BAR, max(1, int(work.coverage * _BAR)))
    return f"{full * blocks}{empty * (_BAR - blocks)} {percent(work.coverage):>6}"


def _print_statuses(view: Overview, console: Console) -> None:
    """Say what the statuses in the table mean."""
    if view.summary.works_with(*WITHOUT_MATCH):
        console.print(Padding(Text(LIMIT_MEANING), (0, 0, 0, 2), expand=False))
    for status, number in view.summary.tallies:
        if number and status in STATUS_MEANINGS:
            line = Text.assemble(status_text(status), ": ", STATUS_MEANINGS[status])
            console.print(Padding(line, (0, 0, 0, 2), expand=False))


def _print_unread(view: Overview, console: Console) -> None:
    """Say what was not read, and why."""
    parts: list[tuple[str, tuple[Unread, ...]]] = [
        ("Shards that were not read, or not to their end", view.failed_shards),
        ("Catalogue inputs that were not read", view.skipped_inputs),
        ("Columns that were not read", view.skipped_columns),
    ]
    if not any(items for _, items in parts):
        return
    console.print(Text("\nWhat was not read", style="bold"))
    for title, items in parts:
        if items:
            console.print(Text(f"{title}: {len(items):,}"))
            _print_items(items, console)


def _print_items(items: tuple[Unread, ...], console: Console) -> None:
    for item in items[:_MOST_UNREAD]:
        kind = f" ({clipped(item.kind, 40)})" if item.kind else ""
        line = f"{clipped(item.name)}{kind}: {clipped(item.reason, 400)}"
        console.print(Padding(Text(line, overflow="fold"), (0, 0, 0, 2), expand=False))
    if len(items) > _MOST_UNREAD:
        console.print(Text(f"  and {len(items) - _MOST_UNREAD:,} more"))


def _print_meaning(console: Console) -> None:
    """Say what a result does and does not mean."""
    console.print(Text("\nWhat this does and does not mean", style="bold"))
    for sentence in (*MEANS, *MEANS_NOT):
        console.print(Padding(Text(sentence), (0, 0, 0, 2), expand=False))
