"""What ward polygons must be before anything is computed on them.

Each check passes silently or raises a :class:`~boundaries.errors.DataIntegrityError` that names
the file or service, the first offender, and the remedy.
"""

from collections.abc import Collection, Iterable, Sequence

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

from boundaries.errors import DataIntegrityError

GAP_WIDTH_M = 1.0
"""Two wards whose borders run apart by less than this, without touching, have a gap."""

SAME_LAND_M2 = 5.0
"""Area that the land of two vintages may differ by: a quarter of a millimetre along the outline
(about 20 km), which is what rounding the coordinates leaves."""

Polygons = NDArray[np.object_]


def check_codes(codes: Sequence[str], what: str) -> None:
    """Refuse codes that are missing or occur twice."""
    if not len(codes):
        msg = f"{what} hold no wards; restore the file or check the query."
        raise DataIntegrityError(msg)
    empty = [position for position, code in enumerate(codes) if not code]
    if empty:
        msg = (
            f"{what}: {len(empty)} wards have no code, the first at position {empty[0]}; "
            "every ward needs its GSS code."
        )
        raise DataIntegrityError(msg)
    values, counts = np.unique(np.asarray(codes), return_counts=True)
    if (repeated := values[counts > 1]).size:
        msg = (
            f"{what}: {repeated.size} ward codes occur more than once, the first {repeated[0]}; "
            "keep one polygon per ward."
        )
        raise DataIntegrityError(msg)


def check_populations(codes: Iterable[str], populated: Collection[str], what: str) -> None:
    """Refuse wards without a population."""
    missing = sorted(set(codes) - set(populated))
    if missing:
        msg = (
            f"{what}: {len(missing)} wards have no population, the first {missing[0]}; "
            "add them to ward_population.csv."
        )
        raise DataIntegrityError(msg)


def check_polygons(polygons: Polygons, codes: Sequence[str], what: str) -> None:
    """Refuse shapes that are empty, not polygons, or not valid."""
    areal = np.isin(
        shapely.get_type_id(polygons),
        [shapely.GeometryType.POLYGON, shapely.GeometryType.MULTIPOLYGON],
    )
    bad = np.flatnonzero(~areal | shapely.is_empty(polygons) | ~shapely.is_valid(polygons))
    if bad.size:
        reason = shapely.is_valid_reason(polygons[bad[0]])
        msg = (
            f"{what}: {bad.size} wards are not valid polygons, the first {codes[bad[0]]} "
            f"({_kind(polygons[bad[0]])}, {reason}); mend the polygons at their source."
        )
        raise DataIntegrityError(msg)


def check_coverage(
    polygons: Polygons, codes: Sequence[str], what: str, holes_at_most_m2: float = 0.0
) -> None:
    """Refuse wards that overlap, leave gaps between them, or do not share their vertices.

    Parameters
    ----------
    polygons
        Valid polygons in metres, shape (n,).
    codes
        Their ward codes, in the same order.
    what
        What they are, for the message.
    holes_at_most_m2
        Size of enclosed holes to let pass, in m².
    """
    edges = shapely.coverage_invalid_edges(polygons, gap_width=GAP_WIDTH_M)
    bad = np.flatnonzero(~shapely.is_empty(edges))
    if bad.size:
        msg = (
            f"{what} are not a coverage: {bad.size} wards overlap a neighbour, leave a gap or do "
            f"not share its vertices, the first {codes[bad[0]]} near {_place(edges[bad[0]])}; "
            "take the polygons from their source again, all with one precision."
        )
        raise DataIntegrityError(msg)
    check_holes(land_of(polygons), what, holes_at_most_m2)


def check_holes(land: BaseGeometry, what: str, at_most_m2: float = 0.0) -> None:
    """Refuse land with holes above a size in m²: ground that no ward covers."""
    holes = [hole for hole in holes_of(land) if hole.area > at_most_m2]
    if holes:
        largest = max(holes, key=shapely.area)
        msg = (
            f"{what} leave {len(holes)} holes that no ward covers, the largest "
            f"{largest.area:.1f} m² near {_place(largest)}; mend the polygons at their source."
        )
        raise DataIntegrityError(msg)


def land_of(polygons: Polygons) -> BaseGeometry:
    """Dissolve a coverage: shared borders vanish without slivers."""
    land: BaseGeometry = shapely.coverage_union_all(polygons)
    return land


def holes_of(land: BaseGeometry) -> list[shapely.Polygon]:
    """List the interior rings of a polygon or multipolygon as polygons."""
    return [shapely.Polygon(ring) for part in shapely.get_parts(land) for ring in part.interiors]


def check_same_land(
    land: BaseGeometry,
    other: BaseGeometry,
    what: str,
    *,
    at_most_m2: float = SAME_LAND_M2,
    remedy: str = "fit them to one outline with python -m boundaries.refresh",
) -> None:
    """Refuse two outlines that differ by more than a stated area in m²."""
    apart = shapely.symmetric_difference(land, other)
    if apart.area > at_most_m2:
        largest = max(shapely.get_parts(apart), key=shapely.area)
        msg = (
            f"{what} do not cover the same land: {apart.area:.1f} m² differ (at most "
            f"{at_most_m2:.1f} m² may), most of it near {_place(largest)}; {remedy}."
        )
        raise DataIntegrityError(msg)


def _kind(shape: BaseGeometry | None) -> str:
    return "no geometry" if shape is None else shape.geom_type


def _place(shape: BaseGeometry) -> str:
    easting, northing = shapely.get_coordinates(shape)[0]
    return f"easting {easting:.0f}, northing {northing:.0f}"
