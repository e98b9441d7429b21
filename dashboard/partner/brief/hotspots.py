"""The ranked hotspots of a briefing for partners: bands and words, and no count."""

import numpy as np
import shapely

from dashboard.brief.model import BriefHotspot
from dashboard.figures import Figure
from dashboard.maps.base import positions
from dashboard.partner.view import ReleaseView
from dashboard.partner.when.week import hours
from dashboard.words import listed
from geo.disclosure.area_finding import METHOD_WORDS, METHODS
from geo.disclosure.areas import ReleasedAreas, ReleasedHotspot
from geo.disclosure.levels import PUBLIC
from geo.disclosure.menu import earlier

METHOD = METHODS[0]
"""By which the hotspots of the briefing are found."""
_CLEAR = "Clearly denser than chance would give anywhere in the borough."
_UNCLEAR = "May be chance: it is not clearly denser than chance would give."
_NO_PEAKS = "No day or hours stand out clearly."
_FOR_PUBLIC = "Hotspots are not released to the public."


def areas_of(view: ReleaseView) -> ReleasedAreas | None:
    """Give the areas of the period and the group on show; None where none are released."""
    return view.release.hotspots.get((METHOD, view.period.key, view.group))


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
        f"Hotspots: {METHOD_WORDS[METHOD]} Their figures are bands, and what is said of them would "
        "be true with a few incidents more or fewer."
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
    before = earlier(view.release.menu, view.period, a_year=False)
    if before is None or area.change == "not compared":
        return ""
    said = {
        "rose": f"More than in {before.words}, by more than chance would give.",
        "fell": f"Fewer than in {before.words}, by more than chance would give.",
        "no clear change": f"No clear change since {before.words}.",
    }[area.change]
    return f"{said} No hotspot was here then." if area.is_new else said


def _strands(area: ReleasedHotspot) -> str:
    return f"Strands mentioned often: {listed(area.strands)}." if area.strands else ""


def _when(area: ReleasedHotspot) -> str:
    busiest = [area.day, hours(area.hours) if area.hours else ""]
    found = ", ".join(filter(None, busiest))
    return f"Busiest {found}." if found else _NO_PEAKS


def _at(area: ReleasedHotspot) -> tuple[float, float]:
    """Give longitude and latitude of a point in the outline, which is made of fixed cells."""
    inside = shapely.get_coordinates(shapely.point_on_surface(area.shape)).T
    ((latitude, longitude),) = np.atleast_2d(positions(*inside)).tolist()
    return longitude, latitude
