"""The bandwidth: as set, by rule of thumb, by likelihood; bounds, snapped data, records."""

from math import log

import numpy as np
import pytest
import shapely

from geo.borough import borough
from geo.readers import read
from geo.selection import Selection
from geo.sites import sites_of
from geo.surfaces import bandwidth
from geo.surfaces.bandwidth import (
    ANYWHERE_SHARE,
    BANDWIDTH_COLUMNS,
    CANDIDATES_M,
    bandwidth_curve,
    log_likelihoods,
    rule_of_thumb,
)
from geo.surfaces.density import DensityParams, density
from geo.surfaces.kernel_shape import KERNELS, Kernel
from tests.factories import make_incidents
from tests.reruns import assert_reruns

EVERYTHING = Selection()
CENTRE = (523_500.0, 179_000.0)


def around(n, spread_m, seed, centre=CENTRE, snap_m=None):
    rng = np.random.default_rng(seed)
    places = rng.normal(centre, spread_m, (4 * n, 2))
    if snap_m:
        places = np.rint(places / snap_m) * snap_m
    places = places[shapely.intersects_xy(borough(), *places.T)][:n]
    return make_incidents(["2017-01-01"] * len(places), [tuple(p) for p in places])


def used(result):
    return result.record.params["bandwidth_m"], result.record.rules["bandwidth_m"]


def test_a_fixed_bandwidth_is_used_as_set():
    assert used(density(around(20, 200, 1), EVERYTHING, DensityParams(250))) == (250, "as set")


def test_a_multiple_is_taken_of_the_bandwidth_that_was_set():
    params = DensityParams(200, bandwidth_multiple=1.5)
    result = density(around(20, 200, 1), EVERYTHING, params)
    assert used(result) == (300, "as set, times 1.5")
    same = density(around(20, 200, 1), EVERYTHING, DensityParams(300))
    np.testing.assert_array_equal(result.values, same.values)
    assert_reruns(result, around(20, 200, 1))


def test_the_rule_of_thumb_takes_both_axes():
    rng = np.random.default_rng(2)
    points = [(523_500 + x, 179_000 + y) for x, y in rng.normal(0, (50, 200), (100, 2))]
    incidents = make_incidents(["2017-01-01"] * 100, points)
    east, north = (rule_of_thumb(axis) for axis in np.array(points).T)
    value, rule = used(
        density(incidents, EVERYTHING, DensityParams(bandwidth_rule="rule-of-thumb"))
    )
    assert value == pytest.approx((east + north) / 2, abs=0.05)
    assert f"{east:,.0f} m by easting and {north:,.0f} m by northing, 100 incidents" in rule


def test_the_gaussian_takes_a_quarter_of_the_width():
    widths = [
        used(density(around(100, 300, 3), EVERYTHING, params))[0]
        for params in (
            DensityParams(bandwidth_rule="rule-of-thumb", kernel="quartic"),
            DensityParams(bandwidth_rule="rule-of-thumb", kernel="gaussian"),
        )
    ]
    assert widths[0] == pytest.approx(4 * widths[1], abs=0.3)


def test_where_half_the_values_are_one_the_standard_deviation_alone_is_used():
    values = np.array([0.0] * 8 + [100.0, -100.0])
    assert rule_of_thumb(values) == pytest.approx(4 * 1.06 * values.std(ddof=1) * 10**-0.2)


@pytest.mark.parametrize("n", [0, 1, 5])
@pytest.mark.parametrize("rule", ["rule-of-thumb", "likelihood"])
def test_one_position_gives_no_rule_anything_to_go_by(n, rule):
    incidents = make_incidents(["2017-01-01"] * n, [CENTRE] * n)
    result = density(incidents, EVERYTHING, DensityParams(250, bandwidth_rule=rule))
    assert used(result) == (250, f"as set, for the rule '{rule}' has nothing to go by")
    assert "The bandwidth could not be chosen" in " ".join(result.record.warnings)


def test_a_bandwidth_out_of_bounds_is_kept_to_them_and_said():
    result = density(around(20, 200, 4), EVERYTHING, DensityParams(1_000, bandwidth_multiple=4))
    assert used(result) == (2_000, "as set, times 4, kept to 2000 m")
    assert "would be 4,000 m; 2,000 m is used, the greatest that is allowed" in " ".join(
        result.record.warnings
    )


def test_warnings_are_of_the_bandwidth_used():
    params = DensityParams(200, cell_size_m=50, bandwidth_multiple=0.25)
    warnings = " ".join(density(around(20, 200, 5), EVERYTHING, params).record.warnings)
    assert "bandwidth of 50 m is below two cells of 50 m" in warnings
    assert "bandwidth of 50 m is below 100 m" in warnings


def mass_by_hand(x, y, kernel):
    """Take the share of the kernel inside the borough on points a hundredth of its reach apart."""
    step = np.arange(-0.995, 1, 0.01) * kernel.reach_m
    d_east, d_north = np.meshgrid(step, step)
    values = kernel(d_east**2 + d_north**2)
    inside = shapely.intersects_xy(borough(), x + d_east, y + d_north)
    return values[inside].sum() / values.sum()


