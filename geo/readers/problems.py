"""Rows of the table of problems."""

from collections.abc import Iterable, Sequence
from functools import cache

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from geo.report import (
    COLUMN,
    FILE,
    FOUND,
    OUTCOME,
    PROBLEM_COLUMNS,
    REASON,
    REMEDY,
    ROW,
    ROW_VALUES,
    no_problems,
)

TextOrTexts = str | Iterable[str]


def problem_rows(  # noqa: PLR0913 - one argument per column, all by name
    *,
    file: str,
    row: Sequence[int] | NDArray[np.int64],
    column: str,
    found: TextOrTexts,
    reason: TextOrTexts,
    remedy: TextOrTexts,
    outcome: str,
    row_values: TextOrTexts = "",
) -> pd.DataFrame:
    """Make problem rows, one per number in ``row``; a single text goes for all of them."""
    if len(row) == 0:
        return _nothing()
    values: dict[str, TextOrTexts] = {
        FILE: file,
        COLUMN: column,
        FOUND: found,
        REASON: reason,
        REMEDY: remedy,
        OUTCOME: outcome,
        ROW_VALUES: row_values,
    }
    index = pd.RangeIndex(len(row))
    texts = {
        name: pd.Series(value if isinstance(value, str) else list(value), index, dtype="str")
        for name, value in values.items()
    }
    numbers = pd.Series(row, index=index, dtype="int64")
    return pd.DataFrame(texts | {ROW: numbers})[list(PROBLEM_COLUMNS)]


@cache
def _nothing() -> pd.DataFrame:
    """Give the empty table, made once: a small file has a dozen of them, which nobody changes."""
    return no_problems()
