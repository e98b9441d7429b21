"""Texts to times. Dates with slashes are British: the day comes first, always."""

import calendar
import re
from dataclasses import dataclass

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

EARLIEST_YEAR, LATEST_YEAR = 1950, 2099

BLANK_WORDS = ("", "null", "none", "n/a", "na", "nan", "nat", "-", "not known", "unknown")

NO_DATE = "there is no date"
NOT_A_DATE = "this is not a date that is understood"
NO_SUCH_DAY = "there is no such day; dates are read day first"
NO_SUCH_TIME = "there is no such time of day"
YEAR_OUT_OF_RANGE = f"the year is not from {EARLIEST_YEAR} to {LATEST_YEAR}"

_HALVES = r"(?s)^(?P<date>.*?)(?:(?:\s*t\s*|[\s,]+)(?P<time>[0-9]{1,2}:.*))?$"
_DATE_FORMS = (
    r"(?P<year>\d{4})[-/.](?P<month>\d{1,2})(?:[-/.](?P<day>\d{1,2}))?",
    r"(?P<day>\d{1,2})(?P<sep>[-/. ])(?P<month>\d{1,2}|[a-z]{3,9})(?P=sep)(?P<year>\d{4}|\d{2})",
    r"(?P<month>[a-z]{3,9})[- ](?P<year>\d{4}|\d{2})",
    r"(?P<month>\d{1,2})[-/](?P<year>\d{4})",
    r"(?P<year>(?:19|20)\d{2})(?P<month>\d{2})(?P<day>\d{2})",
    r"(?P<serial>\d{5}(?:\.\d+)?)",
)
_CLOCK = r"(?P<hour>\d{1,2}):(?P<minute>\d{2})(?::(?P<second>\d{2})(?:\.\d+)?)?"
_TIME_FORMS = (
    _CLOCK + r"\s*(?P<half>[ap]\.?m\.?)?\s*(?P<zone>z|[+-]\d{2}:?\d{2})?",
    r"(?P<hour>\d{2})(?P<minute>\d{2})",
    r"(?P<fraction>0?\.\d+|0)",
)
_DATE_PARTS = ("year", "month", "day", "serial")
_TIME_PARTS = ("hour", "minute", "second", "half", "zone", "fraction")

_MONTH_WORDS = (
    {name.lower(): str(number) for number, name in enumerate(calendar.month_name) if number}
    | {name.lower(): str(number) for number, name in enumerate(calendar.month_abbr) if number}
    | {"sept": "9"}
)
_EXCEL_DAY_ZERO = pd.Timestamp("1899-12-30")
_SECONDS_PER_DAY = 86_400


@dataclass(frozen=True, eq=False)
class Dates:
    """What the texts of a column say.

    Attributes
    ----------
    day
        Shape (n,): midnight of the day or of the first of the month, NaT where unusable.
    seconds
        Shape (n,): seconds since midnight, NaN where the text has no time of day.
    month_only
        Shape (n,): whether the text has no day.
    reason
        Shape (n,): why there is no day, empty where there is one.
    """

    day: NDArray[np.datetime64]
    seconds: NDArray[np.float64]
    month_only: NDArray[np.bool_]
    reason: NDArray[np.object_]


def read_dates(texts: "pd.Series[str]") -> Dates:
    """Read dates with or without a time of day.

    Understood are ISO 8601 (``2017-04-03``, ``2017-04-03T18:05``, ``2017-04``), British forms with
    the day first (``3/4/2017 18:05``, ``03.04.17``, ``3 April 2017``, ``3-Apr-17``), months
    (``04/2017``, ``Apr 2017``), ``20170403``, and day numbers of Excel. A time with a zone is
    turned to London time. A text whose time of day is impossible is unusable as a whole.

    >>> dates = read_dates(pd.Series(["3/4/2017 6:05 pm", "2017-04", "13/25/2017"]))
    >>> [str(day) for day in dates.day.astype("datetime64[D]")]
    ['2017-04-03', '2017-04-01', 'NaT']
    >>> float(dates.seconds[0]) / 3600, dates.reason[2]
    (18.083333333333332, 'there is no such day; dates are read day first')
    """
    codes, unique = pd.factorize(texts)
    each = _read_each(pd.Series(unique, dtype="str"))
    return Dates(each.day[codes], each.seconds[codes], each.month_only[codes], each.reason[codes])


