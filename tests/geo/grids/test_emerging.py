"""The space-time cube: made histories, real months, and what is refused."""

import geopandas as gpd
import numpy as np
import pytest
import shapely

from boundaries.errors import ParameterError
from boundaries.projection import BNG
from geo import demonstration
from geo.borough import borough
from geo.frames import FrameParams, frames_of
from geo.grids.emerging import EMERGING_COLUMNS, EmergingParams, emerging
from geo.grids.emerging_patterns import ALL_PATTERNS, NONE
from geo.grids.gistar import GiStarParams, gi_star
from geo.grids.mann_kendall import mann_kendall
from geo.readers import read
from geo.selection import Selection
from geo.significance import adjusted, normal_p
from tests.factories import make_incidents
from tests.reruns import assert_reruns

EVERYTHING = Selection()
MONTHS = EmergingParams(step="month")
N_STEPS = 12
PLACE = (523_300.0, 179_700.0)
"""Centre of a cell of 200 m, well inside the borough."""


@pytest.fixture(scope="module")
def demo():
    return demonstration.load()


def background(rng, per_step):
    west, south, east, north = borough().bounds
    points = rng.uniform((west, south), (east, north), (3 * per_step, 2))
    return points[shapely.intersects_xy(borough(), *points.T)][:per_step]


def incidents_of(counts, *, per_step=150, first="2016-01"):
    """Make incidents: so many at one place in each month, over a background everywhere."""
    rng = np.random.default_rng(3)
    points, times = [], []
    for month, count in enumerate(counts):
        here = np.concatenate([background(rng, per_step), rng.normal(PLACE, 40, (count, 2))])
        points += [tuple(point) for point in here]
        day = np.datetime64(first, "M") + month
        times += [f"{day}-{1 + k % 28:02d}" for k in range(len(here))]
    return make_incidents(times, points)


STEADY = incidents_of([40] * 12)


def pattern_of(result):
    """Give the pattern of the cell where incidents were made."""
    row, col = result.grid.cells_of(*np.array([PLACE]).T)
    code = result.pattern[row[0], col[0]]
    return ALL_PATTERNS[code - 1].name if code != NONE else ""


@pytest.mark.parametrize(
    ("counts", "pattern"),
    [
        ([0] * 11 + [40], "new"),
        ([0] * 9 + [40] * 3, "consecutive"),
        ([15 + 5 * k for k in range(12)], "intensifying"),
        ([40] * 12, "persistent"),
        ([70 - 5 * k for k in range(12)], "diminishing"),
        ([40, 0, 0, 40, 40, 0, 0, 0, 40, 0, 0, 40], "sporadic"),
        ([40] * 11 + [0], "historical"),
        ([0] * 12, ""),
        ([40] * 6 + [0] * 6, ""),
    ],
)
def test_a_made_history_has_its_pattern(counts, pattern):
    assert pattern_of(emerging(incidents_of(counts), EVERYTHING, MONTHS)) == pattern


def test_a_place_once_emptier_than_all_others_oscillates():
    points, times = [], []
    for month in range(12):
        east, north = np.meshgrid(
            np.arange(521_900, 526_000, 100), np.arange(175_500, 183_900, 100)
        )
        here = np.column_stack([east.ravel() + 50.0, north.ravel() + 50.0])
        here = here[shapely.intersects_xy(borough(), *here.T)]
        if month == 2:
            here = here[np.hypot(*(here - PLACE).T) > 450]
        near = [PLACE] * (40 if month in (5, 11) else 0)
        points += [*map(tuple, here), *near]
        times += [f"2016-{month + 1:02d}-{1 + k % 28:02d}" for k in range(len(here) + len(near))]
    result = emerging(make_incidents(times, points), EVERYTHING, MONTHS)
    assert pattern_of(result) == "oscillating"
    assert (result.frame["cold_steps"] > 0).any()


