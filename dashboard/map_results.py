"""Runs the analyses that one map needs and turns them into its layer model."""

from dataclasses import dataclass, replace

from dashboard.maps.build import ViewResults, build_map
from dashboard.maps.model import MapModel
from dashboard.settings import MapSettings
from geo.density import density
from geo.frames import Frames, frames_of
from geo.hotspots import HotspotResult, find_hotspots
from geo.schema import Incidents
from geo.ward_frames import WardFrameParams, ward_frames
from geo.ward_table import WardParams, ward_table

STEP_NAMES = {
    "month": "By month",
    "quarter": "By quarter",
    "year": "By year",
    "fy": "By financial year",
}


@dataclass(frozen=True, eq=False)
class MapResults:
    """The results behind one map, and the map made of them."""

    views: dict[str, ViewResults]
    model: MapModel

    @property
    def warnings(self) -> tuple[str, ...]:
        """What a reader must know, each sentence once."""
        views = self.views.values()
        records = [r.record for view in views for r in (view.wards, view.hotspots)]
        return tuple(dict.fromkeys(w for record in records for w in record.warnings))


def map_results(
    incidents: Incidents, settings: MapSettings, *, source: str, tiles: str | None = None
) -> MapResults:
    """Compute wards, surfaces and hotspots, for the whole time and for each frame of the slider."""
    views = {"whole": _whole(incidents, settings)}
    frames = frames_of(settings.selection.apply(incidents), settings.frames)
    if len(frames) > 1:
        views["steps"] = _steps(incidents, settings, frames)
    model = build_map(views, settings.measure, settings.scheme, source=source, tiles=tiles)
    return MapResults(views, model)


def _whole(incidents: Incidents, settings: MapSettings) -> ViewResults:
    params = WardParams(settings.vintage, "all", settings.measure)
    wards = ward_table(incidents, settings.selection, params)
    counts = wards
    if settings.measure != "count":
        counts = ward_table(incidents, settings.selection, replace(params, measure="count"))
    return ViewResults("Whole period", wards, counts, _hotspots(incidents, settings, None))


def _steps(incidents: Incidents, settings: MapSettings, frames: Frames) -> ViewResults:
    params = WardFrameParams(settings.vintage, settings.measure, settings.frames)
    wards = ward_frames(incidents, settings.selection, params)
    counts = wards
    if settings.measure != "count":
        counts = ward_frames(incidents, settings.selection, replace(params, measure="count"))
    name = STEP_NAMES[settings.frames.step]
    if frames.window > 1:
        name = f"{name}, {frames.window} at a time"
    return ViewResults(name, wards, counts, _hotspots(incidents, settings, frames))


def _hotspots(incidents: Incidents, settings: MapSettings, frames: Frames | None) -> HotspotResult:
    found = find_hotspots(
        incidents,
        settings.selection,
        settings.clusters or settings.density,
        hotspot_params=settings.hotspots,
        frames=frames,
        vintage=settings.vintage,
    )
    if found.surface is not None:
        return found
    # The surface is a layer of its own, whichever way the hotspots were found.
    surface = density(incidents, settings.selection, settings.density, frames)
    return replace(found, surface=surface)
