"""What `import provaudit` gives."""

from __future__ import annotations

import inspect
import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

import provaudit
from provaudit.errors import DamagedError, ProvauditError, UsageError

STEPS = ("fingerprint", "scan", "audit", "report", "check", "verify")


def test_all_steps_work(tmp_path: Path, small_catalogue: Path, small_dataset: Path) -> None:
    read = provaudit.fingerprint([small_catalogue], tmp_path / "index")
    assert [w.work_id for w in read.works] == ["pete", "pipa"]
    audit = provaudit.scan([tmp_path / "index"], [small_dataset], tmp_path / "audit")
    assert audit.folder == tmp_path / "audit"
    assert audit.facts["summary"]["works_detected"] == 1
    assert len(audit.works()) == 2
    page = provaudit.report(tmp_path / "audit", tmp_path / "r")
    assert page == tmp_path / "r" / "report.en.html"
    assert page.is_file()
    verdict = provaudit.check(tmp_path / "audit")
    assert not verdict.passes
    assert verdict.exit_code() == 1
    assert provaudit.verify(tmp_path / "audit").differences == ()
    whole = provaudit.audit([small_catalogue], [small_dataset], tmp_path / "whole")
    assert whole.facts["result_digest"] == audit.facts["result_digest"]


def test_paths_may_be_strings(
    tmp_path: Path, small_catalogue: Path, small_dataset: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    provaudit.fingerprint([str(small_catalogue)], "index")
    provaudit.scan(["index"], [str(small_dataset)], "audit")
    assert not provaudit.check("audit").passes
    assert provaudit.verify("audit", dataset=[str(small_dataset)]).compared == 1
    assert provaudit.report("audit", "r").exists()


def test_progress_is_called(tmp_path: Path, small_index: Path, small_dataset: Path) -> None:
    seen: list[tuple[int, int]] = []
    provaudit.scan(
        [small_index], [small_dataset], tmp_path / "a", progress=lambda *n: seen.append(n)
    )
    assert seen[0] == (0, 12)
    assert seen[-1] == (12, 12)
    assert seen == sorted(seen)


@pytest.mark.parametrize("name", STEPS)
def test_steps_are_typed_and_documented(name: str) -> None:
    step: Callable[..., object] = getattr(provaudit, name)
    signature = inspect.signature(step)
    assert signature.return_annotation is not inspect.Signature.empty
    for parameter in signature.parameters.values():
        assert parameter.annotation is not inspect.Parameter.empty, parameter
    assert step.__doc__
    assert name in provaudit.__all__


def test_the_package_says_that_it_is_typed() -> None:
    assert (Path(provaudit.__file__).parent / "py.typed").exists()


def test_a_program_that_uses_it_passes_mypy(tmp_path: Path) -> None:
    pytest.importorskip("mypy")
    program = tmp_path / "program.py"
    program.write_text(
        "import provaudit\n"
        "audit = provaudit.audit(['c'], ['d'], 'a', options=provaudit.ScanOptions(workers=1))\n"
        "reveal_type(audit.folder)\n"
        "reveal_type(provaudit.check('a').passes)\n"
        "reveal_type(provaudit.verify('a').compared)\n"
        "reveal_type(provaudit.report('a', 'r'))\n"
    )
    source = Path(provaudit.__file__).parents[1]
    done = subprocess.run(
        [sys.executable, "-m", "mypy", "--strict", "--follow-imports=silent", "--cache-dir",
         str(tmp_path / "cache"), "--ignore-missing-imports", str(program)],
        env={"MYPYPATH": str(source), "PATH": ""}, cwd=tmp_path,
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr
    revealed = re.findall(r'Revealed type is "([^"]*)"', done.stdout)
    assert [t.rpartition(".")[2] for t in revealed] == ["Path", "bool", "int", "Path"]


def test_errors_are_one_family() -> None:
    assert issubclass(UsageError, ProvauditError)
    assert issubclass(DamagedError, ProvauditError)
    assert (UsageError.exit_code, DamagedError.exit_code) == (2, 3)


@pytest.mark.parametrize("step", ["check", "verify"])
def test_errors_are_raised_not_exits(tmp_path: Path, step: str) -> None:
    with pytest.raises(UsageError, match="not an audit folder"):
        getattr(provaudit, step)(tmp_path / "gone")


def test_workers_below_one_are_refused(
    tmp_path: Path, small_index: Path, small_dataset: Path
) -> None:
    for workers in (0, -1):
        with pytest.raises((UsageError, ValueError)):
            provaudit.scan(
                [small_index], [small_dataset], tmp_path / str(workers),
                options=provaudit.ScanOptions(workers=workers),
            )  # fmt: skip


def test_no_index_and_no_dataset_are_refused(
    tmp_path: Path, small_index: Path, small_dataset: Path
) -> None:
    with pytest.raises(UsageError):
        provaudit.scan([], [small_dataset], tmp_path / "a")
    with pytest.raises(UsageError):
        provaudit.scan([small_index], [], tmp_path / "b")
