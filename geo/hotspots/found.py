"""What a method hands over to be ranked and named as hotspots."""

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from geo.params import Params
from geo.surfaces.contours import Areas
from geo.surfaces.density import DensityResult


@dataclass(frozen=True, eq=False)
class Found:
    """Areas that a method found, and how it went.

    Attributes
    ----------
    areas
        The frame of each area and its polygon, both (k,); those of one frame do not overlap.
    crowding
        Shape (frames, m): how crowded the surroundings of each site are, in any unit; the most
        crowded site of an area gives it its name.
    params
        The settings used, automatic values filled in.
    rules
        For each automatic value the rule that picked it.
    warnings
        What a reader must know.
    p_values
        Shape (k,): corrected p-value of each area where the method is a test itself, else None.
    surface
        The density they were cut from; None for other methods.
    """

    areas: Areas
    crowding: NDArray[np.float64]
    params: Params
    rules: dict[str, str]
    warnings: list[str] = field(default_factory=list)
    p_values: NDArray[np.float64] | None = None
    surface: DensityResult | None = None
