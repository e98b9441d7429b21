from math import cos, radians, sin, sqrt, tan

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from boundaries.projection import to_bng, to_wgs84

longitudes = st.floats(-0.3, -0.1)
latitudes = st.floats(51.4, 51.6)


@given(longitudes, latitudes)
def test_there_and_back_is_the_same_place_to_a_micrometre(longitude, latitude):
    position = to_bng([longitude], [latitude])
    again = to_bng(*to_wgs84(*position.T).T)
    assert np.abs(again - position).max() < 1e-6


@given(longitudes, latitudes)
def test_agrees_with_the_ordnance_survey_formulas(longitude, latitude):
    # Within what the OSTN15 grid file, where it is installed, moves things here.
    expected = np.array(helmert_to_bng(longitude, latitude))
    assert np.hypot(*(to_bng([longitude], [latitude])[0] - expected)) < 3


def helmert_to_bng(longitude, latitude):
    """Follow the Ordnance Survey's guide to coordinate systems step by step (annexes B and C)."""
    x, y, z = cartesian(radians(longitude), radians(latitude), 6378137.0, 6356752.3141)
    rx, ry, rz = (radians(seconds / 3600) for seconds in (-0.1502, -0.2470, -0.8421))
    scale = 1 + 20.4894e-6
    x, y, z = (
        -446.448 + scale * x - rz * y + ry * z,
        125.157 + rz * x + scale * y - rx * z,
        -542.060 - ry * x + rx * y + scale * z,
    )
    return transverse_mercator(*geodetic(x, y, z, 6377563.396, 6356256.909))


def cartesian(lon, lat, a, b):
    e2 = 1 - b * b / (a * a)
    nu = a / sqrt(1 - e2 * sin(lat) ** 2)
    return nu * cos(lat) * cos(lon), nu * cos(lat) * sin(lon), (1 - e2) * nu * sin(lat)


def geodetic(x, y, z, a, b):
    e2 = 1 - b * b / (a * a)
    p = np.hypot(x, y)
    lat = np.arctan2(z, p * (1 - e2))
    for _ in range(10):
        nu = a / sqrt(1 - e2 * sin(lat) ** 2)
        lat = np.arctan2(z + e2 * nu * sin(lat), p)
    return np.arctan2(y, x), lat


def transverse_mercator(lon, lat):
    a, b, f0, lat0, lon0 = 6377563.396, 6356256.909, 0.9996012717, radians(49), radians(-2)
    e2, n = 1 - b * b / (a * a), (a - b) / (a + b)
    nu = a * f0 / sqrt(1 - e2 * sin(lat) ** 2)
    rho = a * f0 * (1 - e2) / (1 - e2 * sin(lat) ** 2) ** 1.5
    eta2 = nu / rho - 1
    d, s = lat - lat0, lat + lat0
    m = (b * f0) * (
        (1 + n + 5 / 4 * n**2 + 5 / 4 * n**3) * d
        - (3 * n + 3 * n**2 + 21 / 8 * n**3) * sin(d) * cos(s)
        + (15 / 8 * n**2 + 15 / 8 * n**3) * sin(2 * d) * cos(2 * s)
        - 35 / 24 * n**3 * sin(3 * d) * cos(3 * s)
    )
    t, c, dl = tan(lat), cos(lat), lon - lon0
    northing = (
        m
        - 100_000
        + nu / 2 * sin(lat) * c * dl**2
        + nu / 24 * sin(lat) * c**3 * (5 - t**2 + 9 * eta2) * dl**4
        + nu / 720 * sin(lat) * c**5 * (61 - 58 * t**2 + t**4) * dl**6
    )
    easting = (
        400_000
        + nu * c * dl
        + nu / 6 * c**3 * (nu / rho - t**2) * dl**3
        + nu / 120 * c**5 * (5 - 18 * t**2 + t**4 + 14 * eta2 - 58 * t**2 * eta2) * dl**5
    )
    return easting, northing
