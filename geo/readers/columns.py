"""Which heading means what: the one table of names that the readers know."""

import re
from collections.abc import Iterator, Sequence
from functools import cache

from geo.readers.words import STRAND_HEADINGS
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

DATE = "date"
TIME = "time"
END_TIME = "end time"
LONGITUDE = "longitude"
LATITUDE = "latitude"
GRID_REFERENCE = "grid reference"
POSTCODE = "postcode"
STRAND_LIST = "strands"

POSITION_MEANINGS = (EASTING, NORTHING, LONGITUDE, LATITUDE, GRID_REFERENCE, POSTCODE)
COORDINATE_PAIRS = ((EASTING, NORTHING), (LONGITUDE, LATITUDE))

# Words are compared without their order, case, separators and usual abbreviations, so "date of
# offence" stands for "OFFENCE_DT" too; what stands first within a meaning is preferred.
HEADINGS: dict[str, tuple[str, ...]] = {
    INCIDENT_ID: (
        "incident id",
        "incident number",
        "incident reference",
        "incident reference number",
        "crime id",
        "crime number",
        "crime reference",
        "crime reference number",
        "crime report number",
        "cris number",
        "cris reference",
        "cris reference number",
        "cris report",
        "connect reference",
        "connect reference number",
        "connect number",
        "investigation number",
        "investigation reference",
        "athena investigation number",
        "athena reference",
        "niche reference",
        "niche number",
        "niche occurrence number",
        "occurrence number",
        "occurrence id",
        "occurrence reference",
        "occurrence reference number",
        "urn",
        "incident urn",
        "crime urn",
        "unique reference",
        "unique reference number",
        "unique id",
        "uid",
        "case reference",
        "case reference number",
        "case number",
        "case id",
        "complaint reference",
        "complaint number",
        "complaint id",
        "service request number",
        "service request id",
        "service request reference",
        "enquiry number",
        "enquiry reference",
        "request id",
        "job number",
        "job reference",
        "log number",
        "cad number",
        "cad reference",
        "cad",
        "report number",
        "report reference",
        "report id",
        "event number",
        "event reference",
        "event id",
        "record id",
        "record number",
        "record reference",
        "reference",
        "reference number",
        "id",
    ),
    SOURCE: ("source", "data source", "source system"),
    CATEGORY: (
        "category",
        "crime type",
        "offence",
        "offence type",
        "offence description",
        "offence category",
        "offence name",
        "offence title",
        "offence group",
        "offence class",
        "offence classification",
        "offence sub group",
        "home office description",
        "home office class",
        "crime description",
        "crime category",
        "crime group",
        "crime classification",
        "classification",
        "minor text",
        "minor classification",
        "major text",
        "major classification",
        "incident type",
        "incident category",
        "incident class",
        "incident classification",
        "occurrence type",
        "occurrence category",
        "event type",
        "case type",
        "case category",
        "complaint type",
        "complaint category",
        "asb type",
        "asb category",
        "nuisance type",
        "service request type",
        "request type",
        "enquiry type",
        "job type",
        "nature of complaint",
        "nature of incident",
        "nature of offence",
        "problem type",
        "type",
    ),
    IS_CRIME: (
        "is crime",
        "crime or incident",
        "crime incident",
        "crime or non crime",
        "crime non crime",
        "crime flag",
        "crime incident flag",
        "crimed",
        "notifiable",
        "notifiable flag",
        "recorded crime",
        "crime",
    ),
    DATE: (
        "occurred",
        "date occurred",
        "offence date",
        "incident date",
        "occurrence date",
        "event date",
        "crime date",
        "committed on",
        "committed from",
        "committed from date",
        "committed from date time",
        "committed date",
        "committed date time",
        "committed start",
        "committed start date",
        "first committed date",
        "first committed",
        "earliest committed date",
        "occurred from",
        "occurred from date",
        "occurred from date time",
        "occurred start",
        "occurred start date",
        "occurred start date time",
        "occurred date time",
        "offence from date",
        "offence from date time",
        "offence start",
        "offence start date",
        "offence start date time",
        "offence date time",
        "incident from date",
        "incident from date time",
        "incident start",
        "incident start date",
        "incident start date time",
        "incident date time",
        "occurrence from date",
        "occurrence start date",
        "occurrence start date time",
        "earliest occurred date",
        "earliest date",
        "earliest date time",
        "earliest",
        "date from",
        "date start",
        "date time",
        "date",
        "start",
        "start date time",
        "from",
        "from date time",
        "month",
    ),
    TIME: (
        "time",
        "time occurred",
        "offence time",
        "incident time",
        "occurrence time",
        "event time",
        "committed time",
        "committed from time",
        "committed start time",
        "first committed time",
        "earliest committed time",
        "occurred from time",
        "occurred start time",
        "offence from time",
        "offence start time",
        "incident from time",
        "incident start time",
        "occurrence start time",
        "earliest occurred time",
        "earliest time",
        "start time",
        "from time",
    ),
    OCCURRED_END: (
        "occurred end",
        "occurred to",
        "occurred until",
        "occurred to date",
        "occurred to date time",
        "occurred end date",
        "occurred end date time",
        "committed to",
        "committed to date",
        "committed to date time",
        "committed until",
        "committed end",
        "committed end date",
        "last committed date",
        "last committed",
        "latest committed date",
        "offence to date",
        "offence to date time",
        "offence end",
        "offence end date",
        "offence end date time",
        "incident to date",
        "incident to date time",
        "incident end",
        "incident end date",
        "incident end date time",
        "occurrence end date",
        "occurrence end date time",
        "latest occurred date",
        "latest date",
        "latest date time",
        "latest",
        "date to",
        "date until",
        "date end",
        "end date time",
        "end",
        "to date time",
        "to",
        "until",
    ),
    END_TIME: (
        "end time",
        "occurred end time",
        "occurred to time",
        "committed to time",
        "committed end time",
        "last committed time",
        "latest committed time",
        "offence to time",
        "offence end time",
        "incident to time",
        "incident end time",
        "occurrence end time",
        "latest occurred time",
        "latest time",
        "time to",
        "time until",
    ),
    TIME_PRECISION: ("time precision",),
    LOCATION_QUALITY: ("location quality", "position quality"),
    EASTING: (
        "easting",
        "easting m",
        "easting coord",
        "bng easting",
        "os easting",
        "osgb easting",
        "gis easting",
        "grid easting",
        "easting bng",
        "bng e",
        "grid e",
        "os e",
        "bng x",
        "osgb x",
        "os x",
        "osx",
        "grid x",
        "x coord",
        "gis x",
        "map x",
        "geo x",
        "point x",
        "x",
    ),
    NORTHING: (
        "northing",
        "northing m",
        "northing coord",
        "bng northing",
        "os northing",
        "osgb northing",
        "gis northing",
        "grid northing",
        "bng n",
        "grid n",
        "os n",
        "bng y",
        "osgb y",
        "os y",
        "osy",
        "grid y",
        "y coord",
        "gis y",
        "map y",
        "geo y",
        "point y",
        "y",
    ),
    LONGITUDE: (
        "longitude",
        "longitude coord",
        "wgs longitude",
        "wgs84 longitude",
        "gps longitude",
        "gis longitude",
        "geo longitude",
        "map longitude",
        "decimal longitude",
    ),
    LATITUDE: (
        "latitude",
        "latitude coord",
        "wgs latitude",
        "wgs84 latitude",
        "gps latitude",
        "gis latitude",
        "geo latitude",
        "map latitude",
        "decimal latitude",
    ),
    GRID_REFERENCE: (
        "grid reference",
        "os grid reference",
        "osgb grid reference",
        "national grid reference",
        "map grid reference",
        "os reference",
        "map reference",
        "ngr",
        "os grid",
    ),
    POSTCODE: (
        "postcode",
        "incident postcode",
        "offence postcode",
        "crime postcode",
        "venue postcode",
        "full postcode",
        "pcode",
        "pcd",
        "pcds",
    ),
    STRAND_LIST: (
        "strands",
        "strand",
        "hate",
        "hate strand",
        "hate strands",
        "hate crime strand",
        "hate crime strands",
        "hate incident strand",
        "hate crime type",
        "hate incident type",
        "hate type",
        "hate category",
        "hate crime category",
        "hate incident category",
        "hate flag",
        "hate flags",
        "hate crime flag",
        "hate crime flags",
        "hate incident flag",
        "hate motivation",
        "hate crime motivation",
        "hate factor",
        "hate crime factor",
        "hate element",
        "hate code",
        "hate crime code",
        "hate marker",
        "hate crime marker",
        "hate qualifier",
        "hate crime qualifier",
        "hate crime",
        "motivation",
        "motivation type",
        "motivating factor",
        "motivating factors",
        "aggravating factor",
        "aggravating factors",
        "bias",
        "bias motivation",
        "prejudice",
        "prejudice type",
        "monitored strand",
        "protected characteristic",
        "protected characteristics",
    ),
    LOCATION_TEXT: (
        "location text",
        "location",
        "location description",
        "location name",
        "location address",
        "full location",
        "incident location",
        "offence location",
        "incident address",
        "offence address",
        "place",
        "place name",
        "address",
        "full address",
        "street",
        "street name",
        "road",
        "road name",
        "locus",
        "scene",
        "venue",
        "venue name",
        "premises",
        "premises name",
        "site",
        "site name",
        "site address",
        "estate",
        "estate name",
        "block name",
    ),
    VICTIM_REF: (
        "victim ref",
        "victim reference number",
        "victim id",
        "victim number",
        "victim urn",
        "victim unique reference",
    ),
    VICTIM_AGE_BAND: (
        "victim age band",
        "victim age group",
        "victim age range",
        "age band",
        "age group",
        "age range",
        "victim age",
    ),
    VICTIM_ETHNICITY: (
        "victim ethnicity",
        "victim ethnic group",
        "victim self defined ethnicity",
        "victim ethnic appearance",
        "victim race",
        "ethnicity",
        "ethnic group",
        "self defined ethnicity",
        "ethnic appearance",
    ),
    OUTCOME: (
        "outcome",
        "outcome category",
        "last outcome",
        "last outcome category",
        "crime outcome",
        "offence outcome",
        "incident outcome",
        "case outcome",
        "final outcome",
        "latest outcome",
        "outcome description",
        "disposal",
        "clear up",
        "clear up status",
    ),
    REPORTING_ROUTE: (
        "reporting route",
        "reporting method",
        "reporting channel",
        "report method",
        "report channel",
        "method of reporting",
        "method of report",
        "route of reporting",
        "how reported",
        "how received",
        "reported via",
        "reported through",
        "contact method",
        "contact channel",
        "source of report",
    ),
    **{
        column: (f"strand {strand}", *STRAND_HEADINGS[strand])
        for strand, column in STRAND_COLUMNS.items()
    },
}

