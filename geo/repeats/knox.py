"""Pairs of events close in space and in time, beside what chance would give.

Knox 1964, The detection of space-time interactions, Applied Statistics 13, for several bands of
distance and time as in Johnson et al. 2007, Space-time patterns of risk, Journal of Quantitative
Criminology 23. What chance would give is found by dealing the times out anew among the places, so
neither crowded places nor busy seasons count as interaction.
"""

import os
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.spatial import cKDTree

from boundaries.errors import ParameterError
from geo.progress import report
from geo.repeats.bands import Bands
from geo.sites import sites_of

MOST_PAIRS = 20_000_000
"""Pairs within the largest distance. To find so many takes 0.7 GB, and 999 runs minutes."""

_SITES_PER_BLOCK = 1_000
_PAIRS_PER_BLOCK = 1 << 16
"""What is made of them fits into the cache of a core."""
_MILLIMETRES = 3
"""Distances are rounded so: 100 m between coordinates with decimals is 100 m, not 99.99999."""


_Days = NDArray[np.signedinteger[Any]]


@dataclass(frozen=True, eq=False)
class Pairs:
    """Pairs of events by band of distance.

    Attributes
    ----------
    first, second
        Shape (pairs,): the two events; each pair stands once, sorted by band.
    borders
        Shape (space bands + 1,): where each band begins and the last ends.
    """

    first: NDArray[np.int32]
    second: NDArray[np.int32]
    borders: NDArray[np.intp]


@dataclass(frozen=True, eq=False)
class Knox:
    """Pairs by band of distance and of time.

    Attributes
    ----------
    observed
        Shape (space bands, time bands).
    simulated
        Shape (runs, space bands, time bands): the same with the times dealt out anew.
    """

    observed: NDArray[np.int64]
    simulated: NDArray[np.int64]


def knox(
    easting: NDArray[np.float64],
    northing: NDArray[np.float64],
    days: NDArray[np.int64],
    bands: Bands,
    *,
    runs: int,
    seed: int,
    workers: int | None = None,
) -> Knox:
    """Count pairs of events by band, and again for times dealt out anew.

    Parameters
    ----------
    easting, northing
        Shape (n,), metres.
    days
        Shape (n,): whole days since any day.
    bands
        Of distance and time; 100 m and 3 days fall into [100, 200) m and [3, 6) days.
    runs, seed
        How often the times are dealt out, and what the random numbers start from.
    workers
        Threads; None means all cores. The counts do not depend on it.

    Raises
    ------
    ParameterError
        More than ``MOST_PAIRS`` pairs lie within the largest distance.
    """
    pairs = close_pairs(easting, northing, bands.space_edges_m)
    small = _small(days)
    edges = np.minimum(bands.time_edges_days, np.iinfo(small.dtype).max).astype(small.dtype)

    def one_run(number: int) -> NDArray[np.int64]:
        # A generator of its own for each run, so that runs may be done in any order.
        rng = np.random.default_rng(np.random.SeedSequence(seed, spawn_key=(number,)))
        return _count(rng.permutation(small), pairs, edges)

    observed = _count(small, pairs, edges)
    simulated = np.empty((runs, *observed.shape), np.int64)
    with ThreadPoolExecutor(workers or os.cpu_count() or 1) as pool:
        for number, counts in enumerate(pool.map(one_run, range(runs))):
            simulated[number] = counts
            report(number + 1, runs, "simulations")
    return Knox(observed, simulated)


def close_pairs(
    easting: NDArray[np.float64], northing: NDArray[np.float64], edges_m: Sequence[float]
) -> Pairs:
    """Find all pairs whose distance lies in a band, without a table of all distances.

    Raises
    ------
    ParameterError
        More than ``MOST_PAIRS`` pairs lie within the largest distance.
    """
    if len(easting) < 2:  # the search tree takes no empty tables
        nothing = np.zeros(0, np.int32)
        return Pairs(nothing, nothing, np.zeros(len(edges_m), np.intp))
    sites, site_of = sites_of(easting, northing)
    tree = cKDTree(np.column_stack([sites.easting, sites.northing]))
    stacks = _Stacks.of(site_of, len(sites))
    _check_number(tree, stacks.sizes, edges_m[-1])
    found = [*_pairs_between(tree, stacks, edges_m), *_pairs_within(stacks, edges_m)]
    first, second, bands = (np.concatenate(parts) for parts in zip(*found, strict=True))
    order = np.argsort(bands, kind="stable")
    borders = np.searchsorted(bands[order], np.arange(len(edges_m)))
    return Pairs(first[order], second[order], borders)


