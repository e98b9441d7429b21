"""Ids that last, and rows of one read that are about the same incident."""

import json
import random
from collections.abc import Sequence

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from boundaries.errors import InputFileError
from geo.readers import Import, read_uploads
from geo.readers.mapping import ColumnMapping
from geo.report import DUPLICATE, REJECTED
from geo.schema import INCIDENT_ID, IS_CRIME, OUTCOME, REPORTING_ROUTE, STRAND_COLUMNS
from tests.sample_files import STREET_HEADER

SOURCE_OF_ALL = ColumnMapping(source="s")
RACE, RELIGION, *_ = STRAND_COLUMNS.values()


def read_files(*files: Sequence[str], header: str = "id,date,easting,northing,offence,strands"):
    uploads = [
        (f"{name}.csv", "\n".join([header, *rows, ""]).encode())
        for name, rows in zip("abcd", files, strict=False)
    ]
    return read_uploads(uploads, {f"{name}.csv": SOURCE_OF_ALL for name in "abcd"})


def ids_of(result: Import) -> list[str]:
    return list(result.incidents.frame[INCIDENT_ID])


def duplicates_of(result: Import) -> pd.DataFrame:
    problems = result.report.problems
    return problems[problems.outcome == DUPLICATE].reset_index(drop=True)


A = "A,2024-04-03,523650,179850,Arson,race"
B = "B,2024-04-04,523650,179850,Theft,"


def test_a_row_that_says_the_same_is_counted_once():
    result = read_files([A, B, A])
    assert ids_of(result) == ["A", "B"]
    assert (result.report.rows_read, result.report.used, result.report.duplicates) == (3, 2, 1)
    told = duplicates_of(result).iloc[0]
    assert (told.file, told.row, told.column, told.found) == ("a.csv", 4, "id", "A")
    assert told.reason == "the row says the same as row 2"
    assert told.row_values == ""


def test_rows_that_differ_in_the_strand_are_one_incident_with_both():
    result = read_files([A, A.replace("race", "faith"), A, A.replace("race", "race; faith")])
    assert ids_of(result) == ["A"]
    assert result.incidents.frame[[RACE, RELIGION]].all(axis=None)
    assert list(duplicates_of(result).reason) == [
        "the row says the same as row 2 but for its strand, which was added there",
        "the row says the same as row 2",
        "the row says the same as row 2",
    ]


def test_rows_for_each_victim_are_one_incident_with_the_strands_of_all():
    rows = ["A,V1,2024-04-03,,,Race", "A,V2,2024-04-03,,,Faith", "B,V3,2024-04-03,,,Race"]
    result = read_files(rows, header="Crime Ref,Victim Ref,date,easting,northing,strands")
    assert ids_of(result) == ["A", "B"]
    frame = result.incidents.frame
    assert frame[[RACE, RELIGION]].to_numpy().tolist() == [[True, True], [True, False]]
    assert list(frame["victim_ref"]) == ["V1", "V3"]
    told = duplicates_of(result)
    assert list(told.reason) == ["the row tells of another victim of the incident in row 2"]
    assert json.loads(told.row_values[0])["Victim Ref"] == "V2"


def test_of_rows_that_differ_in_the_outcome_the_last_that_has_one_holds():
    header = "id,date,easting,northing,offence,strands,outcome,how reported"
    rows = [f"{A},Open,phone", f"{A},Charged,", f"{A},,", f"{B},,"]
    result = read_files(rows, header=header)
    frame = result.incidents.frame.set_index(INCIDENT_ID)
    assert frame.loc["A", [OUTCOME, REPORTING_ROUTE]].tolist() == ["Charged", "phone"]
    assert frame.loc["B", [OUTCOME, REPORTING_ROUTE]].isna().all()
    said = "the row says the same as row 2 but for its outcome or way of reporting"
    assert list(duplicates_of(result).reason) == [said, said]


