"""Streets that are dropped into the page Patrol."""

import geopandas as gpd
import numpy as np
import pytest
import shapely
from streamlit.testing.v1 import AppTest

from boundaries.errors import InputFileError, ParameterError
from boundaries.projection import BNG
from dashboard import reading
from dashboard.patrol.street_upload import UploadedWays
from geo.borough import borough
from geo.disclosure.levels import PARTNER
from tests.dashboard import app_pages as on

_EVERY_M = 200


@pytest.fixture(scope="module")
def streets(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    """Write a grid of streets over the borough as a GeoPackage."""
    west, south, east, north = borough().bounds
    cols, rows = np.arange(west, east, _EVERY_M), np.arange(south, north, _EVERY_M)
    lines = [shapely.LineString([(x, y) for y in rows]) for x in cols]
    lines += [shapely.LineString([(x, y) for x in cols]) for y in rows]
    path = tmp_path_factory.mktemp("streets") / "grid.gpkg"
    gpd.GeoDataFrame(geometry=lines, crs=BNG).to_file(path, layer="roads")
    return path.read_bytes()


def dropped(app: AppTest, name: str, content: bytes) -> AppTest:
    """Drop a file into the sidebar's place for streets."""
    uploader = next(
        one
        for one in app.sidebar.get("file_uploader")
        if one.label == "Streets to walk along"  # type: ignore[attr-defined]
    )
    uploader.set_value([(name, content, "application/octet-stream")])  # type: ignore[attr-defined]
    return on.checked(app.run())


def test_a_plan_walks_along_the_streets_that_are_dropped_in(streets: bytes) -> None:
    app = on.opened("patrol", level=PARTNER)
    straight = on.texts(app)
    app = dropped(app, "grid.gpkg", streets)
    along = on.texts(app)
    assert "grid.gpkg" not in straight
    assert "grid.gpkg" in along


def test_a_file_that_is_no_network_says_so_and_the_plan_stays() -> None:
    app = on.opened("patrol", level=PARTNER)
    headline = on.texts(app).splitlines()[0]
    app = dropped(app, "notes.gpkg", b"these are no streets")
    assert any("notes.gpkg is not a file of streets" in one.value for one in app.error)
    assert headline in on.texts(app)


def test_streets_are_read_apart_and_keep_their_name(streets: bytes) -> None:
    found = reading.streets_of("../north:1.gpkg", streets)
    assert found.file == "north1.gpkg"
    assert len(found.nodes) > 100
    with pytest.raises(InputFileError, match=r"x\.osm is not a file of streets"):
        reading.streets_of("x.osm", b"")


def test_streets_that_are_gone_are_asked_for_again() -> None:
    ways = UploadedWays("grid.gpkg", "0" * 64, 4.5)
    with pytest.raises(ParameterError, match="drop the file in again"):
        ways.minutes(np.zeros(2), np.zeros(2))
