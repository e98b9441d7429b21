"""Whether the place is known, and how exactly."""

from collections.abc import Iterator

import numpy as np
import pandas as pd

from geo.quality.check import (
    FINE,
    INCIDENTS_UNIT,
    NOTE,
    Check,
    part_in_words,
    verdict_of,
)
from geo.quality.params import QualityParams
from geo.schema import LOCATION_QUALITIES, LOCATION_QUALITY, Incidents
from geo.sites import LocatedIncidents, Sites

QUALITY = "location_quality"
MEANING = "meaning"
INCIDENTS = "incidents"
PLACE_COLUMNS = (QUALITY, MEANING, INCIDENTS)

NOT_RECORDED = "not recorded"
_EXACT = "point"
_NOT_LOCATED = "not located"

_LATTICES_M = (1000, 500, 250, 100, 50, 25, 10)
_NEARLY_ALL = 0.95
_NEAR_M = 0.5
"""Rounded positions that came as longitude and latitude are a little off."""
_MOST = 5_000
_ENOUGH = 20
"""So many positions are not multiples of 10 m by chance: 1 in 100 each."""


def place_checks(located: LocatedIncidents, params: QualityParams) -> Iterator[Check]:
    """Check how many have a place, inside the borough, and an exact one."""
    incidents, location = located.incidents, located.location
    n, nowhere, outside = len(incidents), location.not_located, location.outside
    yield Check(
        "place",
        "not located",
        nowhere,
        INCIDENTS_UNIT,
        n,
        verdict_of(nowhere, n, params.not_located_note, params.not_located_mind, params.fewest),
        f"{part_in_words(nowhere, n)} have no place and are on no map."
        if nowhere
        else f"Each of the {n:,} incidents has a place.",
    )
    yield Check(
        "place",
        "outside the borough",
        outside,
        INCIDENTS_UNIT,
        n,
        verdict_of(outside, n, params.outside_note, params.outside_mind, params.fewest),
        f"{part_in_words(outside, n)} lie outside the borough and are counted in no ward."
        if outside
        else "No incident lies outside the borough.",
    )
    yield _exactness(incidents, n - nowhere, params)
    yield _rounding(located.sites)


def _exactness(incidents: Incidents, n: int, params: QualityParams) -> Check:
    name = "place not exact"
    counts = quality_counts(incidents).set_index(QUALITY)[INCIDENTS]
    if NOT_RECORDED in counts.index:
        words = "How exact the places are is not recorded; take them for what the source says."
        return Check("place", name, float("nan"), INCIDENTS_UNIT, n, NOTE if n else FINE, words)
    moved = {
        quality: int(count)
        for quality, count in counts.items()
        if count and quality not in (_EXACT, _NOT_LOCATED)
    }
    total = sum(moved.values())
    words = f"The {n:,} places are as exact as they were recorded."
    if moved:
        kinds = ", ".join(
            f"{count:,} {quality} ({LOCATION_QUALITIES[str(quality)]})"
            for quality, count in moved.items()
        )
        words = (
            f"{part_in_words(total, n, 'located incidents')} have an approximate place: {kinds}. "
            "Do not read single points of them."
        )
    verdict = verdict_of(total, n, params.vague_note, params.vague_mind, params.fewest)
    return Check("place", name, total, INCIDENTS_UNIT, n, verdict, words)


def quality_counts(incidents: Incidents) -> pd.DataFrame:
    """Count by how exactly the place is known, columns ``PLACE_COLUMNS``.

    A row for each of ``LOCATION_QUALITIES``, or where the column is missing one for all that are
    located, ``NOT_RECORDED``, and one for the others.
    """
    n, located = len(incidents), int(np.count_nonzero(~np.isnan(incidents.easting)))
    if LOCATION_QUALITY in incidents.frame:
        found = incidents.frame[LOCATION_QUALITY].value_counts()
        rows = [(each, text, int(found.get(each, 0))) for each, text in LOCATION_QUALITIES.items()]
    else:
        rows = [
            (NOT_RECORDED, "the source does not say", located),
            (_NOT_LOCATED, LOCATION_QUALITIES[_NOT_LOCATED], n - located),
        ]
    return pd.DataFrame(rows, columns=list(PLACE_COLUMNS))


def _rounding(sites: Sites) -> Check:
    step = lattice_of(sites)
    if not step:
        words = "Positions are not rounded to any round number of metres."
        return Check("place", "rounded positions", 0, "m", None, FINE, words)
    words = (
        f"Positions are rounded to {step:,} m: every one stands for a square of that size, and "
        "cells or distances of less say nothing."
    )
    return Check("place", "rounded positions", step, "m", None, NOTE, words)


def lattice_of(sites: Sites) -> int:
    """Give the widest of the steps of which nearly all positions are multiples, in metres.

    0 where there is none of 10 m or more, or where there are fewer than 20 positions. Of very many
    positions some thousands are looked at, spread evenly from west to east.
    """
    if len(sites) < _ENOUGH:
        return 0
    points = np.column_stack([sites.easting, sites.northing])[:: 1 + len(sites) // _MOST]
    for step in _LATTICES_M:
        # Positions may be moved by half a step: the centres of squares.
        for shift in (0, step / 2):
            off = np.abs((points + shift + _NEAR_M) % step - _NEAR_M) > _NEAR_M
            if np.mean(off.any(axis=1)) <= 1 - _NEARLY_ALL:
                return step
    return 0
