"""What the end-to-end tests share: real inputs from the shipped examples, and ways to run."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

import provaudit
from provaudit.cli.main import run

ROOT = Path(__file__).parents[1]
EXAMPLES = ROOT / "examples"
SOURCES = Path(provaudit.__file__).parents[1]


@dataclass(frozen=True)
class Outcome:
    """What a run of the command line came to."""

    code: int
    out: str
    err: str

    @property
    def error(self) -> str:
        """The one error, without its prefix."""
        lines = [line for line in self.err.splitlines() if line.startswith("provaudit: ")]
        assert len(lines) == 1, self.err
        assert self.err.rstrip("\n").endswith(lines[0]), self.err
        return lines[0].removeprefix("provaudit: ")

    def json(self) -> Any:
        return json.loads(self.out)


def _outcome(code: int, out: str, err: str) -> Outcome:
    assert "Traceback" not in out + err, err
    assert "inside provaudit" not in err, err
    return Outcome(code, out, err)


@pytest.fixture
def cli(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> Callable[..., Outcome]:
    """Run the command line in this process."""

    def call(*arguments: str | Path) -> Outcome:
        monkeypatch.setattr(sys, "argv", ["provaudit", *map(os.fspath, arguments)])
        capsys.readouterr()
        with pytest.raises(SystemExit) as left:
            run()
        code = left.value.code
        assert code is None or isinstance(code, int)
        return _outcome(code or 0, *capsys.readouterr())

    return call


def environment(extra: Mapping[str, str] | None = None) -> dict[str, str]:
    """Return this environment for another process that imports the same `provaudit`."""
    paths = [os.fspath(SOURCES), os.environ.get("PYTHONPATH", "")]
    kept = {k: v for k, v in os.environ.items() if not k.startswith("PROVAUDIT_")}
    return {**kept, "PYTHONPATH": os.pathsep.join(filter(None, paths)), **(extra or {})}


@pytest.fixture
def process() -> Callable[..., Outcome]:
    """Run the command line in a process of its own."""

    def call(
        *arguments: str | Path,
        code: str | None = None,
        env: Mapping[str, str] | None = None,
        cwd: Path | None = None,
    ) -> Outcome:
        start = ["-m", "provaudit"] if code is None else ["-c", code]
        done = subprocess.run(
            [sys.executable, *start, *map(os.fspath, arguments)],
            env=environment(env),
            cwd=cwd,
            capture_output=True,
            timeout=300,
            check=False,
        )
        out, err = (b.decode("utf-8", "backslashreplace") for b in (done.stdout, done.stderr))
        return _outcome(done.returncode, out.replace("\r\n", "\n"), err.replace("\r\n", "\n"))

    return call


@pytest.fixture
def start() -> Iterator[Callable[..., subprocess.Popen[bytes]]]:
    """Start the command line (or, with `code`, a program) and do not wait for it.

    What still runs at the end of the test is killed, and its pipes are closed.
    """
    with ExitStack() as stack:

        def call(
            *arguments: str | Path, code: str | None = None, **options: Any
        ) -> subprocess.Popen[bytes]:
            what = ["-m", "provaudit"] if code is None else ["-c", code]
            running = subprocess.Popen(
                [sys.executable, *what, *map(os.fspath, arguments)],
                env=environment(),
                **{"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, **options},
            )
            stack.callback(running.__exit__, None, None, None)
            stack.callback(running.kill)
            return running

        yield call


def write_shard_file(
    path: Path, content: pa.Table | Sequence[str | None], *, group: int | None = None
) -> Path:
    """Write a Parquet file from a table, or from texts with an id and a URL each."""
    if not isinstance(content, pa.Table):
        texts = list(content)
        content = pa.table(
            {
                "id": [f"row-{i}" for i in range(len(texts))],
                "text": pa.array(texts, pa.string()),
                "url": [f"https://example.org/{i}" for i in range(len(texts))],
            }
        )
    path.parent.mkdir(parents=True, exist_ok=True)
    pq.write_table(content, path, compression="zstd", row_group_size=group)
    return path


@pytest.fixture(scope="session")
def write_shard() -> Callable[..., Path]:
    return write_shard_file


@pytest.fixture(scope="session")
def examples() -> Path:
    return EXAMPLES


@pytest.fixture(scope="session")
def song() -> str:
    """The whole of a short work of the small catalogue (340 tokens)."""
    return (EXAMPLES / "catalogue" / "pete.txt").read_text("utf-8")


@pytest.fixture(scope="session")
def filler() -> list[str]:
    """Pieces of some 120 words in which no work of the small catalogue stands."""
    words = (EXAMPLES / "catalogue" / "john-sherman.txt").read_text("utf-8").split()
    return [" ".join(words[i : i + 120]) for i in range(0, 120 * 60, 120)]


@pytest.fixture(scope="session")
def small_catalogue(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two works: `pete`, which stands in the small dataset, and `pipa`, which does not."""
    folder = tmp_path_factory.mktemp("small") / "catalogue"
    folder.mkdir()
    for name in ("pete.txt", "pipa.txt"):
        (folder / name).write_bytes((EXAMPLES / "catalogue" / name).read_bytes())
    return folder


