"""What a shift is expected to bring, made of a release and nothing else.

Below ``exact`` nothing is computed from incidents, so whatever is planned gives away no more than
the release does. It holds density in classes on cells of 100 m, and how many incidents there were
by weekday and four hours. From these follow

- where: each class stands for the middle of its range, each cell without a class for what is left
  of the borough's count, the cells of a released hotspot together for the middle of its range, and
  the lattice of 50 m is read between the middles of the cells (bilinear);
- how much: the borough's count, times the part of the hours of the shift, by the number of such
  shifts in the period.

An area lies on cells with a class alone: every part of it has ``least_in_band`` incidents or more,
at three places or more, within 300 m. That is not said of the square itself.
"""

from collections.abc import Sequence
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage

from boundaries.errors import ParameterError
from geo.borough import borough
from geo.disclosure.area_finding import Method
from geo.disclosure.areas import ReleasedAreas
from geo.disclosure.bands import least_in_band
from geo.disclosure.land import CELL_M as RELEASED_CELL_M
from geo.disclosure.land import land_of
from geo.disclosure.levels import PUBLIC
from geo.disclosure.menu import MenuPeriod
from geo.disclosure.placed import MIN_PLACES
from geo.disclosure.release import Release
from geo.disclosure.splits import ALL, BLOCKS, HOURS_OF_A_BLOCK
from geo.disclosure.surfaces import SURFACE, ReleasedSurface
from geo.grids.cells import M2_PER_KM2
from geo.grids.grid import Grid, grid_over
from geo.patrol.expected.demand import Demand, Floats
from geo.patrol.params import CELL_M
from geo.patrol.shift import PatrolShift
from geo.periods import WEEKDAYS
from geo.series_break import BREAK_IN_WORDS, break_lies_within
from geo.times.shifts import HOURS_OF_DAY

_MONTHS_OF_A_YEAR = 12
_DAY_BEGINS_AT = int(BLOCKS[0][:2])
_KM2_OF_A_CELL = RELEASED_CELL_M**2 / M2_PER_KM2
_OUTLINES: Method = "density"
"""Its hotspots are smaller than those of clusters, so they say more of where within them."""
_FINER = RELEASED_CELL_M // CELL_M
_ROUNDS_OF_FITTING = 100


def usable_periods(release: Release, group: str = ALL) -> tuple[MenuPeriod, ...]:
    """Give the periods whose density is released, in the order of the menu."""
    return tuple(one for one in release.menu if (one.key, group) in release.surfaces)


def default_period(release: Release, group: str = ALL) -> MenuPeriod:
    """Give the latest twelve months that a plan can be made of, else the longest period.

    Raises
    ------
    ParameterError
        The release is for the public, or has no density.
    """
    if release.level == PUBLIC:
        msg = (
            "There are no patrol plans for the public: figures for the public are by ward only. "
            "Sign in as a partner or an analyst."
        )
        raise ParameterError(msg)
    periods = usable_periods(release, group)
    if not periods:
        msg = (
            "There are too few incidents near each other to plan patrols for partners: no density "
            "is released. Choose data of a longer time, or ask an analyst."
        )
        raise ParameterError(msg)
    years = [one for one in periods if one.n_months == _MONTHS_OF_A_YEAR]
    if years:
        return max(years, key=lambda one: one.last_month)
    return max(periods, key=lambda one: (one.n_months, one.last_month))


def released_demand(
    release: Release, shift: PatrolShift, *, group: str = ALL, period: MenuPeriod | None = None
) -> Demand:
    """Say what a shift is expected to bring, from what is released.

    Parameters
    ----------
    group
        ``all`` or ``kind: crime``, where density is released for it.
    period
        Of the menu; the one of :func:`default_period` if None.

    Raises
    ------
    ParameterError
        The release is for the public, or has no density for the period and the group.
    """
    latest = default_period(release, group)
    used = period or latest
    if (used.key, group) not in release.surfaces:
        known = ", ".join(one.key for one in usable_periods(release, group))
        msg = f"No density is released for {used.words}; it is for {known}."
        raise ParameterError(msg)
    surface = release.surfaces[used.key, group]
    count = release.count(used, group).value if release.has(used, group) else None
    grid = grid_over(borough(), CELL_M)
    values = _values(release, used, group, count)
    share = _shares(values, release, surface, grid)
    of_hours = (count or 1) * _of_hours(release, used, shift)
    expected = share * of_hours.sum()
    return Demand(
        level=release.level,
        grid=grid,
        expected=expected,
        value=expected,
        incidents=None,
        places=None,
        allowed=_on_lattice(surface.classes > 0, surface, grid),
        of_hours=of_hours,
        is_relative=count is None,
        fingerprint=release.fingerprint,
        period=used.words,
        data_to=release.menu[0].span.last,
        is_demonstration=release.is_demonstration,
        settings={"period": used.key, "group": group, "bandwidth_m": SURFACE.bandwidth_m},
        rules=_rules(used, period is None),
        warnings=_warnings(release, used, count),
    )


