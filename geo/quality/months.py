"""Counts by month and source, with the months that are empty or lower than they should be.

What is usual in a month is the median of the months around it, six to each side, that have any
incident; months across the break of the series, and months that the selection or today cuts, do not
count. Months in the future are not judged.
"""

from collections.abc import Iterator
from datetime import date

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.stats import poisson

from geo.quality.check import FINE, MIND, NOTE, Check, Verdict
from geo.quality.params import QualityParams
from geo.schema import SOURCE, Incidents
from geo.selection import Selection
from geo.series_break import SERIES_BREAK

MONTH = "month"
INCIDENTS = "incidents"
USUAL = "usual"
FINDING = "finding"
MONTH_COLUMNS = (SOURCE, MONTH, INCIDENTS, USUAL, FINDING)

NO_DATA = "no data"
LOW = "low"
EMPTY = "empty"
AS_USUAL = ""
NOT_BEGUN = "before its first"
ENDED = "after its last"
FUTURE = "in the future"
NOT_JUDGED = (NOT_BEGUN, ENDED, FUTURE)
FINDINGS = {
    AS_USUAL: "nothing to say",
    NO_DATA: "no incident where many are usual: a file may be missing",
    LOW: "less than chance and a quiet month explain: part of the data may be missing",
    EMPTY: "no incident, but few are usual",
    NOT_BEGUN: "before the first incident of the source",
    ENDED: "after the last incident of the source",
    FUTURE: "after the day that the data is judged on",
}

_AROUND = 6
_NEIGHBOURS = 3
"""Of fewer months around one nothing can be said to be usual; all of the source are taken then."""
_CHANCE = 0.001
_NAMED = 6


def month_counts(incidents: Incidents, selection: Selection, params: QualityParams) -> pd.DataFrame:
    """Count the incidents of each source in each month, months without any included.

    Parameters
    ----------
    incidents
        The selected ones.
    selection
        Its first and last day may cut a month; less is usual in that month then.

    Returns
    -------
    Columns ``MONTH_COLUMNS``; every source has every month from the first to the last of all.
    ``usual`` is NaN where the source has no data yet, or no other month.
    """
    if not len(incidents):
        return pd.DataFrame({name: [] for name in MONTH_COLUMNS})
    month = incidents.occurred.astype("datetime64[M]")
    months = np.arange(month.min(), month.max() + 1)
    last_day = min(selection.end or params.as_of, params.as_of)
    covered = _covered(months, selection.start, last_day)
    past = incidents.occurred.astype("datetime64[D]") <= np.datetime64(params.as_of, "D")
    codes, sources = pd.factorize(incidents.frame[SOURCE], sort=True)
    cells = codes * len(months) + (month - months[0]).astype(np.int64)
    shape = len(sources), len(months)
    counts, of_past = (
        np.bincount(each, minlength=shape[0] * shape[1]).reshape(shape)
        for each in (cells, cells[past])
    )
    tables = [
        _of_source(months, of_past[row], covered, params).assign(
            **{SOURCE: source, INCIDENTS: counts[row]}
        )
        for row, source in enumerate(sources)
    ]
    return pd.concat(tables, ignore_index=True)[list(MONTH_COLUMNS)]


def _of_source(
    months: NDArray[np.datetime64],
    counts: NDArray[np.int64],
    covered: NDArray[np.float64],
    params: QualityParams,
) -> pd.DataFrame:
    """Judge the months of a source by its incidents that are not in the future."""
    usual = usual_counts(counts, months, covered)
    finding = np.full(len(counts), AS_USUAL, dtype=object)
    enough = usual >= params.usual_month
    finding[counts == 0] = EMPTY
    finding[(counts == 0) & enough] = NO_DATA
    low = (counts < usual * params.low_month / 100) & (poisson.cdf(counts, usual) < _CHANCE)
    finding[low & enough & (counts > 0)] = LOW
    held = np.flatnonzero(counts)
    first, last = (held[0], held[-1]) if len(held) else (len(counts), -1)
    finding[:first], finding[last + 1 :] = NOT_BEGUN, ENDED
    finding[months > np.datetime64(params.as_of, "M")] = FUTURE
    usual[:first] = usual[last + 1 :] = np.nan
    return pd.DataFrame(
        {
            MONTH: np.datetime_as_string(months, unit="M"),
            USUAL: usual,
            FINDING: pd.Series(finding, dtype="str"),
        }
    )


