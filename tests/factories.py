"""Small incidents for tests."""

from collections.abc import Collection, Mapping, Sequence
from pathlib import Path
from typing import Any

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


def incidents_of(rows: Sequence[Mapping[str, Any]]) -> Incidents:
    """Make incidents of what matters in each row; the rest is filled in.

    Keys: ``at`` and ``to`` (times), ``place`` (easting, northing), ``source``, ``id``,
    ``category``, ``is_crime``, ``precision``, ``strands``, ``victim``, ``quality``.
    """
    columns = {
        schema.INCIDENT_ID: [row.get("id", f"T{i}") for i, row in enumerate(rows)],
        schema.SOURCE: [row.get("source", "police") for row in rows],
        schema.CATEGORY: [row.get("category", "Assault") for row in rows],
        schema.IS_CRIME: pd.array([row.get("is_crime", True) for row in rows], dtype="boolean"),
        schema.OCCURRED: pd.to_datetime([row["at"] for row in rows], format="ISO8601"),
        schema.OCCURRED_END: pd.to_datetime([row.get("to") for row in rows], format="ISO8601"),
        schema.TIME_PRECISION: [row.get("precision", "minute") for row in rows],
        schema.EASTING: np.array([row.get("place", (0, 0))[0] for row in rows], np.float64),
        schema.NORTHING: np.array([row.get("place", (0, 0))[1] for row in rows], np.float64),
        schema.VICTIM_REF: pd.Series([row.get("victim") for row in rows], dtype="str"),
        **{
            column: np.array([strand in row.get("strands", ()) for row in rows], np.bool_)
            for strand, column in schema.STRAND_COLUMNS.items()
        },
    }
    if any("quality" in row for row in rows):
        columns[schema.LOCATION_QUALITY] = [row["quality"] for row in rows]
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
