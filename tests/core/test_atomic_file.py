"""Whoever fails or is killed while writing: the old content stays, and what is left beside it can be found."""

from __future__ import annotations

import errno
import os
import subprocess
import sys
import time

import pytest

from recsys.core import atomic_file
from recsys.core.atomic_file import new_folder, remove_folder, remove_leftovers, temporary_path, write_file, write_new
from recsys.settings import REPOSITORY

KILLED = 9
KILLED_BEFORE_THE_RENAME = f"""
import os, sys
from pathlib import Path
from recsys.core.atomic_file import new_folder, remove_folder, write_file, write_new
folder = Path(sys.argv[1])
sys.addaudithook(lambda event, _: os._exit({KILLED}) if event == "os.rename" else None)
"""


@pytest.fixture
def target(tmp_path):
    """A file with content, alone in its folder."""
    (tmp_path / "file").write_bytes(b"old")
    return tmp_path / "file"


def names(folder) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def refuse(*_):
    raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))


def killed(folder, statement: str) -> None:
    """Run a statement in a process of its own, which ends where it would rename."""
    command = [sys.executable, "-c", f"{KILLED_BEFORE_THE_RENAME}\n{statement}", str(folder)]
    assert subprocess.run(command, cwd=REPOSITORY, check=False, timeout=60).returncode == KILLED


@pytest.mark.parametrize("durable", [True, False])
def test_a_file_is_written_and_replaced(target, durable):
    write_file(target, b"new", durable)
    write_file(target.with_name("other"), b"first", durable)
    assert (target.read_bytes(), target.with_name("other").read_bytes()) == (b"new", b"first")
    assert names(target.parent) == ["file", "other"]


@pytest.mark.parametrize("call", ["replace", "fsync"])
def test_a_failing_write_leaves_the_old_content_and_no_leftovers(target, monkeypatch, call):
    monkeypatch.setattr(os, call, refuse)
    with pytest.raises(OSError, match="No space left"):
        write_file(target, b"new")
    assert target.read_bytes() == b"old"
    assert names(target.parent) == ["file"]


def test_an_interrupted_write_leaves_no_leftovers(target, monkeypatch):
    def interrupt(*_):
        raise KeyboardInterrupt

    monkeypatch.setattr(os, "replace", interrupt)
    with pytest.raises(KeyboardInterrupt):
        write_file(target, b"new")
    assert names(target.parent) == ["file"]


def test_the_folder_of_a_file_has_to_exist(tmp_path):
    with pytest.raises(FileNotFoundError):
        write_file(tmp_path / "no" / "file", b"")
    assert names(tmp_path) == []


def test_only_a_durable_file_waits_for_the_disk(target, monkeypatch):
    monkeypatch.setattr(os, "fsync", refuse)
    write_file(target, b"new", durable=False)
    assert target.read_bytes() == b"new"


def test_a_kill_before_the_rename_leaves_the_old_content(target):
    killed(target.parent, 'write_file(folder / "file", b"new")')
    assert target.read_bytes() == b"old"
    (leftover,) = set(names(target.parent)) - {"file"}
    assert leftover.startswith(".new-file-")
    remove_leftovers(target.parent)
    assert names(target.parent) == ["file"]


@pytest.mark.parametrize("failures", [0, 2])
def test_a_rename_that_a_reader_prevents_is_tried_again(target, monkeypatch, failures):
    replace, attempts = os.replace, []

    def busy(source, destination):
        attempts.append(source)
        if len(attempts) <= failures:
            raise PermissionError(errno.EACCES, "a reader has it open")
        replace(source, destination)

    monkeypatch.setattr(os, "replace", busy)
    write_file(target, b"new")
    assert (target.read_bytes(), len(attempts)) == (b"new", failures + 1)


def test_a_rename_is_not_tried_for_ever(target, monkeypatch):
    def busy(*_):
        raise PermissionError(errno.EACCES, "a reader has it open")

    monkeypatch.setattr(os, "replace", busy)
    with pytest.raises(PermissionError):
        write_file(target, b"new")
    assert (target.read_bytes(), names(target.parent)) == (b"old", ["file"])


