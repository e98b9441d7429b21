"""The figures of all wards for the chosen period, each computed once and used everywhere."""

from collections.abc import Hashable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import pandas as pd

from boundaries.columns import WARD_CODE, WARD_NAME
from boundaries.errors import HotspotsError
from boundaries.vintages import Vintage
from dashboard.covered import part_covered
from dashboard.figures import Figure
from dashboard.maps.classify import signed
from dashboard.words import amount, plural
from geo.change.count_change import (
    BEFORE,
    CHANGE_HIGH_PERCENT,
    CHANGE_LOW_PERCENT,
    CHANGE_PERCENT,
    DIFFERENCE,
    SIGNIFICANCE,
    ChangeParams,
)
from geo.change.exposure import DateSpan
from geo.change.groups import CODE, NAME
from geo.change.poisson_tests import MORE_THAN_CHANCE, NO_MORE_THAN_CHANCE
from geo.change.span_change import SpanChangeResult, span_change
from geo.result import Result
from geo.schema import Incidents
from geo.selection import Selection
from geo.wards.counts import MEASURES, Measure
from geo.wards.ranks import HIGH, LOW, RANK, TIED, rank_in_words, ward_ranks
from geo.wards.table import EXTRA_ROWS, VALUE, WardParams, ward_table

Row = Mapping[Hashable, float]
"""A row of a table, by column; texts are among the values, too."""

DECIMALS: Mapping[Measure, int] = {"count": 0, "rate": 1, "density": 1, "share": 1}
UNITS: Mapping[Measure, str] = {
    "count": "incidents",
    "rate": "incidents per 1,000 residents",
    "density": "incidents per km²",
    "share": "% of all incidents",
}
TOTAL = "incidents"
"""Code of the last row: all incidents."""

_BY_LAND = ChangeParams(allow_ward_change=True)
"""Both times are counted on the same land, as in the briefing, and the notes say so."""
_NO_BREAK = "\N{NO-BREAK SPACE}"
_CHANCE = {MORE_THAN_CHANCE: "yes", NO_MORE_THAN_CHANCE: "no"}


@dataclass(frozen=True, eq=False)
class WardNumbers:
    """Figures of the wards and the three rows that make them add up.

    Attributes
    ----------
    tables
        ``ward_table`` of the period by measure.
    ranks
        ``ward_ranks`` of the period by measure.
    change
        What was counted in the time before and how that differs; None where nothing is compared,
        and ``why_not`` says why.
    """

    tables: Mapping[Measure, Result]
    ranks: Mapping[Measure, Result]
    change: SpanChangeResult | None
    why_not: str

    @property
    def vintage(self) -> Vintage:
        """Give the vintage of the wards."""
        vintage: Vintage = self.tables["count"].record.params["vintage"]
        return vintage

    @cached_property
    def names(self) -> dict[str, str]:
        """Give the names of the wards by code."""
        frame = self.ranks["count"].frame
        return dict(zip(frame[WARD_CODE], frame[WARD_NAME], strict=True))

    @cached_property
    def counts(self) -> dict[str, int]:
        """Give the incidents of every row by code: wards, ``outside``, ``not_located``, all."""
        frame = self.tables["count"].frame
        found = {code: int(n) for code, n in zip(frame[WARD_CODE], frame[VALUE], strict=True)}
        return {**found, TOTAL: sum(found.values())}

    def value(self, code: str, measure: Measure) -> float:
        """Give one figure; NaN where there is none."""
        return self._values[measure].get(code, float("nan"))

    def ranked(self, code: str, measure: Measure) -> Row:
        """Give the row of a ward with its interval and rank."""
        return self._ranked[measure][code]

    def changed(self, code: str) -> Row | None:
        """Give the row of what changed; None where nothing is compared."""
        return self._changed.get(code) if self.change is not None else None

    # Looked up once: a page asks for some hundred cells in every run.

    @cached_property
    def _values(self) -> dict[Measure, dict[str, float]]:
        return {
            measure: dict(
                zip(result.frame[WARD_CODE], result.frame[VALUE].astype(float), strict=True)
            )
            for measure, result in self.tables.items()
        }

    @cached_property
    def _ranked(self) -> dict[Measure, dict[str, Row]]:
        return {
            measure: _by_code(result.frame, WARD_CODE) for measure, result in self.ranks.items()
        }

    @cached_property
    def _changed(self) -> dict[str, Row]:
        if self.change is None:
            return {}
        whole = _by_code(self.change.rows("all"), CODE)["all"]
        return {**_by_code(self.change.rows("ward"), CODE), TOTAL: whole}

    @property
    def change_by_ward(self) -> Result | None:
        """Give the change of the wards and the two rows after them as a ward result has it."""
        if self.change is None:
            return None
        rows = self.change.rows("ward").rename(columns={CODE: WARD_CODE, NAME: WARD_NAME})
        return Result(rows.drop(columns="of").reset_index(drop=True), self.change.record)

    @property
    def warnings(self) -> tuple[str, ...]:
        """Give what a reader must know, each sentence once."""
        results = [*self.ranks.values(), *([self.change] if self.change is not None else [])]
        return tuple(dict.fromkeys(w for result in results for w in result.record.warnings))


def _by_code(frame: pd.DataFrame, code: str) -> dict[str, Row]:
    return {str(row[code]): row for row in frame.to_dict("records")}