def test_an_outcome_of_a_later_file_is_taken_where_the_earlier_has_no_column():
    later = ("b.csv", f"id,date,easting,northing,offence,strands,outcome\n{A},Charged\n".encode())
    earlier = ("a.csv", f"id,date,easting,northing,offence,strands\n{A}\n{B}\n".encode())
    result = read_uploads([earlier, later], {f"{name}.csv": SOURCE_OF_ALL for name in "ab"})
    frame = result.incidents.frame.set_index(INCIDENT_ID)
    assert frame[OUTCOME].fillna("").to_dict() == {"A": "Charged", "B": ""}


def test_an_outcome_makes_no_other_id():
    header = "date,easting,northing,offence,outcome"
    row = "2024-04-03,523650,179850,Arson,"
    before, after = (read_files([row + outcome], header=header) for outcome in ("", "Charged"))
    assert ids_of(before) == ids_of(after)


def test_a_later_row_that_says_something_else_replaces_the_earlier():
    later = "A,2024-04-03,523660,179850,Arson,race"
    result = read_files([A, B, later, later])
    frame = result.incidents.frame.set_index(INCIDENT_ID)
    assert (list(frame.index), frame.easting["A"]) == (["B", "A"], 523660.0)
    told = duplicates_of(result)
    assert list(told.row) == [2, 5]
    assert list(told.reason) == [
        "a later row has the same id and says something else: row 4",
        "the row says the same as row 4",
    ]
    assert json.loads(told.row_values[0]) == {
        "id": "A",
        "date": "2024-04-03",
        "easting": "523650",
        "northing": "179850",
        "offence": "Arson",
        "strands": "race",
    }
    assert list(result.origin.row) == [3, 4]


def test_rows_of_other_files_of_the_same_source_count_too_and_are_named():
    result = read_files([A], [B, A.replace("Arson", "Fire")], [B.replace(",Theft,", ",Theft,race")])
    assert ids_of(result) == ["B", "A"]
    told = duplicates_of(result)
    assert list(told.file + told.row.astype("str")) == ["a.csv2", "c.csv2"]
    assert told.reason[0] == ("a later row has the same id and says something else: row 3 of b.csv")
    assert told.reason[1].startswith("the row says the same as row 2 of b.csv but for its strand")
    assert [file.duplicates for file in result.report.files] == [1, 0, 1]
    assert [file.used for file in result.report.files] == [0, 2, 0]
    assert result.incidents.frame[RACE].tolist() == [True, True]
    assert list(result.origin.file) == ["b.csv", "b.csv"]


def test_the_same_id_of_another_source_is_another_incident():
    files = [("a.csv", b"id,date\nA,2024-04-03\n"), ("b.csv", b"id,date,x1\nA,2024-04-03,\n")]
    result = read_uploads(files)
    assert (ids_of(result), result.report.duplicates) == (["A", "A"], 0)


NO_ID = "date,easting,northing,offence"
ROWS = [
    "2024-04-03,523650,179850,Arson",
    "2024-04-03,523650,179850,Arson",
    "2024-04-03,523650,179850,Theft",
    "2024-04-04,523650,179850,Arson",
]


def test_identical_rows_without_ids_stay_separate_incidents():
    result = read_files(ROWS, header=NO_ID)
    first, second, *_ = ids_of(result)
    assert second == f"{first}-2"
    assert len(set(ids_of(result))) == 4
    assert result.report.duplicates == 0


def test_ids_that_are_made_never_change():
    assert ids_of(read_files(ROWS[2:], header=NO_ID)) == [
        "no-id-8db4f5e91b5c2101",
        "no-id-f20c546693b98d36",
    ]


def test_rows_without_ids_are_known_again_in_next_weeks_file():
    next_week = [*ROWS[::-1], ROWS[0], "2024-04-09,523650,179850,Arson"]
    result = read_files(ROWS, next_week, header=NO_ID)
    assert [file.duplicates for file in result.report.files] == [0, 4]
    assert result.report.used == 6
    assert len(set(ids_of(result))) == 6


