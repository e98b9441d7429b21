"""Tonight's plan: of incidents for analysts, of a release for everybody else."""

from boundaries.errors import ParameterError
from geo.disclosure.release import Release
from geo.disclosure.splits import ALL
from geo.patrol.because import exact_reasons, released_reasons
from geo.patrol.demand import demand_of
from geo.patrol.making import Wanted, make_plan
from geo.patrol.params import DemandParams, PatrolParams
from geo.patrol.plan import Plan
from geo.patrol.released import released_demand
from geo.schema import Incidents
from geo.selection import Selection


def plan_patrol(
    incidents: Incidents,
    selection: Selection,
    params: PatrolParams,
    demand_params: DemandParams | None = None,
    wanted: Wanted | None = None,
    before: Plan | None = None,
) -> Plan:
    """Make a plan at level ``exact``.

    Parameters
    ----------
    before
        The plan before, for what is new since; None where nothing is said of that.

    Raises
    ------
    ParameterError
        The selection holds no located incidents, no area rests on enough of them, or none can be
        visited in the minutes.
    """
    demand_params = demand_params or DemandParams()
    demand = demand_of(incidents, selection, params.shift, demand_params, params.spread)
    return make_plan(
        demand,
        params,
        wanted,
        lambda areas: exact_reasons(
            incidents, selection, demand_params, areas, before, params.shift
        ),
    )


def released_plan(
    release: Release,
    params: PatrolParams,
    wanted: Wanted | None = None,
    *,
    group: str = ALL,
    before: Plan | None = None,
) -> Plan:
    """Make a plan of nothing but a release, at its level.

    Parameters
    ----------
    group
        Code of the group that is planned for.
    before
        The plan before, of the same level, for what is new since.

    Raises
    ------
    ParameterError
        The release is for the public, or holds too little to plan by, or strands are to count
        alike: where those of one strand happen is not released.
    """
    if params.spread == "strand":
        msg = (
            "Strands cannot count alike in a plan made of released figures: where the incidents of "
            "a single strand happen is not released. Spread by ward, or ask an analyst."
        )
        raise ParameterError(msg)
    demand = released_demand(release, params.shift, group=group)
    return make_plan(
        demand, params, wanted, lambda areas: released_reasons(release, areas, before, group=group)
    )
