"""Make the demonstration data: ``python -m geo.demonstration.build``.

Method, in this order, each step with exact totals:

1. Every ward and financial year of the published table gets its published number of incidents,
   of which 15 % in all are repeats.
2. The first incident of each victim gets a day of the year and a site in the ward by weight.
3. Each repeat follows an incident of the same ward and year: near it and soon after it.
4. Every victim gets strands, age band and ethnicity, the same in all their incidents, so that the
   incidents' totals are the published ones.

Everything is drawn from one seeded generator, so running it again gives the same bytes.
"""

import io
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from boundaries.columns import WARD_CODE
from boundaries.registry import record, write_atomically
from geo import published
from geo.demonstration.assumptions import (
    AGE_BANDS,
    CATEGORIES,
    DAY_ONLY_SHARE,
    ETHNICITIES,
    REPEAT_LAG_MAX_DAYS,
    REPEAT_LAG_MEAN_DAYS,
    REPEAT_SHARE,
    SEED,
    STRAND_PAIRS,
)
from geo.demonstration.draws import apportioned, labels_for_groups, pick, shuffled
from geo.demonstration.sites import Sites, sites_by_ward
from geo.demonstration.times import day_weights, days_of, draw_minutes
from geo.readers.importing import DEMONSTRATION_FILE
from geo.readers.writing import write_plain_csv
from geo.schema import (
    CATEGORY,
    DEMONSTRATION_SOURCE,
    EASTING,
    INCIDENT_ID,
    IS_CRIME,
    NORTHING,
    OCCURRED,
    REQUIRED_COLUMNS,
    SOURCE,
    STRAND_COLUMNS,
    STRANDS,
    TIME_PRECISION,
    VICTIM_AGE_BAND,
    VICTIM_ETHNICITY,
    VICTIM_REF,
    Incidents,
)

_YEAR, _WARD, _VICTIM, _DAY = "year", "ward", "victim", "day"
_COLUMNS = (*REQUIRED_COLUMNS, VICTIM_REF, VICTIM_AGE_BAND, VICTIM_ETHNICITY)


@dataclass(frozen=True)
class _Cell:
    """One ward, or none, in one financial year."""

    ward_code: str
    year: str
    incidents: int
    repeats: int


def build() -> Incidents:
    """Make the 1,727 synthetic incidents, always the same ones."""
    rng = np.random.default_rng(SEED)
    sites = sites_by_ward(published.WARD_TABLE_VINTAGE)
    pieces = [_incidents_of(rng, cell, sites.get(cell.ward_code)) for cell in _cells()]
    frame = pd.concat(pieces, ignore_index=True)
    frame[_VICTIM] = frame.groupby([_YEAR, _WARD, _VICTIM], sort=False).ngroup()
    frame = frame.join(_about_victims(rng, frame), on=_VICTIM)
    return Incidents(_in_schema(rng, frame), is_demonstration=True)


def _cells() -> list[_Cell]:
    table = published.victims_by_ward()
    codes, years = table[WARD_CODE], table[published.FINANCIAL_YEAR]
    counts = dict(zip(zip(codes, years, strict=True), table[published.VICTIMS], strict=True))
    located = {key: n for key, n in counts.items() if key[0] != published.NOT_LOCATED_CODE}
    repeats = apportioned(round(REPEAT_SHARE * sum(counts.values())), located)
    return [_Cell(*key, int(n), repeats.get(key, 0)) for key, n in counts.items()]


def _incidents_of(rng: np.random.Generator, cell: _Cell, sites: Sites | None) -> pd.DataFrame:
    """Draw day, position and victim of the incidents of one cell; without sites, no position."""
    days = days_of(cell.year)
    firsts = cell.incidents - cell.repeats
    day = pick(rng, day_weights(days), firsts).tolist()
    points = list(sites.draw(rng, firsts)) if sites else [np.full(2, np.nan)] * firsts
    victim = list(range(firsts))
    for _ in range(cell.repeats):
        before, later = _repeat(rng, np.array(day), len(days))
        day.append(later)
        points.append(sites.draw_near(rng, points[before]) if sites else points[before])
        victim.append(victim[before])
    easting, northing = np.array(points).T
    columns = {_YEAR: cell.year, _WARD: cell.ward_code, _VICTIM: victim, _DAY: days[day]}
    return pd.DataFrame(columns | {EASTING: easting, NORTHING: northing})