@pytest.mark.parametrize("seed", range(3))
def test_shuffled_rows_have_the_same_ids(seed):
    rows = [f"2024-04-{1 + k % 5:02},{523650 + k % 3},179850,Arson" for k in range(40)]
    shuffled = random.Random(seed).sample(rows, len(rows))
    assert set(ids_of(read_files(rows, header=NO_ID))) == set(
        ids_of(read_files(shuffled, header=NO_ID))
    )


def street(*rows: str) -> bytes:
    return "\n".join([STREET_HEADER, *rows, ""]).encode()


STREET = [
    "x1,2016-01,A,B,-0.2207,51.5042,Here,E1,N,Robbery,,",
    "x1,2016-01,A,B,-0.2207,51.5042,Here,E1,N,Robbery,,",
    "x1,2016-01,A,B,-0.2207,51.5042,Here,E1,N,Drugs,,",
    "x2,2016-01,A,B,-0.2207,51.5042,Here,E1,N,Drugs,,",
    ",2016-01,A,B,-0.2207,51.5042,Here,E1,N,Anti-social behaviour,,",
    ",2016-01,A,B,-0.2207,51.5042,Here,E1,N,Anti-social behaviour,,",
]


def test_rows_of_police_uk_with_one_crime_id_are_all_counted_with_ids_of_their_own():
    result = read_uploads([("2016-01-x-street.csv", street(*STREET))])
    ids = ids_of(result)
    assert sorted(ids[:4]) == ["x1", "x1 (2)", "x1 (3)", "x2"]
    assert ids[5] == f"{ids[4]}-2"
    assert (result.report.used, result.report.duplicates) == (6, 0)
    assert "Rows with the crime ID of an earlier row, all counted: 2." in result.report.notes[0]
    kinds = dict(zip(ids, result.incidents.frame.category, strict=True))
    again = read_uploads([("2016-01-x-street.csv", street(*STREET[::-1]))])
    assert dict(zip(ids_of(again), again.incidents.frame.category, strict=True)) == kinds


def test_the_same_month_of_police_uk_from_two_downloads_is_counted_once():
    older, newer = street(*STREET), street(*STREET, "x3,2016-01,A,B,,,Here,E1,N,Drugs,,")
    result = read_uploads([("a-street.csv", older), ("b-street.csv", newer)])
    assert (result.report.rows_read, result.report.used, result.report.duplicates) == (13, 7, 6)
    changed = street(*STREET[:3], STREET[3].replace("Drugs", "Theft"))
    result = read_uploads([("a-street.csv", older), ("b-street.csv", changed)])
    told = duplicates_of(result)
    assert list(told.reason[told.found == "x2"]) == [
        "a later row has the same id and says something else: row 5 of b-street.csv"
    ]
    assert json.loads(told.row_values[told.found == "x2"].iloc[0])["category"] == "Drugs"


# A second implementation: one row after the other, incidents in a dictionary.
CELLS = st.tuples(
    st.sampled_from(["a", "b", "c", ""]),
    st.sampled_from(["2024-04-03", "2024-04-04", "31/02/2024"]),
    st.sampled_from(["523650", "", "east"]),
    st.sampled_from(["", "race", "faith", "race; disability", "purple"]),
)


