"""An attack on a release by somebody who has all of it, and nothing else.

For every count that is withheld, and for every one that is in no table but is the difference of
some, two linear programmes find the lowest and the highest number it can be. They are held against
what the words themselves leave open: "fewer than 5" is 1 to 4, and where two such make up a total
of which only the words are known, less than that.
"""

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from geo.disclosure.attacker import TOLERANCE, Attacker, Bounds
from geo.disclosure.cells import ReleaseCells, cells_without_counts
from geo.disclosure.release import Release
from geo.disclosure.splits import shapes_of
from geo.progress import report

AREA, PERIOD, GROUP = "area", "period", "group"
SHOWN_AS, LOW, HIGH, OPEN_LOW, OPEN_HIGH = "shown_as", "low", "high", "open_low", "open_high"
TOO_NARROW = "too_narrow"
ATTACK_COLUMNS = (AREA, PERIOD, GROUP, SHOWN_AS, LOW, HIGH, OPEN_LOW, OPEN_HIGH, TOO_NARROW)
"""``low`` and ``high`` are what the attack leaves possible, ``open_low`` and ``open_high`` what a
small count's words leave open, by themselves or, where that is less, if every other count that is
not small were withheld."""


_MOST = 1e5
"""A withheld count may be more than all shown ones, but not more than this beside them."""


@dataclass(frozen=True, eq=False)
class _Known:
    """What a release says of each cell."""

    cells: ReleaseCells
    value: NDArray[np.float64]
    is_small: NDArray[np.bool_]
    top: int

    @classmethod
    def of(cls, release: Release) -> "_Known":
        cells = cells_without_counts(list(release.areas), release.menu, shapes_of(release.groups))
        value = np.full(len(cells.counts), np.nan)
        is_small = np.zeros(len(cells.counts), np.bool_)
        for key, cell in cells.published.items():
            shown = release.counts[key]
            value[cell] = np.nan if shown.value is None else shown.value
            is_small[cell] = shown.why == "small"
        return cls(cells, value, is_small, release.params.smallest_shown - 1)

    def bounds(self, shown: NDArray[np.bool_]) -> Bounds:
        """Give what is known of each cell where only some of the counts are shown."""
        most = _MOST + float(np.nansum(self.value))
        low = np.where(shown, self.value, np.where(self.is_small, 1.0, 0.0))
        high = np.where(shown, self.value, np.where(self.is_small, float(self.top), most))
        return Bounds(low, high)


def attack(release: Release) -> pd.DataFrame:
    """Find what somebody who has a whole release can work out of what it withholds.

    Parameters
    ----------
    release
        At level ``partner``; what the public gets is made of this.

    Returns
    -------
    A row for each withheld count with ``ATTACK_COLUMNS``. ``too_narrow`` marks small counts, and
    hidden ones that must be small, of which more can be worked out than their words leave open.
    """
    known = _Known.of(release)
    shown = ~np.isnan(known.value)
    sums = known.cells.counts.sums
    attacker = Attacker(sums, known.bounds(shown))
    at_best = Attacker(sums, known.bounds(np.zeros_like(shown)))
    rows = []
    keys = {cell: key for key, cell in known.cells.published.items()}
    cells = np.flatnonzero(~shown)
    for done, cell in enumerate(cells):
        report(done, len(cells), "withheld counts attacked")
        low, high = attacker.interval(int(cell))
        limits, narrow = (1.0, float(known.top)), False
        must_be_small = low >= 1 - TOLERANCE and high <= known.top + TOLERANCE
        if (known.is_small[cell] or must_be_small) and _is_within(low, high, limits):
            lowest, highest = at_best.interval(int(cell))
            limits = max(lowest, 1.0), min(highest, float(known.top))
            narrow = _is_within(low, high, limits)
        key = keys.get(int(cell))
        words = "in no table" if key is None else release.counts[key].text
        rows.append((*(key or ("", "", "")), words, low, high, *limits, narrow))
    return pd.DataFrame(rows, columns=list(ATTACK_COLUMNS))


def _is_within(low: float, high: float, limits: tuple[float, float]) -> bool:
    return low > limits[0] + TOLERANCE or high < limits[1] - TOLERANCE
