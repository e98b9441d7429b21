"""A patrol plan: plain values that can be kept, shown, compared and handed out."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field, fields, replace
from datetime import date, datetime
from hashlib import sha256
from typing import Any

import pandas as pd
import shapely
from shapely.geometry.base import BaseGeometry

from boundaries.vintages import Vintage
from geo.disclosure.levels import EXACT, Level
from geo.patrol.params import HANDED_ON_FROM, Base, PatrolParams
from geo.patrol.shift import PatrolShift
from geo.quality.check import day_in_words

VERSION = 1
RECENT_DAYS = 92
"""Data that ends longer ago than this says little of tonight."""
WITHOUT_FIGURES = "Made of exact figures, which are left out of what is handed on."
_RULES_HANDED_ON = ("walking", "first_day", "at_risk_hours", "at_risk_from_hour", "bases")
"""Other rules can hold counts of incidents."""


@dataclass(frozen=True)
class Because:
    """Why an area is in the plan, in words that may be shown at the plan's level; empty: not said.

    Attributes
    ----------
    reason
        One line.
    incidents
        Of the time looked at, for example ``42 incidents in 12 months`` or a range.
    trend
        Against the time before.
    hours
        When most happen.
    strands
        Those that enough of them carry.
    news
        What is new since the plan before.
    """

    reason: str = ""
    incidents: str = ""
    trend: str = ""
    hours: str = ""
    strands: str = ""
    news: str = ""


@dataclass(frozen=True)
class FocusArea:
    """A patrol focus area: a square of whole cells.

    Attributes
    ----------
    number
        From 1, most expected incidents first.
    name
        Ward and nearest known place.
    ward_code, ward
        Where its middle lies.
    west, south, side_m
        Metres in EPSG:27700.
    team
        From 1.
    expected
        Incidents in one shift; None where the level does not allow it.
    share
        Of all incidents expected in the borough in that shift, 0 to 1; likewise.
    """

    number: int
    name: str
    ward_code: str
    ward: str
    west: int
    south: int
    side_m: int
    team: int
    expected: float | None
    share: float | None
    because: Because = Because()

    @property
    def shape(self) -> BaseGeometry:
        """The square in metres (EPSG:27700)."""
        return shapely.box(self.west, self.south, self.west + self.side_m, self.south + self.side_m)

    @property
    def middle(self) -> tuple[float, float]:
        """Easting and northing of its middle."""
        return self.west + self.side_m / 2, self.south + self.side_m / 2


@dataclass(frozen=True)
class Team:
    """A team and its round.

    Attributes
    ----------
    number
        From 1.
    base
        Where it starts and ends.
    areas
        Numbers of its areas in the shortest order.
    walking_minutes, standing_minutes
        Of one round in that order.
    """

    number: int
    base: Base
    areas: tuple[int, ...]
    walking_minutes: int
    standing_minutes: int


@dataclass(frozen=True)
class Visit:
    """One visit of a team to an area, on the clock of London.

    Attributes
    ----------
    day
        On which the shift begins.
    team, round, area
        Numbers from 1.
    start, end
        When the team is there.
    walk_minutes
        Walking to it, from the area before or the base.
    """

    day: date
    team: int
    round: int
    area: int
    start: datetime
    end: datetime
    walk_minutes: int

    @property
    def minutes(self) -> float:
        """Minutes that the team is there."""
        return (self.end - self.start).total_seconds() / 60


@dataclass(frozen=True)
class Return:
    """The end of one of a team's rounds: back at its base."""

    day: date
    team: int
    round: int
    at: datetime
    walk_minutes: int


@dataclass(frozen=True)
class LeftOut:
    """An area that would be worth a visit and is not in the plan.

    ``west``, ``south`` and ``side_m`` as in :class:`FocusArea`; ``why`` is a sentence.
    """

    name: str
    ward_code: str
    west: int
    south: int
    side_m: int
    expected: float | None
    why: str


