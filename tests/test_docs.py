"""The documentation says what the program does, and its links lead somewhere."""

from __future__ import annotations

import importlib.util
import re
from pathlib import Path
from types import ModuleType

import pytest
import typer

from provaudit.cli.main import app

ROOT = Path(__file__).parents[1]
PAGES = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").glob("*.md"), ROOT / "examples/README.md"])
LINK = re.compile(r"\]\(\s*<?([^)\s>]+)>?[^)]*\)|(?:href|src)=\"([^\"]+)\"")


@pytest.fixture(scope="module")
def generator() -> ModuleType:
    spec = importlib.util.spec_from_file_location("cli_docs", ROOT / "tools/make_cli_docs.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_page_is_what_the_generator_writes(generator: ModuleType) -> None:
    written = (ROOT / "docs/cli.md").read_text("utf-8")
    assert written == generator.page(), "run `make docs`"


def test_page_does_not_depend_on_the_terminal(
    generator: ModuleType, monkeypatch: pytest.MonkeyPatch
) -> None:
    plain = generator.page()
    monkeypatch.setenv("COLUMNS", "43")
    monkeypatch.setenv("FORCE_COLOR", "1")
    assert generator.page() == plain


def test_page_is_at_most_80_columns_wide(generator: ModuleType) -> None:
    blocks = re.findall(r"```text\n(.*?)```", generator.page(), re.DOTALL)
    assert max(len(line) for block in blocks for line in block.splitlines()) <= 80


def _commands() -> dict[str, list[str]]:
    """Return each command's options, as the application knows them."""
    group = typer.main.get_command(app)
    return {
        name: [o for p in c.params if p.param_type_name == "option" for o in p.opts]
        for name, c in group.commands.items()  # type: ignore[attr-defined]
    }


@pytest.mark.parametrize(("name", "options"), _commands().items(), ids=list(_commands()))
def test_every_command_and_option_is_on_the_page(name: str, options: list[str]) -> None:
    sections = re.split(r"^## ", (ROOT / "docs/cli.md").read_text("utf-8"), flags=re.MULTILINE)
    section = next(s for s in sections if s.startswith(f"provaudit {name}\n"))
    missing = [o for o in options if not re.search(rf"^  .*{re.escape(o)}\b", section, re.M)]
    assert not missing


def test_the_contract_has_its_commands() -> None:
    wanted = {"fingerprint", "scan", "audit", "show", "report", "check", "verify", "demo"}
    assert wanted <= set(_commands())


@pytest.mark.parametrize("page", PAGES, ids=lambda p: p.relative_to(ROOT).as_posix())
def test_relative_links_lead_to_files(page: Path) -> None:
    text = re.sub(r"```.*?```|`[^`\n]*`", "", page.read_text("utf-8"), flags=re.DOTALL)
    targets = [(a or b).partition("#")[0] for a, b in LINK.findall(text)]
    relative = [t for t in targets if t and not re.match(r"[a-z][a-z0-9+.-]*:", t)]
    dead = [t for t in relative if not (page.parent / t).exists()]
    assert not dead
