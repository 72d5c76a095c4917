"""Which audit folder a step may write into."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from provaudit.audit_folder.schemas import AUDIT_SCHEMA
from provaudit.errors import ProvauditError, UsageError

MARKER = ".provaudit"
"""A file that says what a folder was made for; without it nothing in a folder is touched."""

IDENTITY = {
    "scheme": "fingerprint scheme",
    "matching": "matching parameters",
    "indexes": "catalogue",
    "skipped": "unread catalogue inputs",
    "columns": "text columns",
    "shards": "shards",
}
"""What makes two scans the same scan, in words."""


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


def _is_audit(folder: Path) -> bool:
    """Whether a folder was made for an audit."""
    if is_marked(folder, "audit"):
        return True
    try:
        return bool(
            json.loads((folder / "audit.json").read_text("utf-8"))["schema"] == AUDIT_SCHEMA
        )
    except (OSError, ValueError, KeyError, TypeError, RecursionError):
        return False


def is_marked(folder: Path, purpose: str) -> bool:
    """Whether a folder was made by this tool for `purpose`."""
    marker = folder / MARKER
    return marker.is_file() and marker.read_bytes().strip() == purpose.encode()


def mark(folder: Path, purpose: str) -> None:
    """Make a folder and say what for."""
    folder.mkdir(parents=True, exist_ok=True)
    if not is_marked(folder, purpose):
        (folder / MARKER).write_text(f"{purpose}\n", "utf-8", newline="\n")


def prepare(folder: Path) -> None:
    """Make the folder, unless it holds something other than an audit."""
    if folder.exists() and not folder.is_dir():
        raise UsageError(f"{folder} is a file; name a folder for the audit with -o.")
    if folder.is_dir() and any(folder.iterdir()) and not _is_audit(folder):
        raise UsageError(f"{folder} is not empty and holds no audit; name a new folder with -o.")
    mark(folder, "audit")


def is_finished(folder: Path, identity: dict[str, Any]) -> bool:
    """Whether the folder already holds this very scan; refuse another one."""
    path = folder / "audit.json"
    if not path.exists():
        return False
    try:
        known = json.loads(path.read_text("utf-8"))["local"]["scan"]
        differing = [what for name, what in IDENTITY.items() if known[name] != identity[name]]
    except (ValueError, KeyError, TypeError, RecursionError):
        differing = ["file audit.json"]
    if not differing:
        return True
    raise UsageError(
        f"{folder} holds another audit (not the same {', '.join(dict.fromkeys(differing))}); "
        "name another folder with -o, or remove that one."
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
