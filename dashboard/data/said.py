"""What the page Data says at its next run of something that has just been done."""

from dataclasses import dataclass

import streamlit as st

_KEY = "said on the page Data"


@dataclass(frozen=True)
class Said:
    """A sentence, and the import that may be undone beside it."""

    sentence: str
    undo: int | None = None


def say(sentence: str, *, undo: int | None = None) -> None:
    """Keep a sentence until something else is done."""
    st.session_state[_KEY] = Said(sentence, undo)


def last_said() -> Said | None:
    """Give what was said last."""
    return st.session_state.get(_KEY)


def forget() -> None:
    """Say it no longer."""
    st.session_state.pop(_KEY, None)
