"""Which incidents a result is about."""

from dataclasses import dataclass
from datetime import date
from typing import Literal

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from boundaries.errors import ParameterError
from geo.remember import remembered
from geo.schema import (
    CATEGORY,
    IS_CRIME,
    OCCURRED,
    STRAND_COLUMNS,
    STRANDS,
    Incidents,
)

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
    """

    start: date | None = None
    end: date | None = None
    categories: tuple[str, ...] | None = None
    strands: tuple[str, ...] | None = None
    kind: Kind = "all"

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
        return chosen

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
        return "; ".join(parts)


@remembered(4)
def _taken(incidents: Incidents, selection: Selection) -> Incidents | None:
    """Give the selected incidents; None for all of them, which must not be kept on themselves."""
    chosen = selection.mask(incidents)
    return None if chosen.all() else incidents.take(chosen)
