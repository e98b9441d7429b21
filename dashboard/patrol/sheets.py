"""The plan on paper: a sheet for each team and day, and an overview; made as the packs are.

A sheet holds no more than the plan. A plan at level ``exact`` makes exact sheets; whoever hands
sheets on gives :func:`dashboard.patrol.handouts.to_hand_on` of it.
"""

from base64 import b64encode
from collections.abc import Sequence
from datetime import date
from functools import cache
from pathlib import Path

from boundaries.errors import ParameterError
from dashboard.escape import esc
from dashboard.packs.pdf import printed
from dashboard.patrol.pictures import area_png, overview_png, sample_png, ways_on
from dashboard.patrol.words import (
    EVIDENCE,
    HOW_TO_VISIT,
    because_of,
    day_in_words,
    day_of_team,
    headline,
    level_in_words,
    made_of,
    not_after,
    rounds_on,
    shift_hours,
    size_in_words,
    times_in_words,
    title_of,
)
from dashboard.words import DEMONSTRATION, listed, plural
from geo.disclosure.levels import EXACT
from geo.patrol.plan import FocusArea, Plan, Team, Visit

_HERE = Path(__file__).parent
_MANY = 2
_MAP_MM = 53.0
_OVERVIEW = "Overview of all teams"


def team_sheets(plan: Plan, team: int | None = None, day: date | None = None) -> bytes:
    """Make the sheets as a PDF; the same plan always gives the same bytes.

    Parameters
    ----------
    team, day
        Only these; without, all teams on all days and the overview after them.

    Raises
    ------
    ParameterError
        The plan has no such team or day, or no PDF can be made here.
    """
    return printed(sheets_html(plan, team, day))


def overview_pdf(plan: Plan) -> bytes:
    """Make the overview alone as a PDF: one map with all areas, and the table of them."""
    return printed(_document(plan, _overview(plan)))


def sheets_html(plan: Plan, team: int | None = None, day: date | None = None) -> str:
    """Write the page that becomes the sheets; see :func:`team_sheets`."""
    _check(plan, team, day)
    teams = [one for one in plan.teams if one.areas and team in (None, one.number)]
    days = [one for one in plan.days if day in (None, one)]
    sheets = [_sheet(plan, one, on) for on in days for one in teams]
    if team is None and day is None:
        sheets.append(_overview(plan))
    if not sheets:
        msg = f"Team {team} has no area in this plan, so that there is no sheet for it."
        raise ParameterError(msg)
    return _document(plan, "".join(sheets))


def _check(plan: Plan, team: int | None, day: date | None) -> None:
    if team is not None and team not in {one.number for one in plan.teams}:
        msg = f"The plan has no team {team}; its teams are 1 to {len(plan.teams)}."
        raise ParameterError(msg)
    if day is not None and day not in plan.days:
        known = listed([day_in_words(one) for one in plan.days])
        msg = f"No shift of the plan begins on {day_in_words(day)}; they begin on {known}."
        raise ParameterError(msg)


def _document(plan: Plan, sheets: str) -> str:
    demonstration = f"<span>{DEMONSTRATION}</span>" if plan.is_demonstration else ""
    source = (
        f"<p><strong>{esc(not_after(plan))}. {esc(level_in_words(plan))}.</strong> "
        f"{esc(made_of(plan))}. Plan {esc(plan.key)}.</p><p>{esc(EVIDENCE)}</p>"
    )
    return _SHELL.format(
        title=esc(title_of(plan)),
        level=esc(plan.level),
        style=_style(),
        demonstration=demonstration,
        source=source,
        sheets=sheets,
    )


@cache
def _style() -> str:
    return (_HERE / "sheets.css").read_text(encoding="utf-8")


# ---- a team on a day -----------------------------------------------------------------------------


