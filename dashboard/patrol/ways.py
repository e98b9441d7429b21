"""Where teams walk: the lines between the stops of their shortest rounds."""

from itertools import pairwise

from geo.patrol.plan import Plan, Team

Line = tuple[tuple[float, float], ...]


def legs_of(plan: Plan, team: Team) -> tuple[Line, ...]:
    """Give the lines of a team's shortest round, base to base, in metres; straight if not known.

    >>> from tests.patrol_plans import make_plan
    >>> plan = make_plan()
    >>> [len(leg) for leg in legs_of(plan, plan.teams[2])]
    [2, 2, 2]
    """
    if not team.areas:
        return ()
    stops = (0, *team.areas, 0)
    base = (team.base.easting, team.base.northing)
    ends = [base if stop == 0 else plan.area(stop).middle for stop in stops]
    return tuple(
        plan.paths.get(f"{team.number}:{a}-{b}", (start, end))
        for (a, b), (start, end) in zip(pairwise(stops), pairwise(ends), strict=True)
    )
