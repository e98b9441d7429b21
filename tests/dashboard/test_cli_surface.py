"""``hotspots surface``: files that a desktop GIS reads, with the numbers of the analysis."""

import json

import numpy as np
import pytest
import rasterio
from PIL import Image

from geo import demonstration
from geo.selection import Selection
from geo.surfaces.density import DensityParams, density
from tests.dashboard.command_line import table_in


def test_the_geotiff_holds_the_density_in_its_place(folder, run):
    code, out, err = run("surface demo --bandwidth-m 300 --out density-exact.tif")
    assert (code, out) == (0, "")
    assert "evaluation: kernel evaluated exactly" in err
    made = density(demonstration.load(), Selection(), DensityParams(bandwidth_m=300))
    with rasterio.open(folder / "density-exact.tif") as image:
        assert image.crs.to_epsg() == 27700
        assert image.descriptions == ("Apr 2015 to Mar 2018",)
        assert image.units == ("incidents per km2",)
        values, inside = image.read(1, masked=True), made.grid.inside_share > 0
        np.testing.assert_array_equal(~np.ma.getmaskarray(values)[::-1], inside)
        rows, cols = np.nonzero(inside)
        eastings, northings = made.grid.centres()
        places = zip(eastings[cols], northings[rows], strict=True)
        sampled = np.array(list(image.sample(places)))[:, 0]
        np.testing.assert_allclose(sampled, made.values[0][inside], rtol=1e-6, atol=1e-6)
        record = json.loads(image.tags()["RUN_RECORD"])
    assert record["params"]["bandwidth_m"] == 300
    assert record == json.loads((folder / "density-exact.run.json").read_text(encoding="utf-8"))


def test_a_band_for_each_period(folder, run):
    assert run("surface demo --step fy --window 2 --out density-exact.tiff")[0] == 0
    with rasterio.open(folder / "density-exact.tiff") as image:
        assert image.descriptions == ("2015/16 to 2016/17", "2016/17 to 2017/18")
        assert image.count == 2


def test_the_picture(folder, run):
    assert run("surface demo --out density-exact.png")[0] == 0
    with Image.open(folder / "density-exact.png") as picture:
        assert picture.size == (1753, 1240)
        assert picture.text["Title"].startswith("Density, incidents per km²")
    assert (folder / "density-exact.run.json").exists()


def test_figures_without_a_file(run):
    _, out, _ = run("surface demo --step fy")
    table = table_in(out)
    assert list(table) == ["period", "incidents", "peak_per_km2"]
    assert table["incidents"].sum() == 1703
    code, out, _ = run("surface demo --json")
    assert code == 0
    assert json.loads(out)["run_record"]["analysis"] == "density"


@pytest.mark.parametrize(
    ("line", "says"),
    [
        (
            "surface demo --out d.gpkg",
            "d-exact.gpkg has no known ending; known are .tif, .tiff, .png",
        ),
        ("surface demo --window 2", "--window counts steps; give --step fy"),
        ("surface demo --step fy --out d.png", "A picture shows the whole period"),
        ("surface demo --step fy --window 0", "window is 0; it must be from 1 to 24 steps"),
        ("surface demo --bandwidth-m 1 --out d.tif", "bandwidth_m is 1; it must be from"),
    ],
)
def test_what_cannot_be_done_is_said(folder, run, line, says):
    code, out, err = run(line)
    assert (code, out) == (2, "")
    assert says in err
    assert list(folder.iterdir()) == []
