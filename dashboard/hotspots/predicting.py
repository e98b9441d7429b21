"""Which setting predicts the next incidents, and whether that depends on where the grid lies."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pandas as pd
import streamlit as st

from dashboard import controls, jobs
from dashboard.hotspots import pictures
from dashboard.hotspots.finding import Finding, Picture
from dashboard.hotspots.settings_panel import Setting
from dashboard.view import View
from dashboard.words import amount, listed
from geo.evaluation import offset_sensitivity as moved
from geo.evaluation import table as columns
from geo.evaluation.accuracy import HIT_RATE, PAI, PEI, RRI
from geo.evaluation.evaluation import evaluate
from geo.evaluation.offset_sensitivity import OffsetParams, offset_sensitivity
from geo.evaluation.params import EvaluationParams
from geo.evaluation.prediction import NAMED, MethodParams
from geo.hotspots.table import RANK
from geo.selection import Selection

_TESTABLE = tuple({type(params) for params in NAMED.values()})
_OFFERED = ("area_percent", "cell_size_m", "train_days", "test_days", "n_dates")
_SKIPPED = tuple(
    name
    for name in (
        *(spec.name for spec in EvaluationParams.specs()),
        *(spec.name for spec in EvaluationParams.choices()),
    )
    if name not in _OFFERED
)


def which_predicts(view: View, settings: Sequence[Setting], _setting: Setting) -> Finding | None:
    """Rank the settings on show, and plain counts, by what they would have predicted."""
    params = _choose_evaluation()
    methods, notes = _methods(settings)
    found = jobs.job("Testing predictions", evaluate, view.dataset, _history(view), methods, params)
    if found is None:
        return None
    frame = found.frame
    names = [columns.called(frame, row) for row in range(len(frame))]
    curves = pictures.PaiCurves(
        tuple(names),
        100 * found.area_shares,
        found.hit_rates.mean(axis=1),
        found.best_hit_rates.mean(axis=0),
        params.area_percent,
    )
    return Finding(
        "which-setting-predicts",
        (found,),
        (found.in_words(),),
        Picture(
            lambda ink: pictures.pai(curves, ink),
            "Curves of the PAI over the share of the land that is chosen, up to 20 %, one for each "
            f"of {listed(names)}; at {params.area_percent:g} % the figures are in the table below.",
        ),
        _ranked_table(frame, names),
        texts=("Method",),
        notes=(_history_in_words(view), *notes),
    )


def on_moved_grids(view: View, settings: Sequence[Setting], _setting: Setting) -> Finding | None:
    """Test the settings again on grids that are moved by parts of a cell."""
    params = _choose_evaluation()
    methods, notes = _methods(settings)
    found = jobs.job(
        "Testing moved grids",
        offset_sensitivity,
        view.dataset,
        _history(view),
        methods,
        replace(params, offset_east_m=0, offset_north_m=0),
        OffsetParams(),
    )
    if found is None:
        return None
    frame = found.frame
    names = [columns.called(frame, row) for row in range(len(frame))]
    first = frame.iloc[0]
    return Finding(
        "moved-grids",
        (found,),
        (
            (
                f"The PAI of {names[0]} is {amount(first[PAI], 1)} on the cells as they lie, and "
                f"{amount(first[moved.PAI_LOWEST], 1)} to {amount(first[moved.PAI_HIGHEST], 1)} on "
                f"{len(found.offsets_m)} grids moved by parts of a cell. A lead smaller than that "
                "spread says more about the grid than about the methods."
            ),
        ),
        Picture(
            lambda ink: pictures.offsets(names, found.pai, ink),
            f"The PAI of {listed(names)} on each of {len(found.offsets_m)} moved grids; lowest, "
            "mean and highest are in the table below.",
        ),
        pd.DataFrame(
            {
                "Method": names,
                "PAI as it lies": [amount(v, 2) for v in frame[PAI]],
                "Mean": [amount(v, 2) for v in frame[moved.PAI_MEAN]],
                "Lowest": [amount(v, 2) for v in frame[moved.PAI_LOWEST]],
                "Highest": [amount(v, 2) for v in frame[moved.PAI_HIGHEST]],
                "Best rank": [f"{v}" for v in frame[moved.RANK_BEST]],
                "Worst rank": [f"{v}" for v in frame[moved.RANK_WORST]],
                "Same land (%)": [amount(100 * v, 0) for v in frame[moved.SAME_LAND]],
            }
        ),
        notes=(_history_in_words(view), *notes),
    )


def _choose_evaluation() -> EvaluationParams:
    with st.expander("How predictions are tested"):
        return controls.settings(st.container(), EvaluationParams, prefix="predicts", skip=_SKIPPED)


def _methods(settings: Sequence[Setting]) -> tuple[tuple[MethodParams, ...], tuple[str, ...]]:
    """Give what can be tested of the settings, beside plain counts, and what is left out."""
    methods: dict[MethodParams, None] = {}
    left_out = []
    for setting in settings:
        params = setting.settings.method
        if isinstance(params, _TESTABLE):
            methods[params] = None
        else:
            left_out.append(setting.method)
    methods[NAMED["last-period"]] = None
    methods[NAMED["training-counts"]] = None
    if not left_out:
        return tuple(methods), ()
    note = (
        f"{listed(sorted(set(left_out)))} gives no score to every place, so it cannot be tested "
        "this way."
    )
    return tuple(methods), (note,)


def _history(view: View) -> Selection:
    """Give the incidents of all times up to the end of the period: one year tests too little."""
    return replace(view.selection, start=None)


def _history_in_words(view: View) -> str:
    last = view.period.last
    return (
        f"Trained and tested on all incidents up to {last.day} {last:%B %Y}, not on the period "
        "alone."
    )


def _ranked_table(frame: pd.DataFrame, names: list[str]) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "Rank": [f"{rank}" for rank in frame[RANK]],
            "Method": names,
            "PAI": [amount(v, 2) for v in frame[PAI]],
            "PAI, 95 % interval": _interval(frame, columns.PAI_LOW, columns.PAI_HIGH, 2),
            "Hit rate (%)": [amount(100 * v, 1) for v in frame[HIT_RATE]],
            "PEI": [_or_none(v) for v in frame[PEI]],
            "RRI": [_or_none(v) for v in frame[RRI]],
            "Behind the first (PAI)": _interval(
                frame, columns.BEHIND_LOW, columns.BEHIND_HIGH, 2, columns.BEHIND
            ),
        }
    )


def _interval(
    frame: pd.DataFrame, low: str, high: str, decimals: int, middle: str | None = None
) -> list[str]:
    rows = []
    for row in frame.to_dict("records"):
        if np.isnan(row[low]):
            rows.append("")
            continue
        ends = f"{amount(row[low], decimals)} to {amount(row[high], decimals)}"
        rows.append(f"{amount(row[middle], decimals)} ({ends})" if middle else ends)
    return rows


def _or_none(value: float) -> str:
    return "not defined" if np.isnan(value) else amount(value, 2)
