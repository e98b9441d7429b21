"""Texts without a time of day to days. In numbers the day comes first, always."""

import calendar
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from geo.readers.forms import matched
from geo.readers.times_of_day import SECONDS_PER_DAY

EARLIEST_YEAR, LATEST_YEAR = 1950, 2099

BLANK_WORDS = ("", "null", "none", "n/a", "na", "nan", "nat", "-", "not known", "unknown")

NO_DATE = "there is no date"
NOT_A_DATE = "this is not a date that is understood"
NO_SUCH_DAY = "there is no such day; dates are read day first"
MONTH_FIRST = "the dates of this column have the month first, and dates are read day first"
YEAR_FIRST = "the dates of this column have a year of two figures first, and are read day first"
WRONG_WEEKDAY = "the day of the week is not that of the date, read day first"
YEAR_OUT_OF_RANGE = f"the year is not from {EARLIEST_YEAR} to {LATEST_YEAR}"

REMEDIES = {
    MONTH_FIRST: (
        "Save the file with dates such as 2017-04-25, or with the day before the month (in a "
        "spreadsheet: format the column as a date of the United Kingdom)."
    ),
    YEAR_FIRST: "Save the file with years of four figures, as in 2017-04-25.",
    WRONG_WEEKDAY: "Correct the date or the day of the week, or write the date as 2017-04-03.",
}
"""What to do about reasons for which the usual remedy would not help."""

# Fewer dates with an impossible month may be slips of the pen in a column with the day first, but
# not where there are hardly more dates than these.
_SURELY_MONTH_FIRST = 3
_SHARE_MONTH_FIRST = 0.2
_MOST_YEARS, _FEWEST_DAYS = 3, 4

_WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_WEEKDAY_FORM = (
    r"(?s)^(?:(?P<weekday>mon|tue|wed|thu|fri|sat|sun)"
    r"(?:s|nes|rs?|ur)?(?:day)?[.,]?\s+)?(?P<rest>.*)$"
)
_FORMS = (
    r"(?P<year>\d{4})[-/.](?P<month>\d{1,2})(?:[-/.](?P<day>\d{1,2}))?",
    r"(?P<day>\d{1,2})(?P<sep>[-/. ])(?P<month>\d{1,2}|[a-z]{3,9})(?P=sep)(?P<year>\d{4}|\d{2})",
    r"(?P<month>[a-z]{3,9})[- ](?P<year>\d{4}|\d{2})",
    r"(?P<month>[a-z]{3,9}) (?P<day>\d{1,2}) (?P<year>\d{4})",
    r"(?P<day>\d{1,2})(?P<month>[a-z]{3,9})(?P<year>\d{4}|\d{2})",
    r"(?P<year>\d{4})[-/. ](?P<month>[a-z]{3,9})[-/. ](?P<day>\d{1,2})",
    r"(?P<month>\d{1,2})[-/](?P<year>\d{4})",
    r"(?P<year>(?:19|20)\d{2})(?P<month>\d{2})(?P<day>\d{2})",
    r"(?P<serial>\d{5}(?:\.\d+)?)",
    r"(?P<epoch>\d{9,10}|\d{12,13})(?:\.\d+)?",
)
_PARTS = ("year", "month", "day", "sep", "serial", "epoch")

_MONTH_WORDS = (
    {name.lower(): str(number) for number, name in enumerate(calendar.month_name) if number}
    | {name.lower(): str(number) for number, name in enumerate(calendar.month_abbr) if number}
    | {"sept": "9"}
)
_EXCEL_DAY_ZERO = pd.Timestamp("1899-12-30")
_EPOCH_SECONDS = (946_684_800, 4_102_444_800)  # the years 2000 to 2099
_LARGEST_SECONDS = 10**11  # above, an epoch is in milliseconds


@dataclass(frozen=True, eq=False)
class Days:
    """What dates without a time of day after them say.

    Attributes
    ----------
    day
        Shape (n,): midnight of the day or of the first of the month; of little use where there is
        a reason.
    seconds
        Shape (n,): seconds since midnight of Excel's fractions and of epochs, else NaN.
    month_only
        Shape (n,): whether there is no day.
    reason
        Shape (n,): why there is no day that can be used; empty where there is one.
    of_epoch
        Shape (n,): whether it counts from 1970, and so is in UTC.
    mixed
        Whether several have the month first and others the day, so that those that fit both ways
        are doubtful.
    """

    day: NDArray[np.datetime64]
    seconds: NDArray[np.float64]
    month_only: NDArray[np.bool_]
    reason: NDArray[np.object_]
    of_epoch: NDArray[np.bool_]
    mixed: bool = False


