"""Counts of a briefing as they are shown: each figure once, with its name, unit and sign."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pandas as pd

from dashboard.brief.analyses import TopAnalyses
from dashboard.figures import Figure
from dashboard.furniture import signed_pct
from geo.change.count_change import (
    BEFORE,
    CHANGE_HIGH_PERCENT,
    CHANGE_LOW_PERCENT,
    CHANGE_PERCENT,
    SIGNIFICANCE,
)
from geo.change.groups import ALL, CODE, CRIME, KIND_NOT_KNOWN, NAME, NO_CRIME, OF
from geo.change.poisson_tests import MORE_THAN_CHANCE, NO_MORE_THAN_CHANCE
from geo.change.span_counts import INCIDENTS
from geo.wards.table import EXTRA_ROWS

NOT_DEFINED = "not defined"
_FIGURES_OF_KINDS = {CRIME: "crimes", NO_CRIME: "non_crimes", KIND_NOT_KNOWN: "kind_not_known"}
_CHANCE = {MORE_THAN_CHANCE: "more than chance", NO_MORE_THAN_CHANCE: "no more than chance"}


@dataclass(frozen=True)
class Row:
    """A row of counts.

    Attributes
    ----------
    of, code, name
        As in :class:`geo.change.groups.Group`.
    count
        In the period.
    before, difference
        None where nothing is compared.
    change, low, high
        In per cent, NaN where not defined; the limits of the 95 % interval.
    significance
        As the test says it.
    """

    of: str
    code: str
    name: str
    count: int
    before: int | None = None
    change: float = float("nan")
    low: float = float("nan")
    high: float = float("nan")
    significance: str = ""

    @property
    def difference(self) -> int | None:
        """How many more in the period."""
        return None if self.before is None else self.count - self.before

    @property
    def is_more_than_chance(self) -> bool:
        """Whether the change is more than chance would give."""
        return self.significance == MORE_THAN_CHANCE

    @property
    def figure_name(self) -> str:
        """The name of its figures: ``incidents``, ``strand.race``, ``ward.E05013735``."""
        if self.of == "all":
            return "incidents"
        if self.of == "kind":
            return _FIGURES_OF_KINDS[self.code]
        if self.of == "strand":
            return "strand." + self.code.replace(" ", "_")
        return self.code if self.code in EXTRA_ROWS else f"ward.{self.code}"

    def count_figure(self) -> Figure:
        """Give the count in the period."""
        is_ward = self.figure_name.startswith("ward.")
        name = f"{self.figure_name}.count" if is_ward else self.figure_name
        return Figure(name, self.name, f"{self.count:,}", value=self.count)

    def compared_figures(self) -> Iterator[Figure]:
        """Give the count before, the difference and the change, where something is compared."""
        if self.before is None or self.difference is None:
            return
        name = self.figure_name
        yield Figure(f"{name}.before", f"{self.name} before", f"{self.before:,}", value=self.before)
        difference = Figure(
            f"{name}.difference",
            f"{self.name}, difference",
            signed(self.difference),
            value=self.difference,
        )
        yield difference
        yield self.change_figure(f"{name}.change")

    def change_figure(self, name: str) -> Figure:
        """Give the change in per cent."""
        return Figure(name, "Change", percent(self.change), value=known(self.change))

    def chance(self) -> str:
        """Say in a few words whether the change is more than chance."""
        return _CHANCE.get(self.significance, self.significance)


def signed(value: float, decimals: int = 0) -> str:
    """Write a difference with its sign.

    >>> signed(1200), signed(-3), signed(0)
    ('+1,200', '-3', '0')
    """
    return f"{value:+,.{decimals}f}" if value else "0"


def percent(value: float) -> str:
    """Write a change.

    >>> percent(-11.24), percent(float("nan"))
    ('-11.2 %', 'not defined')
    """
    text = signed_pct(value)
    return text if text == NOT_DEFINED else f"{text} %"


def known(value: float) -> float | None:
    """Give None for NaN."""
    return None if pd.isna(value) else float(value)


def rows_of(found: TopAnalyses, of: str) -> list[Row]:
    """Give the rows of one kind: ``all``, ``kind``, ``strand``, ``ward``."""
    named = _columns(found.counts.frame, of, CODE, NAME, INCIDENTS)
    if found.change is None:
        return [Row(of, *row) for row in named]
    columns = (BEFORE, CHANGE_PERCENT, CHANGE_LOW_PERCENT, CHANGE_HIGH_PERCENT, SIGNIFICANCE)
    tested = _columns(found.change.frame, of, *columns)
    return [Row(of, *row, *change) for row, change in zip(named, tested, strict=True)]


def _columns(frame: pd.DataFrame, of: str, *columns: str) -> list[tuple[Any, ...]]:
    """Give the rows of one kind; without pandas's own selecting, which takes ten times as long."""
    chosen = frame[OF].to_numpy(object) == of
    values = (frame[name].to_numpy()[chosen].tolist() for name in columns)
    return list(zip(*values, strict=True))


def total_of(found: TopAnalyses) -> Row:
    """Give the row of all incidents."""
    (row,) = rows_of(found, ALL)
    return row
