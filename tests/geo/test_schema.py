"""The table of incidents: what it refuses, its fingerprint, and what is taken from it."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from boundaries.errors import ParameterError
from geo import schema
from geo.schema import Incidents
from tests.factories import make_incidents

NAN = float("nan")


def five() -> Incidents:
    return make_incidents(
        ["2016-03-31T23:59", "2016-04-01", "2016-04-01", "2017-01-01T00:30", "2017-06-15"],
        [(523000, 179000), (523500, 179100), (NAN, NAN), (524000.5, 178000), (500000, 200000)],
        precision=["minute", "day", "month", "minute", "day"],
        is_crime=[True, False, None, True, None],
        category=["Assault", "Arson", "Assault", "Damage", "Assault"],
        strands=[("race",), (), ("race", "disability"), (), ("religion or belief",)],
    )


def remade(frame: pd.DataFrame, **columns: object) -> Incidents:
    return Incidents(frame.assign(**columns))


def test_columns_that_are_missing_or_unknown_are_named() -> None:
    frame = five().frame.drop(columns=schema.SOURCE).assign(home_address="")
    with pytest.raises(ParameterError, match=r"missing \['source'\], unknown \['home_address'\]"):
        Incidents(frame)


@pytest.mark.parametrize("column", schema.REQUIRED_COLUMNS)
def test_every_required_column_is_required(column: str) -> None:
    with pytest.raises(ParameterError, match=rf"missing \['{column}'\]"):
        Incidents(five().frame.drop(columns=column))


@pytest.mark.parametrize("column", schema.OPTIONAL_TEXTS)
def test_optional_columns_may_be_there(column: str) -> None:
    assert column in remade(five().frame, **{column: ["x"] * 5}).frame


def test_a_filtered_frame_needs_a_new_index() -> None:
    frame = five().frame
    with pytest.raises(ParameterError, match=r"plain index from 0; call reset_index\(drop=True\)"):
        Incidents(frame[np.array([True, False, True, True, True])])


@pytest.mark.parametrize(
    "times",
    [
        ["2016-03-31"] * 5,
        pd.to_datetime(["2016-03-31"] * 4 + [None]),
        pd.to_datetime(["2016-03-31"] * 5).tz_localize("Europe/London"),
    ],
    ids=["text", "missing", "with a zone"],
)
def test_times_must_be_local_and_complete(times: object) -> None:
    with pytest.raises(ParameterError, match="'occurred' must hold a local time in every row"):
        remade(five().frame, **{schema.OCCURRED: times})


def test_ends_may_be_there_and_may_be_missing() -> None:
    ends = pd.to_datetime(["2016-04-01T00", None, None, "2017-01-01T03", None])
    incidents = remade(five().frame, **{schema.OCCURRED_END: ends})
    assert schema.OCCURRED_END in schema.OPTIONAL_COLUMNS
    assert incidents.frame[schema.OCCURRED_END].notna().sum() == 2
    others = pd.to_datetime(["2016-04-01T00", None, None, "2017-01-01T04", None])
    later = remade(five().frame, **{schema.OCCURRED_END: others})
    assert len({incidents.fingerprint, later.fingerprint, five().fingerprint}) == 3


def test_an_end_before_its_start_is_refused_with_its_row() -> None:
    ends = pd.to_datetime([None, "2016-04-01", "2016-03-31", None, "2017-06-14"])
    with pytest.raises(ParameterError, match=r"2 rows end before they start; first 2\. Swap"):
        remade(five().frame, **{schema.OCCURRED_END: ends})


def test_ends_must_be_times() -> None:
    with pytest.raises(ParameterError, match="'occurred_end' must hold local times, NaT where"):
        remade(five().frame, **{schema.OCCURRED_END: ["2017-06-14"] * 5})


@pytest.mark.parametrize("column", [schema.EASTING, schema.NORTHING])
def test_half_a_position_is_refused_with_its_row(column: str) -> None:
    frame = five().frame
    frame.loc[[1, 3], column] = NAN
    with pytest.raises(ParameterError, match="2 rows have an easting or a northing only; first 1"):
        Incidents(frame)


def test_an_unknown_precision_is_named() -> None:
    precisions = ["minute", "day", "month", "year", "about"]
    with pytest.raises(ParameterError, match=r"holds \['about', 'year'\]; allowed are \('minute'"):
        remade(five().frame, **{schema.TIME_PRECISION: precisions})


def test_columns_as_arrays() -> None:
    incidents = five()
    assert incidents.easting[[0, 1, 3, 4]].tolist() == [523000, 523500, 524000.5, 500000]
    assert incidents.northing[[0, 1, 3, 4]].tolist() == [179000, 179100, 178000, 200000]
    assert np.isnan(incidents.easting[2])
    assert np.isnan(incidents.northing[2])
    assert incidents.occurred[0] == np.datetime64("2016-03-31T23:59")
    assert len(incidents) == 5


def test_span_is_from_the_earliest_to_the_latest_in_any_order() -> None:
    incidents = make_incidents(["2017-05-01", "2015-02-03", "2016-01-01"], [(NAN, NAN)] * 3)
    assert incidents.span == (pd.Timestamp("2015-02-03"), pd.Timestamp("2017-05-01"))
    assert make_incidents([], []).span is None


def test_equal_data_has_an_equal_fingerprint() -> None:
    assert five().fingerprint == five().fingerprint


OTHER = {
    schema.INCIDENT_ID: "other",
    schema.SOURCE: "other",
    schema.CATEGORY: "other",
    schema.IS_CRIME: (True, False, pd.NA),
    schema.OCCURRED: pd.Timestamp("2016-03-31T23:58"),
    schema.TIME_PRECISION: schema.PRECISIONS,
    schema.EASTING: 520000.25,
    schema.NORTHING: 180000.25,
    **dict.fromkeys(schema.STRAND_COLUMNS.values(), (True, False)),
}
"""For each column a value that no row holds, or all values that it can hold."""


def another_value(column: str, old: object) -> object:
    others = OTHER[column]
    if not isinstance(others, tuple):
        return others
    return next(value for value in others if value is not old and str(value) != str(old))


@pytest.mark.parametrize("row", [0, 2, 4])
@pytest.mark.parametrize("column", schema.REQUIRED_COLUMNS)
def test_one_other_value_gives_another_fingerprint(column: str, row: int) -> None:
    frame = five().frame.copy()
    frame.loc[row, [schema.EASTING, schema.NORTHING]] = [522000.0, 177000.0]
    before = Incidents(frame.copy()).fingerprint
    frame.loc[row, column] = another_value(column, frame.loc[row, column])
    assert Incidents(frame).fingerprint != before


def test_the_order_of_rows_is_part_of_the_fingerprint() -> None:
    turned = five().frame.iloc[::-1].reset_index(drop=True)
    assert Incidents(turned).fingerprint != five().fingerprint


@given(mask=st.lists(st.booleans(), min_size=5, max_size=5).map(np.array))
def test_take_gives_the_rows_in_their_order(mask: np.ndarray) -> None:
    incidents = five()
    taken = incidents.take(mask)
    ids = incidents.frame[schema.INCIDENT_ID].tolist()
    assert taken.frame[schema.INCIDENT_ID].tolist() == [
        name for name, chosen in zip(ids, mask, strict=True) if chosen
    ]
    assert taken.frame.dtypes.equals(incidents.frame.dtypes)
    assert incidents.frame.equals(five().frame)


@given(
    one=st.lists(st.booleans(), min_size=5, max_size=5),
    other=st.lists(st.booleans(), min_size=5, max_size=5),
)
def test_taken_rows_have_the_fingerprint_of_whence_and_which(
    one: list[bool], other: list[bool]
) -> None:
    first, second = five().take(np.array(one)), five().take(np.array(other))
    assert (first.fingerprint == second.fingerprint) == (one == other)
    elsewhere = remade(five().frame, **{schema.SOURCE: "elsewhere"})
    assert elsewhere.take(np.array(one)).fingerprint != first.fingerprint


def test_what_is_taken_of_demonstration_data_is_demonstration_data() -> None:
    some = np.array([True, False, True, False, True])
    assert Incidents(five().frame, is_demonstration=True).take(some).is_demonstration
    assert not five().take(some).is_demonstration


def test_points_are_in_the_national_grid_and_missing_where_not_located() -> None:
    incidents = five()
    points = incidents.to_geodataframe()
    assert points.crs == schema.BNG
    located = points[points.geometry.notna()]
    assert located.index.tolist() == [0, 1, 3, 4]
    assert located.geometry.x.tolist() == [523000, 523500, 524000.5, 500000]
    assert located.geometry.y.tolist() == [179000, 179100, 178000, 200000]
    assert "geometry" not in incidents.frame
