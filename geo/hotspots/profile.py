"""What the incidents of a hotspot have in common: when they were, their strands, their wards.

All hotspots of all frames are described together: which incident lies in which hotspot is one
sparse matrix, and every column a product with it.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from geo.frames import Frames
from geo.hotspots.measuring import Inside
from geo.remember import remembered
from geo.schema import OCCURRED_END, STRAND_COLUMNS, STRANDS, TIME_PRECISION, Incidents
from geo.sites import LocatedIncidents
from geo.times.aoristic import hour_of_week_weights, weekday_weights
from geo.times.busiest import busiest_runs, days_in_words, hours_in_words

LEAST_WARD_SHARE = 0.05

_DAYS_OF_WEEK = 7
_HOURS_OF_DAY = 24
_DAY = np.timedelta64(1, "D")


@dataclass(frozen=True, eq=False)
class Profile:
    """One value per hotspot; texts are empty where there is nothing to say.

    Attributes
    ----------
    peak_days, peak_hours
        The busiest run in words, see ``geo.times.busiest.PEAK_RULE``.
    first_day, last_day
        Between which, both included, its incidents happened; whole months where only the month
        is known.
    strands
        Mentions of each strand, the most first: ``race 41, disability 2``.
    wards
        Names of the wards with at least ``LEAST_WARD_SHARE`` of its incidents, the most first.
    """

    peak_days: list[str]
    peak_hours: list[str]
    first_day: list[date]
    last_day: list[date]
    strands: list[str]
    wards: list[str]


def profile(
    located: LocatedIncidents,
    frames: Frames,
    frame_of: NDArray[np.intp],
    inside: Inside,
    ward_of: NDArray[np.intp],
    ward_names: Sequence[str],
) -> Profile:
    """Describe hotspots by the incidents of their frame inside them.

    Parameters
    ----------
    frame_of
        Shape (k,): the frame of each hotspot.
    inside
        The sites in each hotspot, at least one of them with an incident of its frame.
    ward_of
        Shape (n,): row of the incident's ward in ``ward_names``, below 0 where it is in none.
    """
    members = members_of(located, frames, frame_of, inside)
    known = _known(located.incidents)
    sums = (members @ known.weights).toarray()
    by_day, by_hour, mentions = np.split(sums, [_DAYS_OF_WEEK, _DAYS_OF_WEEK + _HOURS_OF_DAY], 1)
    of_wards = _ward_weights(ward_of, len(ward_names))
    return Profile(
        peak_days=list(map(days_in_words, *_lists(busiest_runs(by_day)))),
        peak_hours=list(map(hours_in_words, *_lists(busiest_runs(by_hour)))),
        first_day=_reduced(np.minimum, known.first, members),
        last_day=_reduced(np.maximum, known.last, members),
        strands=_strands_in_words(mentions),
        wards=_wards_in_words((members @ of_wards).toarray(), ward_names),
    )


@dataclass(frozen=True, eq=False)
class _Known:
    """What is known of each of n incidents.

    Attributes
    ----------
    weights
        Shape (n, 7 + 24 + strands): weekdays, hours of the day, strands.
    first, last
        Shape (n,): days between which it happened, as days since 1970.
    """

    weights: sparse.csr_array
    first: NDArray[np.int64]
    last: NDArray[np.int64]


@remembered(1)
def _known(incidents: Incidents) -> _Known:
    fold = np.tile(np.eye(_HOURS_OF_DAY), (_DAYS_OF_WEEK, 1))
    hours = hour_of_week_weights(incidents) @ sparse.csr_array(fold)
    strands = incidents.frame[list(STRAND_COLUMNS.values())].to_numpy(np.float64)
    columns = [weekday_weights(incidents), hours, sparse.csr_array(strands)]
    first, last = (days.astype(np.int64) for days in _days(incidents))
    return _Known(sparse.csr_array(sparse.hstack(columns, format="csr")), first, last)


def members_of(
    located: LocatedIncidents, frames: Frames, frame_of: NDArray[np.intp], inside: Inside
) -> sparse.csr_array:
    """Say which incidents lie in which hotspot in its frame: 1 or nothing, shape (k, n)."""
    first_period, incident = _by_site_and_period(located, frames)
    key = inside.site * _n_periods(frames) + frame_of[inside.area]
    begin = first_period[key]
    n = first_period[key + frames.window] - begin
    stop = np.cumsum(n)
    columns = incident[np.arange(n.sum()) + np.repeat(begin - (stop - n), n)]
    per_hotspot = np.bincount(inside.area, weights=n, minlength=len(frame_of))
    starts = np.concatenate([[0], np.cumsum(per_hotspot)]).astype(np.int64)
    shape = (len(frame_of), len(located.incidents))
    return sparse.csr_array((np.ones(len(columns)), columns, starts), shape=shape)


def _n_periods(frames: Frames) -> int:
    return max(len(frames.periods.labels), 1)


def _by_site_and_period(
    located: LocatedIncidents, frames: Frames
) -> tuple[NDArray[np.integer], NDArray[np.integer]]:
    """Order the incidents by site and then period; give where each of these begins, and them."""
    n_periods, codes = _n_periods(frames), frames.periods.codes
    known = np.flatnonzero((located.site_of >= 0) & (codes >= 0))
    key = located.site_of[known] * n_periods + codes[known]
    shape = (len(located.sites) * n_periods, len(codes))
    ordered = sparse.coo_array((np.ones(len(known), np.int8), (key, known)), shape=shape).tocsr()
    return ordered.indptr, ordered.indices


def _lists(pair: tuple[NDArray[np.intp], NDArray[np.intp]]) -> tuple[list[int], list[int]]:
    return pair[0].tolist(), pair[1].tolist()


def _days(
    incidents: Incidents,
) -> tuple[NDArray[np.datetime64], NDArray[np.datetime64]]:
    """Give the first and the last day on which each incident may have happened."""
    first = incidents.occurred.astype("datetime64[D]")
    last = first
    if OCCURRED_END in incidents.frame:
        ends = incidents.frame[OCCURRED_END].to_numpy("datetime64[D]")
        last = np.where(np.isnat(ends), first, ends)
    month_only = (incidents.frame[TIME_PRECISION] == "month").to_numpy(np.bool_)
    month_ends = (last.astype("datetime64[M]") + 1).astype("datetime64[D]") - _DAY
    return first, np.where(month_only, month_ends, last)


def _reduced(reduce: np.ufunc, days: NDArray[np.int64], members: sparse.csr_array) -> list[date]:
    """Reduce the days of each hotspot's incidents to one; every hotspot has incidents."""
    if members.shape[0] == 0:
        return []
    of_hotspots = reduce.reduceat(days[members.indices], members.indptr[:-1])
    found: list[date] = of_hotspots.astype("datetime64[D]").tolist()
    return found


