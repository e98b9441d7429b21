"""Incidents and results to make maps of; synthetic, and small enough to see through."""

from dataclasses import replace
from datetime import datetime
from functools import cache

import numpy as np
import pandas as pd
from dateutil.relativedelta import relativedelta

from dashboard.maps.build import ViewResults, build_map
from dashboard.maps.model import MapModel
from geo.frames import FrameParams, frames_of
from geo.hotspots.table import find_hotspots
from geo.schema import (
    CATEGORY,
    EASTING,
    INCIDENT_ID,
    IS_CRIME,
    NORTHING,
    OCCURRED,
    SOURCE,
    STRAND_COLUMNS,
    TIME_PRECISION,
    Incidents,
)
from geo.selection import Selection
from geo.surfaces.density import DensityParams
from geo.wards.counts import Measure
from geo.wards.frames import WardFrameParams, ward_frames
from geo.wards.table import WardParams, ward_table
from tests import payloads

TOWN_CENTRES = ((523_300, 178_600), (523_600, 179_800), (525_400, 177_300))
OUTSIDE = (530_000, 180_000)


def incidents(
    located: int = 300, outside: int = 7, missing: int = 5, months: int = 6, seed: int = 1
) -> Incidents:
    """Make incidents around three town centres, some outside and some not located."""
    rng = np.random.default_rng(seed)
    centres = np.array(TOWN_CENTRES)[rng.choice(3, located, p=(0.5, 0.3, 0.2))]
    inside = np.round(centres + rng.normal(0, 120, (located, 2)).clip(-150, 150))
    places = np.vstack([inside, np.tile(OUTSIDE, (outside, 1)), np.full((missing, 2), np.nan)])
    month = rng.integers(0, months, len(places))
    month[:2] = 0, months - 1
    times = [datetime(2016, 11, 1) + relativedelta(months=int(m)) for m in month]
    return table_of(places, times)


def table_of(places: np.ndarray, times: list[datetime]) -> Incidents:
    """Make incidents at positions in metres and times."""
    n = len(places)
    frame = pd.DataFrame(
        {
            INCIDENT_ID: [f"i{i}" for i in range(n)],
            SOURCE: "synthetic",
            CATEGORY: "hate crime",
            IS_CRIME: pd.array([True] * n, dtype="boolean"),
            OCCURRED: pd.to_datetime(times).as_unit("us"),
            TIME_PRECISION: "month",
            EASTING: places[:, 0],
            NORTHING: places[:, 1],
            **dict.fromkeys(STRAND_COLUMNS.values(), False),
        }
    )
    return Incidents(frame)


def view_results(
    of: Incidents, measure: Measure = "count", params=None, window: int = 2, vintage="2022"
) -> dict[str, ViewResults]:
    """Run the analyses of a map for the whole time and month by month."""
    everything, params = Selection(), params or DensityParams()
    frame_params = FrameParams("month", window)
    frames = frames_of(of, frame_params)

    def whole_of(measured: Measure):
        return ward_table(of, everything, WardParams(vintage, "all", measured))

    def steps_of(measured: Measure):
        return ward_frames(of, everything, WardFrameParams(vintage, measured, frame_params))

    whole = find_hotspots(of, everything, params, vintage=vintage)
    steps = find_hotspots(of, everything, params, frames=frames, vintage=vintage)
    return {
        "whole": ViewResults("Whole period", whole_of(measure), whole_of("count"), whole),
        "steps": ViewResults("By month", steps_of(measure), steps_of("count"), steps),
    }


def new_model(measure: Measure = "count", **options) -> MapModel:
    """Make the map of the standard incidents anew."""
    results = view_results(incidents(), measure, **options)
    return build_map(results, measure, "natural breaks", source="Synthetic test data")


@cache
def model(measure: Measure = "count", **options) -> MapModel:
    """Give the map of the standard incidents, made once: nobody changes a map in place."""
    return new_model(measure, **options)


HOSTILE = (
    *(payloads.MARKUP[at] for at in (0, 1, 4, 5)),
    *(payloads.TEMPLATES[at] for at in (0, 1, 2, 3, 4, 6)),
)
"""Texts that would run, or break the page, where a renderer forgot to escape them."""


def with_texts(drawn: MapModel, text: str) -> MapModel:
    """Put a text into every place of a model where there is text."""

    def hotspots(frames):
        return tuple(tuple(replace(s, name=text) for s in spots) for spots in frames)

    def view(old):
        n = len(old.frames)
        classes = tuple(replace(c, label=text) for c in old.scale.classes)
        scale = replace(old.scale, title=text, note=text, classes=classes)
        surface = old.surface and replace(
            old.surface, scale=replace(old.surface.scale, title=text, note=text)
        )
        return replace(
            old,
            name=text,
            method=text,
            frames=(text,) * n,
            sentences=(text,) * n,
            located=(text,) * n,
            scale=scale,
            surface=surface,
            hotspots=hotspots(old.hotspots),
        )

    base = replace(
        drawn.base,
        vintage=text,
        wards=tuple(replace(w, code=text, name=text) for w in drawn.base.wards),
        extra_rows=(text, text),
        places=tuple(replace(p, name=text, kind=text) for p in drawn.base.places),
        attribution=text,
    )
    return replace(
        drawn,
        base=base,
        title=text,
        unit=text,
        source=text,
        disclosure=text,
        views={key: view(old) for key, old in drawn.views.items()},
    )
