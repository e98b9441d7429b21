"""The profile of a ward on the page."""

import pandas as pd
import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from boundaries.columns import WARD_CODE, WARD_NAME
from dashboard import cache, charts, controls, furniture, jobs
from dashboard.figures import Figure
from dashboard.view import View
from dashboard.wards import drawings, profile
from dashboard.wards.numbers import (
    DECIMALS,
    UNITS,
    WardNumbers,
    change_figures,
    figure,
    interval,
    name_of,
    rank_figure,
)
from dashboard.words import amount, period_in_words, plural
from geo.hotspots.params import HotspotParams
from geo.hotspots.table import find_hotspots
from geo.periods import WEEKDAYS, PeriodUnit
from geo.surfaces.density import DensityParams
from geo.wards.counts import MEASURES
from geo.wards.neighbours import BORDER_KM

WARD = "ward"
NO_WARD = ""
_UNITS: dict[PeriodUnit, str] = {
    "month": "Months",
    "fy": "Financial years",
    "year": "Calendar years",
}


def choose_ward(where: DeltaGenerator, numbers: WardNumbers) -> str | None:
    """Offer the wards by name; a click on the map sets the same control. None where none is."""
    names = numbers.names
    by_name = sorted(names, key=lambda code: names[code])
    chosen = controls.choice(
        where,
        "Ward profile",
        [NO_WARD, *by_name],
        name=WARD,
        words=lambda code: names.get(code, "No ward chosen"),
        help="Or choose a ward on the map, in the list beside it, or in its table.",
    )
    return chosen or None


def open_ward(code: str | None) -> None:
    """Open the profile of a ward, or with None close it; a callback."""
    st.session_state[WARD] = code or NO_WARD


def show_profile(view: View, numbers: WardNumbers, code: str, ink: charts.Ink) -> None:
    """Show all that is known of a ward in the period."""
    found = cache.analysed(
        profile.ward_profile, view.dataset, code, view.selection, numbers.vintage
    )
    with st.container(border=True):
        title, button = st.columns([5, 1])
        title.subheader(furniture.plain(f"{numbers.names[code]} in {view.period_words}"))
        button.button("Close profile", on_click=open_ward, args=(None,), width="stretch")
        left, right = st.columns(2, gap="large")
        with left:
            _figures(view, numbers, code)
            _strands(found, code)
            _neighbours(found, numbers, code)
        with right:
            _trend(view, numbers, code, ink)
            _times(found, ink)
            _hotspots(view, numbers, code)
        _notes(found)


def _figures(view: View, numbers: WardNumbers, code: str) -> None:
    rows: list[list[Figure | str]] = [
        [
            UNITS[measure].capitalize(),
            figure(numbers, code, measure),
            interval(numbers, code, measure),
            rank_figure(numbers, code, measure),
        ]
        for measure in MEASURES
    ]
    columns = ["Figure", "Value", "95 % interval", f"Rank of {len(numbers.names)}"]
    furniture.figures_table(columns, rows, label="Figures of the ward")
    before, change, percent, chance = change_figures(numbers, code)
    if numbers.change is None:
        st.caption(furniture.plain(f"No change is shown. {view.compared.why_not}{numbers.why_not}"))
        return
    rows = [
        [f"Incidents in {view.before_words}", before],
        ["Change", change],
        ["Change in % with 95 % interval", percent],
        ["More than chance?", chance],
    ]
    furniture.figures_table(
        [f"Held against {view.before_words}", ""], rows, label="Change of the ward"
    )


def _strands(found: profile.WardProfile, code: str) -> None:
    mentions = found.mentions
    if not mentions:
        st.caption("The data names no strand for incidents of this ward and period.")
        return
    rows: list[list[Figure | str]] = [
        [name.capitalize(), Figure(name_of(code, f"strand.{name}"), name, amount(n, 0), value=n)]
        for name, n in sorted(mentions.items(), key=lambda pair: -pair[1])
    ]
    furniture.figures_table(["Strand", "Mentions"], rows, label="Strands in the ward")
    st.caption("One incident can name several strands, so mentions can add up to more.")


