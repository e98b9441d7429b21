"""Results by what was asked, and the work on those that are not there yet; knows no page.

Whoever asks for what somebody is computing already waits for that, or watches it. Work that nobody
watches any more is given up at its next word on how far it has come.
"""

import threading
import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from boundaries.errors import TimeLimitError
from dashboard.limits import limits
from dashboard.turns import Line, Turn
from geo.progress import watching

LEFT_AFTER_S = 90.0
"""A watcher that has not looked for so long has gone: a hidden tab looks once a minute."""

_line = Line(lambda: limits().jobs, lambda: limits().jobs_of_one)


_TOO_LONG = (
    "This took longer than the {:,} seconds that one computation may take here, and was given up. "
    "Choose fewer incidents, larger cells or fewer simulations; the command line has no such limit."
)


class Cancelled(BaseException):
    """Nobody wants the result any more; not an Exception, so that no analysis catches it."""


class _Overdue(BaseException):
    """It takes too long; not an Exception, so that no analysis catches it."""


@dataclass(frozen=True)
class Progress:
    """How far work has come: ``done`` of ``total``, and of what; total 0 while it is not known."""

    done: int = 0
    total: int = 0
    what: str = ""

    @property
    def share(self) -> float:
        """Give the part that is done, from 0 to 1."""
        return min(1.0, max(0.0, self.done / self.total)) if self.total > 0 else 0.0


@dataclass(eq=False)
class Work:
    """One result in the making.

    Attributes
    ----------
    turn
        Its place in the line, where it has to wait for others.
    result, error
        What came of it, once it is finished.
    """

    progress: Progress = field(default_factory=Progress)
    turn: Turn | None = None
    result: Any = None
    error: BaseException | None = None
    started: float = field(default_factory=time.monotonic)
    _over: threading.Event = field(default_factory=threading.Event)
    _cancelled: threading.Event = field(default_factory=threading.Event)
    _watchers: dict[str, float] = field(default_factory=dict)
    _began: float | None = None

    @property
    def over(self) -> bool:
        """Whether it is finished, in whatever way."""
        return self._over.is_set()

    @property
    def cancelled(self) -> bool:
        """Whether it was or is about to be given up."""
        return self._cancelled.is_set()

    @property
    def place(self) -> int:
        """Give its place in the line while others are being served; 0 once it has begun."""
        return 0 if self.turn is None else self.turn.place

    @property
    def seconds(self) -> float:
        """Give the time since it was asked for."""
        return time.monotonic() - self.started

    def wait(self, at_most_s: float | None = None) -> bool:
        """Wait until it is finished; tells whether it is."""
        return self._over.wait(at_most_s)

    def watch(self, who: str) -> None:
        """Say that somebody wants the result; to be repeated."""
        self._watchers[who] = time.monotonic()

    def leave(self, who: str) -> None:
        """Say that somebody does not want it any more; without anyone it is given up."""
        if self._watchers.pop(who, None) is not None and not self._watchers:
            self._cancelled.set()

    def told(self, done: int, total: int, what: str) -> None:
        """Take a word on how far it has come.

        Raises
        ------
        Cancelled
            Nobody wants the result any more.
        """
        self.progress = Progress(done, total, what)
        self.check()
        if self._began is not None and time.monotonic() - self._began > limits().seconds:
            raise _Overdue

    def check(self) -> None:
        """Give up if nobody wants the result any more."""
        seen = list(self._watchers.values())
        if seen and time.monotonic() - max(seen) > LEFT_AFTER_S:
            self._cancelled.set()
        if self._cancelled.is_set():
            raise Cancelled

    def run(self, make: Callable[[], Any]) -> None:
        """Do the work in this thread."""
        self._began = time.monotonic()
        try:
            with watching(self.told):
                self.result = make()
        except _Overdue:
            self.error = TimeLimitError(_TOO_LONG.format(limits().seconds))
        except BaseException as error:
            self.error = error  # raised again for all who wait for it

    def finish(self) -> None:
        """Let all who wait go on."""
        self._over.set()

    def outcome(self) -> Any:  # noqa: ANN401 - whatever the work gives
        """Give the result, or raise what went wrong."""
        if self.error is not None:
            raise self.error
        return self.result


class Shelf:
    """Results of the last questions, and the work that is under way; for any number of threads.

    Parameters
    ----------
    size
        Results that are kept; those that were asked for longest ago go first.
    """

    def __init__(self, size: int) -> None:
        self._size = size
        self._lock = threading.Lock()
        self._done: OrderedDict[str, Any] = OrderedDict()
        self._under_way: dict[str, Work] = {}

    def known(self, key: str) -> tuple[Any] | None:
        """Give a result in a tuple; None where it is not there."""
        with self._lock:
            if key not in self._done:
                return None
            self._done.move_to_end(key)
            return (self._done[key],)

    def get(self, key: str, make: Callable[[], Any]) -> Any:  # noqa: ANN401
        """Give a result, and make it or wait for it where it is not there."""
        while (found := self.known(key)) is None:
            work, is_new = self._join(key)
            if is_new:
                self._do(key, work, make)
                return work.outcome()
            me = f"thread {threading.get_ident()}"
            while not work.wait(1.0):
                work.watch(me)
            # Work that others gave up is not given up by whoever has just come.
            if not isinstance(work.error, Cancelled):
                return work.outcome()
        return found[0]

    def start(self, key: str, make: Callable[[], Any], who: str) -> Work:
        """Begin work in a thread of its own, or join it where it is under way."""
        while True:
            work, is_new = self._join(key)
            work.watch(who)
            if not work.cancelled:
                break
            work.wait(1.0)
        if is_new:
            work.turn = turn = _line.join(who)
            doing = (key, work, make, turn)
            threading.Thread(target=self._do_in_turn, args=doing, daemon=True).start()
        return work

    def clear(self) -> None:
        """Forget all results."""
        with self._lock:
            self._done.clear()

    def _join(self, key: str) -> tuple[Work, bool]:
        with self._lock:
            if key in self._under_way:
                return self._under_way[key], False
            work = self._under_way[key] = Work()
            return work, True

    def _do_in_turn(self, key: str, work: Work, make: Callable[[], Any], turn: Turn) -> None:
        """Wait for a turn: with more work than cores all pages would stand still."""
        try:
            while not turn.wait(0.2):
                work.check()
        except Cancelled as error:
            work.error = error
            self._end(key, work)
        else:
            self._do(key, work, make)
        finally:
            turn.leave()

    def _do(self, key: str, work: Work, make: Callable[[], Any]) -> None:
        work.run(make)
        self._end(key, work)

    def _end(self, key: str, work: Work) -> None:
        with self._lock:
            self._under_way.pop(key, None)
            if work.error is None:
                self._done[key] = work.result
                while len(self._done) > self._size:
                    self._done.popitem(last=False)
        work.finish()
