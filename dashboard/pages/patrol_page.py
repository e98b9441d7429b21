"""Patrol: focus areas for a shift, made of incidents, with teams, rounds and reasons."""

import streamlit as st

from boundaries.errors import HotspotsError, ParameterError
from dashboard import furniture, jobs
from dashboard.patrol import checking, kept_plans, page, page_parts, record
from dashboard.patrol.choices import choose_plan
from dashboard.patrol.keeping import today_in_london
from dashboard.view import View
from geo.disclosure.levels import EXACT
from geo.patrol.making import Wanted
from geo.patrol.plan import Plan
from geo.patrol.planning import plan_patrol


def show(view: View) -> None:
    """Show the page for the chosen data."""
    st.title("Patrol")
    page_parts.style()
    try:
        _show(view)
    except HotspotsError as error:
        furniture.error(error)


def _show(view: View) -> None:
    plan = kept_plans.asked_for()
    if plan is None:
        plan = _new_plan(view)
    if plan is None:
        return
    shown = page.OnShow(
        plan,
        EXACT,
        view.dataset.is_own,
        view.options.tiles,
        show_record=lambda: record.show(view, plan),
        show_checking=lambda: checking.show(plan, view, EXACT),
    )
    page.show(shown, today_in_london())


def _new_plan(view: View) -> Plan | None:
    """Make the plan that is asked for; None where there is none, or not yet: the page says so."""
    asked = choose_plan(is_exact=True)
    wanted = Wanted(asked.first_day, view.vintage, asked.ways, source=view.dataset.source)
    try:
        plan = jobs.soon(
            "Making the plan",
            plan_patrol,
            view.dataset,
            view.all_times,
            asked.params,
            asked.demand,
            wanted,
        )
    except ParameterError as problem:
        page.show_without(problem, EXACT)
        return None
    if plan is None:
        st.caption("Map, teams and sheets stand here as soon as the plan is made.")
        return None
    return page.with_news(plan, EXACT)
