"""Hotspots that partners may see: outlines made of fixed cells, with bands and words for figures.

An area rests on at least ``least_in_band`` incidents at no fewer than three places, else it is not
shown. Its outline is a union of cells of 100 m that are the same for all data, and whatever is said
of it leaves the room that :mod:`geo.disclosure.bands` asks for: with ``slack`` incidents elsewhere
in their ward it would still be true.

Protected: how many incidents are in any part of a ward, at any times. Not protected: that an area
stands out at all. An outline that is larger in the twelve months to June than in the financial year
before says that something happened there in the months between, though not how much, when within
them or to whom; whoever knows how outlines are found learns so much from any map of hotspots. This
is why there are few periods, why an area needs more incidents than a count that may be shown, and
why nothing smaller than a cell is drawn.
"""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, fields, replace
from itertools import pairwise
from typing import Any, Literal

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

import boundaries
from boundaries.columns import WARD_CODE
from boundaries.vintages import Vintage
from geo.change.poisson_tests import e_test
from geo.disclosure.area_finding import METHODS, FoundAreas, Method, find_released_areas
from geo.disclosure.bands import Band, band, least_in_band, slack
from geo.disclosure.land import Mask, Run, outline
from geo.disclosure.menu import MenuPeriod, released_before
from geo.disclosure.placed import MIN_PLACES, Placed, mapped_groups, mapped_periods
from geo.disclosure.splits import BLOCKS, Split
from geo.hotspots.naming import names_at
from geo.periods import WEEKDAYS
from geo.schema import Incidents

MOST = 10
"""Areas listed for a period."""
_LEVEL = 0.05

Change = Literal["rose", "fell", "no clear change", "not compared"]
AreaKey = tuple[Method, str, str]
"""Method, key of the period, code of the group."""


@dataclass(frozen=True)
class ReleasedHotspot:
    """An area that may be shown, and what may be said of it.

    Attributes
    ----------
    rank
        From 1: by band, the highest first, and those of one band by name.
    name
        Ward and nearest known place of the middle of the outline.
    wards
        Codes of the wards that its cells lie in.
    cells
        The outline; see :func:`geo.disclosure.land.outline`.
    incidents
        The band that their number is in.
    is_clear
        Whether its density is clearly higher than chance would give anywhere in the borough.
    change
        Of the incidents in the same outline, against the period of the menu just before.
    day, hours
        The weekday and the four hours with most incidents, as in ``splits``; empty where they have
        too few, or no more than an even share.
    strands
        Those that enough of the incidents carry, in the order of the alphabet.
    is_new
        Whether it has no cell in common with an area of the period before; None without one.
    """

    rank: int
    name: str
    wards: tuple[str, ...]
    cells: tuple[Run, ...]
    incidents: Band
    is_clear: bool
    change: Change
    day: str
    hours: str
    strands: tuple[str, ...]
    is_new: bool | None

    @property
    def shape(self) -> BaseGeometry:
        """The outline in metres (EPSG:27700)."""
        return outline(self.cells)

    def as_list(self) -> list[Any]:
        """Give plain values that JSON can hold, in the order of the fields."""
        return list(asdict(self).values())

    @classmethod
    def from_list(cls, values: Sequence[Any]) -> "ReleasedHotspot":
        """Read what :meth:`as_list` gave."""
        known = dict(zip((field.name for field in fields(cls)), values, strict=True))
        known["incidents"] = Band(**known["incidents"])
        known["cells"] = tuple((row, first, n) for row, first, n in known["cells"])
        for name in ("wards", "strands"):
            known[name] = tuple(known[name])
        return cls(**known)


@dataclass(frozen=True)
class ReleasedAreas:
    """The areas of a period, by one method.

    Attributes
    ----------
    hotspots
        In the order of their ranks, ``MOST`` at most.
    left_out
        How many areas were found that rest on too few incidents or places to be shown.
    """

    hotspots: tuple[ReleasedHotspot, ...] = ()
    left_out: int = 0

    def as_list(self) -> list[Any]:
        """Give plain values that JSON can hold."""
        return [self.left_out, *(hotspot.as_list() for hotspot in self.hotspots)]

    @classmethod
    def from_list(cls, values: Sequence[Any]) -> "ReleasedAreas":
        """Read what :meth:`as_list` gave."""
        left_out, *hotspots = values
        return cls(tuple(map(ReleasedHotspot.from_list, hotspots)), left_out)