_ABBREVIATIONS = {
    "occ": "occurred",
    "occd": "occurred",
    "dt": "date",
    "dte": "date",
    "tm": "time",
    "dttm": "date time",
    "dtm": "date time",
    "datetime": "date time",
    "timestamp": "date time",
    "comm": "committed",
    "cmtd": "committed",
    "ref": "reference",
    "refno": "reference number",
    "gridref": "grid reference",
    "no": "number",
    "num": "number",
    "nr": "number",
    "desc": "description",
    "descr": "description",
    "descrip": "description",
    "cat": "category",
    "class": "class",
    "grp": "group",
    "subgroup": "sub group",
    "inc": "incident",
    "incid": "incident",
    "off": "offence",
    "offense": "offence",
    "ho": "home office",
    "sr": "service request",
    "loc": "location",
    "locn": "location",
    "addr": "address",
    "vic": "victim",
    "vict": "victim",
    "eth": "ethnicity",
    "lat": "latitude",
    "lon": "longitude",
    "lng": "longitude",
    "long": "longitude",
    "xcoord": "x coord",
    "ycoord": "y coord",
    "coords": "coord",
    "coordinate": "coord",
    "coordinates": "coord",
    "east": "easting",
    "eastings": "easting",
    "north": "northing",
    "northings": "northing",
    "metres": "m",
    "begin": "start",
    "beginning": "start",
    "started": "start",
    "starting": "start",
    "finish": "end",
    "ended": "end",
    "ending": "end",
    "hc": "hate crime",
    "yn": "flag",
    "flg": "flag",
    "ind": "flag",
    "indicator": "flag",
    "noncrime": "non crime",
    "motive": "motivation",
    "motivator": "motivation",
    "relig": "religion",
    "orient": "orientation",
}
_JOINED = (("post code", "postcode"), ("co ord", "coord"), ("grid ref ", "grid reference "))
_FILLERS = frozenset(("of", "the", "a", "on", "at", "in", "is"))
_SUBJECTS = frozenset(("incident", "offence", "crime", "occurrence", "event"))
_PLACES = frozenset(("location", "site", "scene", "place"))
_FLAG_FILLERS = _SUBJECTS | {
    *("hate", "flag", "strand", "motivated", "motivation", "related", "aggravated", "aggravation"),
    *("prejudice", "hostility", "element", "factor", "marker", "based", "targeted"),
}
_CAMEL = re.compile(
    r"(?<=[a-z])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])|(?<=[A-Za-z])(?=[0-9])|(?<=[0-9])(?=[A-Z][a-z])"
)


