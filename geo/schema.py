"""Names and types of the columns of incidents; no other module spells them out.

Conventions: easting and northing in metres (EPSG:27700) inside, longitude and latitude
(EPSG:4326) only at the edges. Times are local to London, without a zone.
"""

from dataclasses import dataclass
from functools import cached_property
from hashlib import sha256
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
from numpy.typing import NDArray

from boundaries.errors import ParameterError
from boundaries.projection import BNG

INCIDENT_ID = "incident_id"
SOURCE = "source"
DEMONSTRATION_SOURCE = "demonstration"
"""The source of every synthetic row, in a copied file too; no other source may be called so."""
CATEGORY = "category"
IS_CRIME = "is_crime"
OCCURRED = "occurred"
OCCURRED_END = "occurred_end"
TIME_PRECISION = "time_precision"
EASTING = "easting"
NORTHING = "northing"
LOCATION_TEXT = "location_text"
LOCATION_QUALITY = "location_quality"

LOCATION_QUALITIES = {
    "point": "coordinates as recorded",
    "map point": "moved to a public map point, as police.uk does",
    "grid square": "centre of a square of the National Grid of more than 10 m",
    "postcode": "centre of a postcode",
    "not located": "no usable position",
}
"""How exactly the place is known, each with its meaning."""

STRAND_COLUMNS = {
    "race": "strand_race",
    "religion or belief": "strand_religion_or_belief",
    "sexual orientation": "strand_sexual_orientation",
    "disability": "strand_disability",
    "transgender identity": "strand_transgender_identity",
}
STRANDS = tuple(STRAND_COLUMNS)

VICTIM_REF = "victim_ref"
VICTIM_AGE_BAND = "victim_age_band"
VICTIM_ETHNICITY = "victim_ethnicity"
OUTCOME = "outcome"
REPORTING_ROUTE = "reporting_route"
LATER_COLUMNS = (OUTCOME, REPORTING_ROUTE)
"""Texts that stores written by earlier versions do not have; they change while a case goes on."""
OPTIONAL_TEXTS = (
    LOCATION_TEXT,
    VICTIM_REF,
    VICTIM_AGE_BAND,
    VICTIM_ETHNICITY,
    *LATER_COLUMNS,
)
OPTIONAL_COLUMNS = (*OPTIONAL_TEXTS, OCCURRED_END, LOCATION_QUALITY)

PRECISIONS = ("minute", "day", "month")
"""How exactly the time is known; each word promises the coarser ones too."""

REQUIRED_COLUMNS = (
    INCIDENT_ID,
    SOURCE,
    CATEGORY,
    IS_CRIME,
    OCCURRED,
    TIME_PRECISION,
    EASTING,
    NORTHING,
    *STRAND_COLUMNS.values(),
)


REMEMBERED = "_remembered"
"""Attribute under which :mod:`geo.remember` keeps results on incidents."""


