"""Maps for partners: the layer model of a map made of a release.

Nothing on them is more than the release says: a figure that is withheld stands as words, in grey,
wherever a figure would stand (class, tooltip, list, table, picture), and such wards come last, by
name, because the order of hidden figures is a figure, too.
"""

from collections.abc import Collection, Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from dashboard.maps.base import base_map
from dashboard.maps.classify import MapClass, Scale, classify
from dashboard.maps.model import Listing, MapModel, View
from dashboard.partner.view import ReleaseView
from dashboard.words import listed, plural
from geo.disclosure.cells import BOROUGH
from geo.disclosure.levels import IN_WORDS, PUBLIC
from geo.disclosure.menu import MenuPeriod, PeriodKind, of_kind
from geo.disclosure.release import NOT_SHOWN, ROUNDED_TO, Release, Shown
from geo.wards.table import EXTRA_ROWS

WHOLE, YEARS, QUARTERS = "whole", "years", "quarters"
"""Keys of the views of a map."""
STEPS: dict[str, tuple[str, PeriodKind]] = {
    YEARS: ("Financial years", "financial year"),
    QUARTERS: ("Quarters", "quarter"),
}
_TITLE = "Incidents by ward"


def partner_map(
    view: ReleaseView,
    *,
    listing: Listing = "wards",
    with_time: bool = True,
    among: Collection[str] | None = None,
) -> MapModel:
    """Make the map of the group on show: the chosen period, and years and quarters to step through.

    Parameters
    ----------
    listing
        What is ranked beside it.
    with_time
        Whether other periods than the chosen one can be stepped through.
    among
        Keys of the periods that may be stepped through; None for all.
    """
    release = view.release
    views = {WHOLE: ward_layer(view)}
    for key, (name, kind) in STEPS.items() if with_time else ():
        periods = [
            period
            for period in of_kind(release.menu, kind)
            if release.has(period, view.group, next(iter(release.wards)))
            and (among is None or period.key in among)
        ]
        if len(periods) > 1:
            views[key] = released_wards(release, periods, view.group, name)
    return MapModel(
        base=base_map(release.params.vintage),
        title=_TITLE,
        unit="incidents",
        decimals=0,
        source=view.source,
        disclosure=IN_WORDS[release.level],
        views=views,
        tiles=view.options.tiles,
        is_demonstration=release.is_demonstration,
        listing=listing,
    )


def ward_layer(view: ReleaseView) -> View:
    """Give the counts by ward of the period and the group on show as a view of a map."""
    return released_wards(view.release, [view.period], view.group, "Chosen period", figure="count")


def released_wards(
    release: Release, periods: Sequence[MenuPeriod], group: str, name: str, *, figure: str = ""
) -> View:
    """Give released counts by ward as a view of a map, a frame for each period.

    Parameters
    ----------
    periods
        For which counts of the group are released by ward.
    name
        On the switch between views.
    figure
        Last part of the names that the figures carry; see :class:`dashboard.maps.model.View`.
    """
    rows = [*release.wards, *EXTRA_ROWS]
    shown = [[release.count(period, group, area) for area in rows] for period in periods]
    values = np.array([[_number(one) for one in row] for row in shown])
    return View(
        name=name,
        method="",
        frames=tuple(period.words for period in periods),
        sentences=tuple(
            _sentence(release, period, group, row[: -len(EXTRA_ROWS)])
            for period, row in zip(periods, shown, strict=True)
        ),
        located=tuple(_located(row[-len(EXTRA_ROWS) :]) for row in shown),
        scale=_scale(release, values[:, : -len(EXTRA_ROWS)]),
        values=values,
        totals=tuple(release.count(period, group, BOROUGH).value for period in periods),
        surface=None,
        hotspots=tuple(() for _ in periods),
        figure=figure,
        ranks=_ranks(values[:, : -len(EXTRA_ROWS)]),
        withheld=tuple(tuple(_withheld(one) for one in row) for row in shown),
    )


def _number(shown: Shown) -> float:
    return float("nan") if shown.value is None else float(shown.value)


def _withheld(shown: Shown) -> str:
    return shown.text if shown.is_withheld else ""


def _scale(release: Release, wards: NDArray[np.float64]) -> Scale:
    found = classify(wards, "natural breaks", title="Incidents", decimals=0)
    known = bool(np.isfinite(wards).any())
    classes = (_lowest(found.classes, wards, release), *found.classes[1:]) if known else ()
    gaps = (
        MapClass("#ffffff", release.fewer_than, 0.0, 0.0, "few"),
        MapClass("#ffffff", NOT_SHOWN, 0.0, 0.0, "gap"),
    )
    note = f"Rounded to {ROUNDED_TO}" if release.level == PUBLIC else found.note
    return Scale(found.title, classes, note if known else "", gaps=gaps)


def _lowest(
    classes: tuple[MapClass, ...], wards: NDArray[np.float64], release: Release
) -> MapClass:
    """Say of the lowest class that counts from 1 on are not in it, which are withheld."""
    lowest, least = classes[0], release.params.smallest_shown
    if lowest.high < least:
        return lowest
    counts = f"{least:,} to {lowest.high:,.0f}" if lowest.high > least else f"{least:,}"
    has_zero = bool((wards == 0).any())
    return replace(lowest, label=f"0, or {counts}" if has_zero else counts)


def _ranks(wards: NDArray[np.float64]) -> NDArray[np.intp]:
    """Rank the wards that are shown among themselves; 0 for the others."""
    higher = (wards[:, np.newaxis, :] > wards[:, :, np.newaxis]).sum(axis=2)
    return np.where(np.isnan(wards), 0, higher + 1).astype(np.intp)


def _located(extra: Sequence[Shown]) -> str:
    outside, missing = (one.text for one in extra)
    return f"outside the borough: {outside}; not located: {missing}"


def _sentence(release: Release, period: MenuPeriod, group: str, wards: Sequence[Shown]) -> str:
    """Say how many there are and which of the wards that are shown have most."""
    total = release.count(period, group, BOROUGH)
    names = list(release.wards.values())
    amount = (
        plural(total.value, "incident")
        if total.value is not None
        else f"{total.text} incidents"
        if total.why == "small"
        else "number of incidents not shown"
    )
    known = [(one.value, name) for one, name in zip(wards, names, strict=True) if one.value]
    top = sorted(known, key=lambda one: (-one[0], one[1]))[:2]
    hidden = sum(one.is_withheld for one in wards)
    of_wards = ""
    if top:
        figures = listed([f"{name} ({value:,})" for value, name in top])
        of_wards = f" Highest{' of the wards shown' if hidden else ''}: {figures}."
    what = "count of 1 ward is" if hidden == 1 else f"counts of {hidden} wards are"
    left_out = f" The {what} withheld." if hidden else ""
    return f"{period.words}: {amount}.{of_wards}{left_out}"
