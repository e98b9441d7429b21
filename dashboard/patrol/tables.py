"""The plan as tables: areas and visits as CSV, and the plan itself as JSON."""

import json
from collections.abc import Sequence
from typing import Any

import pandas as pd

from boundaries.errors import ParameterError
from dashboard.patrol.words import EVIDENCE, grid_reference, level_in_words, title_of
from dashboard.words import DEMONSTRATION
from geo.patrol.plan import Plan
from geo.spreadsheet_text import LINE_END, guard_frame

_DECIMALS = 4
_ALWAYS = ("level", "plan", "not_after")


def about_plan(plan: Plan) -> dict[str, Any]:
    """Say what a plan is, for files: who for, made of what, until when it may be used."""
    return {
        "title": title_of(plan),
        "plan": plan.key,
        "level": plan.level,
        "level_in_words": level_in_words(plan),
        "source": plan.source,
        "period": plan.period,
        "data_to": plan.data_to.isoformat(),
        "data_fingerprint": plan.fingerprint,
        "first_day": plan.first_day.isoformat(),
        "not_after": plan.last_day.isoformat(),
        "wards": plan.vintage,
        "demonstration": DEMONSTRATION if plan.is_demonstration else "",
        "evidence": EVIDENCE,
    }


def area_rows(plan: Plan) -> list[dict[str, Any]]:
    """Give a row for each area; a figure or reason that is not given is None."""
    return [
        {
            "area": area.number,
            "team": area.team,
            "name": area.name,
            "ward_code": area.ward_code,
            "ward": area.ward,
            "grid_reference": grid_reference(area),
            "easting_m": area.middle[0],
            "northing_m": area.middle[1],
            "side_m": area.side_m,
            "expected_incidents_per_shift": _rounded(area.expected),
            "share_of_borough": _rounded(area.share),
            "reason": area.because.reason or None,
            "incidents": area.because.incidents or None,
            "trend": area.because.trend or None,
            "busiest_hours": area.because.hours or None,
            "strands": area.because.strands or None,
            "news": area.because.news or None,
        }
        for area in plan.areas
    ]


def visit_rows(plan: Plan) -> list[dict[str, Any]]:
    """Give a row for each visit, in the order of day, team and time."""
    return [
        {
            "day": visit.day.isoformat(),
            "team": visit.team,
            "round": visit.round,
            "area": visit.area,
            "name": plan.area(visit.area).name,
            "start": visit.start.isoformat(sep=" ", timespec="minutes"),
            "end": visit.end.isoformat(sep=" ", timespec="minutes"),
            "walk_minutes": visit.walk_minutes,
        }
        for visit in plan.visits
    ]


def areas_csv(plan: Plan) -> bytes:
    """Write the areas as CSV; columns that the plan says nothing for are left out."""
    return _csv(plan, area_rows(plan))


def visits_csv(plan: Plan) -> bytes:
    """Write the planned visits as CSV."""
    return _csv(plan, visit_rows(plan))


def _csv(plan: Plan, rows: Sequence[dict[str, Any]]) -> bytes:
    """Write rows, each with the level, the plan and its last day, so that none parts from them."""
    table = pd.DataFrame(rows).dropna(axis="columns", how="all")
    about = about_plan(plan)
    marked = guard_frame(table.assign(**{name: about[name] for name in _ALWAYS}))
    text: str = marked.to_csv(index=False, lineterminator=LINE_END)
    return text.encode()


def _rounded(figure: float | None) -> float | None:
    return None if figure is None else round(figure, _DECIMALS)


# ---- the plan itself -----------------------------------------------------------------------------


def plan_json(plan: Plan) -> bytes:
    """Write the plan so that :func:`plan_of_json` gives it back."""
    text = json.dumps(plan.as_dict(), indent=1, sort_keys=True, ensure_ascii=False)
    return (text + "\n").encode()


def plan_of_json(content: bytes, name: str) -> Plan:
    """Read a plan that :func:`plan_json` wrote.

    Parameters
    ----------
    name
        Of the file, for the message.

    Raises
    ------
    ParameterError
        It is no such file, or of another version of the program.
    """
    try:
        return Plan.from_dict(json.loads(content))
    except (ValueError, TypeError, KeyError, AttributeError, IndexError) as error:
        msg = (
            f"{name} is not a patrol plan that this program can read ({type(error).__name__}: "
            f"{error}); give a plan.json that hotspots patrol wrote, or make the plan again."
        )
        raise ParameterError(msg) from error
