"""Typed values to texts: exactly, and blank where there is nothing."""

import datetime as dt
import decimal

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from geo.readers.typed_columns import text_of, texts_of

SUMMER = dt.datetime(2017, 7, 3, 18, 5)
UTC = dt.UTC


def texts(values: list, kind: pa.DataType | None = None) -> list[str]:
    return texts_of(pa.chunked_array([pa.array(values, kind)])).tolist()


@pytest.mark.parametrize(
    ("values", "kind", "wanted"),
    [
        ([True, None, False], None, ["yes", "", "no"]),
        ([1, None, -3], None, ["1", "", "-3"]),
        ([2**63], pa.uint64(), ["9223372036854775808"]),
        ([17.0, 0.1, None, float("nan")], None, ["17", "0.1", "", ""]),
        ([51.5042], pa.float32(), ["51.5042"]),
        (list(np.array([1.5, 2], np.float16)), pa.float16(), ["1.5", "2"]),
        ([decimal.Decimal("1.50")], None, ["1.50"]),
        ([dt.date(2017, 4, 3), None], None, ["2017-04-03", ""]),
        ([dt.date(2017, 4, 3)], pa.date64(), ["2017-04-03"]),
        ([dt.time(18, 5), dt.time(0, 0, 0, 500)], None, ["18:05:00", "00:00:00.000500"]),
        ([SUMMER, None], None, ["2017-07-03T18:05:00", ""]),
        ([SUMMER], pa.timestamp("s"), ["2017-07-03T18:05:00"]),
        ([SUMMER.replace(microsecond=120)], pa.timestamp("ns"), ["2017-07-03T18:05:00.000120000"]),
        ([SUMMER.replace(tzinfo=UTC)], pa.timestamp("ms", "UTC"), ["2017-07-03T18:05:00Z"]),
        (
            [SUMMER.replace(tzinfo=UTC)],
            pa.timestamp("us", "Europe/London"),
            ["2017-07-03T18:05:00Z"],
        ),
        ([dt.timedelta(hours=30)], None, ["1 day, 6:00:00"]),
        (["a", None, " é"], None, ["a", "", " é"]),
        (["a", None, "a"], pa.dictionary(pa.int8(), pa.string()), ["a", "", "a"]),
        (["a"], pa.string_view(), ["a"]),
        (["a"], pa.large_string(), ["a"]),
        ([b"caf\xc3\xa9", None], None, ["café", ""]),
        ([b"ab", b"\xff"], None, ["ab", "ff"]),
        ([b"ab"], pa.binary(2), ["ab"]),
        ([[1, 2], None], None, ["[1, 2]", ""]),
        ([{"a": "é", "b": None}, None], None, ['{"a": "é", "b": null}', ""]),
        ([None, None], pa.null(), ["", ""]),
        ([], pa.int64(), []),
    ],
)
def test_values_of_each_type(values, kind, wanted):
    assert texts(values, kind) == wanted


@given(st.lists(st.floats(allow_nan=False, allow_infinity=False), min_size=1, max_size=20))
def test_numbers_come_back_as_they_were(numbers):
    assert [float(text) for text in texts(numbers)] == numbers
    assert [float(text_of(number)) for number in numbers] == numbers


@given(st.lists(st.datetimes(dt.datetime(1950, 1, 1), dt.datetime(2099, 12, 31)), max_size=10))
def test_moments_come_back_as_they_were(moments):
    found = texts(moments, pa.timestamp("us"))
    assert [dt.datetime.fromisoformat(text) for text in found] == moments
    aware = texts([moment.replace(tzinfo=UTC) for moment in moments], pa.timestamp("us", "UTC"))
    assert aware == [f"{text}Z" for text in found]


@given(st.lists(st.one_of(st.none(), st.text(max_size=8)), max_size=10))
def test_texts_stay_as_they_are(values):
    assert texts(values, pa.string()) == [value or "" for value in values]


def test_columns_in_several_pieces():
    pieces = pa.chunked_array([pa.array([1.5]), pa.array([], pa.float64()), pa.array([None, 2.0])])
    assert texts_of(pieces).tolist() == ["1.5", "", "2"]