def _repeat(rng: np.random.Generator, day: NDArray[np.intp], n_days: int) -> tuple[int, int]:
    """Choose the incident that is repeated, and the day, all within the year."""
    while True:
        before = int(pick(rng, np.ones(len(day)), 1)[0])
        lag = 1 + int(-np.log1p(-rng.random()) * REPEAT_LAG_MEAN_DAYS)
        if lag <= REPEAT_LAG_MAX_DAYS and day[before] + lag < n_days:
            return before, int(day[before]) + lag


def _about_victims(rng: np.random.Generator, frame: pd.DataFrame) -> pd.DataFrame:
    """Give every victim strands, age band and ethnicity, index the victim."""
    victims = frame.groupby(_VICTIM)
    sizes = victims.size().to_numpy(np.intp)
    year = victims[_YEAR].first().to_numpy(object)
    carried = np.empty(len(sizes), object)
    for name in np.unique(year):
        of_year = np.flatnonzero(year == name)
        labels = labels_for_groups(rng, sizes[of_year], _strand_targets(name, sizes[of_year].sum()))
        carried[of_year] = labels
    flags = {
        column: [strand in strands for strands in carried]
        for strand, column in STRAND_COLUMNS.items()
    }
    bands = labels_for_groups(rng, sizes, apportioned(len(frame), AGE_BANDS))
    ethnicities = labels_for_groups(rng, sizes, apportioned(len(frame), ETHNICITIES))
    return pd.DataFrame(flags | {VICTIM_AGE_BAND: bands, VICTIM_ETHNICITY: ethnicities})


def _strand_targets(year: str, incidents: int) -> dict[tuple[str, ...], int]:
    """Say how many incidents of a year carry which one or two strands."""
    table = published.offences_by_strand()
    table = table[
        (table[published.AREA] == published.BOROUGH) & (table[published.FINANCIAL_YEAR] == year)
    ]
    mentions = dict(zip(table[published.STRAND], table[published.OFFENCES], strict=True))
    two = apportioned(sum(mentions[strand] for strand in STRANDS) - incidents, STRAND_PAIRS)
    targets: dict[tuple[str, ...], int] = {
        (strand,): int(mentions[strand]) - sum(n for pair, n in two.items() if strand in pair)
        for strand in STRANDS
    }
    return targets | two


def _in_schema(rng: np.random.Generator, frame: pd.DataFrame) -> pd.DataFrame:
    """Add times of day, categories, ids and pseudonyms, in the order of time."""
    days = frame[_DAY].to_numpy()
    times = draw_minutes(rng, days)
    day_only = np.zeros(len(frame), np.bool_)
    day_only[shuffled(rng, len(frame))[: round(DAY_ONLY_SHARE * len(frame))]] = True
    each = np.ones(len(frame), np.intp)
    frame[CATEGORY] = labels_for_groups(rng, each, apportioned(len(frame), CATEGORIES))
    frame[TIME_PRECISION] = np.where(day_only, "day", "minute")
    frame[OCCURRED] = np.where(day_only, days, times).astype("datetime64[us]")
    frame = frame.sort_values(OCCURRED, kind="stable", ignore_index=True)
    # The published table counts victims of hate crime, so every one is a crime.
    frame[IS_CRIME] = pd.array([True] * len(frame), dtype="boolean")
    frame[SOURCE] = DEMONSTRATION_SOURCE
    frame[INCIDENT_ID] = [f"DEMO-{number:04d}" for number in range(1, len(frame) + 1)]
    frame[VICTIM_REF] = [f"V{number + 1:04d}" for number in pd.factorize(frame[_VICTIM])[0]]
    return frame[list(_COLUMNS)]


def as_csv(incidents: Incidents) -> bytes:
    """Write incidents as the shipped file holds them."""
    buffer = io.StringIO()
    write_plain_csv(incidents, buffer)
    return buffer.getvalue().encode()


def main() -> None:
    """Make the file and enter it in the registry beside it."""
    folder = Path(__file__).parent
    write_atomically(folder / DEMONSTRATION_FILE, as_csv(build()))
    record(
        folder,
        DEMONSTRATION_FILE,
        source="Synthetic; made by python -m geo.demonstration.build from the published tables",
        url="",
        licence="MIT, as the rest of the project",
        attribution="Synthetic demonstration data; describes no one",
        retrieved="",
        vintage="2015/16 to 2017/18, wards of 2002",
        notes="Counts by ward and year and by strand and year equal the published tables.",
    )


if __name__ == "__main__":
    main()
