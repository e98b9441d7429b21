"""Wards over the years: their order as a picture and a table."""

from dataclasses import dataclass
from typing import Literal

import numpy as np
import pandas as pd

from boundaries.columns import WARD_CODE, WARD_NAME
from boundaries.errors import HotspotsError
from boundaries.vintages import Vintage
from dashboard.figures import Figure
from dashboard.maps.small_multiples import Multiples, small_multiples
from dashboard.maps.ward_maps import WardFigures, ward_map
from dashboard.wards.drawings import RankedWard
from dashboard.wards.numbers import DECIMALS, TOTAL
from dashboard.words import amount
from geo.change.exposure import span_of
from geo.change.other_wards import other_wards_warnings
from geo.result import Result
from geo.schema import Incidents
from geo.selection import Selection
from geo.series_break import BREAK_IN_WORDS, break_lies_between
from geo.wards.counts import Measure
from geo.wards.ranks import IS_WHOLE, RANK, TIED, rank_in_words, ward_ranks
from geo.wards.table import EXTRA_ROWS, PERIOD, VALUE, WardParams, ward_table

YearUnit = Literal["fy", "year"]
YEAR_WORDS: dict[YearUnit, str] = {"fy": "Financial years", "year": "Calendar years"}


@dataclass(frozen=True, eq=False)
class Years:
    """The wards in each year.

    Attributes
    ----------
    ranks
        ``ward_ranks`` by year.
    table
        ``ward_table`` of the same, with the rows outside the borough and not located.
    counts
        ``ward_table`` of the counts; ``table`` itself where that is what is measured.
    """

    ranks: Result
    table: Result
    counts: Result

    @property
    def unit(self) -> YearUnit:
        """Give the kind of years."""
        unit: YearUnit = self.ranks.record.params["period"]
        return unit

    @property
    def measure(self) -> Measure:
        """Give what is measured."""
        measure: Measure = self.ranks.record.params["measure"]
        return measure

    @property
    def vintage(self) -> Vintage:
        """Give the vintage of the wards."""
        vintage: Vintage = self.ranks.record.params["vintage"]
        return vintage

    @property
    def periods(self) -> list[str]:
        """Give the years in order."""
        return [str(period) for period in self.ranks.frame[PERIOD].unique()]

    @property
    def is_whole(self) -> list[bool]:
        """Say of each year whether the data covers all of it."""
        first = self.ranks.frame.drop_duplicates(PERIOD)
        return [bool(whole) for whole in first[IS_WHOLE]]

    @property
    def labels(self) -> list[str]:
        """Give the years as they are shown."""
        return [
            label if whole else f"{label}, part"
            for label, whole in zip(self.periods, self.is_whole, strict=True)
        ]

    @property
    def joined(self) -> list[bool]:
        """Say of each pair of years whether a line may go from one to the next."""
        return [not reason for reason in self._reasons()]

    @property
    def gaps(self) -> list[str]:
        """Say why lines are broken, each reason once."""
        return list(dict.fromkeys(reason for reason in self._reasons() if reason))

    def _reasons(self) -> list[str]:
        pairs = zip(self.periods[:-1], self.periods[1:], strict=True)
        return [_why_not_joined(self.unit, self.vintage, one, other) for one, other in pairs]


def _why_not_joined(unit: YearUnit, vintage: Vintage, one: str, other: str) -> str:
    if break_lies_between(unit, one, other):
        return f"{BREAK_IN_WORDS}."
    spans = span_of(one), span_of(other)
    try:
        other_wards_warnings(spans, (one, other), vintage, allow_ward_change=False)
    except HotspotsError:
        return (
            f"The wards changed in May 2022. All years are counted on the land of the {vintage} "
            "wards, but no line goes across."
        )
    return ""


def ward_years(
    incidents: Incidents,
    all_times: Selection,
    vintage: Vintage,
    unit: YearUnit,
    measure: Measure,
) -> Years:
    """Measure and rank the wards in each year of the data."""
    params = WardParams(vintage, unit, measure)
    table = ward_table(incidents, all_times, params)
    counts = table
    if measure != "count":
        counts = ward_table(incidents, all_times, WardParams(vintage, unit))
    return Years(ward_ranks(incidents, all_times, params), table, counts)


