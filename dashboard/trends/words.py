"""Sentences and cells of the page Trends."""

from math import isnan
from typing import Any

import pandas as pd

from dashboard.furniture import signed_pct
from dashboard.words import period_in_words
from geo.change.count_change import (
    CHANGE_HIGH_PERCENT,
    CHANGE_LOW_PERCENT,
    CHANGE_PERCENT,
    SIGNIFICANCE,
)
from geo.change.poisson_tests import MORE_THAN_CHANCE, NO_MORE_THAN_CHANCE
from geo.result import RunRecord
from geo.trends.counts import COVERAGE, SERIES, WHY_NOT, YEAR_BEFORE
from geo.trends.trend_periods import BOTH_SERIES, NO_DATA, PART
from geo.wards.table import PERIOD

NOTHING_SELECTED = (
    "No incident is selected, so there is nothing to show. Take back a choice of categories, "
    "strands or kinds in the sidebar."
)


def change_in_words(change: float) -> str:
    """Say a change in per cent without its sign.

    >>> change_in_words(-19.68), change_in_words(3.04), change_in_words(0.0)
    ('19.7 % fewer than', '3.0 % more than', 'as many as')
    >>> change_in_words(-0.04)
    'about as many as'
    """
    if round(change, 1) == 0:
        return "as many as" if change == 0 else "about as many as"
    return f"{abs(change):.1f} % {'more' if change > 0 else 'fewer'} than"


def why_in_words(row: dict[str, Any]) -> str:
    """Say why a period is held against nothing, with periods as people call them.

    >>> why_in_words(
    ...     {PERIOD: "2017-03", YEAR_BEFORE: "2016-03", WHY_NOT: "2016-03 is not in the data"}
    ... )
    'Mar 2016 is not in the data'
    """
    words = str(row[WHY_NOT])
    for label in filter(None, (str(row[YEAR_BEFORE]), str(row[PERIOD]))):
        words = words.replace(label, period_in_words(label))
    return words


def places_in_words(record: RunRecord) -> str:
    """Say which of the incidents that are counted have no place in the borough."""
    return f"Counted here are {record.located_in_words()}."


def limits_in_words(low: float, high: float) -> str:
    """Give the ends of the interval of a change; without an upper end where there is none.

    >>> limits_in_words(-28.3, -10.06), limits_in_words(20.0, float("nan"))
    ('-28.3 to -10.1', '+20.0 or more')
    """
    if isnan(low):
        return ""
    if isnan(high):
        return f"{signed_pct(low)} or more"
    return f"{signed_pct(low)} to {signed_pct(high)}"


def chance_cell(words: str) -> str:
    """Say for a cell whether a change is more than chance.

    >>> chance_cell(MORE_THAN_CHANCE), chance_cell(NO_MORE_THAN_CHANCE), chance_cell("not tested")
    ('yes', 'no', '')
    """
    return {MORE_THAN_CHANCE: "yes", NO_MORE_THAN_CHANCE: "no"}.get(words, "")


def change_cells(frame: pd.DataFrame) -> dict[str, list[str]]:
    """Write the columns of a change as cells."""
    tested = frame[SIGNIFICANCE].isin([MORE_THAN_CHANCE, NO_MORE_THAN_CHANCE])
    return {
        "Change (%)": [
            signed_pct(change) if is_tested else ""
            for change, is_tested in zip(frame[CHANGE_PERCENT], tested, strict=True)
        ],
        "Likely between (%)": [
            limits_in_words(low, high)
            for low, high in zip(frame[CHANGE_LOW_PERCENT], frame[CHANGE_HIGH_PERCENT], strict=True)
        ],
        "More than chance": [chance_cell(words) for words in frame[SIGNIFICANCE]],
    }


def rows_of(frame: pd.DataFrame) -> list[dict[str, Any]]:
    """Give the rows of a frame by the names of its columns."""
    return [{str(name): value for name, value in row.items()} for row in frame.to_dict("records")]


def period_cell(row: dict[str, Any]) -> str:
    """Name a period, and say where it is no whole one of one series.

    >>> period_cell({PERIOD: "2018-03", COVERAGE: PART, SERIES: ""})
    'Mar 2018 (part)'
    """
    name = period_in_words(str(row[PERIOD]))
    if row[COVERAGE] == NO_DATA:
        return f"{name} (no data)"
    if row[SERIES] == BOTH_SERIES:
        return f"{name} (both systems)"
    return f"{name} (part)" if row[COVERAGE] == PART else name


def share_cell(low: float, high: float) -> str:
    """Give the ends of the interval of a share for a column that says it is in per cent.

    >>> share_cell(12.05, 18.63)
    '12.1 to 18.6'
    """
    return "" if isnan(low) else f"{low:.1f} to {high:.1f}"


def share_in_words(low: float, high: float) -> str:
    """Give the ends of the interval of a share.

    >>> share_in_words(12.05, 18.63), share_in_words(float("nan"), float("nan"))
    ('12.1 % to 18.6 %', '')
    """
    return "" if isnan(low) else f"{low:.1f} % to {high:.1f} %"
