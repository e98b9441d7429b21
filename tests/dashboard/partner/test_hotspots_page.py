"""The page Hotspots for partners, run without a browser."""

import json
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from geo import demonstration
from geo.disclosure.ledger import SHIPPED, FolderLedger
from geo.disclosure.levels import PUBLIC
from geo.disclosure.release import Release
from tests.dashboard.app_pages import opened, opened_as_partner


@pytest.fixture(scope="module")
def release() -> Release:
    found = FolderLedger(SHIPPED).get(demonstration.load().fingerprint)
    assert found is not None
    return found


def map_of(app: AppTest) -> dict[str, Any]:
    (component,) = app.main.get("bidi_component")
    return json.loads(component.proto.bytes)


def test_the_page_shows_released_areas_and_nothing_exact(release):
    app = opened_as_partner("hotspots")
    data = map_of(app)
    assert data["disclosure"] == "For partners: counts of 1 to 4 are not shown"
    released = release.hotspots["density", "2017/18", "all"]
    listed = data["views"]["whole"]["hotspots"][0]
    assert [one["name"] for one in listed] == [one.name for one in released.hotspots]
    for one, known in zip(listed, released.hotspots, strict=True):
        assert one["facts"].startswith(f"{known.incidents.text} incidents, ")
        assert set(one) == {"rank", "name", "facts", "rings"}
    assert f"{released.left_out} more areas rest" in data["views"]["whole"]["sentences"][0]
    assert list(data["views"]) == ["whole", "years", "quarters"]
    assert len(data["views"]["quarters"]["frames"]) == 4
    assert data["views"]["years"]["surface"]["in_cells"]
    captions = " ".join(caption.value for caption in app.caption)
    assert "Analysts also choose" in captions


def test_another_method_shows_its_areas(release):
    app = opened_as_partner("hotspots", **{"areas-by": "Clusters (DBSCAN)"})
    names = [one["name"] for one in map_of(app)["views"]["whole"]["hotspots"][0]]
    released = release.hotspots["dbscan", "2017/18", "all"].hotspots
    assert names == [one.name for one in released]


def test_one_strand_shows_all_incidents_and_says_so():
    app = opened_as_partner("hotspots", group="Race")
    assert any("This shows all incidents" in caption.value for caption in app.caption)
    assert map_of(app)["views"]["whole"]["hotspots"][0]


def test_the_public_sees_wards_and_no_areas():
    app = opened("hotspots", level=PUBLIC)
    data = map_of(app)
    assert data["listing"] == "wards"
    assert data["disclosure"] == "For the public: rounded to 5"
    assert all(view["surface"] is None for view in data["views"].values())
    assert not any(spots for view in data["views"].values() for spots in view["hotspots"])


def test_files_are_offered_with_their_level():
    app = opened_as_partner("hotspots", **{"areas-more": "Downloads"})
    labels = {one.proto.label for one in app.main.get("download_button")}
    assert {
        "CSV table",
        "GeoJSON",
        "GeoPackage",
        "Styled layers for QGIS, GeoPackage",
        "Picture with density, PNG",
        "Whole map as one file, HTML",
    } <= labels
