"""The tables of the page: weekdays, months of the year, shifts, and days."""

import calendar
from collections.abc import Callable

import numpy as np
import pandas as pd

from dashboard.escape import esc
from dashboard.figures import Figure, marked
from dashboard.when.bar_table import BarRow, bar_table
from dashboard.when.heat_table import decimals_of
from dashboard.when.words import day_in_full
from dashboard.words import amount
from geo.periods import NOT_KNOWN
from geo.series_break import SERIES_BREAK
from geo.times.daily import COUNTED, DAY, EXPECTED, STATUS, DailyResult
from geo.times.month_profile import INCIDENTS, MONTH, MONTHS_COVERED, PER_MONTH, SHARE
from geo.times.when import PER_HOUR, SHIFT, SHIFT_HOURS, WEEKDAY, WhenResult

Name = Callable[[str], str]
_MOST_UNUSUAL = 20


def weekday_table(result: WhenResult, name: Name) -> str:
    """Give incidents by weekday, and those whose day is not known."""
    table, digits = result.weekdays, decimals_of(result)
    most = table[INCIDENTS].iloc[:-1].max()
    rows = [
        BarRow(
            day,
            (
                _count(name(f"when.weekday.{day}"), count, digits),
                _share(name(f"when.weekday.{day}.share"), share),
            ),
            count / most if most else 0,
        )
        for day, count, share in table[[WEEKDAY, INCIDENTS, SHARE]]
        .iloc[:-1]
        .itertuples(index=False)
    ]
    rows.append(_not_known("Day", name("when.weekdays_not_known"), result.unknown_weekdays, 1))
    return bar_table("Weekdays", ("Weekday", "Incidents", "%"), rows)


def shift_table(result: WhenResult, name: Name) -> str:
    """Give incidents by shift, and per hour of it, as shifts may differ in length."""
    table, digits = result.shifts, decimals_of(result)
    most = table[PER_HOUR].max()
    columns = [SHIFT, SHIFT_HOURS, INCIDENTS, PER_HOUR]
    rows = [
        BarRow(
            f"{shift.capitalize()}, {hours}",
            (
                _count(name(f"when.shift.{shift}"), count, digits),
                _count(name(f"when.shift.{shift}.per_hour"), per_hour, 1),
            ),
            per_hour / most if most else 0,
        )
        for shift, hours, count, per_hour in table[columns].iloc[:-1].itertuples(index=False)
    ]
    rows.append(_not_known("Hour", name("when.hours_not_known"), result.unknown_hours, 1))
    return bar_table("Shifts", ("Shift", "Incidents", "Per hour"), rows)


def month_table(result: WhenResult, name: Name) -> str:
    """Give incidents by month of the year, for each such month that the data covers."""
    table = result.months
    most = table[PER_MONTH].max()
    rows = []
    for month, count, covered, mean in table[
        [MONTH, INCIDENTS, MONTHS_COVERED, PER_MONTH]
    ].itertuples(index=False):
        figures = (
            _count(name(f"when.month.{month}"), mean, 1),
            _count(name(f"when.month.{month}.total"), count if covered else np.nan, 0),
            Figure(name(f"when.month.{month}.covered"), "", f"{covered:,.3g}", value=covered),
        )
        rows.append(BarRow(month, figures, mean / most if most > 0 and mean == mean else 0))  # noqa: PLR0124
    return bar_table(
        "Months of the year",
        ("Month", "On average", "In all", "Months of data"),
        rows,
        "The average is for each such month that the data covers, so part years do not mislead. A "
        "dash is a month without data.",
    )


def unusual_table(result: DailyResult) -> str:
    """Give the days that stand out, the strongest first."""
    rows = [
        BarRow(
            day_in_full(day),
            (
                _count(f"when.day.{day:%Y-%m-%d}.incidents", count, 0),
                _count(f"when.day.{day:%Y-%m-%d}.expected", expected, 1),
            ),
        )
        for day, count, expected in result.unusual[[DAY, INCIDENTS, EXPECTED]]
        .head(_MOST_UNUSUAL)
        .itertuples(index=False)
    ]
    more = len(result.unusual) - len(rows)
    note = f"And {more:,} more; they are ringed in the calendar." if more else ""
    return bar_table(
        "Days that stand out", ("Day", "Incidents", "Usual for such a day"), rows, note
    )


def days_table(result: DailyResult, year: int) -> str:
    """Give every day of a year: a row per month, a column per day of the month."""
    frame = result.frame[result.frame[DAY].dt.year == year]
    counts = {
        (day.month, day.day): int(count) if status == COUNTED else None
        for day, status, count in frame[[DAY, STATUS, INCIDENTS]].itertuples(index=False)
    }
    head = "".join(f"<th scope='col' class='figure'>{day}</th>" for day in range(1, 32))
    months = sorted({month for month, _ in counts})
    rows = "".join(
        f"<tr><th scope='row'>{calendar.month_abbr[month]}</th>"
        + "".join(_day(counts, year, month, day) for day in range(1, 32))
        + "</tr>"
        for month in months
    )
    label = f"Incidents of every day in {year}"
    return (
        f"<div class='bars' tabindex='0' role='region' aria-label='{label}'><table>"
        f"<caption>{label}. A dash is a day that is not known or not in the period.</caption>"
        f"<thead><tr><th scope='col'>Month</th>{head}</tr></thead><tbody>{rows}</tbody>"
        "</table></div>"
    )


def _day(counts: dict[tuple[int, int], int | None], year: int, month: int, day: int) -> str:
    if day > calendar.monthrange(year, month)[1]:
        return "<td></td>"
    count = counts.get((month, day))
    text = (
        "–"
        if count is None
        else marked(_count(f"when.day.{year}-{month:02d}-{day:02d}.incidents", count, 0))
    )
    return f"<td class='figure'>{text}</td>"


def days_csv(result: DailyResult) -> bytes:
    """Write all days as CSV; every cell is ours, so none can be a formula."""
    return result.frame.to_csv(index=False, date_format="%Y-%m-%d").encode()


def crosses_break(frame: pd.DataFrame) -> bool:
    """Say whether the days lie on both sides of the break of the series."""
    days = frame[DAY].to_numpy("datetime64[D]")
    return bool(np.any(days < SERIES_BREAK) and np.any(days >= SERIES_BREAK))


def _count(name: str, value: float, digits: int) -> Figure:
    if value != value:  # noqa: PLR0124 - NaN
        return Figure(name, "", "–")
    return Figure(name, "", esc(amount(value, digits)), value=float(value))


def _share(name: str, share: float) -> Figure:
    return _count(name, share, 1)


def _not_known(what: str, name: str, count: int, n_blank: int) -> BarRow:
    return BarRow(f"{what} {NOT_KNOWN}", (_count(name, count, 0), *[""] * n_blank))
