"""Which incidents a result is about."""

from dataclasses import dataclass, replace
from datetime import date
from typing import Literal

import numpy as np
import pandas as pd
from numpy.typing import NDArray

import boundaries
from boundaries.columns import WARD_CODE, WARD_NAME
from boundaries.errors import ParameterError
from boundaries.vintages import VINTAGES, Vintage
from geo.periods import WEEKDAYS, periods_of
from geo.remember import remembered
from geo.schema import (
    CATEGORY,
    IS_CRIME,
    OCCURRED,
    SOURCE,
    STRAND_COLUMNS,
    STRANDS,
    Incidents,
)
from geo.wards.join import locate

Kind = Literal["all", "crime", "incident"]
KIND_WORDS: dict[Kind, str] = {
    "all": "crimes and incidents",
    "crime": "crimes only",
    "incident": "incidents that are not crimes only",
}


@dataclass(frozen=True)
class Selection:
    """A frozen description of which incidents; None means no restriction.

    Parameters
    ----------
    start, end
        First and last day, both included.
    categories
        Values of the category column.
    strands
        An incident is taken when it carries at least one of these.
    kind
        Crimes, incidents that are not crimes, or both. A record whose kind is not known is in
        ``all`` only.
    sources
        Values of the source column.
    wards
        Codes of wards, all of one vintage; incidents outside or not located are not taken.
    weekdays
        Names from Monday to Sunday; an incident of which the day is not known is not taken.
    hours
        Hours of the day from 0 to 23; an incident of which the hour is not known is not taken.
        A span counts where it starts.
    """

    start: date | None = None
    end: date | None = None
    categories: tuple[str, ...] | None = None
    strands: tuple[str, ...] | None = None
    kind: Kind = "all"
    sources: tuple[str, ...] | None = None
    wards: tuple[str, ...] | None = None
    weekdays: tuple[str, ...] | None = None
    hours: tuple[int, ...] | None = None

    def __post_init__(self) -> None:
        if self.start and self.end and self.start > self.end:
            msg = f"The selection starts on {self.start}, after its end on {self.end}; swap them."
            raise ParameterError(msg)
        if unknown := sorted(set(self.strands or ()) - set(STRANDS)):
            msg = f"Unknown strands {unknown}; known are {', '.join(STRANDS)}."
            raise ParameterError(msg)
        if self.kind not in KIND_WORDS:
            msg = f"Kind is {self.kind!r}; it must be one of {', '.join(KIND_WORDS)}."
            raise ParameterError(msg)
        if strange := [day for day in self.weekdays or () if day not in WEEKDAYS]:
            msg = f"Unknown weekdays {strange}; known are {', '.join(WEEKDAYS)}."
            raise ParameterError(msg)
        if wrong := [hour for hour in self.hours or () if hour not in range(24)]:
            msg = f"Hours {wrong} are not hours of the day; give whole numbers from 0 to 23."
            raise ParameterError(msg)
        if self.wards:
            _vintage_of(self.wards)

    def mask(self, incidents: Incidents) -> NDArray[np.bool_]:
        """Say for each incident whether it is selected, shape (n,)."""
        frame = incidents.frame
        chosen = np.ones(len(frame), np.bool_)
        if self.start:
            chosen &= (frame[OCCURRED] >= pd.Timestamp(self.start)).to_numpy()
        if self.end:
            chosen &= (frame[OCCURRED] < pd.Timestamp(self.end) + pd.Timedelta(days=1)).to_numpy()
        if self.categories is not None:
            chosen &= frame[CATEGORY].isin(self.categories).to_numpy()
        if self.strands is not None:
            columns = [STRAND_COLUMNS[strand] for strand in self.strands]
            chosen &= frame[columns].any(axis=1).to_numpy()
        if self.kind != "all":
            is_crime = frame[IS_CRIME] == (self.kind == "crime")
            chosen &= is_crime.fillna(value=False).to_numpy(np.bool_)
        if self.sources is not None:
            chosen &= frame[SOURCE].isin(self.sources).to_numpy()
        return chosen & self._place_and_hour(incidents)

    def _place_and_hour(self, incidents: Incidents) -> NDArray[np.bool_]:
        chosen = np.ones(len(incidents), np.bool_)
        if self.wards is not None:
            chosen &= _in_wards(incidents, self.wards)
        if self.weekdays is not None:
            days = [WEEKDAYS.index(day) for day in self.weekdays]
            chosen &= np.isin(periods_of(incidents, "weekday").codes, days)
        if self.hours is not None:
            chosen &= np.isin(periods_of(incidents, "hour").codes, self.hours)
        return chosen

    def without_known_time(self, incidents: Incidents) -> int:
        """Count the incidents left out only because their day or hour is not known."""
        if self.weekdays is None and self.hours is None:
            return 0
        unit: Literal["hour", "weekday"] = "weekday" if self.hours is None else "hour"
        vague = periods_of(incidents, unit).codes < 0
        return int((vague & replace(self, weekdays=None, hours=None).mask(incidents)).sum())

    def apply(self, incidents: Incidents) -> Incidents:
        """Give the selected incidents; the same object when nothing is left out."""
        taken = _taken(incidents, self)
        return incidents if taken is None else taken

    def in_words(self) -> str:
        """Describe the restriction in a short phrase for titles and records."""
        parts = []
        if self.start or self.end:
            first = f"{self.start:%d %b %Y}" if self.start else "the beginning"
            last = f"{self.end:%d %b %Y}" if self.end else "the end"
            parts.append(f"{first} to {last}")
        if self.categories is not None:
            parts.append(", ".join(self.categories) or "no category")
        if self.strands is not None:
            parts.append("strand " + (" or ".join(self.strands) or "none"))
        parts.append(KIND_WORDS[self.kind])
        return "; ".join([*parts, *self._place_and_hour_in_words()])

    def _place_and_hour_in_words(self) -> list[str]:
        parts = []
        if self.sources is not None:
            parts.append("source " + (" or ".join(self.sources) or "none"))
        if self.wards is not None:
            parts.append("in " + (" or ".join(_ward_names(self.wards)) or "no ward"))
        if self.weekdays is not None:
            parts.append("on " + (", ".join(self.weekdays) or "no day"))
        if self.hours is not None:
            parts.append("at " + (_hours_in_words(self.hours) or "no hour"))
        return parts


