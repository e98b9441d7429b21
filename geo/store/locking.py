"""One writer at a time."""

import os
import socket
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import datetime
from pathlib import Path

from filelock import FileLock, Timeout

from boundaries.errors import StoreError
from geo.store.atomic import FILE_MODE, write_new

LOCK_WAIT_S = 30.0
LOCK = "lock"
HOLDER = "lock-holder.txt"


@contextmanager
def locked(store: Path, who: str, wait_s: float | None = None) -> Iterator[None]:
    """Keep all others from writing; the system lets go when the process ends, however it does.

    Parameters
    ----------
    who
        Told to others that wait for too long.
    wait_s
        Seconds to wait for others.

    Raises
    ------
    StoreError
        Somebody else has been writing for all that time.
    """
    wait_s = LOCK_WAIT_S if wait_s is None else wait_s
    lock = FileLock(store / LOCK, timeout=wait_s, mode=FILE_MODE)
    try:
        lock.acquire()
    except Timeout as error:
        msg = (
            f"The store {store} is being written by {_holder(store)}; gave up after {wait_s:.0f} "
            "seconds. Try again when that is done."
        )
        raise StoreError(msg) from error
    holder = store / HOLDER
    try:
        # Only told to others: what goes wrong with it must not keep anyone from working.
        with suppress(OSError):
            holder.unlink(missing_ok=True)
            write_new(holder, _me(who).encode())
        yield
    finally:
        with suppress(OSError):
            holder.unlink(missing_ok=True)
        lock.release()


def _me(who: str) -> str:
    now = datetime.now().astimezone()
    return f"{who} (process {os.getpid()} on {socket.gethostname()}, since {now:%H:%M:%S})"


def _holder(store: Path) -> str:
    try:
        return (store / HOLDER).read_text(encoding="utf-8") or "somebody else"
    except (OSError, ValueError):
        return "somebody else"
