"""The wheel alone, in an empty environment, does the main job: `make wheel-test`."""

from __future__ import annotations

import importlib.util
import json
import os
import subprocess
import sys
import venv
import zipfile
from pathlib import Path

import pytest

pytestmark = pytest.mark.wheel

ROOT = Path(__file__).parents[1]


def run(*command: str | Path, cwd: Path) -> str:
    """Run a command without this environment's Python settings."""
    kept = {k: v for k, v in os.environ.items() if not k.startswith(("PYTHON", "PROVAUDIT_"))}
    done = subprocess.run(
        [*map(os.fspath, command)], cwd=cwd, env=kept, capture_output=True, check=False
    )
    said = (done.stdout + done.stderr).decode("utf-8", "replace")
    assert done.returncode == 0, said
    return done.stdout.decode("utf-8", "replace")


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("wheel")
    # without isolation where the build backend is here already
    isolation = ["--no-isolation"] if importlib.util.find_spec("hatchling") else []
    run(sys.executable, "-m", "build", "--wheel", *isolation, "-o", folder, ROOT, cwd=folder)
    (built,) = folder.glob("*.whl")
    return built


@pytest.fixture(scope="module")
def installed(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the folder of the programs of an environment that holds the wheel."""
    folder = tmp_path_factory.mktemp("environment")
    venv.create(folder, with_pip=True)
    programs = folder / ("Scripts" if os.name == "nt" else "bin")
    run(programs / "python", "-m", "pip", "install", "--quiet", wheel, cwd=folder)
    return programs


def test_the_wheel_holds_what_it_needs(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        names = set(archive.namelist())
    here = {
        p.relative_to(ROOT / "src").as_posix()
        for p in (ROOT / "src" / "provaudit").rglob("*")
        if p.is_file() and "__pycache__" not in p.parts
    }
    assert here <= names
    for folder in ("catalogue", "dataset"):
        for path in (ROOT / "examples" / folder).iterdir():
            assert f"provaudit/examples/{folder}/{path.name}" in names
    assert "provaudit/py.typed" in names
    assert not [n for n in names if n.startswith(("tests/", "tools/")) or "__pycache__" in n]
    assert [n for n in names if n.endswith("licenses/LICENSE")]
    assert [n for n in names if n.endswith("licenses/NOTICE")]


def test_the_demo_gives_what_the_checkout_gives(
    installed: Path, tmp_path: Path, example_audit: Path
) -> None:
    out = tmp_path / "unrelated" / "out"
    out.parent.mkdir()
    said = run(installed / "provaudit", "demo", "-o", out, cwd=out.parent)
    assert "report.html" in said
    assert (out / "report.html").is_file()
    facts = [json.loads((a / "audit.json").read_text("utf-8")) for a in (
        out / "audit", example_audit)]  # fmt: skip
    assert facts[0]["result_digest"] == facts[1]["result_digest"]
    assert "site-packages" in facts[0]["local"]["dataset"][0]
    run(installed / "provaudit", "verify", out / "audit", cwd=out.parent)


def test_the_module_runs_too(installed: Path, tmp_path: Path) -> None:
    said = run(installed / "python", "-m", "provaudit", "--version", cwd=tmp_path)
    assert said.startswith("provaudit ")
