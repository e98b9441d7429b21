"""The map of the page Wards: released counts, or what is worked out from these alone."""

from dataclasses import replace
from typing import Literal, get_args

import numpy as np
from numpy.typing import NDArray

from dashboard.maps.classify import MapClass, classify
from dashboard.maps.model import MapModel, View
from dashboard.partner.maps import partner_map
from dashboard.partner.wards.numbers import ReleasedWards
from dashboard.wards.numbers import DECIMALS, UNITS
from dashboard.words import amount, listed
from geo.disclosure.levels import PUBLIC
from geo.disclosure.release import NOT_SHOWN, ROUNDED_TO
from geo.wards.counts import N_EXTRA_ROWS

MapMeasure = Literal["count", "rate", "density"]
MAP_MEASURES: tuple[MapMeasure, ...] = get_args(MapMeasure)
_TITLES: dict[MapMeasure, str] = {
    "count": "Incidents by ward",
    "rate": "Incidents per 1,000 residents by ward",
    "density": "Incidents per km² by ward",
}

Matrix = NDArray[np.float64]


def measured_map(wards: ReleasedWards, measure: MapMeasure) -> MapModel:
    """Make the map of a measure, with years and quarters to step through."""
    model = partner_map(wards.view)
    if wards.prefix:  # figures of the map carry the names of those of the chosen period
        views = {key: replace(view, figure="") for key, view in model.views.items()}
        model = replace(model, views=views)
    if measure == "count":
        return model
    codes = [ward.code for ward in model.base.wards]
    names = [ward.name for ward in model.base.wards]
    bases = np.array([*(wards.base(code, measure) for code in codes), *[np.nan] * N_EXTRA_ROWS])
    return replace(
        model,
        title=_TITLES[measure],
        unit=UNITS[measure],
        decimals=DECIMALS[measure],
        views={
            key: _measured(view, bases, names, measure, is_rounded=wards.view.level == PUBLIC)
            for key, view in model.views.items()
        },
    )


def _measured(
    view: View, bases: Matrix, names: list[str], measure: MapMeasure, *, is_rounded: bool
) -> View:
    exact = view.values / bases
    values = np.round(exact, DECIMALS[measure])
    inside = exact[:, :-N_EXTRA_ROWS]
    scale = classify(
        values[:, :-N_EXTRA_ROWS],
        "natural breaks",
        title=UNITS[measure].capitalize(),
        decimals=DECIMALS[measure],
    )
    scale = replace(scale, classes=_from_lowest(scale.classes, values, DECIMALS[measure]))
    if is_rounded:
        scale = replace(scale, note=f"Made of counts rounded to {ROUNDED_TO}")
    higher = (inside[:, np.newaxis, :] > inside[:, :, np.newaxis]).sum(axis=2)
    words = tuple(tuple(NOT_SHOWN if one else "" for one in row) for row in view.withheld)
    return replace(
        view,
        values=values,
        sentences=_sentences(view, values, names, measure),
        totals=(None,) * len(view.frames),
        scale=replace(scale, gaps=view.scale.gaps),
        ranks=np.where(np.isnan(inside), 0, higher + 1).astype(np.intp),
        withheld=words,
        figure=measure if view.figure else "",
    )


def _from_lowest(
    classes: tuple[MapClass, ...], values: Matrix, decimals: int
) -> tuple[MapClass, ...]:
    """Have the lowest class begin with the lowest figure: below it are withheld ones, too."""
    known = values[np.isfinite(values)]
    if not known.size or known.min() <= 0:
        return classes
    low, first = float(known.min()), classes[0]
    label = amount(low, decimals)
    if low < first.high:
        label += f" to {amount(first.high, decimals)}"
    return (replace(first, low=low, label=label), *classes[1:])


def _sentences(
    view: View, values: Matrix, names: list[str], measure: MapMeasure
) -> tuple[str, ...]:
    """Say of each frame which of the wards that are shown are highest by the measure."""
    said = []
    for frame, row in zip(view.frames, values, strict=True):
        known = [(float(v), name) for v, name in zip(row, names, strict=False) if v > 0]
        top = sorted(known, key=lambda pair: (-pair[0], pair[1]))[:2]
        figures = [f"{name} ({amount(value, DECIMALS[measure])})" for value, name in top]
        hidden = sum(np.isnan(row[: len(names)]))
        of = " of the wards shown" if hidden else ""
        highest = f"highest{of}: {listed(figures)}" if top else "no ward has a figure"
        said.append(f"{frame}, {UNITS[measure]}: {highest}.")
    return tuple(said)
