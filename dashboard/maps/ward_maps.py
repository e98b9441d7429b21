"""Ward maps: amounts, changes and classes of wards as the layer model of a map."""

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass
from math import isnan
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from boundaries.columns import WARD_NAME
from dashboard.maps.base import base_map
from dashboard.maps.classify import MapClass, Mark, Scale, Scheme, change_scale, classify, signed
from dashboard.maps.model import MapModel, View
from dashboard.words import amount, listed, period_in_words, plural
from geo.change.count_change import (
    AFTER,
    BEFORE,
    CHANGE_HIGH_PERCENT,
    CHANGE_LOW_PERCENT,
    CHANGE_PERCENT,
    DIFFERENCE,
    SIGNIFICANCE,
)
from geo.change.poisson_tests import MORE_THAN_CHANCE
from geo.result import Result
from geo.wards.clusters import (
    CLUSTER,
    CLUSTER_MEASURES,
    COLD,
    HIGH_HIGH,
    HIGH_LOW,
    HOT,
    LOW_HIGH,
    LOW_LOW,
    NOT_SIGNIFICANT,
    P_CORRECTED,
)
from geo.wards.counts import MEASURE_UNITS, N_EXTRA_ROWS, Measure
from geo.wards.table import PERIOD, VALUE

MEASURE_NAMES: dict[Measure, str] = {
    "count": "Incidents by ward",
    "rate": "Incidents per 1,000 residents by ward",
    "density": "Incidents per km² by ward",
    "share": "Share of incidents by ward",
}
MEASURE_DECIMALS: dict[Measure, int] = {"count": 0, "rate": 1, "density": 1, "share": 1}
ADDITIVE: tuple[Measure, ...] = ("count", "share")
DISCLOSURE = "exact counts, for authorised analysts"

Matrix = NDArray[np.float64]


# ---- amounts -------------------------------------------------------------------------------------


@dataclass(frozen=True)
class WardFigures:
    """What one view of a ward map draws.

    ``measured`` and ``counts`` are results of ``ward_table`` or ``ward_frames`` of the same
    selection and frames; ``counts`` has the measure ``count``, and may be ``measured`` itself.
    ``name`` stands on the switch between views.
    """

    name: str
    measured: Result
    counts: Result


def ward_map(
    views: dict[str, WardFigures], scheme: Scheme, *, source: str, tiles: str | None = None
) -> MapModel:
    """Make a map of amounts by ward, with the wards ranked beside it.

    Parameters
    ----------
    views
        ``whole``, about the chosen period, and, where time is cut into frames, ``steps``.
    scheme
        How the classes of the colours are chosen.
    source
        Where the data is from, in words.
    tiles
        Address template of background tiles, if wanted.
    """
    record = views["whole"].measured.record
    measure: Measure = record.params["measure"]
    return MapModel(
        base=base_map(record.params["vintage"]),
        title=MEASURE_NAMES[measure],
        unit=MEASURE_UNITS[measure],
        decimals=MEASURE_DECIMALS[measure],
        source=source,
        disclosure=DISCLOSURE,
        views={
            key: ward_view(
                view.name,
                view.measured,
                view.counts,
                scheme,
                figure=measure if key == "whole" else "",
            )
            for key, view in views.items()
        },
        tiles=tiles,
        is_demonstration=record.is_demonstration,
        listing="wards",
    )


