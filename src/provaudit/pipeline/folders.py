"""Which audit folder a step may write into."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from provaudit.errors import ProvauditError, UsageError

KNOWN = ("audit.json", "scan", "log.jsonl", "index", ".lock")
"""What an audit folder may hold before its audit is whole."""


@contextmanager
def errors_named(folder: Path) -> Iterator[None]:
    """Turn what the system says of the audit folder into one sentence."""
    try:
        yield
    except OSError as error:
        reason = error.strerror or str(error)
        raise ProvauditError(
            f"{error.filename or folder} cannot be written ({reason}); make room or name another "
            "folder with -o, and run the same command again."
        ) from None


def prepare(folder: Path) -> None:
    """Make the folder, unless it holds something other than an audit."""
    if folder.exists() and not folder.is_dir():
        raise UsageError(f"{folder} is a file; name a folder for the audit with -o.")
    used = folder.is_dir() and any(folder.iterdir())
    if used and not any((folder / name).exists() for name in KNOWN):
        raise UsageError(f"{folder} is not empty and holds no audit; name a new folder with -o.")
    folder.mkdir(parents=True, exist_ok=True)


def is_finished(folder: Path, identity: dict[str, Any]) -> bool:
    """Whether the folder already holds this very scan; refuse another one."""
    path = folder / "audit.json"
    if not path.exists():
        return False
    try:
        facts = json.loads(path.read_text("utf-8"))
        same = facts["local"]["scan"] == identity and facts["complete"]
    except (ValueError, KeyError, TypeError):
        same = False
    if same:
        return True
    raise UsageError(
        f"{folder} holds another audit; name another folder with -o, or remove that one."
    )


def _index_digest(folder: Path) -> object:
    try:
        return json.loads((folder / "index.json").read_text("utf-8"))["digest"]
    except (OSError, ValueError, KeyError, TypeError):
        return None


def keep_index(built: Path, folder: Path) -> None:
    """Move a new index into an audit folder, unless it belongs to an audit of another one."""
    target = folder / "index"
    audited = (folder / "audit.json").exists() or (folder / "scan").exists()
    if audited and _index_digest(target) != _index_digest(built):
        raise UsageError(
            f"{folder} holds an audit of another catalogue; name another folder with -o, or "
            "remove that one."
        )
    if target.exists():
        shutil.rmtree(target)
    built.replace(target)
