"""Runs the analyses that one map needs and turns them into its layer model."""

from dataclasses import dataclass, replace

from dashboard.maps.build import ViewResults, build_map
from dashboard.maps.model import MapModel
from dashboard.settings import MapSettings
from geo.frames import Frames, frames_of
from geo.hotspots.table import HotspotResult, find_hotspots
from geo.result import Result
from geo.schema import Incidents
from geo.surfaces.density import density
from geo.wards.frames import WardFrameParams, ward_frames
from geo.wards.table import WardParams, ward_table

_STEP_NAMES = {
    "month": "By month",
    "quarter": "By quarter",
    "year": "By year",
    "fy": "By financial year",
}


@dataclass(frozen=True, eq=False)
class WardResults:
    """Ward figures of a view: the measure on show, and counts, which may be the same result."""

    measured: Result
    counts: Result


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


def ward_results(incidents: Incidents, settings: MapSettings) -> dict[str, WardResults]:
    """Compute the ward figures of each view; hotspot settings make no difference to them."""
    selection, vintage, measure = settings.selection, settings.vintage, settings.measure
    whole = WardParams(vintage, "all", measure)
    steps = WardFrameParams(vintage, measure, settings.frames)
    found = {
        "whole": ward_table(incidents, selection, whole),
        "steps": ward_frames(incidents, selection, steps),
    }
    if measure == "count":
        return {view: WardResults(result, result) for view, result in found.items()}
    counts = {
        "whole": ward_table(incidents, selection, replace(whole, measure="count")),
        "steps": ward_frames(incidents, selection, replace(steps, measure="count")),
    }
    return {view: WardResults(result, counts[view]) for view, result in found.items()}


def map_results(
    incidents: Incidents,
    settings: MapSettings,
    wards: dict[str, WardResults],
    *,
    source: str,
    tiles: str | None = None,
    first: MapResults | None = None,
) -> MapResults:
    """Compute surfaces and hotspots for the whole time and for each frame, and make the map.

    Parameters
    ----------
    wards
        What :func:`ward_results` gave for the same incidents and settings.
    first
        What :func:`whole_period` gave for them, where it is there already.
    """
    first = first or whole_period(incidents, settings, wards, source=source, tiles=tiles)
    frames = frames_of(settings.selection.apply(incidents), settings.frames)
    if len(frames) < 2:
        return first
    steps = ViewResults(
        _steps_in_words(frames, settings),
        wards["steps"].measured,
        wards["steps"].counts,
        _hotspots(incidents, settings, frames),
    )
    views = {**first.views, "steps": steps}
    model = build_map(views, settings.measure, settings.scheme, source=source, tiles=tiles)
    return MapResults(views, model)


def whole_period(
    incidents: Incidents,
    settings: MapSettings,
    wards: dict[str, WardResults],
    *,
    source: str,
    tiles: str | None = None,
) -> MapResults:
    """Compute the view of the whole time alone: a small part of the work, and seen first."""
    found = _hotspots(incidents, settings, None)
    whole = ViewResults("Whole period", wards["whole"].measured, wards["whole"].counts, found)
    views = {"whole": whole}
    model = build_map(views, settings.measure, settings.scheme, source=source, tiles=tiles)
    return MapResults(views, model)


def _steps_in_words(frames: Frames, settings: MapSettings) -> str:
    name = _STEP_NAMES[settings.frames.step]
    return f"{name}, {frames.window} at a time" if frames.window > 1 else name


def _hotspots(incidents: Incidents, settings: MapSettings, frames: Frames | None) -> HotspotResult:
    is_whole = frames is None
    found = find_hotspots(
        incidents,
        settings.selection,
        settings.method,
        hotspot_params=settings.hotspots if is_whole else settings.hotspots_of_steps,
        frames=frames,
        vintage=settings.vintage,
        chance_params=settings.chance if is_whole else None,
    )
    if found.surface is not None:
        return found
    # The surface is a layer of its own, whichever way the hotspots were found.
    surface = density(incidents, settings.selection, settings.density, frames)
    return replace(found, surface=surface)
