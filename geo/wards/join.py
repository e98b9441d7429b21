"""Which polygon of a coverage each point lies in: exact, and much faster than a polygon join.

Method: a fine raster is laid over the polygons. Every cell that a boundary touches is marked; no
boundary crosses the connected groups of the other cells, so one exact test per group settles all
of its cells. A point in a settled cell is read from the raster; only points in marked cells are
tested against polygons. The answer is that of ``geopandas.sjoin(predicate="intersects")`` with
one rule added: a point that several polygons hold goes to the one with the lowest code.
"""

from dataclasses import dataclass
from functools import cached_property, lru_cache

import geopandas as gpd
import numpy as np
import shapely
from numpy.typing import ArrayLike, NDArray
from pyproj import CRS
from scipy import ndimage

import boundaries
from boundaries.columns import WARD_CODE
from boundaries.errors import CrsError, ParameterError
from boundaries.projection import BNG
from geo.prepared import prepared_copy
from geo.remember import remembered
from geo.schema import Incidents
from geo.wards.boundary_raster import BoundaryRaster

OUTSIDE = -1
"""Position of a point that no polygon holds."""
NOT_LOCATED = -2
"""Position of an incident without coordinates."""

_MARKED = -3
_POINTS_PER_CHUNK = 1 << 15
"""As many as fit into the cache of a core with what is made of them."""
_POLYGON_TYPES = (shapely.GeometryType.POLYGON, shapely.GeometryType.MULTIPOLYGON)


class PolygonLookup:
    """Finds the polygon that holds each of many points.

    Parameters
    ----------
    polygons
        Polygons or multipolygons in a projected CRS in metres. They should form a coverage;
        where they overlap, the rule for shared borders decides.
    codes
        Shape (number of polygons,). A point on a shared border belongs to the polygon with the
        lowest code, and to the first of these where codes repeat.
    cells_per_side
        The raster has this many cells each way whatever the extent; it changes speed and memory,
        never the answer. 1,024 keep 2 MB (4 MB from 32,768 polygons on). On the borough such a
        cell is 5.2 by 7.3 m and a boundary touches one in a hundred; 4,096 take 32 MB, half a
        second to make, and are no faster to read.

    Raises
    ------
    CrsError
        The CRS is missing, geographic, or not in metres.
    ParameterError
        A geometry is not a polygon, there is not one code for each, or ``cells_per_side`` is not
        from 8 to 16,384.
    """

    def __init__(
        self,
        polygons: gpd.GeoSeries | gpd.GeoDataFrame,
        codes: ArrayLike,
        *,
        cells_per_side: int = 1024,
    ) -> None:
        _check_crs(polygons.crs)
        if not 8 <= cells_per_side <= 16_384:
            msg = f"cells_per_side is {cells_per_side}; it must be from 8 to 16,384."
            raise ParameterError(msg)
        self._polygons = _prepared_copies(polygons)
        self._order = _lowest_first(np.asarray(codes), len(self._polygons))
        self._bounds = shapely.bounds(self._polygons)
        self._raster = BoundaryRaster.over(self._polygons, cells_per_side)
        self._values = self._settle()

    def positions(self, easting: ArrayLike, northing: ArrayLike) -> NDArray[np.intp]:
        """Find the row position of the polygon that holds each point.

        Parameters
        ----------
        easting, northing
            Shape (n,), metres in the CRS of the polygons; NaN where not located.

        Returns
        -------
        Shape (n,): position in ``polygons``, ``OUTSIDE`` or ``NOT_LOCATED``.

        Raises
        ------
        ParameterError
            The two arrays are not one-dimensional and equally long.
        """
        x, y = np.asarray(easting, np.float64), np.asarray(northing, np.float64)
        _check_points(x, y)
        found = np.empty(len(x), np.intp)
        to_test = [np.zeros(0, np.intp)]
        for start in range(0, len(x), _POINTS_PER_CHUNK):
            chunk = slice(start, start + _POINTS_PER_CHUNK)
            found[chunk] = values = self._read(x[chunk], y[chunk])
            to_test.append(start + np.flatnonzero(values == _MARKED))
        marked = np.concatenate(to_test)
        found[marked] = self._test(x[marked], y[marked])
        return found

    def _read(self, x: NDArray[np.float64], y: NDArray[np.float64]) -> NDArray[np.integer]:
        """Read points from the raster; ``_MARKED`` where a boundary is near."""
        missing = np.isnan(x) | np.isnan(y)
        if not missing.any():
            return self._values.take(self._raster.cells_of(x, y))
        values = np.full(len(x), NOT_LOCATED, self._values.dtype)
        values[~missing] = self._values.take(self._raster.cells_of(x[~missing], y[~missing]))
        return values

    def _test(self, x: NDArray[np.float64], y: NDArray[np.float64]) -> NDArray[np.intp]:
        """Test points against each polygon whose bounding box holds them, lowest code first."""
        by_easting = np.argsort(x)
        x, y = x[by_easting], y[by_easting]
        found = np.full(len(x), OUTSIDE, np.intp)
        for position in self._order:
            west, south, east, north = self._bounds[position]
            band = slice(np.searchsorted(x, west, "left"), np.searchsorted(x, east, "right"))
            near = (found[band] == OUTSIDE) & (y[band] >= south) & (y[band] <= north)
            candidates = band.start + np.flatnonzero(near)
            if not len(candidates):
                continue
            inside = shapely.intersects_xy(self._polygons[position], x[candidates], y[candidates])
            found[candidates[inside]] = position
        unsorted = np.empty_like(found)
        unsorted[by_easting] = found
        return unsorted

    def _settle(self) -> NDArray[np.int16] | NDArray[np.int32]:
        """Give each cell, flat, its polygon's position, ``OUTSIDE`` or ``_MARKED``."""
        groups, n_groups = ndimage.label(~self._raster.touched_by(self._polygons))
        groups = groups.ravel()
        a_cell_of = np.zeros(n_groups + 1, np.int32)
        a_cell_of[groups] = np.arange(len(groups), dtype=np.int32)
        values = np.full(n_groups + 1, _MARKED, np.intp)
        values[1:] = self._test(*self._raster.centres_of(a_cell_of[1:]))
        if len(self._polygons) <= np.iinfo(np.int16).max:
            return values.astype(np.int16)[groups]
        return values.astype(np.int32)[groups]


