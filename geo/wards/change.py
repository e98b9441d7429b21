"""Change of each ward between two periods, and whether it is more than chance."""

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from boundaries.columns import WARD_CODE, WARD_NAME
from boundaries.errors import ParameterError
from geo.analysis import analysis
from geo.change.count_change import (
    AFTER,
    BEFORE,
    CHANGE_PERCENT,
    DIFFERENCE,
    LEVEL,
    MEASURED_COLUMNS,
    ChangeParams,
    Counted,
    change_tests,
    counted_columns,
    length_warnings,
)
from geo.change.exposure import days_covered, days_of_period, span_of
from geo.change.other_wards import other_wards_warnings
from geo.change.poisson_tests import chance_in_words, e_test
from geo.periods import CALENDAR_UNITS, Periods, PeriodUnit
from geo.record import make_record
from geo.result import Result
from geo.schema import Incidents
from geo.selection import Selection
from geo.series_break import accept_break, break_lies_between
from geo.significance import correction_in_words
from geo.wards.counts import N_EXTRA_ROWS, Measure, count_by_ward
from geo.wards.join import Location
from geo.wards.table import WardParams, WardValues, row_names, ward_values
from geo.wards.warnings import cut_months, missing_months, ward_warnings

CHANGE_COLUMNS = (WARD_CODE, WARD_NAME, *MEASURED_COLUMNS)

_DEFAULTS = ChangeParams()


@dataclass(frozen=True, eq=False)
class WardChangeResult(Result):
    """Changes by ward.

    Attributes
    ----------
    total
        All incidents of both periods, one sentence: how many, and whether that is a change. Most
        wards follow the whole, so it is read first.
    """

    total: str


@analysis("ward_change")
def ward_change(
    incidents: Incidents,
    selection: Selection,
    params: WardParams,
    before: str,
    after: str,
    change_params: ChangeParams = _DEFAULTS,
) -> WardChangeResult:
    """Compare two periods ward by ward.

    Each ward's counts are tested by the E-test and corrected together; see
    :mod:`geo.change.poisson_tests`. Counts, rates and densities are compared per day that the data
    covers, shares by the totals of the periods. Both periods are counted on the wards of
    one vintage, so a change of boundaries makes no difference.

    Parameters
    ----------
    incidents
        All incidents; the selection is applied here.
    params
        ``period`` is the unit of the two periods, ``measure`` what is compared.
    before, after
        Labels of two periods as :func:`geo.periods.periods_of` writes them.
    change_params
        The correction, the confidence, and whether to go across the break of the series.

    Returns
    -------
    Frame with exactly the columns ``CHANGE_COLUMNS``: wards by code, then ``outside`` and
    ``not_located``. ``before``, ``after`` and ``difference`` (after less before) are in the unit
    of the measure, percentage points for shares. ``change_percent`` is in % of the rate per day
    before, NaN where that is 0, with its interval, which has no upper limit there. The last two
    rows are no places but a matter of recording; they are not tested. The record is about the
    incidents of the two periods.

    Raises
    ------
    ParameterError
        A label is not a period of the selected incidents, both are the same, the data covers
        nothing of one, or the break of the Metropolitan Police's series in February 2024 lies
        between or in them and is not allowed; or the wards changed between or in them and that is
        not allowed.
    """
    selected = selection.apply(incidents)
    found = ward_values(selected, params)
    _check_labels(found.periods, before, after)
    broken = _break_warnings(params.period, before, after, change_params)
    other_wards = _ward_change_warnings(params, before, after, change_params)
    days = _days(incidents, selection, params.period, before, after)
    earlier, later = _counts(found, before, after)
    by_days = Counted(earlier, later, *days)
    counted = _of_totals(by_days) if params.measure == "share" else by_days
    is_ward = np.arange(len(found.matrix)) < len(found.wards)
    columns = {
        **row_names(found.wards),
        **_measured(found, before, after, counted, params.measure),
        **change_tests(counted, change_params, is_ward),
    }
    is_compared = _is_in(found.periods, before, after)
    compared = selected.take(is_compared)
    asked = {BEFORE: before, AFTER: after, "days_before": days[0], "days_after": days[1]}
    record = make_record(
        "ward_change",
        {**params.as_dict(), **change_params.as_dict(), **asked},
        selection,
        compared,
        Location(found.location.positions[is_compared]),
        _rules(params, change_params, len(found.wards)),
        (
            *broken,
            *other_wards,
            *([] if counted is not by_days else length_warnings(before, after, *days)),
            *ward_warnings(compared, found.wards, params.vintage, params.measure),
            *missing_months(selected),
            *cut_months(incidents, selection),
            *_vague_warnings(found.periods),
        ),
    )
    total = f"{before} to {after}: {_total_in_words(by_days)}"
    return WardChangeResult(pd.DataFrame(columns), record, total)


