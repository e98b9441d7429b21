"""Which heading means what: the one table of names that the readers know."""

import re
from collections.abc import Sequence

from geo.readers.words import STRAND_WORDS
from geo.schema import (
    CATEGORY,
    EASTING,
    INCIDENT_ID,
    IS_CRIME,
    LOCATION_TEXT,
    NORTHING,
    OCCURRED_END,
    SOURCE,
    STRAND_COLUMNS,
    TIME_PRECISION,
    VICTIM_AGE_BAND,
    VICTIM_ETHNICITY,
    VICTIM_REF,
)

DATE = "date"
TIME = "time"
END_TIME = "end time"
LONGITUDE = "longitude"
LATITUDE = "latitude"
GRID_REFERENCE = "grid reference"
POSTCODE = "postcode"
STRAND_LIST = "strands"

HEADINGS: dict[str, tuple[str, ...]] = {
    INCIDENT_ID: (
        "incident id",
        "incident number",
        "incident reference",
        "crime id",
        "crime number",
        "crime reference",
        "crime reference number",
        "record id",
        "reference",
        "reference number",
        "ref",
        "id",
    ),
    SOURCE: ("source",),
    CATEGORY: (
        "category",
        "crime type",
        "offence",
        "offence type",
        "offence description",
        "offence category",
        "incident type",
        "type",
    ),
    IS_CRIME: ("is crime", "crime or incident", "crime incident", "crime"),
    DATE: (
        "occurred",
        "occurred on",
        "occurred at",
        "date occurred",
        "offence date",
        "date of offence",
        "incident date",
        "date of incident",
        "committed on",
        "committed from",
        "committed from date",
        "committed from date time",
        "committed date",
        "date committed",
        "occurred from",
        "offence start date",
        "incident start date",
        "earliest date",
        "date from",
        "date start",
        "date time",
        "datetime",
        "date and time",
        "date",
        "start",
        "start date",
        "start date time",
        "start datetime",
        "from",
        "from date",
        "from date time",
        "month",
    ),
    TIME: (
        "time",
        "time occurred",
        "occurred time",
        "offence time",
        "time of offence",
        "incident time",
        "time of incident",
        "committed time",
        "committed from time",
        "occurred from time",
        "offence start time",
        "incident start time",
        "earliest time",
        "start time",
        "from time",
        "time from",
        "time start",
    ),
    OCCURRED_END: (
        "occurred end",
        "occurred to",
        "occurred until",
        "committed to",
        "committed to date",
        "committed to date time",
        "committed until",
        "offence end date",
        "incident end date",
        "latest date",
        "date to",
        "date until",
        "date end",
        "end date time",
        "end datetime",
        "end date",
        "end",
        "to date time",
        "to date",
        "to",
        "until",
    ),
    END_TIME: (
        "end time",
        "occurred end time",
        "occurred to time",
        "committed to time",
        "offence end time",
        "incident end time",
        "latest time",
        "time to",
        "time until",
        "time end",
        "to time",
    ),
    TIME_PRECISION: ("time precision",),
    EASTING: ("easting", "eastings", "easting m", "bng easting", "os easting", "grid easting"),
    NORTHING: (
        "northing",
        "northings",
        "northing m",
        "bng northing",
        "os northing",
        "grid northing",
    ),
    LONGITUDE: ("longitude", "long", "lon", "lng"),
    LATITUDE: ("latitude", "lat"),
    GRID_REFERENCE: (
        "grid reference",
        "grid ref",
        "gridref",
        "os grid reference",
        "os grid ref",
        "national grid reference",
        "ngr",
    ),
    POSTCODE: (
        "postcode",
        "post code",
        "incident postcode",
        "location postcode",
        "offence postcode",
        "crime postcode",
        "site postcode",
        "venue postcode",
        "pcode",
    ),
    STRAND_LIST: (
        "strands",
        "strand",
        "hate strand",
        "hate strands",
        "hate crime strand",
        "hate crime type",
        "motivation",
        "motivating factor",
        "motivating factors",
        "protected characteristic",
        "protected characteristics",
    ),
    LOCATION_TEXT: ("location text", "location", "place", "address", "street", "venue"),
    VICTIM_REF: ("victim ref", "victim reference", "victim id"),
    VICTIM_AGE_BAND: ("victim age band", "age band", "age group", "victim age group", "victim age"),
    VICTIM_ETHNICITY: ("victim ethnicity", "ethnicity", "ethnic group", "victim ethnic group"),
    **{
        column: (f"strand {strand}", *STRAND_WORDS[strand])
        for strand, column in STRAND_COLUMNS.items()
    },
}


def plain_words(heading: str) -> str:
    """Bring a heading to the form of the table: lower case, words apart by one space.

    >>> plain_words(" Crime_or-Incident? ")
    'crime or incident'
    """
    return " ".join(re.split(r"[\W_]+", heading.lower())).strip()


def columns_by_meaning(header: Sequence[str]) -> dict[str, int]:
    """Give the position of the column of each meaning that the header has.

    Where several headings mean the same, the one that stands first in ``HEADINGS`` is taken.

    >>> columns_by_meaning(["Date", "Offence Date", "LATITUDE"])
    {'date': 1, 'latitude': 2}
    """
    positions: dict[str, int] = {}
    for position, heading in enumerate(header):
        positions.setdefault(plain_words(heading), position)
    return {
        meaning: next(positions[word] for word in words if word in positions)
        for meaning, words in _PLAIN_HEADINGS.items()
        if any(word in positions for word in words)
    }


_PLAIN_HEADINGS = {
    meaning: tuple(plain_words(word) for word in words) for meaning, words in HEADINGS.items()
}