def _read_each(texts: "pd.Series[str]") -> Dates:
    date_words, time_words = _halves(texts.str.strip().str.lower())
    day, serial_seconds, month_only, reason = _read_date_words(date_words)
    seconds, zone = _read_time_words(time_words)
    has_time = time_words.notna().to_numpy()
    reason = np.where((reason == "") & has_time & np.isnan(seconds), NO_SUCH_TIME, reason)
    usable = reason == ""
    day = np.where(usable, day, np.datetime64("NaT"))
    seconds = np.where(usable, np.where(has_time, seconds, serial_seconds), np.nan)
    day, seconds = _to_london(day, seconds, zone)
    return Dates(day, seconds, month_only & usable, reason)


def read_times(texts: "pd.Series[str]") -> NDArray[np.float64]:
    """Read times of day as seconds since midnight, shape (n,), NaN where there is none.

    Understood are ``18:05``, ``18:05:30``, ``6:05 pm``, ``1805`` and Excel's fractions of a day.
    """
    return _read_time_words(texts.str.strip().str.lower())[0]


def _halves(words: "pd.Series[str]") -> tuple["pd.Series[str]", "pd.Series[str]"]:
    """Separate date and time, both of which repeat far more often than the two together."""
    halves = pc.extract_regex(pa.array(words, pa.string()), _HALVES)
    date, time = (
        pd.Series(pc.struct_field(halves, name).to_pandas(), dtype="str")
        for name in ("date", "time")
    )
    return date, time.where(time != "")


def _matched(
    words: "pd.Series[str]", forms: tuple[str, ...], parts: tuple[str, ...]
) -> pd.DataFrame:
    """Take words apart by the first form that fits each; all parts missing where none does."""
    pieces = []
    for form in forms:
        found = words.str.extract(f"^(?:{form})$", flags=re.ASCII)
        fits = found.notna().any(axis=1)
        pieces.append(found[fits].reindex(columns=parts).astype("str"))
        words = words[~fits]
    rest = pd.DataFrame(index=words.index, columns=parts, dtype="str")
    return pd.concat([*pieces, rest]).sort_index()


def _read_date_words(
    texts: "pd.Series[str]",
) -> tuple[NDArray[np.datetime64], NDArray[np.float64], NDArray[np.bool_], NDArray[np.object_]]:
    """Give day, seconds of Excel's fractions, whether a month only, and the reason against it."""
    codes, unique = pd.factorize(texts)
    words = pd.Series(unique, dtype="str")
    parts = _matched(words, _DATE_FORMS, _DATE_PARTS)
    serial_day, seconds = _excel_serials(parts["serial"])
    day = np.where(np.isnat(serial_day), _days(parts), serial_day)
    month_only = (parts["year"].notna() & parts["day"].isna()).to_numpy()
    reason = np.select(
        [
            words.isin(BLANK_WORDS).to_numpy(np.bool_),
            parts.isna().all(axis=1).to_numpy(),
            _year_out_of_range(parts),
            np.isnat(day),
        ],
        [NO_DATE, NOT_A_DATE, YEAR_OUT_OF_RANGE, NO_SUCH_DAY],
        default="",
    ).astype(object)
    return day[codes], seconds[codes], month_only[codes], reason[codes]


def _year_out_of_range(parts: pd.DataFrame) -> NDArray[np.bool_]:
    years = _full_years(parts["year"])
    return (parts["serial"].isna() & ~years.between(EARLIEST_YEAR, LATEST_YEAR)).to_numpy(np.bool_)


