"""How well a prediction found what came after it: hit rate, PAI, PEI and RRI, over area.

Cells are taken in the order of the prediction, the highest first. After each, with ``n`` of ``N``
incidents on ``a`` of ``A`` land:

- hit rate = n / N
- PAI, predictive accuracy index = (n / N) / (a / A) (Chainey, Tompson and Uhlig 2008, Security
  Journal 21)
- PEI, predictive efficiency index = PAI over the best PAI that the same area could have had (Hunt
  2016). With cells of one size the best are the cells with most incidents. With cells that the
  border cuts that is a knapsack problem; the best is then that of the densest cells with the last
  one taken in part, which no choice of whole cells exceeds, so a PEI is never too high.
- RRI, recovery rate index = predicted / observed (Wheeler and Steenbeek 2021, Journal of
  Quantitative Criminology 37)

Cells of equal prediction come in the order that is worst for the prediction: fewer observed
incidents per area first. What the order of the data or a library's sort would do is luck.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from boundaries.errors import ParameterError

HIT_RATE = "hit_rate"
PAI = "pai"
PEI = "pei"
RRI = "rri"

Ties = Literal["against", "even"]
TIES: Mapping[Ties, str] = {
    "against": "the cells with fewer observed incidents come first, so that luck never helps",
    "even": "as if drawn by lot: equal cells share their observed incidents by area",
}


@dataclass(frozen=True, eq=False)
class AccuracyCurve:
    """Accuracy after each cell, cumulative in the order of the prediction, all of shape (n,).

    Attributes
    ----------
    order
        Rows of the cells.
    area_share
        Share of the whole area, 0 to 1.
    hit_rate, pai, pei
        As in the module's text; NaN where nothing was observed at all.
    rri
        Predicted over observed so far; infinite or NaN where nothing was observed so far.
    relative_rri
        That over the same of all cells, which takes out that one period has more incidents.
    """

    order: NDArray[np.intp]
    area_share: NDArray[np.float64]
    hit_rate: NDArray[np.float64]
    pai: NDArray[np.float64]
    pei: NDArray[np.float64]
    rri: NDArray[np.float64]
    relative_rri: NDArray[np.float64]


def accuracy_curve(
    predicted: NDArray[np.float64],
    observed: NDArray[np.float64],
    area: NDArray[np.float64] | None = None,
) -> AccuracyCurve:
    """Measure a prediction against what was observed, over all areas.

    Parameters
    ----------
    predicted
        Shape (n,): amount or any score of each cell; the higher per area, the earlier it is taken.
    observed
        Shape (n,): incidents in each cell afterwards, not negative.
    area
        Shape (n,): area of each cell in any unit, above 0; None means all the same.

    Raises
    ------
    ParameterError
        The arrays do not fit, a value is missing or negative, or an area is not above 0.

    Examples
    --------
    >>> curve = accuracy_curve(np.array([3.0, 2, 1]), np.array([6.0, 3, 0]))
    >>> curve.pai.tolist(), curve.pei.tolist()
    ([2.0, 1.5, 1.0], [1.0, 1.0, 1.0])
    """
    area = np.ones(len(observed)) if area is None else area
    _check(predicted, observed, area)
    order = worst_order(predicted / area, observed / area)
    with np.errstate(divide="ignore", invalid="ignore"):
        area_share = np.cumsum(area[order]) / area.sum()
        found, expected = np.cumsum(observed[order]), np.cumsum(predicted[order])
        hit_rate = found / observed.sum()
        best = best_hit_rates(observed, area, area_share)
        rri = expected / found
        relative = rri / (predicted.sum() / observed.sum())
        pei = hit_rate / best
    return AccuracyCurve(order, area_share, hit_rate, hit_rate / area_share, pei, rri, relative)


def worst_order(
    predicted: NDArray[np.float64], observed_per_area: NDArray[np.float64]
) -> NDArray[np.intp]:
    """Order cells by prediction, the highest first, and equal ones against the prediction."""
    return np.lexsort((observed_per_area, -predicted))


def hit_rates(
    scores: NDArray[np.float64],
    observed: NDArray[np.float64],
    area: NDArray[np.float64],
    shares: NDArray[np.float64],
    ties: Ties = "against",
    *,
    counted: NDArray[np.float64] | None = None,
) -> NDArray[np.float64]:
    """Give the hit rate at stated shares of the area, the last cell taken in part.

    Parameters
    ----------
    scores
        Shape (n,): only their order counts; not divided by the area.
    observed, area
        Shape (n,).
    shares
        Shape (s,), 0 to 1.
    ties
        What is done with cells of equal score, see ``TIES``.
    counted
        Shape (n,): what is added up in that order; None means what was observed.

    Returns
    -------
    Shape (s,), NaN where nothing was observed.
    """
    order = worst_order(scores, observed / area)
    ends = np.ones(len(order), np.bool_)
    if ties == "even":
        ends[:-1] = np.diff(scores[order]) != 0
    return _taken(observed if counted is None else counted, area, order, ends, shares)


def best_hit_rates(
    observed: NDArray[np.float64], area: NDArray[np.float64], shares: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Give the highest hit rate that any choice of cells can reach at stated shares of the area.

    The densest cells, the last one in part: exact for cells of one size, else an upper bound.
    """
    order = np.argsort(-observed / area, kind="stable")
    return _taken(observed, area, order, np.ones(len(order), np.bool_), shares)


