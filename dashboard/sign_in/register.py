"""Which sign-ins are open: each is entered once, and signing out ends it everywhere.

The cookie alone says that somebody has signed in; whoever copied it would stay in after the person
has signed out, so the server remembers too. Only what is entered here counts.
"""

import os
import sqlite3
import time
from collections.abc import Iterator
from contextlib import contextmanager
from functools import lru_cache
from pathlib import Path
from threading import Lock

from boundaries.errors import AccessError
from geo.store.atomic import FILE_MODE, FOLDER_MODE

_WAIT_S = 5.0
_FORGET_AFTER_S = 86_400
_TABLE = """
CREATE TABLE IF NOT EXISTS sign_ins (
    key TEXT PRIMARY KEY, until REAL NOT NULL, ended INTEGER NOT NULL DEFAULT 0
)
"""


class Register:
    """A file of sign-ins that several processes may share; nobody's name stands in it."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._lock = Lock()
        with self._said():
            path.parent.mkdir(mode=FOLDER_MODE, parents=True, exist_ok=True)
            os.close(os.open(path, os.O_CREAT | os.O_RDWR, FILE_MODE))
            self._database = sqlite3.connect(
                path, timeout=_WAIT_S, isolation_level=None, check_same_thread=False
            )
            self._database.execute(_TABLE)

    def begin(self, key: str, until: float) -> bool:
        """Enter a sign-in; False where it was there before, as when an answer is played again."""
        with self._lock, self._said():
            too_old = (time.time() - _FORGET_AFTER_S,)
            self._database.execute("DELETE FROM sign_ins WHERE until < ?", too_old)
            added = self._database.execute(
                "INSERT OR IGNORE INTO sign_ins (key, until) VALUES (?, ?)", (key, until)
            )
            return added.rowcount == 1

    def end(self, key: str) -> bool:
        """End a sign-in for good; False where it was not open."""
        with self._lock, self._said():
            ended = self._database.execute(
                "UPDATE sign_ins SET ended = 1 WHERE key = ? AND NOT ended", (key,)
            )
            return ended.rowcount == 1

    def is_open(self, key: str) -> bool:
        """Say whether somebody signed in so, and has not signed out."""
        with self._lock, self._said():
            found = self._database.execute(
                "SELECT 1 FROM sign_ins WHERE key = ? AND NOT ended", (key,)
            )
            return found.fetchone() is not None

    @contextmanager
    def _said(self) -> Iterator[None]:
        try:
            yield
        except (sqlite3.Error, OSError) as error:
            msg = (
                f"{self.path}, the list of who has signed in, cannot be used: {error}. Nobody is "
                "let in until it can."
            )
            raise AccessError(msg) from error


@lru_cache(maxsize=4)
def register_at(path: Path) -> Register:
    """Give the register of a file, opened once in this process."""
    return Register(path)
