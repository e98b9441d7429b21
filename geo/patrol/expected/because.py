"""Why areas are in a plan, in few plain words that may be shown at the level of the plan.

At ``exact`` they are made of the incidents of the time looked at; below, of what the release says
of the hotspots and the density where an area lies, and of nothing else.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray
from scipy import stats

from geo.borough import borough
from geo.change.count_change import SIGNIFICANCE, ChangeParams, Counted, change_tests
from geo.change.exposure import DateSpan
from geo.change.poisson_tests import MORE_THAN_CHANCE
from geo.disclosure.area_finding import METHODS
from geo.disclosure.areas import ReleasedHotspot
from geo.disclosure.land import CELL_M as RELEASED_CELL_M
from geo.disclosure.menu import MenuPeriod
from geo.disclosure.release import Release
from geo.disclosure.splits import ALL
from geo.disclosure.surfaces import ReleasedSurface, class_words
from geo.hotspots.previous_period import selection_before
from geo.patrol.afterwards.compared import news_of
from geo.patrol.expected.looked_at import LookedAt, time_looked_at
from geo.patrol.expected.released import default_period
from geo.patrol.expected.shift_shares import ShiftShares, shift_shares
from geo.patrol.params import DemandParams
from geo.patrol.plan import Because, FocusArea, Plan
from geo.patrol.shift import PatrolShift
from geo.reporting_periods import span_in_words
from geo.schema import STRAND_COLUMNS, Incidents
from geo.selection import Selection
from geo.sites import LocatedIncidents, locate_selected
from geo.times.aoristic import hour_of_week_weights, weekday_weights
from geo.times.busiest import busiest_runs, days_in_words, hours_in_words
from geo.times.shifts import HOURS_OF_DAY

LEAST_OF_A_STRAND = 5
"""A strand that fewer incidents of an area carry is not named, on no paper."""
_LEVEL = 0.05
_CHANGE = ChangeParams()
_DAYS_OF_A_YEAR = (365, 366)

Mask = NDArray[np.bool_]


def exact_reasons(
    incidents: Incidents,
    selection: Selection,
    demand_params: DemandParams,
    areas: Sequence[FocusArea],
    before: Plan | None = None,
    shift: PatrolShift | None = None,
) -> tuple[Because, ...]:
    """Say why areas are in a plan, with exact figures.

    Parameters
    ----------
    incidents, selection, demand_params
        As for :func:`geo.patrol.expected.demand.demand_of`.
    before
        The plan before, for what is new.
    shift
        To say which areas are busy in these hours above all.
    """
    found = _Found.of(incidents, selection, demand_params)
    now = [found.now.inside(area) for area in areas]
    trends = _trends(found, areas, now)
    shares = found.shares(shift) if shift else None
    return tuple(
        Because(
            reason=_in_one_line(areas, area, _of_shift(shares, inside)),
            incidents=f"{_counted(int(inside.sum()))}, {found.words}",
            trend=trend,
            hours=_busiest(found.now.incidents, inside),
            strands=_strands(found.now.incidents, inside),
            news=news_of(area, before) if before else "",
        )
        for area, inside, trend in zip(areas, now, trends, strict=True)
    )


def released_reasons(
    release: Release,
    areas: Sequence[FocusArea],
    before: Plan | None = None,
    *,
    group: str = ALL,
    period: MenuPeriod | None = None,
) -> tuple[Because, ...]:
    """Say why areas are in a plan, with what is released of the places where they lie.

    Parameters
    ----------
    before
        The plan before; one of a higher level is not spoken of.
    group, period
        As for :func:`geo.patrol.expected.released.released_demand`.
    """
    used = period or default_period(release, group)
    known = before if before and before.level == release.level else None
    return tuple(
        replace(
            _of_hotspot(_hotspot_at(release, used, group, area), used),
            reason=_in_one_line(areas, area, _density_at(release, used, group, area)),
            news=news_of(area, known) if known else "",
        )
        for area in areas
    )


# ---- why this square -----------------------------------------------------------------------------


def _in_one_line(areas: Sequence[FocusArea], area: FocusArea, more: str) -> str:
    """Say what stands out: how much is expected beside an even spread, and something more."""
    if area.share is None:
        return more
    times = area.share * borough().area / area.side_m**2
    said = f"{_times(times)} as many incidents are expected here as in an average square"
    shares = [one.share for one in areas if one.share is not None]
    if len(shares) > 1 and area.share == max(shares) and shares.count(area.share) == 1:
        said += ", the most of all areas of the plan"
    return f"{said}. {more}".strip()


def _times(times: float) -> str:
    """Say a multiple.

    >>> _times(21.4), _times(9.97), _times(3.14)
    ('21 times', '10 times', '3.1 times')
    """
    return f"{times:,.0f} times" if round(times, 1) >= 10 else f"{times:.1f} times"


def _of_shift(shares: ShiftShares | None, inside: Mask) -> str:
    """Say that a place is busy in the hours of the shift, where chance would not do."""
    if shares is None:
        return ""
    known = inside & shares.has_hour
    n, in_shift = int(known.sum()), float(shares.share[known].sum())
    chance = stats.binom.sf(np.ceil(in_shift - 1e-9) - 1, n, shares.of_borough)
    if n == 0 or chance > _LEVEL:
        return ""
    return (
        f"{100 * in_shift / n:.0f} % of its incidents fall into such shifts, in the borough "
        f"{100 * shares.of_borough:.0f} %."
    )


# ---- exact figures -------------------------------------------------------------------------------


@dataclass(frozen=True, eq=False)
class _Located:
    """The incidents of a time, and where they lie."""

    incidents: Incidents
    is_located: Mask

    @classmethod
    def of(cls, located: LocatedIncidents) -> "_Located":
        return cls(located.incidents, np.asarray(located.site_of >= 0))

    def inside(self, area: FocusArea) -> Mask:
        """Mark those in an area, shape (n,); a side belongs to the square east or north of it."""
        east, north = self.incidents.easting, self.incidents.northing
        found = self.is_located & (east >= area.west) & (east < area.west + area.side_m)
        found &= (north >= area.south) & (north < area.south + area.side_m)
        return np.asarray(found, np.bool_)


@dataclass(frozen=True, eq=False)
class _Found:
    """What reasons are made of.

    Attributes
    ----------
    now, before
        The time looked at and the equally long one before; None where nothing can be compared.
    days
        Days with data of the time before and of the time looked at.
    span
        The days looked at.
    """

    now: _Located
    before: _Located | None
    days: tuple[int, int]
    span: DateSpan

    def shares(self, shift: PatrolShift) -> ShiftShares:
        """Say which part of each incident falls into a shift; all count alike."""
        return shift_shares(self.now.incidents, self.now.is_located.astype(np.float64), shift)

    @property
    def words(self) -> str:
        return span_in_words(self.span)

    @classmethod
    def of(cls, incidents: Incidents, selection: Selection, params: DemandParams) -> "_Found":
        looked = time_looked_at(incidents, selection, selection.apply(incidents), params)
        during = replace(selection, start=looked.first, end=looked.last)
        located = locate_selected(incidents, during)
        now, span = _Located.of(located), DateSpan(looked.first, looked.last)
        earlier = selection_before(incidents, during).selection
        if earlier is None or earlier.start is None or earlier.end is None:
            return cls(now, None, (0, 0), span)
        n_days = (earlier.end - earlier.start).days + 1
        as_long = replace(params, lookback_days=n_days)
        # Of the selected incidents it asks only whether months are known or days.
        looked_before = time_looked_at(incidents, earlier, located.incidents, as_long)
        before = _Located.of(locate_selected(incidents, earlier))
        return cls(now, before, (_n_days(looked_before), _n_days(looked)), span)


def _n_days(looked: LookedAt) -> int:
    """Count the days of which there is data."""
    months = looked.missing.astype("datetime64[M]")
    days = np.arange(np.datetime64(looked.first), np.datetime64(looked.last) + 1)
    return int((~np.isin(days.astype("datetime64[M]"), months)).sum())


def _trends(found: _Found, areas: Sequence[FocusArea], now: Sequence[Mask]) -> list[str]:
    """Say how the counts of areas changed, all tested together."""
    if found.before is None:
        return [""] * len(areas)
    counts = [found.before.inside(area).sum() for area in areas]
    counted = Counted(
        np.array(counts, np.float64), np.array([one.sum() for one in now], np.float64), *found.days
    )
    words = change_tests(counted, _CHANGE)[SIGNIFICANCE]
    pairs = zip(counts, counted.after, words, strict=True)
    return [_trend(int(b), int(a), found.days, w == MORE_THAN_CHANCE) for b, a, w in pairs]


def _trend(before: int, after: int, days: tuple[int, int], is_more: bool) -> str:
    """Say one change."""
    earlier = _earlier(days[0])
    if days[0] != days[1]:
        earlier += f", of which {days[0]:,} days have data and of these {days[1]:,}"
    chance = "more" if is_more else "no more"
    if after == before:
        return f"As many as in {earlier}."
    way = "more" if after > before else "fewer"
    return f"{abs(after - before):,} {way} than in {earlier}, {chance} than chance would give."


def _earlier(days: int) -> str:
    """Name the time before.

    >>> _earlier(365), _earlier(92)
    ('the year before', 'the 92 days before')
    """
    return "the year before" if days in _DAYS_OF_A_YEAR else f"the {days:,} days before"


def _busiest(incidents: Incidents, inside: Mask) -> str:
    """Name the busiest days and hours; empty where chance would do."""
    by_hour = np.asarray(inside.astype(np.float64) @ hour_of_week_weights(incidents), np.float64)
    by_day = np.asarray(inside.astype(np.float64) @ weekday_weights(incidents), np.float64)
    of_clock = by_hour.reshape(-1, HOURS_OF_DAY).sum(axis=0)
    days, hours = (
        words(*(int(one[0]) for one in busiest_runs(values[np.newaxis])))
        for words, values in ((days_in_words, by_day), (hours_in_words, of_clock))
    )
    return ", ".join(one for one in (days, hours) if one)


def _strands(incidents: Incidents, inside: Mask) -> str:
    """Name the strands that enough of the incidents carry, the most first."""
    counts = {
        name: int((incidents.frame[column].to_numpy(np.bool_) & inside).sum())
        for name, column in STRAND_COLUMNS.items()
    }
    ranked = sorted(counts.items(), key=lambda one: (-one[1], one[0]))
    return ", ".join(f"{name} {n:,}" for name, n in ranked if n >= LEAST_OF_A_STRAND)


def _counted(n: int) -> str:
    return f"{n:,} incident{'' if n == 1 else 's'}"


# ---- released figures ----------------------------------------------------------------------------

_MOST_OF_IT = 0.5
_CHANGES = {
    "rose": "More than in the {before} before.",
    "fell": "Fewer than in the {before} before.",
    "no clear change": "No clear change since the {before} before.",
}
_STRETCHES = {12: "year", 3: "quarter"}
"""What to call the time before, by months."""


def _hotspot_at(
    release: Release, period: MenuPeriod, group: str, area: FocusArea
) -> tuple[ReleasedHotspot, str] | None:
    """Give the hotspot with most land in an area, and how they lie to each other, in words.

    One that was found by density goes before one that was found by crowded places.
    """
    for method in METHODS:
        released = release.hotspots.get((method, period.key, group))
        shared = [
            (one.shape.intersection(area.shape).area / area.side_m**2, -one.rank, one)
            for one in (released.hotspots if released else ())
        ]
        most = max(shared, key=lambda one: one[:2], default=None)
        if most is not None and most[0] > 0:
            return most[2], "it lies in" if most[0] >= _MOST_OF_IT else "it touches"
    return None


def _of_hotspot(found: tuple[ReleasedHotspot, str] | None, period: MenuPeriod) -> Because:
    """Say what is released of a hotspot."""
    if found is None:
        return Because()
    hotspot, how = found
    return Because(
        incidents=f"{hotspot.incidents.text} incidents in the hotspot {how}, {period.words}",
        trend=_CHANGES.get(hotspot.change, "").format(
            before=_STRETCHES.get(period.n_months, "period")
        ),
        hours=", ".join(one for one in (hotspot.day, _clock(hotspot.hours)) if one),
        strands=", ".join(hotspot.strands),
    )


def _clock(block: str) -> str:
    """Say released hours as exact ones are said.

    >>> _clock("18-22"), _clock("")
    ('18:00 to 22:00', '')
    """
    return " to ".join(f"{hour}:00" for hour in block.split("-")) if block else ""


def _density_at(release: Release, period: MenuPeriod, group: str, area: FocusArea) -> str:
    """Say the highest class of density in an area."""
    surface = release.surfaces[period.key, group]
    highest = _highest_class(surface, area)
    if not highest:
        return ""
    return f"Density {class_words(surface.breaks)[highest]} incidents per km2, {period.words}."


def _highest_class(surface: ReleasedSurface, area: FocusArea) -> int:
    rows, cols = (
        slice(
            max(low // RELEASED_CELL_M - first, 0),
            max(-(-(low + area.side_m) // RELEASED_CELL_M) - first, 0),
        )
        for low, first in ((area.south, surface.first_row), (area.west, surface.first_col))
    )
    return int(surface.classes[rows, cols].max(initial=0))