def likelihood_by_hand(places, counts, kernel):
    """Leave out each position in turn; every other is divided by its kernel's mass inside."""
    masses = [mass_by_hand(x, y, kernel) for x, y in places]
    total = 0.0
    for j, (x, y) in enumerate(places):
        others = [k for k in range(len(places)) if k != j]
        density = sum(
            counts[k]
            * kernel(np.array((x - places[k][0]) ** 2 + (y - places[k][1]) ** 2))
            / masses[k]
            for k in others
        ) / sum(counts[k] for k in others)
        mixed = (1 - ANYWHERE_SHARE) * float(density) + ANYWHERE_SHARE / borough().area
        total += counts[j] * log(mixed)
    return total / sum(counts)


@pytest.mark.parametrize("name", KERNELS)
def test_the_likelihood_is_that_of_leaving_out_one_position_after_the_other(name):
    rng = np.random.default_rng(6)
    outline = shapely.get_coordinates(borough().exterior)
    places = np.concatenate([rng.normal(CENTRE, 150, (12, 2)), outline[:2]])
    counts = rng.integers(1, 20, len(places)).astype(float)
    sites, row = sites_of(*places.T)
    kernel = Kernel(name, 250)
    found = log_likelihoods(sites, counts[np.argsort(row)], np.arange(len(sites)), [kernel])[0]
    assert found == pytest.approx(likelihood_by_hand(places, counts, kernel), abs=0.02)


def test_incidents_that_share_positions_do_not_shrink_the_bandwidth():
    once = around(80, 250, 7, snap_m=40)
    places = [tuple(p) for p in zip(once.easting, once.northing, strict=True)]
    often = make_incidents(["2017-01-01"] * 20 * len(places), places * 20)
    params = DensityParams(bandwidth_rule="likelihood")
    one, two = (bandwidth_curve(i, EVERYTHING, params).frame for i in (once, often))
    np.testing.assert_allclose(one, two, rtol=1e-6)
    assert used(density(often, EVERYTHING, params))[0] > 50


def test_the_likelihood_finds_about_the_best_width_for_a_normal_cloud():
    # The best Gaussian bandwidth for a normal cloud in the plane is sd * n^(-1/6) (Silverman 1986,
    # section 4.3.2); here 200 * 400^(-1/6) = 74 m.
    result = bandwidth_curve(around(400, 200, 8), EVERYTHING, DensityParams(kernel="gaussian"))
    assert 74 / 1.6 <= used(result)[0] <= 74 * 1.6


def test_the_curve_has_its_columns_and_its_top_is_what_is_used():
    incidents = around(150, 300, 9)
    params = DensityParams(bandwidth_rule="likelihood", bandwidth_multiple=0.5)
    curve = bandwidth_curve(incidents, EVERYTHING, params)
    assert tuple(curve.frame.columns) == BANDWIDTH_COLUMNS
    assert tuple(curve.frame["bandwidth_m"]) == CANDIDATES_M
    best = curve.frame["bandwidth_m"][curve.frame["log_likelihood_per_incident"].idxmax()]
    value, rule = used(density(incidents, EVERYTHING, params))
    assert value == used(curve)[0] == best / 2
    assert "of 150 positions, each left out with all its incidents, times 0.5" in rule
    assert_reruns(curve, incidents)


def test_the_candidates_span_the_bounds_of_the_setting():
    spec = DensityParams.spec("bandwidth_m")
    assert (CANDIDATES_M[0], CANDIDATES_M[-1]) == (spec.low, spec.high)


def test_with_many_positions_only_some_are_judged_and_it_is_said(monkeypatch):
    params = DensityParams(bandwidth_rule="likelihood")
    whole = bandwidth_curve(around(600, 300, 10), EVERYTHING, params)
    monkeypatch.setattr(bandwidth, "_PAIRS", 150_000)
    some = bandwidth_curve(around(600, 300, 10), EVERYTHING, params)
    assert "of 600 positions, 250 of them left out" in used(some)[1]
    column = "log_likelihood_per_incident"
    assert abs(whole.frame[column] - some.frame[column]).max() < 0.3
    assert used(some)[0] == pytest.approx(used(whole)[0], rel=0.25)


def test_a_best_bandwidth_at_the_end_of_what_was_tried_is_said(monkeypatch):
    monkeypatch.setattr(bandwidth, "CANDIDATES_M", (50, 60, 72))
    result = density(around(60, 400, 11), EVERYTHING, DensityParams(bandwidth_rule="likelihood"))
    assert used(result)[0] == 72
    said = " ".join(result.record.warnings)
    assert "The likelihood is greatest at 72 m, the end of what was tried" in said


def test_real_months_have_a_bandwidth_by_every_rule(real_months):
    for name, rule in [("quartic", "likelihood"), *((name, "rule-of-thumb") for name in KERNELS)]:
        params = DensityParams(kernel=name, bandwidth_rule=rule)
        assert 100 < used(density(real_months, EVERYTHING, params))[0] < 1_000


@pytest.fixture(scope="module")
def real_months(shared_data):
    if shared_data is None:
        pytest.skip("the real months are not beside the project")
    return read([shared_data / "incidents" / "police_uk"]).incidents


def test_nothing_located_gives_an_empty_curve():
    result = bandwidth_curve(make_incidents([], []), EVERYTHING, DensityParams())
    assert tuple(result.frame.columns) == BANDWIDTH_COLUMNS
    assert len(result.frame) == 0