def release_areas(
    incidents: Incidents,
    vintage: Vintage,
    smallest_shown: int,
    menu: Sequence[MenuPeriod],
    splits: Sequence[Split],
) -> dict[AreaKey, ReleasedAreas]:
    """Find the areas of all periods that may be shown; the same data always give the same.

    Parameters
    ----------
    smallest_shown
        Of the release; every band begins there or above.
    menu
        The periods of the release.
    splits
        Of the same incidents.
    """
    maker = _Maker(Placed.of(incidents, vintage), smallest_shown, tuple(menu), _flags(splits))
    released: dict[AreaKey, ReleasedAreas] = {}
    for period in mapped_periods(menu):  # the earliest first, for later ones look back
        for group in mapped_groups(splits):
            for method, found in maker.found(period, group).items():
                areas = maker.describe(found, period, group)
                before = maker.before(period)
                known = released.get((method, before.key, group)) if before else None
                released[method, period.key, group] = ReleasedAreas(
                    tuple(_ranked(areas, known)), found.n - len(areas)
                )
    return released


def _flags(splits: Sequence[Split]) -> dict[str, NDArray[np.bool_]]:
    """Give the members of strands, weekdays and hours by code."""
    return {
        code: split.members[code]
        for split in splits
        if split.shape.of in ("strand", "when")
        for code in split.shape.codes
    }


def _ranked(areas: Sequence[ReleasedHotspot], known: ReleasedAreas | None) -> list[ReleasedHotspot]:
    """Rank areas by what is shown of them, and look which of them are new."""
    ordered = sorted(areas, key=lambda one: (-one.incidents.low, one.name))
    ranked = [replace(one, rank=rank) for rank, one in enumerate(ordered[:MOST], 1)]
    return [_with_news(one, known) for one in ranked]


def _with_news(hotspot: ReleasedHotspot, known: ReleasedAreas | None) -> ReleasedHotspot:
    if known is None:
        return hotspot
    old = {cell for one in known.hotspots for cell in _single(one.cells)}
    return replace(hotspot, is_new=old.isdisjoint(_single(hotspot.cells)))


def _single(cells: Sequence[Run]) -> list[tuple[int, int]]:
    return [(row, col) for row, first, n in cells for col in range(first, first + n)]


