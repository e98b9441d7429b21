"""The methods that the page offers, and why their settings start where they do."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal, get_args

from geo.clusters.dbscan import DbscanParams
from geo.clusters.hdbscan import HdbscanParams
from geo.clusters.st_dbscan import StDbscanParams
from geo.grids.gistar_params import GiStarParams
from geo.hotspots.areas import MethodParams
from geo.surfaces.density import DensityParams

Method = Literal["Density", "Getis-Ord Gi*", "DBSCAN", "HDBSCAN", "ST-DBSCAN"]
METHODS: tuple[Method, ...] = get_args(Method)


@dataclass(frozen=True)
class About:
    """What a person wants to know of a method before choosing it.

    Attributes
    ----------
    params
        The class of its settings.
    prefix
        Begins the names of its controls, after the letter of the setting.
    answers
        The question it answers, in a sentence.
    defaults
        Why its settings start where they do, one sentence each.
    guide
        Where the whole of it is written.
    """

    params: type[MethodParams]
    prefix: str
    answers: str
    defaults: tuple[str, ...]
    guide: str


ABOUT: Mapping[Method, About] = {
    "Density": About(
        DensityParams,
        "density",
        "Where are incidents concentrated, without ward lines or cells getting in the way?",
        (
            (
                "Bandwidth 200 m: on the borough's police data the densest 5 % of the land then "
                "falls into areas of known places. With 300 m they run together, with 150 m the "
                "largest come apart into snap points."
            ),
            "Fixed, not chosen by a rule, so that maps of different periods can be compared.",
            (
                "Quartic kernel: it ends where the bandwidth says and has no edge that shows. The "
                "kernel matters far less than the bandwidth."
            ),
            "Cells of 50 m draw the surface; a quarter of the bandwidth is fine enough.",
            (
                "The cut by share of the land gives every setting about as much land, so two "
                "settings can be compared by what they find on it."
            ),
        ),
        "docs/methods/density.md",
    ),
    "Getis-Ord Gi*": About(
        GiStarParams,
        "gistar",
        "Where do cells with many incidents lie together, more than chance would give?",
        (
            "Cells of 100 m: finer ones are false precision on police positions.",
            "A radius of 150 m takes in the eight cells around a square one.",
            "Five incidents at least: in a sparse borough one alone reaches a z-score above 3.",
            "Benjamini-Hochberg: of the cells called hot, one in twenty is expected to be chance.",
            "Analytic p-values are quick; permutation is surer where incidents are few.",
        ),
        "docs/methods/local-statistics.md",
    ),
    "DBSCAN": About(
        DbscanParams,
        "dbscan",
        "Where are many incidents close together, whatever the shape of the place?",
        (
            (
                "Eps 150 m: below 100 m the positions of police data are not good enough. The "
                "k-distance curve below the map shows what others would do."
            ),
            (
                "The minimum is chosen so that only the most crowded quarter of the incidents have "
                "that many around them, and reported. Set it by hand to compare runs."
            ),
            "Discs: only land within half of eps of an incident is called hot.",
        ),
        "docs/methods/clusters.md",
    ),
    "HDBSCAN": About(
        HdbscanParams,
        "hdbscan",
        "Which clusters are there, if dense and loose ones may stand side by side?",
        (
            (
                "The least in a cluster is a hundredth of the incidents of an average period, at "
                "least 10."
            ),
            (
                "Clusters within 100 m are joined: police positions are snapped, and otherwise "
                "every large stack of incidents would be a cluster."
            ),
            (
                "Of periods with more than 10,000 incidents every second, third … is taken, which "
                "a note says."
            ),
        ),
        "docs/methods/clusters.md",
    ),
    "ST-DBSCAN": About(
        StDbscanParams,
        "stdbscan",
        "Where did a series happen: many incidents close in space and in time?",
        (
            (
                "200 m and 14 days: the range in which near repeats are usually found. The near "
                "repeat table below the map shows it for this data."
            ),
            (
                "Data known by month only has no clusters in space and time; those incidents are "
                "left out and counted."
            ),
        ),
        "docs/methods/clusters.md",
    ),
}
