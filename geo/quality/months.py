"""Counts by month and source, with the months that are empty or lower than they should be.

What is usual in a month is the median of the months around it, six to each side, that have any
incident; months across the break of the series, and months that the selection cuts, do not count.
"""

from collections.abc import Iterator

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
FINDINGS = {
    AS_USUAL: "nothing to say",
    NO_DATA: "no incident where many are usual: a file may be missing",
    LOW: "less than chance and a quiet month explain: part of the data may be missing",
    EMPTY: "no incident, but few are usual",
    NOT_BEGUN: "before the first incident of the source",
    ENDED: "after the last incident of the source",
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
    tables = [
        _of_source(source, counts, months, selection, params)
        for source, counts, months in _by_source(incidents)
    ]
    if not tables:
        return pd.DataFrame({name: [] for name in MONTH_COLUMNS})
    return pd.concat(tables, ignore_index=True)


def _by_source(
    incidents: Incidents,
) -> Iterator[tuple[str, NDArray[np.int64], NDArray[np.datetime64]]]:
    if not len(incidents):
        return
    month = incidents.occurred.astype("datetime64[M]")
    months = np.arange(month.min(), month.max() + 1)
    codes, sources = pd.factorize(incidents.frame[SOURCE], sort=True)
    cells = codes * len(months) + (month - months[0]).astype(np.int64)
    counts = np.bincount(cells, minlength=len(sources) * len(months)).reshape(len(sources), -1)
    for source, row in zip(sources, counts, strict=True):
        yield str(source), row.astype(np.int64), months


def _of_source(
    source: str,
    counts: NDArray[np.int64],
    months: NDArray[np.datetime64],
    selection: Selection,
    params: QualityParams,
) -> pd.DataFrame:
    covered = _covered(months, selection)
    usual = usual_counts(counts, months, covered)
    held = np.flatnonzero(counts)
    finding = np.full(len(counts), AS_USUAL, dtype=object)
    enough = usual >= params.usual_month
    finding[counts == 0] = EMPTY
    finding[(counts == 0) & enough] = NO_DATA
    low = (counts < usual * params.low_month / 100) & (poisson.cdf(counts, usual) < _CHANCE)
    finding[low & enough & (counts > 0)] = LOW
    finding[: held[0]], finding[held[-1] + 1 :] = NOT_BEGUN, ENDED
    usual[: held[0]] = usual[held[-1] + 1 :] = np.nan
    return pd.DataFrame(
        {
            SOURCE: source,
            MONTH: np.datetime_as_string(months, unit="M"),
            INCIDENTS: counts,
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


def _covered(months: NDArray[np.datetime64], selection: Selection) -> NDArray[np.float64]:
    """Give the share of the days of each month that lies in the selection."""
    first, after = months.astype("datetime64[D]"), (months + 1).astype("datetime64[D]")
    start = np.maximum(first, np.datetime64(selection.start or first[0], "D"))
    end = np.minimum(after, np.datetime64(selection.end or after[-1], "D") + 1)
    days: NDArray[np.int64] = (end - start).astype(np.int64)
    return np.asarray(np.maximum(days, 0) / (after - first).astype(np.int64), np.float64)


def month_checks(months: pd.DataFrame, params: QualityParams) -> Iterator[Check]:
    """Check for months that are empty or low, by source; ``months`` from :func:`month_counts`."""
    for source, table in months.groupby(SOURCE, sort=True):
        of = int((~table[FINDING].isin([NOT_BEGUN, ENDED])).sum())
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
        held = table[~table[FINDING].isin([NOT_BEGUN, ENDED])][MONTH]
        if low[MONTH].iloc[-1] == held.iloc[-1]:
            words += " The last month may not be complete yet."
    verdict: Verdict = NOTE if len(low) else FINE
    return Check("coverage", "low months", len(low), "months", of, verdict, words, source)


def _named(names: list[str]) -> str:
    more = len(names) - _NAMED
    return ", ".join(names[:_NAMED]) + (f" and {more:,} more" if more > 0 else "")
