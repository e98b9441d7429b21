"""The files of released hotspots hold what was released, say their level, and open in a GIS."""

import io
import json

import geopandas as gpd
import numpy as np
import pandas as pd
import pyogrio
import pytest
import shapely
from PIL import Image

from boundaries.projection import to_bng
from dashboard.exports import content_bytes
from dashboard.maps.surface_image import class_numbers
from dashboard.partner.hotspots.files import (
    hotspot_content,
    layers_download,
    page_download,
    picture_download,
    surface_content,
)
from dashboard.partner.hotspots.maps import hotspot_map
from dashboard.partner.view import ReleaseView
from dashboard.settings import StartOptions
from geo import demonstration
from geo.disclosure.ledger import SHIPPED, FolderLedger
from geo.disclosure.placed import mapped_periods
from geo.disclosure.release import Release


@pytest.fixture(scope="module")
def release() -> Release:
    found = FolderLedger(SHIPPED).get(demonstration.load().fingerprint)
    assert found is not None
    return found


@pytest.fixture(scope="module")
def view(release) -> ReleaseView:
    period, before = release.period("2017/18"), release.period("2016/17")
    return ReleaseView(release, "Demonstration", period, before, "", "all", StartOptions())


def test_a_table_of_hotspots_holds_bands_and_words(view, release):
    content = hotspot_content(view, "density", mapped_periods(release.menu))
    table = pd.read_csv(io.BytesIO(content_bytes(content, ".csv")), keep_default_na=False)
    released = {
        (key, one.rank): one
        for (method, key, _), areas in release.hotspots.items()
        if method == "density"
        for one in areas.hotspots
    }
    assert len(table) == len(released)
    for row in table.to_dict("records"):
        one = released[row["period"], row["rank"]]
        assert row["incidents"] == one.incidents.text
        assert (row["incidents_least"], row["incidents_most"]) == (
            one.incidents.low,
            one.incidents.high,
        )
        assert row["name"] == one.name
        assert row["strands"] == ", ".join(one.strands)
    assert "p_value" not in table


def test_geojson_holds_the_outlines_and_the_level(view, release):
    content = hotspot_content(view, "dbscan", [view.period])
    written = json.loads(content_bytes(content, ".geojson"))
    assert written["run_record"]["level"] == "partner"
    shapes = release.hotspots["dbscan", "2017/18", "all"].hotspots
    for feature, one in zip(written["features"], shapes, strict=True):
        there = shapely.geometry.shape(feature["geometry"])
        back = shapely.transform(there, lambda xy: to_bng(*xy.T))
        assert shapely.hausdorff_distance(back, one.shape) < 0.2


def test_the_geopackage_has_wards_hotspots_and_density_with_styles(view, tmp_path):
    download = layers_download(view, "density")
    assert download.name == "hotspots-qgis-partner.gpkg"
    path = tmp_path / download.name
    path.write_bytes(download.make())
    layers = [name for name, _ in pyogrio.list_layers(path)]
    assert layers == ["wards", "hotspots", "density", "run_record", "layer_styles"]
    density = gpd.read_file(path, layer="density")
    assert density["density_class"].is_unique
    assert density["incidents_per_km2"].str.startswith("about").all()
    styles = pyogrio.read_dataframe(path, layer="layer_styles")
    graduated = styles.set_index("f_table_name")["styleQML"]["density"]
    assert 'attr="density_class"' in graduated
    record = pyogrio.read_dataframe(path, layer="run_record")
    assert set(record[record["name"] == "level"]["value"]) == {"partner"}


def test_the_image_of_a_surface_shows_each_cell_as_it_was_released(view, release):
    surface = release.surfaces["2017/18", "all"]
    images = hotspot_map(view, "density").views["whole"].surface
    assert images is not None
    everywhere = np.ones(tuple(4 * n for n in images.greys.shape[1:]), np.bool_)
    numbers = class_numbers(images, 0, everywhere)
    (south, west), (north, east) = images.bounds
    row, col = np.nonzero(surface.classes >= 0)
    centres = 100 * np.column_stack([surface.first_col + col, surface.first_row + row]) + 50
    points = gpd.GeoSeries(shapely.points(centres), crs=27700).to_crs(3857)
    box = gpd.GeoSeries(shapely.points([(west, south), (east, north)]), crs=4326).to_crs(3857)
    height, width = numbers.shape
    x = (points.x - box.x[0]) / (box.x[1] - box.x[0]) * width
    y = (box.y[1] - points.y) / (box.y[1] - box.y[0]) * height
    seen = numbers[y.astype(int), x.astype(int)]
    assert (seen == surface.classes[row, col]).all()
    assert set(seen) > {0, 1}


def test_picture_and_page_say_for_whom_they_are(view, release):
    model = hotspot_map(view, "density")
    download = picture_download(model, view.level, "density")
    assert download.name == "hotspots-density-partner.png"
    with Image.open(io.BytesIO(download.make())) as picture:
        assert picture.text["Disclosure"] == "For partners: counts of 1 to 4 are not shown"
    page = page_download(model, view.level)
    assert page.name == "hotspots-map-partner.html"
    assert "For partners: counts of 1 to 4 are not shown" in page.make()


def test_density_for_periods_without_any_is_an_empty_table(view, release):
    months = [period for period in release.menu if period.kind == "month"]
    assert surface_content(view, months).table.empty
