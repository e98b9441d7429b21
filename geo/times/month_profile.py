"""Incidents by month of the year, per month that the data covers."""

import calendar

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from geo.schema import OCCURRED, Incidents
from geo.selection import Selection
from geo.wards.warnings import empty_months

MONTH = "month"
INCIDENTS = "incidents"
MONTHS_COVERED = "months_covered"
PER_MONTH = "incidents_per_month"
SHARE = "share"
MONTH_COLUMNS = (MONTH, INCIDENTS, MONTHS_COVERED, PER_MONTH, SHARE)

MONTH_NAMES = tuple(calendar.month_name)[1:]


def month_profile(incidents: Incidents, selected: Incidents, selection: Selection) -> pd.DataFrame:
    """Count by month of the year, and divide by how often that month is in the data.

    Eleven months of data hold eleven of the months once and one of them not at all, and three and
    a half years hold some three times and some four: the sums alone would mislead. A month that
    the selection cuts counts with the share of its days. Spans count where they start; the month
    is always known.

    Parameters
    ----------
    incidents
        All incidents; the data is taken to cover every month from their first to their last, but
        for those that :func:`geo.wards.warnings.empty_months` finds missing.
    selected
        Those to be counted.
    selection
        Its first and last day bound what is covered.

    Returns
    -------
    12 rows with the columns ``MONTH_COLUMNS``: ``months_covered`` how many such months, NaN per
    month where there is none, and ``share`` in % of the sum of the means, so that each month of
    the year has the same weight.
    """
    months = selected.frame[OCCURRED].dt.month.to_numpy(np.intp)
    counts = np.bincount(months - 1, minlength=12).astype(np.float64)
    covered = _months_covered(incidents, selection)
    per_month = counts / np.where(covered > 0, covered, np.nan)
    total = np.nansum(per_month)
    columns = {
        MONTH: MONTH_NAMES,
        INCIDENTS: counts,
        MONTHS_COVERED: covered,
        PER_MONTH: per_month,
        SHARE: 100 * per_month / total if total else np.full(12, np.nan),
    }
    return pd.DataFrame(columns)


def _months_covered(incidents: Incidents, selection: Selection) -> NDArray[np.float64]:
    """Give for each month of the year how many the data and the selection cover, shape (12,)."""
    if incidents.span is None:
        return np.zeros(12)
    of_data = pd.period_range(*incidents.span, freq="M")
    first, last = of_data[0].start_time, of_data[-1].end_time.normalize()
    start = max(first, pd.Timestamp(selection.start or first))
    end = min(last, pd.Timestamp(selection.end or last))
    days = pd.date_range(start, end)
    days = days[~days.to_period("M").isin(pd.PeriodIndex(empty_months(incidents), freq="M"))]
    covered = np.bincount(days.month - 1, 1 / days.days_in_month.to_numpy(), minlength=12)
    return np.asarray(covered.round(9), np.float64)
