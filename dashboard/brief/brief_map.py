"""The map of a briefing: wards, density and ranked hotspots, the whole period or step by step."""

from dashboard.brief.model import BriefSettings
from dashboard.maps.build import ViewResults, build_map
from dashboard.maps.classify import Scheme
from dashboard.maps.model import MapModel
from geo.frames import FrameParams, frames_of
from geo.hotspots.table import HotspotResult, find_hotspots
from geo.schema import Incidents
from geo.wards.counts import Measure
from geo.wards.frames import WardFrameParams, ward_frames
from geo.wards.table import WardParams, ward_table

_MEASURE: Measure = "count"
_SCHEME: Scheme = "natural breaks"
_STEPS = FrameParams("month", 3)
"""A quarter of months smooths single ones."""


def whole_map(
    incidents: Incidents, settings: BriefSettings, hotspots: HotspotResult, source: str
) -> MapModel:
    """Make the map of the whole period; ``hotspots`` are those of the settings."""
    views = {"whole": _whole(incidents, settings, hotspots)}
    return build_map(views, _MEASURE, _SCHEME, source=source)


def stepped_map(
    incidents: Incidents, settings: BriefSettings, hotspots: HotspotResult, source: str
) -> MapModel:
    """Make the map with a time slider as well, where the period has several steps."""
    views = {"whole": _whole(incidents, settings, hotspots)}
    frames = frames_of(settings.selection.apply(incidents), _STEPS)
    if len(frames) > 1:
        params = WardFrameParams(settings.vintage, _MEASURE, _STEPS)
        wards = ward_frames(incidents, settings.selection, params)
        found = find_hotspots(
            incidents,
            settings.selection,
            settings.method,
            hotspot_params=settings.hotspots,
            frames=frames,
            vintage=settings.vintage,
        )
        views["steps"] = ViewResults("By month, 3 at a time", wards, wards, found)
    return build_map(views, _MEASURE, _SCHEME, source=source)


def _whole(incidents: Incidents, settings: BriefSettings, hotspots: HotspotResult) -> ViewResults:
    params = WardParams(settings.vintage, "all", _MEASURE)
    wards = ward_table(incidents, settings.selection, params)
    return ViewResults("Whole period", wards, wards, hotspots)