def year_maps(
    incidents: Incidents,
    all_times: Selection,
    vintage: Vintage,
    unit: YearUnit,
    measure: Measure,
    *,
    dark: bool,
) -> Multiples:
    """Draw a small map of each year, all on one scale."""
    years = ward_years(incidents, all_times, vintage, unit, measure)
    figures = WardFigures(YEAR_WORDS[unit], years.table, years.counts)
    model = ward_map({"whole": figures, "steps": figures}, "natural breaks", source="")
    return small_multiples(model, "steps", dark=dark)


def ranked_wards(years: Years, chosen: str | None) -> list[RankedWard]:
    """Give each ward's way through the years; ties stand under each other by name."""
    frame = years.ranks.frame
    if frame.empty:
        return []
    ordered = frame.sort_values([PERIOD, RANK, WARD_NAME])
    slots = ordered.groupby(PERIOD, sort=False).cumcount()
    frame = frame.assign(slot=slots.where(frame[RANK].notna()))
    return [
        RankedWard(
            str(rows[WARD_NAME].iloc[0]),
            tuple(None if np.isnan(slot) else int(slot) for slot in rows["slot"]),
            tuple(_rank(rank, tied) for rank, tied in zip(rows[RANK], rows[TIED], strict=True)),
            code == chosen,
        )
        for code, rows in frame.groupby(WARD_CODE, sort=False)
    ]


def _rank(rank: object, tied: int) -> str:
    return "–" if pd.isna(rank) else rank_in_words(int(rank), int(tied))  # type: ignore[call-overload]


def years_rows(years: Years) -> list[list[Figure | str]]:
    """Give figure and rank of each ward and year, the wards in the order of the last year.

    The last three rows are outside the borough, not located, and, where figures add up, all.
    """
    frame = years.ranks.frame
    last = years.periods[-1]
    in_last = frame[frame[PERIOD] == last].sort_values([RANK, WARD_NAME])
    rows: list[list[Figure | str]] = []
    for code in in_last[WARD_CODE]:
        own = frame[frame[WARD_CODE] == code]
        cells: list[Figure | str] = []
        for row in own.itertuples():
            cells.append(_figure(years, str(row.period), str(code), float(row.value)))
            cells.append(_rank(row.rank, int(row.tied)))
        rows.append([str(own[WARD_NAME].iloc[0]), *cells])
    return rows + _last_rows(years)


def _last_rows(years: Years) -> list[list[Figure | str]]:
    frame = years.table.frame
    rows: list[list[Figure | str]] = []
    if years.measure in ("rate", "density"):  # no residents, no area, and they do not add up
        return rows
    for code, name in EXTRA_ROWS.items():
        values = frame[frame[WARD_CODE] == code].set_index(PERIOD)[VALUE]
        rows.append(_spread(years, code, name, values))
    totals = frame.groupby(PERIOD, sort=False)[VALUE].sum()
    return [*rows, _spread(years, TOTAL, "All incidents", totals)]


def _spread(years: Years, code: str, name: str, values: "pd.Series[float]") -> list[Figure | str]:
    cells: list[Figure | str] = []
    for period in years.periods:
        cells += [_figure(years, period, code, float(values[period])), ""]
    return [name, *cells]


def _figure(years: Years, period: str, code: str, value: float) -> Figure:
    """Name a figure with its year: it is not that of the chosen period."""
    what = code if code in (TOTAL, *EXTRA_ROWS) else f"ward.{code}"
    text = "–" if np.isnan(value) else amount(value, DECIMALS[years.measure])
    return Figure(f"{years.unit}.{period}.{what}.{years.measure}", period, text, value=value)


def years_columns(years: Years) -> list[str]:
    """Give the headings of the table of years."""
    return ["Ward", *(word for label in years.labels for word in (label, f"Rank {label}"))]


def order_in_words(years: Years) -> str:
    """Say which ward was first in each year."""
    frame = years.ranks.frame
    said = []
    for period in years.periods:
        first = frame[(frame[PERIOD] == period) & (frame[RANK] == 1)]
        if first.empty:
            continue
        names = list(first[WARD_NAME])
        said.append(f"{period}: {names[0] if len(names) == 1 else f'{len(names)} wards'}")
    return "; ".join(said)
