"""Ids that are none, that spreadsheets have spoilt, and that are made."""

import pytest

from geo.readers import Import, read_uploads
from geo.readers.ids import NO_ID_WORDS, ROUNDED
from geo.readers.mapping import ColumnMapping
from geo.report import KEPT
from geo.schema import INCIDENT_ID
from tests.sample_files import STREET_HEADER

HEADER = "id,date,easting,northing"


def read_rows(*rows: str, mapping: ColumnMapping | None = None) -> Import:
    text = "\n".join([HEADER, *rows, ""]).encode()
    return read_uploads([("a.csv", text)], None if mapping is None else {"a.csv": mapping})


@pytest.mark.parametrize("word", ["n/a", "TBC", "Unknown", "-", "0", "#N/A", "Not recorded"])
def test_words_for_nothing_do_not_make_one_incident_of_several(word):
    result = read_rows(*(f"{word},2024-04-0{day},," for day in (3, 4)), "A1,2024-04-05,,")
    assert (result.report.used, result.report.duplicates) == (3, 0)
    assert list(result.incidents.frame[INCIDENT_ID].str.startswith("no-id-")) == [True, True, False]


def test_the_words_are_written_as_they_are_compared():
    assert [word for word in NO_ID_WORDS if word != word.lower().strip()] == []


def test_a_single_zero_is_an_id():
    result = read_rows("0,2024-04-03,,", "1,2024-04-03,,")
    assert list(result.incidents.frame[INCIDENT_ID]) == ["0", "1"]


def test_numbers_that_a_spreadsheet_rounded_are_no_ids_and_are_told():
    result = read_rows("4.02E+09,2024-04-03,,", "4.02E+09,2024-04-04,,", "5E12,2024-04-05,,")
    assert (result.report.used, result.report.duplicates) == (3, 0)
    assert result.incidents.frame[INCIDENT_ID][2] == "5E12"
    problems = result.report.problems
    assert list(problems.row) == [2, 3]
    assert set(problems.reason) == {ROUNDED}
    assert set(problems.found) == {"4.02E+09"}
    assert set(problems.outcome) == {KEPT}


def test_whole_numbers_with_and_without_decimals_are_the_same_id():
    result = read_rows("17.0,2024-04-03,,", "18.0,2024-04-03,,", "17,2024-04-03,,")
    assert list(result.incidents.frame[INCIDENT_ID]) == ["17", "18"]
    assert result.report.duplicates == 1


def test_decimals_stay_where_not_all_ids_are_whole_numbers():
    result = read_rows("1.0,2024-04-03,,", "1.1,2024-04-03,,", "1,2024-04-03,,")
    assert list(result.incidents.frame[INCIDENT_ID]) == ["1.0", "1.1", "1"]


DAILY = [f"{number},2024-04-{day:02d},," for day in range(1, 6) for number in range(1, 5)]


def test_numbers_that_begin_anew_each_day_are_asked_about_and_merge_nothing():
    result = read_rows(*DAILY)
    assert (result.report.used, result.report.duplicates) == (20, 0)
    assert (
        "Column 'id' has a heading for an id, but 20 rows share one on other days; name it with a "
        "mapping to use it as id."
    ) in result.report.notes[0]
    wanted = read_rows(*DAILY, mapping=ColumnMapping({INCIDENT_ID: ("id",)}))
    assert (wanted.report.used, wanted.report.duplicates) == (4, 16)


def test_another_column_is_the_id_where_the_first_begins_anew_each_day():
    rows = [f"{row},X{at}" for at, row in enumerate(DAILY)]
    text = "\n".join(["CAD,date,easting,northing,Ref", *rows, ""]).encode()
    result = read_uploads([("a.csv", text)])
    assert list(result.incidents.frame[INCIDENT_ID]) == [f"X{at}" for at in range(20)]


def test_rows_of_one_case_for_each_victim_are_one_incident():
    rows = [f"{case},2024-04-{case:02d} 18:0{at},," for case in range(1, 13) for at in (1, 1)]
    result = read_rows(*rows)
    assert (result.report.used, result.report.duplicates) == (12, 12)


def test_rows_without_an_id_of_two_forces_stay_apart():
    def street(force: str, times: int) -> bytes:
        row = f",2024-01,{force},{force},,,No Location,,,Anti-social behaviour,,"
        return "\n".join([STREET_HEADER, *[row] * times, ""]).encode()

    files = [("a-street.csv", street("Met", 3)), ("b-street.csv", street("Transport", 2))]
    result = read_uploads([*files, ("again-street.csv", street("Met", 3) + b"\n")])
    assert (result.report.used, result.report.duplicates) == (5, 3)
