"""What hotspots had before and in their last weeks, against counts row by row."""

from datetime import date, timedelta

import numpy as np
import pytest

from boundaries.errors import ParameterError
from geo.change.exposure import DateSpan
from geo.change.hotspot_history import HISTORY_COLUMNS, HistoryParams, hotspot_history
from geo.change.poisson_tests import e_test
from geo.change.span_counts import SPAN_COUNT_COLUMNS, span_counts
from geo.hotspots.table import find_hotspots
from geo.selection import Selection
from geo.surfaces.density import DensityParams
from tests.factories import make_incidents

PLACES = [(523_500.0 + 20 * k, 179_900.0) for k in range(5)]
END = date(2017, 12, 31)


def daily(first: date, last: date, *more: date) -> list[date]:
    n_days = (last - first).days + 1
    return [first + timedelta(days=k) for k in range(n_days)] + list(more)


def at_places(days, precision="day"):
    points = [PLACES[k % len(PLACES)] for k in range(len(days))]
    return make_incidents([str(day) for day in days], points, precision=precision)


def history(incidents, selection, **settings):
    result = hotspot_history(incidents, selection, DensityParams(), **settings)
    assert tuple(result.frame.columns) == HISTORY_COLUMNS
    return result


def test_a_burst_in_the_last_weeks_is_held_against_the_year_before_them():
    burst = daily(date(2017, 12, 10), date(2017, 12, 31))
    incidents = at_places(daily(date(2016, 1, 1), END, *burst))
    selection = Selection(date(2017, 1, 1), END)
    before = DateSpan(date(2016, 3, 1), date(2016, 3, 31))
    (row,) = history(incidents, selection, before=before).frame.to_dict("records")
    assert (row["incidents"], row["before"]) == (365 + 22, 31)
    assert (row["last_weeks"], row["past"], row["expected"]) == (28 + 22, 364, 28)
    assert row["p_value"] == pytest.approx(e_test(364, 50, 364, 28).item())
    assert row["significance"] == "more than chance would give"
    few = HistoryParams(weeks=2, past_weeks=12)
    (row,) = history(incidents, selection, history_params=few).frame.to_dict("records")
    assert (row["last_weeks"], row["past"]) == (28, 84 + 8)
    assert np.isnan(row["before"])


def test_the_last_weeks_end_with_the_selection_and_hotspots_are_those_of_it():
    incidents = at_places(daily(date(2016, 1, 1), END))
    selection = Selection(date(2016, 10, 1), date(2017, 3, 31))
    result = history(incidents, selection)
    found = find_hotspots(incidents, selection, DensityParams())
    assert result.frame["name"].tolist() == found.frame["name"].tolist()
    assert result.record.params["last"] == "2017-03-04 to 2017-03-31"
    assert result.record.params["past"] == "2016-03-05 to 2017-03-03"


def test_weeks_in_which_the_hotspots_were_found_are_not_tested():
    burst = daily(date(2017, 12, 10), END)
    incidents = at_places(daily(date(2016, 1, 1), END, *burst))
    result = history(incidents, Selection(END - timedelta(days=27), END))
    (row,) = result.frame.to_dict("records")
    assert (row["last_weeks"], row["expected"]) == (50, 28)
    assert np.isnan(row["p_value"])
    assert row["significance"] == "not tested"
    assert "regression to the mean" in " ".join(result.record.warnings)
    # Four weeks of eight are found with as much else: tested.
    (row,) = history(incidents, Selection(END - timedelta(days=55), END)).frame.to_dict("records")
    assert row["significance"] == "more than chance would give"


@pytest.mark.parametrize(
    ("days", "precision", "why"),
    [
        (daily(date(2017, 9, 15), END), "day", "a past of less than twelve weeks"),
        (daily(date(2016, 1, 1), END), "month", "days that are not known"),
        (daily(date(2023, 1, 1), date(2024, 4, 30)), "day", "a past before the break"),
    ],
)
def test_nothing_is_said_of_the_last_weeks_with(days, precision, why):
    frame = history(at_places(days, precision), Selection()).frame
    assert len(frame) == 1, why
    assert frame[["last_weeks", "past", "expected", "p_value"]].isna().all(axis=None)
    assert frame["significance"].tolist() == ["not tested"]


def test_the_past_begins_after_the_break():
    incidents = at_places(daily(date(2023, 1, 1), date(2024, 12, 31)))
    record = history(incidents, Selection(date(2024, 3, 1), date(2024, 12, 31))).record
    assert record.params["past"] == "2024-02-28 to 2024-12-03"


def test_an_earlier_time_must_be_earlier_and_of_the_same_series():
    incidents = at_places(daily(date(2023, 1, 1), date(2024, 12, 31)))
    selection = Selection(date(2024, 3, 1), date(2024, 12, 31))
    with pytest.raises(ParameterError, match="does not end before 2024-03-01"):
        history(incidents, selection, before=DateSpan(date(2024, 2, 28), date(2024, 3, 1)))
    with pytest.raises(ParameterError, match="across the break"):
        history(incidents, selection, before=DateSpan(date(2023, 3, 1), date(2023, 12, 31)))


def test_counts_of_a_selection_add_up():
    incidents = at_places(daily(date(2017, 1, 1), date(2017, 1, 20)))
    frame = span_counts(incidents, Selection(end=date(2017, 1, 10)), "2002").frame
    assert tuple(frame.columns) == SPAN_COUNT_COLUMNS
    totals = frame.groupby("of")["incidents"].sum().to_dict()
    assert totals == {"all": 10, "kind": 10, "strand": 0, "ward": 10}
