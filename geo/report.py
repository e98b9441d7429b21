"""What became of every row that was read: used or rejected, located or not, and why."""

import io
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import pandas as pd

from boundaries.errors import ParameterError
from geo.spreadsheet_text import LINE_END, guard_frame

FileKind = Literal[
    "police.uk", "police.uk API", "plain table", "map layer", "database table", "skipped"
]

FILE = "file"
ROW = "row"
COLUMN = "column"
FOUND = "found"
REASON = "reason"
REMEDY = "remedy"
OUTCOME = "outcome"
ROW_VALUES = "row_values"
PROBLEM_COLUMNS = (FILE, ROW, COLUMN, FOUND, REASON, REMEDY, OUTCOME, ROW_VALUES)

REJECTED = "rejected"
KEPT = "kept"
KEPT_NOT_LOCATED = "kept, not located"
DUPLICATE = "duplicate"
"""The row says what another row says; it is counted here and not as another incident."""
UPDATED = "updated"
"""The row replaces what was known of the same incident; the older version is kept."""


@dataclass(frozen=True)
class FileReport:
    """What became of the rows of one file.

    Attributes
    ----------
    name
        Name of the file; inside an archive or a folder with the path there.
    kind
        How it was read; ``skipped`` files were looked at and left out, ``note`` says why.
    rows_read, used, rejected, duplicates
        Rows below the header that are not blank; the others add up to the first.
    sha256
        Of the file's bytes.
    note
        What a reader must know about this file, or nothing.
    """

    name: str
    kind: FileKind
    rows_read: int
    used: int
    rejected: int
    sha256: str
    note: str = ""
    duplicates: int = 0

    def __post_init__(self) -> None:
        if self.rows_read != self.used + self.rejected + self.duplicates:
            msg = (
                f"{self.name}: {self.rows_read} rows read are not {self.used} used, "
                f"{self.rejected} rejected and {self.duplicates} duplicates; a row was lost, "
                "please report this."
            )
            raise ParameterError(msg)


def no_problems() -> pd.DataFrame:
    """Make an empty table of problems."""
    texts = {name: pd.Series(dtype="str") for name in PROBLEM_COLUMNS}
    return pd.DataFrame(texts | {ROW: pd.Series(dtype="int64")})[list(PROBLEM_COLUMNS)]


@dataclass(frozen=True, eq=False)
class ImportReport:
    """What became of every row of an import, checked to add up when it is made.

    Parameters
    ----------
    files
        One report per file, skipped ones included.
    problems
        One row per problem with columns ``PROBLEM_COLUMNS``: the file, its row (the header is
        row 1), the column and what was found there, the reason, the remedy, the outcome, and for
        rejected rows all their values as JSON text, so that nothing read is lost.
    located, outside, not_located
        Used incidents inside the borough, outside it, and without a usable position.

    Raises
    ------
    ParameterError
        The numbers do not add up, or a rejected row is missing from ``problems``.
    """

    files: tuple[FileReport, ...]
    problems: pd.DataFrame
    located: int
    outside: int
    not_located: int

    def __post_init__(self) -> None:
        located_or_not = self.located + self.outside + self.not_located
        if self.used != located_or_not:
            msg = (
                f"{self.used} rows used are not {self.located} located, {self.outside} outside "
                f"and {self.not_located} not located; a row was lost, please report this."
            )
            raise ParameterError(msg)
        if self.rejected != len(self.rejected_rows):
            msg = (
                f"{self.rejected} rows were rejected but {len(self.rejected_rows)} have a reason; "
                "please report this."
            )
            raise ParameterError(msg)

    @property
    def files_read(self) -> tuple[FileReport, ...]:
        """Files that were not passed over."""
        return tuple(file for file in self.files if file.kind != "skipped")

    @property
    def rows_read(self) -> int:
        """Rows below the headers of all files."""
        return sum(file.rows_read for file in self.files)

    @property
    def used(self) -> int:
        """Rows that became incidents."""
        return sum(file.used for file in self.files)

    @property
    def rejected(self) -> int:
        """Rows that did not become incidents."""
        return sum(file.rejected for file in self.files)

    @property
    def duplicates(self) -> int:
        """Rows that say what another row says."""
        return sum(file.duplicates for file in self.files)

    @property
    def rejected_rows(self) -> pd.DataFrame:
        """The rejected rows, once each: file, row and their values as JSON text."""
        rejected = self.problems[self.problems[OUTCOME] == REJECTED]
        once = rejected.drop_duplicates([FILE, ROW])
        return once[[FILE, ROW, ROW_VALUES]].reset_index(drop=True)

    @property
    def notes(self) -> tuple[str, ...]:
        """What a reader must know about single files, each with the file's name."""
        return tuple(f"{file.name}: {file.note}" for file in self.files if file.note)

    def in_words(self) -> str:
        """Say in two lines what was read and what became of it.

        >>> file = FileReport("a.csv", "plain table", 3, 3, 0, "")
        >>> print(ImportReport((file,), no_problems(), 1, 0, 2).in_words())
        3 rows read from 1 file: 3 used, 0 rejected.
        1 located, 0 outside the borough, 2 not located.
        """
        read = self.files_read
        skipped = len(self.files) - len(read)
        files = f"{len(read)} file{'' if len(read) == 1 else 's'}"
        left_out = f" ({skipped} skipped)" if skipped else ""
        twice = f", {self.duplicates:,} duplicates" if self.duplicates else ""
        return (
            f"{self.rows_read:,} rows read from {files}{left_out}: {self.used:,} used, "
            f"{self.rejected:,} rejected{twice}.\n{self.located:,} located, {self.outside:,} "
            f"outside the borough, {self.not_located:,} not located."
        )

    def problems_csv(self) -> str:
        """Write the problems as CSV text that is safe to open in a spreadsheet."""
        buffer = io.StringIO()
        guard_frame(self.problems).to_csv(buffer, index=False, lineterminator=LINE_END)
        return buffer.getvalue()

    @classmethod
    def merged(cls, reports: Sequence["ImportReport"]) -> "ImportReport":
        """Put several reports together, in their order."""
        return cls(
            files=tuple(file for report in reports for file in report.files),
            problems=pd.concat(
                [no_problems(), *(report.problems for report in reports)], ignore_index=True
            ),
            located=sum(report.located for report in reports),
            outside=sum(report.outside for report in reports),
            not_located=sum(report.not_located for report in reports),
        )
