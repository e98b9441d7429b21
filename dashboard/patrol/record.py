"""How plans made the same way did, beside plain ways to choose: words, a chart and a table."""

from collections.abc import Hashable
from typing import Any

import numpy as np
import pandas as pd
import streamlit as st

from dashboard import charts, controls, furniture, jobs
from dashboard.charts import Ink, new_figure, quiet, svg_of
from dashboard.downloads import buttons, record_of, table_of
from dashboard.exports import FORMATS
from dashboard.view import View
from dashboard.words import amount
from geo.evaluation.accuracy import HIT_RATE, PAI
from geo.evaluation.table import HIT_RATE_HIGH, HIT_RATE_LOW, METHOD, PAI_HIGH, PAI_LOW
from geo.patrol.params import DemandParams
from geo.patrol.plan import Plan
from geo.patrol.tried.track_record import (
    AHEAD,
    AHEAD_HIGH,
    AHEAD_LOW,
    WAYS,
    TrackParams,
    TrackRecordResult,
    track_record,
)

_OFFERED = ("n_dates", "test_days", "train_days")
_SKIPPED = [spec.name for spec in TrackParams.specs() if spec.name not in _OFFERED]
_WHAT_IT_IS = (
    "At each of the last dates a plan was made in the same way, of nothing but what came before, "
    "and tested on the incidents of the same shift in the weeks that followed. All ways choose "
    "areas of the same size. PAI says how many times as many incidents they found as land of the "
    "same size finds on average."
)
_HOLDS_NOTHING = (
    "It says where incidents were recorded afterwards. It does not say that a patrol would have "
    "prevented them."
)


def show(view: View, plan: Plan) -> None:
    """Show how plans like this one did."""
    with st.expander("How plans are tested"):
        track = controls.settings(
            st.container(), TrackParams, prefix="patrol-record", skip=_SKIPPED
        )
    found = jobs.job(
        "Testing plans",
        track_record,
        view.dataset,
        view.all_times,
        plan.params,
        demand_params_of(plan),
        track,
        vintage=plan.vintage,
    )
    if found is not None:
        _show(found)


def demand_params_of(plan: Plan) -> DemandParams:
    """Give how expected incidents were asked to be worked out for a plan, as far as it says.

    What was automatic is automatic again: at each date it would have been picked anew.
    """
    names = [spec.name for spec in DemandParams.specs() if spec.name not in plan.rules]
    given = {name: plan.settings[name] for name in names if name in plan.settings}
    return DemandParams(**given)


def _show(found: TrackRecordResult) -> None:
    st.markdown(f"**{furniture.plain(found.in_words())}**")
    ink = Ink.on(dark=st.context.theme.type == "dark")
    said = f"PAI of each way with its 95 % interval: {pai_in_words(found.frame)}."
    st.html(charts.wide_image(record_chart(found.frame, ink), said, "PAI of plans and plain ways"))
    furniture.table(record_table(found.frame), label="How such plans did", texts=("What it is",))
    st.caption(f"{_WHAT_IT_IS} {_HOLDS_NOTHING}")
    with st.expander(f"What to know about these figures ({len(found.record.warnings)})"):
        st.markdown("\n".join(f"- {furniture.plain(one)}" for one in found.record.warnings))
    endings = (".csv", ".xlsx")
    tables = [
        table_of(found, ending, FORMATS[ending].label, "track-record-of-plans")
        for ending in endings
    ]
    buttons([*tables, record_of(found, "Record, JSON", "track-record-of-plans")])


def record_chart(frame: pd.DataFrame, ink: Ink) -> str:
    """Draw the PAI of each way as a point with its interval, the plans first."""
    figure = new_figure(8.2, 0.42 * len(frame) + 0.7)
    axes = figure.subplots()
    for row, one in enumerate(frame.to_dict("records")):
        is_plan = row == 0
        colour = ink.accent if is_plan else ink.text
        low, high = one[PAI_LOW], one[PAI_HIGH]
        if np.isfinite([low, high]).all():
            axes.plot([low, high], [row, row], color=colour, linewidth=3 if is_plan else 1.6)
        axes.plot(one[PAI], row, "s" if is_plan else "o", color=colour, markersize=7)
    axes.axvline(1, color=ink.muted, linewidth=1, linestyle="--")
    axes.set_yticks(range(len(frame)), [_sentence_case(name) for name in frame[METHOD]])
    axes.invert_yaxis()
    axes.set_xlim(left=0)
    axes.set_xlabel("PAI (1 is what any land of that size finds on average)")
    quiet(axes, ink, grid="x")
    return svg_of(figure)


def pai_in_words(frame: pd.DataFrame) -> str:
    """Say what the chart draws."""
    return "; ".join(
        f"{row[METHOD]} {amount(row[PAI], 2)}{_brackets(row, PAI_LOW, PAI_HIGH, 2)}"
        for row in frame.to_dict("records")
    )


def record_table(frame: pd.DataFrame) -> pd.DataFrame:
    """Write the figures of each way."""
    rows = frame.to_dict("records")
    return pd.DataFrame(
        {
            "Way to choose": [_sentence_case(row[METHOD]) for row in rows],
            "PAI (95 % interval)": [
                f"{amount(row[PAI], 2)}{_brackets(row, PAI_LOW, PAI_HIGH, 2)}" for row in rows
            ],
            "Found (% of the incidents)": [
                f"{amount(100 * row[HIT_RATE], 1)}{_per_cent(row)}" for row in rows
            ],
            "Plans ahead (PAI)": [
                ""
                if np.isnan(row[AHEAD])
                else f"{row[AHEAD]:+.2f}{_brackets(row, AHEAD_LOW, AHEAD_HIGH, 2)}"
                for row in rows
            ],
            "What it is": [WAYS[row[METHOD]] for row in rows],
        }
    )


def _per_cent(row: dict[Hashable, Any]) -> str:
    shown: dict[Hashable, Any] = {name: 100 * row[name] for name in (HIT_RATE_LOW, HIT_RATE_HIGH)}
    return _brackets(shown, HIT_RATE_LOW, HIT_RATE_HIGH, 1)


def _brackets(row: dict[Hashable, Any], low: str, high: str, decimals: int) -> str:
    """Write an interval behind its middle; nothing where there is none."""
    if np.isnan(row[low]) or np.isnan(row[high]):
        return ""
    return f" ({amount(row[low], decimals)} to {amount(row[high], decimals)})"


def _sentence_case(text: str) -> str:
    return text[:1].upper() + text[1:]
