"""Settings of how plans made the same way are tested."""

from dataclasses import dataclass

from geo.params import Params, number


@dataclass(frozen=True)
class TrackParams(Params):
    """At how many dates plans are made and tested, and on how much time."""

    n_dates: int = number(
        10,
        low=1,
        high=60,
        step=1,
        unit="dates",
        label="Plans to test",
        help="The last so many that the data has room for, one after the other.",
    )
    test_days: int = number(
        28,
        low=7,
        high=366,
        step=7,
        unit="days",
        label="Test time",
        help="How much time after each date a plan is tested on. Whole months, at least one, "
        "where incidents are dated by month.",
    )
    train_days: int | None = number(
        None,
        low=7,
        high=3660,
        step=1,
        unit="days",
        label="Time before the first date",
        help="At least so much data before each date. Empty: a year, or half of the time without "
        "a gap where that is shorter, or the time looked at.",
    )
    allow_gaps: bool = False
    runs: int = number(
        2000, low=200, high=20_000, step=100, unit="runs", label="Runs of the bootstrap"
    )
    seed: int = number(0, low=0, high=2**31 - 1, step=1, unit="", label="Seed of the bootstrap")
