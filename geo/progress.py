"""How far long work has come, for whoever wants to show it.

An analysis that may take more than a second tells :func:`report`; a page or the command line
listens with :func:`watching`. Nobody needs to listen, and what is computed is the same.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar

Listener = Callable[[int, int, str], None]
"""Takes what is done, of how much, and a word or two on what: ``(120, 999, "simulations")``."""

_listener: ContextVar[Listener | None] = ContextVar("listener", default=None)


def report(done: int, total: int, what: str) -> None:
    """Tell whoever listens how far the work has come."""
    listener = _listener.get()
    if listener is not None:
        listener(done, total, what)


@contextmanager
def watching(listener: Listener) -> Iterator[None]:
    """Listen to the work that is done inside.

    >>> with watching(lambda done, total, what: print(f"{done} of {total} {what}")):
    ...     report(3, 4, "runs")
    3 of 4 runs
    """
    token = _listener.set(listener)
    try:
        yield
    finally:
        _listener.reset(token)