def read_days(texts: "pd.Series[str]") -> Days:
    """Read stripped texts in lower case; :func:`geo.readers.dates.read_dates` says which."""
    codes, unique = pd.factorize(texts)
    words = pd.Series(unique, dtype="str")
    weekday, plain = _without_ornament(words)
    parts = matched(plain, _FORMS, _PARTS)
    serial_day, seconds = _excel_serials(parts["serial"])
    epoch_day, epoch_seconds = _epochs(parts["epoch"])
    of_epoch = ~np.isnat(epoch_day)
    day = np.where(np.isnat(serial_day), _days(parts), serial_day)
    day = np.where(of_epoch, epoch_day, day)
    month_only = (parts["year"].notna() & parts["day"].isna()).to_numpy()
    not_a_date = parts.isna().all(axis=1).to_numpy() | (parts["epoch"].notna() & ~of_epoch)
    month_first, mixed = _month_first(parts)
    reason = np.select(
        [
            words.isin(BLANK_WORDS).to_numpy(np.bool_),
            not_a_date,
            ~of_epoch & _year_out_of_range(parts),
            month_first,
            _year_first(parts),
            np.isnat(day),
            ~month_only & _wrong_weekday(weekday, day),
        ],
        [
            NO_DATE,
            NOT_A_DATE,
            YEAR_OUT_OF_RANGE,
            MONTH_FIRST,
            YEAR_FIRST,
            NO_SUCH_DAY,
            WRONG_WEEKDAY,
        ],
        default="",
    ).astype(object)
    seconds = np.where(of_epoch, epoch_seconds, seconds)
    return Days(
        day[codes], seconds[codes], month_only[codes], reason[codes], of_epoch[codes], mixed
    )


def _without_ornament(words: "pd.Series[str]") -> tuple["pd.Series[str]", "pd.Series[str]"]:
    """Take off the day of the week, which is given apart, endings of ordinals, "of" and commas."""
    halves = words.str.extract(_WEEKDAY_FORM)
    plain = (
        halves["rest"]
        .str.replace(r"^(\d{1,2}|[a-z]+ \d{1,2})(?:st|nd|rd|th)\b", r"\1", regex=True)
        .str.replace(r"^(\d{1,2}) of ", r"\1 ", regex=True)
        .str.replace(r"([a-z])\. ", r"\1 ", regex=True)
        .str.replace(r"[, ]+", " ", regex=True)
    )
    return halves["weekday"], plain


def _wrong_weekday(names: "pd.Series[str]", day: NDArray[np.datetime64]) -> NDArray[np.bool_]:
    stated = names.map({name: number for number, name in enumerate(_WEEKDAYS)})
    actual = pd.Series(pd.DatetimeIndex(day).day_of_week, index=names.index)
    return (stated.notna() & (stated != actual)).to_numpy(np.bool_)


def _month_first(parts: pd.DataFrame) -> tuple[NDArray[np.bool_], bool]:
    """Say which numbers are unusable because their column surely has the month first.

    Also whether it has both orders.
    """
    first, second = (
        pd.to_numeric(parts[name], errors="coerce").to_numpy(np.float64, na_value=np.nan)
        for name in ("day", "month")
    )
    in_numbers = parts["sep"].notna().to_numpy() & ~np.isnan(second)
    only_month_first = in_numbers & (first <= 12) & (second > 12) & (second <= 31)
    fits_no_month = in_numbers & ((first > 12) | (second > 31))
    sure, all_numbers = int(only_month_first.sum()), int(in_numbers.sum())
    several = sure >= _SURELY_MONTH_FIRST
    many = _SHARE_MONTH_FIRST * all_numbers < sure < all_numbers
    if fits_no_month.any() or not (several or many):
        return np.zeros(len(parts), np.bool_), several
    return np.asarray(in_numbers & (first != second)), False


def _year_first(parts: pd.DataFrame) -> NDArray[np.bool_]:
    """Say which numbers such as 17-04-25 are unusable because the years surely stand first.

    A column has few years and many days; here it is the other way round.
    """
    short = parts["sep"].notna() & (parts["year"].str.len() == len("17"))
    first, last = parts["day"][short].nunique(), parts["year"][short].nunique()
    surely = first <= _MOST_YEARS and last >= _FEWEST_DAYS and first < last
    return short.to_numpy(np.bool_) & surely


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
    seconds = np.round(numbers * SECONDS_PER_DAY)
    days = pd.to_timedelta(seconds // SECONDS_PER_DAY, unit="D") + _EXCEL_DAY_ZERO
    in_range = (days.year >= EARLIEST_YEAR) & (days.year <= LATEST_YEAR)
    of_day = np.where(numbers % 1 > 0, seconds % SECONDS_PER_DAY, np.nan)
    return days.where(in_range).to_numpy("datetime64[us]"), of_day


def _epochs(texts: "pd.Series[str]") -> tuple[NDArray[np.datetime64], NDArray[np.float64]]:
    """Give day and seconds in UTC of seconds or milliseconds since 1970 of a plausible year."""
    numbers = pd.to_numeric(texts).to_numpy(np.float64, na_value=np.nan)
    seconds = np.where(numbers > _LARGEST_SECONDS, numbers // 1000, numbers)
    low, high = _EPOCH_SECONDS
    seconds = np.where((seconds >= low) & (seconds < high), seconds, np.nan)
    days = pd.to_timedelta(seconds // SECONDS_PER_DAY, unit="D") + pd.Timestamp(0)
    return days.to_numpy("datetime64[us]"), seconds % SECONDS_PER_DAY
