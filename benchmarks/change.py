"""Change: E-test beside scipy, trends beside pymannkendall, emerging hot spots of the borough."""

from collections.abc import Iterator

import numpy as np
import pymannkendall
from scipy import stats

from benchmarks.harness import Row, measured, side_by_side
from benchmarks.samples import N_INCIDENTS, N_MONTHS, N_SNAP_POINTS, incidents_on
from geo.change.poisson_tests import e_test
from geo.grids.emerging import EmergingParams, emerging
from geo.grids.mann_kendall import mann_kendall
from geo.schema import Incidents
from geo.selection import Selection

N_PAIRS, DAYS = 200, (366, 365)
N_SERIES = 1_000


def measure() -> Iterator[Row]:
    for mean in (30, 1_000):
        yield _beside_scipy(mean)
    yield _beside_pymannkendall()
    incidents = incidents_on(N_SNAP_POINTS)
    for cell_size_m, radius_m in ((200, 300), (100, 150)):
        yield _emerging(incidents, EmergingParams("month", 1, cell_size_m, radius_m))


def _beside_scipy(mean: int) -> Row:
    counts = np.random.default_rng(mean).poisson(mean, (2, N_PAIRS))

    def theirs() -> np.ndarray:
        test = stats.poisson_means_test
        return np.array([test(a, DAYS[0], b, DAYS[1]).pvalue for a, b in counts.T.tolist()])

    apart = np.abs(e_test(*counts, *DAYS) - theirs())
    product, rival = side_by_side(lambda: e_test(*counts, *DAYS), theirs, runs=3, memory=True)
    return Row(
        "E-test",
        f"{N_PAIRS} pairs of counts near {mean:,}",
        product,
        "scipy poisson_means_test, one by one",
        rival,
        note=f"p-values of {int((apart < 1e-6).sum())} pairs within 1e-6, of the others up to "
        f"{apart.max():.0e} apart: rounding hides pairs exactly as extreme as observed from scipy",
    )


def _beside_pymannkendall() -> Row:
    series = np.random.default_rng(1).poisson(3, (N_MONTHS, N_SERIES)).astype(float)

    def theirs() -> np.ndarray:
        return np.array([pymannkendall.original_test(one).p for one in series.T])

    apart = np.abs(mann_kendall(series).p - theirs()).max()
    product, rival = side_by_side(lambda: mann_kendall(series), theirs, runs=3)
    return Row(
        "Mann-Kendall trend",
        f"{N_SERIES:,} series of {N_MONTHS} steps with ties",
        product,
        "pymannkendall, one by one",
        rival,
        note=f"p-values at most {apart:.0e} apart",
    )


def _emerging(incidents: Incidents, params: EmergingParams) -> Row:
    found = emerging(incidents, Selection(), params)

    def afresh() -> None:
        incidents.__dict__.get("_remembered", {}).clear()
        emerging(incidents, Selection(), params)

    return Row(
        "emerging hot spots",
        f"{N_INCIDENTS:,} incidents, {N_MONTHS} months, cells of {params.cell_size_m:g} m",
        measured(afresh, runs=5, memory=True),
        note=f"nothing kept; {int(found.grid.inside.sum()):,} cells, {len(found.frame)} with a "
        "pattern",
    )
