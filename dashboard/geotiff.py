"""Surfaces as GeoTIFF for a desktop GIS: one band per period, in the British National Grid."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from boundaries.projection import BNG
from geo.grids.grid import Grid
from geo.surfaces.density import DensityResult
from geo.wards.table import PERIOD

NO_DATA = float("nan")


def geotiff_bytes(result: DensityResult, record: str, unit: str) -> bytes:
    """Write a surface as a GeoTIFF (OGC 19-008) with float values, compressed without loss.

    Parameters
    ----------
    result
        Values of shape (frames, rows, cols). Cells that touch no part of the borough hold no
        data; a cell that the border crosses holds the value at its centre.
    record
        Run record as JSON text, kept in the file as the tag ``RUN_RECORD``.
    unit
        Of the values.
    """
    import rasterio
    from rasterio.io import MemoryFile

    bands = _north_up(result.values, result.grid)
    with rasterio.Env(GDAL_PAM_ENABLED="NO"), MemoryFile() as memory:
        with memory.open(driver="GTiff", **_profile(result.grid, len(bands))) as image:
            image.write(bands)
            image.update_tags(RUN_RECORD=record)
            for number, label in enumerate(result.frame[PERIOD], start=1):
                image.set_band_description(number, str(label))
                image.set_band_unit(number, unit)
        content: bytes = memory.read()
    return content


def _north_up(values: NDArray[np.float64], grid: Grid) -> NDArray[np.float32]:
    inside = np.where(grid.inside_share > 0, values, NO_DATA)
    return inside[:, ::-1].astype(np.float32)


def _profile(grid: Grid, n_bands: int) -> dict[str, Any]:
    from rasterio.transform import from_origin

    north = grid.south + grid.n_rows * grid.cell_size_m
    return {
        "width": grid.n_cols,
        "height": grid.n_rows,
        "count": n_bands,
        "dtype": "float32",
        "crs": BNG,
        "transform": from_origin(grid.west, north, grid.cell_size_m, grid.cell_size_m),
        "nodata": NO_DATA,
        "compress": "deflate",
        "predictor": 3,
        "tiled": True,
        "blockxsize": 256,
        "blockysize": 256,
    }
