r"""The plan for calendars: iCalendar (RFC 5545), an event for each round of a team.

Times are those of the clock in London, with the rules of its summer time in the file, so that a
calendar elsewhere shows them rightly. The identifiers of events come from the plan, so that the
same plan read twice makes no event twice.
"""

from collections.abc import Iterator
from datetime import date, datetime, time

from dashboard.escape import printable
from dashboard.patrol.words import (
    EVIDENCE,
    DayRound,
    level_in_words,
    not_after,
    rounds_on,
    size_in_words,
    title_of,
)
from dashboard.words import DEMONSTRATION, plural
from geo.patrol.plan import Plan, Team

_LONGEST_LINE = 75
"""Octets without the line end (RFC 5545, section 3.1)."""
_LONDON = """BEGIN:VTIMEZONE
TZID:Europe/London
BEGIN:DAYLIGHT
DTSTART:19810329T010000
RRULE:FREQ=YEARLY;BYMONTH=3;BYDAY=-1SU
TZNAME:BST
TZOFFSETFROM:+0000
TZOFFSETTO:+0100
END:DAYLIGHT
BEGIN:STANDARD
DTSTART:19961027T020000
RRULE:FREQ=YEARLY;BYMONTH=10;BYDAY=-1SU
TZNAME:GMT
TZOFFSETFROM:+0100
TZOFFSETTO:+0000
END:STANDARD
END:VTIMEZONE"""


def ics_bytes(plan: Plan) -> bytes:
    """Write the calendar; the same plan always gives the same bytes."""
    lines = [
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        "PRODID:-//Hotspots dashboard//Patrol plan//EN",
        "CALSCALE:GREGORIAN",
        "METHOD:PUBLISH",
        *_LONDON.splitlines(),
        *(line for day in plan.days for team in plan.teams for line in _events(plan, team, day)),
        "END:VCALENDAR",
    ]
    return "".join(f"{_folded(line)}\r\n" for line in lines).encode()


def _events(plan: Plan, team: Team, day: date) -> Iterator[str]:
    for one in rounds_on(plan, team.number, day):
        yield from (
            "BEGIN:VEVENT",
            f"UID:{plan.key}-{day:%Y%m%d}-{team.number}-{one.number}@hotspots",
            # Fixed, for a clock would make another file of the same plan.
            f"DTSTAMP:{_stamp(datetime.combine(plan.data_to, time()))}Z",
            f"DTSTART;TZID=Europe/London:{_stamp(one.leaves)}",
            f"DTEND;TZID=Europe/London:{_stamp(one.back.at)}",
            f"SUMMARY:{_text(_summary(plan, team, one))}",
            f"LOCATION:{_text(team.base.name)}",
            f"DESCRIPTION:{_text(_description(plan, team, one))}",
            "CATEGORIES:Patrol",
            "END:VEVENT",
        )


def _summary(plan: Plan, team: Team, one: DayRound) -> str:
    demonstration = f" ({DEMONSTRATION.lower()})" if plan.is_demonstration else ""
    word = "area" if len(one.visits) == 1 else "areas"
    return f"Patrol team {team.number}, {word} {one.order()}{demonstration}"


def _description(plan: Plan, team: Team, one: DayRound) -> str:
    visits = [
        f"{visit.start:%H:%M} to {visit.end:%H:%M} area {visit.area}, "
        f"{plan.area(visit.area).name}, {size_in_words(plan.area(visit.area))}, after "
        f"{plural(visit.walk_minutes, 'minute')} walking"
        for visit in one.visits
    ]
    return "\n".join(
        [
            f"{one.leaves:%H:%M} leave {team.base.name}",
            *visits,
            f"{one.back.at:%H:%M} back at {team.base.name}",
            f"{title_of(plan)}. {not_after(plan)}. {level_in_words(plan)}. Plan {plan.key}.",
            EVIDENCE,
        ]
    )


def _stamp(at: datetime) -> str:
    return f"{at:%Y%m%dT%H%M%S}"


def _text(text: str) -> str:
    r"""Escape text (RFC 5545, section 3.3.11).

    >>> _text("a, b; c\\d\ne")
    'a\\, b\\; c\\\\d\\ne'
    """
    escaped = printable(text).replace("\\", "\\\\").replace(";", "\\;").replace(",", "\\,")
    return escaped.replace("\n", "\\n")


def _folded(line: str) -> str:
    """Break a line before an octet too many, never inside a letter.

    >>> [len(part.encode()) for part in _folded("é" * 60).split(chr(13) + chr(10))]
    [74, 47]
    """
    parts, length = [""], 0
    for letter in line:
        octets = len(letter.encode())
        if length + octets > _LONGEST_LINE:
            parts.append(" ")
            length = 1
        parts[-1] += letter
        length += octets
    return "\r\n".join(parts)
