"""Settings of an evaluation, and the shares of the land at which hits are counted."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from geo.evaluation.accuracy import TIES, Ties
from geo.evaluation.rolling_params import RollingParams
from geo.params import choice, number

CURVE_PERCENTS = np.concatenate([np.arange(0.25, 20, 0.25), np.arange(20, 101, 5)])
"""Shares of the land, in %, at which the whole curve is given."""
CURVE_UP_TO_PERCENT = 20


@dataclass(frozen=True)
class EvaluationParams(RollingParams):
    """When, where and on how much land predictions are tested."""

    area_percent: float = number(
        2,
        low=0.1,
        high=50,
        step=0.1,
        unit="% of the land",
        label="Land to choose",
        help="How much land the hotspots may make up; methods are ranked by what they find there.",
    )
    cell_size_m: float = number(
        100,
        low=50,
        high=500,
        step=25,
        unit="m",
        label="Cell size",
        help="All methods choose among the same square cells.",
    )
    offset_east_m: float = number(0, low=0, high=500, step=5, unit="m", label="Cells moved east by")
    offset_north_m: float = number(
        0, low=0, high=500, step=5, unit="m", label="Cells moved north by"
    )
    ties: Ties = choice("against", options=TIES, label="Cells of equal score")
    runs: int = number(
        2000, low=200, high=20_000, step=100, unit="runs", label="Runs of the bootstrap"
    )
    seed: int = number(0, low=0, high=2**31 - 1, step=1, unit="", label="Seed of the bootstrap")


def curve_shares(params: EvaluationParams) -> NDArray[np.float64]:
    """Give the shares of the land at which hits are counted, the budget among them, (s,)."""
    return np.union1d(CURVE_PERCENTS, params.area_percent) / 100


def budget_of(params: EvaluationParams) -> int:
    """Give the row of the budget among the shares."""
    return int(
        np.searchsorted(np.union1d(CURVE_PERCENTS, params.area_percent), params.area_percent)
    )
