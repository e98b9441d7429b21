"""Days, hours and bases of a patrol as people write them on the command line."""

import argparse
from difflib import get_close_matches

from boundaries.errors import ParameterError
from dashboard.commands.parsing import hours
from geo.borough import borough
from geo.patrol.choosing.chosen import known_places
from geo.patrol.params import Base
from geo.patrol.shift import read_days

_FAR_M = 5000
_NEAR_MATCHES = 3


def shift_days(text: str) -> tuple[str, ...]:
    """Read the days on which a shift begins.

    >>> shift_days("fri,sat")
    ('Friday', 'Saturday')
    """
    try:
        return read_days(text)
    except ParameterError as error:
        raise argparse.ArgumentTypeError(str(error).rstrip(".")) from None


def shift_hours(text: str) -> tuple[int, int]:
    """Read when a shift begins and ends.

    >>> shift_hours("18-02"), shift_hours("0-24")
    ((18, 2), (0, 0))
    """
    found = hours(text)
    return found[0], (found[-1] + 1) % 24


def base(text: str) -> Base:
    """Read a base: the name of a known place, or its easting and northing.

    >>> base("hammersmith hospital").name
    'Hammersmith Hospital'
    >>> base("523400, 178500").name
    '523400,178500'
    """
    first, comma, second = text.partition(",")
    if comma and _is_number(first) and _is_number(second):
        return _at(float(first), float(second))
    places = {place.name.casefold(): place for place in known_places()}
    wanted = text.strip().casefold()
    if wanted in places:
        return places[wanted]
    near = [name for name in places if wanted and wanted in name]
    near = near or get_close_matches(wanted, places, _NEAR_MATCHES, cutoff=0.5)
    if near:
        named = " or ".join(f"'{places[name].name}'" for name in near[:_NEAR_MATCHES])
        msg = f"no known place is called {text!r}; do you mean {named}"
    else:
        msg = (
            f"no known place is called {text!r}; write EASTING,NORTHING in metres, for example "
            "523420,178535"
        )
    raise argparse.ArgumentTypeError(msg)


def _is_number(text: str) -> bool:
    try:
        float(text)
    except ValueError:
        return False
    return True


def _at(easting: float, northing: float) -> Base:
    west, south, east, north = borough().buffer(_FAR_M).bounds
    if not (west <= easting <= east and south <= northing <= north):
        msg = (
            f"{easting:g},{northing:g} is not in or near the borough; write EASTING,NORTHING in "
            "metres of the British National Grid, for example 523420,178535"
        )
        raise argparse.ArgumentTypeError(msg)
    return Base(f"{easting:g},{northing:g}", easting, northing)
