"""The page Patrol, whatever its plan is made of: the plan, then one of several parts below it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import date

import streamlit as st

from boundaries.errors import ParameterError, StoreError
from dashboard import controls, furniture
from dashboard.patrol import evidence, handing_out, keeping, kept_plans, page_parts
from geo.disclosure.levels import Level
from geo.patrol.afterwards.compared import news_of
from geo.patrol.plan import Plan

PARTS: Mapping[str, str] = {
    "teams": "Teams and rounds",
    "because": "Because",
    "left out": "Left out",
    "record": "How such plans did",
    "hand out": "Hand out",
    "kept": "Kept plans",
    "check": "Check afterwards",
    "evidence": "The evidence",
}


@dataclass(frozen=True, eq=False)
class OnShow:
    """A plan on its page.

    Attributes
    ----------
    level
        Of the session; the plan may be of one that shows less.
    is_own
        Whether it is made of files that this person dropped into the page.
    tiles
        Address template of background tiles, if wanted.
    show_record, show_checking
        Show how such plans did, and what became of this one, at the level of the session.
    """

    plan: Plan
    level: Level
    is_own: bool
    tiles: str | None
    show_record: Callable[[], None]
    show_checking: Callable[[], None]


def show_without(problem: ParameterError, level: Level) -> None:
    """Where no plan can be made say why, and show what there is besides."""
    st.info(furniture.plain(str(problem)))
    st.subheader("Kept plans", anchor=False)
    kept_plans.show_kept(level)
    evidence.show()


def with_news(plan: Plan, level: Level) -> Plan:
    """Say of each area what is new since the kept plan before for the same shift, if there is one.

    That cannot be done where plans are made: which were kept is known to the dashboard alone.
    """
    try:
        before = keeping.plan_before(plan, level)
    except StoreError:
        return plan
    if before is None:
        return plan
    areas = tuple(
        replace(area, because=replace(area.because, news=news_of(area, before.plan)))
        for area in plan.areas
    )
    return replace(plan, areas=areas)


def show(shown: OnShow, today: date) -> None:
    """Show a plan, and the part that is chosen."""
    plan = shown.plan
    page_parts.show_head(plan, today)
    page_parts.show_map(plan, shown.tiles)
    parts: Mapping[str, Callable[[], None]] = {
        "teams": lambda: page_parts.show_teams(plan, today),
        "because": lambda: page_parts.show_because(plan),
        "left out": lambda: page_parts.show_left_out(plan),
        "record": shown.show_record,
        "hand out": lambda: handing_out.show(plan, is_own=shown.is_own),
        "kept": lambda: show_kept(shown),
        "check": shown.show_checking,
        "evidence": evidence.show,
    }
    part = controls.row(
        st.container(), "More", list(PARTS), name="patrol-more", words=PARTS.__getitem__
    )
    parts[part]()
    page_parts.show_notes(plan)


def show_kept(shown: OnShow) -> None:
    """Offer to keep the plan, and those that are kept."""
    st.subheader("Keep this plan", anchor=False)
    kept_plans.offer_to_keep(shown.plan, is_own=shown.is_own)
    st.subheader("What moved", anchor=False)
    kept_plans.show_change(shown.plan, shown.level)
    st.subheader("Kept plans", anchor=False)
    kept_plans.show_kept(shown.level)