def _sheet(plan: Plan, team: Team, day: date) -> str:
    rounds = rounds_on(plan, team.number, day)
    in_order = list(dict.fromkeys(visit.area for one in rounds for visit in one.visits))
    name = f"Team {team.number} of {len(plan.teams)}"
    orders = [
        f"{f'round {one.number}, leave {one.leaves:%H:%M}: ' if len(rounds) > 1 else ''}"
        f"<strong>{one.order()}</strong>"
        for one in rounds
    ]
    key = f"team-{team.number}-{day:%Y-%m-%d}"
    blocks = "".join(_block(plan, plan.area(number), day) for number in in_order)
    on = f"{day_in_words(day)}, {shift_hours(plan)}"
    return (
        f"<section class='sheet' aria-labelledby='{key}'>"
        f"<h2 id='{key}' class='mark' data-mark='{esc(f'{name}, {day_in_words(day)}')}'>{name}"
        f"<span class='day'>{esc(on)}</span></h2>"
        f"<p class='base'>{esc(day_of_team(plan, team, day))}</p>"
        f"<p class='order'>Areas in the order of this day: {'; '.join(orders)}.</p>"
        f"<p class='how'>{esc(HOW_TO_VISIT)}</p>{blocks}</section>"
    )


def _block(plan: Plan, area: FocusArea, day: date) -> str:
    """Write an area of a sheet: when, where, why, what comes next, and room to say how it went."""
    visits = [one for one in plan.visits_of(area.team, day) if one.area == area.number]
    picture = area_png(plan, area.number, ways_on(plan, area, day), size_mm=_MAP_MM)
    alt = f"Map of area {area.number}, {area.name}, and what is around it. North is up."
    many = " many" if len(visits) >= _MANY else ""
    return (
        f"<section class='area'><div class='map'>{_image(picture, alt)}</div><div class='text'>"
        f"<h3><span class='number'>{area.number}</span> {esc(area.name)}</h3>"
        f"<p class='times{many}'>{esc(times_in_words(visits))}</p>"
        f"<p class='where'>{esc(size_in_words(area))}</p>{_because(plan, area)}"
        f"<p class='on'>{esc(_next(plan, area, day))}</p></div>{_done(visits)}</section>"
    )


def _because(plan: Plan, area: FocusArea) -> str:
    """Write the reasons one after the other, to leave room; how much is expected, for analysts."""
    reasons = "".join(
        f"<span><strong>{esc(name)}:</strong> {esc(text.rstrip('.'))}.</span> "
        for name, text in because_of(area, with_expected=plan.level == EXACT)
    )
    return f"<p class='because'>{reasons}</p>" if reasons else ""


def _next(plan: Plan, area: FocusArea, day: date) -> str:
    """Say how far it is to the next stop, after each visit."""
    said = []
    for one in rounds_on(plan, area.team, day):
        minutes = [*(visit.walk_minutes for visit in one.visits[1:]), one.back.walk_minutes]
        stops = [*(f"area {visit.area}" for visit in one.visits[1:]), "the base"]
        said += [
            f"{plural(walk, 'minute')} to {stop}"
            for visit, walk, stop in zip(one.visits, minutes, stops, strict=True)
            if visit.area == area.number
        ]
    return f"Then walk {', after the next visit '.join(said)}." if said else ""


def _done(visits: Sequence[Visit]) -> str:
    """Give room for what really happened, a line for each visit."""
    lines = "".join(
        "<p><span class='box'></span> Visited, really from <span class='blank time'></span> to "
        "<span class='blank time'></span> Notes <span class='blank notes'></span></p>"
        for _ in visits
    )
    return f"<div class='done'>{lines}</div>"


def _image(png: bytes, alt: str) -> str:
    return f"<img alt='{esc(alt)}' src='data:image/png;base64,{b64encode(png).decode()}'>"


# ---- overview ------------------------------------------------------------------------------------


