"""Folders, several arguments, duplicates, and files that cannot be read."""

from __future__ import annotations

import os
import socket
from pathlib import Path

import pytest

from provaudit.catalogue import SkipKind, read_catalogue
from provaudit.errors import UsageError

posix = pytest.mark.skipif(os.name == "nt", reason="needs links, pipes and bytes in names")


def kinds(catalogue):
    return {s.source: s.kind for s in catalogue.skipped}


def test_folder_is_read_to_its_depth_without_hidden_files(read):
    files = {".git/a.txt": "x", ".DS_Store": b"\0", "b/c/d.txt": "D", "a.TXT": "A", "p.pdf": b"%"}
    catalogue = read(files)
    assert [(w.work_id, w.source) for w in catalogue.works] == [("a", "a.TXT"), ("d", "b/c/d.txt")]
    assert kinds(catalogue) == {"p.pdf": SkipKind.NOT_A_TEXT}
    assert ".pdf" in catalogue.skipped[0].reason


def test_missing_path_is_a_usage_error(tmp_path):
    with pytest.raises(UsageError, match="nowhere"):
        read_catalogue([tmp_path / "nowhere"])


def test_nothing_to_read_is_no_error(tmp_path):
    assert read_catalogue([tmp_path]).works == ()


def test_several_arguments_prefix_their_names(write_files):
    folder = write_files({"x/a.txt": "A", "y/b.txt": "B", "c.txt": "C"})
    catalogue = read_catalogue([folder / "x", folder / "y", folder / "c.txt"])
    assert [w.source for w in catalogue.works] == ["x/a.txt", "y/b.txt", "c.txt"]


def test_arguments_of_one_name_are_told_apart(write_files):
    folder = write_files({"x/works/a.txt": "A", "y/works/b.txt": "B"})
    catalogue = read_catalogue([folder / "x" / "works", folder / "y" / "works"])
    assert [w.source for w in catalogue.works] == ["x/works/a.txt", "y/works/b.txt"]


def test_overlapping_arguments_are_read_once(write_files):
    folder = write_files({"m.csv": "id,file\nw,s/a.txt\n", "s/a.txt": "A", "s/b.txt": "B"})
    catalogue = read_catalogue([folder / "m.csv", folder, folder / "s"])
    assert [w.work_id for w in catalogue.works] == ["b", "w"]
    assert set(kinds(catalogue).values()) == {SkipKind.NOT_A_TEXT}
    assert all("read already" in s.reason for s in catalogue.skipped)


def test_first_of_two_equal_ids_is_kept(write_files):
    folder = write_files({"x/a.txt": "premier", "y/a.md": "second"})
    for order in ([folder / "x", folder / "y"], [folder / "y", folder / "x"]):
        catalogue = read_catalogue(order)
        assert [w.text for w in catalogue.works] == ["premier"]
        (skipped,) = catalogue.skipped
        assert (skipped.source, skipped.kind) == ("y/a.md", SkipKind.DUPLICATE)
        assert "x/a.txt" in skipped.reason
        assert "y/a.md" in skipped.reason


@posix
def test_links_are_followed_and_loops_are_not(write_files):
    folder = write_files({"real/a.txt": "A", "real/b.txt": "B"})
    (folder / "aaa").symlink_to(folder / "real")
    (folder / "real" / "up").symlink_to(folder)
    (folder / "self").symlink_to(folder / "self")
    (folder / "c.txt").symlink_to(folder / "real" / "a.txt")
    (folder / "gone.txt").symlink_to(folder / "nowhere")
    catalogue = read_catalogue([folder])
    assert [w.source for w in catalogue.works] == ["real/a.txt", "real/b.txt", "c.txt"]
    assert kinds(catalogue) == {
        "aaa": SkipKind.NOT_A_TEXT,
        "gone.txt": SkipKind.UNREADABLE,
        "real/up": SkipKind.NOT_A_TEXT,
        "self": SkipKind.NOT_A_TEXT,
    }


@posix
def test_pipes_and_sockets_are_never_opened(write_files, monkeypatch):
    folder = write_files({"a.txt": "A"})
    os.mkfifo(folder / "pipe.txt")
    os.mkfifo(folder / "pipe.csv")
    with socket.socket(socket.AF_UNIX) as server:
        monkeypatch.chdir(folder)  # the path of a socket must be short
        server.bind("s.txt")
        catalogue = read_catalogue([folder])
        alone = read_catalogue([folder / "pipe.txt"])
    assert kinds(catalogue) == dict.fromkeys(["pipe.csv", "pipe.txt", "s.txt"], SkipKind.UNREADABLE)
    assert kinds(alone) == {"pipe.txt": SkipKind.UNREADABLE}


def test_permission_denied_is_unreadable(read, monkeypatch):
    def refuse(path: Path) -> bytes:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "read_bytes", refuse)
    (skipped,) = read({"a.txt": "A"}).skipped
    assert skipped.kind is SkipKind.UNREADABLE
    assert "Permission denied" in skipped.reason


def test_folder_that_cannot_be_listed_is_unreadable(read, monkeypatch):
    real = Path.iterdir

    def refuse(path: Path):
        if path.name == "shut":
            raise PermissionError(13, "Permission denied")
        return real(path)

    monkeypatch.setattr(Path, "iterdir", refuse)
    catalogue = read({"shut/a.txt": "A", "b.txt": "B"})
    assert kinds(catalogue) == {"shut": SkipKind.UNREADABLE}


@posix
def test_names_that_are_no_utf8_can_be_written_down(write_files):
    folder = write_files({})
    folder.mkdir()
    path = os.path.join(os.fsencode(folder), b"\xe9t\xe9.txt")  # noqa: PTH118 -- bytes
    try:
        os.close(os.open(path, os.O_CREAT | os.O_WRONLY))
    except OSError:
        pytest.skip("this file system takes UTF-8 names only")
    (skipped,) = read_catalogue([folder]).skipped
    assert skipped.source.encode() == "\ufffdt\ufffd.txt".encode()


def test_result_does_not_depend_on_where_the_catalogue_is(tmp_path, write_files):
    files = {"m.csv": "id,file\nw,a.txt\n2,none\n", "a.txt": "A", "b.txt": "B", "z/b.txt": "C"}
    first = read_catalogue([write_files(files)])
    (tmp_path / "cat").rename(tmp_path / "elsewhere")
    assert read_catalogue([tmp_path / "elsewhere"]) == first
