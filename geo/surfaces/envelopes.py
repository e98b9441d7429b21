"""Many random surfaces beside an observed one, without keeping them all.

Of every cell are kept how many runs reached what was observed, and the highest few values that an
envelope needs. Runs are made in chunks of a fixed length with a seed of its own each, so neither
the number of workers nor the order in which they finish changes a number.
"""

import os
from collections import deque
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from geo.progress import report

RUNS_PER_CHUNK = 25
_MOST_WORKERS = 8
_AHEAD = 2
"""Chunks that may wait per worker, so that a slow reader does not fill the memory."""
_ROUNDING = 1e-6
"""Random surfaces get so much of the observed peak on top: rounding never decides a tie for us."""

RandomSurfaces = Callable[[np.random.Generator, int], NDArray[np.float32]]
"""Makes so many runs with a generator: shape (runs, cells)."""


@dataclass(frozen=True, eq=False)
class Envelopes:
    """What is kept of the runs.

    Attributes
    ----------
    runs
        How many were made.
    n_as_high
        Shape (cells,): runs at least as high as what was observed.
    highest
        Shape (k, cells): the k highest values of the runs, the highest first.
    maxima
        Shape (runs,): the highest value of each run anywhere it counts.
    """

    runs: int
    n_as_high: NDArray[np.intp]
    highest: NDArray[np.float32]
    maxima: NDArray[np.float64]


def envelopes(
    observed: NDArray[np.float64],
    make: RandomSurfaces,
    counts_in: NDArray[np.bool_],
    *,
    runs: int,
    seed: int,
    n_highest: int,
    workers: int | None = None,
) -> Envelopes:
    """Make random surfaces and hold the observed one against them.

    Parameters
    ----------
    observed
        Shape (cells,).
    make
        Called by several threads at once.
    counts_in
        Shape (cells,): where the maxima are taken.
    n_highest
        How many of the highest values to keep at each cell.
    workers
        Threads; None takes one for each core that this process may use, up to 8.

    Notes
    -----
    Memory grows with ``n_highest`` and the workers, not with the runs.
    """
    slack = np.float32(_ROUNDING * observed.max(initial=0))
    high = _Highest(n_highest, len(observed))
    n_as_high, maxima = np.zeros(len(observed), np.intp), [np.zeros(0)]

    def one_chunk(own_seed: np.random.SeedSequence, length: int) -> NDArray[np.float32]:
        surfaces = make(np.random.default_rng(own_seed), length)
        surfaces += slack
        return surfaces

    done = 0
    for surfaces in _in_order(one_chunk, runs, seed, workers or usable_cores()):
        n_as_high += (surfaces >= observed).sum(axis=0)
        maxima.append(surfaces[:, counts_in].max(axis=1, initial=0).astype(np.float64))
        high.add(surfaces)
        done += len(surfaces)
        report(done, runs, "random surfaces")
    return Envelopes(runs, n_as_high, high.sorted(), np.concatenate(maxima))


def usable_cores() -> int:
    """Count the cores that this process may use, at most 8."""
    allowed = getattr(os, "sched_getaffinity", None)
    return min(len(allowed(0)) if allowed else os.cpu_count() or 1, _MOST_WORKERS)


def _in_order(
    one_chunk: Callable[[np.random.SeedSequence, int], NDArray[np.float32]],
    runs: int,
    seed: int,
    workers: int,
) -> Iterator[NDArray[np.float32]]:
    """Make the chunks in threads and give them in their order."""
    lengths = [min(RUNS_PER_CHUNK, runs - start) for start in range(0, runs, RUNS_PER_CHUNK)]
    seeds = np.random.SeedSequence(seed).spawn(len(lengths))
    waiting: deque[Future[NDArray[np.float32]]] = deque()
    with ThreadPoolExecutor(workers) as pool:
        for own_seed, length in zip(seeds, lengths, strict=True):
            waiting.append(pool.submit(one_chunk, own_seed, length))
            if len(waiting) >= _AHEAD * workers:
                yield waiting.popleft().result()
        while waiting:
            yield waiting.popleft().result()


class _Highest:
    """The k highest values seen at each cell."""

    def __init__(self, k: int, n_cells: int) -> None:
        self._k = k
        self._rows = [np.zeros((0, n_cells), np.float32)]

    def add(self, surfaces: NDArray[np.float32]) -> None:
        """Take more runs, shape (runs, cells); sort out when there are several times too many."""
        self._rows.append(surfaces)
        if sum(map(len, self._rows)) >= 4 * self._k + RUNS_PER_CHUNK:
            self._rows = [self._kept()]

    def sorted(self) -> NDArray[np.float32]:
        """Give what is left, the highest first, shape (at most k, cells)."""
        ordered: NDArray[np.float32] = np.sort(self._kept(), axis=0)[::-1]
        return ordered

    def _kept(self) -> NDArray[np.float32]:
        rows = np.concatenate(self._rows)
        if len(rows) <= self._k:
            return rows
        return np.partition(rows, len(rows) - self._k, axis=0)[len(rows) - self._k :].copy()
