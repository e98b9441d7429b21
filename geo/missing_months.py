"""Months of which data has no record at all, though it has many in others."""

import numpy as np
from numpy.typing import NDArray

from geo.schema import Incidents

DAYS_PER_MONTH = 30.4375

_USUAL_PER_MONTH = 10
"""From 10 a month on, a Poisson count is 0 less than once in 20,000 months."""


def missing_months(incidents: Incidents) -> NDArray[np.datetime64]:
    """Give the months from the first to the last incident in which a file may be missing.

    Those without any incident where there are 10 a month on average; none where there are fewer,
    for then a month without any is nothing strange.

    Returns
    -------
    ``datetime64[M]``, ascending.
    """
    months, counts = np.unique(incidents.occurred.astype("datetime64[M]"), return_counts=True)
    if not len(months):
        return months
    every = np.arange(months[0], months[-1] + 1)
    is_usual = counts.sum() >= _USUAL_PER_MONTH * len(every)
    return np.setdiff1d(every, months) if is_usual else every[:0]
