from dataclasses import replace
from io import BytesIO

import numpy as np
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import array_shapes, arrays
from PIL import Image
from pyproj import Transformer
from scipy.interpolate import RegularGridInterpolator

from dashboard.maps.base import base_map
from dashboard.maps.surface_image import (
    ENLARGE,
    coloured,
    coloured_pngs,
    grey_png,
    surface_frames,
)
from geo.selection import Selection
from geo.surfaces.density import DensityParams, borough, density
from tests.dashboard.maps.samples import incidents, table_of

TO_MERCATOR = Transformer.from_crs("EPSG:27700", "EPSG:3857", always_xy=True)
DEGREES_TO_MERCATOR = Transformer.from_crs("EPSG:4326", "EPSG:3857", always_xy=True)


def surface_of(places, **params):
    table = table_of(np.array(places, float), ["2020-01-01"] * len(places))
    return density(table, Selection(), DensityParams(**params))


def pixel_of(frames, east, north):
    """Where pyproj says that a position lies in the image: column and row, with fractions."""
    (south, west), (north_edge, east_edge) = frames.bounds
    left, bottom = DEGREES_TO_MERCATOR.transform(west, south)
    right, top = DEGREES_TO_MERCATOR.transform(east_edge, north_edge)
    x, y = TO_MERCATOR.transform(east, north)
    height, width = frames.greys.shape[1:]
    return (x - left) / (right - left) * width - 0.5, (top - y) / (top - bottom) * height - 0.5


def centre_of_mass(grey):
    rows, cols = np.indices(grey.shape)
    weight = grey.astype(float) / grey.sum()
    return (cols * weight).sum(), (rows * weight).sum()


@pytest.mark.parametrize("cell_size_m", [50, 100])
@pytest.mark.parametrize(
    "place",
    [(523_312, 178_640), (522_733, 181_777), (525_811, 176_933), (522_213, 179_881)],
    ids=["middle", "north", "south east", "west"],
)
def test_peak_of_one_incident_lies_where_it_is(place, cell_size_m):
    frames = surface_frames(surface_of([place], bandwidth_m=300, cell_size_m=cell_size_m))
    column, row = centre_of_mass(frames.greys[0])
    expected = pixel_of(frames, *place)
    assert abs(column - expected[0]) < 0.5
    assert abs(row - expected[1]) < 0.5
    assert frames.greys.max() > 200


def test_every_pixel_is_the_surface_at_its_own_place():
    result = density(incidents(), Selection(), DensityParams(bandwidth_m=400, cell_size_m=50))
    frames, grid = surface_frames(result), result.grid
    (south, west), (north, east) = frames.bounds
    left, bottom = DEGREES_TO_MERCATOR.transform(west, south)
    right, top = DEGREES_TO_MERCATOR.transform(east, north)
    height, width = frames.greys.shape[1:]
    x = left + (np.arange(width) + 0.5) * (right - left) / width
    y = top - (np.arange(height) + 0.5) * (top - bottom) / height
    easting, northing = TO_MERCATOR.transform(*np.meshgrid(x, y), direction="INVERSE")
    at = np.stack([northing, easting], axis=-1)
    axes = grid.centres()[::-1]
    exact = RegularGridInterpolator(axes, result.values[0], bounds_error=False)(at)
    cells_inside = (grid.inside_share > 0).astype(float)
    whole = RegularGridInterpolator(axes, cells_inside, bounds_error=False, fill_value=0)(at) == 1
    shown = frames.greys[0] / 255 * frames.maximum
    assert whole.sum() > 5000
    assert np.abs(shown - exact)[whole].max() < 0.51 / 255 * frames.maximum


def test_far_outside_is_empty_and_the_edge_does_not_fade():
    result = density(incidents(), Selection(), DensityParams())
    flat = replace(result, values=np.where(result.grid.inside_share > 0, 7.0, 0.0)[None])
    frames = surface_frames(flat)
    image = frames.greys[0]
    assert set(np.unique(image)) == {0, 255}
    outline = borough().simplify(5)
    corners = shapely.get_coordinates(outline)
    column, row = pixel_of(frames, *corners.T)
    assert (image[np.rint(row).astype(int), np.rint(column).astype(int)] == 255).all()
    assert image[0, -1] == image[-1, 0] == 0
    assert (image > 0).mean() < 0.6


def test_no_incidents_is_an_empty_image_without_classes():
    result = surface_of([(523_300, 178_600)])
    frames = surface_frames(replace(result, values=np.zeros_like(result.values)))
    assert not frames.greys.any()
    assert frames.scale.classes == ()
    assert not coloured(frames, 0, base_map("2022").borough).any()
    assert len(coloured_pngs(frames, base_map("2022").borough)) == 1


def test_frames_share_one_scale():
    result = surface_of([(523_300, 178_600)])
    faint = replace(result, values=np.concatenate([result.values, result.values / 4]))
    frames = surface_frames(faint)
    assert int(frames.greys[0].max()) == pytest.approx(4 * int(frames.greys[1].max()), abs=4)
    assert surface_frames(result, maximum=2 * frames.maximum).greys.max() < 132


@given(arrays(np.uint8, array_shapes(min_dims=2, max_dims=2, max_side=40)))
def test_other_programs_read_the_same_grey(grey):
    read = Image.open(BytesIO(grey_png(grey)))
    read.load()
    assert read.mode == "L"
    assert np.array_equal(np.asarray(read), grey)


def test_coloured_files_show_the_coloured_pixels():
    frames = surface_frames(density(incidents(), Selection(), DensityParams()))
    outline = base_map("2022").borough
    (file,) = coloured_pngs(frames, outline)
    picture = np.asarray(Image.open(BytesIO(file)).convert("RGBA"))
    assert np.array_equal(picture, coloured(frames, 0, outline))
    assert picture.shape[:2] == tuple(ENLARGE * n for n in frames.greys.shape[1:])


def test_colours_are_the_classes_of_the_values_and_stay_in_the_borough():
    frames = surface_frames(density(incidents(), Selection(), DensityParams()))
    picture = coloured(frames, 0, base_map("2022").borough)
    wanted = {tuple(bytes.fromhex(c.colour[1:])) for c in frames.scale.classes}
    shown = {tuple(pixel) for pixel in picture[picture[..., 3] > 0][:, :3].tolist()}
    assert shown == wanted
    darkest = tuple(bytes.fromhex(frames.scale.classes[-1].colour[1:]))
    rows, cols = np.nonzero((picture[..., :3] == darkest).all(axis=-1) & (picture[..., 3] > 0))
    share = frames.greys[0][rows // ENLARGE, cols // ENLARGE] / 255 * frames.maximum
    assert share.min() > 0.8 * frames.scale.classes[-1].low
    (_, west), (_, east) = frames.bounds
    width = picture.shape[1]
    lon = west + (np.nonzero(picture[..., 3])[1] + 0.5) * (east - west) / width
    longitudes = np.vstack(base_map("2022").borough)[:, 1]
    assert longitudes.min() <= lon.min() <= lon.max() <= longitudes.max()


@given(st.integers(1, 255))
def test_a_class_starts_at_the_grey_that_reaches_it(step):
    frames = surface_frames(surface_of([(523_300, 178_600)]))
    value = step / 255 * frames.maximum
    grey = frames.grey_of(value * (1 - 1e-9))
    assert grey == step
    assert grey / 255 * frames.maximum >= value * (1 - 1e-9)