@pytest.fixture(scope="session")
def small_dataset(tmp_path_factory: pytest.TempPathFactory, filler: list[str], song: str) -> Path:
    """Two shards of two row groups each; row 2 of the first holds the whole song."""
    folder = tmp_path_factory.mktemp("small") / "dataset"
    planted = [*filler[:2], f"{filler[2]}\n{song}\n{filler[3]}", None, filler[4], filler[5]]
    write_shard_file(folder / "a.parquet", planted, group=3)
    write_shard_file(folder / "b.parquet", filler[6:12], group=3)
    return folder


@pytest.fixture(scope="session")
def small_index(tmp_path_factory: pytest.TempPathFactory, small_catalogue: Path) -> Path:
    """An index of the small catalogue; do not change it."""
    folder = tmp_path_factory.mktemp("small") / "index"
    provaudit.fingerprint([small_catalogue], folder)
    return folder


@pytest.fixture(scope="session")
def small_audit(
    tmp_path_factory: pytest.TempPathFactory, small_index: Path, small_dataset: Path
) -> Path:
    """An audit of the small dataset; do not change it."""
    folder = tmp_path_factory.mktemp("small") / "audit"
    provaudit.scan([small_index], [small_dataset], folder)
    return folder


@pytest.fixture(scope="session")
def example_index(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An index of the shipped catalogue; do not change it."""
    folder = tmp_path_factory.mktemp("examples") / "index"
    provaudit.fingerprint([EXAMPLES / "catalogue"], folder)
    return folder


@pytest.fixture(scope="session")
def example_audit(tmp_path_factory: pytest.TempPathFactory, example_index: Path) -> Path:
    """An audit of the shipped dataset, one worker; do not change it."""
    folder = tmp_path_factory.mktemp("examples") / "audit"
    options = provaudit.ScanOptions(workers=1)
    provaudit.scan([example_index], [EXAMPLES / "dataset"], folder, options=options)
    return folder


@pytest.fixture(scope="session")
def absent_audit(tmp_path_factory: pytest.TempPathFactory, small_dataset: Path) -> Path:
    """An audit of the small dataset for a work that does not stand in it: the gate passes."""
    folder = tmp_path_factory.mktemp("absent")
    (folder / "catalogue").mkdir()
    text = (EXAMPLES / "catalogue" / "pipa.txt").read_bytes()
    (folder / "catalogue" / "pipa.txt").write_bytes(text)
    provaudit.fingerprint([folder / "catalogue"], folder / "index")
    provaudit.scan([folder / "index"], [small_dataset], folder / "audit")
    return folder / "audit"
