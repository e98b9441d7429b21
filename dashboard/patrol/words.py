"""What the page, the sheets, the files and the command line say of a plan, in the same words."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from dashboard.words import DEMONSTRATION, listed, plural
from geo.disclosure.levels import IN_WORDS
from geo.patrol.plan import FocusArea, Plan, Return, Team, Visit

EVIDENCE = (
    "Short visits at unforeseen times are known to help where police on foot make them against "
    "violence and disorder; none of these studies is about wardens or about hate crime."
)
HOW_TO_VISIT = (
    "Walk about, be seen, talk to people, and leave. Nobody should foresee when you come."
)


def day_in_words(day: date) -> str:
    """Say a day.

    >>> day_in_words(date(2018, 4, 6))
    'Friday 6 April 2018'
    """
    return f"{day:%A} {day.day} {day:%B %Y}"


def clock(at: datetime, day: date) -> str:
    """Say a time of the clock, and where it is past the midnight of the shift's day.

    >>> clock(datetime(2018, 4, 6, 20, 5), date(2018, 4, 6))
    '20:05'
    >>> clock(datetime(2018, 4, 7, 0, 5), date(2018, 4, 6))
    '00:05 (Saturday)'
    """
    return f"{at:%H:%M}" if at.date() == day else f"{at:%H:%M} ({at:%A})"


def times_in_words(visits: Sequence[Visit]) -> str:
    """Say when visits of one day are, for example ``20:08 to 20:23 and 22:10 to 22:25``."""
    return listed([f"{one.start:%H:%M} to {clock(one.end, one.day)}" for one in visits])


def shift_hours(plan: Plan) -> str:
    """Say the hours of the shift."""
    return plan.params.shift.in_words().removeprefix(f"{plan.params.shift.days_in_words()}, ")


def title_of(plan: Plan) -> str:
    """Name the plan by its days."""
    return f"Patrol plan, {plan.params.shift.in_words()}, {span_in_words(plan)}"


def span_in_words(plan: Plan) -> str:
    """Say from when to when the plan is.

    >>> from tests.patrol_plans import make_plan
    >>> span_in_words(make_plan())
    '6 to 12 April 2018'
    """
    first, last = plan.first_day, plan.last_day
    if first == last:
        return f"{first.day} {first:%B %Y}"
    begins = f"{first.day}"
    if first.month != last.month:
        begins += f" {first:%B}"
    if first.year != last.year:
        begins += f" {first.year}"
    return f"{begins} to {last.day} {last:%B %Y}"


def not_after(plan: Plan) -> str:
    """Say until when the plan may be used."""
    return f"Not after {day_in_words(plan.last_day)}"


def level_in_words(plan: Plan) -> str:
    """Say who the plan is for."""
    return IN_WORDS[plan.level]


def made_of(plan: Plan) -> str:
    """Say what data the plan was made of."""
    data_to = f"{plan.data_to.day} {plan.data_to:%B %Y}"
    is_unsaid = plan.is_demonstration and DEMONSTRATION not in plan.source
    sources = [*([DEMONSTRATION] if is_unsaid else []), *([plan.source] if plan.source else [])]
    said = "".join(f"{source}. " for source in sources)
    return f"{said}Incidents of {plan.period}, data to {data_to}"


def headline(plan: Plan) -> str:
    """Say in one sentence what the plan is."""
    working = [team for team in plan.teams if team.areas]
    areas = plural(len(plan.areas), "area")
    teams = plural(len(working), "team")
    visits = len(plan.visits)
    said = (
        f"{areas} for {teams}, {plan.params.shift.in_words()}, {span_in_words(plan)}: "
        f"{plural(visits, 'visit')} of {plan.params.visit_minutes} minutes on "
        f"{plural(len(plan.days), 'day')}"
    )
    if plan.expected_total and plan.expected_covered is not None:
        share = plan.expected_covered / plan.expected_total
        said += f", where {100 * share:.0f} % of the incidents of such a shift are expected"
    return f"{said}."


def because_of(area: FocusArea, *, with_expected: bool = True) -> tuple[tuple[str, str], ...]:
    """Give why an area is in the plan as names and texts; only what is said."""
    because = area.because
    rows = (
        ("Why here", because.reason),
        ("Incidents", because.incidents),
        ("Trend", because.trend),
        ("Busiest", because.hours),
        ("Strands", because.strands),
        ("New", because.news),
    )
    expected = ("Expected", expected_in_words(area) if with_expected else "")
    return tuple((name, text) for name, text in (*rows, expected) if text)


def expected_in_words(area: FocusArea) -> str:
    """Say how many incidents shifts are expected to bring an area; nothing if it is not said.

    >>> from tests.patrol_plans import make_plan
    >>> expected_in_words(make_plan("exact").area(1))
    "40.0 incidents in 100 such shifts, 9.5 % of the borough's"
    """
    if area.expected is None:
        return ""
    share = f", {100 * area.share:.1f} % of the borough's" if area.share is not None else ""
    return f"{100 * area.expected:,.1f} incidents in 100 such shifts{share}"


def size_in_words(area: FocusArea) -> str:
    """Say how large an area is and where its middle lies.

    >>> from tests.patrol_plans import make_plan
    >>> size_in_words(make_plan().area(1))
    '150 by 150 m, middle at grid reference TQ 2357 7987'
    """
    return f"{area.side_m} by {area.side_m} m, middle at grid reference {grid_reference(area)}"


def grid_reference(area: FocusArea) -> str:
    """Give the middle of an area as an Ordnance Survey grid reference of eight figures."""
    east, north = area.middle
    # The borough and all around it lie in TQ: 500 to 600 km east, 100 to 200 km north.
    return f"TQ {int(east) % 100_000 // 10:04d} {int(north) % 100_000 // 10:04d}"


def stop_in_words(plan: Plan, team: Team, area: int | None) -> str:
    """Name where a team goes next: an area, or its base if None."""
    return f"base, {team.base.name}" if area is None else f"area {area}, {plan.area(area).name}"


# ---- the rounds of a team on a day ---------------------------------------------------------------


@dataclass(frozen=True)
class DayRound:
    """One round of a team: when it leaves its base, its visits, and when it is back."""

    number: int
    leaves: datetime
    visits: tuple[Visit, ...]
    back: Return

    def order(self) -> str:
        """Say the numbers of its areas, for example ``2, 3, 1``."""
        return ", ".join(str(one.area) for one in self.visits)


def rounds_on(plan: Plan, team: int, day: date) -> tuple[DayRound, ...]:
    """Give the rounds of a team on a day, in their order; none where it has no areas."""
    visits = plan.visits_of(team, day)
    ends = {one.round: one for one in plan.returns if (one.team, one.day) == (team, day)}
    found = []
    for number in sorted(ends):
        own = tuple(one for one in visits if one.round == number)
        leaves = own[0].start - timedelta(minutes=own[0].walk_minutes)
        found.append(DayRound(number, leaves, own, ends[number]))
    return tuple(found)


def minutes_on(plan: Plan, team: int, day: date) -> tuple[int, int]:
    """Give the minutes that a team walks and stands on a day."""
    rounds = rounds_on(plan, team, day)
    visits = [visit for one in rounds for visit in one.visits]
    walking = sum(one.walk_minutes for one in visits) + sum(one.back.walk_minutes for one in rounds)
    standing = sum(int(one.minutes) for one in visits)
    return walking, standing


def day_of_team(plan: Plan, team: Team, day: date) -> str:
    """Say how a team's day goes: base, times, minutes."""
    rounds = rounds_on(plan, team.number, day)
    if not rounds:
        return "This team has no area: no place is left that its minutes reach."
    walking, standing = minutes_on(plan, team.number, day)
    times = listed(
        [
            f"leave at {clock(one.leaves, day)}, be back at {clock(one.back.at, day)}"
            for one in rounds
        ]
    )
    return (
        f"Start and end at {team.base.name}: {times}. "
        f"{plural(walking, 'minute')} walking, {plural(standing, 'minute')} standing."
    )
