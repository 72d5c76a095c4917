"""A scan that was killed goes on where it was, to the same result."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

import provaudit
from provaudit.errors import ProvauditError, UsageError

Start = Callable[..., "subprocess.Popen[bytes]"]
GROUPS = 40

SLOW = """
import sys, time
import provaudit, provaudit.matching.scanning as scanning
plain = scanning.scan_group
def slow(*arguments):
    time.sleep(0.02)
    return plain(*arguments)
scanning.scan_group = slow
index, data, audit = sys.argv[1:]
provaudit.scan([index], [data], audit, options=provaudit.ScanOptions(workers=1))
"""
DYING_FINGERPRINT = """
import os, sys, provaudit
catalogue, data, audit = sys.argv[1:]
provaudit.audit([catalogue], [data], audit, fingerprint_progress=lambda *_: os._exit(9))
"""
DYING_WRITE = """
import os, sys, provaudit, provaudit.pipeline.finishing as finishing
plain, moment = finishing.write_audit, sys.argv[4]
def dying(*arguments):
    if moment == 'after':
        plain(*arguments)
    os._exit(9)
finishing.write_audit = dying
index, data, audit = sys.argv[1:4]
provaudit.scan([index], [data], audit)
"""


@pytest.fixture(scope="module")
def data(
    tmp_path_factory: pytest.TempPathFactory, write_shard: Callable[..., Path], song: str,
    filler: list[str],
) -> Path:  # fmt: skip
    """Forty row groups, the song in every fifth."""
    folder = tmp_path_factory.mktemp("resume") / "data"
    texts = [f"{t} {song}" if n % 5 == 0 else t for n, t in enumerate(filler[:GROUPS])]
    write_shard(folder / "a.parquet", texts[:15], group=1)
    write_shard(folder / "b.parquet", texts[15:], group=1)
    return folder


@pytest.fixture(scope="module")
def undisturbed(tmp_path_factory: pytest.TempPathFactory, data: Path, small_index: Path) -> str:
    audit = tmp_path_factory.mktemp("resume") / "audit"
    return str(provaudit.scan([small_index], [data], audit).facts["result_digest"])


def log(audit: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in (audit / "log.jsonl").read_bytes().splitlines()]


def killed_at(start: Start, lines: int, index: Path, data: Path, audit: Path) -> None:
    """Start a scan and kill it when its journal has so many lines."""
    running = start(index, data, audit, code=SLOW)
    journal, end = audit / "scan" / "journal.jsonl", time.monotonic() + 120
    while running.poll() is None and time.monotonic() < end:
        if journal.exists() and journal.read_bytes().count(b"\n") >= lines:
            break
        time.sleep(0.002)
    assert running.poll() is None, running.communicate()
    running.kill()
    running.communicate()


@pytest.mark.parametrize("lines", [1, 14, 30])
def test_a_killed_scan_resumes(
    start: Start, tmp_path: Path, small_index: Path, data: Path, undisturbed: str, lines: int
) -> None:
    audit = tmp_path / "audit"
    killed_at(start, lines, small_index, data, audit)
    assert not (audit / "audit.json").exists()
    done = (audit / "scan" / "journal.jsonl").read_bytes().count(b"\n")
    result = provaudit.scan([small_index], [data], audit)
    assert result.facts["result_digest"] == undisturbed
    assert result.facts["complete"] is True
    assert result.facts["reading"]["rows_read"] == GROUPS
    events = log(audit)
    second = next(i for i, e in enumerate(events) if e.get("resumed_row_groups"))
    assert events[second]["resumed_row_groups"] == done >= lines
    read_again = [e for e in events[second:] if e["event"] == "row group read"]
    assert len(read_again) == GROUPS - done
    assert not (audit / "scan").exists()
    assert provaudit.verify(audit).differences == ()


def test_killed_again_and_again(
    start: Start, tmp_path: Path, small_index: Path, data: Path, undisturbed: str
) -> None:
    audit = tmp_path / "audit"
    for lines in (5, 12, 20):
        killed_at(start, lines, small_index, data, audit)
    assert provaudit.scan([small_index], [data], audit).facts["result_digest"] == undisturbed
    events = log(audit)
    assert next(e["resumed_row_groups"] for e in events if e["event"] == "scan started") == 0
    assert provaudit.verify(audit).differences == ()


@pytest.mark.parametrize("spoil", ["cut", "garbage", "half a part", "log cut"])
def test_what_a_kill_leaves_half_written(
    start: Start, tmp_path: Path, small_index: Path, data: Path, undisturbed: str, spoil: str
) -> None:
    audit = tmp_path / "audit"
    killed_at(start, 10, small_index, data, audit)
    journal = audit / "scan" / "journal.jsonl"
    if spoil == "cut":
        journal.write_bytes(journal.read_bytes()[:-20])
    elif spoil == "garbage":
        journal.write_bytes(journal.read_bytes() + b'{"shard": "a.par')
    elif spoil == "half a part":
        (audit / "scan" / "part-000001-000020.part").write_bytes(b"ARROW1")
    else:
        log_ = audit / "log.jsonl"
        log_.write_bytes(log_.read_bytes()[:-20])
    result = provaudit.scan([small_index], [data], audit)
    assert result.facts["result_digest"] == undisturbed
    assert provaudit.verify(audit).differences == ()


@pytest.mark.parametrize("moment", ["before", "after"])
def test_killed_while_the_audit_is_written(
    start: Start, tmp_path: Path, small_index: Path, data: Path, undisturbed: str, moment: str
) -> None:
    audit = tmp_path / "audit"
    running = start(small_index, data, audit, moment, code=DYING_WRITE)
    running.communicate()
    assert running.returncode == 9
    result = provaudit.scan([small_index], [data], audit)
    assert result.facts["result_digest"] == undisturbed
    # what is left there would be the texts of the matches
    assert not (audit / "scan").exists()


def test_killed_while_the_catalogue_is_read(
    start: Start, tmp_path: Path, small_catalogue: Path, data: Path, undisturbed: str
) -> None:
    audit = tmp_path / "audit"
    running = start(small_catalogue, data, audit, code=DYING_FINGERPRINT)
    running.communicate()
    assert running.returncode == 9
    result = provaudit.audit([small_catalogue], [data], audit)
    assert result.facts["result_digest"] == undisturbed
    assert [p.name for p in audit.glob(".index-*")] == []


def test_another_scan_does_not_resume_it(
    start: Start, tmp_path: Path, small_index: Path, data: Path, small_dataset: Path
) -> None:
    audit = tmp_path / "audit"
    killed_at(start, 3, small_index, data, audit)
    with pytest.raises(UsageError, match="another"):
        provaudit.scan([small_index], [small_dataset], audit)
    options = provaudit.ScanOptions(columns=("url",))
    with pytest.raises(UsageError, match="another"):
        provaudit.scan([small_index], [data], audit, options=options)
    with pytest.raises(UsageError, match="run the same scan again"):
        provaudit.check(audit)


def test_a_shard_that_changed_does_not_resume(
    start: Start, tmp_path: Path, small_index: Path, data: Path
) -> None:
    mine, audit = Path(shutil.copytree(data, tmp_path / "data")), tmp_path / "audit"
    killed_at(start, 3, small_index, mine, audit)
    os.utime(mine / "b.parquet", (1, 1))
    with pytest.raises(UsageError, match="another"):
        provaudit.scan([small_index], [mine], audit)


def test_a_damaged_journal_is_one_sentence(
    start: Start, tmp_path: Path, small_index: Path, data: Path
) -> None:
    audit = tmp_path / "audit"
    killed_at(start, 10, small_index, data, audit)
    for name, content in (("journal.jsonl", b'{"other": 1}\n'), ("state.json", b"{")):
        path = audit / "scan" / name
        before = path.read_bytes()
        path.write_bytes(content)
        with pytest.raises(ProvauditError, match="scan"):
            provaudit.scan([small_index], [data], audit)
        path.write_bytes(before)


@pytest.mark.skipif(os.name == "nt", reason="stops a process with a signal of POSIX")
def test_two_processes_in_one_folder(
    start: Start, tmp_path: Path, small_index: Path, data: Path, undisturbed: str,
    cli: Callable[..., Any],
) -> None:  # fmt: skip
    audit = tmp_path / "audit"
    first = start(small_index, data, audit, code=SLOW)
    journal, end = audit / "scan" / "journal.jsonl", time.monotonic() + 120
    while not journal.exists() and time.monotonic() < end:
        time.sleep(0.005)
    first.send_signal(signal.SIGSTOP)
    second = cli("scan", small_index, data, "-o", audit)
    first.send_signal(signal.SIGCONT)
    assert first.wait(60) == 0
    assert second.code == 2
    assert second.out == ""
    assert "Another provaudit is working" in second.error
    facts = json.loads((audit / "audit.json").read_text("utf-8"))
    assert facts["result_digest"] == undisturbed