@dataclass(frozen=True, eq=False)
class _Stacks:
    """The events at each site: ``members`` from ``offsets`` on, ``sizes`` many."""

    members: NDArray[np.int32]
    offsets: NDArray[np.intp]
    sizes: NDArray[np.intp]

    @classmethod
    def of(cls, site_of: NDArray[np.intp], n_sites: int) -> "_Stacks":
        sizes = np.bincount(site_of, minlength=n_sites)
        members = np.argsort(site_of, kind="stable").astype(np.int32)
        return cls(members, np.cumsum(sizes) - sizes, sizes)


_Found = tuple[NDArray[np.int32], NDArray[np.int32], NDArray[np.uint8]]
"""First and second event and band of distance of pairs."""


def _check_number(tree: cKDTree, sizes: NDArray[np.intp], reach_m: float) -> None:
    both_ways = tree.count_neighbors(tree, reach_m, weights=(sizes, sizes))
    n_pairs = round((both_ways - sizes.sum()) / 2)
    if n_pairs > MOST_PAIRS:
        msg = (
            f"{n_pairs:,} pairs lie within {reach_m:g} m, more than the {MOST_PAIRS:,} that can be "
            "compared; take fewer or narrower bands of distance, or select a shorter period or "
            "one category."
        )
        raise ParameterError(msg)


def _pairs_between(tree: cKDTree, stacks: _Stacks, edges_m: Sequence[float]) -> Iterator[_Found]:
    """Give the pairs of events at different sites, block by block."""
    for start in range(0, tree.n, _SITES_PER_BLOCK):
        block = cKDTree(tree.data[start : start + _SITES_PER_BLOCK])
        near = block.sparse_distance_matrix(tree, edges_m[-1] + 1, output_type="ndarray")
        one, other = near["i"] + start, near["j"]
        band = np.searchsorted(edges_m, near["v"].round(_MILLIMETRES), side="right") - 1
        good = (other > one) & (band >= 0) & (band < len(edges_m) - 1)
        yield _every_with_every(stacks, one[good], other[good], band[good].astype(np.uint8))


def _every_with_every(
    stacks: _Stacks, one: NDArray[np.intp], other: NDArray[np.intp], band: NDArray[np.uint8]
) -> _Found:
    """Pair each event of one site with each of the other."""
    width = stacks.sizes[other]
    n = stacks.sizes[one] * width
    row = np.repeat(np.arange(len(n)), n)
    step = np.arange(len(row)) - np.repeat(np.cumsum(n) - n, n)
    first = stacks.members[stacks.offsets[one][row] + step // width[row]]
    second = stacks.members[stacks.offsets[other][row] + step % width[row]]
    return first, second, band[row]


def _pairs_within(stacks: _Stacks, edges_m: Sequence[float]) -> Iterator[_Found]:
    """Give the pairs of events at the same site, where a band begins at no distance."""
    if edges_m[0] > 0:
        return
    for site in np.flatnonzero(stacks.sizes > 1):
        here = stacks.members[stacks.offsets[site] :][: stacks.sizes[site]]
        first, second = np.triu_indices(len(here), 1)
        yield here[first], here[second], np.zeros(len(first), np.uint8)


def _small(days: NDArray[np.int64]) -> _Days:
    """Count from the first day, in as few bytes as the differences need."""
    if len(days) == 0:
        return np.zeros(0, np.int16)
    since = days - days.min()
    return np.asarray(since, np.int16 if since.max() < np.iinfo(np.int16).max else np.int32)


def _count(days: _Days, pairs: Pairs, edges: _Days) -> NDArray[np.int64]:
    """Count the pairs by band of distance and of time."""
    below = np.zeros((len(pairs.borders) - 1, len(edges)), np.int64)
    size = min(_PAIRS_PER_BLOCK, len(pairs.first))
    apart, other, is_below = (
        np.empty(size, days.dtype),
        np.empty(size, days.dtype),
        np.empty(size, np.bool_),
    )
    for band, (begin, end) in enumerate(pairwise(pairs.borders)):
        for start in range(begin, end, _PAIRS_PER_BLOCK):
            block = slice(start, min(start + _PAIRS_PER_BLOCK, end))
            n = block.stop - block.start
            # Without mode="clip" numpy would check every index and copy once more.
            np.take(days, pairs.first[block], out=apart[:n], mode="clip")
            np.take(days, pairs.second[block], out=other[:n], mode="clip")
            np.abs(np.subtract(apart[:n], other[:n], out=apart[:n]), out=apart[:n])
            for number, edge in enumerate(edges):
                np.less(apart[:n], edge, out=is_below[:n])
                below[band, number] += np.count_nonzero(is_below[:n])
    return np.diff(below, axis=1)
