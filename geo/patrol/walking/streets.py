"""Walking along streets: the shortest way on foot in a network that was given."""

from dataclasses import dataclass, fields, replace
from functools import cached_property
from itertools import pairwise
from pathlib import Path

import numpy as np
import shapely
from numpy.typing import NDArray
from scipy import sparse
from scipy.sparse.csgraph import dijkstra
from shapely.ops import substring

from geo.borough import borough
from geo.patrol.walking.street_files import read_lines
from geo.patrol.walking.street_network import Streets, network_of
from geo.patrol.walking.travel import Floats, Minutes, whole_minutes

__all__ = ["StreetTravel", "Streets", "read_streets"]

AROUND_M = 1000
"""The quickest way may lead a little out of the borough."""
FAR_M = 250
"""Farther than this from any street is a park, or where the file ends."""
_GAPS_OF_PARKS = 0.05
_STEP_M = 100
_NO_LENGTH_M = 1e-9
"""Stands for 0 m, which a sparse matrix would take for no way at all."""

Whole = NDArray[np.intp]
Line = tuple[tuple[float, float], ...]


def read_streets(path: Path | str) -> Streets:
    """Read a network of streets in and around the borough.

    Parameters
    ----------
    path
        A GeoPackage, if it has several layers of lines as ``file.gpkg:layer``; or an extract of
        OpenStreetMap (``.osm``, ``.osm.pbf``).

    Raises
    ------
    InputFileError
        The file is none of them or damaged, does not say its reference system or which layer is
        meant, or has no streets here.
    """
    streets = network_of(read_lines(path, borough().buffer(AROUND_M)))
    return replace(streets, notes=(*streets.notes, *_gaps(streets)))


def _gaps(streets: Streets) -> list[str]:
    """Say how much of the borough the streets leave out, if it is more than parks would be."""
    west, south, east, north = borough().bounds
    columns, rows = np.arange(west, east, _STEP_M), np.arange(south, north, _STEP_M)
    easting, northing = (axis.ravel() for axis in np.meshgrid(columns, rows))
    inside = shapely.contains_xy(borough(), easting, northing)
    points = shapely.points(easting[inside], northing[inside])
    near, _ = streets.tree.query(points, predicate="dwithin", distance=FAR_M)
    share = 1 - len(np.unique(near)) / len(points)
    if share <= _GAPS_OF_PARKS:
        return []
    return [
        (
            f"{share:.0%} of the borough is more than {FAR_M} m from any street of {streets.file}: "
            "there ways begin and end with a straight line."
        )
    ]


@dataclass(frozen=True, eq=False)
class StreetTravel:
    """Along streets, one-way or not; from a position straight to the nearest of them.

    Parameters
    ----------
    walking_kmh
        Speed on foot.
    """

    streets: Streets
    walking_kmh: float

    @property
    def notes(self) -> tuple[str, ...]:
        """What of the file was left out, sentences."""
        return self.streets.notes

    @property
    def words(self) -> str:
        """How ways are found, for the record."""
        return f"along the streets of {self.streets.words}, at {self.walking_kmh:g} km/h"

    def minutes(self, easting: Floats, northing: Floats) -> Minutes:
        """Give whole minutes, rounded up, between all positions, shape (n, n)."""
        return whole_minutes(self.metres(easting, northing), self.walking_kmh)

    def metres(self, easting: Floats, northing: Floats) -> Floats:
        """Give the length of the shortest ways between all positions, shape (n, n)."""
        places, which = np.unique(
            np.asarray(easting) + 1j * np.asarray(northing), return_inverse=True
        )
        snapped = self._snapped(np.column_stack([places.real, places.imag]))
        between = dijkstra(snapped.graph, indices=snapped.nodes)[:, snapped.nodes]
        # Both ways are the same but for the order in which their pieces are added up.
        away = np.minimum(between, between.T) + snapped.away_m[:, None] + snapped.away_m
        np.fill_diagonal(away, 0)
        return np.asarray(away[np.ix_(which, which)], np.float64)

    def path(self, start: tuple[float, float], end: tuple[float, float]) -> Line:
        """Give the shortest way along streets, with the positions themselves at its ends."""
        if start == end:
            return start, end
        snapped = self._snapped(np.array([start, end], np.float64))
        first, last = snapped.nodes
        _, before = dijkstra(snapped.graph, indices=first, return_predecessors=True)
        nodes = [int(last)]
        while nodes[-1] != first:
            nodes.append(int(before[nodes[-1]]))
        return _without_repeats([start, *snapped.line_through(nodes[::-1]), end])

    @cached_property
    def _links(self) -> "_Links":
        """The whole stretches."""
        first, last = self.streets.ends.T
        whole, length = np.arange(len(first)), self.streets.lengths_m
        return _Links(first, last, whole, np.zeros(len(first)), length).both_ways()

    def _snapped(self, xy: Floats) -> "_Snapped":
        """Find the points of the streets nearest to positions, and cut the stretches there."""
        streets, points = self.streets, shapely.points(xy)
        _, stretch = streets.tree.query_nearest(points, all_matches=False)
        lines = streets.lines[stretch]
        at = np.minimum(shapely.line_locate_point(lines, points), streets.lengths_m[stretch])
        away = np.asarray(shapely.distance(lines, points), np.float64)
        order = np.lexsort((at, stretch))
        number, at, stretch = len(streets.nodes) + order, at[order], stretch[order]
        is_first = np.diff(stretch, prepend=-1) != 0
        is_last = np.roll(is_first, -1)
        before = np.where(is_first, streets.ends[stretch, 0], np.roll(number, 1))
        from_m = np.where(is_first, 0, np.roll(at, 1))
        end, length = streets.ends[stretch, 1], streets.lengths_m[stretch]
        after = _Links(number, end, stretch, at, length).take(np.flatnonzero(is_last))
        pieces = _Links(before, number, stretch, from_m, at).with_others(after).both_ways()
        return _Snapped(streets, self._links.with_others(pieces), away)


