"""From when to when each source has data: gaps of days, the break of the series, its age."""

from collections.abc import Iterator

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from geo.quality.check import FINE, MIND, NOTE, Check, Verdict, day_in_words
from geo.quality.params import QualityParams
from geo.schema import SOURCE, TIME_PRECISION, Incidents
from geo.series_break import BREAK_IN_WORDS, spans_break

_CHANCE = 0.01
_ENOUGH = 50
"""From fewer incidents with a known day no gap stands out."""

_Days = NDArray[np.datetime64]


def coverage_checks(incidents: Incidents, params: QualityParams) -> Iterator[Check]:
    """Check gaps of days and the age of the data by source, and for the break of the series."""
    days = incidents.occurred.astype("datetime64[D]")
    past = days <= np.datetime64(params.as_of, "D")
    by_month = (incidents.frame[TIME_PRECISION] == "month").to_numpy(np.bool_)
    codes, sources = pd.factorize(incidents.frame[SOURCE], sort=True)
    for code, source in enumerate(sources):
        of_source = codes == code
        yield _gaps(str(source), days[of_source & ~by_month & past], params)
        yield _age(str(source), days[of_source], by_month[of_source], params)
    yield _break(incidents)


def long_gaps(days: _Days, params: QualityParams) -> list[tuple[np.datetime64, np.datetime64]]:
    """Find runs of days without an incident that chance would hardly leave.

    Incidents that come at an even rate leave a run of g days after any of n with the chance of
    exp(-rate g); a run is long when n exp(-rate g) is below 1 in 100, and ``params.gap_days`` at
    least. The rate is that of the median month, so that gaps do not hide themselves.

    Returns
    -------
    First and last day of each run.
    """
    if len(days) < _ENOUGH:
        return []
    per_month = np.unique(days.astype("datetime64[M]"), return_counts=True)[1]
    rate = float(np.median(per_month)) * 12 / 365.25
    held = np.unique(days)
    length = np.diff(held).astype(np.int64) - 1
    long = (length >= params.gap_days) & (len(days) * np.exp(-rate * length) < _CHANCE)
    return list(zip(held[:-1][long] + 1, held[1:][long] - 1, strict=True))


def _gaps(source: str, days: _Days, params: QualityParams) -> Check:
    gaps = long_gaps(days, params)
    words = f"The source {source} has no long run of days without an incident."
    if len(days) < _ENOUGH:
        words = (
            f"The source {source} has too few incidents with a known day to find gaps of days "
            f"({len(days):,}; {_ENOUGH} are needed)."
        )
    elif gaps:
        first, last = max(gaps, key=lambda gap: gap[1] - gap[0])
        length = int((last - first).astype(np.int64)) + 1
        words = (
            f"The source {source} has {len(gaps):,} {'runs' if len(gaps) > 1 else 'run'} of days "
            f"without an incident that chance does not explain, the longest of {length:,} days "
            f"from {day_in_words(first)} to {day_in_words(last)}: part of a file may be missing."
        )
    verdict: Verdict = MIND if gaps else FINE
    return Check("coverage", "gaps of days", len(gaps), "gaps", None, verdict, words, source)


def _age(source: str, days: _Days, by_month: NDArray[np.bool_], params: QualityParams) -> Check:
    today = np.datetime64(params.as_of, "D")
    # What is known by its month stands on the first and may be of the last of its days.
    ends = (days.astype("datetime64[M]") + 1).astype("datetime64[D]") - 1
    last_days = np.where(by_month, ends, days)
    past = last_days[days <= today]
    if not len(past):
        words = f"The source {source} has no incident up to {day_in_words(today)}."
        return Check("coverage", "age of the data", 0, "days", None, FINE, words, source)
    last = past.max()
    age = max(int((today - last).astype(np.int64)), 0)
    until = (
        f"{last.astype(object):%B %Y}"
        if by_month[days <= today][past.argmax()]
        else day_in_words(last)
    )
    words = (
        f"The latest of the source {source} is of {until}, {age:,} days before "
        f"{day_in_words(today)}."
    )
    verdict: Verdict = NOTE if age > params.old_days else FINE
    return Check("coverage", "age of the data", age, "days", None, verdict, words, source)


def _break(incidents: Incidents) -> Check:
    within = spans_break(incidents)
    words = "No known break of the series lies in the dates."
    if within:
        words = f"{BREAK_IN_WORDS}, and the dates hold both: join no line across it."
    verdict: Verdict = MIND if within else FINE
    return Check("coverage", "series breaks", int(within), "breaks", None, verdict, words)
