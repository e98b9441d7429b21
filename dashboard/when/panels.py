"""The parts of the page as they stand on the screen."""

from collections.abc import Callable

import streamlit as st

from dashboard import cache, charts, controls, downloads, furniture
from dashboard.audit.about import about_record
from dashboard.downloads import Download
from dashboard.escape import esc
from dashboard.figures import Figure, marked
from dashboard.maps.live import Selected, live_map
from dashboard.methods.meanings import meaning
from dashboard.view import View
from dashboard.when import tables, words
from dashboard.when.calendar_picture import calendar_svg, years_of
from dashboard.when.choices import Chosen, set_hotspot
from dashboard.when.heat_table import heat_table
from dashboard.when.hours_map import HoursMap, hours_map
from geo.change.given_area import GivenArea
from geo.series_break import BREAK_IN_WORDS
from geo.times.daily import DailyParams, daily_counts
from geo.times.when import WhenParams, WhenResult, when

Name = Callable[[str], str]
_MAP = "when-map"


def map_of(view: View, chosen: Chosen) -> HoursMap:
    """Give the map of the chosen hours."""
    return cache.analysed(
        hours_map,
        view.dataset,
        chosen.of(view.selection),
        view.vintage,
        view.dataset.source,
        view.options.tiles,
    )


def profile_of(view: View, params: WhenParams, area: GivenArea | None) -> WhenResult:
    """Give when the incidents of the period happen, in an area or in all of the borough."""
    return cache.analysed(when, view.dataset, view.selection, params, area=area)


def show_heading(view: View, whole: WhenResult) -> None:
    """Say the period, the incidents, and the busiest times."""
    n = whole.record.incidents
    figure = marked(Figure("incidents", "Incidents", f"{n:,}", value=n))
    counted = "incident" if n == 1 else "incidents"
    st.html(f"<p>{esc(view.period_words)}: {figure} {counted}.</p>")
    told = words.time_known(whole)
    if told:
        st.info(told)
    if n and whole.unknown_weekdays < n:
        st.markdown(f"**{furniture.plain(words.headline(whole))}**")


def show_heat(result: WhenResult, params: WhenParams, chosen: Chosen, where: str | None) -> None:
    """Show hours by weekday, of the borough or of a hotspot."""
    title = "Hours and weekdays" + (f" in the hotspot {where}" if where else "")
    st.subheader(title, help=meaning("when.cell.*.*"))
    if where is not None:
        n = result.record.incidents
        count = marked(Figure("when.hotspot", "", f"{n:,}", value=n))
        counted = "incident" if n == 1 else "incidents"
        st.html(f"<p>{count} {counted} in it, at any hour. {_busiest(result)}</p>")
    st.html(heat_table(result, chosen, name_for(where)))
    st.caption(furniture.plain(words.spread_in_words(result, params)))


def _busiest(result: WhenResult) -> str:
    return esc(words.headline(result))


def show_map(found: HoursMap, chosen: Chosen, where: str | None) -> None:
    """Show the map of the chosen hours, and say what it rests on; a click chooses a hotspot."""
    record = found.hotspots.record
    st.subheader("Where, in these hours" if chosen.restricts else "Where")
    st.write(furniture.plain(words.map_in_words(chosen, record.incidents, record.located)))
    rank = found.rank_of(where)
    live_map(
        found.payload,
        key=_MAP,
        selected=None if rank is None else Selected("hotspot", str(rank)),
        on_select=lambda chosen: set_hotspot(found.name_at(chosen)),
    )


def show_week(result: WhenResult, where: str | None, *, has_hours: bool) -> None:
    """Show weekdays and shifts."""
    st.html(tables.weekday_table(result, name_for(where)))
    if has_hours:
        st.html(tables.shift_table(result, name_for(where)))


def show_months(result: WhenResult, where: str | None) -> None:
    """Show months of the year, which can always be shown."""
    st.html(tables.month_table(result, name_for(where)))


def show_days(view: View) -> None:
    """Show the calendar of the period, and the days that stand out."""
    result = cache.analysed(daily_counts, view.dataset, view.selection, DailyParams())
    st.subheader("Days", help=meaning("when.unusual_days"))
    st.write(furniture.plain(words.days_in_words(result)))
    if not result.frame["status"].eq("counted").any():
        return
    if tables.crosses_break(result.frame):
        st.warning(f"{BREAK_IN_WORDS}. Days are held against days of their own side only.")
    ink = charts.Ink.on(dark=st.context.theme.type == "dark")
    picture = charts.as_image(calendar_svg(result.frame, ink), words.calendar_alt(result))
    st.html(
        f"<div class='calendar' tabindex='0' role='region' aria-label='Calendar'>{picture}</div>"
    )
    if len(result.unusual):
        st.html(tables.unusual_table(result))
    # Not drawn unasked: a table of years weighs more than the rest of the page.
    if controls.switch(st.container(), "Every day as a table", name="when-table"):
        for year in years_of(result.frame):
            st.html(tables.days_table(result, year))
    days = Download(
        "Download the days (CSV)",
        "days.csv",
        lambda: tables.days_csv(result),
        lambda: about_record(result.record),
    )
    downloads.button(days)


def name_for(where: str | None) -> Name:
    """Make names of figures: those of a hotspot are others than those of the borough."""
    return (lambda name: name) if where is None else (lambda name: f"in_hotspot.chosen.{name}")
