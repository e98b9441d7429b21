"""Did it work, or did it only move: treated areas, the ring around them, and a control.

The change in the treated areas less that in the control areas says what was gained; the same for
the rings around both says what moved next door, or what good spread there. Added up they are the
weighted displacement difference; see :mod:`geo.change.weighted_difference`.
"""

from dataclasses import dataclass

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

from boundaries.columns import GEOMETRY
from boundaries.errors import ParameterError
from boundaries.projection import BNG
from geo.analysis import analysis
from geo.borough import borough
from geo.change.count_change import (
    DIFFERENCE,
    LEVEL,
    P_VALUE,
    SIGNIFICANCE,
    Counted,
    counted_columns,
    length_warnings,
)
from geo.change.exposure import DateSpan, compared_days
from geo.change.given_area import GivenArea
from geo.change.poisson_tests import chance_in_words, e_test
from geo.change.weighted_difference import weighted_difference
from geo.params import Params, number
from geo.record import make_record
from geo.result import Result
from geo.schema import Incidents
from geo.selection import Selection
from geo.sites import LocatedIncidents, locate_selected

AREA = "area"
DISPLACEMENT_COLUMNS = (AREA, "before", "after", DIFFERENCE, "change_percent", GEOMETRY)

EFFECT = "effect"
STANDARD_ERROR = "standard_error"
LOW = "low"
HIGH = "high"
EFFECT_COLUMNS = (EFFECT, DIFFERENCE, STANDARD_ERROR, LOW, HIGH, P_VALUE, SIGNIFICANCE)

AREAS = ("treated", "control", "ring around treated", "ring around control")
EFFECTS = {
    "treated": (1, -1, 0, 0),
    "displacement": (0, 0, 1, -1),
    "total": (1, -1, 1, -1),
}
"""Which areas count how, in the order of ``AREAS``."""


@dataclass(frozen=True)
class DisplacementParams(Params):
    """Where something was done, what it is compared with, and how far it may have moved.

    Control areas must be like the treated ones, with about as many incidents: the test takes
    changes in counts, not in per cent.
    """

    treated: GivenArea
    control: GivenArea
    ring_m: float = number(
        200,
        low=50,
        high=2000,
        step=50,
        unit="m",
        label="Width of the ring",
        help="How far around the treated areas incidents may have moved.",
    )
    control_ring: bool = True
    confidence_pct: float = number(
        95,
        low=80,
        high=99.9,
        step=0.1,
        unit="%",
        label="Confidence of the interval",
        help="Share of such intervals that hold the true difference.",
    )
    allow_break: bool = False


@dataclass(frozen=True, eq=False)
class DisplacementResult(Result):
    """The counts, and what they say.

    Attributes
    ----------
    frame
        GeoDataFrame in EPSG:27700 with ``DISPLACEMENT_COLUMNS``, one row for each of ``AREAS``; the
        ring around the control only if it is used. ``change_percent`` is per day.
    effects
        Frame with ``EFFECT_COLUMNS``, one row for each of ``EFFECTS``: ``difference`` in incidents
        over the time of the later period, below 0 fewer than expected, its standard error, interval
        and two-sided p-value, and whether that is more than chance would give.
    """

    effects: pd.DataFrame


@analysis("displacement")
def displacement(
    incidents: Incidents,
    selection: Selection,
    params: DisplacementParams,
    before: DateSpan,
    after: DateSpan,
) -> DisplacementResult:
    """Compare treated areas and the ring around them with a control, before and after.

    Each incident counts in one area: treated before control, both before the rings. Rings leave
    out the treated and the control areas, and the ring around the control that around the treated.

    Parameters
    ----------
    before, after
        The two periods, which share no day; within the days of the selection. Where they differ in
        length, counts before are scaled to the length of the later.

    Raises
    ------
    ParameterError
        Treated and control areas overlap or lie outside the borough, the periods overlap, the data
        covers nothing of one, or the break of the Metropolitan Police's series lies between or in
        them and is not allowed.
    """
    days, broken = compared_days(incidents, selection, before, after, params.allow_break)
    lands = lands_of(params)
    located = locate_selected(
        incidents.take(before.mask(incidents) | after.mask(incidents)), selection
    )
    area_of = area_of_site(lands, located)
    counts = np.stack([_counts(located, area_of, p, len(lands)) for p in (before, after)], 1)
    record = make_record(
        "weighted displacement difference",
        {
            **params.as_dict(),
            "before": str(before),
            "after": str(after),
            "days_before": days[0],
            "days_after": days[1],
        },
        selection,
        located.incidents,
        located.location,
        {
            "difference": "changes of treated areas and ring less those of their controls; "
            "standard error is the root of the sum of all counts",
            "significance": f"normal distribution, two-sided, at {LEVEL:g}",
        },
        [*broken, *length_warnings(before, after, *days), *unlike_warnings(counts)],
    )
    counted = Counted(counts[:, 0], counts[:, 1], *days)
    columns = {AREA: list(AREAS[: len(lands)]), **counted_columns(counted), GEOMETRY: lands}
    frame = gpd.GeoDataFrame(columns, geometry=GEOMETRY, crs=BNG)
    return DisplacementResult(
        frame, record, effects_of(counts, days[1] / days[0], params.confidence_pct)
    )


