"""Whether chance alone would give hotspots so dense, and where the surface is significant."""

from dataclasses import dataclass

import numpy as np
import shapely
from numpy.typing import NDArray

from boundaries.errors import ParameterError
from geo.frames import Frames
from geo.grids.gistar_params import GiStarParams
from geo.hotspots.areas import MethodParams
from geo.hotspots.found import Found
from geo.hotspots.measuring import Measured
from geo.hotspots.params import HotspotParams
from geo.schema import Incidents
from geo.selection import Selection
from geo.sites import Sites
from geo.surfaces.chance import ChanceParams, ChanceResult, chance
from geo.surfaces.density import DensityParams

NOT_TESTED = "not tested"


@dataclass(frozen=True, eq=False)
class Test:
    """Random surfaces to hold hotspots against.

    Attributes
    ----------
    result
        Of the incidents in the hotspots.
    rule
        What the p-values of hotspots are, in words.
    """

    result: ChanceResult
    rule: str


def test_of(
    incidents: Incidents,
    selection: Selection,
    params: MethodParams,
    hotspot_params: HotspotParams,
    chance_params: ChanceParams | None,
    frames: Frames | None,
) -> Test | None:
    """Make the random surfaces that hotspots by density or clusters are held against.

    Clusters are held against the density with their search radius as its bandwidth.

    Returns
    -------
    None without ``chance_params``.

    Raises
    ------
    ParameterError
        There are frames, the method is a test itself, or only significant land is wanted of what
        is not tested or not a surface.
    """
    _check(params, hotspot_params, chance_params, frames)
    if chance_params is None:
        return None
    compared = _surface_params(params)
    result = chance(incidents, selection, compared, chance_params)
    rule = (
        "how often chance alone has a density as high as the hotspot's peak anywhere in the "
        f"borough: {chance_params.runs:,} runs, {result.record.rules['null']}"
    )
    if compared is not params:
        rule += f"; density with a bandwidth of {compared.bandwidth_m:g} m"
    return Test(result, rule)


def _check(
    params: MethodParams,
    hotspot_params: HotspotParams,
    chance_params: ChanceParams | None,
    frames: Frames | None,
) -> None:
    if hotspot_params.only_significant == "yes" and not isinstance(params, DensityParams):
        msg = "only_significant cuts a density surface; use DensityParams, or set it to 'no'."
        raise ParameterError(msg)
    if chance_params is None:
        if hotspot_params.only_significant == "yes":
            msg = "only_significant needs a test of chance; give chance_params as well."
            raise ParameterError(msg)
        return
    if isinstance(params, GiStarParams):
        msg = "Gi* is a test of chance itself; leave chance_params out."
        raise ParameterError(msg)
    if frames is not None:
        msg = (
            "Chance is tested for all selected incidents together; leave frames or chance_params "
            "out, or select the period of one frame."
        )
        raise ParameterError(msg)


def _surface_params(params: MethodParams) -> DensityParams:
    if isinstance(params, DensityParams):
        return params
    defaults, spec = DensityParams(), DensityParams.spec("bandwidth_m")
    radius_m = getattr(params, "eps_m", defaults.bandwidth_m)
    return DensityParams(bandwidth_m=min(max(radius_m, spec.low), spec.high))


def p_values(
    found: Found, measured: Measured, sites: Sites, test: Test | None
) -> tuple[NDArray[np.float64], str]:
    """Give the p-value of each area, shape (k,), NaN where nothing is tested, and what it is."""
    if found.p_values is not None:
        return found.p_values, "smallest p-value of its cells, each corrected as the rules say"
    if test is None:
        return np.full(len(measured), np.nan), NOT_TESTED
    return test.result.p_of_peak(peaks_in(measured, sites, test.result)), test.rule


def peaks_in(measured: Measured, sites: Sites, surface: ChanceResult) -> NDArray[np.float64]:
    """Find the highest density in each area, at the centres of its cells or at its peak."""
    grid, values = surface.grid, surface.values
    on_land = grid.inside_share > 0
    east, north = (axis[on_land] for axis in grid.centre_points())
    peak = values[grid.cells_of(sites.easting[measured.peak], sites.northing[measured.peak])]
    tree = shapely.STRtree(measured.areas)
    cell, area = tree.query(shapely.points(east, north), predicate="intersects")
    np.maximum.at(peak, area, values[on_land][cell])
    return np.asarray(peak, np.float64)