def ward_view(
    name: str, measured: Result, counts: Result, scheme: Scheme, *, figure: str = ""
) -> View:
    """Make a view of amounts by ward; see :class:`WardFigures` and :class:`View`."""
    measure: Measure = measured.record.params["measure"]
    labels = tuple(measured.frame[PERIOD].unique())
    exact, counted = matrix(measured), matrix(counts)
    decimals = MEASURE_DECIMALS[measure]
    values = np.round(exact, decimals)
    scale = classify(
        values[:, :-N_EXTRA_ROWS],
        scheme,
        title=MEASURE_UNITS[measure].capitalize(),
        decimals=decimals,
    )
    names = _ward_names(measured)
    return View(
        name=name,
        method="",
        frames=tuple(period_in_words(label) for label in labels),
        sentences=tuple(
            _sentence(label, names, row, count, measure)
            for label, row, count in zip(labels, values, counted, strict=True)
        ),
        located=tuple(_located(row) for row in counted),
        scale=scale,
        values=values,
        totals=tuple(_total(row, decimals) if measure in ADDITIVE else None for row in exact),
        surface=None,
        hotspots=tuple(() for _ in labels),
        figure=figure,
        ranks=_ranks(exact),
    )


def _ranks(exact: Matrix) -> NDArray[np.intp]:
    """Rank the wards of each frame as ``geo.wards.ranks`` does; 0 where there is no figure."""
    wards = exact[:, :-N_EXTRA_ROWS]
    higher = (wards[:, np.newaxis, :] > wards[:, :, np.newaxis]).sum(axis=2)
    return np.where(np.isnan(wards), 0, higher + 1).astype(np.intp)


def matrix(result: Result) -> Matrix:
    """Give a ward result as (frames, rows): wards by code, then outside and not located."""
    frames = result.frame[PERIOD].nunique()
    return result.frame[VALUE].to_numpy(np.float64).reshape(-1, frames).T


def _ward_names(result: Result) -> list[str]:
    frames = result.frame[PERIOD].nunique()
    return result.frame[WARD_NAME].iloc[::frames].tolist()[:-N_EXTRA_ROWS]


def _total(row: Matrix, decimals: int) -> float | None:
    return None if np.isnan(row).all() else round(float(np.nansum(row)), decimals)


def _located(counts: Matrix) -> str:
    *wards, outside, missing = counts
    return (
        f"{sum(wards):,.0f} located, {outside:,.0f} outside the borough, {missing:,.0f} not located"
    )


def _sentence(
    label: str,
    names: Sequence[str],
    row: Matrix,
    counts: Matrix,
    measure: Measure,
) -> str:
    """Say in words what a frame shows: how many, and the highest wards."""
    when = period_in_words(label)
    total = int(counts.sum())
    wards = np.nan_to_num(row[:-N_EXTRA_ROWS])
    if total == 0:
        return f"{when}: no incidents."
    if not wards.any():
        return f"{when}: {plural(total, 'incident')}, none of them in a ward."
    top = [i for i in np.argsort(-wards, kind="stable")[:2] if wards[i] > 0]
    unit = _short_unit(measure)
    figures = [f"{names[i]} ({amount(wards[i], MEASURE_DECIMALS[measure])}{unit})" for i in top]
    equal = int(np.sum(wards == wards[top[-1]]) - np.sum(wards[top] == wards[top[-1]]))
    if equal:
        figures.append(f"{plural(equal, 'more ward')} with the same")
    return f"{when}: {plural(total, 'incident')}. Highest: {listed(figures)}."


def _short_unit(measure: Measure) -> str:
    return {"count": "", "rate": " per 1,000", "density": " per km²", "share": " %"}[measure]


# ---- changes -------------------------------------------------------------------------------------

ChangeShown = Literal["difference", "percent"]
_CHANGE_COLUMNS: dict[ChangeShown, str] = {"difference": DIFFERENCE, "percent": CHANGE_PERCENT}
_OUTLINED_CHANGE = "More than chance would give"