@dataclass(frozen=True, eq=False)
class _Maker:
    """Says of areas what may be said."""

    placed: Placed
    smallest_shown: int
    menu: tuple[MenuPeriod, ...]
    flags: Mapping[str, NDArray[np.bool_]]

    def found(self, period: MenuPeriod, group: str) -> dict[Method, FoundAreas]:
        """Find areas by each method; none where all incidents together are too few."""
        if self.placed.are_enough(self.placed.rows(period, group), self.smallest_shown):
            return find_released_areas(self.placed, period, group, self.smallest_shown)
        empty = np.zeros(self.placed.land.ward_of.shape, np.intp)
        return dict.fromkeys(METHODS, FoundAreas(empty, 0, np.zeros(0, np.bool_)))

    def before(self, period: MenuPeriod) -> MenuPeriod | None:
        """Give the period before, if the two can be compared: no break, no month without data."""
        found, _ = released_before(self.menu, period, "period before")
        if found is None:
            return None
        months = pd.period_range(found.first_month, period.last_month, freq="M")
        return found if self.placed.months.issuperset(months) else None

    def describe(self, found: FoundAreas, period: MenuPeriod, group: str) -> list[ReleasedHotspot]:
        """Describe the areas that may be shown; they have no rank yet."""
        before = self.before(period)
        rows = self._by_area(found, self.placed.rows(period, group))
        earlier_rows = self._by_area(found, self.placed.rows(before, group)) if before else rows
        names = self._names(found)
        areas = []
        for number, inside in enumerate(rows):
            shown = band(len(inside), self.smallest_shown)
            if shown is None or len(np.unique(self.placed.place_of[inside])) < MIN_PLACES:
                continue
            counts = len(earlier_rows[number]), len(inside)
            mask = found.labels == number + 1
            areas.append(
                ReleasedHotspot(
                    rank=0,
                    name=names[number],
                    wards=self._wards(mask),
                    cells=self.placed.land.runs(mask),
                    incidents=shown,
                    is_clear=bool(found.is_clear[number]),
                    change=self._change(counts, before, period),
                    day=self._busiest(WEEKDAYS, inside),
                    hours=self._busiest(BLOCKS, inside),
                    strands=self._strands(inside),
                    is_new=None,
                )
            )
        return areas

    def _by_area(self, found: FoundAreas, rows: NDArray[np.intp]) -> list[NDArray[np.intp]]:
        """Give the rows of incidents that lie in each area."""
        number = found.labels.ravel()[self.placed.cell_of[rows]]
        order = np.argsort(number, kind="stable")
        starts = np.searchsorted(number[order], np.arange(1, found.n + 2))
        return [rows[order[a:b]] for a, b in pairwise(starts)]

    def _wards(self, mask: Mask) -> tuple[str, ...]:
        codes = boundaries.load_wards(self.placed.vintage)[WARD_CODE].to_numpy()
        return tuple(codes[np.unique(self.placed.land.ward_of[mask])].tolist())

    def _change(
        self, counts: tuple[int, int], before: MenuPeriod | None, period: MenuPeriod
    ) -> Change:
        if before is None:
            return "not compared"
        return change_in_words(counts, (before, period), slack(self.smallest_shown))

    def _busiest(self, names: Sequence[str], rows: NDArray[np.intp]) -> str:
        """Name the day or the hours with most, if they have clearly more than an even share."""
        codes = [f"when: {name}" for name in names]
        if not all(code in self.flags for code in codes):
            return ""
        counts = np.array([np.count_nonzero(self.flags[code][rows]) for code in codes])
        most, spare = int(counts.argmax()), slack(self.smallest_shown)
        is_busy = counts[most] >= least_in_band(self.smallest_shown)
        is_uneven = (counts[most] - spare) * len(names) > counts.sum()
        return names[most] if is_busy and is_uneven else ""

    def _strands(self, rows: NDArray[np.intp]) -> tuple[str, ...]:
        least = least_in_band(self.smallest_shown)
        return tuple(
            sorted(
                code.removeprefix("strand: ")
                for code, member in self.flags.items()
                if code.startswith("strand: ") and np.count_nonzero(member[rows]) >= least
            )
        )

    def _names(self, found: FoundAreas) -> list[str]:
        """Name areas by the middle of their outlines."""
        if not found.n:
            return []
        land = self.placed.land
        middles = np.array([land.middle(found.labels == n) for n in range(1, found.n + 1)])
        same = np.zeros(found.n, np.intp)
        _, names = names_at(middles[:, 0], middles[:, 1], same, self.placed.vintage)
        return names


def change_in_words(
    counts: tuple[int, int], periods: tuple[MenuPeriod, MenuPeriod], spare: int
) -> Change:
    """Say how a count changed: only what would be true with some incidents elsewhere.

    Parameters
    ----------
    counts, periods
        The earlier first.
    spare
        How many incidents, of both times together, may have been elsewhere.
    """
    before, after = counts
    days = [(period.span.last - period.span.first).days + 1 for period in periods]
    words: tuple[tuple[Change, int], ...] = (("rose", 1), ("fell", -1))
    for word, way in words:
        moved = np.arange(spare + 1)
        low, high = (
            np.maximum(before + way * moved, 0),
            np.maximum(after - way * (spare - moved), 0),
        )
        p = e_test(low, high, days[0], days[1])
        changed = way * (high / days[1] - low / days[0]) > 0
        if (changed & (p < _LEVEL)).all():
            return word
    return "no clear change"
