"""What the command line says to people: one line each, on standard error."""

import re
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Timer

from dashboard.escape import one_line

PROGRAM = "hotspots"
_PATIENCE_S = 1.0
_SECRETS = re.compile(r"(?<=://)([^:/?#\s]*):\S*@|((?:^|[?&\s])password=)[^&\s]*", re.IGNORECASE)


def say(text: str, kind: str = "") -> None:
    """Write one line; what a terminal would obey instead of show is replaced."""
    prefix = f"{PROGRAM}: {kind}: " if kind else f"{PROGRAM}: "
    sys.stderr.write(prefix + printable(text) + "\n")
    sys.stderr.flush()


def printable(text: str) -> str:
    r"""Put a text on one line without control characters.

    >>> printable("two\n lines, \x1b[2J")
    'two lines, ?[2J'
    """
    return one_line(without_password(" ".join(text.split())))


def without_password(text: str) -> str:
    """Replace the passwords of addresses, wherever they stand in a text.

    >>> without_password("no postgresql://ann:se:cret@db/a?x=1 here")
    'no postgresql://ann:***@db/a?x=1 here'
    >>> without_password("postgresql://db/a?password=secret&table=t")
    'postgresql://db/a?password=***&table=t'
    """
    return _SECRETS.sub(lambda found: f"{found[2]}***" if found[2] else f"{found[1]}:***@", text)


@contextmanager
def progress(text: str) -> Iterator[None]:
    """Say what is being done, and how far it is, when it takes longer and somebody watches."""
    if not sys.stderr.isatty():
        yield
        return
    from geo.progress import watching

    meter = _Meter(text)
    timer = Timer(_PATIENCE_S, say, [f"{text} ..."])
    timer.daemon = True
    timer.start()
    try:
        with watching(meter.show):
            yield
    finally:
        timer.cancel()
        meter.clear()


class _Meter:
    """One line on the terminal that is written over again, at most five times a second."""

    _EVERY_S = 0.2

    def __init__(self, text: str) -> None:
        self._text = text
        self._next = time.monotonic() + _PATIENCE_S
        self._width = 0

    def show(self, done: int, total: int, what: str) -> None:
        now = time.monotonic()
        if now < self._next:
            return
        self._next = now + self._EVERY_S
        line = printable(f"{self._text}: {done:,} of {total:,} {what}")
        sys.stderr.write("\r" + line.ljust(self._width))
        sys.stderr.flush()
        self._width = len(line)

    def clear(self) -> None:
        if self._width:
            sys.stderr.write("\r" + " " * self._width + "\r")
            sys.stderr.flush()
