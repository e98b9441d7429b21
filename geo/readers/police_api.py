"""Street-level crimes of an area and of months, fetched from data.police.uk."""

import csv
import io
import os
import re
from collections.abc import Iterator, Mapping, Sequence
from itertools import product
from typing import Any

import requests
import shapely
from shapely.geometry import MultiPolygon, Polygon, box
from shapely.geometry.base import BaseGeometry

from boundaries import load_borough
from boundaries.errors import InputFileError
from boundaries.projection import to_wgs84
from geo.progress import report
from geo.readers.police_service import ADDRESS, PoliceService, Terms, check_months
from geo.readers.sources import InputFile

ENVIRONMENT = "HOTSPOTS_POLICE_API"
"""Where the service is, if not at data.police.uk: a mirror, or a server of the tests."""

PREFIX = "police.uk:"

STREET_HEADER = (
    "Crime ID",
    "Month",
    "Reported by",
    "Falls within",
    "Longitude",
    "Latitude",
    "Location",
    "LSOA code",
    "LSOA name",
    "Crime type",
    "Last outcome category",
    "Context",
)
CATEGORY_NAMES = {
    "anti-social-behaviour": "Anti-social behaviour",
    "bicycle-theft": "Bicycle theft",
    "burglary": "Burglary",
    "criminal-damage-arson": "Criminal damage and arson",
    "drugs": "Drugs",
    "other-crime": "Other crime",
    "other-theft": "Other theft",
    "possession-of-weapons": "Possession of weapons",
    "public-disorder-weapons": "Public disorder and weapons",
    "public-order": "Public order",
    "robbery": "Robbery",
    "shoplifting": "Shoplifting",
    "theft-from-the-person": "Theft from the person",
    "vehicle-crime": "Vehicle crime",
    "violent-crime": "Violence and sexual offences",
}
"""Names of the categories in the CSV downloads by those of the service."""

_RANGE = re.compile(r"(\d{4}-(?:0[1-9]|1[0-2]))(?:\.\.(\d{4}-(?:0[1-9]|1[0-2])))?")
_FORCES = {"BTP": "British Transport Police"}
_MARGIN_M = 50.0
_TOLERANCE_M = 45.0
_OVERLAP_M = 5.0
SMALLEST_SIDE_M = 100.0
"""An area of this size is not cut up any more."""

Crime = Mapping[str, Any]


def file_of(source: str) -> InputFile:
    """Fetch the crimes of some months in the borough, as a street file would hold them.

    Parameters
    ----------
    source
        ``police.uk:2016-01`` or, with the first and the last month,
        ``police.uk:2016-01..2016-03``.

    Raises
    ------
    InputFileError
        The months cannot be understood or are not there, or the service cannot be reached.
    """
    months = months_of(source)
    outline = covering(load_borough().geometry.iloc[0])
    found = crimes(outline, months, base_url=os.environ.get(ENVIRONMENT) or ADDRESS)
    if not found:
        msg = (
            f"{source}: the police.uk service has no crimes in the borough in these months. Some "
            "forces are missing in some months; see the list of known problems on the site."
        )
        raise InputFileError(msg)
    return InputFile(source, street_csv(found), kind="police.uk API")


def months_of(source: str) -> list[str]:
    """Give the months that a source names, in order.

    >>> months_of("police.uk:2015-12..2016-02")
    ['2015-12', '2016-01', '2016-02']

    Raises
    ------
    InputFileError
        The source is written in another way, or its last month is before its first.
    """
    written = _RANGE.fullmatch(source.removeprefix(PREFIX).strip())
    if not source.startswith(PREFIX) or written is None:
        msg = (
            f"{source!r} does not name months. Write {PREFIX}2016-01 for one, or "
            f"{PREFIX}2016-01..2016-03 for the first to the last."
        )
        raise InputFileError(msg)
    first = _number_of(written[1])
    last = _number_of(written[2] or written[1])
    if last < first:
        msg = f"{source}: {written[2]} is before {written[1]}. Write the earlier month first."
        raise InputFileError(msg)
    return [f"{number // 12}-{number % 12 + 1:02d}" for number in range(first, last + 1)]


def _number_of(month: str) -> int:
    return int(month[:4]) * 12 + int(month[5:]) - 1


def covering(outline: Polygon) -> Polygon:
    """Give a polygon of few corners that covers the outline and little more (EPSG:27700)."""
    wider = Polygon(outline.buffer(_MARGIN_M, join_style="mitre").exterior)
    return Polygon(shapely.simplify(wider, _TOLERANCE_M).exterior)


