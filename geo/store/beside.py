"""What a store has beside an import: pairs of incidents that may be the same event."""

from datetime import timedelta

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from geo.identity import incident_keys
from geo.look_alikes import look_alikes, together
from geo.schema import OCCURRED_END, SOURCE, Incidents
from geo.selection import Selection
from geo.store.interface import Store
from geo.store.parquet import contained

# Of the incidents there only those are compared that began so long before the first of an import.
_LONG_SPAN = timedelta(days=31)


def look_alikes_beside(
    store: Store, incidents: Incidents, keys: NDArray[np.uint64]
) -> pd.DataFrame:
    """Compare an import with itself and with what is there from other sources.

    Parameters
    ----------
    keys
        Shape (n,): those of the incidents.
    """
    within = look_alikes(incidents)
    others = _others(store, incidents, keys)
    if others is None:
        return within
    return together(within, look_alikes(incidents, others))


def _others(store: Store, incidents: Incidents, keys: NDArray[np.uint64]) -> Incidents | None:
    """Give the current incidents that may be the same events and that it does not replace."""
    there, own = set(store.sources()), set(incidents.frame[SOURCE])
    if incidents.span is None or not there or (there == own and len(own) == 1):
        return None
    first, last = incidents.span
    if OCCURRED_END in incidents.frame:
        last = max(last, incidents.frame[OCCURRED_END].max())
    around = Selection(start=(first - _LONG_SPAN).date(), end=last.date())
    others = store.read(around)
    return others.take(~contained(incident_keys(others.frame), np.unique(keys)))