@settings(max_examples=10)
@given(st.lists(st.lists(CELLS, max_size=7), min_size=1, max_size=3))
def test_any_rows_become_what_going_through_them_one_by_one_makes_of_them(files):
    known: dict[str, tuple[tuple[str, ...], set[str]]] = {}
    rejected = used_without_id = 0
    for rows in files:
        for id_, day, easting, strands in rows:
            named = set(strands.split("; ")) - {"", "purple"}
            if day.startswith("31"):
                rejected += 1
            elif id_:
                earlier = known.pop(id_, None)
                content = (day, "523650" if easting == "523650" else "")
                same = earlier is not None and earlier[0] == content
                known[id_] = (content, named | earlier[1] if same else named)
            else:
                used_without_id += 1
    header = "id,date,easting,northing,strands"
    texts = [[f"{i},{d},{e},{'179850' if e else ''},{s}" for i, d, e, s in rows] for rows in files]
    try:
        result = read_files(*texts, header=header)
    except InputFileError:
        assert not known
        assert not used_without_id
        return
    frame = result.incidents.frame
    given_ids = frame[~frame[INCIDENT_ID].str.startswith("no-id-")]
    found = {
        row[INCIDENT_ID]: (
            (str(row.occurred.date()), "" if np.isnan(row.easting) else "523650"),
            {name for name, column in STRAND_COLUMNS.items() if row[column]},
        )
        for _, row in given_ids.iterrows()
    }
    words = {"faith": "religion or belief"}
    expected = {
        id_: (content, {words.get(name, name) for name in named})
        for id_, (content, named) in known.items()
    }
    assert found == expected
    assert frame[INCIDENT_ID].is_unique
    assert_nothing_is_lost(result, sum(map(len, files)), rejected)


def assert_nothing_is_lost(result: Import, rows: int, rejected: int) -> None:
    report = result.report
    assert report.rows_read == rows - skipped_rows(result)
    assert report.rejected <= rejected
    assert report.used + report.rejected + report.duplicates == report.rows_read
    assert len(result.origin) == report.used == len(result.incidents)
    problems = report.problems
    assert len(problems[problems.outcome == DUPLICATE]) == report.duplicates
    gone = problems[problems.outcome.isin([DUPLICATE, REJECTED])]
    places = [*zip(result.origin.file, result.origin.row, strict=True)]
    places += set(zip(gone.file, gone.row, strict=True))
    assert len(places) == len(set(places)) == report.rows_read


def skipped_rows(result: Import) -> int:
    """Rows of files that are copies of another, which are not read."""
    first = {}
    skipped = 0
    for file in result.report.files:
        if file.kind == "skipped":
            skipped += first[file.sha256]
        else:
            first[file.sha256] = file.rows_read
    return skipped


@settings(max_examples=10)
@given(
    st.lists(
        st.lists(
            st.sampled_from(
                [
                    *("", "a", "2024-04-03", "03/04/2024", "523650", "179850", "51.5", "-0.2"),
                    *("race", "yes", "no", "18:05", "W6 9JU", "TQ 233 798", "=1", '"', "x;y"),
                ]
            ),
            min_size=4,
            max_size=4,
        ),
        max_size=6,
    ),
    st.lists(
        st.sampled_from(
            ["id", "date", "easting", "northing", "lat", "lon", "q", "race", "postcode"]
        ),
        min_size=3,
        max_size=3,
        unique=True,
    ),
)
def test_rows_of_any_table_are_used_rejected_or_duplicates(rows, headings):
    table = pd.DataFrame(rows, columns=["date", *(h if h != "date" else "z" for h in headings)])
    content = table.to_csv(index=False).encode()
    try:
        result = read_uploads([("a.csv", content)])
    except InputFileError:
        return
    not_blank = int((table != "").any(axis=1).sum())
    assert_nothing_is_lost(result, not_blank, not_blank)
    assert result.incidents.frame[IS_CRIME].isna().all()


def test_ids_that_files_of_two_sources_share_are_said():
    header, row = "Crime Ref,date,lat,lon", "A1,2024-01-02,,"
    files = [("a.csv", f"{header}\n{row}\n".encode()), ("b.csv", f"{header}\n{row}\n\n".encode())]
    result = read_uploads(files)
    assert (result.report.used, result.report.duplicates) == (2, 0)
    assert "1 ids are also in a.csv, under another source" in result.report.files[1].note
    one = {name: ColumnMapping(source="police") for name in ("a.csv", "b.csv")}
    result = read_uploads(files, one)
    assert (result.report.used, result.report.duplicates) == (1, 1)
    assert "another source" not in " ".join(result.report.notes)
