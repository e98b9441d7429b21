import numpy as np
import pandas as pd
import pytest

from geo.identity import content_hashes, incident_keys, lasting_hashes
from tests.store_samples import Said, make_import

ROWS = [
    Said("1"),
    Said("é", place=None, what="日本", is_crime=None, strands=("race",), end="2024-03-06"),
]


@pytest.fixture
def frame() -> pd.DataFrame:
    return make_import(ROWS).incidents.frame


def test_numbers_that_stand_in_stored_files_never_change(frame: pd.DataFrame):
    assert incident_keys(frame).tolist() == [7183023343317646483, 10428642037860527040]
    assert content_hashes(frame).tolist() == [16767636999107379207, 618939864608517131]


def test_they_do_not_depend_on_how_values_are_kept(frame: pd.DataFrame):
    other = frame.assign(
        source=frame["source"].astype("category"),
        incident_id=frame["incident_id"].astype(object),
        category=frame["category"].astype("string"),
        is_crime=frame["is_crime"].astype(object),
        occurred=frame["occurred"].astype("datetime64[ns]"),
        strand_race=frame["strand_race"].astype("boolean"),
        easting=np.array([523_500.0, np.nan]),
        victim_ref=pd.Series([None, np.nan], dtype=object),
    )
    assert incident_keys(other).tolist() == incident_keys(frame).tolist()
    assert content_hashes(other).tolist() == content_hashes(frame).tolist()


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("category", "Theft"),
        ("is_crime", False),
        ("occurred", pd.Timestamp("2024-03-05 22:15:00.000001")),
        ("easting", 523_500.000001),
        ("strand_disability", True),
        ("location_text", "Market"),
        ("occurred_end", pd.Timestamp("2024-03-05 22:16")),
    ],
)
def test_every_value_counts(frame: pd.DataFrame, name: str, value: object):
    other = frame.copy()
    if name not in other:
        other[name] = pd.Series([None, None], dtype="str")
    other.loc[0, name] = value
    same = content_hashes(other) == content_hashes(frame)
    assert same.tolist() == [False, True]
    assert incident_keys(other).tolist() == incident_keys(frame).tolist()


def test_source_and_id_are_not_the_other_way_round():
    there = make_import([Said("a", source="b")]).incidents.frame
    back = make_import([Said("b", source="a")]).incidents.frame
    assert incident_keys(there)[0] != incident_keys(back)[0]
    assert content_hashes(there)[0] == content_hashes(back)[0]


def test_columns_that_came_later_count_only_where_they_have_a_value(frame: pd.DataFrame):
    before = content_hashes(frame).tolist()
    empty = frame.assign(outcome=pd.Series([None, ""], dtype="str"), reporting_route=None)
    assert content_hashes(empty).tolist() == before
    charged = frame.assign(outcome=pd.Series(["Charged", None], dtype="str"))
    online = frame.assign(reporting_route=pd.Series(["Charged", None], dtype="str"))
    numbers = {content_hashes(one)[0] for one in (frame, charged, online)}
    assert len(numbers) == 3
    assert content_hashes(charged).tolist() == [8710442736384490191, before[1]]
    assert lasting_hashes(charged).tolist() == before
