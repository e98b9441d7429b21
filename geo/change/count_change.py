"""The change of counts from one period to another: its columns, test and interval, in arrays."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from geo.change.poisson_tests import chance_in_words, e_test, rate_ratio_interval
from geo.params import Params, choice, number
from geo.significance import CORRECTIONS, Correction, adjusted

BEFORE = "before"
AFTER = "after"
DIFFERENCE = "difference"
CHANGE_PERCENT = "change_percent"
CHANGE_LOW_PERCENT = "change_low_percent"
CHANGE_HIGH_PERCENT = "change_high_percent"
P_VALUE = "p_value"
P_CORRECTED = "p_corrected"
SIGNIFICANCE = "significance"
TEST_COLUMNS = (CHANGE_LOW_PERCENT, CHANGE_HIGH_PERCENT, P_VALUE, P_CORRECTED, SIGNIFICANCE)
MEASURED_COLUMNS = (BEFORE, AFTER, DIFFERENCE, CHANGE_PERCENT, *TEST_COLUMNS)

LEVEL = 0.05
"""Corrected p-values up to this are called more than chance would give."""


@dataclass(frozen=True)
class ChangeParams(Params):
    """How a change is tested, and whether it may go across a break in the series.

    ``allow_break`` is for the Met's change of system, ``allow_ward_change`` for periods that had
    other wards.
    """

    correction: Correction = choice(
        "benjamini-hochberg",
        options=CORRECTIONS,
        label="Correction for many places",
        help="With many places tested at once, some change by luck.",
    )
    confidence_pct: float = number(
        95,
        low=80,
        high=99.9,
        step=0.1,
        unit="%",
        label="Confidence of the interval",
        help="Share of such intervals, at least, that hold the true change.",
    )
    allow_break: bool = False
    allow_ward_change: bool = False


@dataclass(frozen=True, eq=False)
class Counted:
    """Counts of the same places in two periods, and how long each was observed.

    Attributes
    ----------
    before, after
        Shape (n,): whole counts.
    exposure_before, exposure_after
        What each was counted over, usually days: the same for all, or shape (n,).
    """

    before: NDArray[np.float64]
    after: NDArray[np.float64]
    exposure_before: float | NDArray[np.float64]
    exposure_after: float | NDArray[np.float64]

    def change_percent(self) -> NDArray[np.float64]:
        """Give the change of the rates in %; NaN from 0, where no per cent is defined."""
        base = np.where(self.before == 0, np.nan, self.before)
        # One product and one quotient of whole numbers, so that -50 % is exactly that.
        return 100 * (self.after * self.exposure_before / (base * self.exposure_after)) - 100


def change_tests(
    counted: Counted, params: ChangeParams, is_tested: NDArray[np.bool_] | None = None
) -> dict[str, NDArray[Any]]:
    """Test many changes together.

    Parameters
    ----------
    is_tested
        Shape (n,): which are tested and counted for the correction; None means all.

    Returns
    -------
    The columns ``TEST_COLUMNS``, each (n,): the limits of the change in %, the upper NaN where
    nothing was counted before, for then there is none; the p-value of the E-test, the corrected
    one, and whether that is more than chance would give. Without a test NaN and ``not tested``.
    """
    n = len(counted.before)
    chosen = np.ones(n, np.bool_) if is_tested is None else is_tested
    pair = (counted.before[chosen], counted.after[chosen])
    exposures = [
        np.broadcast_to(one, n)[chosen] for one in (counted.exposure_before, counted.exposure_after)
    ]
    limits = rate_ratio_interval(*pair, *exposures, confidence=params.confidence_pct / 100)
    low, high, p = np.full((3, n), np.nan)
    low[chosen], high[chosen] = (100 * (limit - 1) for limit in limits)
    high[np.isinf(high)] = np.nan
    p[chosen] = e_test(*pair, *exposures)
    corrected = adjusted(p, params.correction)
    columns = (low, high, p, corrected, chance_in_words(corrected, LEVEL))
    return dict(zip(TEST_COLUMNS, columns, strict=True))


def changes_of_some(
    counted: Counted, at: NDArray[np.intp], n: int, params: ChangeParams
) -> dict[str, NDArray[Any]]:
    """Give the change in % and its tests where only some of n counts can be compared.

    Parameters
    ----------
    counted
        Those that can.
    at
        Their positions among all.

    Returns
    -------
    ``CHANGE_PERCENT`` and the columns ``TEST_COLUMNS``, each (n,); see :func:`change_tests`.
    """
    of_some = {CHANGE_PERCENT: counted.change_percent(), **change_tests(counted, params)}
    del of_some[SIGNIFICANCE]
    columns = {name: np.full(n, np.nan) for name in of_some}
    for name, values in of_some.items():
        columns[name][at] = values
    return {**columns, SIGNIFICANCE: chance_in_words(columns[P_CORRECTED], LEVEL)}


def counted_columns(counted: Counted) -> dict[str, NDArray[Any]]:
    """Give the counts before and after, their difference, and the change in %."""
    before, after = counted.before.astype(np.int64), counted.after.astype(np.int64)
    columns: Mapping[str, NDArray[Any]] = {
        BEFORE: before,
        AFTER: after,
        DIFFERENCE: after - before,
        CHANGE_PERCENT: counted.change_percent(),
    }
    return dict(columns)


def length_warnings(
    before: object, after: object, days_before: float, days_after: float
) -> list[str]:
    """Say that two periods differ in length, and what is compared then."""
    if days_before == days_after:
        return []
    return [
        (
            f"The periods differ in length: the data covers {days_before:,.0f} days of {before} "
            f"and {days_after:,.0f} of {after}. Changes in %, intervals and tests are of incidents "
            "per day; the difference is of the counts as they are."
        )
    ]
