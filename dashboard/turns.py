"""Whose long work comes next: so much at once for all, so much of one person; knows no page."""

import threading
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field


@dataclass(eq=False)
class Turn:
    """A place in the line, or at work.

    Attributes
    ----------
    owner
        Who asked for the work.
    """

    owner: str
    _line: "Line"
    _called: threading.Event = field(default_factory=threading.Event)

    @property
    def place(self) -> int:
        """Give the place in the line from 1; 0 at work."""
        return self._line.place_of(self)

    def wait(self, at_most_s: float) -> bool:
        """Wait to be called; tells whether that is so."""
        return self._called.wait(at_most_s)

    def call(self) -> None:
        """Let the work begin."""
        self._called.set()

    def leave(self) -> None:
        """Leave the line or the work, in whatever way it ended; may be repeated."""
        self._line.leave(self)


class Line:
    """First come, first served, but for those whose owner is at work already.

    Parameters
    ----------
    at_once, of_one
        Give how much may be done at once, of all and of one owner.
    """

    def __init__(self, at_once: Callable[[], int], of_one: Callable[[], int]) -> None:
        self._at_once = at_once
        self._of_one = of_one
        self._lock = threading.Lock()
        self._waiting: list[Turn] = []
        self._working: list[Turn] = []

    def join(self, owner: str) -> Turn:
        """Stand at the end of the line."""
        turn = Turn(owner, self)
        with self._lock:
            self._waiting.append(turn)
            self._call()
        return turn

    def leave(self, turn: Turn) -> None:
        """Make room for the next."""
        with self._lock:
            for turns in (self._waiting, self._working):
                if turn in turns:
                    turns.remove(turn)
            self._call()

    def place_of(self, turn: Turn) -> int:
        """Give the place of a turn in the line from 1; 0 where it is not in it."""
        with self._lock:
            return self._waiting.index(turn) + 1 if turn in self._waiting else 0

    def _call(self) -> None:
        """Call all that may begin."""
        at_once, of_one = self._at_once(), self._of_one()
        of = Counter(turn.owner for turn in self._working)
        for turn in list(self._waiting):
            if len(self._working) >= at_once:
                return
            if of[turn.owner] < of_one:
                of[turn.owner] += 1
                self._waiting.remove(turn)
                self._working.append(turn)
                turn.call()
