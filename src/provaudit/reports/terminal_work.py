"""One work of an audit in the terminal: its facts, and its passages side by side."""

from __future__ import annotations

from collections.abc import Iterator

from rich.console import Console, RenderableType
from rich.padding import Padding
from rich.rule import Rule
from rich.table import Table
from rich.text import Text

from provaudit.audit_folder.reading import Audit
from provaudit.display import printable
from provaudit.reports.choosing import work_named
from provaudit.reports.differences import Side, side_by_side
from provaudit.reports.facts import address, passage_facts, strength, work_facts
from provaudit.reports.figures import clipped, counted, more
from provaudit.reports.model import Passage
from provaudit.reports.overview import overview
from provaudit.reports.passages import Passages
from provaudit.reports.sentences import COMPARED

MOST_PASSAGES = 20
"""Passages printed of a work; the JSON form has all."""

MOST_CHARACTERS = 600
"""Code points printed of each text of a passage: two fit on a screen."""

_DIFFERENT = "bold yellow"
_NARROW = 60


def print_work(audit: Audit, work_id: str, console: Console) -> None:
    """Print the facts of one work, then its passages, strongest first.

    Parameters
    ----------
    audit
        The audit.
    work_id
        The work's id.
    console
        Where to print; where it has no colours, words that differ stand in ``[brackets]``.

    Raises
    ------
    UsageError
        Where the audit has no such work; the message names the closest ids.
    DamagedError
        Where a table of the audit cannot be read.
    """
    work = work_named(overview(audit), work_id)
    passages = Passages(audit, only=work_id)
    console.print(Text(clipped(work.name), style="bold"))
    console.print(_facts_table(work_facts(work)))
    shown = passages.strongest(work_id, MOST_PASSAGES)
    if any(passage.extract for passage in shown):
        console.print(Text(_legend(console), style="dim"))
    for number, passage in enumerate(shown, 1):
        _print_passage(number, passage, console)
    if (more := passages.number(work_id) - len(shown)) > 0:
        console.print(Text(f"{counted(more, 'weaker passage', 'weaker passages')} not printed."))


def _facts_table(facts: Iterator[tuple[str, str]]) -> Table:
    """Return names and values as two columns without lines."""
    table = Table.grid(padding=(0, 2))
    table.add_column(style="dim", no_wrap=True)
    table.add_column(overflow="fold")
    for name, value in facts:
        table.add_row(Text(name), Text(value))
    return table


def _plain(console: Console) -> bool:
    """Tell whether differences have to be read without colour."""
    return console.no_color or console.color_system is None


def _legend(console: Console) -> str:
    if not _plain(console):
        return COMPARED
    return COMPARED.replace("are marked", "stand in [brackets]")


def _print_passage(number: int, passage: Passage, console: Console) -> None:
    """Print one passage: its strength, its address, its two texts."""
    console.print()
    console.print(Rule(Text(f"{number}. {strength(passage)}"), align="left", style="dim"))
    console.print(Text(address(passage), overflow="fold"))
    console.print(_facts_table(passage_facts(passage)))
    if passage.extract is None:
        console.print(Text("This audit holds no extract of this passage.", style="dim"))
        return
    sides = side_by_side(passage.extract.work_text, passage.extract.cell_text, MOST_CHARACTERS)
    titles = ("Catalogue", "Dataset")
    texts = [_side(t, s, plain=_plain(console)) for t, s in zip(titles, sides, strict=True)]
    console.print(Padding(_columns(texts, console.width), (1, 0, 0, 0)))


def _columns(texts: list[Text], width: int) -> RenderableType:
    """Return the texts side by side, or one above the other where the terminal is narrow."""
    table = Table.grid(padding=(0, 3 if width >= _NARROW else 0), expand=True)
    if width < _NARROW:
        for text in texts:
            table.add_row(text)
        return table
    for _ in texts:
        table.add_column(ratio=1, overflow="fold")
    table.add_row(*texts)
    return table


def _side(title: str, side: Side, *, plain: bool) -> Text:
    """Return one text with its differences marked."""
    text = Text(overflow="fold")
    text.append(f"{title}\n", style="bold")
    for piece in side.pieces:
        words = printable(piece.text)
        marked = f"[{words}]" if piece.differs and plain else words
        text.append(marked, style=_DIFFERENT if piece.differs else "")
    if side.left_out:
        text.append(f" … ({more(side.left_out)})", style="dim")
    return text
