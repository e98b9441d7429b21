"""Tables of the page Data: what is known in, texts to read out."""

import json
from collections.abc import Sequence
from typing import Any

import pandas as pd

from dashboard.data.words import (
    days_in_words,
    located_in_words,
    moment_in_words,
)
from dashboard.words import names_in_words
from geo.report import COLUMN as PROBLEM_COLUMN
from geo.report import FILE, FOUND, OUTCOME, REASON, REJECTED, REMEDY, ROW, ImportReport
from geo.store import ImportEntry, LogEntry

ACTIVE, UNDONE = "in use", "undone"
IMPORT_TEXTS = ("Added", "By", "Source", "Files", "Days", "Where", "State")
FILE_TEXTS = ("Read as", "Note")
LOG_TEXTS = ("When", "Who", "What", "Details")

_GROUPED_BY = [OUTCOME, PROBLEM_COLUMN, REASON, REMEDY]
PROBLEM_TEXTS = ("In rows", "Column", "Found", "What is wrong", "What to do")
_ROWS_NAMED = 4


def files_table(report: ImportReport) -> pd.DataFrame:
    """Say what became of the rows of each file, with a total where there are several."""
    rows = [
        {
            "File": file.name,
            "Read as": file.kind,
            "Rows read": f"{file.rows_read:,}",
            "Used": f"{file.used:,}",
            "Rejected": f"{file.rejected:,}",
            "Duplicates": f"{file.duplicates:,}",
            "Note": file.note,
        }
        for file in report.files
    ]
    if len(rows) > 1:
        rows.append(
            {
                "File": "All files",
                "Read as": "",
                "Rows read": f"{report.rows_read:,}",
                "Used": f"{report.used:,}",
                "Rejected": f"{report.rejected:,}",
                "Duplicates": f"{report.duplicates:,}",
                "Note": "",
            }
        )
    return pd.DataFrame(rows)


def totals_table(report: ImportReport) -> pd.DataFrame:
    """Say in one row what became of the rows of all files."""
    files = files_table(report)
    totals = files.tail(1).assign(File=f"All {len(report.files):,} files")
    return totals.drop(columns=list(FILE_TEXTS))


def problems_table(problems: pd.DataFrame, most: int = 20) -> pd.DataFrame:
    """Put rows with the same problem together: what rejects rows first, then the most frequent."""
    groups: list[dict[str, Any]] = [
        {
            "Outcome": outcome,
            "Rows": len(rows),
            "In rows": _rows_in_words(rows),
            "Column": column,
            "Found": names_in_words(list(rows[FOUND].astype(str).unique()), most=2),
            "What is wrong": reason,
            "What to do": remedy,
        }
        for (outcome, column, reason, remedy), rows in problems.groupby(
            _GROUPED_BY, sort=False, dropna=False
        )
    ]
    groups.sort(key=lambda group: (group["Outcome"] != REJECTED, -group["Rows"]))
    shown = pd.DataFrame(groups[:most])
    return shown.assign(Rows=shown["Rows"].map("{:,}".format))


def _rows_in_words(rows: pd.DataFrame) -> str:
    """Name the first rows, with their file where there are several."""
    first = rows.head(_ROWS_NAMED)
    several = len(rows[FILE].unique()) > 1
    names = [
        f"{file} {row}" if several else str(row)
        for file, row in zip(first[FILE], first[ROW], strict=True)
    ]
    more = len(rows) - len(first)
    return ", ".join(names) + (f" and {more:,} more" if more else "")


def imports_table(entries: Sequence[ImportEntry]) -> pd.DataFrame:
    """List imports, the newest first."""
    return pd.DataFrame([_import_row(entry) for entry in reversed(entries)])


def _import_row(entry: ImportEntry) -> dict[str, str]:
    purged = f", {entry.purged:,} deleted by age" if entry.purged else ""
    return {
        "No.": str(entry.number),
        "Added": moment_in_words(entry.added),
        "By": entry.who,
        "Source": entry.source,
        "Files": names_in_words([file.name.rsplit("/", 1)[-1] for file in entry.files], most=2),
        "Rows": f"{entry.rows_read:,}",
        "New": f"{entry.new:,}",
        "Updated": f"{entry.updated:,}",
        "Duplicates": f"{entry.duplicates:,}",
        "Rejected": f"{entry.rejected:,}",
        "Days": days_in_words(entry.first_day, entry.last_day),
        "Where": located_in_words(entry.located, entry.outside, entry.not_located),
        "State": (UNDONE if entry.undone else ACTIVE) + purged,
    }


def import_label(entry: ImportEntry) -> str:
    """Name an import in a list to choose from."""
    state = f", {UNDONE}" if entry.undone else ""
    return f"{entry.number}: {entry.source}, {moment_in_words(entry.added)}{state}"


def log_table(entries: Sequence[LogEntry]) -> pd.DataFrame:
    """List what was done, the latest first."""
    return pd.DataFrame(
        [
            {
                "No.": str(entry.number),
                "When": moment_in_words(entry.at),
                "Who": entry.who,
                "What": entry.action,
                "Details": json.dumps(dict(entry.details), ensure_ascii=False, default=str),
            }
            for entry in reversed(entries)
        ]
    )
