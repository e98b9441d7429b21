"""Visits from files: every row is used or explained, whichever way people write times."""

import io
from datetime import date, datetime, time

import openpyxl
import pytest

from boundaries.errors import InputFileError, ParameterError
from geo.patrol.afterwards.visit_records import (
    VisitMade,
    blank_csv,
    clipped,
    made_visit,
    read_visits,
    visits_csv,
)
from geo.report import DUPLICATE, PROBLEM_COLUMNS, REJECTED
from tests.patrol_plans import make_plan

PLAN = make_plan()
FRIDAY, SATURDAY = date(2018, 4, 6), date(2018, 4, 7)


def read(text: str, **known):
    return read_visits(text.encode(), PLAN, name="visits.csv", **known)


def at(day: int, hour: int, minute: int = 0) -> datetime:
    return datetime(2018, 4, day, hour, minute)


USABLE = f"""Shift date,Crew,Focus area,Arrived,Left,Remark
06/04/2018,Team 1,"{PLAN.area(2).name.upper()}",18:05,18:20,all quiet
2018-04-06,1,Area 1,23:55,00:10,
Fri 6 April 2018,2,4,0030,0045,after midnight it is still Friday's shift
7 Apr 2018,3.0,8,6.30 pm,6:42pm,
,1,1,2018-04-08 00:30,2018-04-08 00:40,a time with its own date
43196,2,5,17:50,18:01,a day as Excel counts them and ten minutes early
"""


def test_what_people_write_is_read():
    records = read(USABLE)
    assert records.problems.empty, records.problems.to_string()
    assert records.visits == (
        VisitMade(FRIDAY, at(6, 18, 5), at(6, 18, 20), 1, 2),
        VisitMade(FRIDAY, at(6, 23, 55), at(7, 0, 10), 1, 1),
        VisitMade(FRIDAY, at(7, 0, 30), at(7, 0, 45), 2, 4),
        VisitMade(SATURDAY, at(7, 18, 30), at(7, 18, 42), 3, 8),
        VisitMade(SATURDAY, at(8, 0, 30), at(8, 0, 40), 1, 1),
        VisitMade(FRIDAY, at(6, 17, 50), at(6, 18, 1), 2, 5),
    )
    assert records.in_words() == "6 rows read from visits.csv: 6 used, 0 not usable."


WRONG = {
    "deadbeef0000,2018-04-06,1,1,18:00,18:15": ("plan", "the row is of another plan"),
    ",2018-04-06,9,1,18:00,18:15": ("team", "the plan has no such team"),
    ",2018-04-06,,1,18:00,18:15": ("team", "no team is given"),
    ",2018-04-06,1,Area 12,18:00,18:15": ("area", "the plan has no such area"),
    ",2018-04-06,1,the usual corner,18:00,18:15": ("area", "the plan has no such area"),
    ",2018-04-06,1,1,,18:15": ("start", "the start is not given"),
    ",2018-04-06,1,1,25:00,18:15": ("start", "the start is not a time of day"),
    ",2018-04-06,1,1,18:00,soon": ("end", "the end is not a time of day"),
    ",someday,1,1,18:00,18:15": ("date", "the date is not one"),
    ",,1,1,18:00,18:15": ("start", "no date is given"),
    ",2018-04-05,1,1,18:00,18:15": ("date", "the day lies outside the dates of the plan"),
    ",2018-04-08,1,1,18:00,18:15": ("date", "no shift of the plan begins on 8 April 2018"),
    ",2018-04-06,1,1,12:00,12:15": (
        "start",
        "the start lies more than two hours outside the shift",
    ),
    ",2018-04-06,1,1,18:30,18:15": ("end", "the end is before the start"),
    ",2018-04-06,1,1,18:30,18:30": ("end", "the visit ends when it starts"),
    ",2018-04-06,1,1,2018-04-06 18:00,2018-04-07 03:00": (
        "end",
        "the visit is longer than the shift of 8 hours",
    ),
    ",2018-04-06,1,2,19:00,19:15,what is this": ("", "the row does not have 6 cells"),
}


