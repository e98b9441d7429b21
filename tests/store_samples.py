"""Small imports for tests of stores."""

from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import sha256

import pandas as pd

from geo import schema
from geo.readers.importing import Import
from geo.readers.problems import problem_rows
from geo.report import REJECTED, ROW, FileReport, ImportReport, no_problems
from geo.schema import Incidents
from geo.wards.join import locate

INSIDE = (523_500.0, 178_500.0)
OUTSIDE = (530_000.0, 180_000.0)


@dataclass(frozen=True)
class Said:
    """What one row says of one incident; ``what`` stands for all the values."""

    id: str
    time: str = "2024-03-05 22:15"
    what: str = "Hate crime"
    source: str = "police"
    place: tuple[float, float] | None = INSIDE
    end: str | None = None
    strands: tuple[str, ...] = ()
    is_crime: bool | None = True


def make_import(
    said: Sequence[Said], *, file: str = "extract.csv", rejected: Sequence[str] = ()
) -> Import:
    """Make the import that a reader would make of a file with these rows.

    Parameters
    ----------
    rejected
        Dates that cannot be, each in a row of its own below the others.
    """
    incidents = Incidents(_frame(said))
    rows = [2 + position for position in range(len(said))]
    problems = no_problems()
    if rejected:
        problems = problem_rows(
            file=file,
            row=[len(said) + 2 + position for position in range(len(rejected))],
            column="date",
            found=list(rejected),
            reason="this is not a day",
            remedy="Write the date as 2017-04-03.",
            outcome=REJECTED,
            row_values=[f'{{"date": "{date}"}}' for date in rejected],
        )
    content = sha256(repr((list(said), list(rejected))).encode()).hexdigest()
    read = FileReport(
        file, "plain table", len(said) + len(rejected), len(said), len(rejected), content
    )
    where = locate(incidents, "2022")
    report = ImportReport((read,), problems, where.located, where.outside, where.not_located)
    origin = pd.DataFrame({"file": pd.Categorical([file] * len(said)), ROW: rows})
    return Import(incidents, report, origin)


def _frame(said: Sequence[Said]) -> pd.DataFrame:
    places = [each.place or (float("nan"), float("nan")) for each in said]
    columns = {
        schema.INCIDENT_ID: _texts([each.id for each in said]),
        schema.SOURCE: _texts([each.source for each in said]),
        schema.CATEGORY: _texts([each.what for each in said]),
        schema.IS_CRIME: pd.array([each.is_crime for each in said], dtype="boolean"),
        schema.OCCURRED: _times([each.time for each in said]),
        schema.TIME_PRECISION: _texts(["minute"] * len(said)),
        schema.EASTING: pd.Series([place[0] for place in places], dtype="float64"),
        schema.NORTHING: pd.Series([place[1] for place in places], dtype="float64"),
        **{
            column: pd.Series([strand in each.strands for each in said], dtype="bool")
            for strand, column in schema.STRAND_COLUMNS.items()
        },
        schema.OCCURRED_END: _times([each.end for each in said]),
        schema.LOCATION_QUALITY: _texts(
            ["point" if each.place else "not located" for each in said]
        ),
    }
    return pd.DataFrame(columns)


def _texts(values: Sequence[str]) -> "pd.Series[str]":
    return pd.Series(list(values), dtype="str")


def _times(values: Sequence[str | None]) -> "pd.Series[pd.Timestamp]":
    return pd.Series(pd.to_datetime(list(values), format="ISO8601")).astype("datetime64[us]")
