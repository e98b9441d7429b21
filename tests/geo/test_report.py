"""A report is only made when every row is accounted for."""

import pandas as pd
import pytest

from boundaries.errors import ParameterError
from geo.readers.problems import problem_rows
from geo.report import OUTCOME, REJECTED, ROW, FileReport, ImportReport, no_problems


def rejected_row(row: int, column: str = "date") -> pd.DataFrame:
    return problem_rows(
        file="a.csv",
        row=[row],
        column=column,
        found="x",
        reason="no date",
        remedy="Write one.",
        outcome=REJECTED,
        row_values='{"date": "x"}',
    )


def file_report(used: int, rejected: int, name: str = "a.csv") -> FileReport:
    return FileReport(name, "plain table", used + rejected, used, rejected, "")


def test_rows_of_a_file_must_add_up():
    with pytest.raises(ParameterError, match="5 rows read are not 3 used, 1 rejected and 0 dup"):
        FileReport("a.csv", "plain table", 5, 3, 1, "")


def test_used_rows_must_be_located_or_not():
    with pytest.raises(ParameterError, match="3 rows used are not 1 located, 1 outside and 0 not"):
        ImportReport((file_report(3, 0),), no_problems(), 1, 1, 0)


def test_every_rejected_row_must_have_a_reason():
    with pytest.raises(ParameterError, match="2 rows were rejected but 1 have a reason"):
        ImportReport((file_report(1, 2),), rejected_row(2), 1, 0, 0)


def test_a_row_with_two_reasons_is_one_rejected_row():
    problems = pd.concat([rejected_row(2), rejected_row(2, "time")], ignore_index=True)
    report = ImportReport((file_report(1, 1),), problems, 1, 0, 0)
    assert report.rejected_rows.row_values.tolist() == ['{"date": "x"}']


def test_merged_reports_add_up():
    one = ImportReport((file_report(2, 1),), rejected_row(2), 1, 1, 0)
    two = ImportReport((file_report(3, 0, "b.csv"),), no_problems(), 0, 0, 3)
    merged = ImportReport.merged([one, two])
    assert (merged.rows_read, merged.used, merged.rejected) == (6, 5, 1)
    assert (merged.located, merged.outside, merged.not_located) == (1, 1, 3)
    assert merged.problems[[ROW, OUTCOME]].to_numpy().tolist() == [[2, REJECTED]]