def _counts(found: WardValues, before: str, after: str) -> NDArray[np.float64]:
    """Give the counts of the two periods, shape (2, rows), whatever the measure is."""
    counts, labels = count_by_ward(found.location, found.periods, len(found.wards))
    columns = [labels.index(before), labels.index(after)]
    return counts[:, columns].T.astype(np.float64)


def _of_totals(counted: Counted) -> Counted:
    """Compare shares: each count over the total of its period."""
    totals = float(counted.before.sum()), float(counted.after.sum())
    if not all(totals):
        which = BEFORE if totals[0] == 0 else AFTER
        msg = f"The period {which} has no incident to take shares of; compare counts instead."
        raise ParameterError(msg)
    return Counted(counted.before, counted.after, *totals)


def _rules(params: WardParams, change_params: ChangeParams, n_wards: int) -> dict[str, str]:
    base = "the totals of the periods" if params.measure == "share" else "the days covered"
    corrected = correction_in_words(change_params.correction, n_wards)
    return {
        "days_before": "days of the period that the data covers",
        "days_after": "days of the period that the data covers",
        "significance": (
            f"E-test of two Poisson counts over {base}, two-sided; more than chance where the "
            f"corrected p-value is at most {LEVEL:g} ({corrected})"
        ),
    }


def _measured(
    found: WardValues, before: str, after: str, counted: Counted, measure: Measure
) -> dict[str, NDArray[Any]]:
    columns = counted_columns(counted)
    if measure != "count":
        earlier, later = (found.matrix[:, found.labels.index(label)] for label in (before, after))
        columns |= {BEFORE: earlier, AFTER: later, DIFFERENCE: later - earlier}
        if measure != "share":  # outside and not located have no residents and no area
            columns[CHANGE_PERCENT][-N_EXTRA_ROWS:] = np.nan
    return columns


def _total_in_words(counted: Counted) -> str:
    earlier, later = counted.before.sum(), counted.after.sum()
    exposures = (counted.exposure_before, counted.exposure_after)
    p = np.atleast_1d(e_test(earlier, later, *exposures))
    return (
        f"all incidents {earlier:,.0f} before, {later:,.0f} after, a change of "
        f"{later - earlier:+,.0f}, {chance_in_words(p, LEVEL)[0]} (p {p_in_words(p[0])})"
    )


def p_in_words(p: float) -> str:
    """Write a p-value.

    >>> p_in_words(0.0003), p_in_words(0.034)
    ('below 0.001', '0.034')
    """
    return "below 0.001" if p < 0.001 else f"{p:.3f}"


def _days(
    incidents: Incidents, selection: Selection, unit: PeriodUnit, before: str, after: str
) -> tuple[float, float]:
    labels = (before, after)
    spans = [span_of(label) for label in labels] if unit in CALENDAR_UNITS else []
    covered = days_covered(incidents, selection, *spans)
    first, last = (days_of_period(covered, unit, label) for label in labels)
    for label, days in zip(labels, (first, last), strict=True):
        if days == 0:
            msg = f"The data covers no day of {label!r}; choose a period that has incidents."
            raise ParameterError(msg)
    return float(first), float(last)


def _is_in(periods: Periods, *labels: str) -> NDArray[np.bool_]:
    chosen = [periods.labels.index(label) for label in labels]
    return np.isin(periods.codes, chosen)


def _vague_warnings(periods: Periods) -> list[str]:
    n = int((periods.codes < 0).sum())
    return [f"Incidents with no exact enough time for any {periods.unit}: {n:,}."] if n else []


def _check_labels(periods: Periods, before: str, after: str) -> None:
    unknown = [label for label in (before, after) if label not in periods.labels]
    if unknown:
        known = ", ".join(periods.labels) or "none, for no incident is selected"
        msg = f"There is no period {' and no '.join(map(repr, unknown))}; there are: {known}."
        raise ParameterError(msg)
    if before == after:
        msg = f"Both periods are {before!r}; a change needs two different ones."
        raise ParameterError(msg)


def _break_warnings(unit: PeriodUnit, before: str, after: str, params: ChangeParams) -> list[str]:
    if not break_lies_between(unit, before, after):
        return []
    return accept_break(
        f"{before!r} and {after!r} cannot be compared",
        "Choose two periods that both end before it, or both begin after it.",
        allow_break=params.allow_break,
    )


def _ward_change_warnings(
    params: WardParams, before: str, after: str, change_params: ChangeParams
) -> list[str]:
    """Say so, or refuse it, where the two periods had other wards."""
    if params.period not in CALENDAR_UNITS:
        return []
    return other_wards_warnings(
        (span_of(before), span_of(after)),
        (repr(before), repr(after)),
        params.vintage,
        allow_ward_change=change_params.allow_ward_change,
    )
