"""What incidents are split by in a release, and how finely each split goes in place and time."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from geo.periods import WEEKDAYS
from geo.schema import CATEGORY, IS_CRIME, OCCURRED, STRAND_COLUMNS, TIME_PRECISION, Incidents
from geo.trends.groups import COLUMN_OF, GroupParams, flags_of

ALL = "all"
NOT_KNOWN = "not known"
HOURS_OF_A_BLOCK = 4
_FIRST_HOUR = 6
"""Two blocks are a shift of eight hours, and a day ends when the last people have gone home."""
BLOCKS = ("06-10", "10-14", "14-18", "18-22", "22-02", "02-06")
"""Hours of each block; what is after midnight belongs to the day before, as the night does."""
MOST_CATEGORIES = 12
"""With more, categories are not released."""

Of = Literal[
    "all", "kind", "strand", "category", "when", "victim age", "victim ethnicity", "outcome",
    "reporting route",
]  # fmt: skip
Reach = Literal["wards by year, borough by month", "borough by year"]
_WARDS: Reach = "wards by year, borough by month"
_BOROUGH: Reach = "borough by year"


@dataclass(frozen=True, eq=False)
class Split:
    """Groups of incidents of one kind.

    Attributes
    ----------
    of
        Kind of group. Codes of groups are ``KIND: GROUP``, for example ``strand: race``; of hours
        also the margins ``when: Fri`` and ``when: 18-22``.
    reach
        What it is released for, beside the borough by year.
    members
        Shape (n,) for each code: which incidents are in the group.
    sums
        Lists of codes, the last the total of the others; ``all`` is the code of all incidents.
    unpublished
        Codes that take part in sums only.
    """

    of: Of
    reach: Reach
    members: dict[str, NDArray[np.bool_]]
    sums: tuple[tuple[str, ...], ...]
    unpublished: frozenset[str] = frozenset()

    @property
    def is_by_ward(self) -> bool:
        """Whether it is released by ward, and for the borough by month."""
        return self.reach == _WARDS

    @property
    def codes(self) -> tuple[str, ...]:
        """Codes of the groups that may be shown."""
        return tuple(code for code in self.members if code not in self.unpublished)


def splits_of(incidents: Incidents) -> list[Split]:
    """Give the splits that the data has; those in which everything is one group say nothing."""
    found = [_kinds(incidents), *_strands(incidents), _categories(incidents), _when(incidents)]
    found += [_groups(incidents, of) for of in COLUMN_OF]
    return [split for split in found if split is not None and len(split.members) > 1]


def _partition(of: Of, reach: Reach, members: dict[str, NDArray[np.bool_]]) -> Split:
    named = {f"{of}: {name}": member for name, member in members.items() if member.any()}
    return Split(of, reach, named, ((*named, ALL),))


def _kinds(incidents: Incidents) -> Split:
    is_crime = incidents.frame[IS_CRIME]
    known = is_crime.notna().to_numpy(np.bool_)
    crime = is_crime.fillna(value=False).to_numpy(np.bool_)
    kinds = {"crime": crime, "incident": known & ~crime, NOT_KNOWN: ~known}
    return _partition("kind", _WARDS, kinds)


def _strands(incidents: Incidents) -> Iterator[Split]:
    """Give a split for each strand: those without it can be worked out, so they are guarded too."""
    for name, column in STRAND_COLUMNS.items():
        carries = incidents.frame[column].to_numpy(np.bool_)
        if carries.any():
            code, without = f"strand: {name}", f"strand: not {name}"
            members = {code: carries, without: ~carries}
            yield Split("strand", _WARDS, members, ((code, without, ALL),), frozenset({without}))


def _categories(incidents: Incidents) -> Split | None:
    codes, names = pd.factorize(incidents.frame[CATEGORY], sort=True)
    if not 2 <= len(names) <= MOST_CATEGORIES:
        return None
    return _partition("category", _WARDS, {str(name): codes == i for i, name in enumerate(names)})


def _groups(incidents: Incidents, of: Of) -> Split | None:
    flags = flags_of(incidents, GroupParams(by=of))  # type: ignore[arg-type]
    return _partition(of, _BOROUGH, flags) if flags else None


def _when(incidents: Incidents) -> Split | None:
    """Split by weekday and hours where the hour is known."""
    known = (incidents.frame[TIME_PRECISION] == "minute").to_numpy(np.bool_)
    if not known.any():
        return None
    begun = incidents.frame[OCCURRED] - pd.Timedelta(hours=_FIRST_HOUR)
    day = begun.dt.dayofweek.to_numpy()
    block = begun.dt.hour.to_numpy() // HOURS_OF_A_BLOCK
    members: dict[str, NDArray[np.bool_]] = {}
    for d, weekday in enumerate(WEEKDAYS):
        for b, hours in enumerate(BLOCKS):
            members[f"when: {weekday} {hours}"] = known & (day == d) & (block == b)
    sums = []
    for d, weekday in enumerate(WEEKDAYS):
        members[f"when: {weekday}"] = known & (day == d)
        sums.append((*(f"when: {weekday} {hours}" for hours in BLOCKS), f"when: {weekday}"))
    for b, hours in enumerate(BLOCKS):
        members[f"when: {hours}"] = known & (block == b)
        sums.append((*(f"when: {weekday} {hours}" for weekday in WEEKDAYS), f"when: {hours}"))
    members[f"when: {NOT_KNOWN}"] = ~known
    unknown = f"when: {NOT_KNOWN}"
    sums.append((*(f"when: {weekday}" for weekday in WEEKDAYS), unknown, ALL))
    sums.append((*(f"when: {hours}" for hours in BLOCKS), unknown, ALL))
    return Split("when", _BOROUGH, members, tuple(sums))
