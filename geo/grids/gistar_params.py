"""Settings of Getis-Ord Gi* on a grid."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from geo.grids.cells import CELL_SHAPES, CellShape
from geo.params import Params, choice, number
from geo.significance import ALTERNATIVES, CORRECTIONS, Alternative, Correction

PValue = Literal["analytic", "permutation"]
P_VALUES: Mapping[PValue, str] = {
    "analytic": "of the normal distribution; quick, rough where incidents are few",
    "permutation": "from dealing out the counts at random; never below 1 in the runs plus one",
}


@dataclass(frozen=True)
class GiStarParams(Params):
    """Settings of Gi*.

    Cells of 100 m are the finest that the positions of police data support, and a radius of 150 m
    takes in the eight cells around a square one, or the six around a hexagon.
    """

    cell_size_m: float = number(
        100,
        low=25,
        high=2000,
        step=25,
        unit="m",
        label="Cell size",
        help="Distance between opposite sides of a cell.",
    )
    radius_m: float = number(
        150,
        low=25,
        high=5000,
        step=25,
        unit="m",
        label="Radius of the window",
        help="Cells whose centres lie within it of a cell's centre are its neighbours.",
    )
    min_incidents: int = number(
        5,
        low=1,
        high=1000,
        step=1,
        unit="incidents",
        label="Least incidents in a window",
        help="A cell with fewer around it is never called hot, however small the chance.",
    )
    cell_shape: CellShape = choice("square", options=CELL_SHAPES, label="Shape of the cells")
    alternative: Alternative = choice("greater", options=ALTERNATIVES, label="What is tested")
    correction: Correction = choice(
        "benjamini-hochberg", options=CORRECTIONS, label="Correction for many tests"
    )
    p_value: PValue = choice("analytic", options=P_VALUES, label="How p-values are found")
    runs: int = number(
        999,
        low=99,
        high=99_999,
        step=100,
        unit="runs",
        label="Simulations",
        help="For permutation p-values only.",
    )
    seed: int = number(
        0,
        low=0,
        high=2**32 - 1,
        step=1,
        unit="",
        label="Seed of the simulations",
        help="The same seed gives the same p-values.",
    )
