"""Which part of every incident falls into a shift, by aoristic weights.

Ratcliffe 2000, International Journal of Geographical Information Science 14; see
:mod:`geo.times.aoristic`.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from geo.patrol.shift import HOURS_OF_WEEK, PatrolShift
from geo.schema import Incidents
from geo.times.aoristic import DAYS_OF_WEEK, hour_of_week_weights, weekday_weights
from geo.times.shifts import HOURS_OF_DAY

Floats = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class ShiftShares:
    """Parts of n incidents that fall into a shift.

    Attributes
    ----------
    share
        Shape (n,), 0 to 1; the borough's where nothing is known of the time of the week.
    has_hour, has_day
        Shape (n,): whether the hour, or at least the weekday, is known.
    of_borough
        Part of the incidents with a known hour or weekday, by their weights.
    of_hours
        Shape (length of the shift,): how the incidents of the shift are spread over its hours;
        adds up to 1.
    """

    share: Floats
    has_hour: NDArray[np.bool_]
    has_day: NDArray[np.bool_]
    of_borough: float
    of_hours: Floats


def shift_shares(incidents: Incidents, weights: Floats, shift: PatrolShift) -> ShiftShares:
    """Find how much of each incident falls into a shift, whatever week it is.

    An incident of which the weekday is known, but no hour, is spread over the hours as the others
    of that weekday are; over all hours alike where no hour is known at all.

    Parameters
    ----------
    weights
        Shape (n,): how much each incident counts for the borough's part; 0 for those left out.
    """
    hours, days = hour_of_week_weights(incidents), weekday_weights(incidents)
    has_hour, has_day = (np.asarray(np.diff(rows.indptr) > 0) for rows in (hours, days))
    of_week = np.zeros(HOURS_OF_WEEK)
    of_week[shift.hours_of_week] = 1
    profile = np.asarray(weights @ hours, np.float64)
    of_days = (_hours_of_days(profile) * of_week.reshape(DAYS_OF_WEEK, HOURS_OF_DAY)).sum(axis=1)
    share = np.where(has_hour, hours @ of_week, days @ of_days)
    known = weights * has_day
    of_borough = (
        float(known @ share / known.sum()) if known.any() else float(of_week.sum() / HOURS_OF_WEEK)
    )
    share = np.where(has_day, np.clip(share, 0, 1), of_borough)
    in_order = profile[shift.hours_of_week].sum(axis=0)
    even = np.full(shift.length_h, 1 / shift.length_h)
    of_hours = in_order / in_order.sum() if in_order.any() else even
    return ShiftShares(share, has_hour, has_day, of_borough, of_hours)


def _hours_of_days(profile: Floats) -> Floats:
    """Give how each weekday is spread over its hours, (7, 24), rows adding up to 1.

    A weekday without a known hour is spread as all days together are, and evenly where none has.
    """
    by_day = profile.reshape(DAYS_OF_WEEK, HOURS_OF_DAY)
    together = by_day.sum(axis=0)
    together = together if together.any() else np.ones(HOURS_OF_DAY)
    filled = np.where(by_day.any(axis=1, keepdims=True), by_day, together)
    return np.asarray(filled / filled.sum(axis=1, keepdims=True), np.float64)
