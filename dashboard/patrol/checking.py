"""Check afterwards: visits recorded, planned against delivered, and before against after.

The page calls :func:`show` in its section of that name.
"""

import json
from collections.abc import Sequence
from datetime import datetime

import pandas as pd
import streamlit as st

from boundaries.errors import HotspotsError
from dashboard import charts, controls, downloads, furniture, jobs
from dashboard.downloads import record_of, table_of
from dashboard.partner.view import ReleaseView
from dashboard.patrol import keeping, kept_visits, visit_form
from dashboard.patrol.delivered_chart import delivered_alt, delivered_svg
from dashboard.patrol.kept_visits import Recorded
from dashboard.patrol.words import day_in_words
from dashboard.view import View
from geo.change.count_change import AFTER, BEFORE, DIFFERENCE
from geo.change.displacement import AREA as PLACE
from geo.disclosure.levels import EXACT, Level
from geo.patrol.afterwards import delivered as columns
from geo.patrol.afterwards.delivered import Delivered, delivered
from geo.patrol.afterwards.effect import (
    CONTROL_IN_WORDS,
    EffectParams,
    EffectResult,
    effect_of_plan,
    effect_params,
    selection_of,
)
from geo.patrol.plan import Plan
from geo.schema import Incidents
from geo.spreadsheet_text import LINE_END, guard_frame

_ONLY_ANALYSTS = (
    "Incidents before and after are counted for analysts only: so few in so small places would "
    "give people away, and a few weeks prove nothing anyway."
)
_KEEP_FIRST = "Keep this plan first, under Kept plans; then visits can be recorded with it."
_PLACES = {
    "treated": "Areas of the plan that were visited",
    "control": "Like squares that were not in the plan",
    "ring around treated": "Ring around the areas",
    "ring around control": "Ring around the like squares",
}
_RING = EffectParams.spec("ring_m")


def show(plan: Plan, view: View | ReleaseView, level: Level) -> None:
    """Show what became of a plan.

    Parameters
    ----------
    view
        What the page is about: of incidents at level exact, else of a release.
    """
    if not _is_kept(plan, level):
        st.write(_KEEP_FIRST)
        return
    try:
        records = kept_visits.recorded(plan)
        _show_delivered(plan, records)
        visit_form.show(plan)
        visit_form.show_list(plan, records)
    except HotspotsError as error:
        furniture.error(error)
        return
    st.subheader("Before and after", anchor=False)
    if level != EXACT or not isinstance(view, View):
        st.write(_ONLY_ANALYSTS)
        return
    try:
        _show_effect(plan, view, records)
    except HotspotsError as error:
        st.info(furniture.plain(str(error)))


def _is_kept(plan: Plan, level: Level) -> bool:
    try:
        keeping.kept_plan(plan.key, level)
    except HotspotsError:
        return False
    return True


def _show_delivered(plan: Plan, records: Sequence[Recorded]) -> None:
    st.subheader("Planned and delivered", anchor=False)
    now = datetime.now(keeping.LONDON).replace(tzinfo=None)
    found = delivered(plan, [one.visit for one in records], now)
    headline, *others = found.sentences()
    st.write(f"**{furniture.plain(headline)}**")
    if others:
        st.write(furniture.plain(" ".join(others)))
    if found.overlapping:
        st.caption(
            f"{found.overlapping:,} records say the same minutes of a team in an area again; these "
            "minutes count once."
        )
    if found.n_visits:
        _show_tables(plan, found)


def _show_tables(plan: Plan, found: Delivered) -> None:
    by_area = found.by_area()
    ink = charts.Ink.on(dark=st.context.theme.type == "dark")
    picture = delivered_svg(by_area, ink)
    st.html(charts.wide_image(picture, delivered_alt(by_area), "Minutes by area", least_px=320))
    furniture.table(_for_reading(by_area), texts=("Team",), label="Planned and delivered")
    with st.expander("Each shift, and each team"):
        shifts = found.frame.assign(
            **{columns.DAY: [day_in_words(day) for day in found.frame[columns.DAY]]}
        )
        label = "Planned and delivered in each shift"
        furniture.table(_for_reading(shifts, columns.DAY), texts=("Area", "Team"), label=label)
        furniture.table(_of_teams(found), label="Minutes of each team")
    downloads.button(
        downloads.Download(
            "Planned and delivered, CSV",
            f"delivered-{plan.key}.csv",
            lambda: guard_frame(found.frame).to_csv(index=False, lineterminator=LINE_END),
            lambda: {"plan": plan.key},
            level=plan.level,
        )
    )