def _taken(
    observed: NDArray[np.float64],
    area: NDArray[np.float64],
    order: NDArray[np.intp],
    ends: NDArray[np.bool_],
    shares: NDArray[np.float64],
) -> NDArray[np.float64]:
    """Add up cells in their order and read the hit rate at the shares between marked ends."""
    total = observed.sum()
    if total <= 0:
        return np.full(len(shares), np.nan)
    land = np.cumsum(area[order])[ends] / area.sum()
    hits = np.cumsum(observed[order])[ends] / total
    return np.asarray(np.interp(shares, np.append(0.0, land), np.append(0.0, hits)), np.float64)


def mean_hit_rate(
    shares: NDArray[np.float64], rates: NDArray[np.float64], up_to: float
) -> NDArray[np.float64]:
    """Average the hit rate over all budgets up to a share of the land.

    The area under the curve of the hit rate, over the width that is looked at; nobody patrols half
    of a borough, so the far end of the curve is left out. A prediction by lot has ``up_to / 2``.

    Parameters
    ----------
    shares
        Shape (s,), increasing; the curve is straight between them and begins at 0.
    rates
        Shape (..., s).

    >>> mean_hit_rate(np.array([0.1, 0.2, 1]), np.array([0.5, 0.6, 1]), 0.2).round(6).item()
    0.4
    """
    if not 0 < up_to <= shares[-1]:
        msg = f"up_to is {up_to:g}; it must be above 0 and at most {shares[-1]:g}."
        raise ParameterError(msg)
    at = np.append(0.0, shares)
    whole = np.concatenate([np.zeros((*rates.shape[:-1], 1)), rates], axis=-1)
    end = int(np.searchsorted(at, up_to))
    part = (up_to - at[end - 1]) / (at[end] - at[end - 1])
    last = whole[..., end - 1] * (1 - part) + whole[..., end] * part
    heights = np.concatenate([whole[..., :end], last[..., None]], axis=-1)
    return np.asarray(np.trapezoid(heights, np.append(at[:end], up_to), axis=-1) / up_to)


def penalised_pai(
    hit_rate: NDArray[np.float64], area_share: NDArray[np.float64], alpha: float
) -> NDArray[np.float64]:
    """Give (n / N) / (a / A) ** alpha, which rewards a tiny area less than PAI does.

    Joshi, Curtis-Ham, D'Ath and Searle 2021, ISPRS International Journal of Geo-Information 10.

    Parameters
    ----------
    alpha
        0 gives the hit rate, 1 the PAI.
    """
    if not 0 <= alpha <= 1:
        msg = f"alpha is {alpha:g}; it must be from 0 to 1."
        raise ParameterError(msg)
    return hit_rate / area_share**alpha


def _check(
    predicted: NDArray[np.float64], observed: NDArray[np.float64], area: NDArray[np.float64]
) -> None:
    shapes = {"predicted": predicted.shape, "observed": observed.shape, "area": area.shape}
    if len(set(shapes.values())) > 1 or observed.ndim != 1 or len(observed) == 0:
        said = ", ".join(f"{name} {shape}" for name, shape in shapes.items())
        msg = f"One value for each cell is needed, but the shapes are: {said}."
        raise ParameterError(msg)
    for name, values, is_wrong in (
        ("predicted", predicted, ~np.isfinite(predicted)),
        ("observed", observed, ~(np.isfinite(observed) & (observed >= 0))),
        ("area", area, ~(np.isfinite(area) & (area > 0))),
    ):
        if is_wrong.any():
            first = int(is_wrong.argmax())
            rule = {"predicted": "a number", "observed": "0 or more", "area": "above 0"}[name]
            msg = (
                f"{int(is_wrong.sum())} cells have a wrong {name}; the first is row {first} with "
                f"{values[first]}. It must be {rule}."
            )
            raise ParameterError(msg)
