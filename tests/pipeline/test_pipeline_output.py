"""Output folders that cannot be written, and disks that are full."""

from __future__ import annotations

import errno
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest

import provaudit
from provaudit.matching.journal import GroupResult, Journal

Cli = Callable[..., Any]
linux = pytest.mark.skipif(sys.platform != "linux", reason="mounts a tmpfs")


def permissions_bite() -> bool:
    """Whether a folder can be closed to this process (root walks through)."""
    with TemporaryDirectory() as folder:
        Path(folder).chmod(0o000)
        try:
            next(Path(folder).iterdir(), None)
        except PermissionError:
            return True
        finally:
            Path(folder).chmod(0o700)
    return False


not_root = pytest.mark.skipif(not permissions_bite(), reason="root may read and write anywhere")


def mounted(folder: Path, size: str) -> bool:
    folder.mkdir()
    mount = shutil.which("mount")
    if mount is None:
        return False
    options = ["-t", "tmpfs", "-o", f"size={size}", "tmpfs", os.fspath(folder)]
    return subprocess.run([mount, *options], capture_output=True, check=False).returncode == 0


@pytest.fixture
def tiny_disk(tmp_path: Path) -> Iterator[Callable[[str], Path]]:
    """Mount disks of a few kilobytes, or skip."""
    folders: list[Path] = []

    def make(size: str) -> Path:
        folder = tmp_path / f"disk-{len(folders)}"
        if not mounted(folder, size):
            pytest.skip("a small disk can be mounted by root only")
        folders.append(folder)
        return folder

    yield make
    for folder in folders:
        subprocess.run(["umount", "-l", os.fspath(folder)], check=False)


@linux
@pytest.mark.parametrize("size", ["8k", "24k", "64k"])
def test_a_full_disk_is_not_a_damaged_shard(
    cli: Cli, tiny_disk: Callable[[str], Path], small_index: Path, small_dataset: Path,
    tmp_path: Path, write_shard: Callable[..., Path], song: str, filler: list[str], size: str,
) -> None:  # fmt: skip
    texts = [f"{t} {song}" for t in filler[:40]]
    write_shard(tmp_path / "data" / "a.parquet", texts, group=1)
    disk = tiny_disk(size)
    audit = disk / "audit"
    outcome = cli("scan", small_index, tmp_path / "data", "-o", audit)
    assert outcome.code == 3
    assert outcome.out == ""
    assert "space" in outcome.error
    assert "replace the file" not in outcome.err
    assert not (audit / "audit.json").exists()
    # with room it goes on
    subprocess.run(["mount", "-o", "remount,size=64m", os.fspath(disk)], check=True)
    assert cli("scan", small_index, tmp_path / "data", "-o", audit).code == 0
    fresh = provaudit.scan([small_index], [tmp_path / "data"], tmp_path / "fresh")
    again = cli("show", audit, "--json").json()
    assert again["result_digest"] == fresh.facts["result_digest"]


def test_a_row_group_that_could_not_be_stored_is_not_an_unread_one(
    cli: Cli, tmp_path: Path, small_index: Path, small_dataset: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    plain, calls = Journal.add, []

    def full(self: Journal, result: GroupResult, rows: list[dict[str, Any]]) -> None:
        calls.append(result)
        if len(calls) == 2:
            raise OSError(errno.ENOSPC, "No space left on device")
        plain(self, result, rows)

    monkeypatch.setattr(Journal, "add", full)
    command = ("scan", small_index, small_dataset, "-o", tmp_path / "audit", "-j", "1")
    outcome = cli(*command)
    assert outcome.code == 3
    assert outcome.out == ""
    assert "No space left" in outcome.error
    assert not (tmp_path / "audit" / "audit.json").exists()
    assert cli(*command).code == 0


@linux
def test_a_full_disk_for_fingerprints_report_and_audit(
    cli: Cli, tiny_disk: Callable[[str], Path], small_catalogue: Path, small_dataset: Path,
    small_audit: Path,
) -> None:  # fmt: skip
    for command in (
        ["fingerprint", small_catalogue],
        ["audit", small_catalogue, small_dataset],
        ["report", small_audit],
    ):
        disk = tiny_disk("8k")
        outcome = cli(*command, "-o", disk / "out")
        assert outcome.code == 3, command
        assert "space" in outcome.error
        assert not (disk / "out" / "index.json").exists()


@not_root
def test_a_folder_of_shards_that_may_not_be_listed_is_not_passed_over(
    cli: Cli, tmp_path: Path, small_index: Path, small_dataset: Path
) -> None:
    data = Path(shutil.copytree(small_dataset, tmp_path / "data"))
    shutil.copytree(small_dataset, data / "locked")
    (data / "locked").chmod(0)
    try:
        outcome = cli("scan", small_index, data, "-o", tmp_path / "audit")
    finally:
        (data / "locked").chmod(0o700)
    assert outcome.code == 3
    assert "locked" in outcome.err


@not_root
def test_a_folder_that_may_not_be_written(
    cli: Cli, tmp_path: Path, small_catalogue: Path, small_index: Path, small_dataset: Path,
    small_audit: Path,
) -> None:  # fmt: skip
    locked = tmp_path / "locked"
    locked.mkdir()
    locked.chmod(0o500)
    for command in (
        ["fingerprint", small_catalogue],
        ["scan", small_index, small_dataset],
        ["audit", small_catalogue, small_dataset],
        ["report", small_audit],
        ["demo"],
    ):
        outcome = cli(*command, "-o", locked / "out")
        assert outcome.code == 3
        assert "locked" in outcome.error


@linux
@pytest.mark.skipif(
    not hasattr(os, "geteuid") or os.geteuid() != 0, reason="mounts a read-only folder"
)
def test_a_read_only_disk(
    cli: Cli, tiny_disk: Callable[[str], Path], small_catalogue: Path, small_index: Path,
    small_dataset: Path, small_audit: Path,
) -> None:  # fmt: skip
    disk = tiny_disk("64k")
    subprocess.run(["mount", "-o", "remount,ro", os.fspath(disk)], check=True)
    for command in (
        ["fingerprint", small_catalogue],
        ["scan", small_index, small_dataset],
        ["audit", small_catalogue, small_dataset],
        ["report", small_audit],
        ["demo"],
    ):
        outcome = cli(*command, "-o", disk / "out")
        assert outcome.code == 3, command
        assert "disk-0" in outcome.error


def test_a_read_only_audit_can_be_shown_checked_and_verified(
    cli: Cli, tmp_path: Path, small_audit: Path
) -> None:
    audit = Path(shutil.copytree(small_audit, tmp_path / "audit"))
    for path in audit.iterdir():
        path.chmod(0o400)
    audit.chmod(0o500)
    try:
        assert cli("show", audit).code == 0
        assert cli("check", audit).code == 1
        assert cli("verify", audit).code == 0
        assert cli("report", audit, "-o", tmp_path / "r").code == 0
    finally:
        audit.chmod(0o700)
