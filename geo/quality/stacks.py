"""Positions that many incidents share."""

from collections.abc import Iterator

import numpy as np
import pandas as pd

from geo.hotspots.naming import names_at
from geo.quality.check import FINE, INCIDENTS_UNIT, NOTE, Check, part_in_words, verdict_of
from geo.quality.params import QualityParams
from geo.sites import LocatedIncidents

PLACE = "place"
INCIDENTS = "incidents"
SHARE = "share"
STACK_COLUMNS = (PLACE, INCIDENTS, SHARE)

_SNAPPED = 2
"""From so many incidents per distinct position on, positions are taken to be snapped."""

_FEWEST = 20
"""A handful of incidents at one place is a handful of incidents at one place."""


def stack_checks(located: LocatedIncidents, params: QualityParams) -> Iterator[Check]:
    """Check how many of the incidents in the borough share a position with others."""
    per_site = _per_site(located)
    n, sites = int(per_site.sum()), len(per_site)
    stacked = per_site[per_site >= params.stack_size]
    words = f"No position in the borough has {params.stack_size:.0f} incidents or more."
    if len(stacked):
        words = (
            f"{part_in_words(stacked.sum(), n, 'incidents in the borough')} lie on "
            f"{len(stacked):,} positions with {params.stack_size:.0f} or more. The most repeated "
            f"one has {per_site.max():,}."
        )
    yield Check(
        "place",
        "stacked positions",
        int(stacked.sum()),
        INCIDENTS_UNIT,
        n,
        verdict_of(stacked.sum(), n, params.stacked_note, params.stacked_mind, params.fewest),
        words,
    )
    snapped = n >= max(_FEWEST, _SNAPPED * sites)
    words = f"{n:,} incidents in the borough lie on {sites:,} distinct positions."
    if snapped:
        words += (
            f" With {n / sites:.1f} to a position they are snap points that stand for a street or "
            "a block, not exact places: a dot on the map is no address."
        )
    yield Check(
        "place", "distinct positions", sites, "positions", n, NOTE if snapped else FINE, words
    )


def largest_stacks(located: LocatedIncidents, vintage: str, params: QualityParams) -> pd.DataFrame:
    """Name the positions with the most incidents by ward and nearest place.

    Returns
    -------
    Columns ``STACK_COLUMNS``, at most ``params.top_stacks`` rows, the largest first and of equal
    ones the westernmost; ``share`` in % of the incidents in the borough.
    """
    per_site = _per_site(located)
    order = np.argsort(-per_site, kind="stable")[: int(params.top_stacks)]
    order = order[per_site[order] >= params.stack_size]
    sites = located.sites
    _, names = names_at(
        sites.easting[order], sites.northing[order], np.zeros(len(order), np.intp), vintage
    )
    counts = per_site[order]
    share = 100 * counts / max(per_site.sum(), 1)
    frame = pd.DataFrame({PLACE: names, INCIDENTS: counts, SHARE: share})
    return frame.astype({PLACE: "str", INCIDENTS: "int64", SHARE: "float64"})


def _per_site(located: LocatedIncidents) -> np.ndarray[tuple[int], np.dtype[np.int64]]:
    inside = located.site_of[located.site_of >= 0]
    return np.bincount(inside, minlength=len(located.sites)).astype(np.int64)
