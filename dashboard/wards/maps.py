"""The map of the page Wards: what it can show, and its model made of results."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal, cast, get_args

from boundaries.vintages import Vintage
from dashboard.maps.classify import Scheme
from dashboard.maps.model import MapModel
from dashboard.maps.payload import encode
from dashboard.maps.ward_maps import WardFigures, change_map, cluster_map, ward_map
from dashboard.wards.numbers import WardNumbers
from geo.frames import FrameParams, frames_of
from geo.result import Result
from geo.schema import Incidents
from geo.selection import Selection
from geo.wards.clusters import WardClusterParams, ward_clusters
from geo.wards.counts import MEASURES, Measure
from geo.wards.frames import WardFrameParams, ward_frames
from geo.wards.table import WardParams, ward_table

Shown = Literal["count", "rate", "density", "share", "change", "stand out"]
SHOWN: tuple[Shown, ...] = get_args(Shown)
SHOWN_WORDS: Mapping[Shown, str] = {
    "count": "Number",
    "rate": "Per 1,000 residents",
    "density": "Per km²",
    "share": "Share",
    "change": "Change",
    "stand out": "Standing out",
}
EXPLAINED: Mapping[Shown, str] = {
    "count": "How many incidents were recorded in each ward.",
    "rate": (
        "Incidents for every 1,000 people who live in the ward. A town centre has few residents "
        "and many visitors, so its rate looks worse than the risk of any one person; a small ward "
        "has a rate that jumps about."
    ),
    "density": "Incidents for each square kilometre, so that large and small wards compare.",
    "share": (
        "Of every 100 incidents, how many were in the ward; those outside the borough and without "
        "a place count, too."
    ),
    "change": (
        "How many more or fewer than in the time it is held against. A ward with a thick outline "
        "changed by more than chance would give, also when it is considered that many wards are "
        "looked at."
    ),
    "stand out": (
        "Wards that are high or low together with their neighbours by more than chance would give, "
        "also when it is considered that many wards are looked at. Few wards make a weak test: "
        "one that is not marked may still be high."
    ),
}


@dataclass(frozen=True, eq=False)
class WardMap:
    """A map and the results behind it, by the names of their files."""

    model: MapModel
    text: bytes
    results: Mapping[str, Result]


@dataclass(frozen=True)
class WardMapSettings:
    """All that decides what the map of amounts shows."""

    measure: Measure
    scheme: Scheme
    frames: FrameParams


def is_measure(shown: Shown) -> bool:
    """Say whether an amount is shown, for which there are steps of time."""
    return shown in MEASURES


def measure_of(shown: Shown) -> Measure:
    """Give the measure that the table and the years go by."""
    return cast("Measure", shown) if is_measure(shown) else "count"


def amounts(
    incidents: Incidents,
    selection: Selection,
    all_times: Selection,
    vintage: Vintage,
    settings: WardMapSettings,
    *,
    source: str,
    tiles: str | None,
) -> WardMap:
    """Make the map of a measure: of the period, and step by step through all of the data.

    Most periods are too short for steps of a year, and what came before is what people ask for.
    """
    measure = settings.measure
    whole = ward_table(incidents, selection, WardParams(vintage, "all", measure))
    counts = whole
    if measure != "count":
        counts = ward_table(incidents, selection, WardParams(vintage))
    results: dict[str, Result] = {"wards": whole}
    views = {"whole": WardFigures("Chosen period", whole, counts)}
    if len(frames_of(all_times.apply(incidents), settings.frames)) > 1:
        params = WardFrameParams(vintage, measure, settings.frames)
        results["wards-steps"] = steps = ward_frames(incidents, all_times, params)
        counts = steps
        if measure != "count":
            of_counts = WardFrameParams(vintage, "count", settings.frames)
            counts = ward_frames(incidents, all_times, of_counts)
        views["steps"] = WardFigures(_steps_in_words(settings.frames), steps, counts)
    model = ward_map(views, settings.scheme, source=source, tiles=tiles)
    return WardMap(model, encode(model), results)


_STEP_NAMES = {
    "month": "All data by month",
    "quarter": "All data by quarter",
    "fy": "All data by financial year",
    "year": "All data by year",
}


def _steps_in_words(frames: FrameParams) -> str:
    name = _STEP_NAMES[frames.step]
    return f"{name}, {frames.window} at a time" if frames.window > 1 else name


def changes(
    numbers: WardNumbers, *, source: str, before: str, after: str, tiles: str | None
) -> WardMap | None:
    """Make the map of changes; None where nothing is compared."""
    by_ward = numbers.change_by_ward
    if by_ward is None or numbers.change is None:
        return None
    model = change_map(by_ward, source=source, before=before, after=after, tiles=tiles)
    return WardMap(model, encode(model), {"wards-change": numbers.change})


def standing_out(
    incidents: Incidents,
    selection: Selection,
    params: WardClusterParams,
    *,
    source: str,
    period: str,
    tiles: str | None,
) -> WardMap:
    """Make the map of the wards that stand out with their neighbours."""
    result = ward_clusters(incidents, selection, params)
    model = cluster_map(result, source=source, period=period, tiles=tiles)
    return WardMap(model, encode(model), {"wards-standing-out": result})
