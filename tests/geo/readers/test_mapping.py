"""Mappings that a person gives."""

import json

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from boundaries.errors import InputFileError, ParameterError
from geo.readers import Import, import_opened, open_files, open_uploads, read, read_uploads
from geo.readers.columns import DATE, HEADINGS, LATITUDE, LONGITUDE, POSTCODE, STRAND_LIST, TIME
from geo.readers.mapping import ColumnMapping, meaning_called
from geo.schema import (
    CATEGORY,
    EASTING,
    INCIDENT_ID,
    IS_CRIME,
    NORTHING,
    OCCURRED,
    OCCURRED_END,
    SOURCE,
    STRAND_COLUMNS,
    STRANDS,
)
from tests.sample_files import SYNTHETIC_MONTHS

TEXTS = st.text(max_size=6)
MAPPINGS = st.builds(
    ColumnMapping,
    columns=st.dictionaries(
        st.sampled_from(sorted(HEADINGS)), st.lists(TEXTS, max_size=3).map(tuple), max_size=4
    ),
    source=st.none() | TEXTS,
    strand_codes=st.dictionaries(TEXTS, st.sampled_from(["", *STRANDS]), max_size=3),
    category=st.none() | TEXTS,
    is_crime=st.sampled_from([None, True, False]),
)
FILE = (
    b"Von,Bis,Was,X1,Y1,Merkmal,Crime\n"
    b"03/04/2024,04/04/2024,Graffiti,523650,179850,racist,Burglary\n"
)
COLUMNS = {
    DATE: ("Von",),
    OCCURRED_END: ("Bis",),
    CATEGORY: ("Was",),
    EASTING: ("X1",),
    NORTHING: ("Y1",),
    STRAND_LIST: ("Merkmal",),
}


def read_with(mapping: ColumnMapping | None, content: bytes = FILE) -> Import:
    return read_uploads([("a.csv", content)], {} if mapping is None else {"a.csv": mapping})


@given(MAPPINGS)
def test_a_mapping_survives_json(mapping):
    assert ColumnMapping.from_dict(json.loads(json.dumps(mapping.to_dict()))) == mapping


def test_a_mapping_says_what_headings_do_not():
    with pytest.raises(InputFileError, match="no column for a date"):
        read_with(None)
    row = read_with(ColumnMapping(COLUMNS)).incidents.frame.iloc[0]
    assert (row[OCCURRED], row[OCCURRED_END]) == (
        pd.Timestamp("2024-04-03"),
        pd.Timestamp("2024-04-04"),
    )
    assert (row[CATEGORY], row[EASTING], row[NORTHING]) == ("Graffiti", 523650.0, 179850.0)
    assert row[STRAND_COLUMNS["race"]]


def test_source_category_and_kind_go_for_rows_without_their_own():
    mapping = ColumnMapping({DATE: ("Von",)}, source="council", category="ASB", is_crime=False)
    frame = read_with(mapping).incidents.frame
    assert (frame[SOURCE][0], frame[CATEGORY][0], frame[IS_CRIME][0]) == ("council", "ASB", False)
    own = b"date,source,category,crime\n2024-04-03,police,Arson,crime\n2024-04-04,,,\n"
    frame = read_with(mapping.with_columns({DATE: ["date"]}), own).incidents.frame
    assert list(frame[SOURCE]) == ["police", "council"]
    assert list(frame[CATEGORY]) == ["Arson", "ASB"]
    assert frame[IS_CRIME][0]
    assert frame[IS_CRIME].isna().tolist() == [False, True]


def test_what_is_given_goes_before_what_headings_say():
    content = b"date,Date Reported,lat,lon\n03/04/2024,05/04/2024,51.5,-0.2\n"
    frame = read_with(ColumnMapping({DATE: ("Date Reported",)}), content).incidents.frame
    assert frame[OCCURRED][0] == pd.Timestamp("2024-04-05")
    assert frame[EASTING].notna().all()


