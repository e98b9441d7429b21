"""What is missing in the rows: strands, kind, category; and rows that say the same twice."""

from collections.abc import Iterator
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from geo.identity import content_hashes, incident_keys, occurrences
from geo.quality.check import (
    ALL_SOURCES,
    FINE,
    INCIDENTS_UNIT,
    MIND,
    NOTE,
    Check,
    part_in_words,
    verdict_of,
)
from geo.quality.params import QualityParams
from geo.readers.part import NOT_STATED
from geo.schema import (
    CATEGORY,
    IS_CRIME,
    OCCURRED,
    SOURCE,
    STRAND_COLUMNS,
    TIME_PRECISION,
    Incidents,
)

YEAR = "year"
INCIDENTS = "incidents"
WITHOUT_STRAND = "without_strand"
SHARE = "share"
STRAND_TABLE_COLUMNS = (SOURCE, YEAR, INCIDENTS, WITHOUT_STRAND, SHARE)


def contents_checks(incidents: Incidents, params: QualityParams) -> Iterator[Check]:
    """Check strands by source, kind, category, and rows that are there twice."""
    yield from _strands(incidents, params)
    yield _kind(incidents, params)
    yield _category(incidents, params)
    yield from _twice(incidents, params)


def without_strand(incidents: Incidents) -> pd.DataFrame:
    """Count incidents without a strand by source and calendar year; ``share`` in %."""
    frame = pd.DataFrame(
        {
            SOURCE: incidents.frame[SOURCE],
            YEAR: incidents.frame[OCCURRED].dt.year.astype("int64"),
            WITHOUT_STRAND: _bare(incidents),
        }
    )
    grouped = frame.groupby([SOURCE, YEAR], sort=True)[WITHOUT_STRAND]
    table = grouped.agg(["size", "sum"]).reset_index()
    table.columns = pd.Index([SOURCE, YEAR, INCIDENTS, WITHOUT_STRAND])
    table = table.astype({INCIDENTS: "int64", WITHOUT_STRAND: "int64"})
    table[SHARE] = 100.0 * table[WITHOUT_STRAND] / table[INCIDENTS]
    return table


def _bare(incidents: Incidents) -> NDArray[np.bool_]:
    carried = incidents.frame[list(STRAND_COLUMNS.values())].to_numpy(np.bool_)
    return np.asarray(~carried.any(axis=1), np.bool_)


def _strands(incidents: Incidents, params: QualityParams) -> Iterator[Check]:
    table = without_strand(incidents)
    totals = table.groupby(SOURCE, sort=True)[[INCIDENTS, WITHOUT_STRAND]].sum()
    for source, n, part in totals.itertuples(name=None):
        verdict = verdict_of(part, n, params.missing_note, params.missing_mind, params.fewest)
        words = f"{part_in_words(part, n)} of the source {source} carry no strand."
        if part == 0:
            words = f"Every incident of the source {source} carries a strand."
        elif part == n:
            verdict = NOTE
            words = (
                f"The source {source} records no strands: a selection of strands leaves all of its "
                f"{n:,} incidents out."
            )
        elif verdict != FINE:
            years = table[(table[SOURCE] == source) & (table[INCIDENTS] >= params.fewest)]
            words += _worst_year(years)
        yield Check(
            "contents",
            "without strand",
            part,
            INCIDENTS_UNIT,
            n,
            verdict,
            words,
            str(source),
        )


def _worst_year(years: pd.DataFrame) -> str:
    """Say in which year most are missing, where it is not in all alike."""
    if len(years) < 2:
        return ""
    worst = years.iloc[int(years[SHARE].argmax())]
    return f" It is most in {worst[YEAR]}, with {worst[SHARE]:.1f}%."


def _kind(incidents: Incidents, params: QualityParams) -> Check:
    n, is_crime = len(incidents), incidents.frame[IS_CRIME]
    crimes, unknown = int(is_crime.sum()), int(is_crime.isna().sum())
    words = f"{crimes:,} crimes and {n - crimes - unknown:,} incidents that are no crimes."
    if unknown:
        words += f" Of {unknown:,} it is not known; they are in no figure of crimes only."
    verdict = verdict_of(unknown, n, params.missing_note, params.missing_mind, params.fewest)
    return Check(
        "contents", "crime or incident not known", unknown, INCIDENTS_UNIT, n, verdict, words
    )


def _category(incidents: Incidents, params: QualityParams) -> Check:
    n = len(incidents)
    codes, distinct = pd.factorize(incidents.frame[CATEGORY])
    stated = [str(name).strip() not in ("", NOT_STATED) for name in distinct]
    part = int(np.count_nonzero(~np.array([*stated, False])[codes]))
    verdict = verdict_of(part, n, params.missing_note, params.missing_mind, params.fewest)
    words = f"{part_in_words(part, n)} state no category." if part else "Every category is stated."
    return Check("contents", "without category", part, INCIDENTS_UNIT, n, verdict, words)


def _twice(incidents: Incidents, params: QualityParams) -> Iterator[Check]:
    frame, n = incidents.frame, len(incidents)
    part = int(np.count_nonzero(occurrences(incident_keys(frame))))
    words = "No number of a source is there twice."
    if part:
        words = (
            f"{part_in_words(part, n)} have the source and number of an earlier one: the same "
            "incident counts more than once."
        )
    verdict = MIND if part else FINE
    yield Check("contents", "same number twice", part, INCIDENTS_UNIT, n, verdict, words)
    again = _said_before(frame)
    exact = (frame[TIME_PRECISION] == "minute").to_numpy(np.bool_)
    part, n = int(np.count_nonzero(again & exact)), int(np.count_nonzero(exact))
    verdict = verdict_of(part, n, 0, params.identical_mind, params.fewest)
    words = "No incident known to the minute says the same as another but for its number."
    if part:
        words = (
            f"{part_in_words(part, n, 'incidents known to the minute')} say the same as an earlier "
            "one of their source but for the number; the source may have recorded them twice."
        )
    if others := int(np.count_nonzero(again & ~exact)):
        words += (
            f" Of those whose time is not exact {others:,} do, which stacked positions and rounded "
            "dates lead to expect."
        )
    yield Check(
        "contents",
        "identical but for the number",
        part,
        INCIDENTS_UNIT,
        n,
        verdict,
        words,
        ALL_SOURCES,
    )


def _said_before(frame: pd.DataFrame) -> NDArray[np.bool_]:
    """Say which rows agree with an earlier one of their source in all but the number."""
    sources: NDArray[Any] = pd.factorize(frame[SOURCE])[0].astype(np.uint64)
    both = pd.DataFrame({"content": content_hashes(frame), "source": sources})
    return both.duplicated().to_numpy(np.bool_)