def _trend(view: View, numbers: WardNumbers, code: str, ink: charts.Ink) -> None:
    unit = controls.row(
        st.container(), "Trend by", list(_UNITS), name="wards-trend", words=_UNITS.__getitem__
    )
    result = cache.analysed(
        profile.ward_trends, view.dataset, view.all_times, numbers.vintage, unit
    )
    trend = profile.trend_of(result, code, view.selection)
    if not trend.counts:
        st.caption("No incident has a time that is known well enough.")
        return
    svg = drawings.bars(
        trend.counts,
        trend.ticks,
        ink,
        stressed=trend.in_period or (-1,),
        break_before=trend.break_before,
    )
    alt = f"Incidents in {numbers.names[code]} by {_UNITS[unit].lower()}: {trend.in_words()}."
    st.html(charts.as_image(svg, alt))
    words = f"Blue: {view.period_words}. Grey: other times."
    if trend.break_before is not None:
        words += (
            " The dashed line is February 2024, when the Met changed its recording system: do not "
            "compare across it."
        )
    st.caption(words)
    with st.expander("These figures as a table"):
        frame = {
            "Period": [period_in_words(label) for label in trend.labels],
            "Incidents": [amount(n, 0) for n in trend.counts],
            "In the chosen time": [
                "yes" if i in trend.in_period else "no" for i in range(len(trend.labels))
            ],
        }
        furniture.table(pd.DataFrame(frame), label=f"Trend by {_UNITS[unit].lower()}")


def _times(found: profile.WardProfile, ink: charts.Ink) -> None:
    st.markdown("**When**")
    for sentence in profile.busiest_in_words(found):
        st.write(furniture.plain(sentence))
    hours, days = profile.hours_of(found), profile.weekdays_of(found)
    if hours:
        ticks = {hour: f"{hour:02d}:00" for hour in range(0, 24, 6)}
        alt = "Incidents of the ward by hour of the day; the figures are in the table below."
        st.html(charts.as_image(drawings.bars(hours, ticks, ink, height=96), alt))
    if days:
        alt = "Incidents of the ward by weekday; the figures are in the table below."
        st.html(charts.as_image(drawings.bars(days, profile.short_days(), ink, height=96), alt))
    if hours or days:
        with st.expander("Hours and weekdays as tables"):
            if hours:
                _table("Hour", [f"{hour:02d}:00" for hour in range(24)], hours)
            if days:
                _table("Weekday", list(WEEKDAYS), days)


def _table(first: str, names: list[str], values: list[float]) -> None:
    frame = pd.DataFrame({first: names, "Incidents": [amount(value, 1) for value in values]})
    furniture.table(frame, label=f"Incidents by {first.lower()}")


def _neighbours(found: profile.WardProfile, numbers: WardNumbers, code: str) -> None:
    st.markdown("**Neighbours**")
    frame = found.neighbours.frame
    rows: list[list[Figure | str]] = [
        [
            str(name),
            figure(numbers, other, "count"),
            figure(numbers, other, "rate"),
            f"{amount(border, DECIMALS['rate'])} km",
        ]
        for other, name, border in zip(
            frame[WARD_CODE], frame[WARD_NAME], frame[BORDER_KM], strict=True
        )
    ]
    own = figure(numbers, code, "count"), figure(numbers, code, "rate")
    furniture.figures_table(
        ["Ward", "Incidents", "Per 1,000 residents", "Shared border"],
        [[numbers.names[code], *own, "–"], *rows],
        label="Neighbours of the ward",
        strong=(0,),
    )


def _hotspots(view: View, numbers: WardNumbers, code: str) -> None:
    st.markdown("**Hotspots in it**")
    found = jobs.job(
        "Finding hotspots",
        find_hotspots,
        view.dataset,
        view.selection,
        DensityParams(),
        hotspot_params=HotspotParams(),
        vintage=numbers.vintage,
    )
    if found is None:
        return
    inside = profile.hotspots_in(found, numbers.names[code])
    if not inside:
        st.write("None of the ranked hotspots of the borough lies in this ward.")
        return
    rows: list[list[Figure | str]] = [
        [f"{rank}. {name}", Figure(f"hotspot.{rank}.incidents", "Incidents", amount(n, 0), value=n)]
        for rank, name, n in inside
    ]
    furniture.figures_table(["Rank and name", "Incidents"], rows, label="Hotspots in the ward")
    st.caption(
        f"Of {plural(len(found.frame), 'hotspot')} of the borough by density, those with at least "
        "5 % of their incidents here. A hotspot can reach into other wards."
    )


def _notes(found: profile.WardProfile) -> None:
    if found.warnings:
        with st.expander(f"What to know about this profile ({len(found.warnings)})"):
            st.markdown("\n".join(f"- {furniture.plain(warning)}" for warning in found.warnings))
