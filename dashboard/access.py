"""Who is looking, what they may do, and whether they see exact figures.

Roles hold from the least to the most: a ``viewer`` and a ``warden`` see figures for partners, and a
``warden`` keeps patrol plans and records visits; an ``analyst`` may also see exact figures, add
data and keep notes, an ``admin`` may also take data away and read the audit log. Whoever sits at
the computer that the dashboard runs on, where no sign-in is configured, is an ``admin``: the files
are theirs anyway.
"""

import os
import secrets
from dataclasses import dataclass
from typing import Any, Literal

import streamlit as st

from boundaries.errors import AccessError
from dashboard.audit.noting import note
from dashboard.sign_in import hosts, settings
from dashboard.sign_in.claims import NotSignedInError, SessionOverError, visitor_of
from dashboard.sign_in.register import register_at
from dashboard.sign_in.roles import ROLES, Role
from geo.disclosure.levels import EXACT, LEVELS, PARTNER, Level

Action = Literal[
    "plan patrols",
    "exact figures",
    "add data",
    "keep notes",
    "take data away",
    "read the audit log",
]
_LEAST_ROLE: dict[Action, Role] = {
    "plan patrols": "warden",
    "exact figures": "analyst",
    "add data": "analyst",
    "keep notes": "analyst",
    "take data away": "admin",
    "read the audit log": "admin",
}

LEVEL = "level of figures"
"""Key of the session's level in the session state; tests of the exact pages set it."""
START_LEVEL = "HOTSPOTS_LEVEL"
"""Names the level that whoever may see it starts at."""

WARM_UP: dict[str, Any] = {"warming up": secrets.token_hex(16)}
"""Claims of the server's own first visit, which no token can hold."""
FORWARDED = ("forwarded", "x-forwarded-for", "x-forwarded-host", "x-real-ip")
"""Headers by which a proxy says that somebody else is asking."""


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
    until
        When they sign in again, in seconds since 1970; None for never.
    """

    name: str
    role: Role
    is_local: bool = False
    until: float | None = None

    def may(self, action: Action) -> bool:
        """Say whether the role allows something."""
        return ROLES.index(self.role) >= ROLES.index(_LEAST_ROLE[action])


def person() -> Person:
    """Give who is looking; looked at again at every call, as a sign-in ends while pages are open.

    Raises
    ------
    AccessError
        Nobody who may look.
    """
    sign_in = settings.configured()
    if sign_in is None:
        _check_is_here()
        return Person("local user", "admin", is_local=True)
    claims = st.user.to_dict()
    if claims == WARM_UP:
        return Person("first visit of the server", "viewer")
    visitor = visitor_of(claims, sign_in)
    if not register_at(sign_in.sign_ins).is_open(visitor.key):
        msg = "You have signed out. Sign in again to go on; settings in the address are kept."
        raise SessionOverError(msg)
    return Person(visitor.name, visitor.role, until=visitor.until)


def _check_is_here() -> None:
    """Refuse whoever asks from elsewhere, in whatever way the server was started."""
    # Tests of pages have no browser and put something else there.
    asks, headers = st.context.ip_address, st.context.headers
    is_elsewhere = isinstance(asks, str) and not hosts.is_loopback(asks)
    if is_elsewhere or any(isinstance(headers.get(name), str) for name in FORWARDED):
        msg = (
            "Without sign-in this dashboard answers the computer it runs on and nobody else. "
            "docs/deployment.md says how to set up sign-in."
        )
        raise NotSignedInError(msg)


def require(action: Action) -> Person:
    """Give who is looking where they may do something.

    Raises
    ------
    AccessError
        Their role does not allow it.
    """
    who = person()
    if not who.may(action):
        msg = (
            f"Your role is {who.role}, which does not include this: {action}. "
            "Ask whoever gives out the roles of this dashboard."
        )
        raise AccessError(msg)
    return who


def require_of_import(added_by: str) -> Person:
    """Give who is looking where they may undo or restore what somebody added.

    Raises
    ------
    AccessError
        It is somebody else's, and they are no administrator.
    """
    who = require("add data")
    if not who.may("take data away") and who.name != added_by:
        msg = (
            f"{added_by} added this import. Only they or an administrator can undo or restore it; "
            "ask one of them."
        )
        raise AccessError(msg)
    return who


def level() -> Level:
    """Give the level of the figures on show, for partners until somebody who may asks for more."""
    wanted: Level = st.session_state.get(LEVEL, PARTNER)
    return PARTNER if wanted == EXACT and not person().may("exact figures") else wanted


def choose_level(wanted: Level) -> None:
    """Show figures at another level from now on, for this session only; never part of a link.

    Raises
    ------
    AccessError
        Exact figures are not for this role.
    AuditError
        The audit log cannot be written, without which nobody sees exact figures.
    """
    if wanted == EXACT:
        require("exact figures")
    before = level()
    if wanted == before:
        return
    note("level changed", {"from": before, "to": wanted}, must=wanted == EXACT)
    st.session_state[LEVEL] = wanted


def start() -> None:
    """Begin a session at the level that ``hotspots serve --level`` names, where the person may."""
    if LEVEL in st.session_state:
        return
    st.session_state[LEVEL] = PARTNER
    named = os.environ.get(START_LEVEL, PARTNER)
    wanted = named if named in LEVELS else PARTNER
    if wanted != EXACT or person().may("exact figures"):
        if st.user.to_dict() == WARM_UP:  # nobody sees it, so nothing is logged
            st.session_state[LEVEL] = wanted
        else:
            choose_level(wanted)
