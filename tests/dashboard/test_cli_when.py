"""``hotspots when`` as people use it."""

import json

import openpyxl
import pytest

from geo.times.month_profile import MONTH_COLUMNS
from geo.times.when import (
    HOUR_COLUMNS,
    HOUR_OF_WEEK_COLUMNS,
    SHIFT_COLUMNS,
    SHIFT_OF_WEEK_COLUMNS,
    WEEKDAY_COLUMNS,
)
from tests.dashboard.command_line import table_in

SPANS = """date from,time from,date to,time to,easting,northing
2024-01-01,01:00,2024-01-01,02:30,523388,179668
2024-01-01,23:30,2024-01-02,00:30,523388,179668
2024-01-03,,,,523388,179668
2024-01-04,10:00,2024-01-03,09:00,523388,179668
"""


@pytest.mark.parametrize(
    ("by", "columns", "rows"),
    [
        ("hour-of-week", HOUR_OF_WEEK_COLUMNS, 169),
        ("weekday", WEEKDAY_COLUMNS, 8),
        ("hour", HOUR_COLUMNS, 25),
        ("shift", SHIFT_COLUMNS, 4),
        ("shift-of-week", SHIFT_OF_WEEK_COLUMNS, 22),
        ("month", MONTH_COLUMNS, 12),
    ],
)
def test_every_table_has_its_columns_and_adds_up(run, by, columns, rows):
    code, out, err = run(f"when demo --by {by}")
    table = table_in(out)
    assert code == 0
    assert tuple(table.columns) == columns
    assert len(table) == rows
    assert table["incidents"].sum() == pytest.approx(1727)
    assert "Busiest hours: 17:00 to 22:00" in err


def test_spans_of_a_file_are_spread_and_its_problems_told(run, tmp_path):
    (tmp_path / "own.csv").write_text(SPANS)
    code, out, err = run("when own.csv --by hour")
    hours = table_in(out).set_index("hour")["incidents"]
    assert code == 0
    assert hours[hours > 0].round(4).to_dict() == {
        "00:00": 0.5,
        "01:00": 0.6667,
        "02:00": 0.3333,
        "10:00": 1,
        "23:00": 0.5,
        "not known": 1,
    }
    assert "row 5, column date to: the end is before the start; only the start is used" in err
    assert "2 of 4 incidents have a span" in err
    starts = table_in(run("when own.csv --by hour --method start")[1]).set_index("hour")
    assert starts["incidents"]["23:00"] == 1


def test_own_shifts(run):
    code, out, _ = run('when demo --by shift --shifts "early 06-14, late 14-22, night 22-06"')
    table = table_in(out)
    assert code == 0
    assert table["shift"].tolist() == ["early", "late", "night", "not known"]
    assert table["shift_hours"].tolist()[:3] == [
        "06:00 to 14:00",
        "14:00 to 22:00",
        "22:00 to 06:00",
    ]


def test_shifts_that_leave_a_gap_are_bad_usage(run):
    code, out, err = run('when demo --shifts "early 06-14, late 14-22"')
    assert (code, out) == (2, "")
    assert "The hour from 00:00 to 01:00 is in no shift (8 such in all)" in err


def test_json_and_files_carry_the_record(run, tmp_path):
    code, out, _ = run("when demo --strand race --by month --json --out when-exact.xlsx")
    content = json.loads(out)
    assert code == 0
    assert content["run_record"]["params"]["shifts"][2]["name"] == "night"
    assert content["run_record"]["selection"]["strands"] == ["race"]
    assert [row["month"] for row in content["rows"]][::11] == ["January", "December"]
    assert openpyxl.load_workbook(tmp_path / "when-exact.xlsx").sheetnames[-1] == "run_record"


def test_a_table_of_times_is_no_map(run):
    code, out, err = run("when demo --out when.geojson")
    assert (code, out) == (2, "")
    assert "when-exact.geojson has no known ending; known are .csv, .json, .xlsx" in err
