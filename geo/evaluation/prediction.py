"""What each method expects where: a score for every cell, from what came before.

Only the order of the scores counts, so methods that measure different things can be compared:

- density: its mean over the cell
- Gi*: the z-score of the cell, counted on the cells of the test
- DBSCAN: incidents within eps of the cell's centre; cells that a cluster's area covers (half of
  eps around its positions, as it is drawn) all come before those that none does
- counts: incidents in the cell, or in its ward, in the last period or the whole training time

The cells are those of the test. Gi* does not use a cell size of its own, and the density not more
than as the coarsest at which it is evaluated within them.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from math import ceil
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray
from scipy import sparse
from scipy.spatial import cKDTree

from boundaries.vintages import Vintage, check_vintage
from geo.clusters.dbscan import DbscanParams, dbscan
from geo.clusters.grid_dbscan import NOISE
from geo.evaluation.land import Land
from geo.grids.gistar import GiStarParams, gi_star_scores
from geo.params import Params, choice
from geo.sites import LocatedIncidents, Sites
from geo.surfaces.bandwidth import choose_bandwidth
from geo.surfaces.density import DensityParams, density_surfaces
from geo.wards.join import ward_lookup

Floats = NDArray[np.float64]

Places = Literal["cell", "ward"]
Period = Literal["latest", "training"]


@dataclass(frozen=True)
class CountParams(Params):
    """What is done without any method: go where most were counted."""

    places: Places = choice(
        "cell",
        options={"cell": "incidents in each cell", "ward": "incidents in each ward"},
        label="Counted by",
        help="A ward is one place: its land is taken evenly.",
    )
    period: Period = choice(
        "latest",
        options={
            "latest": "the last period, as long as a test",
            "training": "the whole training time",
        },
        label="Counted in",
    )
    vintage: Vintage = "2022"

    def __post_init__(self) -> None:
        super().__post_init__()
        check_vintage(self.vintage)


MethodParams = DensityParams | GiStarParams | DbscanParams | CountParams
"""Settings of the methods that can be tested; their class says which method is meant."""

NAMED: dict[str, MethodParams] = {
    "density": DensityParams(),
    "gistar": GiStarParams(),
    "dbscan": DbscanParams(),
    "last-period": CountParams(),
    "last-period-wards": CountParams(places="ward"),
    "training-counts": CountParams(period="training"),
}
"""Methods by the name to choose them by, with their usual settings."""


@dataclass(frozen=True, eq=False)
class Training:
    """What predictions are made of: incidents before each of k dates, never after.

    Attributes
    ----------
    sites
        The m distinct positions in EPSG:27700 that the training of any date has.
    counts
        Shape (k, m): incidents at each site in the training before each date.
    latest
        Shape (k, m): those of the last period before each date, as long as a test.
    incidents_before
        Gives the incidents in the training of a date, for settings chosen from them.
    """

    sites: Sites
    counts: Floats
    latest: Floats
    incidents_before: Callable[[int], LocatedIncidents]


@dataclass(frozen=True, eq=False)
class Prediction:
    """What a method expects.

    Attributes
    ----------
    scores
        Shape (k, n): of the n cells of the land; the higher, the earlier a cell is chosen.
    chosen
        For each setting that the method chose itself its value at every date, (k,).
    """

    scores: Floats
    chosen: dict[str, Floats] = field(default_factory=dict)


def predict(params: MethodParams, training: Training, land: Land) -> Prediction:
    """Score every cell at every date, all dates together."""
    return _METHODS[type(params)](params, training, land)


def units_of(params: MethodParams, land: Land) -> NDArray[np.intp]:
    """Give the unit of prediction that each cell belongs to, (n,): itself, or its ward."""
    if isinstance(params, CountParams) and params.places == "ward":
        return land.wards(params.vintage)
    return np.arange(len(land))


def name_of(params: MethodParams) -> str:
    """Name the method in words."""
    if isinstance(params, CountParams):
        what = "ward counts" if params.places == "ward" else "counts"
        return f"last period's {what}" if params.period == "latest" else f"training time's {what}"
    return {DensityParams: "density", GiStarParams: "Gi*", DbscanParams: "DBSCAN"}[type(params)]


def settings_in_words(params: MethodParams) -> str:
    """List the settings that matter to a prediction, for telling apart two of one method."""
    always, never = _SAID[type(params)]
    values, usual = params.as_dict(), type(params)().as_dict()
    if isinstance(params, DensityParams) and params.bandwidth_rule != "fixed":
        always = ()
    names = (name for name in values if name not in never)
    said = [name for name in names if name in always or values[name] != usual[name]]
    return ", ".join(f"{name}={values[name]}" for name in said)


def _density(params: DensityParams, training: Training, land: Land) -> Prediction:
    finer, means = land.finer(ceil(land.grid.cell_size_m / params.cell_size_m))
    bandwidths, sites = _bandwidths(params, training), land.moved(training.sites)
    scores = np.zeros((len(bandwidths), len(land)))
    for bandwidth_m in np.unique(bandwidths):
        own = bandwidths == bandwidth_m
        counts = training.counts[own]
        surfaces = density_surfaces(sites, counts, finer, float(bandwidth_m), params.kernel)
        scores[own] = (means @ surfaces.reshape(len(counts), -1).T).T
    is_fixed = params.bandwidth_rule == "fixed"
    return Prediction(scores, {} if is_fixed else {"bandwidth_m": bandwidths})


def _bandwidths(params: DensityParams, training: Training) -> Floats:
    """Give the bandwidth at every date; an automatic one knows the training of its date only."""
    n_dates = len(training.counts)
    if params.bandwidth_rule == "fixed" and params.bandwidth_multiple == 1:
        return np.full(n_dates, params.bandwidth_m, np.float64)
    before = (training.incidents_before(k) for k in range(n_dates))
    return np.array([choose_bandwidth(own, params).bandwidth_m for own in before], np.float64)


def _gi_star(params: GiStarParams, training: Training, land: Land) -> Prediction:
    counts = np.zeros((len(training.counts), land.grid.inside_share.size))
    counts[:, land.cells] = _counted(
        training.counts, land.cell_of(training.sites.easting, training.sites.northing), len(land)
    )
    k = len(counts)
    z = gi_star_scores(counts.reshape(k, *land.grid.inside_share.shape), land.grid, params.radius_m)
    # A surface without any difference between cells has no z; all cells are then alike.
    return Prediction(np.nan_to_num(z.reshape(k, -1)[:, land.cells], nan=0.0))


def _dbscan(params: DbscanParams, training: Training, land: Land) -> Prediction:
    sites, counts = training.sites, training.counts
    crowding = counts @ _near(sites, land, params.eps_m)
    # Each date by itself: an automatic minimum must not know of later incidents.
    found = [dbscan(sites, counts[k : k + 1], params) for k in range(len(counts))]
    is_clustered = (np.array([own.labels[0] for own in found]) != NOISE).astype(np.float64)
    is_covered = is_clustered @ _near(sites, land, params.eps_m / 2) > 0
    above_all = crowding.max(axis=1, initial=0, keepdims=True) + 1
    scores = np.where(is_covered, crowding + above_all, crowding)
    if params.min_incidents is not None:
        return Prediction(scores)
    least = np.array([own.min_incidents for own in found], np.float64)
    return Prediction(scores, {"min_incidents": least})


def _counts(params: CountParams, training: Training, land: Land) -> Prediction:
    counts = training.latest if params.period == "latest" else training.counts
    easting, northing = training.sites.easting, training.sites.northing
    if params.places == "cell":
        return Prediction(_counted(counts, land.cell_of(easting, northing), len(land)))
    lookup, of_cells = ward_lookup(params.vintage), land.wards(params.vintage)
    of_sites = lookup.positions(easting, northing)
    known = of_sites >= 0  # the vintages' outlines may differ by a sliver
    n_wards = int(max(of_cells.max(), of_sites.max(initial=0))) + 1
    return Prediction(_counted(counts[:, known], of_sites[known], n_wards)[:, of_cells])


def _counted(counts: Floats, place_of: NDArray[np.intp], n_places: int) -> Floats:
    """Add up the sites of each place: (k, m) to (k, places)."""
    n_sites = len(place_of)
    gather = sparse.csr_array(
        (np.ones(n_sites), (place_of, np.arange(n_sites))), shape=(n_places, n_sites)
    )
    return np.ascontiguousarray((gather @ counts.T).T)


def _near(sites: Sites, land: Land, radius_m: float) -> sparse.csr_array:
    """Mark which sites lie within a radius of which cells' centres, (m, n)."""
    centres = cKDTree(np.column_stack(land.centres))
    places = cKDTree(np.column_stack([sites.easting, sites.northing]))
    pairs = places.sparse_distance_matrix(centres, radius_m, output_type="ndarray")
    return sparse.csr_array(
        (np.ones(len(pairs)), (pairs["i"], pairs["j"])), shape=(len(sites), len(land))
    )


_SAID: dict[type[Any], tuple[tuple[str, ...], tuple[str, ...]]] = {
    DensityParams: (("bandwidth_m",), ()),
    GiStarParams: (("radius_m",), tuple({*GiStarParams().as_dict()} - {"radius_m"})),
    DbscanParams: (("eps_m",), ("outline",)),
    CountParams: (("places", "period"), ("vintage",)),
}
"""Settings that are always told, and those that are not: most have no effect on a prediction."""
_METHODS: dict[type[Any], Callable[[Any, Training, Land], Prediction]] = {
    DensityParams: _density,
    GiStarParams: _gi_star,
    DbscanParams: _dbscan,
    CountParams: _counts,
}