@dataclass(frozen=True, eq=False)
class Incidents:
    """One columnar table of recorded incidents, checked once and not changed after.

    Parameters
    ----------
    frame
        One row per incident, index 0 to n - 1. Columns ``REQUIRED_COLUMNS`` and any of
        ``OPTIONAL_COLUMNS``: ``occurred`` is ``datetime64`` (London local time, never missing;
        midnight when only the day is known, the first of the month when only the month is),
        ``is_crime`` a nullable boolean, the strands booleans (an incident can carry several, or
        none where the source has none), ``easting`` and ``northing`` float metres in EPSG:27700,
        both NaN where the incident is not located. ``occurred_end`` is the other end of the span
        in which it happened, as exactly known as ``occurred`` (with days the last one, included)
        and never before it; NaT where there is none. ``location_quality`` is one of
        ``LOCATION_QUALITIES`` in every row, and ``not located`` exactly where there is no easting.
    is_demonstration
        True only for the synthetic data that ships with the project.
    taken_from
        Set by :meth:`take`: fingerprint of the incidents and rows these were taken from.
    """

    frame: pd.DataFrame
    is_demonstration: bool = False
    taken_from: str | None = None

    def __post_init__(self) -> None:
        _check_columns(self.frame)
        _check_values(self.frame)

    def __len__(self) -> int:
        return len(self.frame)

    def __getstate__(self) -> dict[str, Any]:
        """Give what is pickled: not what :mod:`geo.remember` keeps, which is of one process."""
        return {name: value for name, value in self.__dict__.items() if name != REMEMBERED}

    @property
    def easting(self) -> NDArray[np.float64]:
        """Eastings in metres, shape (n,), NaN where not located."""
        return self.frame[EASTING].to_numpy(np.float64)

    @property
    def northing(self) -> NDArray[np.float64]:
        """Northings in metres, shape (n,), NaN where not located."""
        return self.frame[NORTHING].to_numpy(np.float64)

    @property
    def occurred(self) -> NDArray[np.datetime64]:
        """Local times, shape (n,)."""
        return self.frame[OCCURRED].to_numpy()

    @cached_property
    def span(self) -> tuple[pd.Timestamp, pd.Timestamp] | None:
        """First and last time; None when there are no incidents."""
        if len(self) == 0:
            return None
        return self.frame[OCCURRED].min(), self.frame[OCCURRED].max()

    @cached_property
    def fingerprint(self) -> str:
        """SHA-256 over all values and their order, or over what was taken from where.

        The same rows of the same data always have the same fingerprint, and a selection gets
        its own without going over all values again.
        """
        if self.taken_from is not None:
            return self.taken_from
        hashes = pd.util.hash_pandas_object(self.frame, index=False).to_numpy()
        return sha256(hashes.tobytes()).hexdigest()

    def take(self, mask: NDArray[np.bool_]) -> "Incidents":
        """Give the incidents where ``mask``, shape (n,), is true, in their order."""
        rows = self.frame[mask].reset_index(drop=True)
        taken = sha256(self.fingerprint.encode() + np.packbits(mask).tobytes()).hexdigest()
        return Incidents(rows, self.is_demonstration, taken)

    def to_geodataframe(self) -> gpd.GeoDataFrame:
        """Give the incidents as points in EPSG:27700; not located ones have no geometry."""
        points = gpd.points_from_xy(self.easting, self.northing, crs=BNG)
        frame = gpd.GeoDataFrame(self.frame.copy(), geometry=points)
        frame.loc[self.frame[EASTING].isna(), "geometry"] = None
        return frame


def _check_columns(frame: pd.DataFrame) -> None:
    missing = [name for name in REQUIRED_COLUMNS if name not in frame.columns]
    unknown = [c for c in frame.columns if c not in (*REQUIRED_COLUMNS, *OPTIONAL_COLUMNS)]
    if missing or unknown:
        msg = f"Incidents need other columns: missing {missing}, unknown {unknown}."
        raise ParameterError(msg)
    if not isinstance(frame.index, pd.RangeIndex):
        msg = "Incidents need a plain index from 0; call reset_index(drop=True) first."
        raise ParameterError(msg)


def _check_values(frame: pd.DataFrame) -> None:
    if not pd.api.types.is_datetime64_dtype(frame[OCCURRED]) or frame[OCCURRED].isna().any():
        msg = f"Column {OCCURRED!r} must hold a local time in every row."
        raise ParameterError(msg)
    if OCCURRED_END in frame:
        _check_ends(frame)
    half = frame[EASTING].isna() != frame[NORTHING].isna()
    if half.any():
        msg = f"{int(half.sum())} rows have an easting or a northing only; first {half.idxmax()}."
        raise ParameterError(msg)
    strange = set(frame[TIME_PRECISION].unique()) - set(PRECISIONS)
    if strange:
        msg = f"Column {TIME_PRECISION!r} holds {sorted(strange)}; allowed are {PRECISIONS}."
        raise ParameterError(msg)


def _check_ends(frame: pd.DataFrame) -> None:
    if not pd.api.types.is_datetime64_dtype(frame[OCCURRED_END]):
        msg = f"Column {OCCURRED_END!r} must hold local times, NaT where there is no end."
        raise ParameterError(msg)
    before = frame[OCCURRED_END] < frame[OCCURRED]
    if before.any():
        msg = (
            f"{int(before.sum())} rows end before they start; first {before.idxmax()}. Swap the "
            f"times, or put NaT into {OCCURRED_END!r}."
        )
        raise ParameterError(msg)
