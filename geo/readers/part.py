"""What a reader makes of one table, and the steps that both readers share."""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from geo.readers.coordinates import REMEDIES, Positions
from geo.readers.days import REMEDIES as DATE_REMEDIES
from geo.readers.problems import problem_rows
from geo.readers.tables import RawTable
from geo.readers.validation import validate
from geo.report import KEPT, KEPT_NOT_LOCATED, REJECTED, FileKind, FileReport
from geo.schema import INCIDENT_ID

NOT_STATED = "not stated"
"""Category of an incident whose file gives none."""

_MOST_NAMED = 30


@dataclass(frozen=True, eq=False)
class Part:
    """Incidents of one file, not yet put together with those of others.

    Attributes
    ----------
    frame
        Columns as :class:`geo.schema.Incidents` needs them.
    file
        What became of the rows.
    problems
        Columns ``geo.report.PROBLEM_COLUMNS``.
    rows
        Shape (n,): row in the file of each row of ``frame``.
    id_heading
        Heading of the column of ids, or nothing.
    table
        What was read, where more of a row may be asked for later than became an incident.
    distinct_ids
        Whether no two rows of ``frame`` can be about the same incident.
    """

    frame: pd.DataFrame
    file: FileReport
    problems: pd.DataFrame
    rows: NDArray[np.int64]
    id_heading: str = ""
    table: RawTable | None = None
    distinct_ids: bool = False

    def values_as_json(self, at: NDArray[np.intp]) -> list[str]:
        """Give whole rows of ``frame`` as JSON, as the file has them where that is still known."""
        if self.table is None:
            chosen = self.frame.iloc[at].astype("str").to_dict("records")
            return [json.dumps(values, ensure_ascii=False) for values in chosen]
        positions = np.searchsorted(self.table.rows, self.rows[at])
        return self.table.values_as_json(np.isin(np.arange(len(self.table)), positions))


def part_of(
    table: RawTable,
    kind: FileKind,
    frame: pd.DataFrame,
    rejected: NDArray[np.bool_],
    problems: Sequence[pd.DataFrame],
    notes: Sequence[str] = (),
    columns_of: Mapping[str, str] | None = None,
) -> Part:
    """Leave out the rejected rows, shape (n,), and count what became of every row.

    All rows are checked once more by :func:`geo.readers.validation.validate`, for which
    ``columns_of`` names the heading of each column of the frame.
    """
    checked = validate(frame, table, columns_of or {}, rejected)
    frame, rejected = checked.frame, checked.rejected
    misfits, dropped = len(table.misfits), int(rejected.sum())
    file = FileReport(
        name=table.file.name,
        kind=kind,
        rows_read=len(table) + misfits,
        used=len(table) - dropped,
        rejected=dropped + misfits,
        sha256=table.file.sha256,
        note=" ".join(note for note in (table.note, *notes, checked.note) if note),
    )
    kept = frame[~rejected].reset_index(drop=True) if dropped else frame
    all_problems = pd.concat([table.misfits, *problems, *checked.problems], ignore_index=True)
    heading = (columns_of or {}).get(INCIDENT_ID, "")
    return Part(kept, file, all_problems, table.rows[~rejected], heading)


def unused_note(headings: Iterable[str]) -> str:
    """Name the columns that nothing is taken from, the first of them where they are many."""
    names = list(dict.fromkeys(headings))
    shown, more = names[:_MOST_NAMED], len(names) - _MOST_NAMED
    return f"Columns not used: {', '.join(shown)}{f' and {more:,} more' if more > 0 else ''}."


def date_problems(
    table: RawTable, position: int, reasons: NDArray[np.object_], remedy: str
) -> pd.DataFrame:
    """Make a problem row for every row whose date is unusable; some reasons have own remedies."""
    undated = reasons != ""
    return problem_rows(
        file=table.file.name,
        row=table.rows[undated],
        column=table.header[position],
        found=table.cells[position][undated],
        reason=reasons[undated],
        remedy=[DATE_REMEDIES.get(reason, remedy) for reason in reasons[undated]],
        outcome=REJECTED,
        row_values=table.values_as_json(undated),
    )


def position_problems(
    table: RawTable, columns: Sequence[int], positions: Positions, kept: NDArray[np.bool_]
) -> pd.DataFrame:
    """Make a problem row for every kept row whose position is given but unusable."""
    return _of_positions(table, columns, positions.reason, kept, KEPT_NOT_LOCATED)


def position_remarks(
    table: RawTable, columns: Sequence[int], positions: Positions, kept: NDArray[np.bool_]
) -> pd.DataFrame:
    """Make a problem row for every kept row whose position is used but doubtful."""
    return _of_positions(table, columns, positions.remark, kept, KEPT)


def _of_positions(
    table: RawTable,
    columns: Sequence[int],
    said: NDArray[np.object_],
    kept: NDArray[np.bool_],
    outcome: str,
) -> pd.DataFrame:
    wrong = kept & (said != "")
    cells = table.cells[list(columns)].iloc[np.flatnonzero(wrong)].to_numpy(object)
    return problem_rows(
        file=table.file.name,
        row=table.rows[wrong],
        column=", ".join(table.header[column] for column in columns),
        found=[", ".join(row) for row in cells],
        reason=said[wrong],
        remedy=[REMEDIES[reason] for reason in said[wrong]],
        outcome=outcome,
    )
