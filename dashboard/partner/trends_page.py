"""The page Trends for partners: incidents, strands, victims and outcomes over time."""

import streamlit as st

from boundaries.errors import HotspotsError
from dashboard import controls, furniture
from dashboard.exports import Content
from dashboard.partner.files import offer
from dashboard.partner.shown import incidents_in_words
from dashboard.partner.trends.counts import counts_section
from dashboard.partner.trends.groups import outcomes_section, strands_section, victims_section
from dashboard.partner.trends.repeat_victims import repeats_section
from dashboard.partner.trends.words import UNIT_WORDS
from dashboard.partner.view import ReleaseView
from dashboard.released_tables import groups_over_time, period_counts
from dashboard.trends import published
from dashboard.trends.section import Section
from dashboard.trends.section import show as show_section
from geo.disclosure.over_time import ReleasedUnit, periods_by

_INCIDENTS, _STRANDS, _REPEATS = "Incidents", "Strands", "Repeat victims"
_VICTIMS, _OUTCOMES, _BESIDE = "Victims", "Outcomes and reporting", "Beside London"
_SHOWN = (_INCIDENTS, _STRANDS, _REPEATS, _VICTIMS, _OUTCOMES, _BESIDE)
_KINDS = {
    _STRANDS: ("strand",),
    _VICTIMS: ("victim age", "victim ethnicity"),
    _OUTCOMES: ("outcome", "reporting route"),
}


def show(view: ReleaseView) -> None:
    """Show the page: all times of the data, not only the period."""
    st.title("Trends")
    shown = controls.row(st.container(), "Show", _SHOWN, name="trends-show")
    st.caption(furniture.plain(_about(view, shown)))
    dark = st.context.theme.type == "dark"
    try:
        if shown == _BESIDE:
            published.show_tables(dark)
        else:
            _show(view, shown, dark)
    except HotspotsError as error:
        furniture.error(error)


def _about(view: ReleaseView, shown: str) -> str:
    if shown == _BESIDE:
        return "Published figures, the same for everybody."
    about = "All times in the data, not only the period of the sidebar"
    if shown == _INCIDENTS:
        return f"{about}; {incidents_in_words(view)}. {view.level_words}."
    return f"{about}; all incidents, whatever group is chosen there. {view.level_words}."


def _show(view: ReleaseView, shown: str, dark: bool) -> None:
    unit: ReleasedUnit = "fy"
    if shown in (_INCIDENTS, _STRANDS):
        unit = controls.row(
            st.container(), "By", list(UNIT_WORDS), name="trends-by", words=UNIT_WORDS.__getitem__
        )
    section = _section(view, shown, unit, dark)
    show_section(section)
    files = {} if section.empty else _files(view, shown, unit)
    if files:
        offer(view, files, name="trends-file")


def _section(view: ReleaseView, shown: str, unit: ReleasedUnit, dark: bool) -> Section:
    if shown == _INCIDENTS:
        return counts_section(view, unit, dark)
    if shown == _STRANDS:
        return strands_section(view, unit, dark)
    if shown == _REPEATS:
        return repeats_section(view)
    return victims_section(view, dark) if shown == _VICTIMS else outcomes_section(view, dark)


def _files(view: ReleaseView, shown: str, unit: ReleasedUnit) -> dict[str, Content]:
    release = view.release
    periods = list(periods_by(release, unit).values())
    if shown == _INCIDENTS:
        word = UNIT_WORDS[unit].lower().replace(" ", "-")
        return {f"incidents-by-{word}": period_counts(release, periods, view.group)}
    return {
        f"trends-{kind.replace(' ', '-')}": groups_over_time(release, periods, release.groups[kind])
        for kind in _KINDS.get(shown, ())
        if kind in release.groups
    }