def change_map(
    result: Result,
    *,
    source: str,
    before: str,
    after: str,
    shown: ChangeShown = "difference",
    tiles: str | None = None,
) -> MapModel:
    """Make a map of the change of each ward, those that changed by more than chance outlined.

    Parameters
    ----------
    result
        Of ``ward_change``, or another with its columns and its record's ``vintage`` and
        ``measure``.
    source
        Where the data is from, in words.
    before, after
        The two periods as people say them.
    shown
        The difference in the unit of the measure, or the change of the rate per day in per cent.
    """
    record, frame = result.record, result.frame
    measure: Measure = record.params.get("measure", "count")
    decimals = MEASURE_DECIMALS[measure] if shown == "difference" else 1
    unit = _change_unit(measure, shown)
    what = "incidents" if measure == "count" else "the figures"
    is_counted = measure == "count" and shown == "difference"
    exact = frame[_CHANGE_COLUMNS[shown]].to_numpy(np.float64)[np.newaxis]
    values = np.round(exact, decimals) + 0.0  # no minus zero
    rows = frame.to_dict("records")
    chance = (frame[SIGNIFICANCE] == MORE_THAN_CHANCE).to_numpy()[:-N_EXTRA_ROWS]
    scale = change_scale(
        values[:, :-N_EXTRA_ROWS],
        title=f"Change, {unit}",
        decimals=decimals,
        outlined=_OUTLINED_CHANGE,
    )
    view = View(
        name="Change",
        method="",
        frames=(f"{before} to {after}",),
        sentences=(
            _change_sentence(list(frame[WARD_NAME]), values[0], chance, (before, after), what),
        ),
        located=(f"both periods: {located_in_words(result)}",),
        scale=scale,
        values=values,
        totals=(float(frame[DIFFERENCE].sum()) if is_counted else None,),
        surface=None,
        hotspots=((),),
        notes=(tuple(_change_note(row, MEASURE_DECIMALS[measure]) for row in rows),),
        outlined=chance[np.newaxis],
        figure="difference" if is_counted else "",
        ranks=_ranks(exact),
    )
    return _one_view(result, view, "Change by ward", (unit, decimals), source, tiles)


def _change_unit(measure: Measure, shown: ChangeShown) -> str:
    if shown == "percent":
        return "% of the rate per day"
    return "percentage points" if measure == "share" else MEASURE_UNITS[measure]


def _change_sentence(
    names: Sequence[str],
    values: Matrix,
    chance: NDArray[np.bool_],
    periods: tuple[str, str],
    what: str,
) -> str:
    wards = values[:-N_EXTRA_ROWS]
    more, fewer = int((wards > 0).sum()), int((wards < 0).sum())
    found = [name for name, is_more in zip(names, chance, strict=False) if is_more]
    return (
        f"From {periods[0]} to {periods[1]} {what} rose in {plural(more, 'ward')} and fell in "
        f"{fewer:,}. {_beyond_chance(found)}"
    )


def _beyond_chance(found: Sequence[str]) -> str:
    if not found:
        return "In no ward is the change more than chance would give."
    return f"The change is more than chance would give in {listed(found)}."


def _change_note(row: Mapping[Hashable, Any], decimals: int) -> str:
    before, after, percent = row[BEFORE], row[AFTER], row[CHANGE_PERCENT]
    if isnan(before) or isnan(after):
        return ""
    parts = [f"{amount(before, decimals)} before, {amount(after, decimals)} after"]
    if not isnan(percent):
        limits = row[CHANGE_LOW_PERCENT], row[CHANGE_HIGH_PERCENT]
        interval = "" if any(map(isnan, limits)) else " ({:+,.0f} to {:+,.0f} %)".format(*limits)
        parts.append(f"{signed(percent, 1)} %{interval}")
    return "; ".join([*parts, row[SIGNIFICANCE]])


# ---- classes -------------------------------------------------------------------------------------

