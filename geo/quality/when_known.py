"""How exactly the time is known, and whether it is really known where it says so."""

from collections.abc import Iterator

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from geo.quality.check import (
    FINE,
    INCIDENTS_UNIT,
    MIND,
    NOTE,
    Check,
    Verdict,
    day_in_words,
    part_in_words,
    verdict_of,
)
from geo.quality.params import QualityParams
from geo.schema import PRECISIONS, TIME_PRECISION, Incidents

PRECISION = "time_precision"
INCIDENTS = "incidents"
TIME_COLUMNS = (PRECISION, INCIDENTS)

_MINUTES_OF_DAY = 24 * 60
_NO_TIMES = "No time is known to the minute, so none can be rounded."


def time_checks(incidents: Incidents, params: QualityParams) -> Iterator[Check]:
    """Check how exactly the time is known, heaps of times and days, and days in the future."""
    yield from _precision(incidents, params)
    yield from _heaped_times(incidents, params)
    yield _heaped_days(incidents, params)
    yield _future(incidents, params)


def precision_counts(incidents: Incidents) -> pd.DataFrame:
    """Count by how exactly the time is known, a row for each of ``PRECISIONS``."""
    found = incidents.frame[TIME_PRECISION].value_counts()
    rows = [(each, int(found.get(each, 0))) for each in PRECISIONS]
    return pd.DataFrame(rows, columns=list(TIME_COLUMNS))


def _precision(incidents: Incidents, params: QualityParams) -> Iterator[Check]:
    n = len(incidents)
    counts = precision_counts(incidents).set_index(PRECISION)[INCIDENTS]
    no_day = int(counts["month"])
    no_hour = no_day + int(counts["day"])
    for what, part, figures in (
        ("hour", no_hour, "by hour or shift"),
        ("day", no_day, "by weekday, by week, or of a part of a month"),
    ):
        words = (
            f"The {what} of {part_in_words(part, n).lower()} is not known: they are in no figure "
        )
        words = words + f"{figures}." if part else f"The {what} of all {n:,} incidents is known."
        verdict = verdict_of(part, n, params.vague_note, params.vague_mind, params.fewest)
        yield Check("time", f"{what} not known", part, INCIDENTS_UNIT, n, verdict, words)


def _heaped_times(incidents: Incidents, params: QualityParams) -> Iterator[Check]:
    times = incidents.occurred[_known(incidents, "minute")].astype("datetime64[m]")
    minute = (times - times.astype("datetime64[D]")).astype(np.int64)
    n = len(minute)
    for at, consequence in (
        (0, "many systems write it where the time is not known, so the first hour may be too high"),
        (12, "many people write it for the middle of the day, so midday may be too high"),
    ):
        part = int(np.count_nonzero(minute == 60 * at))
        verdict = verdict_of(part, n, params.heaped_note, params.heaped_mind, params.fewest)
        words = (
            f"{part_in_words(part, n, 'known times')} are {at:02d}:00 exactly, where even times "
        )
        words += f"would have {n / _MINUTES_OF_DAY:,.1f}"
        words += f"; {consequence}." if verdict != FINE else "."
        words = words if n else _NO_TIMES
        yield Check("time", f"at {at:02d}:00 exactly", part, INCIDENTS_UNIT, n, verdict, words)
    part = int(np.count_nonzero(minute % 60 == 0))
    verdict = verdict_of(part, n, params.full_hours_note, params.full_hours_mind, params.fewest)
    words = f"{part_in_words(part, n, 'known times')} are on the full hour, where even times would "
    words += f"have {n / 60:,.0f}"
    words += "; read hours of the day, not minutes." if verdict != FINE else "."
    words = words if n else _NO_TIMES
    yield Check("time", "on the full hour", part, INCIDENTS_UNIT, n, verdict, words)


def _heaped_days(incidents: Incidents, params: QualityParams) -> Check:
    days = incidents.occurred[_known(incidents, "day")].astype("datetime64[D]")
    n = len(days)
    part = int(np.count_nonzero(days == days.astype("datetime64[M]").astype("datetime64[D]")))
    even = n * _share_of_firsts(days)
    words = f"{part_in_words(part, n, 'known days')} are the 1st of a month, where even days would "
    words += f"have {even:,.0f}"
    verdict: Verdict = FINE
    if part >= params.fewest and part >= params.first_of_month_note * even:
        verdict = MIND if part >= params.first_of_month_mind * even else NOTE
        words += "; many systems write it where the month only is known"
    words = f"{words}." if n else "No day is known, so none can be wrong."
    return Check("time", "on the 1st of the month", part, INCIDENTS_UNIT, n, verdict, words)


def _share_of_firsts(days: NDArray[np.datetime64]) -> float:
    """Give the share of firsts among all days of the months that the days are of."""
    if not len(days):
        return 0.0
    first, after = days.min().astype("datetime64[M]"), days.max().astype("datetime64[M]") + 1
    all_days = after.astype("datetime64[D]") - first.astype("datetime64[D]")
    return float((after - first).astype(np.int64) / all_days.astype(np.int64))


def _future(incidents: Incidents, params: QualityParams) -> Check:
    n = len(incidents)
    part = int(np.count_nonzero(incidents.occurred.astype("datetime64[D]") > _day(params)))
    today = day_in_words(params.as_of)
    words = f"No incident is dated after {today}."
    if part:
        words = (
            f"{part_in_words(part, n)} are dated after {today}, in the future; day and month may "
            "be the wrong way round."
        )
    return Check(
        "time",
        "in the future",
        part,
        INCIDENTS_UNIT,
        n,
        MIND if part else FINE,
        words,
    )


def _day(params: QualityParams) -> np.datetime64:
    return np.datetime64(params.as_of, "D")


def _known(incidents: Incidents, precision: str) -> NDArray[np.bool_]:
    enough = PRECISIONS[: PRECISIONS.index(precision) + 1]
    return incidents.frame[TIME_PRECISION].isin(enough).to_numpy(np.bool_)