def test_every_row_that_cannot_be_used_is_explained():
    rows = [*WRONG, ",2018-04-06,1,1,20:00,20:15", ",06/04/2018,team 1,1,20.00,20.15"]
    records = read("\n".join(["plan,date,team,area,start,end", *rows]) + "\n")
    assert records.rows_read == len(rows)
    assert records.visits == (VisitMade(FRIDAY, at(6, 20), at(6, 20, 15), 1, 1),)
    problems = records.problems
    assert tuple(problems.columns) == PROBLEM_COLUMNS
    assert len(problems) == len(WRONG) + 1
    assert [*problems["row"]] == [*range(2, 2 + len(WRONG)), 3 + len(WRONG)]
    for (_, (column, reason)), found in zip(
        WRONG.items(), problems.to_dict("records")[:-1], strict=True
    ):
        assert found["column"] == column
        assert found["reason"].startswith(reason), found
        assert found["outcome"] == REJECTED
    assert problems["outcome"].iloc[-1] == DUPLICATE
    assert (problems["remedy"].str.len() > 10).all()
    assert problems["row_values"].str.contains("20.00").iloc[-1]
    assert records.in_words().endswith(
        "19 rows read from visits.csv: 1 used, 17 not usable, 1 doubled."
    )


def test_a_visit_that_is_recorded_already_is_doubled():
    text = "date,team,area,start,end\n2018-04-06,1,1,20:00,20:15\n"
    known = read(text).visits
    assert read(text, known=known).visits == ()
    with pytest.raises(ParameterError, match="recorded already"):
        made_visit(PLAN, FRIDAY, 1, 1, time(20), time(20, 15), known)


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("date,crew,area,start\n2018-04-06,1,1,18:00\n", "no column for end; its headings are"),
        ("hello\n", "not a table"),
        ("", "is empty"),
    ],
)
def test_a_file_that_is_no_table_of_visits_is_refused(text: str, says: str):
    with pytest.raises(InputFileError, match=says):
        read(text)


def test_a_workbook_with_dates_and_times_as_excel_has_them():
    book = openpyxl.Workbook()
    book.active.append(("Visits of the late shift",))
    book.active.append(("Day", "Team", "Area", "From", "To"))
    book.active.append((FRIDAY, 1, 3, time(18, 5), time(18, 17)))
    book.active.append((datetime(2018, 4, 7), 2, 4, at(8, 1, 0), at(8, 1, 15)))
    buffer = io.BytesIO()
    book.save(buffer)
    records = read_visits(buffer.getvalue(), PLAN, name="visits.xlsx")
    assert records.problems.empty, records.problems.to_string()
    assert records.visits == (
        VisitMade(FRIDAY, at(6, 18, 5), at(6, 18, 17), 1, 3),
        VisitMade(SATURDAY, at(8, 1), at(8, 1, 15), 2, 4),
    )


def test_what_is_written_is_read_again():
    visits = tuple(VisitMade(v.day, v.start, v.end, v.team, v.area) for v in PLAN.visits)
    records = read_visits(visits_csv(PLAN, visits), PLAN, name="out.csv")
    assert records.problems.empty
    assert records.visits == tuple(sorted(visits))
    assert [VisitMade.from_dict(visit.as_dict()) for visit in visits] == list(visits)


def test_the_file_to_fill_in_lacks_only_the_times():
    found = read_visits(blank_csv(PLAN), PLAN, name="blank.csv")
    assert found.visits == ()
    assert set(found.problems["reason"]) == {"the start is not given"}
    assert found.rows_read == len(PLAN.visits)


def test_a_form_makes_the_same_visit_as_a_file():
    visit = made_visit(PLAN, FRIDAY, 2, 4, time(0, 30), time(0, 45))
    assert visit == read("date,team,area,start,end\n2018-04-06,2,4,00:30,00:45\n").visits[0]
    with pytest.raises(ParameterError, match=r"The end is before the start \(end: 18:00\)"):
        made_visit(PLAN, FRIDAY, 2, 4, time(18, 30), time(18))


def test_no_minute_counts_twice():
    one = VisitMade(FRIDAY, at(6, 20), at(6, 20, 15), 1, 1)
    longer = VisitMade(FRIDAY, at(6, 20, 10), at(6, 20, 25), 1, 1)
    next_one = VisitMade(FRIDAY, at(6, 20, 25), at(6, 20, 40), 1, 1)
    other = VisitMade(FRIDAY, at(6, 20, 10), at(6, 20, 25), 2, 1)
    found = clipped([next_one, longer, other, one])
    assert [(visit.team, visit.minutes) for visit in found] == [(1, 25), (2, 15), (1, 15)]
