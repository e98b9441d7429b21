"""The curves that suggest a search radius and a bandwidth, with what is set marked on them."""

from collections.abc import Sequence

import numpy as np
import pandas as pd
import streamlit as st

from dashboard import cache, controls
from dashboard.hotspots import pictures
from dashboard.hotspots.finding import Finding, Picture
from dashboard.hotspots.settings_panel import Setting
from dashboard.view import View
from dashboard.words import amount
from geo.clusters.dbscan import DbscanParams
from geo.clusters.k_distance import (
    DISTANCE_M,
    SHARE_PCT,
    SUGGESTED_EPS_M,
    KDistanceParams,
    k_distance,
)
from geo.clusters.st_dbscan import StDbscanParams
from geo.surfaces.bandwidth import BANDWIDTH, LOG_LIKELIHOOD, bandwidth_curve
from geo.surfaces.density import density

_TENTHS = 10
"""Rows of the curve's table per ten per cent."""


def k_distance_curve(view: View, _settings: Sequence[Setting], setting: Setting) -> Finding | None:
    """Show which search radius takes in how many incidents."""
    params = controls.settings(st.container(), KDistanceParams, prefix="k-distance")
    found = cache.analysed(k_distance, view.dataset, view.selection, params)
    method = setting.settings.method
    eps_m = method.eps_m if isinstance(method, DbscanParams | StDbscanParams) else None
    frame, suggested = found.frame, found.record.params[SUGGESTED_EPS_M]
    return Finding(
        "k-distance",
        (found,),
        _of_k_distance(frame, params.k, suggested, eps_m),
        Picture(
            lambda ink: pictures.k_distance(frame, params.k, suggested, eps_m, ink),
            f"Curve of the distance within which {params.k} incidents lie, for rising shares of "
            "the incidents; the figures are in the table below.",
        )
        if len(frame)
        else None,
        pd.DataFrame(
            {
                "Share of the incidents (%)": [amount(v, 0) for v in range(10, 101, _TENTHS)],
                f"Distance to {params.k} incidents, at most (m)": [
                    amount(_within(frame, share), 0) for share in range(10, 101, _TENTHS)
                ],
            }
        )
        if len(frame)
        else None,
    )


def _of_k_distance(
    frame: pd.DataFrame, k: int, suggested: float | None, eps_m: float | None
) -> tuple[str, ...]:
    if suggested is None or not len(frame):
        return (f"Fewer than {k:,} incidents are located, so there is no curve.",)
    said = [f"The curve bends at {amount(suggested, 0)} m: crowded places end about there."]
    if eps_m is not None:
        reached = float(np.interp(eps_m, frame[DISTANCE_M], frame[SHARE_PCT]))
        if eps_m < frame[DISTANCE_M].iloc[0]:
            reached = 0.0
        said.append(
            f"The eps that is set, {amount(eps_m, 0)} m, takes in {k:,} incidents around "
            f"{amount(reached, 0)} % of the incidents."
        )
    return tuple(said)


def _within(frame: pd.DataFrame, share_pct: float) -> float:
    """Give the distance that is enough for a share of the incidents."""
    row = int(np.searchsorted(frame[SHARE_PCT], share_pct - 1e-9))
    return float(frame[DISTANCE_M].iloc[min(row, len(frame) - 1)])


def bandwidth_likelihood(
    view: View, _settings: Sequence[Setting], setting: Setting
) -> Finding | None:
    """Show how well each bandwidth foretells positions that were left out."""
    params = setting.settings.density
    found = cache.analysed(bandwidth_curve, view.dataset, view.selection, params)
    surface = cache.analysed(density, view.dataset, view.selection, params)
    used = float(surface.record.params[BANDWIDTH])
    frame = found.frame
    if not len(frame):
        return Finding("bandwidth", (found,), ("Fewer than two positions lie in the borough.",))
    best = frame.iloc[int(frame[LOG_LIKELIHOOD].to_numpy().argmax())]
    behind = float(best[LOG_LIKELIHOOD] - np.interp(used, frame[BANDWIDTH], frame[LOG_LIKELIHOOD]))
    return Finding(
        "bandwidth",
        (found,),
        (
            (
                f"Of the {len(frame)} bandwidths tried, {amount(best[BANDWIDTH], 0)} m foretells "
                f"left out positions best; the map uses {amount(used, 0)} m, {amount(behind, 2)} "
                "behind it in log-likelihood per incident."
            ),
        ),
        Picture(
            lambda ink: pictures.bandwidth(frame, used, ink),
            "Curve of the log-likelihood per incident over bandwidths from "
            f"{amount(frame[BANDWIDTH].iloc[0], 0)} to {amount(frame[BANDWIDTH].iloc[-1], 0)} m, "
            f"highest at {amount(best[BANDWIDTH], 0)} m; the figures are in the table below.",
        ),
        pd.DataFrame(
            {
                "Bandwidth (m)": [amount(v, 0) for v in frame[BANDWIDTH]],
                "Log-likelihood per incident": [amount(v, 3) for v in frame[LOG_LIKELIHOOD]],
            }
        ),
        notes=(
            (
                "A flat curve does not decide: then take the bandwidth that the question asks for, "
                "and one value for all maps that are compared."
            ),
        ),
    )
