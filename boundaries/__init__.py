"""Ward polygons by vintage, populations and places.

>>> import boundaries
>>> len(boundaries.load_wards("2002")), len(boundaries.load_wards("2022"))
(16, 21)
"""

from boundaries.loading import BOROUGH_CODE, load_borough, load_places, load_wards
from boundaries.overlap import crosswalk
from boundaries.vintages import IN_FORCE, VINTAGES, Vintage, vintage_on

__all__ = [
    "BOROUGH_CODE",
    "IN_FORCE",
    "VINTAGES",
    "Vintage",
    "crosswalk",
    "load_borough",
    "load_places",
    "load_wards",
    "vintage_on",
]
