"""Kept plans on the page Patrol: keep, list, open by a link, compare, remove.

What the page calls:

- :func:`asked_for`: the plan that the address asks for with ``?plan=KEY``; None makes a new one
- :func:`offer_to_keep`: a field and a button below a new plan
- :func:`show_kept`: the list, with what moved since the plan before
- :func:`show_change`: what moved from an earlier plan to the one on show
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager

import pandas as pd
import streamlit as st

from boundaries.errors import HotspotsError
from dashboard import access, controls, furniture, history
from dashboard.kept import NAME_AT_MOST
from dashboard.patrol import keeping
from dashboard.patrol.keeping import KeptPlan, Removed
from geo.change.exposure import DateSpan
from geo.disclosure.levels import EXACT, PARTNER, PUBLIC, Level
from geo.patrol.afterwards.compared import PlanChange, compare_plans
from geo.patrol.plan import Plan
from geo.reporting_periods import span_in_words

PLAN = "plan"
"""Part of the address that names a kept plan."""

_TITLE, _NOTE, _FOR_WARDENS = "patrol-title", "patrol-note", "patrol-for-wardens"
_CHOSEN, _REMOVED = "chosen patrol plan", "removed patrol plan"
_BEFORE = "patrol-before"
_NO_PLAN = "None"
_SEEN_BY: dict[Level, str] = {
    EXACT: "Analysts, with exact figures",
    PARTNER: "Everybody who sees figures for partners",
    PUBLIC: "Everybody",
}


def asked_for() -> Plan | None:
    """Give the plan that the address asks for, and say above it what it is.

    None where it asks for none, or for one that cannot be shown: then the page says why.
    """
    key = st.query_params.get(PLAN)
    if not key:
        return None
    try:
        kept = keeping.kept_plan(key, access.level())
    except HotspotsError as error:
        furniture.error(error)
        st.button("Make a new plan", key="patrol-close", on_click=_close)
        return None
    _show_opened(kept)
    return kept.plan


def offer_to_keep(plan: Plan, *, is_own: bool) -> None:
    """Offer to keep a plan, and where it may be handed on, a form of it without figures.

    Parameters
    ----------
    is_own
        Whether it is made of files that this person dropped into the page.
    """
    if not access.person().may("plan patrols"):
        st.caption("Wardens and analysts keep plans, so that a link opens them again.")
        return
    title = _kept_as(plan)
    if title is not None:
        st.write(f"This plan is kept as {furniture.plain(title)}.")
        _offer_handing_on(plan, title, is_own=is_own)
        return
    with st.form("patrol-keep", border=False):
        left, right = st.columns([2, 3])
        left.text_input(
            "Name of the plan",
            key=_TITLE,
            max_chars=NAME_AT_MOST,
            placeholder=keeping.suggested_title(plan),
        )
        right.text_input(
            "Note (optional)",
            key=_NOTE,
            max_chars=keeping.MOST_LETTERS,
            placeholder="What wardens should know. No names, no addresses.",
        )
        if plan.level == EXACT and not is_own:
            _offer_for_wardens(plan)
        st.form_submit_button("Keep this plan", on_click=_keep, args=(plan, is_own))
    if is_own:
        st.caption("It is made of your own files: only you can open it.")


def _kept_as(plan: Plan) -> str | None:
    """Give the name under which a plan is kept; None where it is not."""
    try:
        return keeping.kept_plan(plan.key, plan.level).title
    except HotspotsError:
        return None


def _offer_handing_on(plan: Plan, title: str, *, is_own: bool) -> None:
    """Offer to keep the form without figures of an exact plan that is kept already."""
    if plan.level != EXACT or is_own or not plan.may_be_handed_on:
        return
    handed_on = keeping.for_wardens(plan, PARTNER)
    if _kept_as(handed_on) is not None:
        st.caption("Wardens can open it, too, without any figures.")
        return
    st.button(
        "Let wardens open it, without any figures",
        key="patrol-hand-on",
        on_click=_keep_for_wardens,
        args=(handed_on, title),
    )


def show_kept(level: Level) -> None:
    """List the kept plans that may be seen at a level, and offer to open and remove them."""
    try:
        kept = keeping.kept_plans(level)
        lost = keeping.unreadable()
    except HotspotsError as error:
        furniture.error(error)
        return
    if kept:
        _table(kept)
        _offer(kept)
    else:
        st.write("No plans are kept yet.")
    removed: Removed | None = st.session_state.get(_REMOVED)
    if removed is not None:
        label = f"Bring back {furniture.plain(removed.title)}"
        st.button(label, key="bring back plan", on_click=_bring_back)
    if lost:
        st.caption(
            f"{lost} kept {'plan was' if lost == 1 else 'plans were'} made by another version of "
            "this dashboard, or the file is damaged; nothing was thrown away."
        )


def show_change(plan: Plan, level: Level) -> None:
    """Say what moved since the plan before, or since another that is chosen."""
    try:
        others = [one for one in keeping.kept_plans(level) if one.key != plan.key]
        before = keeping.plan_before(plan, level)
        if not others:
            st.write("There is no other kept plan to compare this one with.")
            return
        titles = {one.key: _known_by(one) for one in others}
        chosen = controls.choice(
            st.container(),
            "Compare with",
            [_NO_PLAN, *titles],
            name=_BEFORE,
            default=before.key if before else _NO_PLAN,
            words=lambda key: titles.get(key, _NO_PLAN),
        )
        earlier = next((one for one in others if one.key == chosen), None)
        if earlier is None:
            st.write("No earlier plan is kept for this shift. Choose another to compare with.")
            return
        change_panel(compare_plans(plan, earlier.plan))
    except HotspotsError as error:
        furniture.error(error)


def change_panel(change: PlanChange) -> None:
    """Show what moved: sentences, and a table of the areas."""
    headline, *others = change.sentences
    st.write(f"**{furniture.plain(headline)}**")
    st.write(furniture.plain(" ".join(others)))
    rows = [
        {
            "Area": area.name,
            "Now": _called(area.now.number if area.now else None, "not in the plan"),
            "Before": _called(area.before.number if area.before else None, "not in the plan"),
            "What moved": area.in_words(),
        }
        for area in change.areas
    ]
    furniture.table(pd.DataFrame(rows), texts=("What moved",), label="What moved")


def _called(number: int | None, nothing: str) -> str:
    return nothing if number is None else str(number)


def _show_opened(kept: KeptPlan) -> None:
    about = f"Kept by {kept.who} on {kept.kept_on}."
    st.subheader(furniture.plain(kept.title), anchor=False)
    st.write(furniture.plain(" ".join(filter(None, (about, kept.note)))))
    if kept.plan.has_expired(keeping.today_in_london()):
        st.warning(
            f"{kept.state(keeping.today_in_london())}. Do not walk it any more: make a new plan "
            "of newer data."
        )
    st.button("Make a new plan", key="patrol-close", on_click=_close)


def _table(kept: Sequence[KeptPlan]) -> None:
    today = keeping.today_in_london()
    rows = [
        {
            "Plan": one.title,
            "Good": one.state(today),
            "Days": span_in_words(DateSpan(one.plan.first_day, one.plan.last_day)),
            "Shift": one.plan.params.shift.in_words(),
            "Areas": len(one.plan.areas),
            "Teams": len(one.plan.teams),
            "Kept by": one.who,
            "Kept on": one.kept_on,
            "Seen by": "Only you" if one.is_own else _SEEN_BY[one.plan.level],
        }
        for one in kept
    ]
    texts = ("Good", "Days", "Shift", "Kept by", "Kept on", "Seen by")
    furniture.table(pd.DataFrame(rows), texts=texts, label="Kept plans")


def _offer(kept: Sequence[KeptPlan]) -> None:
    by_key = {one.key: one for one in kept}
    left, right = st.columns([3, 2], vertical_alignment="bottom")
    chosen = left.selectbox(
        "Kept plan",
        list(by_key),
        key=_CHOSEN,
        format_func=lambda key: _known_by(by_key[key]) if key in by_key else key,
    )
    with right.container(horizontal=True, gap="small"):
        st.button("Open plan", key="open plan", on_click=_open, args=(chosen,), type="primary")
        if chosen in by_key and keeping.may_remove(by_key[chosen]):
            st.button(
                "Remove plan",
                key="remove plan",
                on_click=_remove,
                args=(by_key[chosen],),
                help="With its records of visits. Can be brought back.",
            )


def _known_by(kept: KeptPlan) -> str:
    """Name a plan in a list so that two of one title are told apart."""
    level = ", exact" if kept.plan.level == EXACT else ""
    return f"{kept.title} ({kept.key[:4]}{level})"


def _offer_for_wardens(plan: Plan) -> None:
    st.checkbox(
        "Wardens may open it, too, without any figures",
        key=_FOR_WARDENS,
        disabled=not plan.may_be_handed_on,
        help="Keeps a second plan of the same areas and visits that says nothing of incidents."
        if plan.may_be_handed_on
        else "Its areas rest on too few incidents to hand it on; plan again with a higher minimum.",
    )


def _keep(plan: Plan, is_own: bool) -> None:
    with _said_in_words():
        title = st.session_state.get(_TITLE, "").strip() or keeping.suggested_title(plan)
        note = st.session_state.get(_NOTE, "")
        kept = keeping.keep(plan, title, note, is_own=is_own)
        others = ""
        if st.session_state.get(_FOR_WARDENS) and plan.level == EXACT and not is_own:
            keeping.keep(keeping.for_wardens(plan, PARTNER), title, note)
            others = " Wardens find it without figures under the same name."
        st.session_state[_TITLE] = st.session_state[_NOTE] = ""
        st.query_params[PLAN] = kept.key
        history.say(f"Kept as {kept.title}; the address of this page now opens it.{others}")


def _keep_for_wardens(handed_on: Plan, title: str) -> None:
    with _said_in_words():
        keeping.keep(handed_on, title)
        history.say(f"Wardens find {title} among the kept plans, without figures.")


def _open(key: str) -> None:
    st.query_params[PLAN] = key


def _close() -> None:
    st.query_params.pop(PLAN, None)


def _remove(kept: KeptPlan) -> None:
    with _said_in_words():
        removed = keeping.remove(kept)
        if st.query_params.get(PLAN) == kept.key:
            _close()
        st.session_state.pop(_CHOSEN, None)
        if removed is None:
            history.say(f"{kept.title} was removed already.")
            return
        st.session_state[_REMOVED] = removed
        history.say(f"Removed {kept.title}. It can be brought back below the list of plans.")


def _bring_back() -> None:
    with _said_in_words():
        removed: Removed = st.session_state[_REMOVED]
        keeping.bring_back(removed)
        del st.session_state[_REMOVED]
        history.say(f"{removed.title} is back.")


@contextmanager
def _said_in_words() -> Iterator[None]:
    """Say what is wrong where other news is said, for callbacks have no place of their own."""
    try:
        yield
    except HotspotsError as error:
        history.say(f"{error}.".replace("..", "."))
