"""Wards that stand out together with their neighbours: Local Moran's I and Gi*.

Local Moran's I (Anselin 1995, Geographical Analysis 27) compares a ward with the mean of its
neighbours: both high, both low, or one against the other. Gi* (Ord and Getis 1995, Geographical
Analysis 27) compares a ward and its neighbours together with all wards. Wards that share a border
or a corner are neighbours. Weights are made by libpysal and the statistics by esda; p-values are
our own, for esda's are half of two-sided ones unless told otherwise.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

import geopandas as gpd
import numpy as np
import pandas as pd
from numpy.typing import NDArray

from boundaries.columns import WARD_CODE, WARD_NAME
from boundaries.errors import ParameterError
from boundaries.vintages import Vintage, check_vintage
from geo.analysis import analysis
from geo.grids.gistar_params import P_VALUES, PValue
from geo.grids.window_permutation import window_permutation_p
from geo.params import Params, choice, number
from geo.record import make_record
from geo.result import Result
from geo.schema import Incidents
from geo.selection import Selection, some_wards_warnings
from geo.significance import (
    ALTERNATIVES,
    CORRECTIONS,
    Alternative,
    Correction,
    adjusted,
    correction_in_words,
    gradation,
    normal_p,
)
from geo.wards.statistics import local_gi_star, local_moran, local_moran_p, ward_contiguity
from geo.wards.table import VALUE, WardParams, ward_values
from geo.wards.warnings import missing_months, ward_warnings

NEIGHBOURS = "neighbours"
NEIGHBOUR_MEAN = "neighbour_mean"
STATISTIC = "statistic"
P = "p"
P_CORRECTED = "p_corrected"
SIGNIFICANCE = "significance"
CLUSTER = "cluster"
WARD_CLUSTER_COLUMNS = (
    WARD_CODE,
    WARD_NAME,
    VALUE,
    NEIGHBOURS,
    NEIGHBOUR_MEAN,
    STATISTIC,
    P,
    P_CORRECTED,
    SIGNIFICANCE,
    CLUSTER,
)

HIGH_HIGH, LOW_LOW, HIGH_LOW, LOW_HIGH = "high-high", "low-low", "high-low", "low-high"
HOT, COLD = "hot", "cold"
NOT_SIGNIFICANT = "not significant"
LEVEL = 0.05
"""Corrected p-value up to which a ward is given a class."""

LocalStatistic = Literal["local-moran", "gi-star"]
LOCAL_STATISTICS: Mapping[LocalStatistic, str] = {
    "local-moran": "is a ward like its neighbours, or unlike them (Local Moran's I)",
    "gi-star": "do a ward and its neighbours together have many, or few (Gi*)",
}
ClusterMeasure = Literal["count", "rate", "density"]
CLUSTER_MEASURES: Mapping[ClusterMeasure, str] = {
    "count": "incidents",
    "rate": "incidents per 1,000 residents",
    "density": "incidents per km²",
}

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class WardClusterParams(Params):
    """Settings of the ward statistics.

    With Local Moran's I the alternative ``greater`` finds wards that are like their neighbours,
    ``less`` those that are unlike them; with Gi* hot and cold.
    """

    vintage: Vintage = "2022"
    measure: ClusterMeasure = choice("rate", options=CLUSTER_MEASURES, label="What is compared")
    statistic: LocalStatistic = choice("local-moran", options=LOCAL_STATISTICS, label="Statistic")
    alternative: Alternative = choice("two-sided", options=ALTERNATIVES, label="What is tested")
    correction: Correction = choice(
        "benjamini-hochberg", options=CORRECTIONS, label="Correction for many tests"
    )
    p_value: PValue = choice("permutation", options=P_VALUES, label="How p-values are found")
    runs: int = number(9_999, low=99, high=99_999, step=100, unit="runs", label="Simulations")
    seed: int = number(0, low=0, high=2**32 - 1, step=1, unit="", label="Seed of the simulations")

    def __post_init__(self) -> None:
        super().__post_init__()
        check_vintage(self.vintage)
        if self.statistic == "local-moran" and self.p_value == "analytic":
            msg = (
                "p_value is 'analytic', which is offered for Gi* only: the normal distribution is "
                "a poor guide to Local Moran's I; take 'permutation'."
            )
            raise ParameterError(msg)


@analysis("ward_clusters")
def ward_clusters(incidents: Incidents, selection: Selection, params: WardClusterParams) -> Result:
    """Test every ward of a vintage together with its neighbours.

    Parameters
    ----------
    incidents
        All incidents; the selection is applied here.

    Returns
    -------
    Frame with exactly the columns ``WARD_CLUSTER_COLUMNS``, one row per ward by code. ``value``
    and ``neighbour_mean`` are in the unit of the measure, ``neighbours`` are names.
    ``statistic`` is Local Moran's I or the z of Gi*, ``p`` as the alternative says and
    ``p_corrected`` for the number of wards; ``significance`` is the strictest level that it
    reaches. ``cluster`` names wards with ``p_corrected`` of at most ``LEVEL``: for Local Moran
    the ward first and its neighbours second, for Gi* ``hot`` or ``cold``.
    """
    selected = selection.apply(incidents)
    found = ward_values(selected, WardParams(params.vintage, "all", params.measure))
    n_wards = len(found.wards)
    values = found.matrix[:n_wards].sum(axis=1)
    near = ward_contiguity(params.vintage)
    frame = _table(found.wards, values, near, params)
    record = make_record(
        "ward_clusters",
        params,
        selection,
        selected,
        found.location,
        rules=_rules(params, n_wards),
        warnings=(
            *_warnings(values),
            *some_wards_warnings(selection),
            *ward_warnings(selected, found.wards, params.vintage, params.measure),
            *missing_months(selected),
        ),
    )
    return Result(frame, record)


def _table(
    wards: gpd.GeoDataFrame, values: Floats, near: NDArray[np.bool_], params: WardClusterParams
) -> pd.DataFrame:
    names = wards[WARD_NAME].to_numpy(object)
    neighbour_mean = near @ values / near.sum(axis=1)
    statistic, p = _tested(values, near, params)
    corrected = adjusted(p, params.correction)
    columns = {
        WARD_CODE: wards[WARD_CODE].to_numpy(object),
        WARD_NAME: names,
        VALUE: values,
        NEIGHBOURS: ["; ".join(names[row]) for row in near],
        NEIGHBOUR_MEAN: neighbour_mean,
        STATISTIC: statistic,
        P: p,
        P_CORRECTED: corrected,
        SIGNIFICANCE: gradation(corrected),
        CLUSTER: np.where(
            corrected <= LEVEL, _classes(values, neighbour_mean, statistic, params), NOT_SIGNIFICANT
        ),
    }
    return pd.DataFrame(columns)


def _tested(
    values: Floats, near: NDArray[np.bool_], params: WardClusterParams
) -> tuple[Floats, Floats]:
    """Give statistic and p-value of every ward; where all are the same none stands out."""
    if np.ptp(values) == 0:
        return np.zeros(len(values)), np.ones(len(values))
    if params.statistic == "local-moran":
        p = local_moran_p(
            values, near, alternative=params.alternative, runs=params.runs, seed=params.seed
        )
        return local_moran(values, near), p
    z = local_gi_star(values, near)
    if params.p_value == "analytic":
        return z, normal_p(z, params.alternative)
    together = near | np.eye(len(near), dtype=np.bool_)
    p = window_permutation_p(
        values[np.newaxis],
        (together @ values)[np.newaxis],
        together.sum(axis=1).astype(np.float64),
        alternative=params.alternative,
        runs=params.runs,
        seed=params.seed,
    )
    return z, p[0]


def _classes(
    values: Floats, neighbour_mean: Floats, statistic: Floats, params: WardClusterParams
) -> NDArray[np.object_]:
    if params.statistic == "gi-star":
        return np.where(statistic > 0, HOT, COLD).astype(object)
    is_high, is_among_high = values > values.mean(), neighbour_mean > values.mean()
    of_high = np.where(is_among_high, HIGH_HIGH, HIGH_LOW)
    return np.where(is_high, of_high, np.where(is_among_high, LOW_HIGH, LOW_LOW)).astype(object)


def _rules(params: WardClusterParams, n_wards: int) -> dict[str, str]:
    dealt = {
        "local-moran": "a ward keeps its value, the others are dealt out to its neighbours",
        "gi-star": "the values of all wards are dealt out, the ward's own included",
    }
    rules = {
        "neighbours": "wards that share a border or a corner, each weighing the same",
        "alternative": ALTERNATIVES[params.alternative],
        "correction": correction_in_words(params.correction, n_wards),
    }
    if params.p_value == "permutation":
        rules["p_value"] = dealt[params.statistic]
    return rules


def _warnings(values: Floats) -> list[str]:
    warnings = [
        (
            f"{len(values)} wards are few for such tests: a ward must stand out much before it is "
            "called significant, and one that is not may still be high."
        )
    ]
    if np.ptp(values) == 0:
        warnings.append("All wards have the same value, so none can stand out.")
    return warnings
