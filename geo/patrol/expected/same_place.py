"""How much of what comes lies in the very cells where it was before, and how much around them.

Records that are snapped to few points come back to the same points, and smoothing only blurs them;
few incidents at exact places are foreseen by their surroundings alone. The part of each is learned
from which of the two would have foreseen the latest incidents from those before: the weights of a
mixture of two densities, by the likelihood of incidents that were held back (stacking: Smyth and
Wolpert 1999, Machine Learning 36).
"""

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize_scalar

Floats = NDArray[np.float64]

EVEN_PART = 0.5
"""Where there is nothing to learn from."""
_AS_IF = 5.0
"""So many incidents for each of the two keep few others from deciding for one alone."""


def same_place_part(same: Floats, around: Floats, later: Floats) -> float:
    """Give the part of the same cells, 0 to 1, that would have foreseen later incidents best.

    Parameters
    ----------
    same, around
        Of one shape: chance of an incident in each cell by either, of what came earlier.
    later
        Of the same shape: incidents held back, in each cell. Where neither has any chance they say
        nothing of the two.

    >>> cells = np.array([0.5, 0.0]), np.array([0.25, 0.25])
    >>> round(same_place_part(*cells, np.array([30.0, 2])), 2)
    0.71
    """
    tells = (later > 0) & (same + around > 0)
    same, around, later = same[tells], around[tells], later[tells]

    def surprise(part: float) -> float:
        likelihood = later @ np.log(part * same + (1 - part) * around)
        return -float(likelihood + _AS_IF * (np.log(part) + np.log(1 - part)))

    found = minimize_scalar(surprise, bounds=(1e-9, 1 - 1e-9), method="bounded")
    return float(found.x)
