"""What a reader makes of texts that say where: positions, how exact they are, and why not."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from geo.readers.dates import BLANK_WORDS

POINT = "point"
MAP_POINT = "map point"
GRID_SQUARE = "grid square"
POSTCODE = "postcode"
NOT_LOCATED = "not located"


@dataclass(frozen=True, eq=False)
class Positions:
    """Where the rows of a table are.

    Attributes
    ----------
    easting, northing
        Shape (n,), metres in EPSG:27700, NaN where there is no usable position.
    blank
        Shape (n,): whether the texts are blank, which is no fault.
    reason
        Shape (n,): why a position that is given cannot be used; empty otherwise.
    quality
        Shape (n,): one of ``geo.schema.LOCATION_QUALITIES``.
    remark
        Shape (n,): what is doubtful about a position that is used; empty otherwise.
    """

    easting: NDArray[np.float64]
    northing: NDArray[np.float64]
    blank: NDArray[np.bool_]
    reason: NDArray[np.object_]
    quality: NDArray[np.object_]
    remark: NDArray[np.object_]

    def __len__(self) -> int:
        return len(self.easting)

    @property
    def located(self) -> NDArray[np.bool_]:
        """Shape (n,): whether there is a usable position."""
        return ~np.isnan(self.easting)

    def at(self, rows: NDArray[np.intp]) -> "Positions":
        """Give the positions of these rows, which may repeat."""
        return Positions(
            self.easting[rows],
            self.northing[rows],
            self.blank[rows],
            self.reason[rows],
            self.quality[rows],
            self.remark[rows],
        )


def qualities(easting: NDArray[np.float64], located: str = POINT) -> NDArray[np.object_]:
    """Give the quality of every position, shape (n,): ``located`` where there is one."""
    texts = np.full(len(easting), located, object)
    texts[np.isnan(easting)] = NOT_LOCATED
    return texts


def no_texts(n: int) -> NDArray[np.object_]:
    """Give empty texts, shape (n,): no reason, no remark."""
    return np.full(n, "", object)


def are_blank(texts: "pd.Series[str]") -> NDArray[np.bool_]:
    """Whether nothing is said, shape (n,): no text, or a word for nothing."""
    return texts.fillna("").str.strip().str.lower().isin(BLANK_WORDS).to_numpy(np.bool_)


def first_true(
    tests: Sequence[tuple[NDArray[np.bool_], str]], default: str = ""
) -> NDArray[np.object_]:
    """Give every row the text of the first test that is true for it, shape (n,)."""
    conditions = [test for test, _ in tests]
    texts = np.array([*(text for _, text in tests), default], object)
    numbered = [np.intp(number) for number in range(len(conditions))]
    first = np.select(conditions, numbered, default=np.intp(len(conditions)))
    return np.asarray(texts[first], object)


def first_given(first: Positions, second: Positions) -> Positions:
    """Take the first position of each row, the second where the first is blank or of no use.

    Where a given first one cannot be used and the second can, why is the row's remark.
    """
    instead = (first.reason != "") & second.located
    other = first.blank | instead
    return Positions(
        np.where(other, second.easting, first.easting),
        np.where(other, second.northing, first.northing),
        first.blank & second.blank,
        np.where(other, second.reason, first.reason),
        np.where(other, second.quality, first.quality),
        np.where(instead, first.reason, np.where(other, second.remark, first.remark)),
    )
