"""Which setting predicts: many dates and methods in one call, beside a plain loop."""

from collections.abc import Iterator

import numpy as np
import pandas as pd

from benchmarks.harness import Row, measured, side_by_side
from benchmarks.samples import N_INCIDENTS, N_SNAP_POINTS, incidents_on
from geo import schema
from geo.evaluation.evaluation import DEFAULT_SETTINGS, EvaluationParams, evaluate
from geo.evaluation.land import land_of
from geo.evaluation.prediction import CountParams
from geo.schema import Incidents
from geo.selection import Selection

AT_MOST_S = 2
"""Goal for 30 dates with 4 methods on snapped positions, stated before it was measured."""
N_DATES = 30
_FIRST_DAY = np.datetime64("2015-04-01", "D")
_DAYS = 1096


def measure() -> Iterator[Row]:
    for kind, n_places in (("on 3,000 places", N_SNAP_POINTS), ("scattered", N_INCIDENTS)):
        goal = AT_MOST_S if n_places == N_SNAP_POINTS else None
        yield _all_methods(kind, by_day(incidents_on(n_places)), goal)
    yield _beside_a_loop(by_day(incidents_on(N_SNAP_POINTS)))


def by_day(incidents: Incidents) -> Incidents:
    """Give each incident a day of its own choice within three years."""
    rng = np.random.default_rng(1)
    days = _FIRST_DAY + rng.integers(0, _DAYS, len(incidents))
    changed = {schema.OCCURRED: days.astype("datetime64[s]"), schema.TIME_PRECISION: "day"}
    return Incidents(incidents.frame.assign(**changed))


def _params() -> EvaluationParams:
    return EvaluationParams(train_days=180, test_days=28, n_dates=N_DATES)


def _all_methods(kind: str, incidents: Incidents, goal: float | None) -> Row:
    return Row(
        f"{N_DATES} dates, {len(DEFAULT_SETTINGS)} methods",
        f"{len(incidents):,} incidents {kind}, cells of 100 m",
        measured(lambda: _evaluated(incidents, DEFAULT_SETTINGS), runs=3, memory=True),
        at_most_s=goal,
        note="nothing kept from one call to the next but the grid and where incidents lie",
    )


def _evaluated(incidents: Incidents, settings):
    """Evaluate anew: the result of the call before is not there for the taking."""
    evaluate.__wrapped__(incidents, Selection(), settings, _params())


def _beside_a_loop(incidents: Incidents) -> Row:
    """Count cells with pandas, one date after the other, as a notebook would."""
    settings = (CountParams(period="training"),)
    frame, land = incidents.frame, land_of(100)
    cells = land.cell_of(incidents.easting, incidents.northing)

    def loop() -> float:
        own = frame.assign(cell=cells)
        end, found = own[schema.OCCURRED].max() + pd.Timedelta(days=1), []
        for k in range(N_DATES):
            start = end - pd.Timedelta(days=28 * (k + 1))
            when = own[schema.OCCURRED]
            before = own[(when >= start - pd.Timedelta(days=180)) & (when < start)]
            after = own[(when >= start) & (when < start + pd.Timedelta(days=28))]
            table = pd.DataFrame({"area": land.area_km2})
            table["before"] = before.groupby("cell").size().reindex(table.index, fill_value=0)
            table["after"] = after.groupby("cell").size().reindex(table.index, fill_value=0)
            table["dense"] = table["after"] / table["area"]
            table = table.sort_values(["before", "dense"], ascending=[False, True])
            land_so_far = table["area"].cumsum() / table["area"].sum()
            hits = table["after"].cumsum() / table["after"].sum()
            found.append(np.interp(0.02, [0, *land_so_far], [0, *hits]))
        return float(np.mean(found))

    result = evaluate(incidents, Selection(), settings, _params())
    product, rival = side_by_side(lambda: _evaluated(incidents, settings), loop, runs=3)
    apart = abs(result.frame["hit_rate"][0] - loop())
    return Row(
        f"{N_DATES} dates, counts in cells",
        f"{len(incidents):,} incidents on 3,000 places",
        product,
        "pandas in a loop",
        rival,
        note=f"hit rates {apart:.1g} apart; ours with whole curves, PEI, RRI and intervals",
    )
