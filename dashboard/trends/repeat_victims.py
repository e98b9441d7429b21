"""Repeat victims by financial year: within the year, and within 12 months of an earlier one."""

from typing import Any

import numpy as np
import pandas as pd

from dashboard.charts import Ink
from dashboard.figures import Figure
from dashboard.trends.charts import HIGH, LOW, VALUE, Panel, draw, marks_in_words
from dashboard.trends.section import Chart, Picture, Section, Sentence, Table
from dashboard.trends.words import (
    NOTHING_SELECTED,
    period_cell,
    places_in_words,
    rows_of,
    share_cell,
    share_in_words,
)
from dashboard.words import plural
from geo.repeats.over_time import (
    ACROSS_BREAK,
    FOLLOWING,
    FOLLOWING_SHARE,
    FOLLOWING_SHARE_HIGH,
    FOLLOWING_SHARE_LOW,
    HISTORY,
    IN_DATA,
    REPEAT_VICTIMS,
    VICTIM_SHARE,
    VICTIM_SHARE_HIGH,
    VICTIM_SHARE_LOW,
    VICTIMS,
    RepeatsOverTimeParams,
    repeats_over_time,
)
from geo.schema import Incidents
from geo.selection import Selection
from geo.trends.counts import COVERAGE, INCIDENTS, SERIES
from geo.trends.trend_periods import BOTH_SERIES, NO_DATA, WHOLE
from geo.wards.table import PERIOD

_NO_REFERENCES = (
    "No incident in this data has a reference of its victim, so no repeat can be seen. Where the "
    "file has one (not a name), name the column on the page Data."
)
_WHO_IS_A_REPEAT = (
    "Who is a repeat victim depends on how far one looks back: the longer the data, the higher the "
    "share. So each year is counted by itself: victims with two or more incidents in it. This "
    "misses pairs on either side of 31 March."
)
_WITHIN_A_YEAR = (
    "The other way holds every incident against the 365 days before it, so it misses no pair. It "
    "needs a year of earlier data, so the first year has no figure, and it is not given where it "
    "would look across the change of recording systems."
)
_REFERENCES = (
    "A victim whose reference differs between records is not seen as one person, so true shares "
    "are higher. The borough's strategy 2019-2023 counted 357 repeat victims of 2,449 (15 %)."
)
_WHY_NOT = {ACROSS_BREAK: "looks across the break"}
_NO_YEAR_BEFORE = "no data for the year before"


def repeats_section(incidents: Incidents, selection: Selection, dark: bool) -> Section:
    """Put together the part on repeat victims."""
    result = repeats_over_time(incidents, selection, RepeatsOverTimeParams())
    frame = result.frame
    if result.record.incidents == 0:
        return Section(empty=NOTHING_SELECTED)
    if frame[VICTIMS].sum() == 0:
        return Section(empty=_NO_REFERENCES)
    panels = [
        _panel(
            "Victims with two or more incidents in the year, %",
            frame,
            (VICTIM_SHARE, VICTIM_SHARE_LOW, VICTIM_SHARE_HIGH),
        ),
        _panel(
            "Incidents within 12 months of an earlier one, %",
            frame,
            (FOLLOWING_SHARE, FOLLOWING_SHARE_LOW, FOLLOWING_SHARE_HIGH),
        ),
    ]
    chart = Chart(
        "Repeat victims by financial year",
        tuple(Picture(draw(p, Ink.on(dark=dark)), _alt(p), p.title) for p in panels),
        f"Thin lines: the true share likely lies there. {marks_in_words(panels[0].frame)}".strip(),
    )
    last = _last(frame)
    return Section(
        headlines=(_headline(last), _following(last)),
        charts=(chart,),
        tables=(Table("Table of repeat victims", _cells(frame)),),
        notes=(
            *(_WHO_IS_A_REPEAT, _WITHIN_A_YEAR, _REFERENCES, places_in_words(result.record)),
            *result.record.warnings,
        ),
        results=(("repeat-victims", result),),
    )


def _panel(title: str, frame: pd.DataFrame, names: tuple[str, str, str]) -> Panel:
    value, low, high = (frame[name].astype(np.float64) for name in names)
    return Panel(title, frame.assign(**{VALUE: value, LOW: low, HIGH: high}), 1)


