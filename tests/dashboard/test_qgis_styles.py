"""Styles of exported layers: every row is drawn by a rule, and QGIS finds each of them."""

import sqlite3
from itertools import pairwise
from pathlib import Path
from xml.etree import ElementTree as ET

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest

from dashboard.exports import geopackage_bytes
from dashboard.qgis_styles import qml, sld, style_of
from geo import demonstration
from geo.grids.emerging import EmergingParams, emerging
from geo.grids.gistar import GiStarParams, gi_star
from geo.hotspots.table import find_hotspots
from geo.selection import Selection
from geo.surfaces.density import DensityParams
from geo.wards.table import WardParams, ward_table

ALL = Selection()


@pytest.fixture(scope="module")
def results():
    incidents = demonstration.load()
    return {
        "wards": ward_table(incidents, ALL, WardParams("2002", measure="rate")),
        "hotspots": find_hotspots(incidents, ALL, DensityParams(), vintage="2002"),
        "gi_star": gi_star(incidents, ALL, GiStarParams(alternative="two-sided")),
        "emerging": emerging(incidents, ALL, EmergingParams(), "2002"),
    }


@pytest.fixture(scope="module")
def package(results, tmp_path_factory) -> Path:
    path = tmp_path_factory.mktemp("styles") / "layers.gpkg"
    path.write_bytes(geopackage_bytes(list(results.values())))
    return path


def styles_in(path: Path) -> pd.DataFrame:
    with sqlite3.connect(path) as file:
        return pd.read_sql("SELECT * FROM layer_styles", file).set_index("f_table_name")


def test_every_layer_has_one_default_style_where_qgis_looks_for_it(package: Path) -> None:
    styles = styles_in(package)
    with sqlite3.connect(package) as file:
        layers = dict(file.execute("SELECT table_name, column_name FROM gpkg_geometry_columns"))
    assert set(styles.index) == set(layers) == {"wards", "hotspots", "gi_star", "emerging"}
    assert styles["f_geometry_column"].to_dict() == layers
    assert styles["useAsDefault"].eq(1).all()
    assert (styles[["f_table_catalog", "f_table_schema"]] == "").all(axis=None)
    for text in (*styles["styleQML"], *styles["styleSLD"]):
        ET.fromstring(text)


def symbols_of(root: ET.Element) -> set[str]:
    return {symbol.get("name") for symbol in root.iter("symbol")}


def test_every_ward_falls_into_one_range_of_the_legend(package: Path) -> None:
    wards = gpd.read_file(package, layer="wards").dropna(subset=["geometry"])
    root = ET.fromstring(styles_in(package).loc["wards", "styleQML"])
    ranges = list(root.iter("range"))
    assert {one.get("symbol") for one in ranges} == symbols_of(root)
    bounds = [(float(one.get("lower")), float(one.get("upper"))) for one in ranges]
    for value in wards["value"]:
        assert any(low <= value <= high for low, high in bounds), value
    assert all(one[1] == other[0] for one, other in pairwise(bounds))
    shades = [symbol.find("layer/prop[@k='color']").get("v") for symbol in root.iter("symbol")]
    greys = [np.dot([int(v) for v in c.split(",")[:3]], (0.3, 0.59, 0.11)) for c in shades]
    assert greys == sorted(greys, reverse=True)


def test_hotspots_are_outlines_with_rank_and_name(package: Path) -> None:
    root = ET.fromstring(styles_in(package).loc["hotspots", "styleQML"])
    assert root.find("renderer-v2").get("type") == "singleSymbol"
    assert root.find(".//prop[@k='style']").get("v") == "no"
    label = root.find(".//text-style")
    assert label.get("fieldName") == '"rank" || \'. \' || "name"'
    assert label.get("isExpression") == root.get("labelsEnabled") == "1"
    assert {"rank", "name"} <= set(gpd.read_file(package, layer="hotspots", rows=1))


@pytest.mark.parametrize("layer", ["gi_star", "emerging"])
def test_every_cell_is_in_one_category(package: Path, layer: str) -> None:
    cells = gpd.read_file(package, layer=layer)
    root = ET.fromstring(styles_in(package).loc[layer, "styleQML"])
    known = {one.get("value"): one.get("symbol") for one in root.iter("category")}
    if layer == "emerging":
        assert root.find("renderer-v2").get("attr") == "pattern"
        values = set(cells["pattern"])
    else:
        kinds = np.where(cells["z"] > 0, "hot", "quiet")
        values = {f"{k} {p:g}" for k, p in zip(kinds, cells["significance"], strict=True)}
    assert values <= set(known)
    assert set(known.values()) == symbols_of(root)


def test_names_in_styles_are_escaped_and_unknown_tables_get_outlines(results) -> None:
    table = pd.DataFrame({"pattern": ['a <b> & "c"']})
    ET.fromstring(qml(style_of(table)))
    ET.fromstring(sld(style_of(table), "a <layer> & more"))
    assert style_of(pd.DataFrame({"other": [1]})).name == "Outlines"
    empty = results["wards"].frame.iloc[:0]
    assert style_of(empty).rules