# ---- where ---------------------------------------------------------------------------------------


def class_values(breaks: Sequence[int]) -> Floats:
    """Give what each class stands for from 1 on: its middle, the last as wide as the one before.

    >>> class_values((50, 100, 200)).tolist()
    [75.0, 150.0, 250.0]
    >>> class_values((40,)).tolist()
    [60.0]
    """
    ends = [0, *breaks, 2 * breaks[-1] - (breaks[-2] if len(breaks) > 1 else 0)]
    return np.array([(low + high) / 2 for low, high in pairwise(ends)][1:], np.float64)


def _values(release: Release, period: MenuPeriod, group: str, count: int | None) -> Floats:
    """Give the density that each cell of 100 m stands for, incidents per km2."""
    surface = release.surfaces[period.key, group]
    land = land_of(release.params.vintage)
    values = np.concatenate([[0.0], class_values(surface.breaks)])[surface.classes]
    without_class = land.inside & (surface.classes == 0)
    values[without_class] = _elsewhere(values, int(without_class.sum()), count, surface.breaks[0])
    areas = release.hotspots.get((_OUTLINES, period.key, group), ReleasedAreas())
    for hotspot in areas.hotspots:
        mask = land.mask(hotspot.cells)
        held = values[mask].sum() * _KM2_OF_A_CELL
        values[mask] *= (hotspot.incidents.low + hotspot.incidents.high) / 2 / held
    return values


def _shares(values: Floats, release: Release, surface: ReleasedSurface, grid: Grid) -> Floats:
    """Give the part of all expected incidents in each cell of 50 m; adds up to 1."""
    inside = land_of(release.params.vintage).inside
    finer = _between_middles(values, inside, surface, grid) * grid.inside_share
    return np.asarray(finer / finer.sum(), np.float64)


def _elsewhere(values: Floats, n_cells: int, count: int | None, lowest: int) -> float:
    """Give the density of cells without a class: what is left of the count, at most the lowest."""
    if count is None or not n_cells:
        return lowest / 2
    return float(
        np.clip((count - values.sum() * _KM2_OF_A_CELL) / (n_cells * _KM2_OF_A_CELL), 0, lowest)
    )


def _between_middles(
    values: Floats, inside: NDArray[np.bool_], surface: ReleasedSurface, grid: Grid
) -> Floats:
    """Read values between the middles of cells of 100 m; cells outside the borough do not count."""
    row = (grid.first_row + np.arange(grid.n_rows) + 0.5) / _FINER - 0.5 - surface.first_row
    col = (grid.first_col + np.arange(grid.n_cols) + 0.5) / _FINER - 0.5 - surface.first_col
    at = np.meshgrid(row, col, indexing="ij")
    sums, weights = (
        ndimage.map_coordinates(one, at, order=1, mode="constant")
        for one in (np.where(inside, values, 0.0), inside.astype(np.float64))
    )
    found: Floats = np.divide(sums, weights, out=np.zeros_like(sums), where=weights > 0)
    return found


def _on_lattice(mask: NDArray[np.bool_], surface: ReleasedSurface, grid: Grid) -> NDArray[np.bool_]:
    """Mark the cells of 50 m that lie in marked cells of 100 m."""
    row = (grid.first_row + np.arange(grid.n_rows)) // _FINER - surface.first_row
    col = (grid.first_col + np.arange(grid.n_cols)) // _FINER - surface.first_col
    n_rows, n_cols = mask.shape
    is_row, is_col = (row >= 0) & (row < n_rows), (col >= 0) & (col < n_cols)
    marked = np.zeros((grid.n_rows, grid.n_cols), np.bool_)
    marked[np.ix_(is_row, is_col)] = mask[np.ix_(row[is_row], col[is_col])]
    return marked


# ---- how much in which hours ---------------------------------------------------------------------


