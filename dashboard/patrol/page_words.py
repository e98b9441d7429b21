"""What only the page says of a plan; see ``dashboard.patrol.words`` for what the files say, too."""

from datetime import date, timedelta

from dashboard.patrol.words import clock, day_in_words, minutes_on
from dashboard.words import listed, plural
from geo.patrol.plan import FocusArea, Plan, Visit

_HARDLY = 0.005
"""A bound as near to the plan as this is said as proof that no other is better."""


def minutes_in_words(plan: Plan) -> str:
    """Say what the minutes of all teams go into, over all days of the plan.

    >>> from tests.patrol_plans import make_plan
    >>> minutes_in_words(make_plan())
    'Of the 720 minutes of all teams on 2 days, 240 are for visits and 125 for walking.'
    """
    spent = [minutes_on(plan, team.number, day) for team in plan.teams for day in plan.days]
    walking, standing = sum(one for one, _ in spent), sum(one for _, one in spent)
    given = plan.params.minutes * len(plan.teams) * len(plan.days)
    return (
        f"Of the {given:,} minutes of all teams on {plural(len(plan.days), 'day')}, {standing:,} "
        f"are for visits and {walking:,} for walking."
    )


def bound_in_words(plan: Plan) -> str:
    """Say how much more any other choice could cover.

    >>> from tests.patrol_plans import make_plan
    >>> bound_in_words(make_plan("exact"))
    'No plan within the same minutes could cover more than 4 % more.'
    """
    if plan.covered_at_most is None:
        return ""
    more = plan.covered_at_most - 1
    if more < _HARDLY:
        return "No plan within the same minutes could cover more."
    return f"No plan within the same minutes could cover more than {100 * more:.0f} % more."


def expiry_in_words(plan: Plan, today: date) -> str:
    """Say until when the plan is good, or that it is over.

    >>> from tests.patrol_plans import make_plan
    >>> expiry_in_words(make_plan(), date(2018, 4, 7))
    'The plan is good until Thursday 12 April 2018.'
    """
    last = day_in_words(plan.last_day)
    if plan.has_expired(today):
        over = f"This plan has expired. Its last day was {last}."
        # A new plan of old data is for the days just after the data ends.
        is_of_old_data = plan.first_day - plan.data_to == timedelta(days=1)
        return f"{over} A plan for these days needs newer data." if is_of_old_data else over
    return f"The plan is good until {last}."


def area_in_words(plan: Plan, area: FocusArea) -> str:
    """Say of an area which team comes, when first on each day, and why."""
    reason = area.because.reason.rstrip(".")
    said = (f"Team {area.team}", first_visits(plan, area), reason)
    return f"{'. '.join(filter(None, said))}."


def first_visits(plan: Plan, area: FocusArea) -> str:
    """Say when the first visit to an area is on each of the first seven days.

    >>> from tests.patrol_plans import make_plan
    >>> plan = make_plan()
    >>> first_visits(plan, plan.area(1))
    'First visits Fri 20:08 and Sat 20:48'
    """
    firsts: dict[date, Visit] = {}
    for visit in plan.visits:
        if visit.area == area.number:
            firsts.setdefault(visit.day, visit)
    times = [f"{day:%a} {clock(one.start, day)}" for day, one in firsts.items()][:7]
    if not times:
        return "No visit"
    return f"First {'visit' if len(times) == 1 else 'visits'} {listed(times)}"
