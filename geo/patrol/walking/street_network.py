"""A network of streets: where lines meet, what hangs together, how long each piece is."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import shapely
from numpy.typing import NDArray
from scipy import sparse
from scipy.sparse.csgraph import connected_components
from scipy.spatial import KDTree
from shapely import STRtree

from geo.patrol.walking.street_files import StreetLines

Floats = NDArray[np.float64]
Lines = NDArray[np.object_]
Whole = NDArray[np.intp]

JOINED_WITHIN_M = 1.0
"""An end of a line so near to another line meets it, as in files drawn by hand."""
_SAME_M = 0.001


@dataclass(frozen=True, eq=False)
class Streets:
    """Streets that hang together.

    Attributes
    ----------
    file
        Its name.
    fingerprint
        SHA-256 of its content.
    nodes
        Shape (n, 2): metres in EPSG:27700 where streets meet or end.
    ends
        Shape (e, 2): rows of ``nodes`` between which each stretch of street leads, both ways.
    lines
        Shape (e,): the course of each.
    n_streets
        Lines of the file that were used.
    notes
        What was left out, sentences.
    """

    file: str
    fingerprint: str
    nodes: Floats
    ends: Whole
    lines: Lines
    n_streets: int
    notes: tuple[str, ...] = ()

    @cached_property
    def lengths_m(self) -> Floats:
        """Length of each stretch, shape (e,)."""
        return np.asarray(shapely.length(self.lines), np.float64)

    @property
    def length_km(self) -> float:
        """Length of all."""
        return float(self.lengths_m.sum()) / 1000

    @cached_property
    def tree(self) -> STRtree:
        """For finding the nearest stretch."""
        return STRtree(self.lines)

    @property
    def words(self) -> str:
        """Name the file, and say how many streets it holds."""
        return (
            f"{self.file} ({self.n_streets:,} streets, {self.length_km:,.1f} km, "
            f"content {self.fingerprint[:12]})"
        )


def network_of(found: StreetLines) -> Streets:
    """Join lines where they share a vertex, or an end comes within a metre of another line.

    Lines that only cross are a bridge and what it leads over: they are not joined. The largest
    part that hangs together is kept.
    """
    places, of_row, line_of_row = _vertices(found.lines)
    first, last = of_row[:-1], of_row[1:]
    leads = (line_of_row[:-1] == line_of_row[1:]) & (first != last)
    segments, line = np.column_stack([first, last])[leads], line_of_row[:-1][leads]
    part = _parts(segments, len(places))[segments[:, 0]]
    length = np.hypot(*(places[segments[:, 0]] - places[segments[:, 1]]).T)
    by_part = np.bincount(part, weights=length)
    kept = part == by_part.argmax()
    stretches = _merged(places, segments[kept])
    nodes, ends = np.unique(_as_complex(_ends(stretches)), return_inverse=True)
    return Streets(
        found.file,
        found.fingerprint,
        np.column_stack([nodes.real, nodes.imag]),
        ends.reshape(-1, 2),
        stretches,
        len(np.unique(line[kept])),
        _notes(found, len(np.unique(part)) - 1, (by_part.sum() - by_part.max()) / 1000),
    )


def _vertices(lines: Lines) -> tuple[Floats, Whole, Whole]:
    """Give the distinct vertices, and by line and along it which one comes: its row, the line."""
    xy, line = shapely.get_coordinates(lines, return_index=True)
    ends = _ends(lines)
    points = np.asarray(shapely.points(ends), np.object_)
    own = np.repeat(np.arange(len(lines)), 2)
    which, near = STRtree(lines).query(points, predicate="dwithin", distance=JOINED_WITHIN_M)
    is_other = own[which] != near
    which, near = which[is_other], near[is_other]
    along = np.concatenate(
        [_along(xy, line), shapely.line_locate_point(lines[near], points[which])]
    )
    xy, line = np.concatenate([xy, ends[which]]), np.concatenate([line, near])
    order = np.lexsort((along, line))
    xy, line = xy[order], line[order]
    rounded = _as_complex(np.round(xy / _SAME_M))
    _, row, vertex = np.unique(rounded, return_index=True, return_inverse=True)
    is_end = np.isin(rounded[row], _as_complex(np.round(ends / _SAME_M)))
    joined = _joined(xy[row], np.flatnonzero(is_end))
    _, one = np.unique(joined, return_index=True)
    return xy[row][one], joined[vertex], line


def _along(xy: Floats, line: Whole) -> Floats:
    """Give the distance of each vertex from the beginning of its line."""
    steps = np.hypot(*np.diff(xy, axis=0, prepend=xy[:1]).T)
    walked = np.cumsum(steps)
    begins = np.flatnonzero(np.diff(line, prepend=-1))
    return np.asarray(walked - np.repeat(walked[begins], np.diff(begins, append=len(line))))


def _joined(places: Floats, ends: Whole) -> Whole:
    """Give numbers to the places so that ends and what lies within a metre of them are one."""
    near = KDTree(places[ends]).sparse_distance_matrix(
        KDTree(places), JOINED_WITHIN_M, output_type="ndarray"
    )
    return _parts(np.column_stack([ends[near["i"]], near["j"]]), len(places))


def _parts(pairs: Whole, n: int) -> Whole:
    """Give each node the number of its part that hangs together, shape (n,)."""
    links = sparse.coo_array((np.ones(len(pairs)), pairs.T), shape=(n, n))
    return np.asarray(connected_components(links, directed=False)[1], np.intp)


def _merged(places: Floats, segments: Whole) -> Lines:
    """Make one line of what leads from one meeting of streets to the next."""
    once = np.unique(np.sort(segments, axis=1), axis=0)
    merged = shapely.line_merge(shapely.multilinestrings(places[once]))
    return np.asarray(shapely.get_parts(merged), np.object_)


def _ends(lines: Lines) -> Floats:
    """Give first and last points in turn, shape (2n, 2)."""
    points = np.column_stack([shapely.get_point(lines, 0), shapely.get_point(lines, -1)])
    return np.asarray(shapely.get_coordinates(points.ravel()), np.float64)


def _as_complex(xy: Floats) -> NDArray[np.complex128]:
    """Pack pairs into single values, which are faster to sort."""
    return np.asarray(xy[:, 0] + 1j * xy[:, 1], np.complex128)


def _notes(found: StreetLines, n_parts: int, length_km: float) -> tuple[str, ...]:
    notes = []
    if found.not_walked:
        lines = "line" if found.not_walked == 1 else "lines"
        notes.append(
            f"{found.not_walked:,} {lines} of {found.file} near the borough left out: motorways, "
            "trunk roads without a footway, what is closed to people on foot, not built or no "
            "street."
        )
    if n_parts:
        pieces = "piece" if n_parts == 1 else "pieces"
        notes.append(
            f"{n_parts:,} {pieces} of street ({length_km:,.1f} km) of {found.file} left out: the "
            "other streets do not lead there."
        )
    return tuple(notes)