@dataclass(frozen=True, eq=False)
class _Links:
    """Pieces of street between neighbouring nodes, k of them, both ways.

    Attributes
    ----------
    first, last
        Shape (k,): nodes.
    stretch
        Shape (k,): the stretch of street that each is a piece of.
    from_m, to_m
        Shape (k,): from where to where along it.
    """

    first: Whole
    last: Whole
    stretch: Whole
    from_m: Floats
    to_m: Floats

    @property
    def length_m(self) -> Floats:
        """Shape (k,); a piece without length has a hair, or it would not count as a link."""
        return np.maximum(np.abs(self.to_m - self.from_m), _NO_LENGTH_M)

    def take(self, rows: Whole) -> "_Links":
        """Give some of them, in this order."""
        return _Links(*(getattr(self, one.name)[rows] for one in fields(self)))

    def with_others(self, *others: "_Links") -> "_Links":
        """Put all after one another."""
        every = (self, *others)
        names = [one.name for one in fields(self)]
        return _Links(*(np.concatenate([getattr(one, name) for one in every]) for name in names))

    def both_ways(self) -> "_Links":
        """Add the ways back, and keep of several links between two nodes the shortest."""
        back = _Links(self.last, self.first, self.stretch, self.to_m, self.from_m)
        every = self.with_others(back)
        order = np.lexsort((every.length_m, every.last, every.first))
        every = every.take(order)
        is_first = np.ones(len(order), np.bool_)
        is_first[1:] = (np.diff(every.first) != 0) | (np.diff(every.last) != 0)
        return every.take(np.flatnonzero(is_first))


@dataclass(frozen=True, eq=False)
class _Snapped:
    """A network of streets with n more nodes, at the points nearest to positions.

    Attributes
    ----------
    links
        Between the nodes of the network and, numbered after them, the n.
    away_m
        Shape (n,): from each position to its point.
    """

    streets: Streets
    links: _Links
    away_m: Floats

    @property
    def nodes(self) -> Whole:
        """Shape (n,): the nodes of the positions."""
        return len(self.streets.nodes) + np.arange(len(self.away_m))

    @property
    def _n_nodes(self) -> int:
        return len(self.streets.nodes) + len(self.away_m)

    @cached_property
    def graph(self) -> sparse.csr_array:
        """Metres between neighbouring nodes."""
        links, n = self.links, self._n_nodes
        return sparse.csr_array((links.length_m, (links.first, links.last)), shape=(n, n))

    def line_through(self, nodes: list[int]) -> Line:
        """Give the course of the streets from node to node."""
        line: list[tuple[float, float]] = []
        for a, b in pairwise(nodes):
            link = np.flatnonzero((self.links.first == a) & (self.links.last == b))[0]
            stretch = self.streets.lines[self.links.stretch[link]]
            piece = substring(stretch, self.links.from_m[link], self.links.to_m[link])
            line += [(float(x), float(y)) for x, y in piece.coords]
        return tuple(line)


def _without_repeats(line: list[tuple[float, float]]) -> Line:
    return tuple(at for n, at in enumerate(line) if n == 0 or at != line[n - 1])
