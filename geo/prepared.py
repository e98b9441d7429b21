"""Polygons made quick to ask, without touching those that others use."""

from typing import TypeVar

import numpy as np
import shapely
from numpy.typing import NDArray

Shapes = TypeVar("Shapes", shapely.Geometry, NDArray[np.object_])


def prepared_copy(shapes: Shapes) -> Shapes:
    """Copy a geometry, or an array of them, and prepare the copy.

    A prepared polygon keeps the state of a question in itself, so two threads that ask the same
    one crash the program. The outlines of the borough and its wards are shared by all sessions:
    they are never prepared themselves.
    """
    copies: Shapes = shapely.from_wkb(shapely.to_wkb(shapes))
    shapely.prepare(copies)
    return copies
