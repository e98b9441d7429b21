"""The list of who has signed in."""

import os
import stat
import time

import pytest

from boundaries.errors import AccessError
from dashboard.sign_in.register import Register


def test_a_sign_in_counts_once_and_ends_for_good(tmp_path):
    path = tmp_path / "new" / "sign-ins.sqlite"
    register, of_another_process = Register(path), Register(path)
    later = time.time() + 60
    assert not register.is_open("a")
    assert register.begin("a", later)
    assert not of_another_process.begin("a", later)
    assert of_another_process.is_open("a")
    assert of_another_process.end("a")
    assert not register.end("a")
    assert not register.is_open("a")
    assert not register.begin("a", later)
    assert Register(path).begin("b", later)


def test_what_is_long_over_is_forgotten(tmp_path):
    register = Register(tmp_path / "r.sqlite")
    register.begin("old", time.time() - 2 * 86_400)
    register.begin("new", time.time())
    assert not register.is_open("old")
    assert register.is_open("new")


@pytest.mark.skipif(os.name != "posix", reason="permissions are POSIX's")
def test_nobody_else_may_read_it_and_folders_that_are_there_stay_as_they_are(tmp_path):
    tmp_path.chmod(0o755)
    path = tmp_path / "r.sqlite"
    Register(path)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(tmp_path.stat().st_mode) == 0o755


def test_where_it_cannot_be_used_nobody_is_let_in(tmp_path):
    path = tmp_path / "r.sqlite"
    path.write_bytes(b"no database at all, and long enough to be looked at" * 100)
    with pytest.raises(AccessError, match="Nobody is let in until it can"):
        Register(path)
