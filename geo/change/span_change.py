"""Change from one stretch of days to another: all incidents, crimes and others, strands, wards.

The same counts as by ward and financial year, for any two stretches: the last twelve months and
those before, four weeks and the same four weeks a year earlier.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

import boundaries
from boundaries.vintages import Vintage, check_vintage
from geo.analysis import analysis
from geo.change.count_change import (
    LEVEL,
    MEASURED_COLUMNS,
    ChangeParams,
    Counted,
    change_tests,
    counted_columns,
    length_warnings,
)
from geo.change.exposure import DateSpan, compared_days
from geo.change.groups import CODE, KIND_NOT_KNOWN, NAME, OF, Group, Of, groups_of
from geo.change.other_wards import other_wards_warnings
from geo.record import make_record
from geo.reporting_periods import span_in_words
from geo.result import Result
from geo.schema import Incidents
from geo.selection import Selection
from geo.significance import correction_in_words
from geo.wards.join import locate
from geo.wards.table import EXTRA_ROWS
from geo.wards.warnings import missing_months, ward_warnings

SPAN_CHANGE_COLUMNS = (OF, CODE, NAME, *MEASURED_COLUMNS)

_NOT_TESTED = (KIND_NOT_KNOWN, *EXTRA_ROWS)
"""No kind and no places, but a matter of recording."""
_DEFAULTS = ChangeParams()


@dataclass(frozen=True, eq=False)
class SpanChangeResult(Result):
    """Changes of everything that is counted; ``frame`` has ``SPAN_CHANGE_COLUMNS``.

    ``of`` says what a row is: ``all`` incidents, a ``kind``, a ``strand`` (mentions, of which an
    incident can carry several), a ``ward``. ``code`` tells rows of one ``of`` apart: ``all``; the
    kinds ``crime``, ``incident`` and ``not_known``; strands by name; wards by code, then
    ``outside`` and ``not_located``. Kinds add up to all incidents, and wards with the two rows
    after them do.
    """

    def rows(self, of: Of) -> pd.DataFrame:
        """Give the rows of one kind, in their order."""
        return self.frame[self.frame[OF] == of]


@analysis("span_change")
def span_change(
    incidents: Incidents,
    selection: Selection,
    before: DateSpan,
    after: DateSpan,
    *,
    change_params: ChangeParams = _DEFAULTS,
    vintage: Vintage = "2022",
) -> SpanChangeResult:
    """Compare two stretches of days, for the whole selection and what it consists of.

    Parameters
    ----------
    incidents
        All incidents: they say which days the data covers.
    before, after
        The two stretches, which share no day; within the days of the selection.
    vintage
        Ward polygons on which both are counted.

    Returns
    -------
    Figures are as in :func:`geo.wards.change.ward_change`, per day that the data covers. Kinds,
    strands and wards are each corrected for their own number of tests; all incidents together are
    one test. ``not_known``, ``outside`` and ``not_located`` are not tested. The record is about
    the incidents of the two stretches.

    Raises
    ------
    ParameterError
        The stretches overlap, the data covers nothing of one, or the break of the Metropolitan
        Police's series or a change of wards lies between or in them and is not allowed.
    """
    check_vintage(vintage)
    days, broken = compared_days(incidents, selection, before, after, change_params.allow_break)
    other_wards = other_wards_warnings(
        (before, after),
        (span_in_words(before), span_in_words(after)),
        vintage,
        allow_ward_change=change_params.allow_ward_change,
    )
    selected = selection.apply(incidents)
    compared = selected.take(before.mask(selected) | after.mask(selected))
    location = locate(compared, vintage)
    in_before = before.mask(compared)
    groups = groups_of(compared, location, vintage)
    frame = pd.concat(
        [_measured(group, in_before, days, change_params) for group in groups], ignore_index=True
    )
    wards = boundaries.load_wards(vintage)
    record = make_record(
        "span_change",
        {
            **change_params.as_dict(),
            "vintage": vintage,
            "before": str(before),
            "after": str(after),
            "days_before": days[0],
            "days_after": days[1],
        },
        selection,
        compared,
        location,
        _rules(change_params, groups),
        [
            *broken,
            *other_wards,
            *length_warnings(span_in_words(before), span_in_words(after), *days),
            *ward_warnings(compared, wards, vintage, "count"),
            *missing_months(selected),
        ],
    )
    return SpanChangeResult(frame, record)


def _measured(
    group: Group, in_before: NDArray[np.bool_], days: tuple[float, float], params: ChangeParams
) -> pd.DataFrame:
    earlier, later = (group.member[mask].sum(axis=0) for mask in (in_before, ~in_before))
    counted = Counted(earlier.astype(np.float64), later.astype(np.float64), *days)
    columns: dict[str, Any] = {
        OF: [group.of] * len(group.codes),
        CODE: list(group.codes),
        NAME: list(group.names),
        **counted_columns(counted),
        **change_tests(counted, params, _is_tested(group)),
    }
    return pd.DataFrame(columns)


def _is_tested(group: Group) -> NDArray[np.bool_]:
    return ~np.isin(np.array(group.codes, dtype=str), _NOT_TESTED)


def _rules(params: ChangeParams, groups: Sequence[Group]) -> dict[str, str]:
    corrected = "; ".join(
        f"{group.of}: {correction_in_words(params.correction, int(_is_tested(group).sum()))}"
        for group in groups
        if len(group.codes) > 1
    )
    covered = "days of the stretch that the data covers"
    return {
        "days_before": covered,
        "days_after": covered,
        "significance": (
            "E-test of two Poisson counts over the days covered, two-sided; more than chance where "
            f"the corrected p-value is at most {LEVEL:g} ({corrected})"
        ),
    }