@dataclass(frozen=True, eq=False)
class Plan:
    """A patrol plan.

    Attributes
    ----------
    level
        Level of its figures; nothing of an ``exact`` one may be shown below.
    params
        What was asked for.
    settings
        How expected incidents were worked out: values by name, for the record.
    rules
        For each automatic value the rule that picked it.
    fingerprint, source, period
        Of the data it was made of; which times were looked at, in words.
    data_to
        Last day of the data.
    first_day, last_day
        The plan is for shifts that begin on these days or between; after that it has expired.
    at_risk_from_hour
        Hour of the clock at which the hours at risk begin.
    areas, teams, visits, returns, left_out
        See their classes. Visits are in the order of day, team and time.
    orders
        By team, among how many orders of its areas that fit the minutes each round's is drawn;
        many are counted up to a limit only.
    expected_total, expected_covered
        Incidents in one shift in the borough and in the areas; None where the level does not
        allow it.
    covered_at_most
        No choice of areas within the same minutes covers more than so many times what this one
        covers: 1.0 is proof that none is better.
    paths
        For pairs ``FROM-TO`` of areas (0 the base of the team) of a team's shortest round the
        line walked, EPSG:27700 metres, under ``TEAM:FROM-TO``.
    warnings
        What a reader must know, sentences.
    """

    level: Level
    params: PatrolParams
    settings: Mapping[str, Any]
    rules: Mapping[str, str]
    fingerprint: str
    source: str
    period: str
    data_to: date
    vintage: Vintage
    first_day: date
    last_day: date
    at_risk_from_hour: int
    areas: tuple[FocusArea, ...]
    teams: tuple[Team, ...]
    visits: tuple[Visit, ...]
    returns: tuple[Return, ...]
    left_out: tuple[LeftOut, ...]
    orders: tuple[int, ...]
    expected_total: float | None
    expected_covered: float | None
    covered_at_most: float | None
    paths: Mapping[str, tuple[tuple[float, float], ...]] = field(default_factory=dict)
    warnings: tuple[str, ...] = ()
    is_demonstration: bool = False
    version: int = VERSION

    @property
    def key(self) -> str:
        """Name of its content: equal plans have equal keys."""
        text = json.dumps(self.as_dict(), sort_keys=True, default=str)
        return sha256(text.encode()).hexdigest()[:12]

    @property
    def may_be_handed_on(self) -> bool:
        """Whether its areas rest on enough incidents for readers below ``exact``."""
        return self.level != EXACT or self.params.min_incidents >= HANDED_ON_FROM

    @property
    def days(self) -> tuple[date, ...]:
        """The days on which a shift of the plan begins."""
        return self.params.shift.dates(self.first_day, self.params.weeks)

    def has_expired(self, today: date) -> bool:
        """Say whether all its shifts are over."""
        return today > self.last_day

    def area(self, number: int) -> FocusArea:
        """Give an area by its number."""
        return self.areas[number - 1]

    def visits_of(self, team: int, day: date | None = None) -> tuple[Visit, ...]:
        """Give the visits of a team, on one day or on all."""
        return tuple(v for v in self.visits if v.team == team and day in (None, v.day))

    def without_figures(self, level: Level) -> "Plan":
        """Give the plan as it may be handed on: nothing in it is a figure of incidents.

        What is left says where and when teams are. Settings, rules and warnings hold counts, so
        only those are left that do not depend on incidents.
        """
        areas = tuple(
            replace(area, expected=None, share=None, because=Because()) for area in self.areas
        )
        age = age_warning(self.data_to, self.first_day)
        # The last day of the data is that of an incident; its month says less.
        month_end = (pd.Timestamp(self.data_to) + pd.offsets.MonthEnd(0)).date()
        return replace(
            self,
            level=level,
            data_to=month_end,
            period=f"the time to {month_end:%B %Y}",
            settings={},
            rules={name: text for name, text in self.rules.items() if name in _RULES_HANDED_ON},
            areas=areas,
            left_out=(),
            expected_total=None,
            expected_covered=None,
            covered_at_most=None,
            warnings=(WITHOUT_FIGURES, *age),
        )

    def as_dict(self) -> dict[str, Any]:
        """Give plain values that JSON can hold."""
        return _plain(asdict(self))  # type: ignore[no-any-return]

    @classmethod
    def from_dict(cls, values: Mapping[str, Any]) -> "Plan":
        """Read what :meth:`as_dict` gave."""
        known = {one.name: values[one.name] for one in fields(cls)}
        known["params"] = params_from(values["params"])
        for name in ("data_to", "first_day", "last_day"):
            known[name] = date.fromisoformat(values[name])
        known["areas"] = tuple(
            FocusArea(**{**one, "because": Because(**one["because"])}) for one in values["areas"]
        )
        known["teams"] = tuple(
            Team(**{**one, "base": Base(**one["base"]), "areas": tuple(one["areas"])})
            for one in values["teams"]
        )
        known["visits"] = tuple(map(_visit, values["visits"]))
        known["returns"] = tuple(map(_return, values["returns"]))
        known["left_out"] = tuple(LeftOut(**one) for one in values["left_out"])
        known["orders"] = tuple(values["orders"])
        known["warnings"] = tuple(values["warnings"])
        known["paths"] = {
            key: tuple((east, north) for east, north in line)
            for key, line in values["paths"].items()
        }
        return cls(**known)


def age_warning(data_to: date, first_day: date) -> tuple[str, ...]:
    """Say that the data is old when a plan begins; nothing where it is recent."""
    late = (first_day - data_to).days
    if late <= RECENT_DAYS:
        return ()
    warning = (
        f"The data ends on {day_in_words(data_to)}, {late:,} days before the plan begins: what has "
        "changed since is not in it."
    )
    return (warning,)


def params_from(values: Mapping[str, Any]) -> PatrolParams:
    """Read the settings of a plan from plain values."""
    shift = dict(values["shift"])
    return PatrolParams(
        **{
            **values,
            "shift": PatrolShift(**{**shift, "days": tuple(shift["days"])}),
            "bases": tuple(Base(**base) for base in values["bases"]),
        }
    )


def _visit(values: Mapping[str, Any]) -> Visit:
    return Visit(
        **{
            **values,
            "day": date.fromisoformat(values["day"]),
            "start": datetime.fromisoformat(values["start"]),
            "end": datetime.fromisoformat(values["end"]),
        }
    )


def _return(values: Mapping[str, Any]) -> Return:
    return Return(
        **{
            **values,
            "day": date.fromisoformat(values["day"]),
            "at": datetime.fromisoformat(values["at"]),
        }
    )


def _plain(value: object) -> Any:  # noqa: ANN401 - whatever JSON can hold
    if isinstance(value, Mapping):
        return {key: _plain(one) for key, one in value.items()}
    if isinstance(value, Sequence) and not isinstance(value, str):
        return [_plain(one) for one in value]
    return value.isoformat() if isinstance(value, (date, datetime)) else value
