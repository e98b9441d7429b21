"""Texts to times. Dates with slashes are British: the day comes first, always."""

from dataclasses import dataclass

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from geo.readers.clock_changes import LONDON
from geo.readers.days import BLANK_WORDS, Days, read_days
from geo.readers.times_of_day import HOURS, read_time_words, read_times

__all__ = ("BLANK_WORDS", "Dates", "read_dates", "read_times")

NO_SUCH_TIME = "there is no such time of day"
MIXED_ORDER = (
    "Some dates of this column have the month first and others the day; those that fit both ways "
    "were read day first and may be wrong. Export it again with dates such as 2017-04-25."
)

_AFTER_DATE = (
    r"\d{1,2}:.*",
    r"\d{1,2}(?:\.\d{2})?\s*[ap]\.?m\.?",
    rf"\d{{1,2}}\.\d{{2}}(?:{HOURS})?",
    rf"\d{{4}}{HOURS}",
    r"(?:12\s+)?(?:midnight|noon)|midday",
)
# A bare 1830 is a time only after what is a date without it: 3 April 2017 is not 20:17.
_HALVES = (
    r"(?s)^(?:"
    rf"(?P<date>.*?)(?:\s*t\s*|[\s,]+(?:(?:at|@|-)\s+)?)(?P<time>{'|'.join(_AFTER_DATE)})"
    r"|(?P<date1>(?:19|20)\d{6})[t\s]?(?P<time1>\d{4}(?:\d{2})?(?:z|[+-]\d{2}:?\d{2})?)"
    r"|(?P<date2>.*(?:[-/.]\d{1,4}|[^0-9]\d{4}))[\s,]+(?P<time2>\d{4})"
    r"|(?P<date3>.*))$"
)
_ZONE_WORDS = {"z": "+0000", "utc": "+0000", "gmt": "+0000", "bst": "+0100"}


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
    notes
        What a reader must know about all rows.
    """

    day: NDArray[np.datetime64]
    seconds: NDArray[np.float64]
    month_only: NDArray[np.bool_]
    reason: NDArray[np.object_]
    notes: tuple[str, ...] = ()


def read_dates(texts: "pd.Series[str]") -> Dates:
    """Read dates with or without a time of day.

    Understood are ISO 8601 (``2017-04-03``, ``2017-04-03T18:05``, ``2017-04``, ``20170403``),
    British forms with the day first (``3/4/2017 18:05``, ``03.04.17``, ``Mon 3rd April 2017``,
    ``3-Apr-17``), a month in letters before the day (``April 3, 2017``), months (``04/2017``,
    ``Apr 2017``), day numbers of Excel, and seconds or milliseconds since 1970 (of 2000 to 2099).
    Times of day are those of :func:`read_times`; one with a zone is turned to London time. A text
    whose time of day is impossible, or whose day of the week is wrong, is unusable as a whole.

    Numbers with the month first are never read as such. Where a column has several of them and
    none with the day first, all are unusable, also those that would be a date either way; where it
    has both, a note says so. The same holds of years of two figures that stand first.

    >>> dates = read_dates(pd.Series(["3/4/2017 6:05 pm", "2017-04", "13/25/2017"]))
    >>> [str(day) for day in dates.day.astype("datetime64[D]")]
    ['2017-04-03', '2017-04-01', 'NaT']
    >>> float(dates.seconds[0]) / 3600, dates.reason[2]
    (18.083333333333332, 'there is no such day; dates are read day first')
    """
    codes, unique = pd.factorize(texts)
    each, found = _read_each(pd.Series(unique, dtype="str"))
    notes = _notes(found.of_epoch[codes] & (each.reason[codes] == ""), mixed=found.mixed)
    return Dates(
        each.day[codes], each.seconds[codes], each.month_only[codes], each.reason[codes], notes
    )


def _notes(of_epoch: NDArray[np.bool_], *, mixed: bool) -> tuple[str, ...]:
    rows = int(of_epoch.sum())
    notes = [f"Dates read as seconds or milliseconds since 1970, in UTC: {rows:,}."] if rows else []
    return (*notes, MIXED_ORDER) if mixed else tuple(notes)


def _read_each(texts: "pd.Series[str]") -> tuple[Dates, Days]:
    """Read different texts, and give what their days alone say."""
    date_words, time_words = _halves(texts.str.strip().str.lower())
    found = read_days(date_words)
    seconds, zone = read_time_words(time_words)
    has_time = time_words.notna().to_numpy()
    impossible = (found.reason == "") & has_time & (np.isnan(seconds) | found.of_epoch)
    reason = np.where(impossible, NO_SUCH_TIME, found.reason)
    usable = reason == ""
    day = np.where(usable, found.day, np.datetime64("NaT"))
    seconds = np.where(usable, np.where(has_time, seconds, found.seconds), np.nan)
    zone = np.where(found.of_epoch, "z", zone)
    day, seconds = _to_london(day, seconds, zone)
    return Dates(day, seconds, found.month_only & usable, reason), found


def _halves(words: "pd.Series[str]") -> tuple["pd.Series[str]", "pd.Series[str]"]:
    """Separate date and time, both of which repeat far more often than the two together."""
    texts = pa.array(words.to_numpy(object), pa.string())
    plain, quick = _split_at_blank(texts)
    others = np.setdiff1d(np.arange(len(words)), plain, assume_unique=True)
    found = pc.extract_regex(texts.take(others), _HALVES)
    slow = (_first_of(found, "date", 4), _first_of(found, "time", 3))
    order = np.argsort(np.concatenate([plain, others]))
    date, time = (
        pd.Series(pa.concat_arrays(halves).take(order).to_pandas(), dtype="str")
        for halves in zip(quick, slow, strict=True)
    )
    return date, time.where(time != "")


def _split_at_blank(texts: pa.Array) -> tuple[NDArray[np.intp], tuple[pa.Array, pa.Array]]:
    """Split the texts with one blank and a clock behind it, five times faster than the others.

    Gives their positions, dates and times.
    """
    at = np.flatnonzero(pc.equal(pc.count_substring(texts, " "), 1))
    pieces = pc.split_pattern(texts.take(at), " ")
    date, time = (pc.list_element(pieces, which).dictionary_encode() for which in (0, 1))
    plain = pc.and_(_has(date, r"[0-9]$"), _has(time, r"^[0-9]{1,2}:"))
    halves = (date.cast(pa.string()).filter(plain), time.cast(pa.string()).filter(plain))
    return at[np.asarray(plain)], halves


def _has(texts: pa.DictionaryArray, pattern: str) -> pa.Array:
    return pc.match_substring_regex(texts.dictionary, pattern).take(texts.indices)


def _first_of(found: pa.StructArray, stem: str, ways: int) -> pa.Array:
    """Give the group of the way that fitted; the groups of the others are empty."""
    names = [stem, *(f"{stem}{way}" for way in range(1, ways))]
    groups = [pc.struct_field(found, name) for name in names]
    return pc.binary_join_element_wise(*groups, "")


def _to_london(
    day: NDArray[np.datetime64], seconds: NDArray[np.float64], zone: NDArray[np.object_]
) -> tuple[NDArray[np.datetime64], NDArray[np.float64]]:
    """Turn times that carry a zone to local time in London; others are local already."""
    zoned = np.flatnonzero((zone != "") & ~np.isnan(seconds))
    if not len(zoned):
        return day, seconds
    texts = pd.Series(zone[zoned], dtype="str").replace(_ZONE_WORDS).str.replace(":", "")
    texts = texts.str.pad(5, side="right", fillchar="0")
    size = texts.str[1:3].astype("int64") * 3600 + texts.str[3:5].astype("int64") * 60
    offset = size.where(texts.str[0] == "+", -size).to_numpy()
    utc = pd.DatetimeIndex(day[zoned]) + pd.to_timedelta(seconds[zoned] - offset, unit="s")
    local = utc.tz_localize("UTC").tz_convert(LONDON).tz_localize(None)
    day, seconds = day.copy(), seconds.copy()
    day[zoned] = local.normalize().to_numpy("datetime64[us]")
    seconds[zoned] = (local - local.normalize()).total_seconds()
    return day, seconds