def plain_words(heading: str) -> str:
    """Bring a heading to lower case words, apart by one space.

    >>> plain_words(" Crime_or-Incident? "), plain_words("OccDateFrom"), plain_words("GRID_X")
    ('crime or incident', 'occ date from', 'grid x')
    """
    apart = _CAMEL.sub(" ", heading)
    return " ".join(re.split(r"[\W_]+", apart.lower())).strip()


@cache
def canonical(heading: str) -> str:
    """Bring a heading to what is compared: abbreviations written out, words in alphabetic order.

    >>> canonical("OccDateFrom"), canonical("Date occurred (from)"), canonical("CRIME_REF_NO")
    ('date from occurred', 'date from occurred', 'crime number reference')
    """
    text = f"{plain_words(heading)} "
    for apart, together in (*_JOINED, ("y n ", "flag ")):
        text = re.sub(rf"\b{apart}", together, text)
    words = " ".join(_ABBREVIATIONS.get(word, word) for word in text.split()).split()
    return " ".join(sorted(word for word in words if word not in _FILLERS)) or " ".join(words)


def columns_by_meaning(header: Sequence[str]) -> dict[str, int]:
    """Give the position of the column of each meaning that the header has.

    Where several headings mean the same, the one that stands first in ``HEADINGS`` is taken.

    >>> columns_by_meaning(["Date", "Offence Date", "LATITUDE"])
    {'date': 1, 'latitude': 2}
    """
    return {meaning: found[0] for meaning, found in candidates_by_meaning(header).items()}


