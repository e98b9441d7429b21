"""Make a ward coverage cover exactly a given outline.

Ward polygons of different years are generalised apart, so their outer edges differ by centimetres
to metres and a corner may be left uncovered. Fitting cuts what lies outside the outline and gives
what is not covered inside it to the adjoining ward, so that all vintages cover the same land.
"""

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

from boundaries.errors import DataIntegrityError

GRID_M = 1e-4
"""Vertices are rounded to a tenth of a millimetre, so that crossing lines meet exactly."""

PLAIN_VERTEX_M = 0.1
"""Vertices that move a line by no more than about this are left out after fitting."""

Polygons = NDArray[np.object_]


def fit_to_outline(wards: Polygons, outline: BaseGeometry) -> Polygons:
    """Give wards that together cover exactly the outline.

    Parameters
    ----------
    wards
        Polygons of a coverage in metres, shape (n,).
    outline
        The land to cover, in metres.

    Returns
    -------
    Polygons
        Shape (n,), in the same order; neighbours share every vertex.

    Raises
    ------
    DataIntegrityError
        A ward lies wholly outside the outline.
    """
    faces = _faces(wards, outline)
    owners = _adopt_gaps(faces, _owners(faces, wards))
    missing = np.setdiff1d(np.arange(len(wards)), owners)
    if missing.size:
        msg = (
            f"{missing.size} wards lie outside the borough's outline, the first at position "
            f"{missing[0]}; check that these are the wards of this borough."
        )
        raise DataIntegrityError(msg)
    fitted = [shapely.union_all(faces[owners == ward]) for ward in range(len(wards))]
    return _array(shapely.coverage_simplify(_array(fitted), PLAIN_VERTEX_M))


def _faces(wards: Polygons, outline: BaseGeometry) -> Polygons:
    """Cut the outline into pieces along every ward's border, shape (m,)."""
    edge = outline.boundary
    lines = [edge, *_array(shapely.boundary(wards)), *_cuts(wards, edge)]
    noded = shapely.union_all(lines, grid_size=GRID_M)
    faces = shapely.get_parts(shapely.polygonize(shapely.get_parts(noded)))
    return faces[shapely.contains(outline, shapely.point_on_surface(faces))]


def _cuts(wards: Polygons, edge: BaseGeometry) -> Polygons:
    """Join the places where two wards meet on the old outline to the new one.

    Without these a strip between the two outlines would go to one ward along its whole length.
    """
    rim = shapely.boundary(shapely.union_all(wards))
    vertices, used = np.unique(_unclosed_coordinates(wards), axis=0, return_counts=True)
    meeting = _array(shapely.points(vertices[used > 1]))
    return _array(shapely.shortest_line(meeting[shapely.distance(meeting, rim) < GRID_M], edge))


def _unclosed_coordinates(wards: Polygons) -> NDArray[np.float64]:
    rings = shapely.get_rings(wards)
    return np.concatenate([shapely.get_coordinates(ring)[:-1] for ring in rings])


def _owners(faces: Polygons, wards: Polygons) -> NDArray[np.intp]:
    """Say in which ward each face lies, -1 for none, shape (m,)."""
    owners = np.full(len(faces), -1, np.intp)
    face, ward = shapely.STRtree(wards).query(shapely.point_on_surface(faces), "intersects")
    owners[face] = ward
    return owners


def _adopt_gaps(faces: Polygons, owners: NDArray[np.intp]) -> NDArray[np.intp]:
    """Give each uncovered face to the ward that it shares the longest border with."""
    owners, tree = owners.copy(), shapely.STRtree(faces)
    while (orphans := np.flatnonzero(owners < 0)).size:
        adopters = np.array([_neighbour(face, tree, owners) for face in faces[orphans]])
        if (adopters < 0).all():
            msg = f"{orphans.size} parts of the outline touch no ward; check the outline."
            raise DataIntegrityError(msg)
        # All at once, so that the order of the faces does not decide.
        owners[orphans] = adopters
    return owners


def _neighbour(face: BaseGeometry, tree: shapely.STRtree, owners: NDArray[np.intp]) -> int:
    near = tree.query(face, "intersects")
    near = near[owners[near] >= 0]
    edges = shapely.intersection(shapely.boundary(tree.geometries[near]), face.boundary)
    shared = np.bincount(owners[near], weights=shapely.length(edges))
    return int(shared.argmax()) if shared.size and shared.max() > 0 else -1


def _array(shapes: object) -> Polygons:
    return np.asarray(shapes, object)