def _overview(plan: Plan) -> str:
    alt = (
        f"Map of the {plural(len(plan.areas), 'area')} of the plan with the bases of the teams and "
        "their ways. North is up. The table says the same in words."
    )
    return (
        "<section class='sheet overview' aria-labelledby='overview'>"
        f"<h2 id='overview' class='mark' data-mark='{_OVERVIEW}'>{_OVERVIEW}</h2>"
        f"<p>{esc(headline(plan))}</p>{_image(overview_png(plan), alt)}{_legend(plan)}"
        f"{_areas_table(plan)}{_notes(plan)}</section>"
    )


def _legend(plan: Plan) -> str:
    rows = [_legend_row(team) for team in plan.teams]
    rows.append(
        "<li><span class='sign'>■</span>Base. Hatched squares are areas, with their numbers; lines "
        "between them the shortest way, the order changes every day. Grey: borough; grey, broken: "
        "wards. North is up.</li>"
    )
    return f"<ul class='legend'>{''.join(rows)}</ul>"


def _legend_row(team: Team) -> str:
    if not team.areas:
        return f"<li><span class='sign'>–</span>Team {team.number}: no area.</li>"
    word = "area" if len(team.areas) == 1 else "areas"
    areas = listed([str(number) for number in sorted(team.areas)])
    sample = _image(sample_png(team.number), f"Line of team {team.number}")
    return (
        f"<li>{sample}Team {team.number}: {word} {areas}; base {esc(team.base.name)}; one round "
        f"{team.walking_minutes} minutes walking, {team.standing_minutes} minutes standing.</li>"
    )


def _areas_table(plan: Plan) -> str:
    """Write all areas with their visits on each day."""
    days = plan.days if len(plan.days) <= 3 else ()
    has_figures = any(area.expected is not None for area in plan.areas)
    heads = ["Area", "Team", "Place", *(f"{day:%a} {day.day} {day:%B}" for day in days)]
    heads += ["Expected in 100 shifts"] if has_figures else []
    head = "".join(f"<th scope='col'>{esc(name)}</th>" for name in heads)
    rows = "".join(_areas_row(plan, area, days, has_figures=has_figures) for area in plan.areas)
    return (
        f"<table><caption>All areas, most incidents expected first</caption><thead><tr>{head}</tr>"
        f"</thead><tbody>{rows}</tbody></table>"
    )


def _areas_row(plan: Plan, area: FocusArea, days: Sequence[date], *, has_figures: bool) -> str:
    cells = [str(area.team), f"{area.name} ({size_in_words(area)})"]
    for day in days:
        visits = [one for one in plan.visits_of(area.team, day) if one.area == area.number]
        cells.append(", ".join(f"{one.start:%H:%M}" for one in visits) or "none")
    if has_figures:
        cells.append("" if area.expected is None else f"{100 * area.expected:,.1f}")
    written = "".join(f"<td>{esc(cell)}</td>" for cell in cells)
    return f"<tr><th scope='row'>{area.number}</th>{written}</tr>"


def _notes(plan: Plan) -> str:
    left_out = [f"{one.name}: {one.why}" for one in plan.left_out]
    parts = [("What is left out", left_out), ("What to know", list(plan.warnings))]
    if plan.level == EXACT and not plan.may_be_handed_on:
        parts.append(("Not for handing on", [NOT_FOR_HANDING_ON]))
    return "".join(
        f"<div class='notes'><h3>{name}</h3><ul>"
        + "".join(f"<li>{esc(text)}</li>" for text in texts)
        + "</ul></div>"
        for name, texts in parts
        if texts
    )


NOT_FOR_HANDING_ON = (
    "Areas of this plan may rest on fewer than nine incidents, which could point to a person: the "
    "plan and all that is made of it stay with analysts."
)

_SHELL = """<!DOCTYPE html>
<html lang="en-GB">
<head>
<meta charset="utf-8">
<title>{title}</title>
<meta name="author" content="Hotspots dashboard">
<meta name="level" content="{level}">
<style>{style}</style>
</head>
<body>
<div class="running-demo">{demonstration}</div>
<div class="running-source">{source}</div>
<h1>{title}</h1>
{sheets}
</body>
</html>
"""
