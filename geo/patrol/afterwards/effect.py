"""Did a plan change anything: incidents before and after in its areas, around them, and elsewhere.

A few weeks prove nothing. The areas of a plan were chosen because much had happened there, and such
places fall back by themselves. They are therefore held against squares that were most like them
when the plan was made, and how large a change must be to show at all is said before what was found.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, fields, replace
from datetime import date, timedelta
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray
from scipy import stats

from boundaries.columns import GEOMETRY
from boundaries.errors import ParameterError
from boundaries.projection import BNG
from geo.analysis import analysis
from geo.change.count_change import AFTER, BEFORE, SIGNIFICANCE, Counted, counted_columns
from geo.change.displacement import (
    AREA,
    AREAS,
    DisplacementParams,
    area_of_site,
    effects_of,
    lands_of,
    unlike_warnings,
)
from geo.change.exposure import DateSpan, compared_days
from geo.change.given_area import GivenArea
from geo.change.poisson_tests import MORE_THAN_CHANCE
from geo.params import Params, number
from geo.patrol.choosing.candidates import Candidates, candidates_of
from geo.patrol.expected.demand import demand_of
from geo.patrol.params import DemandParams
from geo.patrol.plan import FocusArea, Plan
from geo.patrol.shift import PatrolShift
from geo.quality.check import day_in_words
from geo.record import make_record
from geo.result import Result
from geo.schema import TIME_PRECISION, Incidents
from geo.selection import Selection
from geo.sites import locate_selected

DAYS_PER_WEEK = 7
PROVES_NOTHING = (
    "A few weeks prove nothing. The areas were chosen because much had happened there, and such "
    "places fall back by themselves, with patrols or without."
)
CONTROL_IN_WORDS = (
    "Squares of the same size that were not in the plan, each the one whose expected incidents "
    "were nearest to those of an area, and none within the ring of any area."
)
ONE_IN_TWENTY = "One such figure in twenty is as far off by chance alone."
"""At the level that is used; simulated from no incident at all up, it is at most 5.3 %."""

_DAY = np.timedelta64(1, "D")
_HOUR = np.timedelta64(1, "h")
_TREATED, _CONTROL = 0, 1
Days = NDArray[np.datetime64]
Floats = NDArray[np.float64]


@dataclass(frozen=True)
class EffectParams(Params):
    """Where and when a plan was walked, and what it is held against.

    Parameters
    ----------
    treated, control
        The areas of the plan that were visited, and squares that are like them.
    shift, first_day, weeks
        Of the plan. Before are as many weeks just before it, and the same shifts in them.
    """

    treated: GivenArea
    control: GivenArea
    shift: PatrolShift
    first_day: date
    weeks: int = number(1, low=1, high=52, step=1, unit="weeks", label="Weeks")
    ring_m: float = number(
        150,
        low=50,
        high=500,
        step=50,
        unit="m",
        label="Width of the ring",
        help="How far around the areas incidents may have moved.",
    )
    confidence_pct: float = number(
        95, low=80, high=99.9, step=0.1, unit="%", label="Confidence of the interval"
    )

    @property
    def areas(self) -> DisplacementParams:
        """The areas and their rings."""
        return DisplacementParams(
            self.treated, self.control, self.ring_m, confidence_pct=self.confidence_pct
        )


@dataclass(frozen=True, eq=False)
class EffectResult(Result):
    """The counts, and what they say.

    Attributes
    ----------
    frame
        GeoDataFrame in EPSG:27700 with ``geo.change.displacement.DISPLACEMENT_COLUMNS``, a row for
        each of ``AREAS``: incidents in the shifts before and in those of the plan.
    effects
        Frame with ``geo.change.displacement.EFFECT_COLUMNS``: the weighted displacement
        difference; ``difference`` below 0 are fewer than expected.
    n_shifts
        Shifts of the plan that the data covers, and as many before.
    expected
        Incidents that the areas would have had if they had changed as the control did.
    smallest_clear
        So many fewer than expected would have been more than chance gives; None where even none at
        all would not.
    """

    effects: pd.DataFrame
    n_shifts: int
    expected: float
    smallest_clear: int | None

    def sentences(self) -> tuple[str, ...]:
        """Say the whole in words: what could show, what was counted, what it means."""
        counts = self.frame[[BEFORE, AFTER]].to_numpy()
        shifts = f"{self.n_shifts} shift{'' if self.n_shifts == 1 else 's'}"
        counted = (
            f"In {shifts} of the plan {_incidents(counts[_TREATED, 1])} in its areas, "
            f"{counts[_TREATED, 0]:,} in as many shifts before; in the like squares "
            f"{counts[_CONTROL, 1]:,} and {counts[_CONTROL, 0]:,}."
        )
        found = (
            PROVES_NOTHING,
            self._power(),
            counted,
            self._effect("treated", "In the areas"),
            self._effect("displacement", "In the ring around them"),
            self._effect("total", "Together"),
        )
        is_any = (self.effects[SIGNIFICANCE] == MORE_THAN_CHANCE).any()
        return (*found, ONE_IN_TWENTY) if is_any else found

    def _power(self) -> str:
        if round(self.expected) < 1:
            return "Hardly any incident was to be expected in the areas, so no fall could show."
        if self.smallest_clear is None:
            return (
                f"About {self.expected:,.0f} incidents were to be expected in the areas. With so "
                "few, even none at all would be no more than chance would give."
            )
        return (
            f"About {self.expected:,.0f} incidents were to be expected in the areas. Only "
            f"{self.smallest_clear:,} fewer than that, or less, would be more than chance would "
            "give; a true fall of that size would be found half of the time."
        )

    def _effect(self, effect: str, where: str) -> str:
        row = self.effects.set_index("effect").loc[effect].to_dict()
        size = abs(round(row["difference"]))
        side = "fewer" if row["difference"] < 0 else "more"
        change = f"{size:,} {side} than expected" if size else "as many as expected"
        return (
            f"{where}: {change} (interval {_signed(row['low'])} to {_signed(row['high'])}), "
            f"{row['significance']}."
        )


def effect_params(
    incidents: Incidents, plan: Plan, visited: Collection[int] | None = None, ring_m: float = 150
) -> EffectParams:
    """Find what a plan is to be held against.

    Parameters
    ----------
    incidents
        All of them, those of the plan's time included.
    visited
        Numbers of the areas that were visited; None takes all of the plan.
    ring_m
        Width of the ring around the areas in metres; no square of the control lies in it.

    Raises
    ------
    ParameterError
        No area was visited, or no square is like them and far enough away.
    """
    areas = [area for area in plan.areas if visited is None or area.number in visited]
    if not areas:
        msg = "No visit to any area of the plan is recorded; record visits first."
        raise ParameterError(msg)
    control = _like(incidents, plan, areas, ring_m)
    if not control:
        msg = (
            f"No square of {plan.params.area_m} m in which incidents are expected lies "
            f"{ring_m:g} m or more from the areas of the plan, so there is nothing to hold them "
            "against; choose a narrower ring."
        )
        raise ParameterError(msg)
    return EffectParams(
        _given([area.shape for area in areas]),
        _given(control),
        plan.params.shift,
        plan.first_day,
        plan.params.weeks,
        ring_m,
    )


def selection_of(plan: Plan) -> Selection:
    """Give the selection that a plan was made of, up to the last day of its data."""
    given: Mapping[str, Any] = plan.settings.get("selected") or {}
    values: dict[str, Any] = {}
    for name in (one.name for one in fields(Selection) if given.get(one.name) is not None):
        value = given[name]
        values[name] = tuple(value) if isinstance(value, (list, tuple)) else value
    if "start" in values:
        values["start"] = date.fromisoformat(str(values["start"]))
    return Selection(**{**values, "end": plan.data_to})


@analysis("effect of a plan")
def effect_of_plan(
    incidents: Incidents, selection: Selection, params: EffectParams
) -> EffectResult:
    """Count incidents in the shifts of a plan and in the same shifts before, and compare.

    Parameters
    ----------
    selection
        Which kinds of incidents; its days, weekdays and hours are those of the plan instead.

    Raises
    ------
    ParameterError
        The data covers no shift of the plan or none before, the areas overlap, or the break of the
        Metropolitan Police's series lies between or in the two times.
    """
    chosen = replace(selection, start=None, end=None, weekdays=None, hours=None)
    before, after = _days(incidents, params)
    spans = [DateSpan(_date(days[0]), _date(days[-1])) for days in (before, after)]
    _, warnings = compared_days(incidents, Selection(), spans[0], spans[1], False)
    began = _shift_day(incidents, params.shift)
    inside = [np.isin(began, days) for days in (before, after)]
    located = locate_selected(incidents.take(inside[0] | inside[1]), chosen)
    lands = lands_of(params.areas)
    area_of = area_of_site(lands, located)
    began = _shift_day(located.incidents, params.shift)
    counts = np.stack(
        [_counts(area_of, located.site_of, np.isin(began, days)) for days in (before, after)], 1
    )
    n_shifts = len(after)
    record = make_record(
        "weighted displacement difference of a plan",
        {
            **params.as_dict(),
            "before": f"{spans[0]}",
            "after": f"{spans[1]}",
            "shifts": n_shifts,
        },
        chosen,
        located.incidents,
        located.location,
        {
            "control": CONTROL_IN_WORDS,
            "hours": "incidents known to the minute only, by the hour at which they began; hours "
            "after midnight belong to the day before",
            "difference": "changes of the areas and the ring less those of their controls",
        },
        [
            PROVES_NOTHING,
            *warnings,
            *_not_covered(n_shifts, params),
            *_without_hour(incidents, chosen, spans),
            *unlike_warnings(counts),
        ],
    )
    counted = Counted(counts[:, 0], counts[:, 1], n_shifts, n_shifts)
    columns = {AREA: list(AREAS), **counted_columns(counted), GEOMETRY: lands}
    expected = max(counts[_TREATED, 0] + counts[_CONTROL, 1] - counts[_CONTROL, 0], 0.0)
    return EffectResult(
        gpd.GeoDataFrame(columns, geometry=GEOMETRY, crs=BNG),
        record,
        effects_of(counts, 1.0, params.confidence_pct),
        n_shifts,
        float(expected),
        smallest_clear(counts, params.confidence_pct / 100),
    )


def smallest_clear(counts: Floats, confidence: float = 0.95) -> int | None:
    """Say how many fewer incidents than expected would be more than chance gives.

    Parameters
    ----------
    counts
        Shape (areas, 2): before and after; the first two rows are treated and control.

    Returns
    -------
    The smallest such number; None where none is, though no incident were left.

    Examples
    --------
    With 42 fewer than 120 the standard error is 21.4, and 1.96 times that just less than 42:

    >>> smallest_clear(np.array([[120.0, 120], [130, 130]]))
    42
    >>> smallest_clear(np.array([[3.0, 0], [4, 4]])) is None
    True
    """
    (treated, _), (control, control_after) = counts[:2]
    expected = int(max(treated + control_after - control, 0))
    fewer = np.arange(1, expected + 1, dtype=np.float64)
    errors = np.sqrt(treated + control + control_after + expected - fewer)
    clear = np.flatnonzero(fewer >= stats.norm.ppf((1 + confidence) / 2) * errors)
    return int(fewer[clear[0]]) if len(clear) else None


def _like(
    incidents: Incidents, plan: Plan, areas: Collection[FocusArea], ring_m: float
) -> list[shapely.Geometry]:
    """Find for each area the square whose expected incidents are nearest to its own."""
    # What was automatic is so again, and comes out the same from the same incidents.
    settings = {
        spec.name: plan.settings[spec.name]
        for spec in DemandParams.specs()
        if spec.name in plan.settings and spec.name not in plan.rules
    }
    demand = demand_of(incidents, selection_of(plan), plan.params.shift, DemandParams(**settings))
    # Nobody is sent to the control, so it need not rest on as many incidents as an area does.
    squares = candidates_of(replace(demand, incidents=None, places=None), plan.params, plan.vintage)
    side_m = plan.params.area_m
    expected = _expected_of(squares, areas)
    free = np.ones(len(squares), np.bool_)
    for area in plan.areas:
        free &= _gap_m(squares, area.west, area.south, side_m) >= ring_m
    found: list[shapely.Geometry] = []
    for wanted in expected:
        if not free.any():
            break
        best = int(np.argmin(np.where(free, np.abs(squares.expected - wanted), np.inf)))
        west, south = int(squares.west[best]), int(squares.south[best])
        found.append(shapely.box(west, south, west + side_m, south + side_m))
        free &= _gap_m(squares, west, south, side_m) > 0
    return found


def _expected_of(squares: Candidates, areas: Collection[FocusArea]) -> list[float]:
    """Give what each area was expected to have, most first, by the same reckoning."""
    known = {
        (int(west), int(south)): float(value)
        for west, south, value in zip(squares.west, squares.south, squares.expected, strict=True)
    }
    found = [known.get((area.west, area.south), area.expected or 0.0) for area in areas]
    return sorted(found, reverse=True)


def _gap_m(squares: Candidates, west: int, south: int, side_m: int) -> Floats:
    """How far apart squares are, 0 where they touch, below 0 where they overlap, shape (m,)."""
    east = np.abs(squares.west - west) - side_m
    north = np.abs(squares.south - south) - side_m
    apart = np.hypot(np.maximum(east, 0), np.maximum(north, 0))
    return np.where((east < 0) & (north < 0), -1.0, apart)


def _given(shapes: Collection[shapely.Geometry]) -> GivenArea:
    return GivenArea(wkt=shapely.unary_union(list(shapes)).wkt)


def _days(incidents: Incidents, params: EffectParams) -> tuple[Days, Days]:
    """Give the days of the shifts before and of the plan, as many each, that the data covers."""
    dates = np.array(params.shift.dates(params.first_day, params.weeks), "datetime64[D]")
    if incidents.span is None or not len(dates):
        msg = "There are no incidents, or the plan has no shift."
        raise ParameterError(msg)
    first, last = (np.datetime64(time.date(), "D") for time in incidents.span)
    lasts_past_midnight = params.shift.start_hour + params.shift.length_h > 24
    after = dates[dates + (_DAY if lasts_past_midnight else 0 * _DAY) <= last]
    if not len(after):
        msg = (
            f"The data ends on {day_in_words(last)}, before the first shift of the plan was over. "
            "Add data of the days on which it was walked."
        )
        raise ParameterError(msg)
    weeks = np.timedelta64(DAYS_PER_WEEK * params.weeks, "D")
    after = after[np.asarray(after - weeks, "datetime64[D]") >= first]
    before = np.asarray(after - weeks, "datetime64[D]")
    if not len(after):
        msg = (
            f"The data begins on {day_in_words(first)}, so there is nothing to compare the plan "
            f"with; it needs the {params.weeks} weeks before {day_in_words(params.first_day)}."
        )
        raise ParameterError(msg)
    return before, after


def _shift_day(incidents: Incidents, shift: PatrolShift) -> Days:
    """Give the day on which the shift of each incident began, NaT where it is in none, (n,)."""
    moved = incidents.occurred - shift.start_hour * _HOUR
    day = moved.astype("datetime64[D]")
    inside = (moved - day) < shift.length_h * _HOUR
    inside &= shift.begins_on(day)
    inside &= (incidents.frame[TIME_PRECISION] == "minute").to_numpy(np.bool_)
    return np.where(inside, day, np.datetime64("NaT", "D"))


def _counts(
    area_of: NDArray[np.intp], site_of: NDArray[np.intp], counted: NDArray[np.bool_]
) -> Floats:
    areas = area_of[site_of[counted & (site_of >= 0)]]
    return np.bincount(areas[areas >= 0], minlength=len(AREAS)).astype(np.float64)


def _not_covered(n_shifts: int, params: EffectParams) -> list[str]:
    whole = len(params.shift.dates(params.first_day, params.weeks))
    if n_shifts == whole:
        return []
    return [f"The data covers {n_shifts} of {whole} shifts of the plan; as many before are used."]


def _without_hour(incidents: Incidents, chosen: Selection, spans: list[DateSpan]) -> list[str]:
    """Say how many incidents of these weeks are left out because their hour is not known."""
    vague = (incidents.frame[TIME_PRECISION] != "minute").to_numpy(np.bool_)
    late = timedelta(days=1)
    within = [DateSpan(span.first, span.last + late).mask(incidents) for span in spans]
    count = int((vague & (within[0] | within[1]) & chosen.mask(incidents)).sum())
    if not count:
        return []
    return [f"{count:,} incidents of these weeks are left out, as their hour is not known."]


def _date(day: np.datetime64) -> date:
    found: date = day.astype(object)
    return found


def _incidents(count: int) -> str:
    return "1 incident was recorded" if count == 1 else f"{count:,} incidents were recorded"


def _signed(value: float) -> str:
    return f"{round(value):+,}" if round(value) else "0"
