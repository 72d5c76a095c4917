"""Golden files. To write them again: PROVAUDIT_WRITE_GOLDEN=1 pytest tests/reports"""

from __future__ import annotations

import os
from pathlib import Path

from provaudit.version import __version__

FOLDER = Path(__file__).parent / "golden"


def assert_golden(name: str, text: str) -> None:
    text = text.replace(f"provaudit {__version__}", "provaudit VERSION")
    path = FOLDER / name
    if os.environ.get("PROVAUDIT_WRITE_GOLDEN"):
        FOLDER.mkdir(exist_ok=True)
        path.write_text(text, "utf-8", newline="\n")
    assert path.read_text("utf-8") == text, f"{name} differs; see tests/reports/reports_golden.py"
