"""ST-DBSCAN: clusters of incidents that are close together in space and in time.

Birant and Kut 2007, ST-DBSCAN: An algorithm for clustering spatial-temporal data, Data and
Knowledge Engineering 60: neighbours lie within one distance in space and within another in time.
Their third condition, on the mean of a measured value, has no counterpart here. Times are
compared by calendar day, so that a known hour makes no difference to the known day.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import sparse
from scipy.sparse.csgraph import connected_components

from geo.clusters.dbscan import LEAST_INCIDENTS, automatic_rule, crowded_quarter
from geo.clusters.grid_dbscan import NOISE
from geo.clusters.lattice import SLACK, Floats, Points, Rows, lattice_of, ranges
from geo.clusters.outlines import OUTLINES, Outline
from geo.frames import Frames
from geo.params import Params, choice, number
from geo.progress import report
from geo.schema import TIME_PRECISION
from geo.sites import LocatedIncidents

_MAX_TESTS = 300_000
"""Pairs tested at once, some 50 MB."""


@dataclass(frozen=True)
class StDbscanParams(Params):
    """Settings of clusters in space and time."""

    eps_m: float = number(
        200,
        low=50,
        high=1000,
        step=10,
        unit="m",
        label="Search radius (eps)",
        help="How far apart incidents may be to count as neighbours.",
    )
    eps_days: int = number(
        14,
        low=0,
        high=365,
        step=1,
        unit="days",
        label="Search time",
        help="How many days apart incidents may be to count as neighbours; 0: the same day only.",
    )
    min_incidents: int | None = number(
        None,
        low=3,
        high=500_000,
        step=1,
        unit="incidents",
        label="Minimum incidents within radius and time",
        help="How many incidents make a crowd. Empty: chosen from the data and reported.",
    )
    outline: Outline = choice(
        "discs",
        options=OUTLINES,
        label="Outline of a cluster",
        help="Both reach half the search radius beyond the incidents.",
    )


@dataclass(frozen=True, eq=False)
class StDbscanClusters:
    """Which places and days are in which cluster.

    Attributes
    ----------
    frame, site, labels, incidents, crowding
        Shape (n,): for each distinct frame, site and day with incidents the frame, the site, the
        number of the cluster (``NOISE`` for none; no two frames share one), the incidents, and
        how many are near it in space and time.
    min_incidents
        The number used, ``rule`` how it was chosen; None where it was given.
    warnings
        What a reader must know.
    """

    frame: Rows
    site: Rows
    labels: Rows
    incidents: Floats
    crowding: Floats
    min_incidents: int
    rule: str | None
    warnings: list[str]


def st_dbscan(
    located: LocatedIncidents, frames: Frames, params: StDbscanParams
) -> StDbscanClusters:
    """Find the clusters in space and time of every frame, each on its own.

    Incidents known by month only are left out, and counted in ``warnings``. Of cores equally far
    from an incident at the border, it joins the one nearer in time.
    """
    keys, incidents, warnings = _places_and_days(located, frames)
    frame, site, day = keys
    points = Points(located.sites.easting[site], located.sites.northing[site], incidents, frame)
    rule = None
    if params.min_incidents is None:
        rule = automatic_rule(f"{params.eps_m:g} m and {params.eps_days:g} days")
    least, crowding = params.min_incidents, np.zeros(len(points))
    labels = np.full(len(points), NOISE, np.intp)
    if len(points):
        neighbours = Neighbours(points, day, params.eps_m, params.eps_days)
        crowding = neighbours.crowding()
        least = least or crowded_quarter(crowding, incidents)
        labels = neighbours.labels(crowding >= least)
    least = least or LEAST_INCIDENTS
    return StDbscanClusters(frame, site, labels, incidents, crowding, least, rule, warnings)


def _places_and_days(
    located: LocatedIncidents, frames: Frames
) -> tuple[NDArray[np.intp], Floats, list[str]]:
    """Give distinct frames, sites and days, (3, n), their incidents, and what was left out."""
    codes = frames.periods.codes
    there = (located.site_of >= 0) & (codes >= 0)
    vague = (located.incidents.frame[TIME_PRECISION] == "month").to_numpy()
    days = located.incidents.occurred.astype("datetime64[D]").astype(np.intp)
    rows = [np.flatnonzero(there & ~vague & frames.members(f)) for f in range(len(frames))]
    frame = np.repeat(np.arange(len(frames)), [len(r) for r in rows])
    row = np.concatenate([np.zeros(0, np.intp), *rows])
    keys, n = np.unique(
        np.stack([frame, located.site_of[row], days[row]]), axis=1, return_counts=True
    )
    n_vague = int(np.count_nonzero(there & vague))
    warnings = [
        (
            f"{n_vague:,} located incidents are known by month only; clusters in space and time "
            "need the day, so these were left out of finding them."
        )
    ]
    return keys, n.astype(np.float64), warnings if n_vague else []


class Neighbours:
    """Finds neighbours in space and time, some at a time, so that memory stays bounded.

    Parameters
    ----------
    points
        Of n distinct places and days.
    day
        Shape (n,): number of the day.
    """

    def __init__(self, points: Points, day: Rows, eps_m: float, eps_days: int) -> None:
        # Cells a little wider than eps: all that is within it lies in touching ones.
        lattice = lattice_of(points, eps_m * (1 + SLACK), 1)
        self._points, self._day, self._eps_m, self._eps_days = points, day, eps_m, eps_days
        # Sorted by cell and then day, the days of a cell that count are one range; the gap
        # keeps a search from running into the days of the next cell.
        self._first_day = int(day.min()) - eps_days
        self._days = int(np.ptp(day)) + 2 * eps_days + 1
        self._cell = lattice.cell
        key = self._key(lattice.cell, day)
        self._order = np.argsort(key, kind="stable")
        self._keys = key[self._order]
        touching = np.array([-1, 0, 1])
        self._steps = (touching[:, None] * lattice.n_cols + touching).ravel()

    def _key(self, cell: Rows, day: Rows) -> Rows:
        return cell * self._days + (day - self._first_day)

    def pairs(self, rows: Rows) -> Iterator[tuple[Rows, Rows, Floats]]:
        """Give neighbours of rows, each with itself: row, neighbour, squared distance."""
        for first in range(0, len(rows), 4_096):
            some = rows[first : first + 4_096]
            report(first, len(rows), "incidents compared in space and time")
            cell = self._cell[some, None] + self._steps
            day = self._day[some, None]
            start = np.searchsorted(self._keys, self._key(cell, day - self._eps_days))
            end = np.searchsorted(self._keys, self._key(cell, day + self._eps_days), side="right")
            yield from self._near(some, start, end - start)

    def _near(self, rows: Rows, start: Rows, length: Rows) -> Iterator[tuple[Rows, Rows, Floats]]:
        x, y = self._points.x, self._points.y
        tests = length.sum(axis=1)
        part = np.cumsum(tests) // _MAX_TESTS
        for own in np.split(np.arange(len(rows)), np.flatnonzero(np.diff(part)) + 1):
            some = length[own] > 0
            other = self._order[ranges(start[own][some], length[own][some])]
            row = np.repeat(rows[own], tests[own])
            squared = (x[other] - x[row]) ** 2 + (y[other] - y[row]) ** 2
            near = squared <= self._eps_m * self._eps_m
            yield row[near], other[near], squared[near]

    def crowding(self) -> Floats:
        """Count the incidents near each point, its own included, shape (n,)."""
        weight = self._points.weight
        counted = np.zeros(len(weight))
        for row, other, _ in self.pairs(np.arange(len(weight))):
            counted += np.bincount(row, weights=weight[other], minlength=len(weight))
        return counted

    def labels(self, core: NDArray[np.bool_]) -> Rows:
        """Label points: cores near each other are one cluster, others join their nearest core.

        Of cores equally far the one nearer in time is taken, then the first.
        """
        labels = np.full(len(core), NOISE, np.intp)
        cores = np.flatnonzero(core)
        labels[cores] = np.arange(len(cores))
        for row, other, _ in self.pairs(cores):
            link = core[other] & (labels[row] != labels[other])
            if link.any():
                together = _joined(labels[row[link]], labels[other[link]], len(cores))
                labels[cores] = together[labels[cores]]
        for row, other, squared in self.pairs(np.flatnonzero(~core)):
            to_core = core[other]
            one, two = row[to_core], other[to_core]
            apart = np.abs(self._day[two] - self._day[one])
            order = np.lexsort((two, apart, squared[to_core], one))
            border, first = np.unique(one[order], return_index=True)
            labels[border] = labels[two[order][first]]
        found = labels != NOISE
        labels[found] = np.unique(labels[found], return_inverse=True)[1]
        return labels


def _joined(one: Rows, two: Rows, n: int) -> Rows:
    links = sparse.coo_array((np.ones(len(one), np.int8), (one, two)), (n, n))
    return np.asarray(connected_components(links, directed=False)[1], np.intp)