@dataclass(frozen=True, eq=False)
class Location:
    """Where incidents lie; every one is exactly one of located, outside and not located.

    Attributes
    ----------
    positions
        Shape (n,): row of the ward, ``OUTSIDE`` or ``NOT_LOCATED``.
    """

    positions: NDArray[np.intp]

    @cached_property
    def located(self) -> int:
        """How many lie in a ward."""
        return int(np.count_nonzero(self.positions >= 0))

    @cached_property
    def outside(self) -> int:
        """How many have a place that no ward holds."""
        return int(np.count_nonzero(self.positions == OUTSIDE))

    @cached_property
    def not_located(self) -> int:
        """How many have no place."""
        return int(np.count_nonzero(self.positions == NOT_LOCATED))


@lru_cache(maxsize=4)
def ward_lookup(vintage: str) -> PolygonLookup:
    """Give the look-up of a ward vintage, made once; positions are rows of ``load_wards``."""
    wards = boundaries.load_wards(vintage)
    return PolygonLookup(wards, wards[WARD_CODE])


@remembered(2)
def locate(incidents: Incidents, vintage: str) -> Location:
    """Find the ward of every incident.

    Parameters
    ----------
    vintage
        Which ward polygons, ``2002`` or ``2022``; see :func:`boundaries.vintage_on`.

    Raises
    ------
    ParameterError
        The vintage is not known.
    """
    return Location(ward_lookup(vintage).positions(incidents.easting, incidents.northing))


def _check_crs(crs: CRS | None) -> None:
    if crs is not None and crs.is_projected and crs.axis_info[0].unit_name == "metre":
        return
    given = "no CRS" if crs is None else f"{crs.to_string()} ({crs.name})"
    msg = (
        f"The polygons have {given}, but a projected one in metres is needed, such as {BNG} "
        f"(OSGB36 / British National Grid); call to_crs({BNG!r}), or set_crs first if none is set."
    )
    raise CrsError(msg)


def _prepared_copies(polygons: gpd.GeoSeries | gpd.GeoDataFrame) -> NDArray[np.object_]:
    """Copy and index the polygons, so that threads which share a look-up only read.

    GEOS indexes a prepared polygon when it is first asked about a point in its bounding box, and
    two threads must not do that at once.
    """
    copies = prepared_copy(polygons.geometry.to_numpy(object))
    _check_polygons(copies)
    west, south, east, north = shapely.bounds(copies).T
    shapely.intersects_xy(copies, (west + east) / 2, (south + north) / 2)
    return np.asarray(copies, dtype=object)


def _check_polygons(polygons: NDArray[np.object_]) -> None:
    empty = shapely.is_missing(polygons) | shapely.is_empty(polygons)
    strange = ~empty & ~np.isin(shapely.get_type_id(polygons), _POLYGON_TYPES)
    if strange.any():
        first = int(strange.argmax())
        msg = (
            f"{int(strange.sum())} of {len(polygons)} geometries are not polygons; the first is a "
            f"{polygons[first].geom_type} in row {first}. Remove them or buffer them."
        )
        raise ParameterError(msg)


def _lowest_first(codes: NDArray[np.generic], n_polygons: int) -> NDArray[np.intp]:
    if codes.shape != (n_polygons,):
        msg = f"Codes have the shape {codes.shape}; give one for each of {n_polygons} polygons."
        raise ParameterError(msg)
    return np.argsort(codes, kind="stable")


def _check_points(x: NDArray[np.float64], y: NDArray[np.float64]) -> None:
    if x.ndim != 1 or x.shape != y.shape:
        msg = (
            f"Eastings have the shape {x.shape} and northings {y.shape}; "
            "give two one-dimensional arrays of equal length."
        )
        raise ParameterError(msg)