def usual_counts(
    counts: NDArray[np.int64], months: NDArray[np.datetime64], covered: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Say how many are usual in each month, shape (months,); NaN where there is no other.

    Parameters
    ----------
    covered
        Shape (months,): the share of the days of each month that was looked at.
    """
    after_break = months > SERIES_BREAK.astype("datetime64[M]")
    telling = (counts > 0) & (covered == 1)
    usual = np.full(len(counts), np.nan)
    for i in range(len(counts)):
        others = telling.copy()
        others[i] = False
        same = others & (after_break == after_break[i])
        near = same.copy()
        near[: max(0, i - _AROUND)] = near[i + _AROUND + 1 :] = False
        of = next((each for each in (near, same) if each.sum() >= _NEIGHBOURS), others)
        if of.any():
            usual[i] = np.median(counts[of])
    return usual * covered


def _covered(
    months: NDArray[np.datetime64], first_day: date | None, last_day: date
) -> NDArray[np.float64]:
    """Give the share of the days of each month from the first to the last day."""
    begin, after = months.astype("datetime64[D]"), (months + 1).astype("datetime64[D]")
    start = np.maximum(begin, np.datetime64(first_day, "D")) if first_day else begin
    end = np.minimum(after, np.datetime64(last_day, "D") + 1)
    days: NDArray[np.int64] = (end - start).astype(np.int64)
    return np.asarray(np.maximum(days, 0) / (after - begin).astype(np.int64), np.float64)


def month_checks(months: pd.DataFrame, params: QualityParams) -> Iterator[Check]:
    """Check for months that are empty or low, by source; ``months`` from :func:`month_counts`."""
    for source, table in months.groupby(SOURCE, sort=True):
        of = int((~table[FINDING].isin(NOT_JUDGED)).sum())
        yield _empty(str(source), table, of)
        yield _low(str(source), table, of, params)


def _empty(source: str, table: pd.DataFrame, of: int) -> Check:
    missing, few = (table[table[FINDING] == finding] for finding in (NO_DATA, EMPTY))
    verdict: Verdict = MIND if len(missing) else FINE
    if len(missing):
        words = (
            f"The source {source} has no incident at all in {_named(list(missing[MONTH]))}, where "
            f"about {missing[USUAL].median():,.0f} a month are usual: a file may be missing. Do "
            f"not read {'these months' if len(missing) > 1 else 'this month'} as quiet."
        )
        if len(missing) > of / 2:
            words += " Or the first or the last date is wrong."
    elif len(few):
        words = (
            f"The source {source} has no incident in {len(few):,} of {of:,} months, but so few are "
            "usual that chance may leave months empty."
        )
    else:
        words = (
            f"The source {source} has incidents in every month from its first to its last ({of:,})."
        )
    value = len(missing) + len(few)
    return Check("coverage", "months without data", value, "months", of, verdict, words, source)


def _low(source: str, table: pd.DataFrame, of: int, params: QualityParams) -> Check:
    low = table[table[FINDING] == LOW]
    words = f"No month of the source {source} is suspiciously low."
    if len(low):
        rows = zip(low[MONTH], low[INCIDENTS], low[USUAL], strict=True)
        named = [f"{month} ({count:,}, usual {usual:,.0f})" for month, count, usual in rows]
        words = (
            f"The source {source} has less than {params.low_month:.0f}% of the usual, and fewer "
            f"than chance gives, in {_named(named)}: part of the data may be missing."
        )
        held = table[~table[FINDING].isin(NOT_JUDGED)][MONTH]
        if low[MONTH].iloc[-1] == held.iloc[-1]:
            words += " The last month may not be complete yet."
    verdict: Verdict = NOTE if len(low) else FINE
    return Check("coverage", "low months", len(low), "months", of, verdict, words, source)


def _named(names: list[str]) -> str:
    more = len(names) - _NAMED
    return ", ".join(names[:_NAMED]) + (f" and {more:,} more" if more > 0 else "")