def candidates_by_meaning(header: Sequence[str]) -> dict[str, tuple[int, ...]]:
    """Give the positions of all columns whose heading has a meaning, the preferred one first."""
    found: dict[str, list[tuple[int, int]]] = {}
    for position, heading in enumerate(header):
        meant = _meaning_of(heading)
        if meant is not None:
            found.setdefault(meant[0], []).append((meant[1], position))
    return {
        meaning: tuple(position for _, position in sorted(found[meaning]))
        for meaning in HEADINGS
        if meaning in found
    }


def meaning_of_heading(heading: str) -> str | None:
    """Give the meaning of a heading by its name; None where it has none."""
    meant = _meaning_of(heading)
    return meant[0] if meant else None


@cache
def _meaning_of(heading: str) -> tuple[str, int] | None:
    """Give the meaning of a heading and how far down the list it stands."""
    for steps, (words, meanings) in enumerate(_shorter(canonical(heading))):
        meant = _MEANINGS.get(words)
        if meant is not None and (not meanings or meant[0] in meanings):
            return meant[0], meant[1] + steps * _LATER
    return None


def _shorter(words: str) -> Iterator[tuple[str, frozenset[str]]]:
    """Give the words, and with less of them the meanings that these may stand for."""
    yield words, frozenset()
    yield re.sub(r"^(?:[0-9]+ )+", "", words), frozenset((STRAND_LIST,))
    yield _without(words, _SUBJECTS), _SUBJECT_MEANINGS
    yield _without(words, _SUBJECTS | _PLACES), frozenset(POSITION_MEANINGS)
    yield _without(words, _FLAG_FILLERS), frozenset(STRAND_COLUMNS.values())


def _without(words: str, fillers: frozenset[str]) -> str:
    return " ".join(word for word in words.split() if word not in fillers)


_LATER = 1000
_SUBJECT_MEANINGS = frozenset((*POSITION_MEANINGS, INCIDENT_ID, DATE, TIME, OCCURRED_END, END_TIME))
_MEANINGS: dict[str, tuple[str, int]] = {}
for _meaning, _words in HEADINGS.items():
    for _rank, _word in enumerate(_words):
        _MEANINGS.setdefault(canonical(_word), (_meaning, _rank))