def test_a_new_file_replaces_nothing(target):
    with pytest.raises(FileExistsError):
        write_new(target, b"new")
    assert target.read_bytes() == b"old"


# --- folders


def test_a_folder_becomes_visible_whole(tmp_path):
    target = tmp_path / "parent" / "folder"
    with new_folder(target) as folder:
        write_new(folder / "file", b"content")
        assert folder.name == target.name, "messages name it as it will be called"
        assert not target.exists()
    assert (target / "file").read_bytes() == b"content"
    assert names(target.parent) == ["folder"]


def test_a_folder_that_could_not_be_filled_is_not_there(tmp_path):
    with pytest.raises(ValueError, match="half way"), new_folder(tmp_path / "folder") as folder:  # noqa: PT012
        write_new(folder / "file", b"content")
        raise ValueError("half way")
    assert names(tmp_path) == []


def test_a_folder_with_files_is_not_replaced(target):
    with pytest.raises(OSError), new_folder(target.parent) as folder:  # noqa: PT011
        write_new(folder / "file", b"new")
    assert target.read_bytes() == b"old"
    assert [name for name in names(target.parent.parent) if name.startswith(".new-")] == []


def test_a_kill_before_the_rename_leaves_no_folder(tmp_path):
    killed(tmp_path, 'with new_folder(folder / "made") as made: write_new(made / "file", b"half")')
    assert not (tmp_path / "made").exists()
    remove_leftovers(tmp_path)
    assert names(tmp_path) == []


def test_a_folder_is_removed_whole(tmp_path, monkeypatch):
    with new_folder(tmp_path / "folder") as folder:
        write_new(folder / "file", b"content")
    killed(tmp_path, 'remove_folder(folder / "folder")')
    assert (tmp_path / "folder" / "file").read_bytes() == b"content", "killed before the rename"
    with monkeypatch.context() as patched:
        patched.setattr(atomic_file, "_delete", lambda path: None)  # killed after the rename
        remove_folder(tmp_path / "folder")
    (leftover,) = names(tmp_path)
    assert leftover.startswith(".gone-folder-")
    remove_leftovers(tmp_path)
    assert names(tmp_path) == []
    with pytest.raises(FileNotFoundError):
        remove_folder(tmp_path / "folder")


# --- leftovers


@pytest.mark.parametrize("make", ["touch", "mkdir"])
def test_a_temporary_path_is_removed_whatever_it_is(tmp_path, make):
    with temporary_path(tmp_path / "target") as beside:
        assert not beside.exists()
        getattr(beside, make)()
    assert names(tmp_path) == []


def test_two_writers_of_one_target_have_paths_of_their_own(tmp_path):
    with temporary_path(tmp_path / "target") as first, temporary_path(tmp_path / "target") as second:
        assert first != second


def test_young_leftovers_stay_and_other_files_always_do(tmp_path):
    for name in (".new-old", ".new-young", ".other-old", "new-old", ".hidden"):
        (tmp_path / name).touch()
    hour_ago = time.time() - 3600
    for name in (".new-old", ".other-old", "new-old", ".hidden"):
        os.utime(tmp_path / name, (hour_ago, hour_ago))
    remove_leftovers(tmp_path, min_age_seconds=1800, also=(".other-*",))
    assert names(tmp_path) == [".hidden", ".new-young", "new-old"]
    remove_leftovers(tmp_path)
    assert names(tmp_path) == [".hidden", "new-old"]


def test_a_link_among_the_leftovers_is_removed_and_not_followed(target):
    link = target.parent / ".new-link"
    try:
        link.symlink_to(target.parent, target_is_directory=True)
    except OSError:
        pytest.skip("this system makes no links")
    remove_leftovers(target.parent)
    assert names(target.parent) == ["file"]


def test_a_folder_that_is_not_there_has_no_leftovers(tmp_path):
    remove_leftovers(tmp_path / "nothing")
