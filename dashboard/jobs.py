"""Work that may take long: progress after half a second, a way to cancel after five."""

from collections.abc import Callable
from typing import Any, Concatenate, ParamSpec, TypeVar, cast

import streamlit as st

from boundaries.errors import TimeLimitError
from dashboard import cache, furniture
from dashboard.shelf import Cancelled, Progress, Work
from dashboard.view import Dataset
from geo.schema import Incidents

P = ParamSpec("P")
R = TypeVar("R")

SILENT_S = 0.5
_WAIT_S = 0.15
"""The page is not kept waiting for longer: what follows on it is there at once."""
_PATIENCE_S = 2.0
CANCEL_AFTER_S = 5.0
_LOOK_EVERY_S = 0.4
_JOBS = "jobs of this session"
_GIVEN_UP = "jobs given up"


def job(
    name: str,
    function: Callable[Concatenate[Incidents, P], R],
    dataset: Dataset,
    *args: P.args,
    **settings: P.kwargs,
) -> R | None:
    """Give what :func:`dashboard.cache.analysed` would, without keeping the page from working.

    Work that is not done at once goes on beside the page, which shows after half a second how far
    it has come, and runs again when it is done. Another question under the same name gives up the
    work on the one before.

    Parameters
    ----------
    name
        What is being done, as people say it: ``Comparing the methods``. One for each place on a
        page.

    Returns
    -------
    None while there is no result: the page shows what it has, and leaves out the rest.
    """
    return cast("R | None", _watched(name, cache.question(function, dataset, *args, **settings)))


def soon(
    name: str,
    function: Callable[Concatenate[Incidents, P], R],
    dataset: Dataset,
    *args: P.args,
    **settings: P.kwargs,
) -> R | None:
    """Do as :func:`job`, for what a whole page is about and nearly always takes no two seconds.

    The page waits so long: what is on show stays there until the new result takes its place.
    """
    asked = cache.question(function, dataset, *args, **settings)
    return cast("R | None", _watched(name, asked, _PATIENCE_S))


def _watched(name: str, asked: cache.Question, wait_s: float = _WAIT_S) -> Any:  # noqa: ANN401
    """Give the result of a question; None while the page shows that it is being worked on."""
    given_up: dict[str, str] = st.session_state.setdefault(_GIVEN_UP, {})
    _leave_other(name, asked.key)
    known = asked.shelf.known(asked.key)
    if known is not None:
        given_up.pop(name, None)
        return known[0]
    if given_up.get(name) == asked.key:
        _offer_again(name)
        return None
    # What has gone wrong beside the page is said, and not done again.
    before = _jobs().get(name)
    work = before[1] if before else asked.shelf.start(asked.key, asked.make, _me())
    _jobs()[name] = (asked.key, work)
    if not work.wait(wait_s):
        _watch(name, asked.key)
        return None
    try:
        return work.outcome()
    except Cancelled:
        _offer_again(name)
        return None
    except TimeLimitError:
        # Asked again by itself with every run of the page it would never end.
        given_up[name] = asked.key
        raise
    finally:
        _jobs().pop(name, None)


def _jobs() -> dict[str, tuple[str, Work]]:
    jobs: dict[str, tuple[str, Work]] = st.session_state.setdefault(_JOBS, {})
    return jobs


def _me() -> str:
    """Tell this session from all others: the dictionary of its jobs lives as long as it does."""
    return f"session {id(_jobs())}"


def _leave_other(name: str, key: str) -> None:
    """Give up the work on what was asked before in the same place."""
    before = _jobs().get(name)
    if before is None or before[0] == key:
        return
    del _jobs()[name]
    if before[0] not in {other for other, _ in _jobs().values()}:
        before[1].leave(_me())


def _give_up(name: str) -> None:
    found = _jobs().pop(name, None)
    if found is not None:
        key, work = found
        st.session_state[_GIVEN_UP][name] = key
        work.leave(_me())


def _offer_again(name: str) -> None:
    with st.container(horizontal=True, vertical_alignment="center"):
        st.write(f"{furniture.plain(name)}: cancelled.")
        st.button("Start again", key=f"again: {name}", on_click=_forget, args=(name,))


def _forget(name: str) -> None:
    st.session_state[_GIVEN_UP].pop(name, None)


@st.fragment(run_every=_LOOK_EVERY_S)
def _watch(name: str, key: str) -> None:
    """Show how far the work has come; run the page again when it is done."""
    found = _jobs().get(name)
    if found is None or found[0] != key or found[1].over:
        st.rerun()
    _, work = found
    work.watch(_me())
    if work.seconds < SILENT_S:
        return
    with st.container(horizontal=True, vertical_alignment="center", key=f"job: {name}"):
        st.progress(work.progress.share, text=furniture.plain(_in_words(name, work)))
        if work.seconds > CANCEL_AFTER_S:
            st.button("Cancel", key=f"cancel: {name}", on_click=_give_up, args=(name,))


def _in_words(name: str, work: Work) -> str:
    if work.place:
        return f"{name}: waits for other work to finish, number {work.place:,} in the line"
    return f"{name} … {_progress_in_words(work.progress)}"


def _progress_in_words(progress: Progress) -> str:
    """Say how far it is.

    >>> _progress_in_words(Progress(1_200, 9_999, "simulations"))
    '1,200 of 9,999 simulations'
    """
    if progress.total <= 0:
        return ""
    return f"{progress.done:,} of {progress.total:,} {progress.what}"
