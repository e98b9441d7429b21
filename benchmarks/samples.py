"""Made-up incidents like real ones: on few places, half of which lie around five centres."""

import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray

from geo import schema
from geo.schema import Incidents
from geo.surfaces.density import borough

N_INCIDENTS = 62_000
N_MONTHS = 36
N_SNAP_POINTS = 3_000


def incidents_on(n_places: int) -> Incidents:
    """Make incidents on places of which half lie around five centres."""
    rng = np.random.default_rng(n_places)
    place = rng.permutation(N_INCIDENTS) % n_places
    easting, northing = (axis[place] for axis in places_in_borough(n_places))
    months = np.datetime64("2015-04", "M") + rng.integers(0, N_MONTHS, N_INCIDENTS)
    columns = {
        schema.INCIDENT_ID: np.arange(N_INCIDENTS).astype(str),
        schema.SOURCE: "benchmark",
        schema.CATEGORY: "made up",
        schema.IS_CRIME: pd.array(np.ones(N_INCIDENTS, bool), dtype="boolean"),
        schema.OCCURRED: months.astype("datetime64[s]"),
        schema.TIME_PRECISION: "month",
        schema.EASTING: easting,
        schema.NORTHING: northing,
        **dict.fromkeys(schema.STRAND_COLUMNS.values(), False),
    }
    return Incidents(pd.DataFrame(columns))


def places_in_borough(n: int) -> tuple[NDArray, NDArray]:
    """Draw places in the borough: eastings and northings in metres, EPSG:27700, shape (n,)."""
    rng = np.random.default_rng(n)
    west, south, east, north = borough().bounds
    spread = rng.uniform((west, south), (east, north), (6 * n, 2))
    centres = spread[shapely.intersects_xy(borough(), *spread.T)][:5]
    crowded = centres[rng.integers(0, 5, n)] + rng.normal(0, 250, (n, 2))
    crowded = crowded[shapely.intersects_xy(borough(), *crowded.T)][: n // 2]
    spread = spread[shapely.intersects_xy(borough(), *spread.T)][: n - len(crowded)]
    easting, northing = np.concatenate([crowded, spread]).T
    return easting, northing