def _full_years(texts: "pd.Series[str]") -> "pd.Series[float]":
    years = pd.to_numeric(texts).astype("float64")
    return years.where(texts.str.len() != 2, years + np.where(years < 70, 2000, 1900))


def _days(parts: pd.DataFrame) -> NDArray[np.datetime64]:
    years = _full_years(parts["year"])
    month = pd.to_numeric(parts["month"].replace(_MONTH_WORDS), errors="coerce")
    fields = {
        "year": years.where(years.between(EARLIEST_YEAR, LATEST_YEAR)),
        "month": month,
        "day": pd.to_numeric(parts["day"]).fillna(1),
    }
    return pd.to_datetime(pd.DataFrame(fields), errors="coerce").to_numpy("datetime64[us]")


def _excel_serials(
    texts: "pd.Series[str]",
) -> tuple[NDArray[np.datetime64], NDArray[np.float64]]:
    numbers = pd.to_numeric(texts).to_numpy(np.float64, na_value=np.nan)
    seconds = np.round(numbers * _SECONDS_PER_DAY)
    days = pd.to_timedelta(seconds // _SECONDS_PER_DAY, unit="D") + _EXCEL_DAY_ZERO
    in_range = (days.year >= EARLIEST_YEAR) & (days.year <= LATEST_YEAR)
    of_day = np.where(numbers % 1 > 0, seconds % _SECONDS_PER_DAY, np.nan)
    return days.where(in_range).to_numpy("datetime64[us]"), of_day


def _read_time_words(
    texts: "pd.Series[str]",
) -> tuple[NDArray[np.float64], NDArray[np.object_]]:
    """Give seconds since midnight, NaN where there is no such time, and the zone or ""."""
    codes, unique = pd.factorize(texts, use_na_sentinel=False)
    parts = _matched(pd.Series(unique, dtype="str"), _TIME_FORMS, _TIME_PARTS)
    hour, minute, second, fraction = (
        pd.to_numeric(parts[name]).to_numpy(np.float64, na_value=np.nan)
        for name in ("hour", "minute", "second", "fraction")
    )
    twelve_hours = parts["half"].notna().to_numpy()
    afternoon = (parts["half"].str[0] == "p").to_numpy(np.bool_)
    right = np.where(twelve_hours, (hour >= 1) & (hour <= 12), hour <= 23)
    right &= (minute <= 59) & ~(second > 59)
    hour = np.where(twelve_hours, hour % 12 + 12 * afternoon, hour)
    seconds = np.where(right, hour * 3600 + minute * 60 + np.nan_to_num(second), np.nan)
    of_excel = np.round(fraction * _SECONDS_PER_DAY)
    seconds = np.where((of_excel >= 0) & (of_excel < _SECONDS_PER_DAY), of_excel, seconds)
    return seconds[codes], parts["zone"].fillna("").to_numpy(object)[codes]


def _to_london(
    day: NDArray[np.datetime64], seconds: NDArray[np.float64], zone: NDArray[np.object_]
) -> tuple[NDArray[np.datetime64], NDArray[np.float64]]:
    """Turn times that carry a zone to local time in London; others are local already."""
    zoned = np.flatnonzero((zone != "") & ~np.isnan(seconds))
    if not len(zoned):
        return day, seconds
    texts = pd.Series(zone[zoned], dtype="str").replace("z", "+0000").str.replace(":", "")
    size = texts.str[1:3].astype("int64") * 3600 + texts.str[3:5].astype("int64") * 60
    offset = size.where(texts.str[0] == "+", -size).to_numpy()
    utc = pd.DatetimeIndex(day[zoned]) + pd.to_timedelta(seconds[zoned] - offset, unit="s")
    local = utc.tz_localize("UTC").tz_convert("Europe/London").tz_localize(None)
    day, seconds = day.copy(), seconds.copy()
    day[zoned] = local.normalize().to_numpy("datetime64[us]")
    seconds[zoned] = (local - local.normalize()).total_seconds()
    return day, seconds
