"""The controls of the page Hotspots: wards and time for all maps, and each setting's own method.

Up to three settings stand side by side, each with a letter that begins the names of its controls.
All of them are drawn in every run, in tabs, so that none forgets its values.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from dashboard import controls
from dashboard.hotspots import presets
from dashboard.hotspots.methods import ABOUT, METHODS, Method
from dashboard.maps.build import MEASURE_NAMES
from dashboard.maps.classify import SCHEMES
from dashboard.settings import MapSettings
from dashboard.view import View
from geo.frames import FrameParams, Step
from geo.grids.gistar_params import GiStarParams
from geo.hotspots.areas import MethodParams
from geo.hotspots.params import CUT_SETTINGS, HotspotParams
from geo.surfaces.chance import ChanceParams
from geo.surfaces.density import DensityParams
from geo.wards.counts import MEASURES

LETTERS = ("a", "b", "c")
STEP_WORDS: dict[Step, str] = {
    "month": "Month",
    "quarter": "Quarter",
    "fy": "Financial year",
    "year": "Calendar year",
}
_CUT, _ONLY = (
    next(spec for spec in HotspotParams.choices() if spec.name == name)
    for name in ("cut", "only_significant")
)
_P_VALUE, _ALTERNATIVE = (
    next(spec for spec in GiStarParams.choices() if spec.name == name)
    for name in ("p_value", "alternative")
)
_FINDS_HOT = replace(
    _ALTERNATIVE,
    options={word: means for word, means in _ALTERNATIVE.options.items() if word != "less"},
)
"""A test for cold cells alone finds no hotspots."""
_SETTINGS_COMPARED = ("One setting", "Two side by side", "Three side by side")


@dataclass(frozen=True)
class Setting:
    """One of the settings on show.

    Attributes
    ----------
    letter
        Begins the names of its controls.
    method
        Name of its method.
    settings
        All that decides its map.
    """

    letter: str
    method: Method
    settings: MapSettings

    @property
    def name(self) -> str:
        """What people call it beside others."""
        return f"{self.letter.upper()}: {self.method}"


def choose_settings(view: View) -> list[Setting]:
    """Offer the settings in the sidebar; one, or two or three to hold side by side."""
    with st.sidebar:
        st.subheader("Hotspots")
        compared = controls.choice(
            st.sidebar, "Show", list(_SETTINGS_COMPARED), name="hotspots-show"
        )
        letters = LETTERS[: _SETTINGS_COMPARED.index(compared) + 1]
        places = _places(letters)
        common = _choose_common(view)
        return [
            _choose_one(where, letter, letters, common)
            for where, letter in zip(places, letters, strict=True)
        ]


def _places(letters: Sequence[str]) -> Sequence[DeltaGenerator]:
    if len(letters) == 1:
        return [st.container()]
    return st.tabs([f"Setting {letter.upper()}" for letter in letters])


def _choose_common(view: View) -> MapSettings:
    """Offer what all maps of the page have in common."""
    box = st.expander("Ward colours and time slider")
    measure = controls.choice(
        box, "Measure", MEASURES, name="map-measure", words=MEASURE_NAMES.__getitem__
    )
    scheme = controls.choice(
        box, "Colour classes", SCHEMES, name="map-classes", words=str.capitalize
    )
    step = controls.choice(
        box, "Step", list(STEP_WORDS), name="map-step", words=STEP_WORDS.__getitem__
    )
    # A quarter of months smooths single ones; longer steps need no window.
    start = 3 if step == "month" else 1
    window = controls.number(
        box, FrameParams.spec("window"), name=f"map-window-{step}", default=start
    )
    return MapSettings(
        view.selection, view.vintage, measure, scheme, FrameParams(step, int(window))
    )


def _choose_one(
    where: DeltaGenerator, letter: str, letters: Sequence[str], common: MapSettings
) -> Setting:
    with where:
        method = controls.choice(where, "Found by", METHODS, name=f"{letter}-method")
        st.caption(ABOUT[method].answers)
        presets.offer(letter, letters)
        params = _choose_params(where, letter, method)
        chance = None if method == "Getis-Ord Gi*" else _choose_chance(where, letter, common)
        hotspots = _choose_hotspots(where, letter, method, is_tested=chance is not None)
        density = params if isinstance(params, DensityParams) else _choose_surface(letter)
    other = None if isinstance(params, DensityParams) else params
    found = replace(common, density=density, other=other, hotspots=hotspots, chance=chance)
    return Setting(letter, method, found)


def _choose_params(where: DeltaGenerator, letter: str, method: Method) -> MethodParams:
    about = ABOUT[method]
    prefix = f"{letter}-{about.prefix}"
    if about.params is GiStarParams:
        return _choose_gi_star(where, prefix)
    return controls.settings(where, about.params, prefix=prefix)


def _choose_gi_star(where: DeltaGenerator, prefix: str) -> GiStarParams:
    """Offer the simulations only where there are any."""
    p_value = controls.option(where, _P_VALUE, name=f"{prefix}-p_value")
    alternative = controls.option(where, _FINDS_HOT, name=f"{prefix}-alternative")
    skipped = ["p_value", "alternative"]
    if p_value != "permutation":
        skipped += ["runs", "seed"]
    found = controls.settings(where, GiStarParams, prefix=prefix, skip=skipped)
    return replace(found, p_value=p_value, alternative=alternative)


def _choose_surface(letter: str) -> DensityParams:
    """Offer the density that can be shown below the hotspots of another method."""
    box = st.expander("Density surface of the map")
    return controls.settings(box, DensityParams, prefix=f"{letter}-density")


def _choose_hotspots(
    where: DeltaGenerator, letter: str, method: Method, *, is_tested: bool
) -> HotspotParams:
    """Offer what may be called a hotspot, with the settings that matter to the method."""
    prefix = f"{letter}-hotspots"
    skipped = ["cut", "only_significant", *CUT_SETTINGS.values()]
    words: dict[str, Any] = {}
    if method == "Density":
        cut = controls.option(where, _CUT, name=f"{prefix}-cut")
        skipped.remove(CUT_SETTINGS[cut])
        words["cut"] = cut
        if is_tested:
            words[_ONLY.name] = controls.option(where, _ONLY, name=f"{prefix}-{_ONLY.name}")
    found = controls.settings(where, HotspotParams, prefix=prefix, skip=skipped)
    return replace(found, **words)


def _choose_chance(where: DeltaGenerator, letter: str, common: MapSettings) -> ChanceParams | None:
    """Offer to hold the hotspots against random surfaces."""
    if not controls.switch(where, "Hold against chance", name=f"{letter}-chance"):
        return None
    prefix, skipped = f"{letter}-chance", ("vintage",)
    found = controls.settings(where, ChanceParams, prefix=prefix, skip=skipped)
    return replace(found, vintage=common.vintage)
