"""Settings of what may be called a hotspot, whichever method finds it."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from geo.params import Params, choice, number

Cut = Literal["area", "level", "incidents"]
CUT_SETTINGS: Mapping[Cut, str] = {
    "area": "area_share_pct",
    "level": "level_per_km2",
    "incidents": "incident_share_pct",
}
"""The setting that each way to cut the density has."""


@dataclass(frozen=True)
class HotspotParams(Params):
    """What may be called a hotspot."""

    cut: Cut = choice(
        "area",
        options={
            "area": "the densest share of the borough's land",
            "level": "where the density is above a level",
            "incidents": "the densest land that holds a share of the incidents",
        },
        label="Where the density is cut",
        help="With the density method only. One level holds for all positions of a time slider.",
    )
    area_share_pct: float = number(
        5,
        low=1,
        high=20,
        step=1,
        unit="%",
        label="Densest share of the borough",
        help="How much of the borough's land, at most, the density method may call hot.",
    )
    level_per_km2: float | None = number(
        None,
        low=1,
        high=999_999,
        step=10,
        unit="incidents per km2",
        label="Level of density",
        help="Above it is hot, with the cut by level. Empty: three times the borough's average.",
    )
    incident_share_pct: float = number(
        25,
        low=5,
        high=90,
        step=5,
        unit="%",
        label="Share of the incidents",
        help="How many of the incidents the hot land holds, with the cut by incidents.",
    )
    only_significant: Literal["no", "yes"] = choice(
        "no",
        options={
            "no": "whether or not chance would give as much",
            "yes": "only land where the density is significant, corrected for many cells",
        },
        label="Only where significant",
        help="With the density method and a test of chance only.",
    )
    min_incidents: int = number(
        5,
        low=5,
        high=1000,
        step=1,
        unit="incidents",
        label="Least incidents in a hotspot",
        help="Areas with fewer are left out.",
    )
    min_places: int = number(
        3,
        low=3,
        high=50,
        step=1,
        unit="places",
        label="Least distinct places in a hotspot",
        help="Areas with fewer distinct positions are left out: one address is not an area.",
    )
    max_hotspots: int = number(
        10,
        low=1,
        high=50,
        step=1,
        unit="hotspots",
        label="Most hotspots shown",
        help="How many are ranked in each period.",
    )
