"""Tests of predictions at many dates, as arrays: methods by dates by shares of the land."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial

import numpy as np
from numpy.typing import NDArray

from geo.evaluation.accuracy import Ties, best_hit_rates, hit_rates
from geo.evaluation.land import Land
from geo.evaluation.prediction import MethodParams, Training, predict, units_of
from geo.evaluation.rolling import Rolling
from geo.progress import report
from geo.selection import Selection
from geo.sites import LocatedIncidents, locate_selected, sites_of

Floats = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Outcomes:
    """What the tests found, for m methods, k dates and s shares of the land.

    Attributes
    ----------
    incidents
        Shape (k,): located incidents in each test.
    hit_rates
        Shape (m, k, s): NaN where a test has no incident.
    hit_rates_by_lot
        Shape (m, k, s): the same with equal scores drawn by lot.
    recaptured
        Shape (m, k, s): share of the training's incidents on the same land, NaN where it has none.
    best
        Shape (k, s): the highest hit rate that any choice of cells could have had.
    chosen
        For each method the settings that it chose itself, (k,) each.
    """

    incidents: NDArray[np.int64]
    hit_rates: Floats
    hit_rates_by_lot: Floats
    recaptured: Floats
    best: Floats
    chosen: tuple[dict[str, Floats], ...]

    @property
    def is_trained(self) -> NDArray[np.bool_]:
        """Whether there is an incident in the training of each date, (k,)."""
        return ~np.isnan(self.recaptured[0, :, 0])


@dataclass(frozen=True, eq=False)
class _Counted:
    """Training and test of every date, counted on the cells: (k, n) each."""

    training: Floats
    observed: Floats
    area: Floats

    def by(self, unit_of: NDArray[np.intp]) -> "_Counted":
        """Add up the cells of each unit of prediction."""
        n_units = int(unit_of.max()) + 1
        if n_units == len(unit_of):
            return self
        training, observed, area = (
            np.array([np.bincount(unit_of, row, n_units) for row in rows], np.float64)
            for rows in (self.training, self.observed, self.area[None])
        )
        return _Counted(training, observed, area[0])


def run_tests(
    located: LocatedIncidents,
    rolling: Rolling,
    land: Land,
    settings: Sequence[MethodParams],
    shares: Floats,
    ties: Ties,
) -> Outcomes:
    """Predict and test at every date with every method.

    Parameters
    ----------
    shares
        Shape (s,): shares of the land, 0 to 1, at which hits are counted.
    """
    training = training_of(located, rolling)
    counted = _counted(located, rolling, land)
    found, chosen = [], []
    for number, params in enumerate(settings):
        report(number, len(settings), "methods")
        prediction = predict(params, training, land)
        found.append(_test(prediction.scores, counted, units_of(params, land), shares, ties))
        chosen.append(prediction.chosen)
    report(len(settings), len(settings), "methods")
    rates, by_lot, recaptured = np.array(found).transpose(1, 0, 2, 3)
    best = np.array([best_hit_rates(row, counted.area, shares) for row in counted.observed])
    incidents = counted.observed.sum(axis=1).astype(np.int64)
    return Outcomes(incidents, rates, by_lot, recaptured, best, tuple(chosen))


def training_of(located: LocatedIncidents, rolling: Rolling) -> Training:
    """Count the incidents before each date.

    Only positions that some training has are known to it at all, so that a place where incidents
    are only tested cannot have any influence.
    """
    inside, codes = located.site_of >= 0, rolling.codes
    spans = [(start - rolling.train, start) for start in rolling.starts]
    used = inside & np.logical_or.reduce([(codes >= a) & (codes < b) for a, b in spans])
    frame = located.incidents
    sites, site_of = sites_of(frame.easting[used], frame.northing[used])
    recent = min(rolling.test, rolling.train)
    counts, latest = (
        _per_date(site_of, codes[used], rolling.starts - length, rolling.starts, len(sites))
        for length in (rolling.train, recent)
    )

    def before(date: int) -> LocatedIncidents:
        first, end = spans[date]
        return locate_selected(
            located.incidents.take((codes >= first) & (codes < end)), Selection()
        )

    return Training(sites, counts, latest, before)


def _counted(located: LocatedIncidents, rolling: Rolling, land: Land) -> _Counted:
    inside = located.site_of >= 0
    cell_of_site = land.cell_of(located.sites.easting, located.sites.northing)
    cells, codes = cell_of_site[located.site_of[inside]], rolling.codes[inside]
    before, after = (
        _per_date(cells, codes, first, first + length, len(land))
        for first, length in (
            (rolling.starts - rolling.train, rolling.train),
            (rolling.starts, rolling.test),
        )
    )
    return _Counted(before, after, land.area_km2)


def _per_date(
    place_of: NDArray[np.intp],
    codes: NDArray[np.int64],
    first: NDArray[np.int64],
    end: NDArray[np.int64],
    n_places: int,
) -> Floats:
    """Count the incidents of each place from the first unit to before the end, (k, places)."""
    by_time = np.argsort(codes, kind="stable")
    place_of, codes = place_of[by_time], codes[by_time]
    rows = zip(np.searchsorted(codes, first), np.searchsorted(codes, end), strict=True)
    counts = [np.bincount(place_of[a:b], minlength=n_places) for a, b in rows]
    return np.array(counts, np.float64)


def _test(
    scores: Floats,
    counted: _Counted,
    unit_of: NDArray[np.intp],
    shares: Floats,
    ties: Ties,
) -> list[list[Floats]]:
    """Give hit rates, those by lot, and what is recaptured, for every date."""
    _, a_cell_of, unit_of = np.unique(unit_of, return_index=True, return_inverse=True)
    counted = counted.by(unit_of)
    rates, by_lot, recaptured = [], [], []
    of_units = scores[:, a_cell_of]
    for score, observed, trained in zip(of_units, counted.observed, counted.training, strict=True):
        along = partial(hit_rates, score, observed, counted.area, shares)
        rates.append(along(ties))
        by_lot.append(along("even"))
        recaptured.append(along(ties, counted=trained))
    return [rates, by_lot, recaptured]
