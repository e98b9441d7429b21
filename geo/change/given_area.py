"""Land that a person names: wards by code, or polygons written as text."""

from dataclasses import dataclass

import shapely
from shapely.geometry.base import BaseGeometry

import boundaries
from boundaries.columns import WARD_CODE
from boundaries.errors import ParameterError
from boundaries.vintages import Vintage, check_vintage

_POLYGONS = ("Polygon", "MultiPolygon")


@dataclass(frozen=True)
class GivenArea:
    """Wards, or polygons; one of the two. Frozen and hashable, so that settings can hold it.

    Parameters
    ----------
    wards
        Codes of wards of the vintage.
    wkt
        A polygon or multipolygon in EPSG:27700 as well-known text, ``POLYGON ((523000 ...))``.
    vintage
        Which wards, ``2002`` or ``2022``.
    """

    wards: tuple[str, ...] = ()
    wkt: str = ""
    vintage: Vintage = "2022"

    def __post_init__(self) -> None:
        check_vintage(self.vintage)
        if bool(self.wards) == bool(self.wkt):
            msg = "An area needs either the codes of wards or a polygon as text, and not both."
            raise ParameterError(msg)

    def land(self) -> BaseGeometry:
        """Give the area in EPSG:27700.

        Raises
        ------
        ParameterError
            A code is not of the vintage, or the text is no valid polygon.
        """
        return self._land_of_wards() if self.wards else _polygon(self.wkt)

    def _land_of_wards(self) -> BaseGeometry:
        known = boundaries.load_wards(self.vintage)
        if unknown := sorted(set(self.wards) - set(known[WARD_CODE])):
            msg = (
                f"{', '.join(unknown)} are no codes of the {self.vintage} wards; take them from "
                f"boundaries.load_wards({self.vintage!r}), or name the other vintage."
            )
            raise ParameterError(msg)
        land: BaseGeometry = known[known[WARD_CODE].isin(self.wards)].geometry.union_all()
        return land


def _polygon(text: str) -> BaseGeometry:
    shown = text if len(text) <= 40 else f"{text[:40]}..."
    try:
        land: BaseGeometry = shapely.from_wkt(text)
    except shapely.errors.GEOSException:
        msg = f"{shown!r} is not well-known text; write it as POLYGON ((523000 179000, ...))."
        raise ParameterError(msg) from None
    if land.geom_type not in _POLYGONS or land.is_empty:
        msg = f"{shown!r} is a {land.geom_type} without land; give a polygon or multipolygon."
        raise ParameterError(msg)
    if not land.is_valid:
        msg = f"{shown!r} is not a valid polygon ({shapely.is_valid_reason(land)}); mend it."
        raise ParameterError(msg)
    return land
