"""What the command line says to people: one line each, on standard error."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Timer

PROGRAM = "hotspots"
_PATIENCE_S = 1.0


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
    one_line = " ".join(text.split())
    return "".join(c if c.isprintable() else "?" for c in one_line)


@contextmanager
def progress(text: str) -> Iterator[None]:
    """Say what is being done when it takes more than a second and somebody watches."""
    timer = Timer(_PATIENCE_S, say, [f"{text} ..."])
    timer.daemon = True
    if sys.stderr.isatty():
        timer.start()
    try:
        yield
    finally:
        timer.cancel()
