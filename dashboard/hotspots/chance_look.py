"""Is it chance? The density held against random surfaces, as a map and as figures."""

from collections.abc import Sequence

import numpy as np
import pandas as pd
import streamlit as st
from numpy.typing import NDArray

from dashboard import controls, jobs
from dashboard.hotspots import land_picture
from dashboard.hotspots.finding import Finding, Picture
from dashboard.hotspots.settings_panel import Setting
from dashboard.view import View
from dashboard.words import amount, plural
from geo.hotspots.params import HotspotParams
from geo.hotspots.table import NAME, P_VALUE, RANK, HotspotResult, find_hotspots
from geo.schema import Incidents
from geo.selection import Selection
from geo.surfaces import chance as columns
from geo.surfaces.chance import ChanceParams, ChanceResult, chance
from geo.surfaces.density import INCIDENTS, DensityParams

Tested = tuple[ChanceResult, HotspotResult]


def against_chance(view: View, _settings: Sequence[Setting], setting: Setting) -> Finding | None:
    """Show which land is denser than chance, and the hotspots' p-values."""
    with st.expander("What chance means, and how often it is drawn"):
        params = controls.settings(
            st.container(), ChanceParams, prefix="look-chance", skip=("vintage",)
        )
    settings = setting.settings
    found = jobs.job(
        "Random surfaces",
        tested,
        view.dataset,
        view.selection,
        settings.density,
        settings.hotspots_of_steps,
        params,
        settings.vintage,
    )
    if found is None:
        return None
    surface, hotspots = found
    ps = hotspots.frame[P_VALUE].to_numpy(np.float64)
    return Finding(
        "is-it-chance",
        (surface, hotspots),
        in_words(float(surface.frame[columns.SIGNIFICANT_HA].iloc[0]), ps, params.level_pct),
        Picture(
            lambda ink: land_picture.chance_map(surface, hotspots, params.level_pct / 100, ink),
            "Map of the borough: the land that is denser than random surfaces, and the outlines of "
            "the hotspots with their ranks; the p-values are in the table below.",
        ),
        pd.DataFrame(
            {
                "Rank": [f"{rank}" for rank in hotspots.frame[RANK]],
                "Hotspot": hotspots.frame[NAME].tolist(),
                "Incidents": [f"{n:,}" for n in hotspots.frame[INCIDENTS]],
                "p of its peak": [p_in_words(p) for p in hotspots.frame[P_VALUE]],
            }
        ),
        texts=("Hotspot",),
        notes=(
            (
                f"Density with a bandwidth of {surface.record.params['bandwidth_m']:g} m, "
                f"{surface.record.rules['null']}."
            ),
        ),
    )


def tested(
    incidents: Incidents,
    selection: Selection,
    params: DensityParams,
    hotspot_params: HotspotParams,
    chance_params: ChanceParams,
    vintage: str,
) -> Tested:
    """Hold the surface and its hotspots against the same random surfaces."""
    surface = chance(incidents, selection, params, chance_params)
    hotspots = find_hotspots(
        incidents,
        selection,
        params,
        hotspot_params=hotspot_params,
        vintage=vintage,
        chance_params=chance_params,
    )
    return surface, hotspots


def p_in_words(p: float) -> str:
    """Write a p-value.

    >>> p_in_words(0.0412), p_in_words(0.0005), p_in_words(float("nan"))
    ('0.041', 'below 0.001', 'not tested')
    """
    if np.isnan(p):
        return "not tested"
    return "below 0.001" if p < 0.001 else f"{p:.3f}"


def in_words(
    significant_ha: float, p_values: NDArray[np.float64], level_pct: float
) -> tuple[str, ...]:
    """Say how much land and how many hotspots are more than chance.

    Parameters
    ----------
    p_values
        Of the hotspots' peaks.
    """
    level = f"{level_pct:g} %"
    land = (
        f"{amount(significant_ha, 1)} ha of land is denser than chance would give, at "
        f"{level} after correction for many cells."
    )
    if not len(p_values):
        return (land, "No hotspot is found, so there is no peak to test.")
    clear = int((p_values <= level_pct / 100).sum())
    has = "has" if clear == 1 else "have"
    return (
        land,
        (
            f"{clear:,} of {plural(len(p_values), 'hotspot')} {has} a peak that chance alone "
            f"reaches anywhere in the borough at most {level} of the time."
        ),
    )
