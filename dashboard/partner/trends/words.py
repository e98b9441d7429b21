"""Sentences and columns that the parts of the page share."""

import numpy as np
import pandas as pd

from dashboard.maps.classify import signed
from dashboard.partner.bars import names_of, texts_of
from dashboard.partner.view import ReleaseView
from dashboard.trends.words import change_cells, rows_of, why_in_words
from geo.change.count_change import DIFFERENCE
from geo.disclosure.compared import LEAST_ROUNDED
from geo.disclosure.levels import PARTNER
from geo.disclosure.over_time import SHOWN_YEAR_BEFORE, ReleasedUnit

UNIT_WORDS: dict[ReleasedUnit, str] = {
    "fy": "Financial year",
    "quarter": "Quarter",
    "month": "Month",
}
ROUNDED = (
    "Counts are rounded to 5, and so is what is made of them. Rounded counts below "
    f"{LEAST_ROUNDED} are not compared, and no change is given in per cent or tested: the rounding "
    "would be a large part of it."
)
WITHHELD = (
    '"Fewer than" stands for a small count. "Not shown" stands for a count that would give a small '
    "one away. What would be made of such a count is not shown either."
)


def notes_of(view: ReleaseView) -> tuple[str, ...]:
    """Say what the words instead of figures are, and for the public that figures are rounded."""
    return (WITHHELD,) if view.level == PARTNER else (WITHHELD, ROUNDED)


def cells_of(view: ReleaseView, frame: pd.DataFrame) -> pd.DataFrame:
    """Write counts over time as cells, the latest first."""
    cells = {
        "Period": names_of(frame),
        "Incidents": texts_of(frame),
        "A year before": list(frame[SHOWN_YEAR_BEFORE]),
        "Change": ["" if np.isnan(value) else signed(value, 0) for value in frame[DIFFERENCE]],
        **(change_cells(frame) if view.level == PARTNER else {}),
        "Note": [
            f"Not compared: {why}." if why else "" for why in map(why_in_words, rows_of(frame))
        ],
    }
    return pd.DataFrame(cells).iloc[::-1]
