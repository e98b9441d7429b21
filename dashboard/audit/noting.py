"""Notes what somebody does; what must be logged is not done where it cannot be."""

import logging
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

from boundaries.errors import AuditError
from dashboard.audit.entries import Action
from dashboard.audit.log import AuditLog

MUST_BE_LOGGED: frozenset[Action] = frozenset({"export", "purge"})
"""Without a line in the log these are refused, and so is the change to exact figures."""

_LOG = logging.getLogger("hotspots")


@dataclass(frozen=True)
class Who:
    """Who does something: the name and the role as the log has them."""

    name: str
    role: str


def note(
    action: Action,
    details: Mapping[str, Any] | None = None,
    *,
    who: Who | None = None,
    must: bool | None = None,
) -> None:
    """Write into the audit log what somebody does.

    Parameters
    ----------
    details
        What JSON can hold, and nothing about a victim or a row of the data.
    who
        None takes who looks at the page, or the user of the computer on the command line.
    must
        Whether the action must be in the log; None goes by :data:`MUST_BE_LOGGED`.

    Raises
    ------
    AuditError
        The log cannot be written, and the action must be in it. Any other action goes on, and
        the server's log says that it is missing.
    """
    who = who or whoever_is_there()
    try:
        AuditLog.here().append(action, details or {}, who=who.name, role=who.role)
    except AuditError as error:
        if action in MUST_BE_LOGGED if must is None else must:
            msg = f"{error} Nothing was done, as it must be logged."
            raise AuditError(msg) from error
        _LOG.error("Not in the audit log: %s by %s. %s", action, who.name, error)


def whoever_is_there() -> Who:
    """Give who looks at the page, or the user of the computer on the command line."""
    if not _is_page():
        return at_this_computer()
    from dashboard import access

    person = access.person()
    # Without sign-in the computer knows better who it is.
    return Who(at_this_computer().name if person.is_local else person.name, person.role)


def _is_page() -> bool:
    if "streamlit" not in sys.modules:  # the command line does not load it for this
        return False
    from streamlit.runtime.scriptrunner_utils.script_run_context import get_script_run_ctx

    return get_script_run_ctx(suppress_warning=True) is not None


def at_this_computer() -> Who:
    """Give the user of the computer, as the command line knows them."""
    from dashboard.data.words import who

    return Who(who(), "command line")


def audited(
    make: Callable[[], bytes | str],
    name: str,
    about: Mapping[str, Any] | Callable[[], Mapping[str, Any]] | None = None,
) -> Callable[[], bytes]:
    """Make a file only together with its line in the log.

    Streamlit calls what makes a file in a thread that knows no page: who takes it is found out now.

    Parameters
    ----------
    make
        Gives the content of the file.
    name
        Of the file.
    about
        What else the log shall say, for example the level and the identity of the run record;
        where this is costly, a function that is called when the file is made.

    Returns
    -------
    What gives the content, or raises an ``AuditError`` where the log cannot be written.
    """
    who = whoever_is_there()

    def made() -> bytes:
        content = make()
        data = content.encode() if isinstance(content, str) else content
        more = about() if callable(about) else about
        details = {"file": name, **(more or {}), **identity_of(data)}
        note("export", details, who=who)
        return data

    return made


def identity_of(content: bytes) -> dict[str, Any]:
    """Tell a file from all others without showing what is in it."""
    return {"bytes": len(content), "sha256": sha256(content).hexdigest()}
