"""Handing out: sheets to print, files for phones and calendars, and a link that opens the plan."""

from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any

import streamlit as st

from dashboard import controls, furniture
from dashboard.copy_link import copy_link
from dashboard.downloads import Download, button, buttons
from dashboard.patrol.handouts import (
    ALL,
    HANDOUTS,
    HandOut,
    hand_out_name,
    sheets_of_team,
    to_hand_on,
)
from dashboard.patrol.kept_plans import PLAN, offer_to_keep
from dashboard.patrol.sheets import NOT_FOR_HANDING_ON
from geo.disclosure.levels import EXACT
from geo.patrol.plan import Plan

_ALL_TEAMS = "All teams"
_ON_PAPER = (
    "Sheets are A4, one for each team and day, and can be copied in black and white. Print the PDF "
    "at its true size."
)
_WITHOUT_FIGURES = (
    "Files for wardens say where, when and how long, and nothing of incidents. Choose “Files with "
    "exact figures” in the sidebar for sheets with figures and reasons, for analysts only."
)


def show(plan: Plan, *, is_own: bool) -> None:
    """Offer everything that can be made of a plan."""
    if plan.level == EXACT:
        st.caption(_WITHOUT_FIGURES if plan.may_be_handed_on else NOT_FOR_HANDING_ON)
    st.subheader("Sheets", anchor=False)
    _show_sheets(plan)
    st.subheader("For phones, calendars and other programs", anchor=False)
    _offer(plan, [*HANDOUTS[1:], ALL])
    st.subheader("A link that opens this plan", anchor=False)
    if st.query_params.get(PLAN):
        st.write("This plan is kept: the address of this page opens it.")
        copy_link("copy link to plan")
    else:
        st.write("Keep the plan first. The address of the page then opens this plan and no other.")
        offer_to_keep(plan, is_own=is_own)


def _show_sheets(plan: Plan) -> None:
    names = [_ALL_TEAMS, *(f"Team {team.number}" for team in plan.teams if team.areas)]
    chosen = controls.choice(st.container(width=200), "Sheets for", names, name="patrol-sheets")
    teams = {f"Team {team.number}": team.number for team in plan.teams}
    handout = sheets_of_team(teams[chosen]) if chosen in teams else HANDOUTS[0]
    if problem := handout.why_not():
        st.write(furniture.plain(problem))
        return
    button(download_of(plan, handout), type="primary")
    st.caption(_ON_PAPER)


def _offer(plan: Plan, handouts: Sequence[HandOut]) -> None:
    buttons([download_of(plan, handout) for handout in handouts if not handout.why_not()])


def download_of(plan: Plan, handout: HandOut) -> Download:
    """Give the file of a plan: of an exact one the form for wardens until exact files are wanted.

    What shows no figures anyway is never made of exact ones where the plan may be handed on.
    """
    if plan.level != EXACT:
        return _file(plan, handout)
    handed_on = _file(to_hand_on(plan), handout) if plan.may_be_handed_on else None
    if handed_on is not None and not handout.has_figures:
        return handed_on
    exact = _file(plan, handout)
    return Download(
        exact.label, exact.name, exact.make, exact.about, exact.level, for_partners=handed_on
    )


def _file(plan: Plan, handout: HandOut) -> Download:
    return Download(
        handout.label,
        hand_out_name(plan, handout),
        partial(handout.make, plan),
        partial(_about, plan),
        plan.level,
    )


def _about(plan: Plan) -> Mapping[str, Any]:
    """Say for the audit log which plan a file is of."""
    return {"method": "patrol plan", "plan": plan.key, "data_fingerprint": plan.fingerprint}