def crimes(
    area: Polygon | MultiPolygon,
    months: Sequence[str],
    *,
    base_url: str = ADDRESS,
    session: requests.Session | None = None,
    terms: Terms | None = None,
) -> list[Crime]:
    """Fetch the crimes of some months inside an area, each once.

    Where the service says that an area has too many crimes, it is asked for its quarters, which
    overlap by a few metres so that no crime on a border is lost; crimes are known by their ``id``.

    Parameters
    ----------
    area
        In EPSG:27700; holes are filled.
    months
        As ``2016-01``.
    base_url
        Address of the service or of a mirror.
    session, terms
        For connections of one's own kind, and for other limits; see
        :class:`geo.readers.police_service.PoliceService`.

    Returns
    -------
    list
        Records as the service gives them, by month and ``id``.

    Raises
    ------
    InputFileError
        The service cannot be reached, does not have a month, or does not answer as documented.
    """
    service = PoliceService(base_url, session, terms)
    check_months(months, service.months())
    found: list[Crime] = []
    for done, month in enumerate(months):
        report(done, len(months), "months from police.uk")
        found += _crimes_of_month(service, area, month)
    report(len(months), len(months), "months from police.uk")
    return found


def _crimes_of_month(
    service: PoliceService, area: Polygon | MultiPolygon, month: str
) -> list[Crime]:
    found: dict[int, Crime] = {}
    # The last first: a service that answers nothing but 503 is found out after a few requests.
    waiting = _parts(area)
    while waiting:
        part = waiting.pop()
        answer = service.crimes(_corners(part), month)
        if answer is None:
            waiting += _quarters(part, month)
        else:
            found |= {_id_of(crime, month, service.address): crime for crime in answer}
    return [found[number] for number in sorted(found)]


def _id_of(crime: Any, month: str, address: str) -> int:  # noqa: ANN401 - it may be anything
    """Give the number of a crime after checking that it is one, and one of the month."""
    try:
        number, of_month, place = int(crime["id"]), crime["month"], crime["location"]
        if place is not None:
            float(place["latitude"]), float(place["longitude"])
    except (KeyError, TypeError, ValueError) as error:
        raise _unusable(address, f"a crime is not as documented ({error!r})") from error
    if of_month != month:
        raise _unusable(address, f"a crime of {of_month} was given for {month}")
    return number


def _unusable(address: str, what: str) -> InputFileError:
    return InputFileError(
        f"{address}: {what}. Download the months as CSV from the site's data page instead."
    )


def _parts(area: BaseGeometry) -> list[Polygon]:
    return [part for part in shapely.get_parts(area) if isinstance(part, Polygon) and part.area]


def _corners(part: Polygon) -> list[tuple[float, float]]:
    """Give latitude and longitude of the corners, the last one not being the first again."""
    easting, northing = shapely.get_coordinates(part.exterior)[:-1].T
    return [(float(lat), float(lon)) for lon, lat in to_wgs84(easting, northing)]


def _quarters(part: Polygon, month: str) -> Iterator[Polygon]:
    west, south, east, north = part.bounds
    if max(east - west, north - south) <= SMALLEST_SIDE_M:
        msg = (
            f"The police.uk service says that an area of {SMALLEST_SIDE_M:.0f} m has more crimes "
            f"than it can give for {month}, so it is out of order or overloaded. Try again later."
        )
        raise InputFileError(msg)
    across, along = (west + east) / 2, (south + north) / 2
    for (left, right), (low, high) in product(
        ((west, across), (across, east)), ((south, along), (along, north))
    ):
        quarter = box(left, low, right, high).buffer(_OVERLAP_M, join_style="mitre")
        yield from _parts(part.intersection(quarter))


def street_csv(found: Sequence[Crime]) -> bytes:
    """Write crimes as the CSV downloads of the site have them, in UTF-8.

    The service gives no id of the police for anti-social behaviour and some other rows; theirs is
    made of its own number, which says whether a row of a later download is the same. Forces and
    areas of the census are not given by the service and stay blank.
    """
    buffer = io.StringIO(newline="")
    writer = csv.writer(buffer, lineterminator="\n")
    writer.writerow(STREET_HEADER)
    writer.writerows(_street_row(crime) for crime in found)
    return buffer.getvalue().encode()


def _street_row(crime: Crime) -> tuple[str, ...]:
    place = crime["location"] or {}
    slug = str(crime.get("category") or "")
    force = _FORCES.get(str(crime.get("location_type")), "")
    return (
        str(crime.get("persistent_id") or f"api-{crime['id']}"),
        str(crime["month"]),
        force,
        force,
        str(place.get("longitude", "")),
        str(place.get("latitude", "")),
        str((place.get("street") or {}).get("name") or ""),
        "",
        "",
        CATEGORY_NAMES.get(slug, slug.replace("-", " ").capitalize()),
        str((crime.get("outcome_status") or {}).get("category") or ""),
        str(crime.get("context") or ""),
    )
