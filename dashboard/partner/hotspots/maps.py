"""The map of released hotspots: their outlines and the surface over the counts of wards."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from dashboard.maps.base import positions, rings_of
from dashboard.maps.model import MapModel, ReleasedShape, Spot, View
from dashboard.partner.hotspots.surfaces import surface_images
from dashboard.partner.hotspots.words import compared_with, facts, method_in_words, sentence
from dashboard.partner.maps import STEPS, WHOLE, partner_map
from dashboard.partner.view import ReleaseView
from geo.disclosure.area_finding import Method
from geo.disclosure.areas import ReleasedAreas
from geo.disclosure.land import land_of
from geo.disclosure.menu import MenuPeriod, of_kind
from geo.disclosure.release import Release
from geo.disclosure.splits import ALL


def mapped_view(view: ReleaseView) -> tuple[ReleaseView, str]:
    """Give the view of a group that areas are released for, and say so where it is another."""
    released = {group for _, _, group in view.release.hotspots}
    if view.group == ALL or view.group in released or not released:
        return view, ""
    return replace(view, group=ALL), (
        "Areas are released for all incidents together, because those of one group would rest on "
        "too few. This shows all incidents."
    )


def hotspot_map(view: ReleaseView, method: Method) -> MapModel:
    """Make the map of the chosen period, and of the years and quarters that have areas."""
    release, group = view.release, view.group
    known = {key for _, key, one in release.hotspots if one == group}
    if not known:  # for the public: by ward only
        return partner_map(view)
    model = partner_map(view, listing="hotspots", among=known)
    periods = {WHOLE: [view.period]}
    for key, (_, kind) in STEPS.items():
        periods[key] = [one for one in of_kind(release.menu, kind) if one.key in known]
    views = {
        key: _with_areas(one, release, periods[key], group, method)
        for key, one in model.views.items()
    }
    return replace(model, views=views)


def _with_areas(
    view: View, release: Release, periods: Sequence[MenuPeriod], group: str, method: Method
) -> View:
    areas = [release.hotspots.get((method, period.key, group)) for period in periods]
    surfaces = [release.surfaces.get((period.key, group)) for period in periods]
    return replace(
        view,
        method=method_in_words(method),
        sentences=tuple(map(sentence, periods, areas)),
        surface=surface_images(surfaces, release.params.smallest_shown),
        hotspots=tuple(
            _shapes(release, period, one) for period, one in zip(periods, areas, strict=True)
        ),
    )


def _shapes(release: Release, period: MenuPeriod, areas: ReleasedAreas | None) -> tuple[Spot, ...]:
    if areas is None or not areas.hotspots:
        return ()
    before, land = compared_with(release, period), land_of(release.params.vintage)
    middles = np.array([land.middle(land.mask(one.cells)) for one in areas.hotspots])
    outlines = rings_of(np.array([one.shape for one in areas.hotspots]))
    at = positions(middles[:, 0], middles[:, 1]).tolist()
    return tuple(
        ReleasedShape(one.rank, one.name, (where[0], where[1]), rings, facts(one, before))
        for one, where, rings in zip(areas.hotspots, at, outlines, strict=True)
    )
