"""Settings of a patrol plan; the page and the command line read bounds and defaults from here."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from math import ceil
from typing import Literal

from boundaries.errors import ParameterError
from geo.disclosure.bands import least_in_band
from geo.disclosure.placed import MIN_PLACES
from geo.disclosure.suppression import SMALLEST_SHOWN
from geo.params import Params, choice, number
from geo.patrol.shift import PatrolShift

CELL_M = 50
"""Areas are squares of whole cells of this lattice of the National Grid."""
HANDED_ON_FROM = least_in_band(SMALLEST_SHOWN)
"""Areas that rest on fewer incidents are for analysts alone; see ``geo.disclosure.bands``."""
MOST_HOURS_BETWEEN_VISITS = 2
"""Koper 1995, Justice Quarterly 12: an area is visited at least so often while it is at risk."""

Spread = Literal["none", "ward", "strand"]
SPREADS: Mapping[Spread, str] = {
    "none": "wherever most incidents are expected",
    "ward": "as many wards as the minutes reach have an area before any has a second",
    "strand": "every strand counts the same, however few incidents it has",
}

Among = Literal["everywhere", "hotspots"]
AMONG: Mapping[Among, str] = {
    "everywhere": "all squares that rest on enough incidents",
    "hotspots": "squares with their middle in a hotspot of the time looked at",
}


@dataclass(frozen=True)
class Base:
    """Where a team starts and ends: a name, and metres in EPSG:27700."""

    name: str
    easting: float
    northing: float


@dataclass(frozen=True)
class PatrolParams(Params):
    """What a plan is asked for.

    Parameters
    ----------
    shift
        Days and hours.
    bases
        Where teams start and end, the first team at the first, and again from the first where
        there are more teams. Empty: each team at the known place that costs it least walking.
    """

    shift: PatrolShift = field(default_factory=PatrolShift)
    teams: int = number(2, low=1, high=12, step=1, unit="teams", label="Teams")
    minutes: int = number(
        120,
        low=30,
        high=720,
        step=10,
        unit="minutes",
        label="Minutes for each team",
        help="Time that a team has in one shift for walking and standing together.",
    )
    visit_minutes: int = number(
        15,
        low=10,
        high=16,
        step=1,
        unit="minutes",
        label="Length of a visit",
        help="Koper (1995) found that the effect of a police patrol grows up to about 15 minutes, "
        "and little after.",
    )
    at_risk_hours: int | None = number(
        None,
        low=1,
        high=24,
        step=1,
        unit="hours",
        label="Hours at risk",
        help="The busiest hours in a row within the shift, in which every area is visited at least "
        "every two hours. Empty: as long as the minutes of a team last.",
    )
    area_m: int = number(
        150,
        low=100,
        high=400,
        step=50,
        unit="m",
        label="Size of an area",
        help="Length of the sides of the square. Larger is harder to see over on foot.",
    )
    gap_m: int = number(
        0,
        low=0,
        high=400,
        step=CELL_M,
        unit="m",
        label="Gap between areas",
        help="Squares side by side make one large area that is visited in turns; with a gap they "
        "are places of their own, which hold fewer incidents.",
    )
    min_incidents: int = number(
        HANDED_ON_FROM,
        low=5,
        high=100,
        step=1,
        unit="incidents",
        label="Fewest incidents in an area",
        help=f"In the time that areas rest on, at {MIN_PLACES} places or more. Plans with fewer "
        f"than {HANDED_ON_FROM} are not for handing out.",
    )
    walking_kmh: float = number(
        4.5, low=2, high=7, step=0.5, unit="km/h", label="Walking speed", help="On patrol."
    )
    detour: float = number(
        1.3,
        low=1,
        high=2,
        step=0.05,
        unit="times",
        label="Detour",
        help="How much longer streets are than the straight line, where no street network is "
        "given.",
    )
    spare_percent: int = number(
        10,
        low=0,
        high=40,
        step=5,
        unit="% of the minutes",
        label="Kept for changing the order",
        help="An order that nobody can foresee is longer than the shortest.",
    )
    spread: Spread = choice("none", options=SPREADS, label="Spread")
    among: Among = choice("everywhere", options=AMONG, label="Look among")
    weeks: int = number(
        1,
        low=1,
        high=4,
        step=1,
        unit="weeks",
        label="Weeks that the plan is for",
        help="After that it has expired: make a new one of newer data.",
    )
    seed: int = number(
        0, low=0, high=2**31 - 1, step=1, unit="", label="Seed", help="Of the order of visits."
    )
    bases: tuple[Base, ...] = ()

    def __post_init__(self) -> None:
        super().__post_init__()
        for name in ("area_m", "gap_m"):
            if getattr(self, name) % CELL_M:
                msg = f"{name} is {getattr(self, name)}; it must be a multiple of {CELL_M} m."
                raise ParameterError(msg)
        length_h = self.shift.length_h
        if self.minutes > 60 * length_h:
            msg = (
                f"A team has {self.minutes} minutes in a shift of {length_h} hours "
                f"({60 * length_h} minutes); give fewer minutes or a longer shift."
            )
            raise ParameterError(msg)
        if self.at_risk_hours is not None and not (
            self.minutes / 60 <= self.at_risk_hours <= length_h
        ):
            msg = (
                f"at_risk_hours is {self.at_risk_hours}; it must hold the {self.minutes} minutes "
                f"of a team and fit into the shift of {length_h} hours."
            )
            raise ParameterError(msg)

    @property
    def hours_at_risk(self) -> int:
        """Hours at risk, filled in where they are automatic."""
        return self.at_risk_hours or ceil(self.minutes / 60)

    @property
    def rounds(self) -> int:
        """How often a team goes round its areas in one shift."""
        return ceil(self.hours_at_risk / MOST_HOURS_BETWEEN_VISITS)

    @property
    def minutes_of_a_round(self) -> int:
        """Minutes that one round may take when the order is changed."""
        return self.minutes // self.rounds

    @property
    def planned_minutes_of_a_round(self) -> int:
        """Minutes that one round may take in its shortest order."""
        return self.minutes_of_a_round * (100 - self.spare_percent) // 100


@dataclass(frozen=True)
class DemandParams(Params):
    """How expected incidents are worked out from the past.

    Where the defaults come from is in ``docs/methods/patrol.md``.
    """

    lookback_days: int = number(
        365,
        low=28,
        high=3660,
        step=1,
        unit="days",
        label="Time looked at",
        help="Before the last day of the data.",
    )
    evidence_days: int = number(
        1095,
        low=28,
        high=3660,
        step=1,
        unit="days",
        label="Time that areas rest on",
        help="Before the last day of the data, and no shorter than the time looked at: an area has "
        "its fewest incidents and places in this time.",
    )
    half_life_days: int = number(
        180,
        low=7,
        high=3660,
        step=1,
        unit="days",
        label="Half-life",
        help="An incident so long ago counts half.",
    )
    bandwidth_m: int = number(
        200,
        low=50,
        high=1000,
        step=25,
        unit="m",
        label="Bandwidth",
        help="How far an incident speaks for its surroundings (quartic kernel).",
    )
    same_place_percent: int | None = number(
        None,
        low=0,
        high=100,
        step=5,
        unit="%",
        label="Expected at the same place",
        help="How much of what comes is looked for within the very 50 m where it was before; the "
        "rest is spread around by the bandwidth. Empty: what would have foreseen the latest "
        "quarter of the time best.",
    )
    prior_incidents: float = number(
        10,
        low=0,
        high=1000,
        step=1,
        unit="incidents",
        label="Weight of the borough's hours",
        help="The hours of a place are drawn towards those of the borough as if so many more "
        "incidents had been recorded there.",
    )