def ward_numbers(
    incidents: Incidents,
    selection: Selection,
    all_times: Selection,
    vintage: Vintage,
    before: DateSpan | None,
) -> WardNumbers:
    """Compute the figures of all wards.

    Parameters
    ----------
    selection
        Which incidents of the period.
    all_times
        The same without the bounds of the period.
    before
        What the period is held against; None where nothing is compared.
    """
    tables, ranks = {}, {}
    for measure in MEASURES:
        params = WardParams(vintage, "all", measure)
        tables[measure] = ward_table(incidents, selection, params)
        ranks[measure] = ward_ranks(incidents, selection, params)
    change, why_not = None, ""
    if before is not None and selection.start is not None and selection.end is not None:
        period = DateSpan(selection.start, selection.end)
        try:
            change = span_change(
                incidents, all_times, before, period, change_params=_BY_LAND, vintage=vintage
            )
        except HotspotsError as error:  # such as a break of the series between the two
            why_not = str(error)
    return WardNumbers(tables, ranks, change, why_not)


def name_of(code: str, what: str) -> str:
    """Name a figure of a row for programs.

    >>> name_of("E05013735", "count"), name_of("outside", "count"), name_of("incidents", "before")
    ('ward.E05013735.count', 'outside', 'incidents.before')
    """
    if code not in (TOTAL, *EXTRA_ROWS):
        return f"ward.{code}.{what}"
    return code if what == "count" else f"{code}.{what}"


def figure(numbers: WardNumbers, code: str, measure: Measure) -> Figure:
    """Give a figure of a row as it is shown."""
    value = float(numbers.counts[code]) if measure == "count" else numbers.value(code, measure)
    text = "–" if value != value else amount(value, DECIMALS[measure])  # noqa: PLR0124 - NaN
    return Figure(name_of(code, measure), UNITS[measure].capitalize(), text, value=value)


def interval(numbers: WardNumbers, code: str, measure: Measure) -> str:
    """Write the interval of a ward's figure, on one line."""
    row = numbers.ranked(code, measure)
    if pd.isna(row[LOW]):
        return "–"
    low, high = (amount(row[limit], DECIMALS[measure]) for limit in (LOW, HIGH))
    return f"{low} to {high}".replace(" ", _NO_BREAK)


def rank_figure(numbers: WardNumbers, code: str, measure: Measure) -> Figure:
    """Give the rank of a ward, ``3 =`` where others have the same figure."""
    row = numbers.ranked(code, measure)
    text = "–" if pd.isna(row[RANK]) else rank_in_words(int(row[RANK]), int(row[TIED]))
    what = "rank" if measure == "count" else f"{measure}.rank"
    return Figure(name_of(code, what), "Rank", text)


def change_figures(numbers: WardNumbers, code: str) -> tuple[Figure, Figure, str, str]:
    """Give the count before, the difference, the change in per cent, and whether it is chance."""
    row = numbers.changed(code)
    if row is None:
        none = Figure(name_of(code, "before"), "Before", "–")
        return none, Figure(name_of(code, "difference"), "Change", "–"), "–", "–"
    before, difference = int(row[BEFORE]), int(row[DIFFERENCE])
    return (
        Figure(name_of(code, "before"), "Before", amount(before, 0), value=before),
        Figure(name_of(code, "difference"), "Change", signed(difference, 0), value=difference),
        percent_in_words(row),
        _CHANCE.get(str(row[SIGNIFICANCE]), str(row[SIGNIFICANCE])),
    )


def percent_in_words(row: Row) -> str:
    """Write a change in per cent with its interval; nothing can be said of one from 0."""
    if pd.isna(row[CHANGE_PERCENT]):
        return "not defined"
    limits = row[CHANGE_LOW_PERCENT], row[CHANGE_HIGH_PERCENT]
    change = f"{signed(row[CHANGE_PERCENT], 1)} %"
    if any(map(pd.isna, limits)):
        return change
    return f"{change} ({signed(limits[0], 0)} to {signed(limits[1], 0)})".replace(" ", _NO_BREAK)


def percent_of(row: Row, before: str) -> str:
    """Say a change per day, for times of which the data covers a part."""
    if pd.isna(row[CHANGE_PERCENT]):
        return f"none in {before}"
    return f"{signed(row[CHANGE_PERCENT], 1)} % a day against {before}"


def headline(numbers: WardNumbers, period: str, before: str) -> str:
    """Say in a sentence where most incidents were, and which wards changed by more than chance."""
    counts, names = numbers.counts, numbers.names
    total = counts[TOTAL]
    if total == 0:
        return f"No incidents in {period}."
    most = max(counts[code] for code in names)
    if most == 0:
        return f"{plural(total, 'incident')} in {period}, none of them in a ward."
    first = [names[code] for code in names if counts[code] == most]
    if len(first) == 1:
        sentence = (
            f"{first[0]}: {amount(most, 0)} of {plural(total, 'incident')} in {period}, the most "
            f"of the {len(names)} wards."
        )
    else:
        sentence = (
            f"{plural(total, 'incident')} in {period}: of the {len(names)} wards {len(first)} "
            f"have the most, {amount(most, 0)} each."
        )
    return f"{sentence} {_changed_in_words(numbers, before)}".strip()


def _changed_in_words(numbers: WardNumbers, before: str) -> str:
    if numbers.change is None:
        return ""
    part = part_covered(numbers.change)
    rows = numbers.change.rows("ward")
    rows = rows[rows[SIGNIFICANCE] == MORE_THAN_CHANCE]
    if rows.empty:
        return f"No ward changed by more than chance would give since {before}. {part}"
    parts = [f"{row[NAME]} ({_changed_by(row, part)})" for row in rows.to_dict("records")]
    said = f"Changed by more than chance would give since {before}: {', '.join(parts)}."
    return f"{said} {part}"


def _changed_by(row: "Mapping[Hashable, Any]", part: str) -> str:
    """Write a difference; in per cent, which is per day, where the data covers times in part."""
    if part and not pd.isna(row[CHANGE_PERCENT]):
        return f"{signed(row[CHANGE_PERCENT], 1)} % a day"
    return signed(row[DIFFERENCE], 0)
