"""What every analysis returns: the numbers, and all that is needed to repeat them."""

import json
from copy import deepcopy
from dataclasses import asdict, dataclass, field, fields, replace
from typing import Any, Self

import numpy as np
import pandas as pd

from geo.selection import Selection


@dataclass(frozen=True)
class RunRecord:
    """How a result was made; travels with every map, table and export.

    Attributes
    ----------
    method
        Name of the method, for example ``density``.
    params
        The settings used, with automatic values filled in.
    rules
        For each automatic value the rule that picked it, by the name of the setting.
    selection
        Which incidents.
    period
        From when to when, in words.
    incidents, located, outside, not_located
        How many were selected; the last three add up to the first.
    data_fingerprint
        SHA-256 of the selected incidents.
    is_demonstration
        Whether the incidents are the synthetic ones.
    warnings
        What a reader must know, in plain English.
    analysis, asked
        Name of the function that made the result and the arguments it was given, for
        :func:`geo.rerun.rerun`.
    """

    method: str
    params: dict[str, Any]
    rules: dict[str, str]
    selection: Selection
    period: str
    incidents: int
    located: int
    outside: int
    not_located: int
    data_fingerprint: str
    is_demonstration: bool
    warnings: tuple[str, ...] = ()
    analysis: str = ""
    asked: dict[str, Any] = field(default_factory=dict)

    def as_dict(self) -> dict[str, Any]:
        """Give plain values that JSON can hold."""
        return asdict(self)

    def to_json(self) -> str:
        """Write the record as JSON text with sorted keys."""
        return json.dumps(self.as_dict(), default=str, indent=2, sort_keys=True)

    def located_in_words(self) -> str:
        """Say how many incidents there are and how many are on the map."""
        return (
            f"{self.incidents:,} incident{'s' * (self.incidents != 1)}: {self.located:,} located, "
            f"{self.outside:,} outside the borough, {self.not_located:,} not located"
        )


@dataclass(frozen=True, eq=False)
class Result:
    """A frame of numbers and the record of how they were made."""

    frame: pd.DataFrame
    record: RunRecord

    def handed_out(self) -> Self:
        """Give the result to somebody else, who cannot change it for others.

        The record and the tables are their own, the tables without being copied before they are
        changed; arrays are shared and cannot be written to.
        """
        own: dict[str, Any] = {"record": deepcopy(self.record)}
        for name in (one.name for one in fields(self)):
            value = getattr(self, name)
            if isinstance(value, pd.DataFrame):
                own[name] = value.copy(deep=False)
            elif isinstance(value, np.ndarray):
                value.setflags(write=False)
        return replace(self, **own)
