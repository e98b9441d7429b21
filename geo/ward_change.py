"""Change of each ward between two periods."""

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from boundaries.columns import WARD_CODE, WARD_NAME
from boundaries.errors import ParameterError
from geo.analysis import analysis
from geo.periods import Periods
from geo.record import make_record
from geo.result import Result
from geo.schema import Incidents
from geo.selection import Selection
from geo.series_break import BREAK_IN_WORDS, break_lies_between
from geo.ward_table import WardParams, row_names, ward_values
from geo.ward_warnings import missing_months, ward_warnings
from geo.wardjoin import Location

BEFORE = "before"
AFTER = "after"
DIFFERENCE = "difference"
CHANGE_PERCENT = "change_percent"
CHANGE_COLUMNS = (WARD_CODE, WARD_NAME, BEFORE, AFTER, DIFFERENCE, CHANGE_PERCENT)


def change_percent(before: NDArray[np.float64], after: NDArray[np.float64]) -> NDArray[np.float64]:
    """Give the change in per cent of ``before``; NaN from 0, where no per cent is defined.

    >>> change_percent(np.array([77.0, 0.0]), np.array([107.0, 3.0])).round(1).tolist()
    [39.0, nan]
    """
    return 100 * (after - before) / np.where(before == 0, np.nan, before)


@analysis("ward_change")
def ward_change(
    incidents: Incidents, selection: Selection, params: WardParams, before: str, after: str
) -> Result:
    """Compare two periods ward by ward.

    Parameters
    ----------
    incidents
        All incidents; the selection is applied here.
    params
        ``period`` is the unit of the two periods, ``measure`` what is compared.
    before, after
        Labels of two periods as :func:`geo.periods.periods_of` writes them.

    Returns
    -------
    Frame with exactly the columns ``CHANGE_COLUMNS``: wards by code, then ``outside`` and
    ``not_located``. ``before``, ``after`` and ``difference`` (after less before) are in the unit
    of the measure, percentage points for shares; ``change_percent`` is in % of ``before``, NaN
    where that is 0. A change is what was counted, not a test of whether chance would give it.
    The record is about the incidents of the two periods.

    Raises
    ------
    ParameterError
        A label is not a period of the selected incidents, both are the same, or the break of the
        Metropolitan Police's series in February 2024 lies between or in them.
    """
    selected = selection.apply(incidents)
    found = ward_values(selected, params)
    _check_labels(found.periods, before, after)
    earlier, later = (found.matrix[:, found.labels.index(label)] for label in (before, after))
    columns = (earlier, later, later - earlier, change_percent(earlier, later))
    measured = dict(zip((BEFORE, AFTER, DIFFERENCE, CHANGE_PERCENT), columns, strict=True))
    if params.measure == "count":
        measured |= {name: measured[name].astype(np.int64) for name in (BEFORE, AFTER, DIFFERENCE)}
    is_compared = _is_in(found.periods, before, after)
    compared = selected.take(is_compared)
    record = make_record(
        "ward_change",
        {**params.as_dict(), BEFORE: before, AFTER: after},
        selection,
        compared,
        Location(found.location.positions[is_compared]),
        warnings=(
            *ward_warnings(compared, found.wards, params.vintage, params.measure),
            *missing_months(selected),
        ),
    )
    return Result(pd.DataFrame({**row_names(found.wards), **measured}), record)


def _is_in(periods: Periods, *labels: str) -> NDArray[np.bool_]:
    chosen = [periods.labels.index(label) for label in labels]
    return np.isin(periods.codes, chosen)


def _check_labels(periods: Periods, before: str, after: str) -> None:
    unknown = [label for label in (before, after) if label not in periods.labels]
    if unknown:
        known = ", ".join(periods.labels) or "none, for no incident is selected"
        msg = f"There is no period {' and no '.join(map(repr, unknown))}; there are: {known}."
        raise ParameterError(msg)
    if before == after:
        msg = f"Both periods are {before!r}; a change needs two different ones."
        raise ParameterError(msg)
    if break_lies_between(periods.unit, before, after):
        msg = (
            f"{before!r} and {after!r} cannot be compared. {BREAK_IN_WORDS}. Choose two periods "
            "that both end before it, or both begin after it."
        )
        raise ParameterError(msg)
