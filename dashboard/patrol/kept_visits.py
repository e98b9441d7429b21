"""Records of visits, kept beside their plan: what was added and what was taken away, by whom.

Each addition and each removal is an entry of its own that nobody changes, so that two people who
record at the same time lose nothing, and every step can be undone. A plan with figures and its
form without have the same records.
"""

import secrets
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import pandas as pd

from boundaries.errors import AccessError
from dashboard import access
from dashboard.audit.noting import note as write_in_log
from dashboard.audit.noting import whoever_is_there
from dashboard.kept import Kept
from geo.patrol.afterwards.visit_records import VisitMade, key_of_visits
from geo.patrol.plan import Plan
from geo.report import ROW_VALUES

_ROWS_IN_ENTRY = 2_000
"""A larger file is kept in several entries, as one has a limit."""
_MOST_LETTERS_OF_ROW = 300


@dataclass(frozen=True)
class Recorded:
    """A visit that is recorded.

    Attributes
    ----------
    number
        Tells it from all others of the plan.
    who, when
        Who recorded it, and when, in UTC.
    source
        ``form``, or the name of the file.
    """

    number: str
    visit: VisitMade
    who: str
    when: datetime
    source: str


@dataclass(frozen=True)
class Step:
    """One addition or removal.

    Attributes
    ----------
    name
        Tells it from all others; later ones come after it in the alphabet.
    added
        Visits by their numbers.
    removed
        Numbers of visits.
    problems
        Rows of a file that could not be used, by ``geo.report.PROBLEM_COLUMNS``.
    """

    name: str
    who: str
    when: datetime
    source: str
    added: Mapping[str, VisitMade]
    removed: tuple[str, ...]
    problems: tuple[Mapping[str, Any], ...]


def kind_of_visits(plan: Plan) -> str:
    """Under which kind the visits of a plan are kept."""
    return f"visits-{key_of_visits(plan)}"


def recorded(plan: Plan) -> list[Recorded]:
    """Give the visits that are recorded, the last one recorded last."""
    steps = all_steps(plan)
    gone = {number for step in steps for number in step.removed}
    return [
        Recorded(number, visit, step.who, step.when, step.source)
        for step in steps
        for number, visit in step.added.items()
        if number not in gone
    ]


def problems_of(plan: Plan) -> pd.DataFrame:
    """Give the rows of files that could not be used, in the order in which they were read."""
    return pd.DataFrame([row for step in all_steps(plan) for row in step.problems])


def add(
    plan: Plan, visits: Sequence[VisitMade], source: str, problems: pd.DataFrame | None = None
) -> None:
    """Record visits, and the rows of their file that could not be used.

    Raises
    ------
    AccessError
        Whoever is there may not record visits.
    """
    access.require("plan patrols")
    rows = [] if problems is None else [_short(row) for row in problems.to_dict("records")]
    size = max(len(visits), len(rows), 1)
    for start in range(0, size, _ROWS_IN_ENTRY):
        part = slice(start, start + _ROWS_IN_ENTRY)
        _put(
            plan,
            source,
            added=[visit.as_dict() for visit in visits[part]],
            problems=rows[part],
        )
    _note(plan, "recorded", len(visits))


def remove(plan: Plan, numbers: Collection[str]) -> None:
    """Take visits away, which the next undo gives back: one's own, and analysts anybody's.

    Raises
    ------
    AccessError
        Somebody else recorded them, and whoever is there is no analyst.
    """
    who = access.require("plan patrols")
    of_others = [
        one.who
        for one in recorded(plan)
        if one.number in numbers and one.who != whoever_is_there().name
    ]
    if of_others and not who.may("keep notes"):
        msg = (
            f"{of_others[0]} recorded this visit. Only they or an analyst can remove it; ask one "
            "of them."
        )
        raise AccessError(msg)
    _put(plan, "form", removed=list(numbers))
    _note(plan, "removed", len(numbers))


def last_step(plan: Plan) -> Step | None:
    """Give the last thing that whoever is there recorded or removed."""
    name = whoever_is_there().name
    own = [step for step in all_steps(plan) if step.who == name]
    return own[-1] if own else None


def undo_last(plan: Plan) -> Step | None:
    """Undo the last thing that whoever is there recorded or removed; gives it."""
    access.require("plan patrols")
    step = last_step(plan)
    if step is not None:
        Kept.here().remove(kind_of_visits(plan), step.name)
        _note(plan, "undone", len(step.added) + len(step.removed))
    return step


def all_steps(plan: Plan) -> list[Step]:
    """Give everything that was recorded and removed, in the order of time."""
    here, kind = Kept.here(), kind_of_visits(plan)
    found = [_read(name, here.get(kind, name), plan) for name in here.names(kind)]
    return [step for step in found if step is not None]


def _read(name: str, value: Mapping[str, Any] | None, plan: Plan) -> Step | None:
    """Read an entry; None for what is none. Visits that the plan cannot have are left out."""
    try:
        given = value or {}
        visits = [VisitMade.from_dict(one) for one in given["added"]]
        return Step(
            name,
            str(given["who"]),
            datetime.fromisoformat(given["when"]),
            str(given["source"]),
            {
                f"{name} {number}": visit
                for number, visit in enumerate(visits, 1)
                if 1 <= visit.area <= len(plan.areas) and visit.day in plan.days
            },
            tuple(map(str, given["removed"])),
            tuple(given["problems"]),
        )
    except (KeyError, TypeError, ValueError):
        return None


def _put(
    plan: Plan,
    source: str,
    *,
    added: Sequence[Mapping[str, Any]] = (),
    removed: Sequence[str] = (),
    problems: Sequence[Mapping[str, Any]] = (),
) -> None:
    now = datetime.now(UTC)
    value = {
        "who": whoever_is_there().name,
        "when": now.isoformat(),
        "source": source,
        "added": list(added),
        "removed": list(removed),
        "problems": list(problems),
    }
    name = f"{now:%Y-%m-%d %H:%M:%S.%f} {secrets.token_hex(4)}"
    Kept.here().put(kind_of_visits(plan), name, value)


def _short(row: Mapping[Any, Any]) -> dict[str, Any]:
    """Give a row of problems as JSON holds it; what a person wrote is cut where it is long."""
    return {
        str(name): value if isinstance(value, int) else str(value)[:_MOST_LETTERS_OF_ROW]
        for name, value in row.items()
        if name != ROW_VALUES
    }


def _note(plan: Plan, what: str, count: int) -> None:
    write_in_log("patrol visits", {"what": what, "plan": plan.key, "visits": count})
