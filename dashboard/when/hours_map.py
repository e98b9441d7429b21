"""The map of chosen hours: its hotspots and wards, as the browser's map reads them."""

from dataclasses import dataclass, replace

import pandas as pd
import shapely

from boundaries.vintages import Vintage
from dashboard.maps.build import ViewResults, build_map
from dashboard.maps.live import Selected
from dashboard.maps.model import MapModel
from dashboard.maps.payload import encode
from geo.change.given_area import GivenArea
from geo.hotspots.table import NAME, RANK, HotspotResult, find_hotspots
from geo.schema import Incidents
from geo.selection import Selection
from geo.surfaces.density import DensityParams
from geo.wards.table import WardParams, ward_table


@dataclass(frozen=True, eq=False)
class HoursMap:
    """A map and the hotspots on it.

    Attributes
    ----------
    payload
        What the browser's map reads.
    hotspots
        In order of rank.
    """

    model: MapModel
    payload: bytes
    hotspots: HotspotResult

    @property
    def names(self) -> list[str]:
        """Names of the hotspots, each once; of equal names the first is meant."""
        return list(dict.fromkeys(self.hotspots.frame[NAME]))

    def area_of(self, name: str | None) -> GivenArea | None:
        """Give the land of a hotspot; None where none is chosen, or it is no more."""
        found = self.hotspots.frame
        rows: pd.DataFrame = found[found[NAME] == name]
        if rows.empty:
            return None
        return GivenArea(wkt=shapely.to_wkt(rows.geometry.iloc[0], rounding_precision=-1))

    def name_at(self, selected: Selected | None) -> str | None:
        """Give the name of the hotspot that was chosen on the map; None for any other land."""
        ranks = [str(rank) for rank in self.hotspots.frame[RANK]]
        if selected is None or selected.kind != "hotspot" or selected.key not in ranks:
            return None
        return str(self.hotspots.frame[NAME].iloc[ranks.index(selected.key)])

    def rank_of(self, name: str | None) -> int | None:
        """Give the rank of a hotspot; None where none is chosen, or it is no more."""
        if name not in self.names:
            return None
        frame = self.hotspots.frame
        return int(frame.loc[frame[NAME] == name, RANK].iloc[0])


def hours_map(
    incidents: Incidents, selection: Selection, vintage: Vintage, source: str, tiles: str | None
) -> HoursMap:
    """Find the hotspots of a selection of hours and days, with everything at its default.

    Where hours or days are left out, the figures on the map carry no names: they are others than
    those of the period.
    """
    wards = ward_table(incidents, selection, WardParams(vintage))
    found = find_hotspots(incidents, selection, DensityParams(), vintage=vintage)
    views = {"whole": ViewResults("Whole period", wards, wards, found)}
    model = build_map(views, "count", "natural breaks", source=source, tiles=tiles)
    if selection.hours is not None or selection.weekdays is not None:
        unnamed = {key: replace(view, figure="") for key, view in model.views.items()}
        model = replace(model, views=unnamed)
    return HoursMap(model, encode(model), found)