def _for_reading(frame: pd.DataFrame, first: str = "") -> pd.DataFrame:
    """Give the figures with the headings that people read."""
    area = [
        f"{number}. {name}"
        for number, name in zip(frame[columns.AREA], frame[columns.NAME], strict=True)
    ]
    table = {"Shift": frame[first]} if first else {}
    return pd.DataFrame(
        {
            **table,
            "Area": area,
            "Team": [f"Team {number}" for number in frame[columns.TEAM]],
            "Minutes planned": frame[columns.PLANNED_MINUTES].round().astype(int),
            "Minutes delivered": frame[columns.DELIVERED_MINUTES].round().astype(int),
            "Visits planned": frame[columns.PLANNED],
            "Made": frame[columns.MADE],
            "Missed": frame[columns.MISSED],
            "Not planned": frame[columns.UNPLANNED],
            "Gaps over two hours": frame[columns.LONG_GAPS],
        }
    )


def _of_teams(found: Delivered) -> pd.DataFrame:
    teams = found.teams
    return pd.DataFrame(
        {
            "Team": [f"Team {number}" for number in teams[columns.TEAM]],
            "Minutes planned": teams[columns.PLANNED_MINUTES].round().astype(int),
            "Minutes delivered": teams[columns.DELIVERED_MINUTES].round().astype(int),
        }
    )


def _show_effect(plan: Plan, view: View, records: Sequence[Recorded]) -> None:
    visited = tuple(sorted({one.visit.area for one in records}))
    if not visited:
        st.write("No visit is recorded yet: all areas of the plan are taken as visited.")
        visited = tuple(area.number for area in plan.areas)
    ring_m = controls.number(
        st.container(width=220), _RING, name="patrol-ring", default=_RING.default
    )
    found: EffectResult | None = jobs.job(
        "Comparing before and after",
        _effect,
        view.dataset,
        json.dumps(plan.as_dict()),
        visited,
        ring_m,
    )
    if found is None:
        return
    warning, power, counted, *effects = found.sentences()
    st.warning(warning)
    st.write(f"**{furniture.plain(power)}**")
    st.write(furniture.plain(counted))
    st.markdown("\n".join(f"- {furniture.plain(one)}" for one in effects))
    rows = [
        (
            _PLACES[row[PLACE]],
            f"{row[BEFORE]:,}",
            f"{row[AFTER]:,}",
            f"{row[DIFFERENCE]:+,}" if row[DIFFERENCE] else "0",
        )
        for row in found.frame.drop(columns="geometry").to_dict("records")
    ]
    furniture.figures_table(
        ["Incidents in the shifts", "Before", "In the plan", "Difference"],
        rows,
        label="Incidents before and in the plan",
    )
    st.caption(CONTROL_IN_WORDS)
    for warning in found.record.warnings:
        if warning not in found.sentences():
            st.caption(furniture.plain(warning))
    stem = f"patrol-effect-{plan.key}"
    downloads.buttons(
        [
            table_of(found, ".csv", "Before and after, CSV", stem),
            table_of(found, ".geojson", "Areas and rings, GeoJSON", stem),
            record_of(found, "Record, JSON", stem),
        ]
    )


def _effect(
    incidents: Incidents, plan_text: str, visited: tuple[int, ...], ring_m: float
) -> EffectResult:
    plan = Plan.from_dict(json.loads(plan_text))
    params = effect_params(incidents, plan, visited, ring_m)
    return effect_of_plan(incidents, selection_of(plan), params)
