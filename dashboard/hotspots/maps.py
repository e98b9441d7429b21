"""The maps of the settings, each over time, side by side where there are several."""

from collections.abc import Sequence
from dataclasses import replace

import streamlit as st

from dashboard import cache, jobs
from dashboard.hotspots.settings_panel import Setting
from dashboard.map_results import MapResults, map_results, ward_results, whole_period
from dashboard.maps.live import live_map, live_map_rest
from dashboard.maps.payload import encode
from dashboard.settings import MapSettings
from dashboard.view import View
from geo.clusters.hdbscan import HdbscanParams
from geo.grids.gistar_params import GiStarParams
from geo.schema import Incidents

Drawn = tuple[MapResults, bytes]
"""The results of a map, and the text that the browser reads."""

_MANY_RUNS = 2_000


def show_maps(view: View, settings: Sequence[Setting]) -> list[MapResults]:
    """Show the map of every setting; whole periods first, for they are there at once.

    Returns
    -------
    What is on each map by now; its time slider may still be in the making.
    """
    places = st.columns(len(settings), gap="medium") if len(settings) > 1 else [st.container()]
    wholes = []
    for place, setting in zip(places, settings, strict=True):
        with place:
            whole = _whole(view, setting)
            title = setting.name if len(settings) > 1 else ""
            live_map(whole[1], key=_key(setting), sync="settings", title=title)
            wholes.append(whole)
    shown = []
    for place, setting, whole in zip(places, settings, wholes, strict=True):
        with place:
            drawn = _over_time(view, setting) or whole
            live_map_rest(drawn[1], key=f"{_key(setting)} with time", of=_key(setting))
            shown.append(drawn[0])
    return shown


def _key(setting: Setting) -> str:
    return f"map-{setting.letter}"


def whole_map(incidents: Incidents, settings: MapSettings, source: str, tiles: str | None) -> Drawn:
    """Make the map of the whole period."""
    wards = ward_results(incidents, settings.of_wards())
    found = whole_period(incidents, settings, wards, source=source, tiles=tiles)
    return found, encode(found.model)


def map_over_time(
    incidents: Incidents, settings: MapSettings, source: str, tiles: str | None
) -> Drawn:
    """Make the map of the whole period and of the slider's frames."""
    wards = ward_results(incidents, settings.of_wards())
    found = map_results(incidents, settings, wards, source=source, tiles=tiles)
    return found, encode(found.model)


def _whole(view: View, setting: Setting) -> Drawn:
    """Give the whole period; without the test of chance while that is in the making."""
    settings, about = setting.settings, (view.dataset.source, view.options.tiles)
    if settings.chance is not None:
        name = f"Random surfaces, setting {setting.letter.upper()}"
        tested = jobs.job(name, whole_map, view.dataset, settings, *about)
        if tested is not None:
            return tested
        settings = replace(settings, chance=None, hotspots=settings.hotspots_of_steps)
    return cache.whole_period_of(view.dataset, settings, *about)


def _over_time(view: View, setting: Setting) -> Drawn | None:
    """Give the whole map; None while that is in the making."""
    settings, about = setting.settings, (view.dataset.source, view.options.tiles)
    if not _is_slow(settings):
        return cache.results_of(view.dataset, settings, *about)
    name = f"Time slider, setting {setting.letter.upper()}"
    return jobs.job(name, map_over_time, view.dataset, settings, *about)


def _is_slow(settings: MapSettings) -> bool:
    """Say whether frames may take seconds, so that the page should not wait for them."""
    method = settings.method
    if isinstance(method, GiStarParams):
        return method.p_value == "permutation" and method.runs > _MANY_RUNS
    return settings.chance is not None or isinstance(method, HdbscanParams)
