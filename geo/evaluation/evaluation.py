"""Which method and setting predicts: made of what came before a date, tested on what came after.

At many dates every method scores the same cells; those with the highest scores are taken until
they make up a stated share of the land, and it is counted how many of the next incidents lie
there. No incident of a test is in the training of its date.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from boundaries.errors import ParameterError
from geo.analysis import analysis, plain
from geo.evaluation.accuracy import PAI
from geo.evaluation.land import Land, land_of
from geo.evaluation.params import EvaluationParams, curve_shares
from geo.evaluation.prediction import NAMED, MethodParams, name_of, settings_in_words
from geo.evaluation.rolling import Rolling, in_units, rolling_dates
from geo.evaluation.rolling_tests import Outcomes, run_tests
from geo.evaluation.table import (
    DATE_COLUMNS,
    EVALUATION_COLUMNS,
    PAI_BY_LOT,
    called,
    dates_frame,
    measures_of,
    ranked,
    ranked_frame,
    summary_in_words,
)
from geo.record import make_record
from geo.remember import remembered
from geo.result import Result
from geo.schema import Incidents
from geo.selection import Selection
from geo.sites import LocatedIncidents, frame_warnings, frames_or_whole, locate_selected

__all__ = [
    "DATE_COLUMNS",
    "DEFAULT_SETTINGS",
    "EVALUATION_COLUMNS",
    "EvaluationParams",
    "EvaluationResult",
    "compare",
    "evaluate",
]

DEFAULT_SETTINGS = tuple(NAMED[name] for name in ("density", "gistar", "dbscan", "last-period"))
_FALSE_PRECISION_M = 100
_FEW_DATES = 5
_FEW_INCIDENTS = 20
"""In all tests together; below, 95 % intervals cover the truth in some 60 to 90 % of cases."""
_STACKED = 5
"""Incidents per position from which on most of a test lies on positions that training has."""


@dataclass(frozen=True, eq=False)
class EvaluationResult(Result):
    """Ranked methods; ``frame`` has one row per method with the columns ``EVALUATION_COLUMNS``.

    Attributes
    ----------
    dates
        One row per method and date with the columns ``DATE_COLUMNS``, methods as ranked.
    area_shares
        Shape (s,): shares of the land, 0 to 1.
    hit_rates
        Shape (methods, dates, s): the whole curves, methods as ranked; over ``area_shares`` they
        are the PAI.
    best_hit_rates
        Shape (dates, s): the highest that any choice of cells could have had.
    """

    dates: pd.DataFrame
    area_shares: NDArray[np.float64]
    hit_rates: NDArray[np.float64]
    best_hit_rates: NDArray[np.float64]

    def in_words(self) -> str:
        """Say which method did best, and whether that is clear."""
        return summary_in_words(self.frame, self.record)


@remembered(4)
@analysis("evaluate")
def evaluate(
    incidents: Incidents,
    selection: Selection,
    settings: tuple[MethodParams, ...],
    params: EvaluationParams,
) -> EvaluationResult:
    """Rank methods and settings by how well they predict.

    Parameters
    ----------
    incidents
        All incidents; the selection is applied here.
    settings
        Any number of methods, each with any number of settings.

    Returns
    -------
    Frame with exactly the columns ``EVALUATION_COLUMNS``, the best PAI first. ``hit_rate`` (share
    of the test's incidents on the chosen land), ``pai`` and ``pei`` are means over the dates at
    ``area_percent`` of the land, each with a 95 % bootstrap interval (for one date, and where all
    dates are alike, that of Wilson, which the PEI and differences do not have: NaN).
    ``rri`` is the share of the training's incidents on that land over the share of the test's:
    above 1 the hotspots cooled. ``mean_hit_rate`` averages over all shares up to
    ``CURVE_UP_TO_PERCENT``. ``pai_by_lot`` is the PAI if cells of equal score were drawn by lot.
    ``behind_best`` is by how much the PAI is behind the first row's at the same dates, with its
    interval; where that holds 0, the difference is no clearer than chance. NaN in the first row.

    Raises
    ------
    ParameterError
        No method is given, or one twice; the data has no room for the dates, or a training or
        test runs over a gap and that is not allowed; no test has an incident.
    """
    check_settings(settings)
    located = locate_selected(incidents, selection)
    rolling = rolling_dates(located.incidents, params)
    land = land_of(params.cell_size_m, params.offset_east_m, params.offset_north_m)
    tested = outcomes_at_dates(located, rolling, land, settings, params)
    used = tested.incidents > 0
    measures = measures_of(tested, used, params)
    order = ranked(settings, measures[PAI].mean(axis=1))
    frame = ranked_frame(settings, measures, order, params, tested.incidents[used].astype(float))
    record = make_record(
        "evaluate",
        _used(settings, params, rolling, int(used.sum())),
        selection,
        located.incidents,
        located.location,
        rules=rolling.rules | chosen_in_words(settings, tested),
        warnings=_warnings(located, rolling, tested, frame, params),
    )
    return EvaluationResult(
        frame,
        record,
        dates_frame(settings, tested, rolling, order, params),
        curve_shares(params),
        tested.hit_rates[order],
        tested.best,
    )


def compare(
    incidents: Incidents, selection: Selection, params: EvaluationParams | None = None
) -> EvaluationResult:
    """Rank density, Gi*, DBSCAN and the last period's counts, each with its usual settings.

    See :func:`evaluate`.
    """
    return evaluate(incidents, selection, DEFAULT_SETTINGS, params or EvaluationParams())


def outcomes_at_dates(
    located: LocatedIncidents,
    rolling: Rolling,
    land: Land,
    settings: tuple[MethodParams, ...],
    params: EvaluationParams,
) -> Outcomes:
    """Test all methods at all dates on given cells.

    Raises
    ------
    ParameterError
        No test has an incident in the borough.
    """
    tested = run_tests(located, rolling, land, settings, curve_shares(params), params.ties)
    if not tested.incidents.any():
        msg = (
            f"None of the {len(rolling)} tests has an incident in the borough; test longer, at "
            "other dates, or select more incidents."
        )
        raise ParameterError(msg)
    return tested


def chosen_in_words(settings: tuple[MethodParams, ...], tested: Outcomes) -> dict[str, str]:
    """Say what the methods chose themselves, by the method and the setting."""
    rules = {}
    for params, chosen in zip(settings, tested.chosen, strict=True):
        for name, values in chosen.items():
            low, high = f"{values.min():g}", f"{values.max():g}"
            span = low if low == high else f"{low} to {high}"
            what = f"{name} of {name_of(params)} ({settings_in_words(params)})"
            rules[what] = f"{span}, chosen anew from the training of each date"
    return rules


def check_settings(settings: tuple[MethodParams, ...]) -> None:
    """Refuse to compare nothing, or a setting with itself.

    Raises
    ------
    ParameterError
        No method is given, or one twice.
    """
    if not settings:
        msg = f"No method to evaluate is given; there are {', '.join(NAMED)}."
        raise ParameterError(msg)
    if len(set(settings)) < len(settings):
        twice = next(one for k, one in enumerate(settings) if one in settings[:k])
        msg = f"{name_of(twice)} ({settings_in_words(twice)}) is given twice; leave one out."
        raise ParameterError(msg)


def _used(
    settings: tuple[MethodParams, ...], params: EvaluationParams, rolling: Rolling, n_used: int
) -> dict[str, Any]:
    """Give the settings used, times as they were counted."""
    times = {
        "train": in_units(rolling.train, rolling.unit),
        "test": in_units(rolling.test, rolling.unit),
        "step": in_units(rolling.step, rolling.unit),
        "n_dates": len(rolling),
        "n_dates_used": n_used,
        "first_test": str(rolling.first_days(rolling.starts[:1])[0]),
    }
    left = {k: v for k, v in params.as_dict().items() if not k.endswith("_days")}
    del left["test_from"]
    return left | times | {"settings": plain(settings)}


def _warnings(
    located: LocatedIncidents,
    rolling: Rolling,
    tested: Outcomes,
    frame: pd.DataFrame,
    params: EvaluationParams,
) -> Iterator[str]:
    yield from rolling.warnings
    used = tested.incidents > 0
    n_used, n_incidents = int(used.sum()), int(tested.incidents.sum())
    if n_used < len(used):
        yield f"{len(used) - n_used} of {len(used)} tests have no incident and are left out."
    if n_used < _FEW_DATES:
        yield (
            f"{n_used} date{'' if n_used == 1 else 's'} can hardly tell skill from luck; test at "
            "more dates, with shorter training or tests."
        )
    if n_incidents < _FEW_INCIDENTS:
        yield (
            f"Incidents in all tests together: {n_incidents}. That is too few to tell skill from "
            "luck, and intervals over several dates are too narrow. Test longer, or at more dates."
        )
    if n_untrained := int((used & ~tested.is_trained).sum()):
        yield (
            f"At {n_untrained} of {n_used} dates there is no incident in the borough to train on, "
            "so nothing can be predicted; they count all the same. Train longer."
        )
    if params.cell_size_m < _FALSE_PRECISION_M:
        yield (
            f"Cells of {params.cell_size_m:g} m are below {_FALSE_PRECISION_M} m, finer than the "
            "positions of police data are known."
        )
    by_lot = int(frame[PAI_BY_LOT].to_numpy().argmax())
    if frame[PAI_BY_LOT][by_lot] > frame[PAI_BY_LOT][0]:
        yield (
            f"With cells of equal score drawn by lot, {called(frame, by_lot)} would be first; the "
            "ranking depends on how ties are broken."
        )
    if located.location.located >= _STACKED * len(located.sites):
        yield (
            "Positions are snapped to few points, where the next incidents lie too: that favours "
            "counts in small cells over methods that smooth. Larger cells show whether the "
            "ranking depends on it."
        )
    yield from frame_warnings(located, frames_or_whole(located, None))
