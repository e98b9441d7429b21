"""Where demonstration incidents may lie: lattice points inside a ward, weighted by its places."""

from dataclasses import dataclass

import geopandas as gpd
import numpy as np
import shapely
from numpy.typing import NDArray

import boundaries
from boundaries.columns import PLACE_KIND, WARD_CODE
from geo.demonstration.assumptions import (
    BORDER_MARGIN_M,
    LATTICE_M,
    PLACE_REACH_M,
    PLACE_WEIGHTS,
    REPEAT_REACH_M,
    SPREAD_SHARE,
)
from geo.demonstration.draws import pick


@dataclass(frozen=True, eq=False)
class Sites:
    """The lattice points of one ward.

    Attributes
    ----------
    points
        Shape (m, 2), easting and northing in metres (EPSG:27700), whole multiples of the lattice.
    weights
        Shape (m,), adding up to 1.
    """

    points: NDArray[np.float64]
    weights: NDArray[np.float64]

    def draw(self, rng: np.random.Generator, size: int) -> NDArray[np.float64]:
        """Draw points, shape (size, 2)."""
        return np.asarray(self.points[pick(rng, self.weights, size)])

    def draw_near(
        self, rng: np.random.Generator, point: NDArray[np.float64]
    ) -> NDArray[np.float64]:
        """Draw one point near another, shape (2,)."""
        squared = ((self.points - point) ** 2).sum(axis=1)
        return np.asarray(self.points[pick(rng, _bell(squared, REPEAT_REACH_M), 1)[0]])


def sites_by_ward(vintage: str) -> dict[str, Sites]:
    """Give the sites of every ward by its code."""
    wards, places = boundaries.load_wards(vintage), boundaries.load_places()
    return {
        code: _sites(polygon, places)
        for code, polygon in zip(wards[WARD_CODE], wards.geometry, strict=True)
    }


def _sites(polygon: shapely.Polygon, places: gpd.GeoDataFrame) -> Sites:
    points = _lattice(polygon.buffer(-BORDER_MARGIN_M))
    evenly = np.full(len(points), 1 / len(points))
    around = np.zeros(len(points))
    for kind, place in zip(places[PLACE_KIND], places.geometry, strict=True):
        squared = ((points - (place.x, place.y)) ** 2).sum(axis=1)
        around += PLACE_WEIGHTS[kind] * _bell(squared, PLACE_REACH_M)
    # Far from every place the bell is next to nothing: there the ward is taken as a whole.
    share = SPREAD_SHARE if around.max() > 0.1 else 1.0
    return Sites(points, share * evenly + (1 - share) * around / around.sum())


def _lattice(polygon: shapely.Polygon) -> NDArray[np.float64]:
    west, south, east, north = (np.array(polygon.bounds) // LATTICE_M).astype(int)
    eastings, northings = np.meshgrid(
        np.arange(west, east + 2) * LATTICE_M, np.arange(south, north + 2) * LATTICE_M
    )
    points = np.column_stack([eastings.ravel(), northings.ravel()]).astype(np.float64)
    return points[shapely.contains_xy(polygon, points[:, 0], points[:, 1])]


def _bell(squared_m2: NDArray[np.float64], reach_m: float) -> NDArray[np.float64]:
    return np.exp(-squared_m2 / (2 * reach_m**2))
