"""Small incidents for tests."""

from collections.abc import Collection, Mapping, Sequence
from pathlib import Path

import numpy as np
import pandas as pd

import boundaries
from boundaries.columns import WARD_NAME
from geo import schema
from geo.schema import Incidents


def make_incidents(
    times: Sequence[str],
    points: Sequence[tuple[float, float]],
    *,
    precision: str | Sequence[str] = "minute",
    is_crime: bool | Sequence[bool | None] | None = True,
    category: str | Sequence[str] = "Hate crime",
    strands: Sequence[Collection[str]] | None = None,
) -> Incidents:
    """Make incidents from times and points (easting, northing), NaN where not located."""
    n = len(times)
    carried = strands or [()] * n
    columns = {
        schema.INCIDENT_ID: [f"T{number}" for number in range(n)],
        schema.SOURCE: ["test"] * n,
        schema.CATEGORY: _each(category, n),
        schema.IS_CRIME: pd.array(_each(is_crime, n), dtype="boolean"),
        schema.OCCURRED: pd.to_datetime(list(times), format="ISO8601"),
        schema.TIME_PRECISION: _each(precision, n),
        schema.EASTING: pd.array([e for e, _ in points], dtype="float64").to_numpy(),
        schema.NORTHING: pd.array([n for _, n in points], dtype="float64").to_numpy(),
        **{
            column: np.array([strand in some for some in carried], np.bool_)
            for strand, column in schema.STRAND_COLUMNS.items()
        },
    }
    return Incidents(pd.DataFrame(columns))


def with_ends(incidents: Incidents, ends: Sequence[str | None]) -> Incidents:
    """Give the incidents the other end of their spans, None where there is none."""
    times = pd.to_datetime(list(ends), format="ISO8601")
    return Incidents(incidents.frame.assign(**{schema.OCCURRED_END: times}))


STREET_HEADER = (
    "Crime ID,Month,Reported by,Falls within,Longitude,Latitude,Location,"
    "LSOA code,LSOA name,Crime type,Last outcome category,Context"
)


def write_street_months(folder: Path, months: Sequence[str], per_ward: Mapping[str, int]) -> None:
    """Write police.uk street files, each with so many crimes inside each 2002 ward by name."""
    wards = boundaries.load_wards("2002").set_index(WARD_NAME).geometry
    points = wards.representative_point().to_crs("EPSG:4326")
    for month in months:
        lines = [
            f"{month}-{ward}-{k},{month},Met,Met,{points[ward].x:.6f},{points[ward].y:.6f},"
            "On or near Test Street,,,Burglary,,"
            for ward, count in per_ward.items()
            for k in range(count)
        ]
        path = folder / month / f"{month}-metropolitan-street.csv"
        path.parent.mkdir(parents=True)
        path.write_text("\n".join([STREET_HEADER, *lines]) + "\n", encoding="utf-8")


def _each(value: object, n: int) -> list[object]:
    if value is None or isinstance(value, (str, bool)):
        return [value] * n
    return list(value)  # type: ignore[call-overload]
