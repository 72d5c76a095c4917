"""The command line as a process: signals, pipes, what it imports, no network."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

Process = Callable[..., Any]
Start = Callable[..., "subprocess.Popen[bytes]"]
posix = pytest.mark.skipif(os.name == "nt", reason="signals and pipes of POSIX")

SLOW = """
import sys, time
import provaudit.matching.scanning as scanning
plain = scanning.scan_group
def slow(*arguments):
    time.sleep(0.1)
    return plain(*arguments)
scanning.scan_group = slow
from provaudit.cli.main import run
run()
"""
"""The command line with row groups that take a tenth of a second."""


@pytest.fixture
def long_dataset(tmp_path: Path, write_shard: Callable[..., Path], filler: list[str]) -> Path:
    write_shard(tmp_path / "long" / "a.parquet", filler[:40], group=1)
    return tmp_path / "long"


def _wait_for_lines(path: Path, lines: int, running: subprocess.Popen[bytes]) -> None:
    end = time.monotonic() + 120
    while time.monotonic() < end and running.poll() is None:
        if path.exists() and path.read_bytes().count(b"\n") >= lines:
            return
        time.sleep(0.01)
    pytest.fail(f"the scan has ended: {running.communicate()}")


@posix
def test_an_interrupted_scan_says_so_and_resumes(
    start: Start, process: Process, tmp_path: Path, small_index: Path, long_dataset: Path
) -> None:
    audit = tmp_path / "audit"
    command = ("scan", small_index, long_dataset, "-o", audit, "-j", "1")
    running = start(*command, code=SLOW)
    _wait_for_lines(audit / "scan" / "journal.jsonl", 3, running)
    running.send_signal(signal.SIGINT)
    out, err = running.communicate(timeout=60)
    assert running.returncode == 130
    assert out == b""
    assert not (audit / "audit.json").exists()
    again = process(*command, "--json")
    assert again.code == 0
    assert again.json()["reading"]["rows_read"] == 40
    started = [
        line
        for line in map(json.loads, (audit / "log.jsonl").read_text("utf-8").splitlines())
        if line["event"] == "scan started"
    ]
    assert len(started) == 2
    assert 3 <= started[1]["resumed_row_groups"] < 40
    lines = err.decode().splitlines()
    assert len(lines) == 1
    assert lines[0].startswith("provaudit: ")
    assert "again" in lines[0]


@posix
@pytest.mark.parametrize("command", ["show", "check"])
def test_a_reader_that_goes_away_is_no_breach(
    start: Start, absent_audit: Path, command: str
) -> None:
    reading, writing = os.pipe()
    os.close(reading)
    running = start(command, absent_audit, "--json", stdout=writing)
    os.close(writing)
    _, err = running.communicate(timeout=60)
    assert running.returncode not in (0, 1)
    assert b"Exception" not in err
    assert b"Traceback" not in err


IMPORTED = """
import sys
{0}
heavy = {{m.partition('.')[0] for m in sys.modules}} & {{'numba', 'pyarrow', 'numpy', 'datasketch'}}
print(sorted(heavy), file=sys.stderr)
"""


@pytest.mark.parametrize(
    "statement",
    [
        "import provaudit",
        "import provaudit.cli.main",
        "from provaudit.cli.main import run\nsys.argv = ['provaudit', '--help']\n"
        "try:\n    run()\nexcept SystemExit:\n    pass",
        "from provaudit.cli.main import run\nsys.argv = ['provaudit', 'scan', '--help']\n"
        "try:\n    run()\nexcept SystemExit:\n    pass",
        "from provaudit.cli.main import run\nsys.argv = ['provaudit', '--version']\n"
        "try:\n    run()\nexcept SystemExit:\n    pass",
    ],
    ids=["library", "command line", "help", "help of a command", "version"],
)
def test_help_imports_neither_numba_nor_pyarrow(process: Process, statement: str) -> None:
    outcome = process(code=IMPORTED.format(statement))
    assert outcome.code == 0
    assert outcome.err == "[]\n"


NO_NETWORK = """
import socket, sys
def refuse(*_, **__):
    raise AssertionError('the network was asked')
for name in ('connect', 'connect_ex', 'sendto', 'bind'):
    setattr(socket.socket, name, refuse)
socket.create_connection = socket.getaddrinfo = socket.gethostbyname = refuse
from provaudit.cli.main import run
sys.argv = ['provaudit', 'demo', '-o', sys.argv[1]]
run()
"""


def test_demo_without_network(process: Process, tmp_path: Path, example_audit: Path) -> None:
    outcome = process(tmp_path / "out", code=NO_NETWORK)
    assert outcome.code == 0
    assert (tmp_path / "out" / "report.html").is_file()
    facts = [json.loads((a / "audit.json").read_text("utf-8")) for a in (
        tmp_path / "out" / "audit", example_audit)]  # fmt: skip
    assert facts[0]["result_digest"] == facts[1]["result_digest"]
    again = process(tmp_path / "out", code=NO_NETWORK)
    assert again.code == 0


@pytest.mark.parametrize("encoding", ["cp1252", "ascii", "cp932"])
def test_a_console_that_cannot_show_everything(
    process: Process, example_audit: Path, example_index: Path, encoding: str
) -> None:
    env = {"PYTHONIOENCODING": encoding, "PYTHONUTF8": "0"}
    for arguments in (
        ["show", example_audit],
        ["show", example_audit, "o-geitonas"],
        ["show", example_audit, "--json"],
        ["show", example_index],
        ["show", example_index, "--json"],
        ["check", example_audit],
        ["check", example_audit, "--json"],
    ):
        outcome = process(*arguments, env=env)
        assert outcome.code == (1 if arguments[0] == "check" else 0), outcome.err


def test_errors_reach_stderr_of_a_process(process: Process, tmp_path: Path) -> None:
    outcome = process("show", tmp_path / "gone")
    assert outcome.code == 2
    assert outcome.out == ""
    assert "gone" in outcome.error


def test_an_error_inside_is_one_line(process: Process, tmp_path: Path, small_audit: Path) -> None:
    broken = "import provaudit.audit_folder as a\ndef fail(_):\n    raise RuntimeError('x\\ny')\n"
    code = f"{broken}a.open_audit = fail\nfrom provaudit.cli.main import run\nrun()"
    done = subprocess.run(
        [sys.executable, "-c", code, "show", os.fspath(small_audit)],
        env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 3
    assert done.stdout == ""
    assert len(done.stderr.splitlines()) == 1
    assert done.stderr.startswith("provaudit: ")
