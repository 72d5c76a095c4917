from __future__ import annotations

from pathlib import Path

import pytest
import reports_audit

from provaudit.audit_folder.reading import Audit


@pytest.fixture(autouse=True)
def _plain_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    """Keep the terminal that runs the tests out of what they print."""
    for name in ("NO_COLOR", "FORCE_COLOR", "TTY_COMPATIBLE", "TTY_INTERACTIVE", "COLUMNS"):
        monkeypatch.delenv(name, raising=False)


@pytest.fixture
def plain_audit(tmp_path: Path) -> Audit:
    return reports_audit.plain_audit(tmp_path / "audit")


@pytest.fixture
def hostile_audit(tmp_path: Path) -> Audit:
    return reports_audit.hostile_audit(tmp_path / "hostile")


@pytest.fixture
def empty_audit(tmp_path: Path) -> Audit:
    return reports_audit.build(tmp_path / "empty", [], [], [], [])


@pytest.fixture
def redacted_audit(plain_audit: Audit) -> Audit:
    (plain_audit.folder / "extracts.parquet").unlink()
    return plain_audit