def test_the_table():
    result = emerging(STEADY, EVERYTHING, MONTHS)
    frame = result.frame
    assert tuple(frame.columns) == EMERGING_COLUMNS
    assert EMERGING_COLUMNS == (
        "cell_id",
        "pattern",
        "meaning",
        "hot_steps",
        "cold_steps",
        "last_z",
        "trend_p",
        "incidents",
        "window_incidents",
        "name",
        "geometry",
    )
    assert frame.crs == BNG
    assert len(frame) == (result.pattern != NONE).sum()
    assert frame["cell_id"].is_unique
    names = [pattern.name for pattern in ALL_PATTERNS]
    order = [(names.index(p), -z) for p, z in zip(frame["pattern"], frame["last_z"], strict=True)]
    assert order == sorted(order)
    meanings = {pattern.name: pattern.meaning for pattern in ALL_PATTERNS}
    assert frame["meaning"].tolist() == [meanings[name] for name in frame["pattern"]]
    assert shapely.covers(borough().buffer(1e-6), frame.geometry.to_numpy()).all()
    joined = gpd.sjoin(
        STEADY.to_geodataframe(), frame[["cell_id", "geometry"]], predicate="intersects"
    )
    counts = joined["cell_id"].value_counts().reindex(frame["cell_id"], fill_value=0)
    assert frame["incidents"].tolist() == counts.tolist()
    assert (frame["window_incidents"] >= frame["incidents"]).all()


def test_the_cube_is_gi_star_step_by_step_corrected_together_and_its_trend():
    result = emerging(STEADY, EVERYTHING, MONTHS)
    frames = frames_of(STEADY, FrameParams("month", 1))
    settings = GiStarParams(cell_size_m=200, radius_m=300, alternative="two-sided")
    alone = gi_star(STEADY, EVERYTHING, settings, frames)
    np.testing.assert_allclose(result.z, alone.z)
    raw = normal_p(alone.z, "two-sided")
    together = adjusted(raw.ravel(), "benjamini-hochberg").reshape(raw.shape)
    np.testing.assert_allclose(result.p, together)
    enough = alone.window_incidents >= 5
    np.testing.assert_array_equal(result.hot, (together <= 0.05) & (alone.z > 0) & enough)
    np.testing.assert_array_equal(result.cold, (together <= 0.05) & (alone.z < 0))
    p = mann_kendall(alone.z.round(9)).p
    rows, cols = np.nonzero(result.pattern)
    in_table = dict(zip(result.frame["cell_id"], result.frame["trend_p"], strict=True))
    ids = result.grid.cell_ids()[rows, cols]
    np.testing.assert_allclose([in_table[cell] for cell in ids], p[rows, cols])


def test_the_whole_borough_rising_makes_no_place_emerge():
    rng = np.random.default_rng(9)
    points, times = [], []
    for month in range(12):
        here = background(rng, 100 * (month + 1))
        points += [tuple(point) for point in here]
        times += [f"2016-{month + 1:02d}-{1 + k % 28:02d}" for k in range(len(here))]
    result = emerging(make_incidents(times, points), EVERYTHING, MONTHS)
    assert len(result.frame) <= 0.02 * result.grid.inside.sum()


def test_demonstration_data_by_quarter_has_the_town_centres(demo):
    result = emerging(demo, EVERYTHING, EmergingParams())
    frame = result.frame
    assert len(result.steps) == 12
    assert set(frame["pattern"]) >= {"new", "sporadic", "persistent"}
    steady = frame[frame["pattern"] == "persistent"]["name"].str.split(",").str[0]
    assert set(steady) <= {"Hammersmith Broadway", "Shepherd's Bush Green", "Grove", "Brook Green"}
    assert result.record.warnings == ()
    assert "Benjamini-Hochberg over" in result.record.rules["correction"]


def test_demonstration_data_by_month_says_that_counts_are_few(demo):
    result = emerging(demo, EVERYTHING, MONTHS)
    assert len(result.steps) == 36
    assert "a window holds fewer than one incident on average" in result.record.warnings[0]
    overlapping = emerging(demo, EVERYTHING, EmergingParams(step="month", window=6))
    assert len(overlapping.steps) == 31
    assert "Each step adds up 6 periods" in overlapping.record.warnings[0]


