"""Parts of the page Patrol that show a plan, whatever it was made of."""

from collections.abc import Sequence
from datetime import date

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from dashboard import controls, furniture
from dashboard.escape import esc
from dashboard.maps.live import live_map
from dashboard.maps.payload import encode
from dashboard.patrol.page_words import bound_in_words, expiry_in_words, minutes_in_words
from dashboard.patrol.plan_map import plan_map
from dashboard.patrol.words import (
    because_of,
    clock,
    day_in_words,
    headline,
    level_in_words,
    made_of,
    minutes_on,
    rounds_on,
)
from dashboard.words import plural
from geo.patrol.plan import FocusArea, Plan, Team

_STYLE = """
<style>
.st-key-patrol-asked { flex-wrap: wrap; row-gap: .3rem; }
.st-key-patrol-days button { padding: 0 .6rem; min-width: 0; color: inherit !important; }
.st-key-patrol-days button[aria-checked="true"] p { font-weight: 600; }
@media (max-width: 640px) { .st-key-patrol-days button { padding: 0 .45rem; } }
.plan-headline { font-size: 1.15rem; line-height: 1.35; margin: 0; font-weight: 600; }
.plan-note { margin: 0; font-size: .875rem; }
.plan-note.expired { border-left: 6px solid #1d70b8; padding-left: .6rem; }
.why { list-style: none; margin: 0 !important; padding: 0 !important; display: grid; gap: .6rem;
  grid-template-columns: repeat(auto-fill, minmax(min(20rem, 100%), 1fr)); }
.why > li { border: 1px solid #8888; border-left: 3px solid #1d70b8; padding: .5rem .7rem;
  margin: 0; break-inside: avoid; }
.why h3 { font-size: 1rem; margin: 0 0 .2rem; padding: 0; }
.why .rank { display: inline-block; min-width: 1.5rem; margin-right: .4rem; text-align: center;
  background: #1d70b8; color: #fff; }
.why dl { margin: 0 !important; display: grid; grid-template-columns: 6rem 1fr; gap: .1rem .5rem;
  font-size: .875rem; }
.why dt { font-weight: 600; } .why dd { margin: 0 !important; }
@media print {
  [data-testid="stHeader"], [data-testid="stSidebar"], [data-testid="stToolbar"],
  [data-testid="stDownloadButton"], [data-testid="stButton"],
  .st-key-patrol-asked, .st-key-patrol-more {
    display: none !important; }
  [data-testid="stMain"], [data-testid="stApp"], [data-testid="stAppViewContainer"] {
    position: static !important; overflow: visible !important; height: auto !important; }
}
</style>
"""


def style() -> None:
    """Apply the style of the page."""
    st.html(_STYLE)


def show_head(plan: Plan, today: date) -> None:
    """Say in sentences what the plan is, what it costs, how good it can be and when it ends."""
    is_over = plan.has_expired(today)
    figures = " ".join(filter(None, (minutes_in_words(plan), bound_in_words(plan))))
    ends = f"<strong>{esc(expiry_in_words(plan, today))}</strong>"
    st.html(
        f"<p class='plan-headline'>{_unbroken(headline(plan))}</p>"
        f"<p class='plan-note{' expired' if is_over else ''}'>{_unbroken(figures)} {ends}</p>"
    )


def _unbroken(text: str) -> str:
    """Keep each per cent sign on the line of its number."""
    return esc(text).replace(" %", "&nbsp;%")


def show_map(plan: Plan, tiles: str | None) -> None:
    """Show the areas and the ways of the teams, with the list beside them."""
    live_map(encode(plan_map(plan, tiles=tiles)), key="patrol-map")
    st.caption(furniture.plain(f"{level_in_words(plan)}. {made_of(plan)}. Plan {plan.key}."))


def show_teams(plan: Plan, today: date) -> None:
    """Show for a day where each team is when."""
    if not plan.days:
        st.write("The shift begins on none of the days of this plan.")
        return
    day = choose_day(st.container(), plan, today, name="patrol-day")
    st.caption(
        "The order of each round is drawn by lot among all that fit the minutes: "
        f"{_orders(plan)}. So nobody can foresee when a team comes."
    )
    for team in plan.teams:
        _show_team(plan, team, day)


