"""Where it became hot, stays hot or fades; and whether incidents follow each other."""

from collections.abc import Sequence
from dataclasses import replace

import pandas as pd
import streamlit as st

from dashboard import cache, controls, jobs
from dashboard.hotspots import land_picture, pictures
from dashboard.hotspots.finding import Finding, Picture
from dashboard.hotspots.settings_panel import Setting
from dashboard.view import View
from dashboard.words import amount, listed, period_in_words, plural
from geo.grids import emerging as cube
from geo.grids.emerging import EmergingParams, emerging
from geo.grids.emerging_patterns import ALL_PATTERNS
from geo.grids.grid_counts import CELL_ID
from geo.repeats import near_repeat as pairs
from geo.repeats.near_repeat import NearRepeatParams, NearRepeatResult, near_repeat
from geo.selection import Selection
from geo.series_break import NEW_SERIES
from geo.surfaces.density import INCIDENTS

_AREAS = (".csv", ".xlsx", ".geojson", ".gpkg")


def emerging_cells(view: View, _settings: Sequence[Setting], setting: Setting) -> Finding | None:
    """Show the pattern of every cell over all times up to the end of the period."""
    with st.expander("Steps, cells and windows"):
        params = controls.settings(st.container(), EmergingParams, prefix="emerging")
    found = cache.analysed(
        emerging, view.dataset, _one_series(view), params, setting.settings.vintage
    )
    frame = found.frame
    counts = frame[cube.PATTERN].value_counts()
    named = [f"{counts[p.name]:,} {p.name}" for p in ALL_PATTERNS if p.name in counts]
    advice = [p for p in ALL_PATTERNS if p.name in counts]
    cells = "cell" if counts.sum() == 1 else "cells"
    return Finding(
        "emerging",
        (found,),
        (
            f"Over {len(found.steps)} steps, {period_in_words(found.steps[0])} to "
            f"{period_in_words(found.steps[-1])}: "
            + (f"{listed(named)} {cells}." if named else "no cell has a pattern."),
        ),
        Picture(
            lambda ink: land_picture.emerging_map(found, ink),
            "Map of the borough: cells by their pattern over time, each with a letter; the cells "
            "and their patterns are in the table below.",
        ),
        pd.DataFrame(
            {
                "Cell": [f"{cell}" for cell in frame[CELL_ID]],
                "Place": frame[cube.NAME].tolist(),
                "Pattern": frame[cube.PATTERN].tolist(),
                "Hot steps": [f"{n:,}" for n in frame[cube.HOT_STEPS]],
                "Unusually quiet steps": [f"{n:,}" for n in frame[cube.COLD_STEPS]],
                "Last z": [amount(z, 1) for z in frame[cube.LAST_Z]],
                "Incidents": [f"{n:,}" for n in frame[INCIDENTS]],
            }
        ),
        texts=("Place", "Pattern"),
        notes=tuple(f"{p.name.capitalize()}: {p.meaning}. {p.advice}" for p in advice),
        endings=_AREAS,
    )


def _one_series(view: View) -> Selection:
    """Give all times up to the end of the period that can be compared with it."""
    is_new = view.period.last >= NEW_SERIES
    return replace(view.selection, start=NEW_SERIES if is_new else None)


def near_repeats(view: View, _settings: Sequence[Setting], _setting: Setting) -> Finding | None:
    """Show whether an incident is followed by others near it, sooner than chance would give."""
    with st.expander("Simulations"):
        params = controls.settings(st.container(), NearRepeatParams, prefix="near-repeat")
    found = jobs.job("Near repeats", near_repeat, view.dataset, view.selection, params)
    if found is None:
        return None
    frame = found.frame
    used = f"{plural(found.incidents_used, 'incident')} with a known day"
    if not frame[pairs.PAIRS].sum():
        few = "Fewer than two incidents have a known day and place, so none can follow another."
        none = f"{used}: no two are near each other in place and time."
        return Finding("near-repeats", (found,), (few if found.incidents_used < 2 else none,))
    return Finding(
        "near-repeats",
        (found,),
        found.findings,
        Picture(
            lambda ink: pictures.near_repeat(found, params.bands, ink),
            "Heat table of how many times as many pairs of incidents there are as chance would "
            "give, by distance and time; the figures are in the table below.",
        ),
        pd.DataFrame(
            {
                "Distance": frame[pairs.DISTANCE].tolist(),
                "Time": frame[pairs.TIME].tolist(),
                "Pairs": [f"{n:,}" for n in frame[pairs.PAIRS]],
                "Expected by chance": [amount(v, 1) for v in frame[pairs.EXPECTED]],
                "Times as many": _ratios(found),
                "p, corrected": [f"{p:.3f}" for p in frame[pairs.P_CORRECTED]],
                "Finding": frame[pairs.SIGNIFICANCE].tolist(),
            }
        ),
        texts=("Time", "Finding"),
        notes=(f"{used} are compared with each other.",),
    )


def _ratios(found: NearRepeatResult) -> list[str]:
    ratio = found.frame[pairs.RATIO]
    return ["not defined" if pd.isna(v) else amount(v, 2) for v in ratio]
