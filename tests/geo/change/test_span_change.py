"""Two stretches of days: the counts of a slow recount, the tests of wards by financial year."""

from datetime import date

import numpy as np
import pandas as pd
import pytest

import boundaries
from boundaries.errors import ParameterError
from geo import demonstration
from geo.change.count_change import MEASURED_COLUMNS, ChangeParams
from geo.change.exposure import DateSpan, span_of
from geo.change.poisson_tests import e_test
from geo.change.span_change import SPAN_CHANGE_COLUMNS, span_change
from geo.schema import IS_CRIME, OCCURRED, STRAND_COLUMNS, Incidents
from geo.selection import Selection
from geo.significance import adjusted
from geo.wards.change import ward_change
from geo.wards.table import WardParams
from tests.factories import make_incidents

EVERYTHING = Selection()
BEFORE, AFTER = span_of("2015/16"), span_of("2016/17")
POINT = (523_500.0, 179_900.0)


@pytest.fixture(scope="module")
def incidents() -> Incidents:
    return demonstration.load()


@pytest.mark.parametrize("selection", [EVERYTHING, Selection(strands=("race",), kind="crime")])
def test_wards_and_the_total_are_those_of_financial_years(incidents, selection):
    found = span_change(incidents, selection, BEFORE, AFTER, vintage="2002")
    by_year = ward_change(incidents, selection, WardParams("2002", "fy"), "2015/16", "2016/17")
    wards = found.rows("ward").reset_index(drop=True)
    assert wards["code"].tolist() == by_year.frame["ward_code"].tolist()
    pd.testing.assert_frame_equal(
        wards[list(MEASURED_COLUMNS)], by_year.frame[list(MEASURED_COLUMNS)]
    )
    total = found.rows("all").iloc[0]
    assert f"a change of {total['difference']:+,.0f}, {total['significance']}" in by_year.total
    assert found.record.data_fingerprint == by_year.record.data_fingerprint


def test_counts_are_those_of_a_recount_row_by_row(incidents):
    spans = {"before": DateSpan(date(2016, 3, 10), date(2016, 5, 2))}
    spans["after"] = DateSpan(date(2017, 3, 9), date(2017, 5, 1))
    found = span_change(incidents, EVERYTHING, spans["before"], spans["after"])
    assert tuple(found.frame.columns) == SPAN_CHANGE_COLUMNS
    wards = boundaries.load_wards("2022")
    for column, span in spans.items():
        days = incidents.frame[OCCURRED].dt.date
        rows = incidents.frame[(days >= span.first) & (days <= span.last)]
        is_crime = rows[IS_CRIME]
        expected = {
            "all": len(rows),
            "crime": int((is_crime == True).sum()),  # noqa: E712 - nullable
            "incident": int((is_crime == False).sum()),  # noqa: E712
            "not_known": int(is_crime.isna().sum()),
            **{strand: int(rows[name].sum()) for strand, name in STRAND_COLUMNS.items()},
        }
        others = found.frame[found.frame["of"] != "ward"]
        assert dict(zip(others["code"], others[column], strict=True)) == expected
        points = incidents.to_geodataframe().loc[rows.index]
        by_ward = [int(points.intersects(shape).sum()) for shape in wards.geometry]
        assert found.rows("ward")[column].tolist()[:-2] == by_ward
        assert found.rows("ward")[column].sum() == found.rows("kind")[column].sum() == len(rows)


def test_each_group_is_corrected_for_its_own_tests_and_what_is_no_place_is_not_tested(incidents):
    found = span_change(incidents, EVERYTHING, BEFORE, AFTER)
    for of, n_tested in {"all": 1, "kind": 2, "strand": 5, "ward": 21}.items():
        rows = found.rows(of)  # type: ignore[arg-type]
        tested = rows[rows["p_value"].notna()]
        assert len(tested) == n_tested
        p = e_test(tested["before"], tested["after"], 366, 365)
        np.testing.assert_allclose(tested["p_value"], p)
        np.testing.assert_allclose(tested["p_corrected"], adjusted(p, "benjamini-hochberg"))
    untested = found.frame[found.frame["significance"] == "not tested"]
    assert untested["code"].tolist() == ["not_known", "outside", "not_located"]


def test_the_break_and_other_wards_are_refused_unless_allowed():
    incidents = make_incidents(
        ["2021-06-01"] * 4 + ["2023-06-01"] * 8 + ["2024-06-01"], [POINT] * 13
    )
    old, new, newest = (span_of(str(year)) for year in (2021, 2023, 2024))
    with pytest.raises(ParameterError, match=r"28 February 2024 \(CRIS to CONNECT\)"):
        span_change(incidents, EVERYTHING, new, newest)
    with pytest.raises(ParameterError, match="the wards changed on 5 May 2022"):
        span_change(incidents, EVERYTHING, old, new)
    allowed = ChangeParams(allow_break=True, allow_ward_change=True)
    warnings = span_change(
        incidents, EVERYTHING, old, newest, change_params=allowed
    ).record.warnings
    assert warnings[0].startswith("Across a break in the series, as allowed")
    assert any(text.startswith("Across a change of wards, as allowed") for text in warnings)
    with pytest.raises(ParameterError, match="share days"):
        span_change(incidents, EVERYTHING, new, DateSpan(date(2023, 12, 31), date(2024, 2, 1)))
