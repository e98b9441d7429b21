"""Tonight's plan: of incidents for analysts, of a release for everybody else."""

from dataclasses import replace
from datetime import date

from boundaries.errors import ParameterError
from geo.disclosure.release import Release
from geo.disclosure.splits import ALL
from geo.patrol.expected.because import exact_reasons, released_reasons
from geo.patrol.expected.demand import demand_of
from geo.patrol.expected.hotspot_land import hotspots_of, released_hotspots_of
from geo.patrol.expected.released import default_period, released_demand
from geo.patrol.making import Wanted, make_plan
from geo.patrol.params import DemandParams, PatrolParams
from geo.patrol.plan import Plan
from geo.schema import Incidents
from geo.selection import Selection

_LOOKED_AT = ("first_day", "last_day")
"""Settings of a demand that name the time looked at."""


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
    if params.among == "hotspots":
        first, last = (date.fromisoformat(demand.settings[key]) for key in _LOOKED_AT)
        land = hotspots_of(incidents, selection, first, last)
        wanted = replace(wanted or Wanted(), within=land)
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
    if params.among == "hotspots":
        land = released_hotspots_of(release, default_period(release, group), group)
        wanted = replace(wanted or Wanted(), within=land)
    return make_plan(
        demand, params, wanted, lambda areas: released_reasons(release, areas, before, group=group)
    )
