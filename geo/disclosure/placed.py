"""Incidents on the fixed cells, and the periods and groups that maps for partners are made of."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Literal

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from boundaries.vintages import Vintage
from geo.disclosure.bands import least_in_band
from geo.disclosure.land import Land, land_of
from geo.disclosure.menu import YEARS, MenuPeriod
from geo.disclosure.splits import ALL, Split
from geo.schema import OCCURRED, Incidents
from geo.selection import Selection
from geo.sites import sites_of
from geo.wards.join import locate

CRIMES = "kind: crime"
GROUPS = (ALL, CRIMES)
"""Groups that areas and surfaces are released for, where the data has them."""
LATEST_QUARTERS = 4
MIN_PLACES = 3
"""Nothing is drawn that rests on fewer distinct places."""


@dataclass(frozen=True, eq=False)
class Placed:
    """Incidents on the cells.

    Attributes
    ----------
    cell_of
        Shape (n,): flat number of the cell of each incident that lies in a ward, else -1.
    place_of
        Shape (n,): number of its position, which others can share; -1 where it is in no ward.
    """

    incidents: Incidents
    vintage: Vintage
    land: Land
    cell_of: NDArray[np.intp]
    place_of: NDArray[np.intp]

    @classmethod
    def of(cls, incidents: Incidents, vintage: Vintage) -> "Placed":
        """Find cells and places; a cell holds its south and west side."""
        land = land_of(vintage)
        inside = np.flatnonzero(locate(incidents, vintage).positions >= 0)
        easting, northing = incidents.easting[inside], incidents.northing[inside]
        cell_of = np.full(len(incidents), -1, np.intp)
        place_of = np.full(len(incidents), -1, np.intp)
        row, col = land.grid.cells_of(easting, northing)
        cell_of[inside] = row * land.grid.n_cols + col
        place_of[inside] = sites_of(easting, northing)[1]
        return cls(incidents, vintage, land, cell_of, place_of)

    @cached_property
    def months(self) -> frozenset[pd.Period]:
        """The months in which anything happened."""
        return frozenset(self.incidents.frame[OCCURRED].dt.to_period("M").unique())

    def rows(self, period: MenuPeriod, group: str) -> NDArray[np.intp]:
        """Give the rows of the incidents of a period and a group that lie in a ward."""
        wanted = selection_of(period, group).mask(self.incidents)
        return np.flatnonzero(wanted & (self.cell_of >= 0))

    def are_enough(self, rows: NDArray[np.intp], smallest_shown: int) -> bool:
        """Say whether anything at all can be drawn of some incidents."""
        enough = len(rows) >= least_in_band(smallest_shown)
        return enough and len(np.unique(self.place_of[rows])) >= MIN_PLACES


def mapped_periods(menu: Sequence[MenuPeriod]) -> list[MenuPeriod]:
    """Give the periods that areas and surfaces are released for, the earliest first."""
    quarters = [period for period in menu if period.kind == "quarter"][:LATEST_QUARTERS]
    found = [*(period for period in menu if period.kind in YEARS), *quarters]
    return sorted(found, key=lambda period: (period.last_month, period.n_months))


def mapped_groups(splits: Sequence[Split]) -> list[str]:
    """Give the groups that areas and surfaces are released for."""
    known = {ALL, *(code for split in splits for code in split.shape.codes)}
    return [group for group in GROUPS if group in known]


def selection_of(period: MenuPeriod, group: str) -> Selection:
    """Say which incidents a period and a group are."""
    kind: Literal["all", "crime"] = "crime" if group == CRIMES else "all"
    return Selection(start=period.span.first, end=period.span.last, kind=kind)
