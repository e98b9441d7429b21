"""Small incidents for tests."""

from collections.abc import Sequence

import pandas as pd

from geo import schema
from geo.schema import Incidents


def make_incidents(
    times: Sequence[str],
    points: Sequence[tuple[float, float]],
    *,
    precision: str | Sequence[str] = "minute",
    is_crime: bool | Sequence[bool | None] | None = True,
) -> Incidents:
    """Make incidents from times and points (easting, northing), NaN where not located."""
    n = len(times)
    columns = {
        schema.INCIDENT_ID: [f"T{number}" for number in range(n)],
        schema.SOURCE: ["test"] * n,
        schema.CATEGORY: ["Hate crime"] * n,
        schema.IS_CRIME: pd.array(_each(is_crime, n), dtype="boolean"),
        schema.OCCURRED: pd.to_datetime(list(times), format="ISO8601"),
        schema.TIME_PRECISION: _each(precision, n),
        schema.EASTING: pd.array([e for e, _ in points], dtype="float64").to_numpy(),
        schema.NORTHING: pd.array([n for _, n in points], dtype="float64").to_numpy(),
        **{column: [False] * n for column in schema.STRAND_COLUMNS.values()},
    }
    return Incidents(pd.DataFrame(columns))


def _each(value: object, n: int) -> list[object]:
    if value is None or isinstance(value, (str, bool)):
        return [value] * n
    return list(value)  # type: ignore[call-overload]
