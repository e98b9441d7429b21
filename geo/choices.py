"""What there is to choose from in given incidents, for whoever offers a selection."""

from dataclasses import dataclass

import pandas as pd

from geo.remember import remembered
from geo.schema import CATEGORY, STRAND_COLUMNS, Incidents


@dataclass(frozen=True)
class Choices:
    """Months from the first to the last incident, categories in order, strands that occur."""

    months: tuple[str, ...]
    categories: tuple[str, ...]
    strands: tuple[str, ...]


@remembered(1)
def choices_of(incidents: Incidents) -> Choices:
    """List what a selection of these incidents can name; months are written ``2017-04``."""
    frame = incidents.frame
    span = pd.period_range(*incidents.span, freq="M") if incidents.span else ()
    return Choices(
        months=tuple(str(month) for month in span),
        categories=tuple(sorted(frame[CATEGORY].unique())),
        strands=tuple(s for s, column in STRAND_COLUMNS.items() if frame[column].any()),
    )
