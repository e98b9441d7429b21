"""The ranked hotspots of a briefing for partners: bands and words, and no count."""

from dataclasses import replace

import numpy as np
import shapely

from dashboard.brief.model import BriefHotspot
from dashboard.figures import Figure
from dashboard.maps.base import positions
from dashboard.maps.model import MapModel
from dashboard.partner.hotspots.maps import hotspot_map
from dashboard.partner.hotspots.words import change, compared_with, when
from dashboard.partner.hotspots.words import method_in_words as words_of_method
from dashboard.partner.maps import WHOLE, partner_map
from dashboard.partner.view import ReleaseView
from dashboard.words import listed
from geo.disclosure.area_finding import METHODS
from geo.disclosure.areas import ReleasedAreas, ReleasedHotspot
from geo.disclosure.levels import PUBLIC

METHOD = METHODS[0]
"""By which the hotspots of the briefing are found."""
_CLEAR = "Clearly denser than chance would give anywhere in the borough."
_UNCLEAR = "May be chance: it is not clearly denser than chance would give."
_NO_PEAKS = "No day or hours stand out clearly."
_FOR_PUBLIC = "Hotspots are not released to the public."


def areas_of(view: ReleaseView) -> ReleasedAreas | None:
    """Give the areas of the period and the group on show; None where none are released."""
    return view.release.hotspots.get((METHOD, view.period.key, view.group))


def brief_map(view: ReleaseView, *, with_time: bool) -> MapModel:
    """Make the map of page 1: hotspots over wards, or wards alone where no hotspots are released.

    Parameters
    ----------
    with_time
        Give it other periods to step through.
    """
    if areas_of(view) is None:
        return partner_map(view, with_time=with_time)
    found = hotspot_map(view, METHOD)
    return found if with_time else replace(found, views={WHOLE: found.views[WHOLE]})


def brief_hotspots(view: ReleaseView) -> tuple[BriefHotspot, ...]:
    """Put the areas that are released into words."""
    areas = areas_of(view)
    return tuple(_hotspot(one, view) for one in areas.hotspots) if areas else ()


def why_none(view: ReleaseView) -> str:
    """Say why there are no hotspots; empty where no place qualifies."""
    if view.level == PUBLIC:
        return _FOR_PUBLIC
    areas = areas_of(view)
    if areas is None:
        return "Hotspots are released for years, of all incidents and of some groups; not for this."
    if areas.left_out and not areas.hotspots:
        return "Hotspots rest on too few incidents or places to be shown in this period."
    return ""


def method_in_words() -> str:
    """Say how the areas were found, and what is said of them."""
    return (
        f"Hotspots: {words_of_method(METHOD)} Their figures are bands, and what is said of them "
        "would be true with a few incidents elsewhere."
    )


def _hotspot(area: ReleasedHotspot, view: ReleaseView) -> BriefHotspot:
    wards = view.release.wards
    name = f"hotspot.{area.rank}.incidents"
    return BriefHotspot(
        rank=area.rank,
        name=area.name,
        wards=listed([wards[code] for code in area.wards]),
        figures=(Figure(name, "Incidents", area.incidents.text),),
        why=" ".join(filter(None, (_change(area, view), _strands(area)))),
        when=_when(area),
        lately="",
        confidence=_CLEAR if area.is_clear else _UNCLEAR,
        at=_at(area),
    )


def _change(area: ReleasedHotspot, view: ReleaseView) -> str:
    """Say how it changed since the period just before, whatever else is compared."""
    before = compared_with(view.release, view.period)
    said = change(area, before)
    if not said:
        return ""
    new = " No hotspot was here then." if area.is_new else ""
    return f"{said[0].upper()}{said[1:]}.{new}"


def _strands(area: ReleasedHotspot) -> str:
    return f"Strands mentioned often: {listed(area.strands)}." if area.strands else ""


def _when(area: ReleasedHotspot) -> str:
    found = when(area, "Busiest")
    return f"{found}." if found else _NO_PEAKS


def _at(area: ReleasedHotspot) -> tuple[float, float]:
    """Give longitude and latitude of a point in the outline, which is made of fixed cells."""
    inside = shapely.get_coordinates(shapely.point_on_surface(area.shape)).T
    ((latitude, longitude),) = np.atleast_2d(positions(*inside)).tolist()
    return longitude, latitude
