"""Texts to times of day."""

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from geo.readers.forms import matched

SECONDS_PER_DAY = 86_400

HOURS = r"\s*(?:h|hrs?|hours)\.?"
"""What may stand after a time to say that it is one."""

_ZONE = r"\s*(?P<zone>z|utc|gmt|bst|[+-]\d{2}(?::?\d{2})?)?"
_CLOCK = r"(?P<hour>\d{1,2})[:.](?P<minute>\d{2})(?::(?P<second>\d{2})(?:[.,]\d+)?)?"
_HALF = r"\s*(?P<half>[ap]\.?m\.?)"
_FORMS = (
    # Before the clock: a spreadsheet's 0.25 is six in the morning.
    r"(?P<fraction>0?\.\d+|0)",
    rf"{_CLOCK}(?:{_HALF}|{HOURS})?{_ZONE}",
    rf"(?P<hour>\d{{1,2}}){_HALF}",
    rf"(?P<hour>\d{{2}})(?P<minute>\d{{2}})(?P<second>\d{{2}})?(?:{HOURS})?{_ZONE}",
)
_CLOCK_WORDS = {
    "midnight": "00:00",
    "12 midnight": "00:00",
    "noon": "12:00",
    "midday": "12:00",
    "12 noon": "12:00",
}
_PARTS = ("hour", "minute", "second", "half", "zone", "fraction")


def read_times(texts: "pd.Series[str]") -> NDArray[np.float64]:
    """Read times of day as seconds since midnight, shape (n,), NaN where there is none.

    Understood are ``18:05``, ``18:05:30``, ``18.05``, ``1805``, ``1805hrs``, ``6:05 pm``, ``6pm``,
    ``noon``, ``midnight`` (the one that begins the day) and Excel's fractions of a day.
    """
    return read_time_words(texts.str.strip().str.lower())[0]


def read_time_words(
    texts: "pd.Series[str]",
) -> tuple[NDArray[np.float64], NDArray[np.object_]]:
    """Give seconds since midnight, NaN where there is no such time, and the zone or ""."""
    codes, unique = pd.factorize(texts, use_na_sentinel=False)
    words = pd.Series(unique, dtype="str").replace(_CLOCK_WORDS)
    parts = matched(words, _FORMS, _PARTS)
    hour, minute, second, fraction = (
        pd.to_numeric(parts[name]).to_numpy(np.float64, na_value=np.nan)
        for name in ("hour", "minute", "second", "fraction")
    )
    twelve_hours = parts["half"].notna().to_numpy()
    afternoon = (parts["half"].str[0] == "p").to_numpy(np.bool_)
    right = np.where(twelve_hours, (hour >= 1) & (hour <= 12), hour <= 23)
    right &= ~(minute > 59) & ~(second > 59)
    hour = np.where(twelve_hours, hour % 12 + 12 * afternoon, hour)
    seconds = np.where(
        right, hour * 3600 + np.nan_to_num(minute) * 60 + np.nan_to_num(second), np.nan
    )
    of_excel = np.round(fraction * SECONDS_PER_DAY)
    seconds = np.where((of_excel >= 0) & (of_excel < SECONDS_PER_DAY), of_excel, seconds)
    return seconds[codes], parts["zone"].fillna("").to_numpy(object)[codes]
