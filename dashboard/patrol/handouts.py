"""What can be made of a plan and handed out: for the page and the command line alike."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

from boundaries.errors import ParameterError
from dashboard.escape import file_name
from dashboard.packs.fixed_zip import zipped
from dashboard.packs.pdf import why_not as why_no_pdf
from dashboard.patrol.calendar import ics_bytes
from dashboard.patrol.gpx import gpx_bytes
from dashboard.patrol.shapes import geojson_bytes
from dashboard.patrol.sheets import NOT_FOR_HANDING_ON, overview_pdf, team_sheets
from dashboard.patrol.tables import areas_csv, plan_json, visits_csv
from geo.disclosure.levels import EXACT, PARTNER, Level
from geo.patrol.afterwards.visit_records import blank_csv
from geo.patrol.plan import Plan


def _always() -> str:
    return ""


@dataclass(frozen=True)
class HandOut:
    """A file that can be made of a plan.

    Attributes
    ----------
    stem, ending
        Of its name in a folder, which :func:`folder_name` completes.
    label, mime
        What people call it, and what a browser is told.
    make
        Makes the file's bytes; the same plan gives the same bytes.
    has_figures
        Whether it shows figures and reasons of a plan that has them.
    why_not
        Says why it cannot be made here and what to do; nothing where it can.
    """

    stem: str
    ending: str
    label: str
    mime: str
    make: Callable[[Plan], bytes]
    has_figures: bool = False
    why_not: Callable[[], str] = _always


HANDOUTS: tuple[HandOut, ...] = (
    HandOut(
        "sheets",
        ".pdf",
        "Sheets for all teams, with the overview",
        "application/pdf",
        team_sheets,
        has_figures=True,
        why_not=why_no_pdf,
    ),
    HandOut(
        "overview",
        ".pdf",
        "Overview, one map and the table",
        "application/pdf",
        overview_pdf,
        has_figures=True,
        why_not=why_no_pdf,
    ),
    HandOut("plan", ".gpx", "GPX for phones", "application/gpx+xml", gpx_bytes),
    HandOut("plan", ".geojson", "GeoJSON", "application/geo+json", geojson_bytes, has_figures=True),
    HandOut("plan", ".ics", "Calendar", "text/calendar", ics_bytes),
    HandOut("areas", ".csv", "Areas, CSV", "text/csv", areas_csv, has_figures=True),
    HandOut("visits", ".csv", "Visits, CSV", "text/csv", visits_csv),
    HandOut("visits-made", ".csv", "Form for visits made, CSV", "text/csv", blank_csv),
    HandOut(
        "plan", ".json", "The plan itself, JSON", "application/json", plan_json, has_figures=True
    ),
)
"""All of them; the first is what most people want."""


def to_hand_on(plan: Plan, level: Level = PARTNER) -> Plan:
    """Give a plan as it may be handed on: of an exact one no figures and no reasons.

    Raises
    ------
    ParameterError
        Its areas may rest on too few incidents.
    """
    if plan.level != EXACT:
        return plan
    if not plan.may_be_handed_on:
        raise ParameterError(NOT_FOR_HANDING_ON)
    return plan.without_figures(level)


def hand_out_name(plan: Plan, handout: HandOut) -> str:
    """Name a file by its plan and level, for downloads.

    >>> from tests.patrol_plans import make_plan
    >>> hand_out_name(make_plan(), HANDOUTS[0])
    'patrol-2018-04-06-sheets-demonstration-partner.pdf'
    """
    return name_of(plan, handout.stem, handout.ending)


def name_of(plan: Plan, what: str, ending: str) -> str:
    """Name a file of a plan by its first day, what is in it and its level."""
    demonstration = " demonstration" if plan.is_demonstration else ""
    words = f"patrol {plan.first_day:%Y-%m-%d} {what}{demonstration} {plan.level}"
    return file_name(words, ending)


def folder_name(plan: Plan, handout: HandOut) -> str:
    """Name a file in a folder of one plan; those of exact figures say so.

    >>> from tests.patrol_plans import make_plan
    >>> folder_name(make_plan(), HANDOUTS[0]), folder_name(make_plan("exact"), HANDOUTS[0])
    ('sheets.pdf', 'sheets-exact.pdf')
    """
    mark = f"-{EXACT}" if plan.level == EXACT else ""
    return f"{handout.stem}{mark}{handout.ending}"


def files_of(plan: Plan) -> dict[str, bytes]:
    """Make all that can be made here of a plan, by name."""
    return {
        folder_name(plan, handout): handout.make(plan)
        for handout in HANDOUTS
        if not handout.why_not()
    }


def everything(plan: Plan) -> bytes:
    """Make a ZIP of all that can be made here; the same plan gives the same bytes."""
    return zipped(files_of(plan))


ALL = HandOut(
    "everything", ".zip", "Everything in a ZIP", "application/zip", everything, has_figures=True
)


def sheets_of_team(team: int) -> HandOut:
    """Offer the sheets of one team alone."""
    return HandOut(
        f"team-{team}",
        ".pdf",
        f"Sheets for team {team}",
        "application/pdf",
        partial(team_sheets, team=team),
        has_figures=True,
        why_not=why_no_pdf,
    )
