"""Undo and redo of what people set: the values of all controls, step by step, for one session."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import streamlit as st

from dashboard import controls

STEPS_KEPT = 100
_HISTORY = "history of the controls"
_SAID = "said of the history"


@dataclass
class Steps:
    """The values of the controls, from step to step, and where in them we are."""

    steps: list[controls.Values] = field(default_factory=list)
    at: int = -1
    moved: bool = False

    @property
    def can_undo(self) -> bool:
        """Whether there is a step before."""
        return self.at > 0

    @property
    def can_redo(self) -> bool:
        """Whether a step was undone."""
        return self.at + 1 < len(self.steps)

    def record(self, now: controls.Values) -> None:
        """Add a step if something has changed; what was undone before can then not be redone."""
        if self.moved:
            # What is offered no more fell back to its default, which is no step of a person's.
            self.moved = False
            self.steps[self.at] = now
        elif self.at < 0 or now != self.steps[self.at]:
            del self.steps[self.at + 1 :]
            self.steps.append(now)
            del self.steps[:-STEPS_KEPT]
            self.at = len(self.steps) - 1

    def move(self, by: int) -> tuple[controls.Values, controls.Values]:
        """Go back or forth; gives the values left and those arrived at."""
        left = self.steps[self.at]
        self.at = min(max(self.at + by, 0), len(self.steps) - 1)
        self.moved = True
        return left, self.steps[self.at]


def record() -> Steps:
    """Take note of the controls as they are now; at the end of a run."""
    steps = _steps()
    steps.record(controls.values())
    return steps


def undo() -> None:
    """Take back the last change of a control; only from a callback."""
    _go(-1, "Undone")


def redo() -> None:
    """Make a change again that was undone; only from a callback."""
    _go(+1, "Done again")


def to_defaults() -> None:
    """Put all controls back to their defaults, which can be undone; only from a callback."""
    _steps().record(controls.values())
    controls.set_values({})
    say("All settings are back at their defaults. Undo brings them back.")


def say(sentence: str) -> None:
    """Have something said beside the buttons at the next run."""
    st.session_state[_SAID] = sentence


def said() -> str:
    """Give what is to be said, once."""
    sentence: str = st.session_state.pop(_SAID, "")
    return sentence


def _go(by: int, word: str) -> None:
    steps = _steps()
    # A control in a part of the page that runs by itself may have changed since the last record.
    steps.record(controls.values())
    if not (steps.can_undo if by < 0 else steps.can_redo):
        say("There is nothing to undo." if by < 0 else "There is nothing to do again.")
        return
    left, arrived = steps.move(by)
    controls.set_values(arrived)
    say(f"{word}: {difference(left, arrived)}.")


def difference(left: Mapping[str, Any], arrived: Mapping[str, Any]) -> str:
    """Say which controls differ, the first three by name, and what they are now."""
    names = [
        name
        for name in dict.fromkeys([*left, *arrived])
        if left.get(name, _NONE) != arrived.get(name, _NONE)
    ]
    parts = [f"{controls.label_of(name)} is now {_in_words(name, arrived)}" for name in names[:3]]
    more = [f"and {len(names) - 3} more"] if len(names) > 3 else []
    return ", ".join(parts + more) or "nothing had changed"


_NONE = object()


def _in_words(name: str, values: Mapping[str, Any]) -> str:
    if name not in values:
        return "at its default"
    return controls.in_words(name, values[name])


def _steps() -> Steps:
    steps: Steps = st.session_state.setdefault(_HISTORY, Steps())
    return steps
