"""What columns can mean, in the words of the mapping form, and in its order."""

from dataclasses import dataclass

from geo.readers.columns import (
    DATE,
    END_TIME,
    GRID_REFERENCE,
    LATITUDE,
    LONGITUDE,
    POSTCODE,
    STRAND_LIST,
    TIME,
)
from geo.readers.mapping import IN_SEVERAL_COLUMNS
from geo.schema import (
    CATEGORY,
    EASTING,
    INCIDENT_ID,
    IS_CRIME,
    LOCATION_QUALITY,
    LOCATION_TEXT,
    NORTHING,
    OCCURRED_END,
    OUTCOME,
    REPORTING_ROUTE,
    SOURCE,
    STRAND_COLUMNS,
    TIME_PRECISION,
    VICTIM_AGE_BAND,
    VICTIM_ETHNICITY,
    VICTIM_REF,
)

LABELS: dict[str, str] = {
    DATE: "Date, or date and time",
    TIME: "Time of day",
    OCCURRED_END: "End of the span",
    END_TIME: "Time of the end",
    EASTING: "Easting",
    NORTHING: "Northing",
    LONGITUDE: "Longitude",
    LATITUDE: "Latitude",
    GRID_REFERENCE: "OS grid reference",
    POSTCODE: "Postcode",
    LOCATION_TEXT: "Place in words",
    CATEGORY: "Category",
    IS_CRIME: "Crime or incident",
    STRAND_LIST: "Strands",
    INCIDENT_ID: "Reference number",
    SOURCE: "Source of each row",
    TIME_PRECISION: "How exactly the time is known",
    LOCATION_QUALITY: "How exactly the place is known",
    VICTIM_REF: "Reference of the victim",
    VICTIM_AGE_BAND: "Age band of the victim",
    VICTIM_ETHNICITY: "Ethnicity of the victim",
    OUTCOME: "Outcome",
    REPORTING_ROUTE: "Way of reporting",
    **{column: f"Flag: {strand}" for strand, column in STRAND_COLUMNS.items()},
}
"""What each meaning is called, by the reader's name of it."""

SEVERAL = IN_SEVERAL_COLUMNS
"""Meanings that may stand in several columns."""


@dataclass(frozen=True)
class Group:
    """Meanings that stand together in the form."""

    title: str
    meanings: tuple[str, ...]


GROUPS = (
    Group("When", (DATE, TIME, OCCURRED_END, END_TIME)),
    Group("Where", (EASTING, NORTHING, LONGITUDE, LATITUDE, GRID_REFERENCE, POSTCODE)),
    Group("What", (INCIDENT_ID, CATEGORY, IS_CRIME, STRAND_LIST)),
)
"""Meanings that decide whether rows can be used and what they count as."""

OTHERS = Group(
    "More columns", tuple(name for name in LABELS if not any(name in g.meanings for g in GROUPS))
)
"""Meanings that few files have a column for."""
