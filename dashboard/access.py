"""Who is looking, what they may do, and whether they see exact figures.

Roles hold from the least to the most: a ``viewer`` and a ``warden`` see figures for partners, an
``analyst`` may also see exact ones, add data and keep notes, an ``admin`` may also take data away
and read the audit log. Whoever sits at the computer that the dashboard runs on, where no sign-in is
configured, is an ``admin``: the files are theirs anyway.
"""

from dataclasses import dataclass
from typing import Literal, get_args

import streamlit as st

from geo.disclosure.levels import PARTNER, Level

Role = Literal["viewer", "warden", "analyst", "admin"]
ROLES: tuple[Role, ...] = get_args(Role)

Action = Literal["exact figures", "add data", "keep notes", "take data away", "read the audit log"]
_LEAST_ROLE: dict[Action, Role] = {
    "exact figures": "analyst",
    "add data": "analyst",
    "keep notes": "analyst",
    "take data away": "admin",
    "read the audit log": "admin",
}

_LEVEL = "level of figures"


@dataclass(frozen=True)
class Person:
    """Somebody who has opened the dashboard.

    Attributes
    ----------
    name
        As the audit log names them.
    role
        What they may do.
    is_local
        Whether they sit at the computer itself, without sign-in.
    """

    name: str
    role: Role
    is_local: bool = False

    def may(self, action: Action) -> bool:
        """Say whether the role allows something."""
        return ROLES.index(self.role) >= ROLES.index(_LEAST_ROLE[action])


def person() -> Person:
    """Give who is looking."""
    return Person("local user", "admin", is_local=True)


def level() -> Level:
    """Give the level of the figures on show, for partners until somebody who may asks for more."""
    wanted: Level = st.session_state.get(_LEVEL, PARTNER)
    return PARTNER if wanted == "exact" and not person().may("exact figures") else wanted


def choose_level(wanted: Level) -> None:
    """Show figures at another level from now on, for this session only; never part of a link."""
    st.session_state[_LEVEL] = wanted
