"""Incidents counted by ward and period, and the measures made of the counts.

Every table has a row for each ward, then one for incidents outside the wards and one for those
not located, and a last column for incidents whose time is too vague when there are such: its
cells always add up to the number of incidents.
"""

from typing import Literal, get_args

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from boundaries.columns import AREA_KM2, POPULATION
from boundaries.errors import ParameterError
from geo.periods import NOT_KNOWN, Periods
from geo.wards.join import Location

Measure = Literal["count", "rate", "density", "share"]
MEASURES: tuple[Measure, ...] = get_args(Measure)
MEASURE_UNITS: dict[Measure, str] = {
    "count": "incidents",
    "rate": "incidents per 1,000 residents",
    "density": "incidents per km²",
    "share": "% of all incidents of the period",
}

N_EXTRA_ROWS = 2
"""Rows after the wards: outside, then not located."""


def ward_counts(
    positions: NDArray[np.intp], period_codes: NDArray[np.intp], n_wards: int, n_periods: int
) -> NDArray[np.intp]:
    """Count points by ward and period.

    Parameters
    ----------
    positions
        Shape (n,): ward from 0, or ``OUTSIDE`` (-1) or ``NOT_LOCATED`` (-2).
    period_codes
        Shape (n,): period from 0 to ``n_periods`` - 1.

    Returns
    -------
    Shape (n_wards + 2, n_periods): the wards, outside, not located. Adds up to n.
    """
    rows = np.where(positions < 0, n_wards - 1 - positions, positions)
    n_rows = n_wards + N_EXTRA_ROWS
    counts = np.bincount(rows * n_periods + period_codes, minlength=n_rows * n_periods)
    return counts.reshape(n_rows, n_periods)


def count_by_ward(
    location: Location, periods: Periods, n_wards: int
) -> tuple[NDArray[np.intp], tuple[str, ...]]:
    """Count incidents by ward and period, with a column for times that are not known.

    Returns
    -------
    Counts of shape (n_wards + 2, number of labels), and the labels: those of ``periods``, with
    ``not known`` last when any incident's time is too vague for the unit.
    """
    if not periods.has_unknown:
        labels = periods.labels
        return ward_counts(location.positions, periods.codes, n_wards, len(labels)), labels
    labels = (*periods.labels, NOT_KNOWN)
    codes = np.where(periods.codes < 0, len(periods.labels), periods.codes)
    return ward_counts(location.positions, codes, n_wards, len(labels)), labels


def ward_measure(
    counts: NDArray[np.intp] | NDArray[np.float64], wards: pd.DataFrame, measure: Measure
) -> NDArray[np.float64]:
    """Turn counts into a measure.

    Parameters
    ----------
    counts
        Shape (number of wards + 2, periods), as :func:`ward_counts` gives them.
    wards
        One row per ward in the same order, with population and area in km2.
    measure
        ``count``; ``rate`` per 1,000 residents, for the period and not scaled to a year;
        ``density`` per km2; ``share`` in % of the period's incidents, the two extra rows
        included.

    Returns
    -------
    The same shape. Rates and densities of the two extra rows are NaN, for they have no residents
    and no area. Shares of a period without incidents are NaN: 0 % would say that the incidents
    were elsewhere.

    Raises
    ------
    ParameterError
        The measure is not known, or the counts are not those of these wards.
    """
    check_measure(measure)
    if len(counts) != len(wards) + N_EXTRA_ROWS:
        msg = (
            f"Counts have {len(counts)} rows for {len(wards)} wards; they need one per ward, "
            "then outside and not located. Take wards and counts of the same vintage."
        )
        raise ParameterError(msg)
    if measure == "count":
        return counts.astype(np.float64)
    if measure == "share":
        total = counts.sum(axis=0, dtype=np.float64)
        return 100 * counts / np.where(total == 0, np.nan, total)
    base = wards[AREA_KM2] if measure == "density" else wards[POPULATION] / 1_000
    base_of_rows = np.append(base.to_numpy(np.float64), np.full(N_EXTRA_ROWS, np.nan))
    return np.asarray(counts / base_of_rows[:, np.newaxis], np.float64)


def check_measure(measure: str) -> None:
    """Refuse a measure that is not one of ``MEASURES``.

    Raises
    ------
    ParameterError
        The measure is not known.
    """
    if measure not in MEASURES:
        msg = f"Measure {measure!r} is not known; use one of {', '.join(MEASURES)}."
        raise ParameterError(msg)
