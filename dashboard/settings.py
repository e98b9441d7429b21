"""What the dashboard was started with, and what a person has set in it."""

import argparse
import sys
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

import boundaries
from boundaries.errors import HotspotsError
from boundaries.vintages import Vintage
from dashboard.maps.classify import Scheme
from geo.frames import FrameParams
from geo.hotspots.areas import MethodParams
from geo.hotspots.table import HotspotParams
from geo.schema import Incidents
from geo.selection import Selection
from geo.store.opening import default_location
from geo.surfaces.chance import ChanceParams
from geo.surfaces.density import DensityParams
from geo.wards.counts import Measure

_SCRIPTS = ("streamlit_app.py", "streamlit_server.py")


@dataclass(frozen=True)
class StartOptions:
    """The arguments that ``hotspots serve`` hands to the page.

    Attributes
    ----------
    paths
        Files to open with; none means the demonstration data.
    tiles
        Address template of background map tiles, off by default: asking for tiles tells their
        server where a person looks.
    store
        Folder or database address of the store of incidents; None takes the usual one.
    """

    paths: tuple[str, ...] = ()
    tiles: str | None = None
    store: str | None = None

    @property
    def store_location(self) -> str:
        """Where incidents are kept."""
        return self.store or default_location()

    @classmethod
    def given(cls) -> "StartOptions":
        """Read the arguments that Streamlit passed on to the app; none when run otherwise."""
        script, *arguments = sys.argv
        return cls.parse(arguments if Path(script).name in _SCRIPTS else [])

    @classmethod
    def parse(cls, arguments: Sequence[str]) -> "StartOptions":
        """Read the arguments after ``--``: ``[--tiles URL] [--store STORE] [PATH ...]``."""
        parser = argparse.ArgumentParser(prog="streamlit_app.py")
        parser.add_argument("--tiles")
        parser.add_argument("--store")
        parser.add_argument("paths", nargs="*")
        found = parser.parse_args(arguments)
        return cls(tuple(found.paths), found.tiles, found.store)


def vintage_in_force(incidents: Incidents) -> Vintage:
    """Give the wards in force on the day of the last incident; the oldest for older ones."""
    try:
        return boundaries.vintage_on(incidents.span[1].date()) if incidents.span else "2022"
    except HotspotsError:
        return "2002"


@dataclass(frozen=True)
class MapSettings:
    """All that decides what the map shows; equal settings and data give equal maps.

    Attributes
    ----------
    density
        Of the density surface, which is a layer of its own.
    other
        Settings of another method; None when hotspots are found from the density surface.
    chance
        Random surfaces to hold the hotspots of the whole period against; None for none.
    """

    selection: Selection = field(default_factory=Selection)
    vintage: Vintage = "2022"
    measure: Measure = "count"
    scheme: Scheme = "natural breaks"
    frames: FrameParams = field(default_factory=FrameParams)
    density: DensityParams = field(default_factory=DensityParams)
    other: MethodParams | None = None
    hotspots: HotspotParams = field(default_factory=HotspotParams)
    chance: ChanceParams | None = None

    @property
    def method(self) -> MethodParams:
        """The settings of the method that finds the hotspots."""
        return self.other or self.density

    @property
    def hotspots_of_steps(self) -> HotspotParams:
        """What may be called a hotspot in the slider's frames, where chance is not tested."""
        return replace(self.hotspots, only_significant="no")

    def of_wards(self) -> "MapSettings":
        """Give the settings with all that makes no difference to ward figures at its default."""
        return MapSettings(
            selection=self.selection,
            vintage=self.vintage,
            measure=self.measure,
            frames=self.frames,
        )
