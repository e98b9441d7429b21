"""The page When for partners: weekdays and hours, shifts, and months of the borough."""

import streamlit as st

from boundaries.errors import HotspotsError
from dashboard import charts, furniture
from dashboard.escape import esc
from dashboard.figures import marked
from dashboard.partner.files import offer
from dashboard.partner.shown import (
    count_figure,
    incidents_in_words,
    prefix_of,
    with_figures,
)
from dashboard.partner.view import ReleaseView
from dashboard.partner.when import week as weeks
from dashboard.partner.when.months import show_months
from dashboard.released_tables import group_counts, period_counts
from dashboard.when.bar_table import STYLE
from dashboard.withheld import EXPLAINED
from geo.disclosure.cells import BOROUGH
from geo.disclosure.menu import of_kind
from geo.disclosure.splits import ALL

_NO_HOURS = (
    "This data gives no hour of any incident. So this page can show months, and no hours, weekdays "
    "or shifts."
)
_NIGHT = (
    "A day goes from 06:00 to 06:00, so the hours after midnight belong to the evening before. "
    "Only incidents whose hour is known are in the table."
)
_ANALYSTS_HAVE = (
    "Analysts also have single hours, single days and the hours of each hotspot. Most of those "
    "counts are so small that they could point to one person, so they are shown with exact figures "
    "only."
)


def show(view: ReleaseView) -> None:
    """Show the page."""
    st.title("When")
    st.html(STYLE + weeks.STYLE)
    try:
        _show(view)
    except HotspotsError as error:
        furniture.error(error)


def _show(view: ReleaseView) -> None:
    shown = view.count()
    figure = marked(count_figure("incidents", "Incidents", shown))
    st.html(f"<p>{esc(view.period.words)}: {figure} {esc(incidents_in_words(view))}.</p>")
    st.caption(furniture.plain(f"{view.level_words}."))
    if "when" in view.release.groups:
        _week(view)
    else:
        st.info(_NO_HOURS)
    show_months(view, charts.Ink.on(dark=st.context.theme.type == "dark"))
    st.subheader("Downloads")
    _files(view)
    st.caption(_ANALYSTS_HAVE)


def _week(view: ReleaseView) -> None:
    codes = view.release.groups["when"]
    longer, said = with_figures(view, BOROUGH, codes[0])
    week = weeks.Week(longer, prefix_of(view, longer))
    st.subheader("Hours and weekdays")
    if view.group != ALL:
        said = f"{said} Hours are released for all incidents together, not for one group.".strip()
    if said:
        st.info(furniture.plain(said))
    if busiest := weeks.busiest_in_words(week):
        st.markdown(f"**{furniture.plain(busiest)}**")
    left, right = st.columns([2, 1], gap="medium")
    with left:
        st.html(weeks.week_table(week))
        st.caption(furniture.plain(f"{longer.period.words}. {_NIGHT} {EXPLAINED}"))
    with right:
        st.html(weeks.weekday_table(week))
        st.html(weeks.shift_table(week))


def _files(view: ReleaseView) -> None:
    release = view.release
    files = {"months": period_counts(release, of_kind(release.menu, "month"), view.group)}
    if "when" in release.groups:
        codes = release.groups["when"]
        longer, _ = with_figures(view, BOROUGH, codes[0])
        files = {"hours": group_counts(release, longer.period, codes), **files}
    offer(view, files, name="when-file")
