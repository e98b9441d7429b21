"""What a reader of ward statistics must know about them."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta

import numpy as np
import pandas as pd

from boundaries.columns import POPULATION_YEAR
from boundaries.vintages import IN_FORCE, Vintage
from geo.periods import periods_of
from geo.schema import IS_CRIME, TIME_PRECISION, Incidents
from geo.selection import Selection
from geo.series_break import break_warnings
from geo.wards.counts import Measure

USUAL = 10
"""Where so many incidents are to be expected, none at all means that data is missing."""


def ward_warnings(
    incidents: Incidents, wards: pd.DataFrame, vintage: Vintage, measure: Measure
) -> tuple[str, ...]:
    """List the warnings that apply, in plain English; ``incidents`` are the counted ones."""
    return (
        *_two_kinds(incidents),
        *_not_in_force(incidents, vintage),
        *break_warnings(incidents),
        *(_population(wards) if measure == "rate" else ()),
    )


def empty_months(incidents: Incidents) -> list[str]:
    """List the months without any incident where so many are usual that chance leaves none empty.

    From 10 a month on, a Poisson count is 0 less than once in 20,000 months.
    """
    months = periods_of(incidents, "month")
    if len(incidents) < USUAL * len(months.labels):
        return []
    totals = np.bincount(months.codes, minlength=len(months.labels))
    return [label for label, total in zip(months.labels, totals, strict=True) if total == 0]


def missing_months(incidents: Incidents) -> Iterator[str]:
    """Name the months that :func:`empty_months` finds, and say what that may mean."""
    if empty := empty_months(incidents):
        yield (
            f"No incident at all in {', '.join(empty)}: a file may be missing, and 0 may mean not "
            "known there."
        )


def cut_months(
    incidents: Incidents, selection: Selection, *periods: tuple[date, date]
) -> Iterator[str]:
    """Say how many incidents known by month only are of a month that a period cuts.

    They stand on the first of their month, so they are all in or all out.

    Parameters
    ----------
    incidents
        All incidents; the selection without its dates is applied here.
    periods
        First and last day of each; those of the selection come on top.
    """
    starts = [first for first, _ in periods] + [selection.start] * (selection.start is not None)
    ends = [last for _, last in periods] + [selection.end] * (selection.end is not None)
    cut = {f"{day:%Y-%m}" for day in starts if day and day.day > 1}
    cut |= {f"{day:%Y-%m}" for day in ends if day and (day + timedelta(days=1)).day > 1}
    if not cut:
        return
    months = np.array(sorted(cut), "datetime64[M]")
    of_cut = np.isin(incidents.occurred.astype("datetime64[M]"), months)
    of_cut &= (incidents.frame[TIME_PRECISION] == "month").to_numpy(np.bool_)
    if n := int((of_cut & replace(selection, start=None, end=None).mask(incidents)).sum()):
        yield (
            f"{n:,} incidents are known by their month only and count on its first day, so a "
            f"period that begins or ends within {', '.join(sorted(cut))} takes all or none of "
            "them: figures mislead. Choose whole months."
        )


def _two_kinds(incidents: Incidents) -> Iterator[str]:
    is_crime = incidents.frame[IS_CRIME]
    crimes, known = int(is_crime.sum()), int(is_crime.notna().sum())
    others, unknown = known - crimes, len(incidents) - known
    if (crimes > 0) + (others > 0) + (unknown > 0) > 1:
        yield (
            f"Crimes and incidents are counted together: {crimes:,} crimes, {others:,} incidents "
            f"that are not crimes, {unknown:,} of unknown kind."
        )


def _not_in_force(incidents: Incidents, vintage: Vintage) -> Iterator[str]:
    span = IN_FORCE[vintage]
    early = incidents.occurred < np.datetime64(span.first)
    late = incidents.occurred >= np.datetime64(span.last or "NaT") + np.timedelta64(1, "D")
    strangers = int(np.count_nonzero(early | late))
    if strangers:
        until = f" to {_written(span.last)}" if span.last else ""
        yield (
            f"The {vintage} wards were in force from {_written(span.first)}{until}; "
            f"{strangers:,} of {len(incidents):,} incidents are from another time and are counted "
            "by the land that they lie on."
        )


def _population(wards: pd.DataFrame) -> Iterator[str]:
    years = ", ".join(str(year) for year in sorted(set(wards[POPULATION_YEAR])))
    yield (
        f"Rates use the residents of {years} whatever the period, and are for each period as it "
        "is, not scaled to a year."
    )


def _written(day: date) -> str:
    return f"{day.day} {day:%B %Y}"