def _strands_in_words(mentions: NDArray[np.float64]) -> list[str]:
    """Write the mentions of each row, (k, strands), the most first."""
    order = np.argsort(-mentions, axis=1, kind="stable")
    return [
        ", ".join(f"{STRANDS[i]} {row[i]:.0f}" for i in ranked if row[i] > 0)
        for ranked, row in zip(order.tolist(), mentions.tolist(), strict=True)
    ]


def _ward_weights(ward_of: NDArray[np.intp], n_wards: int) -> sparse.csr_array:
    """Say which ward each incident lies in, shape (n, wards)."""
    at = np.flatnonzero(ward_of >= 0)
    shape = (len(ward_of), n_wards)
    return sparse.coo_array((np.ones(len(at)), (at, ward_of[at])), shape=shape).tocsr()


def _wards_in_words(incidents: NDArray[np.float64], names: Sequence[str]) -> list[str]:
    """Name the wards of each row of incidents, (k, wards), the most first."""
    order = np.argsort(-incidents, axis=1, kind="stable")
    least = LEAST_WARD_SHARE * incidents.sum(axis=1)
    return [
        ", ".join(names[i] for i in ranked if row[i] > 0 and row[i] >= enough)
        for ranked, row, enough in zip(
            order.tolist(), incidents.tolist(), least.tolist(), strict=True
        )
    ]
