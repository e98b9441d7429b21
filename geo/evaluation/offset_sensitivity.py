"""How much an evaluation depends on where the lines of the grid happen to lie.

The cells are moved by parts of a cell east and north (the modifiable areal unit problem; Openshaw
1984), every method predicts and is tested anew on each, and the spread is reported. A difference
between methods that is smaller than this spread says more about the grid than about them.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from geo.analysis import analysis, plain
from geo.evaluation.accuracy import PAI
from geo.evaluation.evaluation import check_settings, outcomes_at_dates
from geo.evaluation.land import Land, land_of
from geo.evaluation.params import EvaluationParams
from geo.evaluation.prediction import MethodParams, Training, name_of, predict, settings_in_words
from geo.evaluation.rolling import Rolling, rolling_dates
from geo.evaluation.rolling_tests import training_of
from geo.evaluation.table import METHOD, SETTINGS, called, measures_of, ranked
from geo.params import Params, number
from geo.progress import report, watching
from geo.record import make_record
from geo.result import Result
from geo.schema import Incidents
from geo.selection import Selection
from geo.sites import LocatedIncidents, locate_selected

PAI_MEAN, PAI_LOWEST, PAI_HIGHEST, PAI_SD = "pai_mean", "pai_lowest", "pai_highest", "pai_sd"
RANK_BEST, RANK_WORST = "rank_best", "rank_worst"
SAME_LAND = "same_land"
SENSITIVITY_COLUMNS = (
    METHOD,
    SETTINGS,
    PAI,
    PAI_MEAN,
    PAI_LOWEST,
    PAI_HIGHEST,
    PAI_SD,
    RANK_BEST,
    RANK_WORST,
    SAME_LAND,
)
_LATTICE_COLUMNS = 100_000_000


@dataclass(frozen=True)
class OffsetParams(Params):
    """How finely the grid is moved."""

    steps: int = number(
        5,
        low=2,
        high=10,
        step=1,
        unit="steps",
        label="Offsets each way",
        help="5 moves the cells by fifths of a cell east and north: 25 grids.",
    )


@dataclass(frozen=True, eq=False)
class OffsetResult(Result):
    """One row per method with the columns ``SENSITIVITY_COLUMNS``, the highest mean PAI first.

    Attributes
    ----------
    offsets_m
        Shape (o, 2): how far east and north the cells were moved, the unmoved first.
    pai
        Shape (methods, o): mean PAI over the dates, methods as in ``frame``.
    same_land
        Shape (methods, o): share of the land chosen at the last date on the unmoved cells that is
        chosen on the moved ones too.
    """

    offsets_m: NDArray[np.float64]
    pai: NDArray[np.float64]
    same_land: NDArray[np.float64]


@analysis("offset_sensitivity")
def offset_sensitivity(
    incidents: Incidents,
    selection: Selection,
    settings: tuple[MethodParams, ...],
    params: EvaluationParams,
    offset_params: OffsetParams = OffsetParams(),
) -> OffsetResult:
    """Evaluate methods on grids that are moved by parts of a cell.

    Parameters
    ----------
    params
        As for :func:`geo.evaluation.evaluation.evaluate`; its own offset is not used.

    Returns
    -------
    Frame with exactly the columns ``SENSITIVITY_COLUMNS``: ``pai`` on the unmoved cells, mean,
    lowest, highest and standard deviation over all offsets, the best and the worst rank that the
    method has on any of them, and the mean of ``same_land`` over the moved ones.

    Raises
    ------
    ParameterError
        As :func:`geo.evaluation.evaluation.evaluate`.
    """
    check_settings(settings)
    located = locate_selected(incidents, selection)
    rolling = rolling_dates(located.incidents, params)
    offsets = _offsets(params.cell_size_m, offset_params.steps)
    pai = _pai(located, rolling, settings, params, offsets)
    same = _same_land(located, rolling, settings, params, offset_params.steps)
    ranks = np.array([np.argsort(ranked(settings, column)) + 1 for column in pai.T]).T
    order = ranked(settings, pai.mean(axis=1))
    frame = _frame(settings, pai, ranks, same, order)
    used = params.as_dict() | {"n_dates": len(rolling), "steps": offset_params.steps}
    record = make_record(
        "offset_sensitivity",
        used | {"test_from": str(params.test_from or ""), "settings": plain(settings)},
        selection,
        located.incidents,
        located.location,
        rules=rolling.rules,
        warnings=[*rolling.warnings, *_warnings(frame)],
    )
    return OffsetResult(frame, record, offsets, pai[order], same[order])


def _offsets(cell_size_m: float, steps: int) -> NDArray[np.float64]:
    at = np.arange(steps) * cell_size_m / steps
    east, north = np.meshgrid(at, at)
    return np.column_stack([east.ravel(), north.ravel()])


def _pai(
    located: LocatedIncidents,
    rolling: Rolling,
    settings: tuple[MethodParams, ...],
    params: EvaluationParams,
    offsets: NDArray[np.float64],
) -> NDArray[np.float64]:
    """Give the mean PAI of every method on every grid, (methods, o)."""
    columns = []
    for done, (east, north) in enumerate(offsets):
        report(done, len(offsets), "grids")
        land = land_of(params.cell_size_m, east, north)
        with watching(lambda *_: None):  # the methods of one grid are steps within a step
            tested = outcomes_at_dates(located, rolling, land, settings, params)
        columns.append(measures_of(tested, tested.incidents > 0, params)[PAI].mean(axis=1))
    return np.column_stack(columns)


def _same_land(
    located: LocatedIncidents,
    rolling: Rolling,
    settings: tuple[MethodParams, ...],
    params: EvaluationParams,
    steps: int,
) -> NDArray[np.float64]:
    """Compare the land chosen at the last date, (methods, o)."""
    training = training_of(located, rolling)
    last = Training(
        training.sites,
        training.counts[-1:],
        training.latest[-1:],
        lambda _: training.incidents_before(len(rolling) - 1),
    )
    lands = [land_of(params.cell_size_m, *at) for at in _offsets(params.cell_size_m, steps)]
    chosen = [
        [_chosen(predict(one, last, land).scores[0], land, params, steps) for land in lands]
        for one in settings
    ]
    return np.array(
        [[len(np.intersect1d(own[0], other)) / len(own[0]) for other in own] for own in chosen]
    )


def _chosen(
    scores: NDArray[np.float64], land: Land, params: EvaluationParams, steps: int
) -> NDArray[np.int64]:
    """Name the small squares, ``steps`` to a cell each way, of the cells that the budget takes."""
    order = np.argsort(-scores, kind="stable")
    before = np.cumsum(land.area_km2[order]) - land.area_km2[order]
    budget = params.area_percent / 100 * land.area_km2.sum()
    rows, cols = np.divmod(land.cells[order[before < budget]], land.grid.n_cols)
    part = np.arange(steps)
    small = params.cell_size_m / steps
    row = (rows + land.grid.first_row)[:, None] * steps + part + round(land.north_m / small)
    col = (cols + land.grid.first_col)[:, None] * steps + part + round(land.east_m / small)
    squares: NDArray[np.int64] = row[:, :, None] * _LATTICE_COLUMNS + col[:, None, :]
    return squares.ravel()


def _frame(
    settings: tuple[MethodParams, ...],
    pai: NDArray[np.float64],
    ranks: NDArray[np.intp],
    same: NDArray[np.float64],
    order: NDArray[np.intp],
) -> pd.DataFrame:
    columns = {
        METHOD: np.array([name_of(one) for one in settings], object),
        SETTINGS: np.array([settings_in_words(one) for one in settings], object),
        PAI: pai[:, 0],
        PAI_MEAN: pai.mean(axis=1),
        PAI_LOWEST: pai.min(axis=1),
        PAI_HIGHEST: pai.max(axis=1),
        PAI_SD: pai.std(axis=1, ddof=1),
        RANK_BEST: ranks.min(axis=1),
        RANK_WORST: ranks.max(axis=1),
        SAME_LAND: same[:, 1:].mean(axis=1),
    }
    return pd.DataFrame({name: values[order] for name, values in columns.items()})


def _warnings(frame: pd.DataFrame) -> Iterator[str]:
    if len(frame) > 1 and (frame[RANK_BEST] == 1).sum() > 1:
        first = [called(frame, int(row)) for row in np.flatnonzero(frame[RANK_BEST] == 1)]
        yield (
            "Which is first depends on where the grid lies. First on some grid: "
            f"{', '.join(first)}."
        )
