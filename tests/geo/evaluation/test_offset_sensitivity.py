"""How much depends on where the grid lies."""

import numpy as np
import pytest

from boundaries.errors import ParameterError
from geo import demonstration
from geo.evaluation.evaluation import EvaluationParams, evaluate
from geo.evaluation.offset_sensitivity import (
    SENSITIVITY_COLUMNS,
    OffsetParams,
    OffsetResult,
    offset_sensitivity,
)
from geo.evaluation.prediction import CountParams
from geo.progress import watching
from geo.schema import Incidents
from geo.selection import Selection
from geo.surfaces.density import DensityParams
from tests.factories import make_incidents
from tests.reruns import assert_reruns

EVERYTHING = Selection()
SETTINGS = (CountParams(period="training"), DensityParams(bandwidth_m=300))
PARAMS = EvaluationParams(n_dates=4, train_days=300, cell_size_m=200)
FEW = OffsetParams(steps=2)


@pytest.fixture(scope="module")
def incidents() -> Incidents:
    return demonstration.load()


@pytest.fixture(scope="module")
def found(incidents: Incidents) -> OffsetResult:
    return offset_sensitivity(incidents, EVERYTHING, SETTINGS, PARAMS, FEW)


def test_the_table_says_how_far_the_figures_spread(found: OffsetResult):
    assert tuple(found.frame.columns) == SENSITIVITY_COLUMNS
    assert found.offsets_m.tolist() == [[0, 0], [100, 0], [0, 100], [100, 100]]
    frame = found.frame
    np.testing.assert_allclose(frame["pai"], found.pai[:, 0])
    np.testing.assert_allclose(frame["pai_mean"], found.pai.mean(axis=1))
    np.testing.assert_allclose(frame["pai_sd"], found.pai.std(axis=1, ddof=1))
    assert (frame["pai_lowest"] < frame["pai_highest"]).all()
    assert frame["pai_mean"].is_monotonic_decreasing
    assert (frame["rank_best"] <= frame["rank_worst"]).all()
    assert frame["same_land"].between(0, 1).all()
    assert (found.same_land[:, 0] == 1).all()


def test_each_figure_is_that_of_an_evaluation_on_the_moved_cells(
    incidents: Incidents, found: OffsetResult
):
    for column, (east, north) in enumerate(found.offsets_m):
        params = EvaluationParams(
            n_dates=4, train_days=300, cell_size_m=200, offset_east_m=east, offset_north_m=north
        )
        frame = evaluate(incidents, EVERYTHING, SETTINGS, params).frame.set_index("method")
        expected = frame["pai"][found.frame["method"]]
        np.testing.assert_allclose(found.pai[:, column], expected)


def test_a_surface_depends_less_on_the_grid_than_counts_in_its_cells(found: OffsetResult):
    same = found.frame.set_index("method")["same_land"]
    assert same["density"] > same["training time's counts"]


def test_one_place_is_found_wherever_the_grid_lies_and_its_cell_moves():
    times = [f"2017-{m:02d}-01" for m in range(1, 8) for _ in range(12)]
    here = make_incidents(times, [(523_410.0, 179_810.0)] * len(times), precision="month")
    params = EvaluationParams(train_days=90, area_percent=0.1, cell_size_m=100)
    result = offset_sensitivity(here, EVERYTHING, (CountParams(),), params, OffsetParams(steps=2))
    np.testing.assert_allclose(result.pai, 1000)
    # At 10 m from the corner, cells moved by 50 m hold it in their other half or quarter; the
    # second of the two cells that a tenth of a per cent takes is any other one.
    assert (result.same_land[0, 1:] <= 0.75).all()
    assert (result.same_land[0, 1:] >= 0.125).all()


def test_progress_and_again_from_the_record(incidents: Incidents, found: OffsetResult):
    done = []
    with watching(lambda *step: done.append(step)):
        offset_sensitivity(incidents, EVERYTHING, SETTINGS, PARAMS, FEW)
    assert [step for step in done if step[2] == "grids"] == [(k, 4, "grids") for k in range(4)]
    assert not [step for step in done if step[2] == "methods"]
    assert_reruns(found, incidents)


def test_wrong_settings_are_refused(incidents: Incidents):
    with pytest.raises(ParameterError, match="steps is 1; it must be from 2 to 10 steps"):
        OffsetParams(steps=1)
    with pytest.raises(ParameterError, match="No method to evaluate is given"):
        offset_sensitivity(incidents, EVERYTHING, (), PARAMS, FEW)
