"""Patrol for partners: the same plan, made of nothing but what may be shown."""

import streamlit as st

from boundaries.errors import HotspotsError, ParameterError
from dashboard import cache, furniture
from dashboard.partner.view import ReleaseView
from dashboard.patrol import checking, kept_plans, page, page_parts
from dashboard.patrol.choices import choose_plan
from dashboard.patrol.keeping import today_in_london
from geo.disclosure.levels import PUBLIC
from geo.patrol.making import Wanted
from geo.patrol.plan import Plan
from geo.patrol.planning import released_plan

_FOR_THE_PUBLIC = (
    "Patrol plans are for partners, because they say where wardens will be. Nothing is planned "
    "from figures for the public."
)
_RECORD_IS_EXACT = (
    "How such plans did is worked out from single incidents, so it is shown with exact figures "
    "only."
)


def show(view: ReleaseView) -> None:
    """Show the page."""
    st.title("Patrol")
    page_parts.style()
    if view.level == PUBLIC:
        st.write(_FOR_THE_PUBLIC)
        return
    try:
        _show(view)
    except HotspotsError as error:
        furniture.error(error)


def _show(view: ReleaseView) -> None:
    plan = kept_plans.asked_for()
    if plan is None:
        plan = _new_plan(view)
    if plan is None:
        return
    shown = page.OnShow(
        plan,
        view.level,
        view.is_own,
        view.options.tiles,
        show_record=lambda: st.write(_RECORD_IS_EXACT),
        show_checking=lambda: checking.show(plan, view, view.level),
    )
    page.show(shown, today_in_london())


def _new_plan(view: ReleaseView) -> Plan | None:
    """Make the plan that is asked for; None where there is none, which the page says."""
    asked = choose_plan(is_exact=False)
    wanted = Wanted(asked.first_day, view.release.params.vintage, asked.ways, source=view.source)
    try:
        with st.spinner("Making the plan …"):
            plan = cache.made_of_release(
                released_plan, view.release, asked.params, wanted, group=view.group
            )
    except ParameterError as problem:
        page.show_without(problem, view.level)
        return None
    return page.with_news(plan, view.level)
