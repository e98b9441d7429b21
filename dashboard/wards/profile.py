"""All that is said of one ward, made of results."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from boundaries.columns import WARD_CODE
from boundaries.vintages import Vintage
from dashboard.covered import part_covered
from dashboard.wards.numbers import WardNumbers, percent_of, rank_figure
from dashboard.words import amount, period_in_words, plural
from geo.change.count_change import DIFFERENCE, SIGNIFICANCE
from geo.hotspots.table import NAME, RANK, WARDS, HotspotResult
from geo.period_dates import days_of
from geo.periods import NOT_KNOWN, WEEKDAYS, PeriodUnit
from geo.result import Result
from geo.schema import Incidents
from geo.selection import Selection
from geo.series_break import SERIES_BREAK
from geo.times.month_profile import INCIDENTS
from geo.times.when import HOUR, WEEKDAY, WhenParams, WhenResult, when
from geo.wards.neighbours import NeighbourParams, ward_neighbours
from geo.wards.strands import MENTIONS, STRAND, strand_table
from geo.wards.table import PERIOD, VALUE, WardParams, ward_table

_FEWEST_TIMES = 20
"""With fewer known times a picture of hours shows accidents."""


@dataclass(frozen=True, eq=False)
class WardProfile:
    """The results that a profile shows, beside the figures of all wards.

    Attributes
    ----------
    times
        When the ward's incidents of the period happened.
    strands
        Mentions of strands in the ward in the period.
    neighbours
        The wards around it, in the period.
    """

    times: WhenResult
    strands: Result
    neighbours: Result

    @property
    def warnings(self) -> tuple[str, ...]:
        """Give what a reader must know, each sentence once."""
        results: tuple[Result, ...] = (self.times, self.strands, self.neighbours)
        return tuple(dict.fromkeys(w for result in results for w in result.record.warnings))

    @property
    def known_times(self) -> tuple[float, float]:
        """Give how many incidents have a known hour, and how many a known weekday."""
        n = self.times.record.incidents
        return n - self.times.unknown_hours, n - self.times.unknown_weekdays

    @property
    def mentions(self) -> dict[str, int]:
        """Give the mentions by strand; empty where none is known."""
        frame = self.strands.frame
        found = {name: int(n) for name, n in zip(frame[STRAND], frame[MENTIONS], strict=True)}
        return found if any(found.values()) else {}


def ward_profile(
    incidents: Incidents, code: str, selection: Selection, vintage: Vintage
) -> WardProfile:
    """Describe the incidents of a ward in the period."""
    inside = replace(selection, wards=(code,))
    return WardProfile(
        when(incidents, inside, WhenParams()),
        strand_table(incidents, inside, "all"),
        ward_neighbours(incidents, selection, NeighbourParams(code, vintage)),
    )


def sentence(numbers: WardNumbers, code: str, period: str, before: str) -> str:
    """Say in a sentence how many incidents a ward had, its rank, and its change."""
    name, count = numbers.names[code], numbers.counts[code]
    said = f"{name}: {plural(count, 'incident')} in {period}"
    n_wards = len(numbers.names)
    rank = rank_figure(numbers, code, "count").text
    if count:
        equal = "joint " if rank.endswith("=") else ""
        said += f", {equal}number {rank.removesuffix(' =')} of {n_wards} wards"
    row = numbers.changed(code)
    if row is None or numbers.change is None:
        return f"{said}."
    if part := part_covered(numbers.change):
        return f"{said}; {percent_of(row, before)}, {row[SIGNIFICANCE]}. {part}"
    difference = int(row[DIFFERENCE])
    if difference == 0:
        return f"{said}; as many as in {before}."
    more = "more" if difference > 0 else "fewer"
    return f"{said}; {amount(abs(difference), 0)} {more} than in {before}, {row[SIGNIFICANCE]}."


@dataclass(frozen=True, eq=False)
class Trend:
    """Incidents of a ward by period, over all times.

    Attributes
    ----------
    labels, counts
        The periods in order, and the incidents in each.
    in_period
        Positions of the periods that lie in the chosen time.
    break_before
        Position of the first period of the new series, where the break lies between two; the
        period that holds it counts to neither, and stands right of the line.
    """

    labels: tuple[str, ...]
    counts: tuple[int, ...]
    in_period: frozenset[int]
    break_before: int | None

    @property
    def ticks(self) -> dict[int, str]:
        """Give what stands under some of the periods."""
        months = any(len(label) == 7 and label[4] == "-" for label in self.labels)
        if not months:
            every = max(1, len(self.labels) // 8)
            return dict(list(enumerate(self.labels))[::every])
        found = {i: label[:4] for i, label in enumerate(self.labels) if label.endswith("-01")}
        if len(found) > 1:
            return dict(list(found.items())[:: max(1, len(found) // 8)])
        step = max(1, -(-len(self.labels) // 5))
        return {i: period_in_words(label) for i, label in list(enumerate(self.labels))[::step]}

    def in_words(self) -> str:
        """Say the highest and the lowest."""
        if not self.counts:
            return "no incidents"
        high, low = int(np.argmax(self.counts)), int(np.argmin(self.counts))
        return (
            f"highest {amount(self.counts[high], 0)} in {period_in_words(self.labels[high])}, "
            f"lowest {amount(self.counts[low], 0)} in {period_in_words(self.labels[low])}"
        )


def ward_trends(
    incidents: Incidents, all_times: Selection, vintage: Vintage, unit: PeriodUnit
) -> Result:
    """Count the incidents of every ward by period, over all times."""
    return ward_table(incidents, all_times, WardParams(vintage, unit))


def trend_of(result: Result, code: str, selection: Selection) -> Trend:
    """Give the trend of one ward out of a result of :func:`ward_trends`."""
    rows = result.frame[(result.frame[WARD_CODE] == code) & (result.frame[PERIOD] != NOT_KNOWN)]
    labels = tuple(rows[PERIOD])
    days = [days_of(label) for label in labels]
    inside = frozenset(
        i
        for i, (first, last) in enumerate(days)
        if first is not None
        and last is not None
        and (selection.start is None or first >= selection.start)
        and (selection.end is None or last <= selection.end)
    )
    new = [i for i, (_, last) in enumerate(days) if last and np.datetime64(last) >= SERIES_BREAK]
    at = new[0] if new and new[0] > 0 else None
    return Trend(labels, tuple(int(n) for n in rows[VALUE]), inside, at)


def busiest_in_words(profile: WardProfile) -> list[str]:
    """Say when the ward is busiest, or why nothing is said."""
    hours, days = profile.known_times
    if max(hours, days) < _FEWEST_TIMES:
        return [
            (
                f"The day or hour of {plural(round(max(hours, days)), 'incident')} is known: too "
                "few to say when it is busiest."
            )
        ]
    return list(profile.times.busiest) or ["No hours or days stand out: chance would do as well."]


def hours_of(profile: WardProfile) -> list[float]:
    """Give the incidents by hour; empty where too few are known."""
    if profile.known_times[0] < _FEWEST_TIMES:
        return []
    return _known(profile.times.hours, HOUR)


def weekdays_of(profile: WardProfile) -> list[float]:
    """Give the incidents by weekday, Monday first; empty where too few are known."""
    if profile.known_times[1] < _FEWEST_TIMES:
        return []
    return _known(profile.times.weekdays, WEEKDAY)


def _known(table: pd.DataFrame, column: str) -> list[float]:
    known = table[table[column] != NOT_KNOWN]
    return [float(n) for n in known[INCIDENTS]]


def hotspots_in(found: HotspotResult, name: str) -> list[tuple[int, str, int]]:
    """Give rank, name and incidents of the hotspots that have at least 5 % of theirs in a ward."""
    return [
        (int(rank), str(spot), int(n))
        for rank, spot, n, wards in found.frame[[RANK, NAME, INCIDENTS, WARDS]].itertuples(
            index=False
        )
        if name in str(wards).split(", ")
    ]


def short_days() -> Mapping[int, str]:
    """Give the first three letters of the weekdays by position."""
    return {i: day[:3] for i, day in enumerate(WEEKDAYS)}
