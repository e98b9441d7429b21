import errno
import os
import stat
from pathlib import Path

import pytest

from boundaries.errors import StoreError
from geo.store import atomic
from geo.store.atomic import (
    make_folder,
    new_file,
    publish_new,
    publish_over,
    remove,
    said_in_words,
    sync_folder,
    write_new,
)


@pytest.mark.parametrize("umask", [0, 0o022, 0o077, 0o777])
def test_only_the_owner_may_read_and_enter(tmp_path: Path, umask: int):
    before = os.umask(umask)
    try:
        make_folder(tmp_path / "folder")
        write_new(tmp_path / "folder" / "file", b"x")
    finally:
        os.umask(before)
    assert stat.S_IMODE((tmp_path / "folder").stat().st_mode) == 0o700
    assert stat.S_IMODE((tmp_path / "folder" / "file").stat().st_mode) == 0o600


def test_a_new_file_is_never_written_over_another(tmp_path: Path):
    write_new(tmp_path / "file", b"first")
    with pytest.raises(FileExistsError):
        write_new(tmp_path / "file", b"second")
    assert (tmp_path / "file").read_bytes() == b"first"


@pytest.mark.parametrize("has_links", [True, False])
def test_a_name_is_never_given_twice(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, has_links: bool
):
    if not has_links:

        def link(_source: object, _target: object) -> None:
            raise OSError(errno.ENOTSUP, "no second names here")

        monkeypatch.setattr(os, "link", link)
    write_new(tmp_path / "a", b"a")
    write_new(tmp_path / "b", b"b")
    publish_new(tmp_path / "a", tmp_path / "name")
    (tmp_path / "a").unlink(missing_ok=True)
    with pytest.raises(FileExistsError):
        publish_new(tmp_path / "b", tmp_path / "name")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["b", "name"]
    publish_over(tmp_path / "b", tmp_path / "name")
    assert (tmp_path / "name").read_bytes() == b"b"


def test_everything_is_on_the_disk_before_it_has_its_name(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    steps: list[str] = []
    sync, link = os.fsync, os.link

    def fsync(handle: int) -> None:
        steps.append("sync " + Path(f"/proc/self/fd/{handle}").readlink().name)
        sync(handle)

    monkeypatch.setattr(os, "fsync", fsync)
    monkeypatch.setattr(
        os, "link", lambda source, target: steps.append("name") or link(source, target)
    )
    (tmp_path / "place").mkdir()
    with new_file(tmp_path / "draft") as file:
        file.write(b"x")
    publish_new(tmp_path / "draft", tmp_path / "place" / "file")
    assert steps == ["sync draft", "name", "sync place"]


def test_a_disk_that_cannot_sync_folders_is_no_error(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    def fsync(_handle: int) -> None:
        raise OSError(errno.EINVAL, "not on this one")

    monkeypatch.setattr(atomic.os, "fsync", fsync)
    sync_folder(tmp_path)


def test_removing_twice_is_no_error(tmp_path: Path):
    make_folder(tmp_path / "folder")
    write_new(tmp_path / "folder" / "file", b"x")
    (tmp_path / "link").symlink_to(tmp_path / "folder")
    for _ in range(2):
        remove(tmp_path / "link")
    assert (tmp_path / "folder" / "file").exists()
    for _ in range(2):
        remove(tmp_path / "folder")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("number", "words"),
    [
        (errno.ENOSPC, "has no room: the disk is full"),
        (errno.EROFS, "is on a disk that can only be read"),
        (errno.EACCES, r"cannot be used by this account \(Permission denied: /data/store/lock\)"),
        (errno.EIO, "cannot be used: .*Input/output error"),
    ],
)
def test_what_the_system_says_is_said_in_words(number: int, words: str):
    with (
        pytest.raises(StoreError, match=f"The store /data/store {words}.*; nothing was added"),
        said_in_words(Path("/data/store"), "nothing was added"),
    ):
        raise OSError(number, os.strerror(number), "/data/store/lock")
