"""An index in the terminal."""

from __future__ import annotations

from typing import Any

from rich.console import Console
from rich.table import Table

from provaudit.display import printable


def print_index(described: dict[str, Any], console: Console) -> None:
    """Print the works of an index and what of the catalogue was not read."""
    counts = described["counts"]
    console.print(
        f"{counts['works']:,} works, {counts['tokens']:,} tokens, {counts['seeds']:,} seeds; "
        f"scheme {described['scheme']['name']}. The index holds the works' texts."
    )
    table = Table(box=None, pad_edge=False)
    table.add_column("Work", overflow="fold")
    table.add_column("Title", overflow="fold")
    table.add_column("Language")
    table.add_column("Tokens", justify="right")
    table.add_column("Seed limit", justify="right")
    for work in described["works"]:
        cells = [work["work_id"], work["title"], work["language"]]
        table.add_row(
            *(printable(c) for c in cells), f"{work['tokens']:,}", str(work["seed_limit"] or "none")
        )
    console.print(table)
    for skipped in described["skipped"]:
        line = f"not read: {skipped['source']} ({skipped['kind']}): {skipped['reason']}"
        console.print(printable(line))