def choose_day(where: DeltaGenerator, plan: Plan, today: date, *, name: str) -> date:
    """Offer the days of a plan, from the next one on."""
    days = {day.isoformat(): day for day in plan.days}
    coming = [key for key, day in days.items() if day >= today]
    key = controls.choice(
        where,
        "Day on which the shift begins",
        list(days),
        name=name,
        default=coming[0] if coming else None,
        words=lambda key: day_in_words(days[key]) if key in days else str(key),
    )
    return days[key]


def _orders(plan: Plan) -> str:
    return ", ".join(
        f"{plural(count, 'order')} for team {team}" for team, count in enumerate(plan.orders, 1)
    )


def _show_team(plan: Plan, team: Team, day: date) -> None:
    st.subheader(f"Team {team.number}", anchor=False)
    rounds = rounds_on(plan, team.number, day)
    if not rounds:
        st.write("This team has no area: its minutes reach none that is left.")
        return
    rows: list[tuple[object, ...]] = []
    for one in rounds:
        rows.append((clock(one.leaves, day), f"Leave {team.base.name}", "", ""))
        for visit in one.visits:
            area = plan.area(visit.area)
            stay = int(visit.minutes)
            when = f"{visit.start:%H:%M} to {clock(visit.end, day)}"
            rows.append((when, f"{area.number}. {area.name}", visit.walk_minutes, stay))
        rows.append(
            (clock(one.back.at, day), f"Back at {team.base.name}", one.back.walk_minutes, "")
        )
    walking, standing = minutes_on(plan, team.number, day)
    rows.append(("Together", plural(len(rounds), "round"), walking, standing))
    furniture.figures_table(
        ["Time", "Where", "Walk (minutes)", "Visit (minutes)"],
        rows,
        label=f"Round of team {team.number} on {day_in_words(day)}",
        texts=("Where",),
        strong=(len(rows) - 1,),
    )


def show_because(plan: Plan) -> None:
    """Show why each area is in the plan."""
    items = "".join(f"<li>{_why(area)}</li>" for area in plan.areas)
    st.html(f"<ol class='why'>{items}</ol>")


def _why(area: FocusArea) -> str:
    rows = because_of(area) or (("Why here", "Nothing more may be said at this level."),)
    said = "".join(f"<dt>{esc(name)}</dt><dd>{esc(text)}</dd>" for name, text in rows)
    title = f"<h3><span class='rank'>{area.number}</span>{esc(area.name)}</h3>"
    return f"{title}<dl><dt>Team</dt><dd>{area.team}</dd>{said}</dl>"


def show_left_out(plan: Plan) -> None:
    """Show which good areas no team has, and why."""
    if not plan.left_out:
        st.write("No other area is known that would be worth a visit.")
        return
    has_figures = any(one.expected is not None for one in plan.left_out)
    columns = ["Area", *(["Expected incidents in one shift"] if has_figures else []), "Why not"]
    rows = [
        (
            one.name,
            *([f"{one.expected:.2f}" if one.expected is not None else ""] if has_figures else []),
            one.why,
        )
        for one in plan.left_out
    ]
    furniture.figures_table(columns, rows, label="Left out", texts=("Why not",))
    st.caption("The best of those that no team visits; there can be more.")


def show_notes(plan: Plan) -> None:
    """Say what a reader must know, and how the plan was made."""
    rules = [f"{name.replace('_', ' ').capitalize()}: {rule}." for name, rule in plan.rules.items()]
    with st.expander(f"What to know about this plan ({len(plan.warnings)})"):
        _list(plan.warnings)
        if rules:
            st.markdown("**How it was made**")
            _list(rules)


def _list(sentences: Sequence[str]) -> None:
    st.markdown("\n".join(f"- {furniture.plain(one)}" for one in sentences))
