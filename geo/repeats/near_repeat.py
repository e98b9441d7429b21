"""Near repeats: whether incidents follow each other nearby and soon, more than chance would give.

A Knox table (see :mod:`geo.repeats.knox`) with p-values by simulation, as in Johnson et al. 2007
and in Ratcliffe and Rengert 2008, Near-repeat patterns in Philadelphia shootings, Security
Journal 21.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import takewhile
from math import ceil

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from geo.analysis import analysis
from geo.params import Params, choice, number
from geo.record import make_record
from geo.remember import remembered
from geo.repeats.bands import Bands
from geo.repeats.knox import Knox, knox
from geo.result import Result
from geo.schema import TIME_PRECISION, Incidents
from geo.selection import Selection
from geo.series_break import break_warnings
from geo.significance import (
    CORRECTIONS,
    Correction,
    adjusted,
    correction_in_words,
    gradation,
    permutation_p,
)
from geo.sites import LocatedIncidents, frame_warnings, frames_or_whole, locate_selected

DISTANCE = "distance"
TIME = "time"
FROM_M, TO_M = "from_m", "to_m"
FROM_DAYS, TO_DAYS = "from_days", "to_days"
PAIRS = "pairs"
EXPECTED = "expected_pairs"
EXPECTED_MEDIAN = "expected_pairs_median"
RATIO = "ratio"
RATIO_MEDIAN = "ratio_to_median"
P_VALUE = "p_value"
P_CORRECTED = "p_corrected"
SIGNIFICANCE = "significance"
NEAR_REPEAT_COLUMNS = (
    DISTANCE,
    TIME,
    FROM_M,
    TO_M,
    FROM_DAYS,
    TO_DAYS,
    PAIRS,
    EXPECTED,
    EXPECTED_MEDIAN,
    RATIO,
    RATIO_MEDIAN,
    P_VALUE,
    P_CORRECTED,
    SIGNIFICANCE,
)

LEVEL = 0.05
"""Of corrected p-values, for what is called elevated in words."""


@dataclass(frozen=True)
class NearRepeatParams(Params):
    """Bands of distance and time, and how chance is simulated.

    Each band holds its lower border and not its upper one. Incidents of one snap point are told
    apart from those nearby by the first band, below a metre. A police.uk position stands for a
    street, so bands narrower than 100 m would be false precision.
    """

    space_edges_m: tuple[float, ...] = (0, 1, 100, 200, 300, 400, 500)
    time_edges_days: tuple[int, ...] = (0, 7, 14, 21, 28, 35, 42)
    runs: int = number(
        999,
        low=99,
        high=9999,
        step=100,
        unit="runs",
        label="Simulations",
        help="More give finer p-values; the smallest is 1 / (runs + 1).",
    )
    seed: int = number(
        0,
        low=0,
        high=2**31 - 1,
        step=1,
        unit="",
        label="Seed",
        help="What the random numbers start from; the same seed gives the same p-values.",
    )
    correction: Correction = choice(
        "benjamini-hochberg",
        options=CORRECTIONS,
        label="Correction for many tests",
        help="Every pair of bands is a test.",
    )

    def __post_init__(self) -> None:
        super().__post_init__()
        self.bands  # noqa: B018 - checks the borders

    @property
    def bands(self) -> Bands:
        """The borders, checked."""
        return Bands(self.space_edges_m, self.time_edges_days)


@dataclass(frozen=True, eq=False)
class NearRepeatResult(Result):
    """A Knox table; ``frame`` has a row per band of distance and time, ``NEAR_REPEAT_COLUMNS``.

    ``to_m`` and ``to_days`` are the upper borders, which are not in the band. ``ratio`` is observed
    over expected pairs, the mean of the simulations; NaN where none is expected. The alternative is
    ``greater``: more pairs than chance would give.

    Attributes
    ----------
    observed
        Shape (space bands, time bands): pairs.
    expected
        The same shape: mean of the simulations.
    p
        The same shape, corrected.
    incidents_used
        Incidents in the borough whose day is known.
    findings
        What is elevated, for how far and how long, in sentences.
    """

    observed: NDArray[np.int64]
    expected: NDArray[np.float64]
    p: NDArray[np.float64]
    incidents_used: int
    findings: tuple[str, ...]


@remembered(2)
@analysis("near_repeat")
def near_repeat(
    incidents: Incidents, selection: Selection, params: NearRepeatParams
) -> NearRepeatResult:
    """Count pairs of incidents by how near and how soon, beside what chance would give.

    Taken are the selected incidents inside the borough whose day is known; of a span of time its
    start. Times are whole calendar days: 0 is the same day.

    Raises
    ------
    ParameterError
        Too many pairs lie within the largest distance; the message says what to do.
    """
    located = locate_selected(incidents, selection)
    used = (located.site_of >= 0) & _day_known(located.incidents)
    days = located.incidents.occurred[used].astype("datetime64[D]").astype(np.int64)
    table = knox(
        located.incidents.easting[used],
        located.incidents.northing[used],
        days,
        params.bands,
        runs=params.runs,
        seed=params.seed,
    )
    frame = _table(table, params)
    shape = table.observed.shape
    record = make_record(
        "near_repeat",
        params,
        selection,
        located.incidents,
        located.location,
        rules={
            "correction": correction_in_words(params.correction, table.observed.size),
            "alternative": "greater: more pairs than when the times are dealt out anew",
        },
        warnings=[*_warnings(located, used, table, params.bands), *_too_few_runs(table, params)],
    )
    p = frame[P_CORRECTED].to_numpy().reshape(shape)
    expected = frame[EXPECTED].to_numpy().reshape(shape)
    return NearRepeatResult(
        frame,
        record,
        observed=table.observed,
        expected=expected,
        p=p,
        incidents_used=int(used.sum()),
        findings=tuple(_findings(table.observed, expected, p, params.bands)),
    )


def _day_known(incidents: Incidents) -> NDArray[np.bool_]:
    return (incidents.frame[TIME_PRECISION] != "month").to_numpy(np.bool_)


def _table(table: Knox, params: NearRepeatParams) -> pd.DataFrame:
    bands = params.bands
    space, time = np.array(bands.space_edges_m), np.array(bands.time_edges_days, np.int64)
    n_space, n_time = table.observed.shape
    observed = table.observed.ravel()
    simulated = table.simulated.reshape(params.runs, -1)
    p = permutation_p((simulated >= observed).sum(axis=0), params.runs)
    p_corrected = adjusted(p, params.correction)
    expected, median = simulated.mean(axis=0), np.median(simulated, axis=0)
    columns = {
        DISTANCE: np.repeat(bands.space_labels(), n_time),
        TIME: np.tile(bands.time_labels(), n_space),
        FROM_M: np.repeat(space[:-1], n_time),
        TO_M: np.repeat(space[1:], n_time),
        FROM_DAYS: np.tile(time[:-1], n_space),
        TO_DAYS: np.tile(time[1:], n_space),
        PAIRS: observed,
        EXPECTED: expected,
        EXPECTED_MEDIAN: median,
        RATIO: observed / np.where(expected > 0, expected, np.nan),
        RATIO_MEDIAN: observed / np.where(median > 0, median, np.nan),
        P_VALUE: p,
        P_CORRECTED: p_corrected,
        SIGNIFICANCE: gradation(p_corrected),
    }
    return pd.DataFrame(columns)


def _findings(
    observed: NDArray[np.int64],
    expected: NDArray[np.float64],
    p: NDArray[np.float64],
    bands: Bands,
) -> Iterator[str]:
    """Say how long after an incident others follow at the same place, and how far and long nearby.

    Elevated is what holds together from the first band on; bands that stand out further away or
    later, alone, are left to the table. Where nothing was compared there is nothing to say.
    """
    if not (observed.any() or expected.any()):
        return
    hot = p <= LEVEL
    same = int(bands.has_same_place)
    if same and (days := _run(hot[0])):
        yield (
            f"At the same place, more incidents than chance would give follow "
            f"{bands.followed(days)}: {_times(observed[0, :days], expected[0, :days])}."
        )
    if len(hot) == same:
        return
    far, days = _run(hot[same:, 0]), _run(hot[same])
    if not far:
        yield "Nearby and soon after an incident there are no more others than chance would give."
        return
    near = (slice(same, same + far), 0)
    yield (
        f"{bands.reach(same + far - 1)} from an incident, more others than chance would give "
        f"follow {bands.followed(1)}: {_times(observed[near], expected[near])}. "
        f"{bands.reach(same)} they follow {bands.followed(days)}."
    )


def _run(hot: NDArray[np.bool_]) -> int:
    """Count the bands that are elevated from the first on."""
    return sum(1 for _ in takewhile(bool, hot))


def _times(observed: NDArray[np.int64], expected: NDArray[np.float64]) -> str:
    if expected.sum() == 0:
        return f"{observed.sum():,} pairs where none was expected"
    ratio = observed.sum() / expected.sum()
    return f"{observed.sum():,} pairs, {ratio:.1f} times those expected"


def _too_few_runs(table: Knox, params: NearRepeatParams) -> Iterator[str]:
    """Say when the smallest p-value there can be is not significant once corrected."""
    tests = table.observed.size if params.correction != "none" else 1
    needed = ceil(tests / LEVEL) - 1
    if params.runs < needed:
        yield (
            f"With {params.runs:,} simulations and {tests} tests no band alone can be significant; "
            f"take {needed:,} or more."
        )


def _warnings(
    located: LocatedIncidents, used: NDArray[np.bool_], table: Knox, bands: Bands
) -> Iterator[str]:
    vague = int(((located.site_of >= 0) & ~used).sum())
    if vague:
        yield (
            f"{vague:,} located incidents are known to the month only and are left out; "
            f"{int(used.sum()):,} are compared."
        )
    yield from frame_warnings(located, frames_or_whole(located, None))
    if bands.has_same_place and table.observed[0].any():
        yield (
            "Pairs at the same place share a recorded position, which may stand for a whole street "
            "or a station; they are repeats of a spot on the map, not of an address."
        )
    if table.observed.sum() == 0:
        yield "There is no pair of incidents in any band; there is nothing to compare."
    yield from break_warnings(located.incidents)
