"""Write docs/cli.md from the commands' own help: python tools/make_cli_docs.py docs/cli.md.

The help is laid out here, 80 columns wide, and not by the library that shows it in a terminal, so
that its version, the terminal's width and its colours change nothing.
"""

from __future__ import annotations

import sys
import textwrap
from collections.abc import Iterator
from enum import Enum
from pathlib import Path
from typing import Any

import typer

from provaudit.cli.main import app

WIDTH = 80
NAMES = 28
"""Columns for an option's names."""

INTRODUCTION = """\
# The command line

This page is written by `make docs` from what `provaudit COMMAND --help` says.

Results go to standard output, and progress, notes and errors to standard error. Every error is
one line that starts with `provaudit:`. What comes from files and datasets is shown with control
characters escaped.

| exit code | meaning |
|---|---|
| 0 | done; `check`: policy met |
| 1 | `check` found breaches, also when something was unread |
| 2 | wrong usage or configuration, or nothing to do: no text column, no shard, `-o` holds another \
audit |
| 3 | failed or incomplete: a work or shard is damaged, unreadable or a duplicate, or a \
verification differs. `--allow-incomplete` turns "incomplete" into 0 |
| 130 | interrupted; the same command goes on from there |

## Environment variables
An option on the command line goes before its variable.

| variable | meaning |
|---|---|
"""
OTHER_VARIABLES = {
    "PROVAUDIT_DEBUG": "an error inside provaudit is shown with its traceback",
    "NO_COLOR": "no colours",
}


def page() -> str:
    """Return the whole page."""
    group = typer.main.get_command(app)
    commands: dict[str, Any] = group.commands  # type: ignore[attr-defined]
    parts = [INTRODUCTION.rstrip("\n"), *_variables(commands), "", "## provaudit", *_block(group)]
    for name, command in commands.items():
        parts += ["", f"## provaudit {name}", *_block(command, name)]
    return "\n".join(parts) + "\n"


def _variables(commands: dict[str, Any]) -> Iterator[str]:
    found: dict[str, list[str]] = {}
    for name, command in commands.items():
        for option in command.params:
            for variable in _environment(option):
                found.setdefault(f"`{variable}`: `{option.opts[0]}`", []).append(f"`{name}`")
    for variable, names in sorted(found.items()):
        variable_, _, option_ = variable.partition(": ")
        yield f"| {variable_} | {option_} of {', '.join(names)} |"
    for variable, meaning in OTHER_VARIABLES.items():
        yield f"| `{variable}` | {meaning} |"


def _environment(param: Any) -> list[str]:
    names = param.envvar or []
    return [names] if isinstance(names, str) else list(names)


def _block(command: Any, name: str = "") -> Iterator[str]:
    """Yield a command's help as a block of plain text."""
    arguments = [p for p in command.params if p.param_type_name == "argument"]
    options = [p for p in command.params if p.param_type_name == "option"]
    usage = ["provaudit", name or "COMMAND", *(p.metavar for p in arguments), "[OPTIONS]"]
    yield from ("```text", "Usage: " + " ".join(filter(None, usage)), "")
    for paragraph in (command.help or "").split("\n\n"):
        yield from (*textwrap.wrap(" ".join(paragraph.split()), WIDTH), "")
    if not name:
        rows = [(n, _first_sentence(c.help or "")) for n, c in command.commands.items()]
        yield from _table("Commands", rows)
    if arguments:
        yield from _table("Arguments", [(p.metavar, _meaning(p)) for p in arguments])
    rows = [(_names(p), _meaning(p)) for p in options]
    yield from _table("Options", [*rows, ("-h, --help", "Show this message and exit.")])
    yield "```"


def _first_sentence(text: str) -> str:
    sentence = " ".join(text.partition("\n\n")[0].split())
    return sentence if sentence.endswith(".") else f"{sentence}."


def _names(option: Any) -> str:
    names = sorted([*option.opts, *option.secondary_opts], key=len)
    value = "" if option.is_flag else option.metavar or (option.name or "").strip("_").upper()
    return f"{', '.join(names)} {value}".rstrip()


def _meaning(param: Any) -> str:
    notes = [f"env: {v}" for v in _environment(param)]
    default = param.default.value if isinstance(param.default, Enum) else param.default
    if isinstance(default, str | int | float | Path) and not isinstance(default, bool):
        notes.append(f"default: {default}")
    if param.required and param.param_type_name == "option":
        notes.append("required")
    text = getattr(param, "help", "") or ""
    return f"{text} [{'; '.join(notes)}]" if notes else text


def _table(title: str, rows: list[tuple[str, str]]) -> Iterator[str]:
    yield f"{title}:"
    for name, meaning in rows:
        lines = textwrap.wrap(meaning, WIDTH - NAMES - 2, break_on_hyphens=False)
        first = f"  {name:<{NAMES - 2}}  "
        if len(name) > NAMES - 2:
            yield f"  {name}"
            first = " " * (NAMES + 2)
        yield (first + (lines[0] if lines else "")).rstrip()
        yield from (" " * (NAMES + 2) + line for line in lines[1:])
    if title != "Options":
        yield ""


def main() -> None:
    """Write the page to the path given."""
    if len(sys.argv) != 2:
        sys.exit("usage: make_cli_docs.py FILE")
    Path(sys.argv[1]).write_text(page(), "utf-8", newline="\n")


if __name__ == "__main__":
    main()
