"""A closer look at one question below the maps; nothing is computed before it is asked."""

from collections.abc import Callable, Sequence

import streamlit as st

from boundaries.errors import HotspotsError
from dashboard import controls, furniture
from dashboard.hotspots import chance_look, curves, patterns, predicting
from dashboard.hotspots.finding import Finding, show
from dashboard.hotspots.settings_panel import Setting
from dashboard.view import View

NOTHING = "Nothing yet"
Look = Callable[[View, Sequence[Setting], Setting], Finding | None]
LOOKS: dict[str, tuple[str, Look]] = {
    "k-distance": ("Search radius: k-distance curve", curves.k_distance_curve),
    "bandwidth": ("Bandwidth: likelihood curve", curves.bandwidth_likelihood),
    "chance": ("Is it chance? Random surfaces", chance_look.against_chance),
    "predicts": ("Which setting predicts? PAI", predicting.which_predicts),
    "grid": ("Does it depend on the grid?", predicting.on_moved_grids),
    "emerging": ("Emerging, persistent, fading", patterns.emerging_cells),
    "near-repeat": ("Near repeats", patterns.near_repeats),
}
"""By its word in the link: what people call it, and what makes it."""


def look_closer(view: View, settings: Sequence[Setting]) -> None:
    """Offer the questions and answer the chosen one."""
    st.subheader("Look closer")
    left, right = st.columns(2)
    asked = controls.choice(
        left,
        "Question",
        [NOTHING, *LOOKS],
        name="hotspots-look",
        words=lambda word: LOOKS[word][0] if word in LOOKS else word,
        help="Computed for the chosen incidents when you ask, and again when a setting changes.",
    )
    setting = settings[0]
    if len(settings) > 1:
        letter = controls.choice(
            right,
            "Of setting",
            [one.letter for one in settings],
            name="hotspots-of",
            words=str.upper,
        )
        setting = next(one for one in settings if one.letter == letter)
    if asked == NOTHING:
        return
    try:
        finding = LOOKS[asked][1](view, settings, setting)
    except HotspotsError as error:
        furniture.error(error)
        return
    if finding is not None:
        show(finding)
