"""Recording visits on the page Patrol: by a form, from a file, and taking them back."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import time

import pandas as pd
import streamlit as st

from boundaries.errors import HotspotsError
from dashboard import access, downloads, furniture, history
from dashboard.downloads import Download
from dashboard.patrol import kept_visits
from dashboard.patrol.kept_visits import Recorded
from dashboard.patrol.words import day_in_words
from dashboard.words import plural
from geo.patrol.afterwards.visit_records import (
    COLUMNS,
    VisitRecords,
    blank_csv,
    made_visit,
    read_visits,
    visits_csv,
)
from geo.patrol.plan import Plan
from geo.report import COLUMN, FILE, FOUND, OUTCOME, REASON, REMEDY, ROW
from geo.spreadsheet_text import LINE_END, guard_frame

_DAY, _TEAM, _AREA = "visit-day", "visit-team", "visit-area"
_START, _END, _FILE = "visit-start", "visit-end", "visit-file"
_CHOSEN = "visit-chosen"
_PROBLEM = "problem with visits"
_FILES_READ = "files of visits read"
_SHOWN_PROBLEMS = 20
_SEEN = (FILE, ROW, COLUMN, FOUND, REASON, REMEDY, OUTCOME)


def show(plan: Plan) -> None:
    """Offer to record visits to those who may, and to take back what was recorded."""
    if problem := st.session_state.pop(_PROBLEM, None):
        furniture.error(problem)
    if not access.person().may("plan patrols"):
        st.caption("Wardens and analysts record visits.")
        return
    by_hand, from_file = st.tabs(["Record a visit", "Read a file"])
    with by_hand:
        _form(plan)
    with from_file:
        _file(plan)
    last = kept_visits.last_step(plan)
    if last is not None:
        what = "removal" if last.removed else plural(len(last.added), "visit")
        st.button(f"Undo your last entry ({what})", key="visit-undo", on_click=_undo, args=(plan,))


def show_list(plan: Plan, records: Sequence[Recorded]) -> None:
    """List the visits that are recorded, with a file of them, and offer to remove one."""
    if not records:
        return
    with st.expander(f"All {plural(len(records), 'visit')} recorded"):
        ordered = sorted(records, key=lambda one: (one.visit, one.number))
        rows = [
            {
                "Visit": f"{at}. {day_in_words(one.visit.day)}",
                "Team": one.visit.team,
                "Area": f"{one.visit.area}. {plan.area(one.visit.area).name}",
                "Time": f"{one.visit.start:%H:%M} to {one.visit.end:%H:%M}",
                "Minutes": round(one.visit.minutes),
                "Recorded by": one.who,
                "From": one.source,
            }
            for at, one in enumerate(ordered, 1)
        ]
        texts = ("Area", "Time", "Recorded by", "From")
        furniture.table(pd.DataFrame(rows), texts=texts, label="Visits recorded")
        visits = [one.visit for one in ordered]
        downloads.button(
            Download(
                "Visits, CSV",
                f"visits-{plan.key}.csv",
                lambda: visits_csv(plan, visits),
                lambda: {"plan": plan.key, "visits": len(visits)},
                level=plan.level,
            )
        )
        if access.person().may("plan patrols"):
            _offer_to_remove(plan, ordered)
    _old_problems(plan)


def _offer_to_remove(plan: Plan, ordered: Sequence[Recorded]) -> None:
    numbers = {one.number: f"Visit {at}" for at, one in enumerate(ordered, 1)}
    left, right = st.columns([2, 1], vertical_alignment="bottom")
    chosen = left.selectbox(
        "Remove a visit",
        list(numbers),
        key=_CHOSEN,
        format_func=lambda number: numbers.get(number, str(number)),
    )
    right.button("Remove it", key="visit-remove", on_click=_remove, args=(plan, chosen))


def _form(plan: Plan) -> None:
    at_risk = time(plan.at_risk_from_hour % 24)
    later = time(at_risk.hour, plan.params.visit_minutes)
    with st.form("patrol-visit", border=False):
        first, second, third = st.columns([2, 1, 3])
        first.selectbox(
            "Day on which the shift began", plan.days, key=_DAY, format_func=day_in_words
        )
        second.selectbox("Team", [team.number for team in plan.teams], key=_TEAM)
        third.selectbox(
            "Area",
            [area.number for area in plan.areas],
            key=_AREA,
            format_func=lambda number: f"{number}. {plan.area(number).name}",
        )
        left, right, _ = st.columns([1, 1, 3])
        left.time_input("Start", at_risk, key=_START, step=60)
        right.time_input("End", later, key=_END, step=60)
        st.form_submit_button("Record this visit", on_click=_record, args=(plan,))
    st.caption(
        "Times after midnight belong to the shift that began the evening before. Your name and the "
        "time are kept with the record."
    )


def _file(plan: Plan) -> None:
    st.caption(
        f"A CSV file or an Excel workbook with the columns {', '.join(COLUMNS)}. Areas and teams "
        "by number or name; plan and date may be left out where start and end have a date."
    )
    downloads.button(
        Download(
            "File to fill in, CSV",
            f"visits-to-fill-in-{plan.key}.csv",
            lambda: blank_csv(plan),
            lambda: {"plan": plan.key},
            level=plan.level,
        )
    )
    turn = st.session_state.setdefault(_FILES_READ, 0)
    dropped = st.file_uploader("Visits", type=["csv", "xlsx"], key=f"{_FILE} {turn}")
    if dropped is None:
        return
    known = [one.visit for one in kept_visits.recorded(plan)]
    try:
        found = read_visits(dropped.getvalue(), plan, name=dropped.name, known=known)
    except HotspotsError as error:
        furniture.error(error)
        return
    st.write(furniture.plain(" ".join(filter(None, (found.in_words(), found.note)))))
    _problems(plan, found.problems)
    if found.visits or len(found.problems):
        visits = plural(len(found.visits), "visit")
        label = f"Record {visits}" if found.visits else "Keep the rows that cannot be used"
        st.button(label, key="visit-read", type="primary", on_click=_keep, args=(plan, found))


def _problems(plan: Plan, problems: pd.DataFrame, *, title: str = "") -> None:
    """Show the rows that cannot be used, the first of them, and all as a file."""
    if problems.empty:
        return
    seen = problems[[name for name in _SEEN if name in problems]]
    if title:
        st.write(title)
    shown = seen.head(_SHOWN_PROBLEMS).rename(columns=lambda name: str(name).capitalize())
    texts = [str(name) for name in shown.columns if name != ROW.capitalize()]
    furniture.table(shown, texts=texts, label="Rows that cannot be used")
    if len(seen) > _SHOWN_PROBLEMS:
        st.caption(f"The first {_SHOWN_PROBLEMS} of {len(seen):,}; the file has all.")
    downloads.button(
        Download(
            "Rows that cannot be used, CSV",
            f"visits-problems-{plan.key}.csv",
            lambda: guard_frame(seen).to_csv(index=False, lineterminator=LINE_END),
            lambda: {"plan": plan.key, "rows_with_problems": len(seen)},
            level=plan.level,
        ),
        key=f"visit problems {bool(title)}",
    )


def _old_problems(plan: Plan) -> None:
    problems = kept_visits.problems_of(plan)
    if problems.empty:
        return
    with st.expander(f"{plural(len(problems), 'row')} of files that could not be used"):
        _problems(plan, problems, title="They are kept with the plan, so that nothing is lost.")


def _record(plan: Plan) -> None:
    with _said_in_words():
        given = st.session_state
        known = [one.visit for one in kept_visits.recorded(plan)]
        visit = made_visit(
            plan, given[_DAY], given[_TEAM], given[_AREA], given[_START], given[_END], known
        )
        kept_visits.add(plan, [visit], "form")
        history.say(
            f"Recorded: team {visit.team} in area {visit.area}, {visit.start:%H:%M} to "
            f"{visit.end:%H:%M}."
        )


def _keep(plan: Plan, found: VisitRecords) -> None:
    with _said_in_words():
        kept_visits.add(plan, found.visits, found.file, found.problems)
        # A new key empties the field, or the file would be read again as all doubled.
        st.session_state[_FILES_READ] += 1
        history.say(found.in_words())


def _undo(plan: Plan) -> None:
    with _said_in_words():
        step = kept_visits.undo_last(plan)
        history.say("There is nothing to undo." if step is None else "Your last entry is undone.")


def _remove(plan: Plan, number: str) -> None:
    with _said_in_words():
        kept_visits.remove(plan, [number])
        st.session_state.pop(_CHOSEN, None)
        history.say("The visit is removed. Undo your last entry to bring it back.")


@contextmanager
def _said_in_words() -> Iterator[None]:
    """Say what is wrong where visits are recorded, when the page is drawn next."""
    try:
        yield
    except HotspotsError as error:
        st.session_state[_PROBLEM] = str(error)
