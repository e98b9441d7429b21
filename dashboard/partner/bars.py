"""Released counts over time as bars: heights, words for those withheld, what stands below."""

import numpy as np
import pandas as pd

from dashboard.partner.shown import rounded_in_words
from dashboard.partner.view import ReleaseView
from dashboard.withheld import EXPLAINED
from dashboard.words import period_in_words
from geo.disclosure.over_time import (
    SHOWN,
    WITHHELD,
    ReleasedUnit,
    periods_by,
)
from geo.trends.counts import COVERAGE, INCIDENTS, SERIES
from geo.trends.trend_periods import NO_DATA, OLD_SERIES, PART
from geo.wards.table import PERIOD

_NO_DATA = "no data"


def bar_values(frame: pd.DataFrame) -> list[float | str]:
    """Give the heights of bars, and words where there is none."""
    return [
        words or (_NO_DATA if np.isnan(value) else float(value))
        for value, words in zip(frame[INCIDENTS], frame[WITHHELD], strict=True)
    ]


def texts_of(frame: pd.DataFrame) -> list[str]:
    """Give every figure as it reads."""
    return [
        _NO_DATA if coverage == NO_DATA else str(text)
        for text, coverage in zip(frame[SHOWN], frame[COVERAGE], strict=True)
    ]


def names_of(frame: pd.DataFrame) -> list[str]:
    """Name the periods, and say which are in the data in part."""
    return [
        f"{period_in_words(period)} (part)" if coverage == PART else period_in_words(period)
        for period, coverage in zip(frame[PERIOD], frame[COVERAGE], strict=True)
    ]


def in_words(frame: pd.DataFrame) -> str:
    """Say every figure of a picture."""
    pairs = zip(frame[PERIOD], texts_of(frame), strict=True)
    return ", ".join(f"{period_in_words(period)} {text}" for period, text in pairs)


def within(view: ReleaseView, frame: pd.DataFrame, unit: ReleasedUnit) -> set[int]:
    """Give the positions of the periods that lie in the chosen one."""
    first, last = view.period.first_month, view.period.last_month
    periods = periods_by(view.release, unit)
    return {
        at
        for at, label in enumerate(frame[PERIOD])
        if first <= periods[label].first_month and periods[label].last_month <= last
    }


def break_before(frame: pd.DataFrame) -> int | None:
    """Give the position of the first period of the new series, where the break lies between."""
    new = [at for at, series in enumerate(frame[SERIES]) if series != OLD_SERIES]
    return new[0] if new and new[0] > 0 else None


def under(view: ReleaseView, frame: pd.DataFrame) -> str:
    """Say what the colours, the hatching and the dashed line of a picture are."""
    said = [f"Blue: {view.period.words}. Grey: other times.{rounded_in_words(view)}"]
    if (frame[INCIDENTS] == 0).any():
        said.append("No bar: 0.")
    if (frame[WITHHELD] != "").any():
        said.append(EXPLAINED)
    if break_before(frame) is not None:
        said.append(
            "The dashed line is February 2024, when the Met changed its recording system: do not "
            "compare across it."
        )
    return " ".join(said)
