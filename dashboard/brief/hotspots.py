"""The ranked hotspots of a briefing, in words."""

from collections.abc import Iterator
from dataclasses import dataclass
from math import isnan
from typing import Any

import geopandas as gpd
import numpy as np
import shapely

from dashboard.brief.counts import known, signed
from dashboard.brief.model import BriefHotspot
from dashboard.figures import Figure
from dashboard.maps.base import positions
from dashboard.words import amount, listed, plural
from geo.change.count_change import LEVEL
from geo.change.hotspot_history import BEFORE, EXPECTED, LAST_WEEKS, SIGNIFICANCE
from geo.change.poisson_tests import MORE_THAN_CHANCE, NO_MORE_THAN_CHANCE
from geo.hotspots.table import (
    AREA_SHARE_PCT,
    NAME,
    P_VALUE,
    PAI,
    PEAK_DAYS,
    PEAK_HOURS,
    RANK,
    SHARE,
    STRANDS,
    WARDS,
    HotspotResult,
)
from geo.result import Result
from geo.surfaces.density import INCIDENTS
from geo.times.when import WhenResult

NOT_YET_TESTED = "Not yet held against chance."
_MOST_STRANDS = 2
_NO_PEAKS = "No days or hours stand out."


def brief_hotspots(
    found: HotspotResult, history: Result, times: WhenResult
) -> tuple[BriefHotspot, ...]:
    """Put ranked hotspots into words.

    Parameters
    ----------
    history
        What :func:`geo.change.hotspot_history.hotspot_history` gives for the same hotspots.
    times
        When the incidents of the period happen, as far as that is known.
    """
    table = found.frame.drop(columns="geometry").to_dict("records")
    past = history.frame.to_dict("records")
    points = _points(found.frame)
    runs = _runs(found)
    none = _no_peaks(times)
    return tuple(
        _hotspot(_Row(spot, before, none), at, runs)
        for spot, before, at in zip(table, past, points, strict=True)
    )


@dataclass(frozen=True, eq=False)
class _Row:
    """A hotspot, what it had before, and what is said where no day or hour stands out."""

    spot: dict[Any, Any]
    past: dict[Any, Any]
    no_peaks: str


def _points(frame: gpd.GeoDataFrame) -> list[tuple[float, float]]:
    """Give the longitude and latitude of a point in each outline."""
    inside = shapely.point_on_surface(frame.geometry.to_numpy())
    latitude, longitude = np.atleast_2d(positions(*shapely.get_coordinates(inside).T)).T
    return list(zip(longitude.tolist(), latitude.tolist(), strict=True))


def _hotspot(row: _Row, at: tuple[float, float], runs: int | None) -> BriefHotspot:
    spot = row.spot
    return BriefHotspot(
        rank=int(spot[RANK]),
        name=spot[NAME],
        wards=spot[WARDS],
        figures=tuple(_figures(row)),
        why=_why(spot),
        when=_when(row),
        lately=_lately(row.past),
        confidence=confidence(spot[P_VALUE], runs),
        at=at,
    )


def _figures(row: _Row) -> Iterator[Figure]:
    of, n = f"hotspot.{row.spot[RANK]}", int(row.spot[INCIDENTS])
    yield Figure(f"{of}.incidents", "Incidents", f"{n:,}", value=n)
    share = float(row.spot[SHARE])
    yield Figure(f"{of}.share", "Share of those located", f"{amount(share, 1)} %", value=share)
    before = known(row.past[BEFORE])
    if before is not None:
        more = n - before
        yield Figure(f"{of}.before", "Before", f"{before:,.0f}", value=before)
        yield Figure(f"{of}.difference", "Difference", signed(more), value=more)
    last, expected = known(row.past[LAST_WEEKS]), known(row.past[EXPECTED])
    if last is not None and expected is not None:
        yield Figure(f"{of}.last_4_weeks", "Last four weeks", f"{last:,.0f}", value=last)
        yield Figure(
            f"{of}.expected_4_weeks",
            "What its own past would give in four weeks",
            amount(expected, 1),
            value=expected,
        )


def _why(spot: dict[Any, Any]) -> str:
    """Say what stands out: how dense it is, and the strands mentioned most."""
    dense = (
        f"{amount(spot[SHARE], 1)} % of the located incidents on {amount(spot[AREA_SHARE_PCT], 1)} "
        f"% of the land, {amount(spot[PAI], 1)} times its share"
    )
    strands = [name for name in str(spot[STRANDS]).split(", ") if name]
    if not strands:
        return f"{dense}."
    words = [_mentions(text) for text in strands[:_MOST_STRANDS]]
    return f"{dense}. Mostly {listed(words)}."


def _mentions(text: str) -> str:
    """Say ``race 29`` as people do.

    >>> _mentions("sexual orientation 1")
    'sexual orientation (1 mention)'
    """
    name, _, count = text.rpartition(" ")
    return f"{name} ({plural(int(count), 'mention')})"


def _when(row: _Row) -> str:
    peaks = [text for text in (row.spot[PEAK_DAYS], row.spot[PEAK_HOURS]) if text]
    return f"Busiest {', '.join(peaks)}." if peaks else row.no_peaks


def _no_peaks(times: WhenResult) -> str:
    n = times.record.incidents
    if times.unknown_weekdays >= n:
        return "Days and hours are not known."
    return "No days stand out; hours are not known." if times.unknown_hours >= n else _NO_PEAKS


def _lately(past: dict[Any, Any]) -> str:
    """Say how the last four weeks are for this place."""
    last, expected = known(past[LAST_WEEKS]), known(past[EXPECTED])
    if last is None or expected is None:
        return ""
    more = "more" if last > expected else "fewer"
    judged = {
        MORE_THAN_CHANCE: f": {more} than chance would give.",
        NO_MORE_THAN_CHANCE: ": nothing unusual.",
    }.get(past[SIGNIFICANCE], ". Not tested, as it was found in these weeks.")
    return (
        f"{plural(int(last), 'incident')} in the last four weeks, where its own past would give "
        f"{amount(expected, 1)}{judged}"
    )


def _runs(found: HotspotResult) -> int | None:
    """Give the number of random maps; None where the method is a test of its own or none."""
    chance = found.record.params.get("chance")
    return None if chance is None else int(chance["runs"])


def confidence(p: float, runs: int | None) -> str:
    """Say whether a hotspot is more than chance, and how sure that is.

    >>> confidence(0.005, 199)
    'More than chance: of 199 random maps, none has a place so dense (p = 0.005).'
    """
    if isnan(p):
        return NOT_YET_TESTED
    shown = f"p = {p:.3f}" if p >= 0.001 else "p < 0.001"
    verdict = "More than chance" if p <= LEVEL else "May be chance"
    if runs is None:
        return f"{verdict} ({shown}, corrected for many places)."
    n = round(p * (runs + 1)) - 1
    many = "none has" if n == 0 else f"{n:,} {'has' if n == 1 else 'have'}"
    return f"{verdict}: of {runs:,} random maps, {many} a place so dense ({shown})."
