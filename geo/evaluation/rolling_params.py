"""Settings of when predictions are trained and tested."""

from dataclasses import dataclass
from datetime import date

from geo.params import Params, number

MOST_DATES = 30
"""Dates tested when the number is not given."""


@dataclass(frozen=True)
class RollingParams(Params):
    """How long to train and to test, and at how many dates."""

    test_from: date | None = None
    train_days: int | None = number(
        None,
        low=7,
        high=3660,
        step=1,
        unit="days",
        label="Training time",
        help="How much time before each date the prediction is made of. Empty: a year, or half "
        "of the time without a gap where that is shorter.",
    )
    test_days: int = number(
        28,
        low=1,
        high=366,
        step=1,
        unit="days",
        label="Test time",
        help="How much time after each date is predicted. Whole months, at least one, where "
        "incidents are dated by month.",
    )
    step_days: int | None = number(
        None,
        low=1,
        high=366,
        step=1,
        unit="days",
        label="Step between dates",
        help="Empty: as long as a test, so that no incident is predicted twice.",
    )
    n_dates: int | None = number(
        None,
        low=1,
        high=400,
        step=1,
        unit="dates",
        label="Dates",
        help=f"How many dates to test at. Empty: all that the data has room for, at most "
        f"{MOST_DATES}.",
    )
    allow_gaps: bool = False