def test_the_least_number_in_a_window_holds_back_what_would_be_hot(demo):
    free = emerging(demo, EVERYTHING, EmergingParams(min_incidents=1))
    held = emerging(demo, EVERYTHING, EmergingParams(min_incidents=12))
    assert held.hot.sum() < free.hot.sum()
    assert not (held.hot & ~free.hot).any()


@pytest.mark.parametrize("shape", ["square", "hexagonal"])
def test_the_record_gives_the_same_numbers(demo, shape):
    selection = Selection(strands=("race",))
    params = EmergingParams("month", 2, cell_shape=shape, correction="none", min_incidents=3)
    assert_reruns(emerging(demo, selection, params), demo)


def test_too_few_steps_are_refused_with_a_remedy(demo):
    with pytest.raises(ParameterError, match=r"There are 3 steps, .* at least 10: .* than 'fy'"):
        emerging(demo, EVERYTHING, EmergingParams(step="fy"))
    nine = incidents_of([0] * 9)
    with pytest.raises(ParameterError, match=r"There are 9 steps, .*: select a longer time or add"):
        emerging(nine, EVERYTHING, MONTHS)
    with pytest.raises(ParameterError, match="There are 0 steps"):
        emerging(make_incidents([], []), EVERYTHING, MONTHS)


def test_steps_run_to_the_end_of_the_data_whatever_is_selected():
    times = [f"2016-{m:02d}-{d:02d}" for m in range(1, 13) for d in range(1, 29)]
    kinds = ["Rare" if time < "2016-10-01" and time.endswith("-05") else "Usual" for time in times]
    incidents = make_incidents(times, [PLACE] * len(times), category=kinds)
    result = emerging(incidents, Selection(categories=("Rare",)), MONTHS)
    assert result.steps[-1] == "2016-12"
    assert (result.z[-3:][~np.isnan(result.z[-3:])] == 0).all()


def test_across_the_break_only_when_allowed():
    incidents = incidents_of([40] * 12, first="2023-06")
    with pytest.raises(ParameterError, match=r"A history cannot go across it\. The Met changed"):
        emerging(incidents, EVERYTHING, MONTHS)
    result = emerging(incidents, EVERYTHING, EmergingParams(step="month", allow_break=True))
    assert result.record.warnings[0].startswith("Across a break in the series, as allowed")
    assert pattern_of(result) == "persistent"


def test_months_missing_are_refused_or_left_out():
    incidents = STEADY.take(STEADY.occurred.astype("datetime64[M]") != np.datetime64("2016-05"))
    with pytest.raises(ParameterError, match="No incident at all in 2016-05: a file may"):
        emerging(incidents, EVERYTHING, MONTHS)
    result = emerging(incidents, EVERYTHING, EmergingParams(step="month", allow_break=True))
    assert len(result.steps) == 11
    assert "2016-05" not in result.steps
    row, col = result.grid.cells_of(*np.array([PLACE]).T)
    assert result.hot[:, row[0], col[0]].all()
    assert result.record.warnings[0].startswith("Across months without data, as allowed")


def test_an_end_that_the_data_covers_in_part_is_said():
    incidents = STEADY.take(STEADY.occurred < np.datetime64("2016-12-16"))
    warnings = " ".join(emerging(incidents, EVERYTHING, MONTHS).record.warnings)
    assert "The data covers 2016-12 (15 of 31 days) only in part" in warnings


def test_eleven_real_months_with_a_hole(shared_data):
    if shared_data is None:
        pytest.skip("needs the shared months")
    incidents = read([shared_data / "incidents" / "police_uk"]).incidents
    with pytest.raises(ParameterError, match="No incident at all in 2016-03"):
        emerging(incidents, EVERYTHING, MONTHS)
    result = emerging(incidents, EVERYTHING, EmergingParams(step="month", allow_break=True))
    assert len(result.steps) == 11
    steady = " ".join(result.frame.loc[result.frame["pattern"] == "persistent", "name"])
    assert "Shepherd's Bush Green" in steady
    assert "Hammersmith Broadway" in steady
