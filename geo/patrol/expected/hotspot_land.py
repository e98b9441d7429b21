"""The land of hotspots, for plans that stay within them."""

from dataclasses import replace
from datetime import date

import shapely
from shapely.geometry.base import BaseGeometry

from boundaries.errors import ParameterError
from geo.disclosure.area_finding import METHODS
from geo.disclosure.menu import MenuPeriod
from geo.disclosure.release import Release
from geo.hotspots.table import find_hotspots
from geo.schema import Incidents
from geo.selection import Selection
from geo.surfaces.density import DensityParams

_NONE = (
    "There is no hotspot in the time looked at, so no plan can stay within them; look among all "
    "squares, or at a longer time."
)


def hotspots_of(
    incidents: Incidents, selection: Selection, first: date, last: date
) -> BaseGeometry:
    """Give the outlines of the hotspots by density, with its usual settings (EPSG:27700).

    Parameters
    ----------
    first, last
        Days of the time looked at, both included.

    Raises
    ------
    ParameterError
        There is none.
    """
    looked_at = replace(selection, start=first, end=last)
    found = find_hotspots(incidents, looked_at, DensityParams())
    return _together(list(found.frame.geometry))


def released_hotspots_of(release: Release, period: MenuPeriod, group: str) -> BaseGeometry:
    """Give the outlines of the released hotspots of all methods (EPSG:27700).

    Raises
    ------
    ParameterError
        There is none.
    """
    areas = (release.hotspots.get((method, period.key, group)) for method in METHODS)
    return _together([one.shape for found in areas if found for one in found.hotspots])


def _together(shapes: list[BaseGeometry]) -> BaseGeometry:
    if not shapes:
        raise ParameterError(_NONE)
    return shapely.union_all(shapes)
