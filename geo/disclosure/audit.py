"""An attack on a release by somebody who has all of it, and nothing else.

For every count that is withheld, and for every one that is in no table but is the difference of
some, two linear programmes find the lowest and the highest number it can be. A count of which it
can be worked out that it is small must be able to be any small number: "fewer than 5" is 1 to 4.
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
SHOWN_AS, LOW, HIGH = "shown_as", "low", "high"
TOO_NARROW = "too_narrow"
ATTACK_COLUMNS = (AREA, PERIOD, GROUP, SHOWN_AS, LOW, HIGH, TOO_NARROW)
"""``low`` and ``high`` are what the attack leaves possible."""

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
    A row for each withheld count with ``ATTACK_COLUMNS``. ``too_narrow`` marks counts that must
    be small of which more can be worked out than that.
    """
    known = _Known.of(release)
    shown = ~np.isnan(known.value)
    sums = known.cells.counts.sums
    attacker = Attacker(sums, known.bounds(shown))
    rows = []
    keys = {cell: key for key, cell in known.cells.published.items()}
    cells = np.flatnonzero(~shown)
    for done, cell in enumerate(cells):
        report(done, len(cells), "withheld counts attacked")
        low, high = attacker.interval(int(cell))
        is_small = known.is_small[cell] or (low > 1 - TOLERANCE and high < known.top + TOLERANCE)
        narrow = is_small and (low > 1 + TOLERANCE or high < known.top - TOLERANCE)
        key = keys.get(int(cell))
        words = "in no table" if key is None else release.counts[key].text
        rows.append((*(key or ("", "", "")), words, low, high, narrow))
    return pd.DataFrame(rows, columns=list(ATTACK_COLUMNS))