def _of_hours(release: Release, period: MenuPeriod, shift: PatrolShift) -> Floats:
    """Give for each hour of the shift the part of a period's incidents in one such hour."""
    weeks = ((period.span.last - period.span.first).days + 1) / len(WEEKDAYS)
    table = weekday_blocks(release, _with_hours(release, period))
    since = (shift.hours_of_week - _DAY_BEGINS_AT) % (HOURS_OF_DAY * len(WEEKDAYS))
    day, hour = np.divmod(since, HOURS_OF_DAY)
    part = table[day, hour // HOURS_OF_A_BLOCK] / HOURS_OF_A_BLOCK
    return np.asarray(part.mean(axis=0) / weeks, np.float64)


def _with_hours(release: Release, period: MenuPeriod) -> MenuPeriod | None:
    """Give the period whose hours are released: itself, else the latest year, else the longest."""
    code = f"when: {WEEKDAYS[0]}"
    known = [one for one in release.menu if release.has(one, code)]
    if period in known or not known:
        return period if known else None
    return max(known, key=lambda one: (one.n_months == _MONTHS_OF_A_YEAR, one.last_month))


def weekday_blocks(release: Release, period: MenuPeriod | None) -> Floats:
    """Give the part of the known times on each weekday and four hours, shape (7, 6), sum 1.

    Withheld cells take the even share of what the margins leave; without released hours all hours
    are alike.
    """
    even = np.full((len(WEEKDAYS), len(BLOCKS)), 1 / (len(WEEKDAYS) * len(BLOCKS)))
    if period is None:
        return even

    def counts(codes: Sequence[str]) -> Floats:
        shown = [release.count(period, f"when: {code}").value for code in codes]
        return np.array([np.nan if one is None else one for one in shown], np.float64)

    table = counts([f"{d} {b}" for d in WEEKDAYS for b in BLOCKS]).reshape(even.shape)
    filled = filled_in(table, counts(WEEKDAYS), counts(BLOCKS))
    total = filled.sum()
    return filled / total if total > 0 else even


def filled_in(table: Floats, of_rows: Floats, of_cols: Floats) -> Floats:
    """Fill what is withheld (NaN) so that rows and columns add up, as evenly as that allows.

    By iterative proportional fitting (Deming and Stephan 1940, Annals of Mathematical Statistics
    11) from an even start; margins that are withheld ask for nothing.

    Examples
    --------
    >>> known = np.array([[5.0, np.nan], [np.nan, np.nan]])
    >>> filled_in(known, np.array([8.0, 6.0]), np.array([7.0, 7.0])).round(3).tolist()
    [[5.0, 3.0], [2.0, 4.0]]
    """
    unknown = np.isnan(table)
    shown = np.where(unknown, 0.0, table)
    left_of_rows = np.maximum(of_rows - shown.sum(axis=1), 0.0)[:, None]
    left_of_cols = np.maximum(of_cols - shown.sum(axis=0), 0.0)[None, :]
    fitted = unknown.astype(np.float64)
    for _ in range(_ROUNDS_OF_FITTING):
        for axis, left in ((1, left_of_rows), (0, left_of_cols)):
            sums = fitted.sum(axis=axis, keepdims=True)
            asks = ~np.isnan(left) & (sums > 0)
            fitted = fitted * np.divide(left, sums, out=np.ones_like(sums), where=asks)
    return shown + fitted


# ---- in words ------------------------------------------------------------------------------------


def _rules(period: MenuPeriod, is_automatic: bool) -> dict[str, str]:
    rules = {
        "expected": (
            "released density: each class counts as the middle of its range, the last as wide as "
            "the one before; cells without a class share what is left of the borough's count; the "
            "cells of a released hotspot hold the middle of its range together; "
            f"read between the middles of cells of {RELEASED_CELL_M} m"
        ),
        "hours": (
            "released weekdays and four hours: even within four hours; withheld counts as evenly "
            "as their totals allow; incidents without an hour as the others"
        ),
    }
    if is_automatic:
        rules["period"] = (
            "the latest twelve months with released density"
            if period.n_months == _MONTHS_OF_A_YEAR
            else "the longest period with released density, as no twelve months have it"
        )
    return rules


def _warnings(release: Release, period: MenuPeriod, count: int | None) -> tuple[str, ...]:
    least = least_in_band(release.params.smallest_shown)
    rough = (
        f"Made of released figures alone: at least {least} incidents at {MIN_PLACES} places or "
        f"more lie within {SURFACE.bandwidth_m:g} m of every part of an area, not always in the "
        "square itself. Figures are rough."
    )
    found = [rough]
    if count is None:
        found.append("The borough's count is not shown, so no expected incidents are stated.")
    if break_lies_within(period.span.first, period.span.last):
        found.append(f"{BREAK_IN_WORDS}. The time looked at holds both.")
    if _with_hours(release, period) is None:
        found.append("No hours are released, so all hours of the week count alike.")
    elif _with_hours(release, period) != period:
        found.append("Hours are those of a longer time, as none are released for this one.")
    return tuple(found)
