"""Strands counted by period: mentions, of which an incident can carry several."""

import numpy as np
import pandas as pd

from geo.analysis import analysis
from geo.periods import PeriodUnit, periods_of
from geo.record import make_record
from geo.result import Result
from geo.schema import STRAND_COLUMNS, Incidents
from geo.selection import Selection
from geo.wards.join import locate
from geo.wards.table import PERIOD

STRAND = "strand"
MENTIONS = "mentions"
STRAND_TABLE_COLUMNS = (STRAND, PERIOD, MENTIONS)


@analysis("strand_table")
def strand_table(incidents: Incidents, selection: Selection, unit: PeriodUnit) -> Result:
    """Count the mentions of each strand in each period.

    Mentions add up to more than incidents where incidents carry several strands, and to less
    where the strand of some is not known; the record's warnings say which.

    Returns
    -------
    Frame with the columns ``STRAND_TABLE_COLUMNS``, one row per strand and period.
    """
    selected = selection.apply(incidents)
    periods = periods_of(selected, unit)
    known = periods.codes >= 0
    flags = selected.frame[list(STRAND_COLUMNS.values())].to_numpy(np.bool_)
    counts = [
        np.bincount(periods.codes[known & flags[:, i]], minlength=len(periods.labels))
        for i in range(len(STRAND_COLUMNS))
    ]
    frame = pd.DataFrame(
        {
            STRAND: np.repeat(list(STRAND_COLUMNS), len(periods.labels)),
            PERIOD: np.tile(np.array(periods.labels, dtype=object), len(STRAND_COLUMNS)),
            MENTIONS: np.concatenate(counts),
        }
    )
    record = make_record(
        "strand_table",
        {"period": unit},
        selection,
        selected,
        locate(selected, "2022"),
        warnings=_warnings(flags),
    )
    return Result(frame, record)


def _warnings(flags: np.ndarray[tuple[int, int], np.dtype[np.bool_]]) -> list[str]:
    mentions = flags.sum(axis=1)
    several, none = int((mentions > 1).sum()), int((mentions == 0).sum())
    found = []
    if several:
        found.append(
            f"{several:,} incident{' carries' if several == 1 else 's carry'} several strands: "
            "mentions add up to more than incidents."
        )
    if none:
        found.append(f"The strand of {none:,} incidents is not known.")
    return found


def change_pct(before: pd.Series, after: pd.Series) -> pd.Series:
    """Give the change in per cent; NaN from zero, for nothing can be said of it.

    >>> change_pct(pd.Series([4.0, 0.0]), pd.Series([5.0, 3.0])).tolist()
    [25.0, nan]
    """
    return 100 * (after - before) / before.where(before > 0)
