"""Incidents by month, quarter or year: the chart, the change from the year before, the table."""

from collections.abc import Iterator

import numpy as np
import pandas as pd

from dashboard.charts import Ink
from dashboard.figures import Figure
from dashboard.trends.charts import VALUE, WIDE, Panel, draw, marks_in_words
from dashboard.trends.section import Chart, Picture, Section, Sentence, Table
from dashboard.trends.words import (
    NOTHING_SELECTED,
    change_cells,
    change_in_words,
    limits_in_words,
    period_cell,
    places_in_words,
    rows_of,
    why_in_words,
)
from dashboard.words import period_in_words, plural
from geo.change.count_change import (
    CHANGE_HIGH_PERCENT,
    CHANGE_LOW_PERCENT,
    CHANGE_PERCENT,
    SIGNIFICANCE,
)
from geo.schema import Incidents
from geo.selection import Selection
from geo.trends.counts import (
    COVERAGE,
    INCIDENTS,
    INCIDENTS_YEAR_BEFORE,
    WHY_NOT,
    YEAR_BEFORE,
    TrendParams,
    counts_over_time,
)
from geo.trends.trend_periods import NO_DATA, TrendUnit
from geo.wards.table import PERIOD

UNIT_WORDS: dict[TrendUnit, str] = {
    "fy": "Financial year",
    "year": "Calendar year",
    "quarter": "Quarter",
    "month": "Month",
}
_WHAT_IS_COMPARED = (
    "A change is from the same time a year before, so that the season is the same, and of "
    "incidents per day, so that 29 February makes no rise. It is given where both are wholly in "
    "the data and of one recording system. 'Likely between' holds the true change 95 times in "
    "100; 'more than chance' allows for the many periods tested."
)


def counts_section(
    incidents: Incidents, selection: Selection, unit: TrendUnit, dark: bool
) -> Section:
    """Put together the part on numbers of incidents."""
    result = counts_over_time(incidents, selection, TrendParams(unit))
    frame = result.frame
    if result.record.incidents == 0:
        return Section(empty=NOTHING_SELECTED)
    drawn = frame.assign(**{VALUE: frame[INCIDENTS].where(frame[COVERAGE] != NO_DATA, np.nan)})
    chart = Chart(
        f"Incidents by {UNIT_WORDS[unit].lower()}",
        (Picture(draw(Panel("", drawn), Ink.on(dark=dark), WIDE), _alt(frame, unit)),),
        marks_in_words(drawn),
    )
    return Section(
        headlines=(_headline(frame, unit), *_latest(frame, unit)),
        charts=(chart,),
        tables=(
            Table(f"Table of incidents by {UNIT_WORDS[unit].lower()}", _cells(frame), ("Note",)),
        ),
        notes=(_WHAT_IS_COMPARED, places_in_words(result.record), *result.record.warnings),
        results=((f"incidents-by-{UNIT_WORDS[unit].lower().replace(' ', '-')}", result),),
    )


def _headline(frame: pd.DataFrame, unit: TrendUnit) -> Sentence:
    """Say the last change that can be given; without one the last count."""
    compared = frame[frame[WHY_NOT] == ""]
    last = rows_of(compared if len(compared) else frame)[-1]
    name = f"{unit}.{last[PERIOD]}"
    count = Figure(
        f"{name}.incidents", "Incidents", plural(last[INCIDENTS], "incident"), "", last[INCIDENTS]
    )
    start = (f"{period_cell(last)}: ", count)
    if not len(compared):
        return (*start, f". No change is given: {why_in_words(last)}.")
    before = period_in_words(last[YEAR_BEFORE])
    change = last[CHANGE_PERCENT]
    if np.isnan(change):
        return (*start, f", none in {before}.")
    figure = Figure(f"{name}.change", "Change", change_in_words(change), "", change)
    likely = limits_in_words(last[CHANGE_LOW_PERCENT], last[CHANGE_HIGH_PERCENT])
    return (*start, ", ", figure, f" in {before} (likely {likely} %), {last[SIGNIFICANCE]}.")


def _latest(frame: pd.DataFrame, unit: TrendUnit) -> Iterator[Sentence]:
    """Say the last count where an earlier one is in the headline, and why nothing is said of it."""
    compared, last = rows_of(frame[frame[WHY_NOT] == ""]), rows_of(frame)[-1]
    if not compared or compared[-1][PERIOD] == last[PERIOD]:
        return
    words = plural(last[INCIDENTS], "incident")
    name = f"{unit}.{last[PERIOD]}.incidents"
    yield (
        f"{period_cell(last)}: ",
        Figure(name, "Incidents", words, "", last[INCIDENTS]),
        f". Not compared: {why_in_words(last)}.",
    )


def _alt(frame: pd.DataFrame, unit: TrendUnit) -> str:
    rows = rows_of(frame)
    highest = max(rows, key=lambda row: row[INCIDENTS])
    first, last = (period_in_words(row[PERIOD]) for row in (rows[0], rows[-1]))
    span = f"{first} to {last}" if len(rows) > 1 else first
    return (
        f"Chart of incidents by {UNIT_WORDS[unit].lower()}, {span}. The most were "
        f"{highest[INCIDENTS]:,} in {period_in_words(highest[PERIOD])}; the table below has all."
    )


def _cells(frame: pd.DataFrame) -> pd.DataFrame:
    cells = {
        "Period": [period_cell(row) for row in rows_of(frame)],
        "Incidents": [
            "no data" if coverage == NO_DATA else f"{count:,}"
            for count, coverage in zip(frame[INCIDENTS], frame[COVERAGE], strict=True)
        ],
        "A year before": [
            "" if why or pd.isna(count) else f"{count:,}"
            for count, why in zip(frame[INCIDENTS_YEAR_BEFORE], frame[WHY_NOT], strict=True)
        ],
        **change_cells(frame),
        "Note": [row[WHY_NOT] and f"Not compared: {why_in_words(row)}." for row in rows_of(frame)],
    }
    return pd.DataFrame(cells).iloc[::-1]
