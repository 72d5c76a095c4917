"""The log: what was done when, each line holding the hash of the one before."""

from __future__ import annotations

import hashlib
import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

START = "0" * 64
"""What the first line holds in place of a hash."""


class Log:
    """Appends events to `log.jsonl`."""

    def __init__(self, path: Path) -> None:
        self._path = path
        lines = path.read_bytes().splitlines(keepends=True) if path.exists() else []
        # a line cut by a kill is no line
        whole = [line for line in lines if line.endswith(b"\n")]
        if len(whole) < len(lines):
            path.write_bytes(b"".join(whole))
        self._previous = line_hash(whole[-1]) if whole else START

    def add(self, event: str, **facts: Any) -> None:
        """Append one event with the time in UTC."""
        now = datetime.now(UTC).isoformat(timespec="milliseconds")
        entry = {"time": now, "event": event, **facts, "previous": self._previous}
        line = (json.dumps(entry) + "\n").encode()
        with self._path.open("ab") as file:
            file.write(line)
        self._previous = line_hash(line)


def last_event(path: Path, event: str) -> dict[str, Any] | None:
    """Return the last entry of a kind, or None where there is none or the log cannot be read."""
    try:
        entries = [json.loads(line) for line in path.read_bytes().splitlines()]
        return next((e for e in reversed(entries) if e["event"] == event), None)
    except (OSError, ValueError, KeyError, TypeError):
        return None


def line_hash(line: bytes) -> str:
    """Return SHA-256 (hex) of a line with its line end."""
    return hashlib.sha256(line).hexdigest()


def broken_line(path: Path) -> int | None:
    """Return the first line (from 1) whose `previous` is not the hash of the one before."""
    previous = START
    for number, line in enumerate(path.read_bytes().splitlines(keepends=True), 1):
        try:
            if json.loads(line)["previous"] != previous:
                return number
        except (ValueError, KeyError, TypeError):
            return number
        previous = line_hash(line)
    return None
