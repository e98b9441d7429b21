"""What incidents are counted by in a briefing: all of them, kinds, strands, wards."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

import boundaries
from boundaries.vintages import Vintage
from geo.schema import IS_CRIME, STRAND_COLUMNS, Incidents
from geo.wards.join import NOT_LOCATED, OUTSIDE, Location
from geo.wards.table import EXTRA_ROWS, row_names

OF = "of"
CODE = "code"
NAME = "name"

Of = Literal["all", "kind", "strand", "ward"]
ALL = "all"
CRIME, NO_CRIME, KIND_NOT_KNOWN = "crime", "incident", "not_known"
KIND_NAMES = {
    CRIME: "Crimes",
    NO_CRIME: "Incidents that are not crimes",
    KIND_NOT_KNOWN: "Kind not known",
}


@dataclass(frozen=True, eq=False)
class Group:
    """Rows of one kind.

    Attributes
    ----------
    codes, names
        Of each row: ``all``; ``crime``, ``incident`` and ``not_known``; strands by name; wards by
        code, then ``outside`` and ``not_located``.
    member
        Shape (n, rows): which rows each incident counts for. Several strands, else exactly one.
    """

    of: Of
    codes: Sequence[str]
    names: Sequence[str]
    member: NDArray[np.bool_]


def groups_of(incidents: Incidents, location: Location, vintage: Vintage) -> list[Group]:
    """Sort incidents into all rows; ``location`` says where each lies on the wards."""
    n = len(incidents)
    is_crime = incidents.frame[IS_CRIME]
    known = is_crime.notna().to_numpy(np.bool_)
    crime = is_crime.fillna(value=False).to_numpy(np.bool_)
    kinds = np.column_stack([crime, known & ~crime, ~known])
    strands = incidents.frame[list(STRAND_COLUMNS.values())].to_numpy(np.bool_)
    codes, names = row_names(boundaries.load_wards(vintage)).values()
    rows = [*range(len(codes) - len(EXTRA_ROWS)), OUTSIDE, NOT_LOCATED]
    wards = location.positions[:, np.newaxis] == np.array(rows)
    return [
        Group("all", [ALL], ["All incidents"], np.ones((n, 1), np.bool_)),
        Group("kind", list(KIND_NAMES), list(KIND_NAMES.values()), kinds),
        Group("strand", list(STRAND_COLUMNS), list(STRAND_COLUMNS), strands),
        Group("ward", codes, names, wards),
    ]