def some_wards_warnings(selection: Selection) -> list[str]:
    """Say that a test over the whole borough is no fair one of some wards' incidents."""
    wards = set(selection.wards or ())
    if not wards or len(wards) == len(boundaries.load_wards(_vintage_of(tuple(wards)))):
        return []
    return [
        (
            "Only incidents in some wards are selected, but they are held against the whole "
            "borough: these wards stand out for that reason alone. For a fair test select all "
            "wards."
        )
    ]


def _vintage_of(wards: tuple[str, ...]) -> Vintage:
    """Give the vintage that all the codes are of; no code is in two."""
    for vintage in VINTAGES:
        if set(wards) <= set(boundaries.load_wards(vintage)[WARD_CODE]):
            return vintage
    msg = (
        f"{', '.join(map(repr, wards))} are not codes of wards of one vintage; take them from "
        "boundaries.load_wards('2002') or ('2022')."
    )
    raise ParameterError(msg)


def _ward_names(wards: tuple[str, ...]) -> list[str]:
    if not wards:
        return []
    known = boundaries.load_wards(_vintage_of(wards)).set_index(WARD_CODE)[WARD_NAME]
    return [known[code] for code in wards]


def _in_wards(incidents: Incidents, wards: tuple[str, ...]) -> NDArray[np.bool_]:
    if not wards:
        return np.zeros(len(incidents), np.bool_)
    vintage = _vintage_of(wards)
    chosen: NDArray[np.bool_] = boundaries.load_wards(vintage)[WARD_CODE].isin(wards).to_numpy()
    positions = locate(incidents, vintage).positions
    return (positions >= 0) & chosen[positions]


def _hours_in_words(hours: tuple[int, ...]) -> str:
    """Join hours that follow each other.

    >>> _hours_in_words((23, 0, 1, 8))
    '08:00 to 09:00, 23:00 to 02:00'
    """
    left = set(hours)
    if len(left) == 24:
        return "any hour"
    starts = sorted(hour for hour in left if (hour - 1) % 24 not in left)
    runs = []
    for start in starts:
        length = next(n for n in range(1, 25) if (start + n) % 24 not in left)
        runs.append(f"{start:02d}:00 to {(start + length) % 24:02d}:00")
    return ", ".join(runs)


@remembered(4)
def _taken(incidents: Incidents, selection: Selection) -> Incidents | None:
    """Give the selected incidents; None for all of them, which must not be kept on themselves."""
    chosen = selection.mask(incidents)
    return None if chosen.all() else incidents.take(chosen)
