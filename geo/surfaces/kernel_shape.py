"""The five kernels of a density: how an incident's weight falls off with distance.

All are radial in the plane and integrate to 1 (Silverman 1986, Density Estimation for Statistics
and Data Analysis, section 4.2; Wand and Jones 1995, Kernel Smoothing, section 4.5).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from math import pi
from typing import Literal, TypeVar, get_args

import numpy as np
from numpy.typing import NDArray

from boundaries.errors import ParameterError

Real = TypeVar("Real", np.float64, np.float32)

KernelName = Literal["quartic", "gaussian", "epanechnikov", "triangular", "uniform"]
KERNELS: Mapping[KernelName, str] = {
    "quartic": "smooth, nothing beyond the bandwidth",
    "gaussian": "smooth with long tails; the bandwidth is its standard deviation",
    "epanechnikov": "flatter in the middle, with an edge at the bandwidth",
    "triangular": "falls off evenly with distance, nothing beyond the bandwidth",
    "uniform": "the same everywhere within the bandwidth: a plain count around each place",
}

GAUSSIAN_REACH = 4.5
"""Standard deviations at which the Gaussian is cut: 4 in 100,000 of its mass lie beyond."""


@dataclass(frozen=True)
class Kernel:
    """A kernel of one width.

    Attributes
    ----------
    name
        One of ``KERNELS``.
    bandwidth_m
        Metres: the radius h beyond which a compact kernel is 0; the standard deviation of the
        Gaussian.
    """

    name: KernelName
    bandwidth_m: float

    def __post_init__(self) -> None:
        if self.name not in get_args(KernelName):
            msg = f"Kernel is {self.name!r}; it must be one of {', '.join(KERNELS)}."
            raise ParameterError(msg)
        if not self.bandwidth_m > 0:
            msg = f"bandwidth_m is {self.bandwidth_m}; it must be above 0 m."
            raise ParameterError(msg)

    @property
    def reach_m(self) -> float:
        """Distance in metres from which on the kernel is 0."""
        return self.bandwidth_m * (GAUSSIAN_REACH if self.name == "gaussian" else 1)

    def __call__(self, distance_squared: NDArray[Real]) -> NDArray[Real]:
        """Give the kernel, per m2, at squared distances in m2.

        >>> round(float(Kernel("quartic", 100.0)(np.array(0.0))) * pi * 100**2, 12)
        3.0
        """
        u_squared = distance_squared / self.bandwidth_m**2
        peak, shape = _SHAPES[self.name]
        values: NDArray[Real] = shape(u_squared)
        values *= peak / self.bandwidth_m**2
        return values


def _quartic(u_squared: NDArray[Real]) -> NDArray[Real]:
    left = np.maximum(1 - u_squared, 0)
    return np.asarray(left * left)


def _gaussian(u_squared: NDArray[Real]) -> NDArray[Real]:
    return np.asarray(np.where(u_squared < GAUSSIAN_REACH**2, np.exp(-u_squared / 2), 0))


def _epanechnikov(u_squared: NDArray[Real]) -> NDArray[Real]:
    return np.asarray(np.maximum(1 - u_squared, 0))


def _triangular(u_squared: NDArray[Real]) -> NDArray[Real]:
    return np.asarray(np.maximum(1 - np.sqrt(u_squared), 0))


def _uniform(u_squared: NDArray[Real]) -> NDArray[Real]:
    return np.asarray(u_squared < 1, u_squared.dtype)


_SHAPES = {
    "quartic": (3 / pi, _quartic),
    "gaussian": (1 / (2 * pi), _gaussian),
    "epanechnikov": (2 / pi, _epanechnikov),
    "triangular": (3 / pi, _triangular),
    "uniform": (1 / pi, _uniform),
}
"""Value at the place itself times the squared bandwidth, and the shape from there."""