def _last(frame: pd.DataFrame) -> dict[str, Any]:
    """Give the last whole year of one series, else the last with a victim."""
    whole = frame[(frame[COVERAGE] == WHOLE) & (frame[SERIES] != BOTH_SERIES)]
    whole = whole[whole[VICTIMS] > 0]
    return rows_of(whole if len(whole) else frame[frame[VICTIMS] > 0])[-1]


def _headline(row: dict[str, Any]) -> Sentence:
    start = f"fy.{row[PERIOD]}"
    repeat = Figure(f"{start}.repeat_victims", "Repeat victims", f"{row[REPEAT_VICTIMS]:,}")
    victims = Figure(f"{start}.victims", "Victims", f"{row[VICTIMS]:,}")
    words: list[str | Figure] = [
        f"{period_cell(row)}: ",
        repeat,
        " of ",
        victims,
        f" {'victim' if row[VICTIMS] == 1 else 'victims'} had two or more incidents in the year",
    ]
    if np.isnan(row[VICTIM_SHARE]):
        return (*words, "; too few for a share.")
    share = Figure(f"{start}.repeat_victim_share", "Share", f"{row[VICTIM_SHARE]:.1f} %")
    likely = share_in_words(row[VICTIM_SHARE_LOW], row[VICTIM_SHARE_HIGH])
    return (*words, ", ", share, f" (likely {likely}).")


def _following(row: dict[str, Any]) -> Sentence:
    year = period_cell(row)
    if row[HISTORY] != IN_DATA:
        why = _WHY_NOT.get(str(row[HISTORY]), _NO_YEAR_BEFORE)
        start = f"How many of {row[PERIOD]} came within 12 months of an earlier one cannot be said"
        return (f"{start}: {why}.",)
    count = Figure(f"fy.{row[PERIOD]}.following", "After an earlier one", f"{row[FOLLOWING]:,}")
    words = (
        f" of {plural(row[INCIDENTS], 'incident')} came within 12 months of an earlier one to the "
        "same victim"
    )
    if np.isnan(row[FOLLOWING_SHARE]):
        return (f"{year}: ", count, f"{words}; too few victims for a share.")
    likely = share_in_words(row[FOLLOWING_SHARE_LOW], row[FOLLOWING_SHARE_HIGH])
    return (f"{year}: ", count, f"{words}, {row[FOLLOWING_SHARE]:.1f} % (likely {likely}).")


def _alt(panel: Panel) -> str:
    years = ", ".join(
        f"{period} {share:.1f}"
        for period, share in zip(panel.frame[PERIOD], panel.frame[VALUE], strict=True)
        if not np.isnan(share)
    )
    return f"Bars by financial year. {panel.title}: {years or 'no share can be given'}."


def _cells(frame: pd.DataFrame) -> pd.DataFrame:
    rows = rows_of(frame)
    cells = {
        "Year": [period_cell(row) for row in rows],
        "Victims": [_count(row, VICTIMS) for row in rows],
        "Repeat victims": [_count(row, REPEAT_VICTIMS) for row in rows],
        "Share (%)": [_pct(row, VICTIM_SHARE) for row in rows],
        "Likely between (%)": [
            share_cell(row[VICTIM_SHARE_LOW], row[VICTIM_SHARE_HIGH]) for row in rows
        ],
        "Incidents": [_count(row, INCIDENTS) for row in rows],
        "Within 12 months of an earlier one": [_following_cell(row) for row in rows],
        "Share of incidents (%)": [
            _pct(row, FOLLOWING_SHARE) if row[HISTORY] == IN_DATA else "" for row in rows
        ],
        "Likely between (%) ": [
            share_cell(row[FOLLOWING_SHARE_LOW], row[FOLLOWING_SHARE_HIGH]) for row in rows
        ],
    }
    return pd.DataFrame(cells).iloc[::-1]


def _count(row: dict[str, Any], name: str) -> str:
    return "no data" if row[COVERAGE] == NO_DATA else f"{row[name]:,}"


def _following_cell(row: dict[str, Any]) -> str:
    if row[HISTORY] == IN_DATA:
        return _count(row, FOLLOWING)
    return _WHY_NOT.get(str(row[HISTORY]), _NO_YEAR_BEFORE)


def _pct(row: dict[str, Any], name: str) -> str:
    if row[COVERAGE] == NO_DATA:
        return ""
    return "too few" if np.isnan(row[name]) else f"{row[name]:.1f}"
