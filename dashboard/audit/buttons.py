"""The button that gives a file away, and writes so into the audit log: there is no other."""

import time
from collections.abc import Callable, Mapping
from typing import Any, Literal

import streamlit as st

from boundaries.errors import AuditError
from dashboard import access
from dashboard.audit.log import AuditLog
from dashboard.audit.noting import audited

_LOOK_AGAIN_S = 5.0
_CANNOT = (
    "Files cannot be taken away just now: each must be noted in the audit log, which cannot be "
    "written. Tell whoever looks after this dashboard; `hotspots audit verify` says why."
)

_looked: dict[str, tuple[float, str]] = {}


def file_button(
    label: str,
    make: Callable[[], bytes | str],
    *,
    file_name: str,
    mime: str,
    about: Mapping[str, Any] | Callable[[], Mapping[str, Any]] | None = None,
    key: str | None = None,
    type: Literal["primary", "secondary"] = "secondary",  # noqa: A002 - as Streamlit's own
) -> None:
    """Offer a file that is made, and noted in the audit log, when it is asked for.

    Parameters
    ----------
    make
        Gives its content.
    about
        What the log shall say of it beside name, size and SHA-256: the level, where that is not
        the level of the page, and for figures what ``about_record`` gives.
    """
    cannot = _cannot_be_logged()
    if cannot:
        st.caption(_CANNOT)
    level = access.level()

    def all_about() -> Mapping[str, Any]:
        return {"level": level, **((about() if callable(about) else about) or {})}

    st.download_button(
        label,
        audited(make, file_name, all_about),
        file_name=file_name,
        mime=mime,
        on_click="ignore",
        key=key,
        type=type,
        disabled=cannot,
    )


def _cannot_be_logged() -> bool:
    """Whether the log cannot be written; a page with many buttons looks once."""
    try:
        log = AuditLog.here()
    except AuditError:
        return True
    at, problem = _looked.get(str(log.path), (0.0, ""))
    if time.monotonic() - at > _LOOK_AGAIN_S or problem:
        problem = log.problem()
        _looked.clear()
        _looked[str(log.path)] = (time.monotonic(), problem)
    return bool(problem)
