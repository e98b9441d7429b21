"""What incidents are split by in a release, and how finely each split goes in place and time."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal, cast

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
MOST_CATEGORIES = 20
"""With more, categories are not released."""

Of = Literal[
    "all", "kind", "strand", "category", "when", "victim age", "victim ethnicity", "outcome",
    "reporting route",
]  # fmt: skip
_BY_WARD = ("kind", "strand")


@dataclass(frozen=True)
class Shape:
    """What groups there are of one kind, and how they add up.

    Attributes
    ----------
    of
        Kind of group. Codes of groups are ``KIND: GROUP``, for example ``strand: race``; of hours
        also the margins ``when: Friday`` and ``when: 18-22``.
    codes
        Of the groups that may be shown.
    sums
        Lists of codes, the last the total of the others; ``all`` is the code of all incidents.
    unpublished
        Codes of groups that take part in sums only.
    """

    of: Of
    codes: tuple[str, ...]
    sums: tuple[tuple[str, ...], ...]
    unpublished: tuple[str, ...] = ()

    @property
    def is_by_ward(self) -> bool:
        """Whether it is released by ward for years and for the borough by month, or by year."""
        return self.of in _BY_WARD


@dataclass(frozen=True, eq=False)
class Split:
    """Groups of incidents of one kind.

    Attributes
    ----------
    members
        Shape (n,) for each code, unpublished ones too: which incidents are in the group.
    """

    shape: Shape
    members: dict[str, NDArray[np.bool_]]


def shapes_of(groups: Mapping[str, Sequence[str]]) -> list[Shape]:
    """Say how the groups of a release add up, which everybody knows.

    Parameters
    ----------
    groups
        Codes of the groups that may be shown, by kind of group.
    """
    found = []
    for of, codes in groups.items():
        if of == "strand":
            found += [_shape_of_strand(code) for code in codes]
        elif of == "when":
            found.append(Shape("when", tuple(codes), _SUMS_OF_HOURS))
        else:
            found.append(Shape(cast("Of", of), tuple(codes), ((*codes, ALL),)))
    return found


def splits_of(incidents: Incidents) -> list[Split]:
    """Give the splits that the data has; those in which everything is one group say nothing."""
    found = [
        _partition("kind", _kinds(incidents)),
        *_strands(incidents),
        _partition("category", _categories(incidents)),
        _when(incidents),
        *(_partition(of, flags_of(incidents, GroupParams(by=of))) for of in COLUMN_OF),
    ]
    return [split for split in found if len(split.members) > 1]


def _partition(of: Of, members: Mapping[str, NDArray[np.bool_]]) -> Split:
    """Make a split of groups of which every incident is in one."""
    named = {f"{of}: {name}": member for name, member in members.items() if member.any()}
    return Split(Shape(of, tuple(named), ((*named, ALL),)), named)


def _kinds(incidents: Incidents) -> dict[str, NDArray[np.bool_]]:
    is_crime = incidents.frame[IS_CRIME]
    known = is_crime.notna().to_numpy(np.bool_)
    crime = is_crime.fillna(value=False).to_numpy(np.bool_)
    return {"crime": crime, "incident": known & ~crime, NOT_KNOWN: ~known}


def _strands(incidents: Incidents) -> Iterator[Split]:
    """Give a split for each strand that there is."""
    for name, column in STRAND_COLUMNS.items():
        carries = incidents.frame[column].to_numpy(np.bool_)
        if carries.any():
            shape = _shape_of_strand(f"strand: {name}")
            yield Split(shape, {shape.codes[0]: carries, shape.unpublished[0]: ~carries})


def _shape_of_strand(code: str) -> Shape:
    """Tie a strand to all incidents: those without it can be worked out, so they are guarded."""
    without = code.replace(": ", ": not ", 1)
    return Shape("strand", (code,), ((code, without, ALL),), (without,))


def _categories(incidents: Incidents) -> dict[str, NDArray[np.bool_]]:
    codes, names = pd.factorize(incidents.frame[CATEGORY], sort=True)
    if len(names) > MOST_CATEGORIES:
        return {}
    return {str(name): codes == i for i, name in enumerate(names)}


def _sums_of_hours() -> tuple[tuple[str, ...], ...]:
    """Tie weekdays and hours to their margins, and these and what is not known to all."""
    unknown = f"when: {NOT_KNOWN}"
    return (
        *((*(f"when: {d} {b}" for b in BLOCKS), f"when: {d}") for d in WEEKDAYS),
        *((*(f"when: {d} {b}" for d in WEEKDAYS), f"when: {b}") for b in BLOCKS),
        (*(f"when: {d}" for d in WEEKDAYS), unknown, ALL),
        (*(f"when: {b}" for b in BLOCKS), unknown, ALL),
    )


_SUMS_OF_HOURS = _sums_of_hours()


def _when(incidents: Incidents) -> Split:
    """Split by weekday and hours where the hour is known; no groups where it never is."""
    known = (incidents.frame[TIME_PRECISION] == "minute").to_numpy(np.bool_)
    begun = incidents.frame[OCCURRED] - pd.Timedelta(hours=_FIRST_HOUR)
    day = begun.dt.day_of_week.to_numpy()
    block = begun.dt.hour.to_numpy() // HOURS_OF_A_BLOCK
    members = {}
    if known.any():
        of_days = {name: known & (day == i) for i, name in enumerate(WEEKDAYS)}
        of_blocks = {name: known & (block == i) for i, name in enumerate(BLOCKS)}
        pairs = {f"{d} {b}": of_days[d] & of_blocks[b] for d in WEEKDAYS for b in BLOCKS}
        named = {**pairs, **of_days, **of_blocks, NOT_KNOWN: ~known}
        members = {f"when: {name}": member for name, member in named.items()}
    return Split(Shape("when", tuple(members), _SUMS_OF_HOURS), members)
