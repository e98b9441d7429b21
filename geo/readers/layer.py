"""What the readers of map layers hand over: texts by heading, points, and where these are."""

from dataclasses import dataclass

import pandas as pd
from pyproj import CRS
from pyproj.exceptions import CRSError

from boundaries.errors import InputFileError
from geo.readers.points import Points
from geo.readers.sources import InputFile

SAVE_AGAIN = (
    "Save it again from the program that made it, with the reference system EPSG:27700 or EPSG:4326"
)


@dataclass(frozen=True, eq=False)
class Layer:
    """A layer as it stands in a file.

    Attributes
    ----------
    header
        Headings of the attributes.
    cells
        Their texts, shape (n, headings), columns 0, 1, ...
    points
        What the geometry column holds; None where there is none.
    system
        The reference system of the points; None where the file does not say it.
    note
        What a reader must know about how it was read.
    """

    header: tuple[str, ...]
    cells: pd.DataFrame
    points: Points | None
    system: CRS | None
    note: str = ""


def system_of(file: InputFile, given: object) -> CRS:
    """Understand the name or the description of a reference system.

    Raises
    ------
    InputFileError
        There is no such system.
    """
    try:
        return CRS.from_user_input(given)
    except CRSError as error:
        shown = str(given)[:80]
        msg = f"{file.name} names a reference system that is not known: {shown!r}. {SAVE_AGAIN}."
        raise InputFileError(msg) from error
