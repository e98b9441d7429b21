"""The weighted displacement difference of counts before and after, in arrays.

Wheeler and Ratcliffe (2018), A simple weighted displacement difference test to evaluate place based
crime interventions, Crime Science 7.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy import stats

from boundaries.errors import ParameterError
from geo.significance import normal_p

Floats = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class WeightedDifference:
    """A difference of differences and how sure it is; all of one shape.

    Attributes
    ----------
    difference
        Incidents in the time of the later period: below 0 are fewer than expected.
    standard_error
        Its standard error; 0 where nothing was counted.
    low, high
        Limits of the interval.
    p
        Two-sided p-value; 1 where nothing was counted.
    """

    difference: Floats
    standard_error: Floats
    low: Floats
    high: Floats
    p: Floats


def weighted_difference(
    counts: ArrayLike, signs: ArrayLike, *, lengths: float = 1.0, confidence: float = 0.95
) -> WeightedDifference:
    """Add up changes of areas, those of control areas with the opposite sign.

    Parameters
    ----------
    counts
        Shape (areas, 2, ...): incidents in each area before and after.
    signs
        Shape (areas,): 1 for treated areas and the rings around them, -1 for their controls, 0
        for areas that are left out.
    lengths
        How many times as long as the earlier period the later is. Counts before are scaled by it,
        and so is their standard error.

    Raises
    ------
    ParameterError
        The shapes do not fit, a count is negative, or ``lengths`` is not above 0.

    Examples
    --------
    The published example: control areas from 130 to 150, treated from 120 to 100.

    >>> found = weighted_difference([[130, 150], [120, 100]], [-1, 1])
    >>> float(found.difference), found.standard_error.round(2).item()
    (-40.0, 22.36)
    """
    given, weights = np.asarray(counts, np.float64), np.asarray(signs, np.float64)
    _check(given, weights, lengths)
    before, after = given[:, 0], given[:, 1]
    difference = np.tensordot(weights, after - lengths * before, axes=1)
    error = np.sqrt(np.tensordot(weights**2, after + lengths**2 * before, axes=1))
    z = np.divide(difference, error, out=np.zeros(np.shape(difference)), where=error > 0)
    reach = stats.norm.ppf((1 + confidence) / 2) * error
    return WeightedDifference(
        np.asarray(difference),
        np.asarray(error),
        np.asarray(difference - reach),
        np.asarray(difference + reach),
        normal_p(z, "two-sided"),
    )


def _check(counts: Floats, signs: Floats, lengths: float) -> None:
    if counts.ndim < 2 or counts.shape[1] != 2 or signs.shape != counts.shape[:1]:
        msg = (
            f"Counts have the shape {counts.shape} and signs {signs.shape}; give counts as "
            "(areas, 2) or more axes, before and after, and one sign for each area."
        )
        raise ParameterError(msg)
    if not (counts >= 0).all():
        msg = f"{int((~(counts >= 0)).sum())} counts are negative or missing; give counts from 0."
        raise ParameterError(msg)
    if not lengths > 0:
        msg = f"lengths is {lengths}; it must be above 0, for example 1 for equally long periods."
        raise ParameterError(msg)