def test_an_empty_tuple_says_that_no_column_means_it():
    content = b"date,time,lat,lon\n03/04/2024,18:05,51.5,-0.2\n"
    frame = read_with(ColumnMapping({TIME: ()}), content).incidents.frame
    assert frame[OCCURRED][0] == pd.Timestamp("2024-04-03")
    nowhere = read_with(ColumnMapping({LATITUDE: (), LONGITUDE: ()}), content)
    assert nowhere.report.not_located == 1


def test_a_column_given_one_meaning_has_no_other():
    content = b"date,end,lat,lon\n03/04/2024,05/04/2024,51.5,-0.2\n"
    result = read_with(ColumnMapping({DATE: ("end",)}), content)
    assert result.incidents.frame[OCCURRED][0] == pd.Timestamp("2024-04-05")
    assert OCCURRED_END not in result.incidents.frame
    assert dict(result.mappings["a.csv"].columns)[DATE] == ("end",)
    assert dict(result.mappings["a.csv"].columns)[OCCURRED_END] == ()


@pytest.mark.parametrize(
    ("columns", "message"),
    [
        (
            {DATE: ("Fon",)},
            "a.csv has no column 'Fon'.* The nearest is 'Von'. Its columns are: Von",
        ),
        (
            {"dates": ("Von",)},
            "No column can mean 'dates'. The nearest is 'date'. The meanings are",
        ),
        ({"qqq": ("Von",)}, "No column can mean 'qqq'. The meanings are incident_id"),
        ({DATE: ("Von", "Bis")}, "gives 2 columns for 'date'; only strands may stand in several"),
    ],
)
def test_mappings_that_do_not_fit_are_refused(columns, message):
    with pytest.raises(ParameterError, match=message):
        read_with(ColumnMapping(columns))


def test_headings_are_found_whatever_their_case():
    assert len(read_with(ColumnMapping({DATE: (" von ",)})).incidents) == 1


@pytest.mark.parametrize(
    ("name", "meaning"),
    [
        ("strand", STRAND_LIST),
        ("id", INCIDENT_ID),
        ("Incident ID", INCIDENT_ID),
        ("incident_id", INCIDENT_ID),
        ("is crime", IS_CRIME),
        ("strand_race", STRAND_COLUMNS["race"]),
        ("Race", STRAND_COLUMNS["race"]),
        ("occurred end", OCCURRED_END),
        ("Post code", POSTCODE),
    ],
)
def test_meanings_may_be_called_by_any_of_their_names(name, meaning):
    assert meaning_called(name) == meaning


def test_questions_are_answered_file_by_file():
    uploads = [("a.csv", FILE), ("b.csv", b"date,lat,lon\n2024-04-03,51.5,-0.2\n")]
    opened = open_uploads(uploads)
    assert [bool(file.suggestion.questions) for file in opened] == [True, False]
    assert "Columns 'Von', 'Bis' look like dates; name one with a mapping" in opened[0].note
    assert "'Crime' has a heading for crime or incident, but holds something" in opened[0].note
    answered = opened[0].suggestion.mapping.with_columns({DATE: ["Von"]})
    result = import_opened(opened, {"a.csv": answered})
    assert result.report.used == 2
    assert set(result.mappings) == {"a.csv", "b.csv"}
    again = import_opened(opened, result.mappings)
    pd.testing.assert_frame_equal(again.incidents.frame, result.incidents.frame)


def test_files_whose_layout_is_known_are_not_asked_about(tmp_path):
    opened = open_files([SYNTHETIC_MONTHS])
    assert {file.suggestion for file in opened} == {None}
    assert [file.table is None for file in opened] == [False, True, False]
    assert "Not read" in opened[1].note
    imported = import_opened(opened)
    assert (imported.report.used, dict(imported.mappings)) == (14, {})
    path = tmp_path / "a.csv"
    path.write_bytes(FILE)
    assert len(read([path, SYNTHETIC_MONTHS], ColumnMapping(COLUMNS)).incidents) == 15


def test_the_order_of_a_mapping_does_not_matter():
    forth = read_with(ColumnMapping(COLUMNS)).incidents.frame
    back = read_with(ColumnMapping(dict(reversed(COLUMNS.items())))).incidents.frame
    pd.testing.assert_frame_equal(forth, back)