_CLUSTERS: dict[str, tuple[str, str, Mark]] = {
    HIGH_HIGH: ("High, and so are its neighbours (high-high)", "#b2182b", ""),
    HIGH_LOW: ("High among low neighbours (high-low)", "#f4a582", "dots"),
    LOW_HIGH: ("Low among high neighbours (low-high)", "#92c5de", "dots"),
    LOW_LOW: ("Low, and so are its neighbours (low-low)", "#2166ac", "lines"),
    HOT: ("Hot: high together with its neighbours", "#b2182b", ""),
    COLD: ("Cold: low together with its neighbours", "#2166ac", "lines"),
    NOT_SIGNIFICANT: ("No more than chance would give", "#e4e6e8", ""),
}
_OF_STATISTIC = {
    "local-moran": (HIGH_HIGH, HIGH_LOW, LOW_HIGH, LOW_LOW, NOT_SIGNIFICANT),
    "gi-star": (HOT, COLD, NOT_SIGNIFICANT),
}
_STATISTIC_NAMES = {"local-moran": "Local Moran's I", "gi-star": "Getis-Ord Gi*"}


def cluster_map(result: Result, *, source: str, period: str, tiles: str | None = None) -> MapModel:
    """Make a map of the wards that stand out together with their neighbours.

    Parameters
    ----------
    result
        Of ``ward_clusters``.
    source
        Where the data is from, in words.
    period
        The period as people say it.
    """
    params, frame = result.record.params, result.frame
    offered = _OF_STATISTIC[params["statistic"]]
    values = np.array([offered.index(name) for name in frame[CLUSTER]], np.float64)
    is_found = values < len(offered) - 1
    unit, decimals = CLUSTER_MEASURES[params["measure"]], MEASURE_DECIMALS[params["measure"]]
    view = View(
        name="Whole period",
        method="",
        frames=(period,),
        sentences=(_cluster_sentence(list(frame[WARD_NAME][is_found]), period),),
        located=(located_in_words(result),),
        scale=_cluster_scale(offered, _STATISTIC_NAMES[params["statistic"]], result),
        values=np.append(values, np.full(N_EXTRA_ROWS, np.nan))[np.newaxis],
        totals=(None,),
        surface=None,
        hotspots=((),),
        notes=(
            (
                *(
                    f"{amount(value, decimals)} {unit}, corrected p {_p_in_words(p)}"
                    for value, p in zip(frame[VALUE], frame[P_CORRECTED], strict=True)
                ),
                *[""] * N_EXTRA_ROWS,
            ),
        ),
        outlined=is_found[np.newaxis],
    )
    title = f"Wards that stand out with their neighbours, {unit}"
    return _one_view(result, view, title, ("", 0), source, tiles)


def _cluster_scale(offered: Sequence[str], statistic: str, result: Result) -> Scale:
    classes = tuple(
        MapClass(colour, words, float(i), float(i), mark)
        for i, (words, colour, mark) in enumerate(_CLUSTERS[name] for name in offered)
    )
    note = result.record.rules["correction"]
    return Scale(statistic, classes, f"{note[:1].upper()}{note[1:]}", "classes")


def _cluster_sentence(found: Sequence[str], period: str) -> str:
    if not found:
        return f"{period}: no ward stands out by more than chance would give."
    verb = "stands" if len(found) == 1 else "stand"
    return f"{period}: {listed(found)} {verb} out by more than chance would give."


def _p_in_words(p: float) -> str:
    return "below 0.001" if p < 0.001 else f"{p:.3f}"


# ---- of both -------------------------------------------------------------------------------------


def _one_view(
    result: Result,
    view: View,
    title: str,
    unit: tuple[str, int],
    source: str,
    tiles: str | None,
) -> MapModel:
    record = result.record
    return MapModel(
        base=base_map(record.params["vintage"]),
        title=title,
        unit=unit[0],
        decimals=unit[1],
        source=source,
        disclosure=DISCLOSURE,
        views={"whole": view},
        tiles=tiles,
        is_demonstration=record.is_demonstration,
        listing="wards",
    )


def located_in_words(result: Result) -> str:
    """Say how many incidents of a result are located, outside and not located."""
    record = result.record
    return (
        f"{record.located:,} located, {record.outside:,} outside the borough, "
        f"{record.not_located:,} not located"
    )
