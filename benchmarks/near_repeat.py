"""Near repeats beside pointpats; a million incidents spread over the hours of the week."""

from collections.abc import Iterator

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from pointpats import Knox

from benchmarks.harness import Row, measured, side_by_side
from geo.readers import read
from geo.repeats.bands import Bands
from geo.repeats.knox import close_pairs, knox
from geo.schema import OCCURRED, OCCURRED_END, TIME_PRECISION, Incidents
from geo.times.aoristic import hour_of_week_weights

SIZES = (500, 2_000)
RUNS = 99
DELTA_M, TAU_DAYS = 200, 14
SIDE_M = 4_000
SPANS = 1_000_000
TABLE = Bands((0, 1, 100, 200, 300, 400, 500), (0, 7, 14, 21, 28, 35, 42))


def measure() -> Iterator[Row]:
    for n in SIZES:
        yield _beside_pointpats(n)
    yield _whole_table(20_000)
    for hours in (0, 8):
        yield _spans(hours)


def _events(n: int) -> tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.int64]]:
    """Events on whole metres over a square as large as the borough, in three years."""
    rng = np.random.default_rng(n)
    easting, northing = rng.integers(0, SIDE_M, (2, n)).astype(np.float64)
    return easting, northing, rng.integers(0, 3 * 365, n)


def _beside_pointpats(n: int) -> Row:
    easting, northing, days = _events(n)
    places = np.column_stack([easting, northing])
    # Closed bounds there, half-open ones here.
    bands = Bands((0, DELTA_M + 0.001), (0, TAU_DAYS + 1))
    ours = knox(easting, northing, days, bands, runs=1, seed=0).observed[0, 0]
    theirs = Knox(places, days[:, np.newaxis], DELTA_M, TAU_DAYS, permutations=1).statistic_
    if ours != theirs:
        msg = f"{ours} pairs are not pointpats' {theirs}; the figures are worthless."
        raise RuntimeError(msg)
    product, rival = side_by_side(
        lambda: knox(easting, northing, days, bands, runs=RUNS, seed=0),
        lambda: Knox(places, days[:, np.newaxis], DELTA_M, TAU_DAYS, permutations=RUNS),
        runs=3,
    )
    case = f"{n:,} events, one band, {RUNS} runs"
    return Row("Knox test", case, product, "pointpats", rival, note=f"{ours:,} pairs in both")


def _whole_table(n: int) -> Row:
    events = _events(n)
    pairs = len(close_pairs(*events[:2], TABLE.space_edges_m).first)
    product = measured(lambda: knox(*events, TABLE, runs=RUNS, seed=0), runs=1, memory=True)
    return Row(
        "Knox table", f"{n:,} events, 36 bands, {RUNS} runs", product, note=f"{pairs:,} pairs"
    )


def _spans(hours: int) -> Row:
    rng = np.random.default_rng(hours)
    frame = read(["demo"]).incidents.frame
    frame = frame.loc[rng.integers(0, len(frame), SPANS)].reset_index(drop=True)
    length = pd.to_timedelta(rng.integers(0, hours * 3600 + 1, SPANS), unit="s")
    frame = frame.assign(**{OCCURRED_END: frame[OCCURRED] + length, TIME_PRECISION: "minute"})
    product = measured(lambda: hour_of_week_weights(Incidents(frame.copy())), runs=3, memory=True)
    case = f"{SPANS:,} incidents, spans of up to {hours} h" if hours else f"{SPANS:,} instants"
    return Row("hours of the week", case, product)