def effects_of(counts: NDArray[np.float64], lengths: float, confidence_pct: float) -> pd.DataFrame:
    """Give the frame of ``EFFECTS`` of counts before and after, shape (areas, 2).

    The areas are those of ``AREAS``, the ring around the control only if it is used; for
    ``lengths`` see :func:`geo.change.weighted_difference.weighted_difference`.
    """
    signs = np.array(list(EFFECTS.values()))[:, : len(counts)]
    confidence = confidence_pct / 100
    found = [weighted_difference(counts, s, lengths=lengths, confidence=confidence) for s in signs]
    p = np.array([one.p for one in found])
    columns = {
        EFFECT: list(EFFECTS),
        DIFFERENCE: [float(one.difference) for one in found],
        STANDARD_ERROR: [float(one.standard_error) for one in found],
        LOW: [float(one.low) for one in found],
        HIGH: [float(one.high) for one in found],
        P_VALUE: p,
        SIGNIFICANCE: chance_in_words(p, LEVEL),
    }
    return pd.DataFrame(columns)


def lands_of(params: DisplacementParams) -> list[BaseGeometry]:
    """Give the areas in the order of ``AREAS``, cut to the borough; none overlap.

    Raises
    ------
    ParameterError
        Treated and control areas overlap, or lie outside the borough.
    """
    treated, control = (
        shapely.intersection(given.land(), borough()) for given in (params.treated, params.control)
    )
    for name, land in zip(AREAS, (treated, control), strict=False):
        if land.area <= 0:
            msg = f"The {name} area has no land in the borough; give areas inside it."
            raise ParameterError(msg)
    overlap = shapely.intersection(treated, control).area
    # Polygons that share a border may overlap by a sliver of rounding.
    if overlap > 1e-6 * min(treated.area, control.area):
        msg = (
            f"The treated and the control areas share {overlap / 1e4:,.2f} ha; give areas that do "
            "not overlap."
        )
        raise ParameterError(msg)
    taken = shapely.union(treated, control)
    ring = shapely.difference(_around(treated, params), taken)
    if not params.control_ring:
        return [treated, control, ring]
    other = shapely.difference(_around(control, params), shapely.union(taken, ring))
    return [treated, control, ring, other]


def _around(land: BaseGeometry, params: DisplacementParams) -> BaseGeometry:
    around: BaseGeometry = shapely.intersection(shapely.buffer(land, params.ring_m), borough())
    return around


def area_of_site(lands: list[BaseGeometry], located: LocatedIncidents) -> NDArray[np.intp]:
    """Give for each site the first of the areas that holds it, shape (m,), -1 for none."""
    sites = located.sites
    found = np.full(len(sites), -1, np.intp)
    for row, land in enumerate(lands):
        shapely.prepare(land)
        inside = shapely.intersects_xy(land, sites.easting, sites.northing)
        found[inside & (found < 0)] = row
    return found


def _counts(
    located: LocatedIncidents, area_of_site: NDArray[np.intp], period: DateSpan, n_areas: int
) -> NDArray[np.float64]:
    counted = period.mask(located.incidents) & (located.site_of >= 0)
    areas = area_of_site[located.site_of[counted]]
    return np.bincount(areas[areas >= 0], minlength=n_areas).astype(np.float64)


def unlike_warnings(counts: NDArray[np.float64]) -> list[str]:
    """Say when the control had another number of incidents before than the treated areas."""
    (treated, control), p = counts[:2, 0], e_test(counts[0, 0], counts[1, 0])
    if p > LEVEL:
        return []
    return [
        (
            f"The control areas had {control:,.0f} incidents before, the treated {treated:,.0f}. "
            "Changes in counts are compared, so a control of another size misleads; choose areas "
            "with about as many."
        )
    ]
