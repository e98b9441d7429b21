"""All counts of a release as cells that are tied together by sums over places, times and groups.

Whoever has the release knows how its counts add up: wards, the land outside and what is not
located to the borough, months to quarters and years, groups to all. Two periods that overlap are
tied together by the stretches of time that they do not share, which nobody sees but anybody can
subtract; these are cells too, hidden ones, and small ones among them are guarded as if they were
shown.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from geo.disclosure.linked_counts import LinkedCounts, sums_of_lines
from geo.disclosure.menu import OF_WARDS, PERIOD_KINDS, YEARS, MenuPeriod, PeriodKind
from geo.disclosure.splits import ALL, Shape, Split
from geo.schema import OCCURRED, Incidents

BOROUGH = "borough"
"""Code of everything: all wards, what is outside them and what is not located."""

Key = tuple[str, str, str]
"""Area, key of the period, code of the group."""

_Stretch = tuple[int, int]
_WEIGHT_OF_BOROUGH, _WEIGHT_OF_YEARS, _WEIGHT_OF_TOTALS = 20.0, 10.0, 4.0


@dataclass(frozen=True, eq=False)
class ReleaseCells:
    """Cells of a release before anything is withheld.

    Attributes
    ----------
    counts
        The counts and their sums.
    published
        Position of the cell of each key that is to be published; different keys can share one.
    weights
        Shape (n,): how much is lost when a cell is withheld.
    stages
        Masks of shape (n,): the cells of all incidents, then these with those of each split.
    """

    counts: LinkedCounts
    published: dict[Key, int]
    weights: NDArray[np.float64]
    stages: tuple[NDArray[np.bool_], ...]

    @property
    def hidden(self) -> NDArray[np.bool_]:
        """Shape (n,): cells that are in sums only."""
        hidden = np.ones(len(self.counts), np.bool_)
        hidden[list(self.published.values())] = False
        return hidden

    @property
    def of_borough(self) -> NDArray[np.bool_]:
        """Shape (n,): the published counts of all incidents of the borough."""
        found = np.zeros(len(self.counts), np.bool_)
        keys = self.published.items()
        found[[cell for (area, _, group), cell in keys if area == BOROUGH and group == ALL]] = True
        return found


def release_cells(
    incidents: Incidents,
    area_of: NDArray[np.intp],
    areas: Sequence[str],
    menu: Sequence[MenuPeriod],
    splits: Sequence[Split],
) -> ReleaseCells:
    """Put together the counts of all areas, periods and groups of a release.

    Parameters
    ----------
    area_of
        Shape (n,): position in ``areas`` of each incident.
    areas
        Codes of areas that do not overlap; they add up to ``BOROUGH``.
    menu
        Periods; the first is all of the data.
    """
    builder = _Builder(_Months.of(incidents, menu[0]), area_of, areas, menu)
    builder.add_all()
    for split in splits:
        builder.add(split.shape, split.members)
    return builder.cells()


def cells_without_counts(
    areas: Sequence[str], menu: Sequence[MenuPeriod], shapes: Sequence[Shape]
) -> ReleaseCells:
    """Put together the cells of a release as somebody knows them who has no incident: all are 0."""
    nothing = np.zeros(0, np.intp)
    first = pd.Period(menu[0].first_month, "M")
    builder = _Builder(_Months(first, menu[0].n_months, nothing), nothing, areas, menu)
    builder.add_all()
    for shape in shapes:
        builder.add(shape)
    return builder.cells()


@dataclass(frozen=True, eq=False)
class _Months:
    """The months of the data, numbered from the first."""

    first: pd.Period
    n: int
    of_incident: NDArray[np.intp]

    @classmethod
    def of(cls, incidents: Incidents, whole: MenuPeriod) -> "_Months":
        first = pd.Period(whole.first_month, "M")
        occurred = incidents.frame[OCCURRED].dt
        number = 12 * occurred.year + occurred.month - 12 * first.year - first.month
        return cls(first, whole.n_months, number.to_numpy(np.intp))

    def stretch(self, period: MenuPeriod) -> _Stretch:
        """Give the first month of a period and the one after its last."""
        start = int((pd.Period(period.first_month, "M") - self.first).n)
        return start, start + period.n_months


@dataclass(eq=False)
class _Builder:
    """Makes each cell once, whichever sums it is in; ties it to the shortest times there are."""

    months: _Months
    area_of: NDArray[np.intp]
    areas: Sequence[str]
    menu: Sequence[MenuPeriod]
    _ids: dict[tuple[int, _Stretch, str], int] = field(default_factory=dict)
    _values: list[int] = field(default_factory=list)
    _weights: dict[int, float] = field(default_factory=dict)
    _lines: list[list[int]] = field(default_factory=list)
    _published: dict[Key, int] = field(default_factory=dict)
    _running: dict[str, NDArray[np.int64]] = field(default_factory=dict)
    _parts: dict[tuple[bool, str], list[_Stretch]] = field(default_factory=dict)
    _splits: list[tuple[str, ...]] = field(default_factory=list)

    def cells(self) -> ReleaseCells:
        n = len(self._values)
        sums = sums_of_lines([np.array(line, np.intp) for line in self._lines], n)
        weights = np.array([self._weights.get(cell, 1.0) for cell in range(n)])
        counts = LinkedCounts(np.array(self._values, np.int64), sums)
        group = np.array([code for _, _, code in self._ids], object)
        stages = [np.isin(group, [ALL, *codes]) for codes in ((), *self._splits)]
        return ReleaseCells(counts, self._published, weights, tuple(stages))

    def add_all(self) -> None:
        """Add all incidents: by ward to quarters, for the borough to months."""
        self._count(ALL, np.ones(len(self.area_of), np.bool_))
        self._cut(ALL, OF_WARDS, PERIOD_KINDS)
        self._sum_areas(ALL)
        self._publish(self._wards, self._of_kinds(OF_WARDS), ALL, is_total=True)
        self._publish([self._borough], self.menu, ALL, is_total=True)

    def add(self, shape: Shape, members: Mapping[str, NDArray[np.bool_]] | None = None) -> None:
        """Add groups and tie them to each other and to all incidents."""
        self._splits.append((*shape.codes, *shape.unpublished))
        wards = self._wards if shape.is_by_ward else range(0)
        of_borough = PERIOD_KINDS if shape.is_by_ward else YEARS
        for code in (*shape.codes, *shape.unpublished):
            self._count(code, None if members is None else members[code])
            self._cut(code, YEARS, of_borough)
            if shape.is_by_ward:
                self._sum_areas(code)
        for area in (*wards, self._borough):
            for codes in shape.sums:
                for part in self._parts[area == self._borough, codes[0]]:
                    self._lines.append([self._cell(area, part, code) for code in codes])
        totals = {ALL, *(codes[-1] for codes in shape.sums)}
        for code in shape.codes:
            self._publish(wards, self._of_kinds(YEARS), code, is_total=code in totals)
            borough = self._of_kinds(of_borough)
            self._publish([self._borough], borough, code, is_total=code in totals)

    @property
    def _borough(self) -> int:
        return len(self.areas)

    @property
    def _wards(self) -> range:
        return range(len(self.areas))

    def _count(self, code: str, member: NDArray[np.bool_] | None) -> None:
        """Add up a group by area, the borough last, and month: sums from the first month on."""
        n_areas = len(self.areas)
        chosen = np.zeros(len(self.area_of), np.bool_) if member is None else member
        flat = self.area_of[chosen] * self.months.n + self.months.of_incident[chosen]
        table = np.bincount(flat, minlength=n_areas * self.months.n).reshape(n_areas, -1)
        table = np.vstack([table, table.sum(axis=0)])
        self._running[code] = np.pad(table.cumsum(axis=1), ((0, 0), (1, 0)))

    def _cut(
        self, code: str, of_wards: Sequence[PeriodKind], of_borough: Sequence[PeriodKind]
    ) -> None:
        """Find the shortest times of a group, in wards and in the borough."""
        for is_borough, kinds in ((False, of_wards), (True, of_borough)):
            stretches = [self.months.stretch(period) for period in self._of_kinds(kinds)]
            self._parts[is_borough, code] = _cuts(stretches)

    def _cell(self, area: int, stretch: _Stretch, code: str) -> int:
        """Give the cell of a stretch; the first time, tie it to the parts that it is made of."""
        key = (area, stretch, code)
        if key not in self._ids:
            self._ids[key] = len(self._values)
            running = self._running[code][area]
            self._values.append(int(running[stretch[1]] - running[stretch[0]]))
            start, end = stretch
            parts = self._parts[area == self._borough, code]
            inside = [part for part in parts if start <= part[0] and part[1] <= end]
            if len(inside) > 1:
                self._lines.append(
                    [*(self._cell(area, part, code) for part in inside), self._ids[key]]
                )
        return self._ids[key]

    def _sum_areas(self, code: str) -> None:
        for part in self._parts[False, code]:
            areas = (*self._wards, self._borough)
            self._lines.append([self._cell(area, part, code) for area in areas])

    def _publish(
        self, areas: Iterable[int], periods: Sequence[MenuPeriod], code: str, *, is_total: bool
    ) -> None:
        names = [*self.areas, BOROUGH]
        for area in areas:
            for period in periods:
                cell = self._cell(area, self.months.stretch(period), code)
                self._published[(names[area], period.key, code)] = cell
                weight = (
                    (_WEIGHT_OF_BOROUGH if area == self._borough else 1.0)
                    * (_WEIGHT_OF_YEARS if period.kind in YEARS else 1.0)
                    * (_WEIGHT_OF_TOTALS if is_total else 1.0)
                )
                self._weights[cell] = max(self._weights.get(cell, 1.0), weight)

    def _of_kinds(self, kinds: Sequence[PeriodKind]) -> list[MenuPeriod]:
        return [period for period in self.menu if period.kind in kinds]


def _cuts(stretches: Sequence[_Stretch]) -> list[_Stretch]:
    """Cut time at every end of a stretch.

    >>> _cuts([(0, 12), (3, 6)])
    [(0, 3), (3, 6), (6, 12)]
    """
    ends = sorted({end for stretch in stretches for end in stretch})
    return list(pairwise(ends))
