"""The layers of the code, and what each may use."""

from __future__ import annotations

import ast
import re
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PACKAGE = ROOT / "src" / "provaudit"
MODULES = sorted(PACKAGE.rglob("*.py"))

LAYERS = {
    "errors": 0, "display": 0, "paths": 0, "version": 0,
    "scheme": 1,
    "audit_folder": 2,
    "catalogue": 3, "dataset": 3,
    "index": 4,
    "matching": 5,
    "estimate": 6,
    "reports": 7, "gate": 7, "evidence": 7,
    "pipeline": 8,
    "cli": 9,
    "__init__": 9, "__main__": 10,
}  # fmt: skip
"""A package imports from those with a smaller number; those with the same never do."""

HOMES = {
    "typer": ("cli/",),
    "click": (),
    "rich": ("cli/", "reports/"),
    "numba": ("scheme/",),
    "lxml": ("catalogue/",),
    "jinja2": ("reports/",),
}
"""Where each library may be imported."""

LONGEST = 400
FORBIDDEN_NAMES = {"utils", "util", "helpers", "helper", "common", "core", "manager", "misc"}


def name_of(module: Path) -> str:
    return module.relative_to(PACKAGE).as_posix()


def part_of(module: Path) -> str:
    """Return the package (or top module) that a module belongs to."""
    return module.relative_to(PACKAGE).parts[0].removesuffix(".py")


def imports(module: Path) -> Iterator[tuple[str, ...]]:
    """Yield the dotted names that a module imports anywhere, as parts."""
    for node in ast.walk(ast.parse(module.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            yield from (tuple(alias.name.split(".")) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{name_of(module)} imports relatively"
            base = tuple((node.module or "").split("."))
            yield from ((*base, alias.name) for alias in node.names)


def own_imports(module: Path) -> Iterator[str]:
    """Yield the parts of the package that a module imports."""
    for parts in imports(module):
        if parts[0] == "provaudit" and len(parts) > 1:
            yield parts[1]


def tracked_files() -> list[Path]:
    """Return the files that belong to the project, new ones too."""
    command = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    try:
        done = subprocess.run(command, cwd=ROOT, capture_output=True, check=True)
    except (OSError, subprocess.CalledProcessError):
        return sorted([*MODULES, *(ROOT / "tests").rglob("*.py"), *(ROOT / "docs").glob("*.md")])
    paths = [ROOT / name for name in done.stdout.decode().split("\0") if name]
    return sorted(path for path in paths if path.is_file())


def tracked_texts() -> Iterator[tuple[Path, str]]:
    for path in tracked_files():
        try:
            yield path, path.read_text("utf-8")
        except UnicodeDecodeError:
            continue


@pytest.mark.parametrize("module", MODULES, ids=name_of)
def test_a_package_imports_from_its_left_only(module: Path) -> None:
    mine = part_of(module)
    assert mine in LAYERS, f"{mine} has no place among the layers"
    wrong = [
        other
        for other in own_imports(module)
        if other != mine and LAYERS.get(other, 99) >= LAYERS[mine] and not other.startswith("__")
    ]
    assert not wrong


def test_every_layer_is_there() -> None:
    parts = {part_of(module) for module in MODULES}
    assert parts == set(LAYERS)


@pytest.mark.parametrize("library", HOMES)
def test_libraries_stay_at_home(library: str) -> None:
    users = {name_of(m) for m in MODULES if any(i[0] == library for i in imports(m))}
    assert all(user.startswith(HOMES[library]) for user in users), users


def test_datasketch_is_imported_in_one_module() -> None:
    users = [name_of(m) for m in MODULES if any(i[0] == "datasketch" for i in imports(m))]
    assert len(users) == 1, users


def test_only_the_command_line_exits() -> None:
    for module in MODULES:
        if part_of(module) not in ("cli", "__main__"):
            text = module.read_text("utf-8")
            assert not re.search(r"\bsys\.exit\(|\bSystemExit\b|\bos\._exit\b|\bquit\(\)", text), (
                module
            )


def test_one_command_one_file() -> None:
    for name in "fingerprint scan audit show report check verify demo".split():
        assert (PACKAGE / "cli" / f"{name}.py").is_file()


def test_no_module_is_long() -> None:
    lengths = {name_of(m): len(m.read_text("utf-8").splitlines()) for m in MODULES}
    assert {name: n for name, n in lengths.items() if n > LONGEST} == {}


def test_no_module_has_a_name_that_says_nothing() -> None:
    names = {p.relative_to(ROOT).as_posix() for p in tracked_files() if p.suffix == ".py"}
    assert [
        n for n in names if FORBIDDEN_NAMES & {p.removesuffix(".py") for p in n.split("/")}
    ] == []


def test_every_test_file_has_its_own_name() -> None:
    names = [p.name for p in (ROOT / "tests").rglob("*.py") if p.name != "conftest.py"]
    assert sorted(names) == sorted(set(names))


def test_no_absolute_paths_of_a_machine() -> None:
    # in two pieces, so that this file is not found itself
    folders = "|".join(("home", "Users", "root", "work", "mnt", "private", "var/folders"))
    path = re.compile(rf"(?<![\w.:/*\\)\]}}-])/(?:{folders})/[\w.-]+|[A-Za-z]:\\+Users\\")
    found = [
        f"{p.relative_to(ROOT)}: {m[0]}" for p, text in tracked_texts() for m in path.finditer(text)
    ]
    assert found == []


def test_no_package_registry_is_named() -> None:
    hosts = [
        ".".join(parts)
        for parts in (
            ("pypi", "org"), ("pythonhosted", "org"), ("anaconda", "org"), ("npmjs", "org"),
            ("npmjs", "com"), ("crates", "io"), ("proxy", "golang", "org"), ("rubygems", "org"),
            ("jsdelivr", "net"), ("unpkg", "com"),
        )
    ]  # fmt: skip
    options = ["--index" + "-url", "--extra" + "-index-url"]
    found = [
        f"{p.relative_to(ROOT)}: {word}"
        for p, text in tracked_texts()
        for word in (*hosts, *options)
        if word in text
    ]
    assert found == []
