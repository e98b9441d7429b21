"""When each team is where: rounds in an order that nobody can foresee, within the minutes."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from geo.patrol.params import PatrolParams
from geo.patrol.plan import Return, Visit
from geo.patrol.travel import Minutes


@dataclass(frozen=True, eq=False)
class TeamRound:
    """The areas of a team and the ways between them.

    Attributes
    ----------
    team
        From 1.
    areas
        Numbers of the areas in the shortest order, k of them.
    minutes
        Shape (k + 1, k + 1): whole minutes of walking; row 0 is the base, row i the i-th area.
    """

    team: int
    areas: tuple[int, ...]
    minutes: Minutes


@dataclass(frozen=True)
class Schedule:
    """All visits of a plan; see :class:`geo.patrol.plan.Plan`."""

    visits: tuple[Visit, ...]
    returns: tuple[Return, ...]
    orders: tuple[int, ...]


def schedule(
    rounds: Sequence[TeamRound], days: Sequence[date], params: PatrolParams, at_risk_from_hour: int
) -> Schedule:
    """Put visits on the clock."""
    raise NotImplementedError
