"""Patrol for partners: the same plan, made of nothing but what may be shown."""

import streamlit as st

from boundaries.errors import HotspotsError
from dashboard import cache, furniture
from dashboard.partner.view import ReleaseView
from dashboard.patrol import kept_plans, page, page_parts
from dashboard.patrol.choices import Asked, choose_plan
from dashboard.patrol.keeping import today_in_london
from geo.disclosure.levels import PUBLIC
from geo.disclosure.release import Release
from geo.patrol.making import Wanted, make_plan
from geo.patrol.plan import Plan
from geo.patrol.released import released_demand

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
        asked = choose_plan(is_exact=False)
        with st.spinner("Making the plan …"):
            plan = cache.made_of_release(_made, view.release, asked, view.group, view.source)
    shown = page.OnShow(
        plan,
        view.level,
        view.is_own,
        view.options.tiles,
        show_record=lambda: st.write(_RECORD_IS_EXACT),
        show_checking=lambda: None,
    )
    page.show(shown, today_in_london())


def _made(release: Release, asked: Asked, group: str, source: str) -> Plan:
    demand = released_demand(release, asked.params.shift, group=group)
    return make_plan(demand, asked.params, Wanted(asked.first_day, source=source))
