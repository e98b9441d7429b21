"""The entries, the newest first, with what narrows them down, and all of them as a file."""

from collections.abc import Sequence
from datetime import date, datetime

import streamlit as st

from dashboard import access, furniture
from dashboard.audit.buttons import file_button
from dashboard.audit.entries import Entry
from dashboard.audit.filters import Filter
from dashboard.audit_page.words import LONDON, TEXTS, entries_table
from dashboard.words import plural

_SHOWN = 100
_EVERYBODY, _EVERYTHING = "Everybody", "Everything"
_PERIODS = {"Today": 1, "The last 7 days": 7, "The last 30 days": 30, "The last year": 365}
_ALL = "All the time"


@st.fragment
def show_entries(entries: Sequence[Entry]) -> None:
    """List what fits, and offer it as CSV.

    Parameters
    ----------
    entries
        All of the log, oldest first.
    """
    access.require("read the audit log")
    st.header("Who did what, and when")
    if not entries:
        st.info("Nothing has been noted yet.")
        return
    fitting = _wanted(entries).of(entries)
    newest = list(reversed(fitting))
    if not newest:
        st.info("Nothing fits. Choose a longer time, everybody or everything.")
        return
    _say_how_many(len(newest), len(entries))
    table = entries_table(newest[:_SHOWN])
    furniture.table(table, texts=TEXTS, label="Audit log, the newest first")
    file_button(
        f"Download {plural(len(newest), 'entry', 'entries')} (CSV)",
        lambda: _csv(fitting),
        file_name="audit-log.csv",
        mime="text/csv",
        about={"entries": len(newest)},
        key="audit download",
    )


def _wanted(entries: Sequence[Entry]) -> Filter:
    """Ask for time, person and action; none of it goes into the address of the page."""
    people = sorted({entry.who for entry in entries}, key=str.casefold)
    actions = sorted({entry.action for entry in entries})
    time, person, action = st.columns(3)
    period = time.selectbox("When", [*_PERIODS, _ALL], index=2, key="audit when")
    who = person.selectbox("Who", [_EVERYBODY, *people], key="audit who")
    did = action.selectbox("What", [_EVERYTHING, *actions], key="audit what")
    return Filter(
        start=_first_day(period),
        people=frozenset() if who == _EVERYBODY else frozenset({who}),
        actions=frozenset() if did == _EVERYTHING else frozenset({did}),
        zone=LONDON,
    )


def _first_day(period: str) -> date | None:
    if period == _ALL:
        return None
    today = datetime.now(LONDON).date()
    return date.fromordinal(today.toordinal() - _PERIODS[period] + 1)


def _say_how_many(fitting: int, entries: int) -> None:
    shown = "" if fitting <= _SHOWN else f" The newest {_SHOWN:,} are shown; the file has all."
    st.caption(
        f"{fitting:,} of {plural(entries, 'entry', 'entries')}. Times are those of London.{shown}"
    )


def _csv(entries: list[Entry]) -> str:
    from dashboard.commands.audit.showing import entries_csv

    return entries_csv(entries)
