import csv
import io

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from geo.spreadsheet_text import LINE_END, guard, guard_column, guard_frame, unguard_column
from tests import payloads

STARTS = tuple("=+-@\uff1d\uff0b\uff0d\uff20")
BLANKS = "\0\x1f \t\r\n\u00a0\u200b\u3000\ufeff\u202e"
TEXT = st.text() | st.text(alphabet="\0'=+-@ \t\r\na1\uff1d\u00a0\ufeff\u202e", max_size=6)


def runs(text: str) -> bool:
    """Say in other words what a spreadsheet might run."""
    return text.lstrip(BLANKS).startswith(STARTS) or text.startswith(("\t", "\r", "\n"))


@given(TEXT)
def test_no_guarded_text_begins_like_a_formula_and_others_stay(text):
    assert not runs(guard(text))
    if not runs(text.lstrip("'")) and not runs(text):
        assert guard(text) == text


@given(st.lists(TEXT | st.none(), max_size=5))
def test_a_column_is_guarded_as_its_texts_are_and_comes_back(texts):
    column = pd.Series(texts, dtype="str")
    guarded = guard_column(column)
    expected = [None if text is None else guard(text) for text in texts]
    assert [None if pd.isna(text) else text for text in guarded] == expected
    pd.testing.assert_series_equal(unguard_column(guarded), column)


@pytest.mark.parametrize("text", payloads.FORMULAS)
def test_formulas_come_out_of_a_csv_file_as_texts(text):
    frame = pd.DataFrame({text: [text, "Green"], "n": [-1.5, 2.0]})
    written = guard_frame(frame).to_csv(index=False, lineterminator=LINE_END)
    head, first, second = csv.reader(io.StringIO(written, newline=""))
    assert not runs(head[0])
    assert not runs(first[0])
    assert first[0].lstrip("'") == text.lstrip("'")
    assert (first[1], second) == ("-1.5", ["Green", "2.0"])


def test_numbers_stay_numbers_whatever_column_they_stand_in():
    mixed = pd.DataFrame({"mixed": ["-1+1", -1, -2.5, None]}, dtype=object)
    assert guard_frame(mixed)["mixed"].tolist() == ["'-1+1", -1, -2.5, None]
    categories = pd.DataFrame({"c": pd.Categorical(["=x", "y", "=x"])})
    assert guard_frame(categories)["c"].tolist() == ["'=x", "y", "'=x"]
