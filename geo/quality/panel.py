"""The data-quality panel: what a reader must know about the data before reading any figure of it.

Every check has a value, a verdict by stated thresholds, and a sentence. Nothing is changed, mended
or left out, and single incidents are not named.
"""

from dataclasses import dataclass

import pandas as pd

from boundaries.vintages import IN_FORCE, Vintage
from geo.analysis import analysis
from geo.quality.check import (
    IN_WORDS,
    MIND,
    NOTE,
    VERDICT,
    Check,
    check_frame,
)
from geo.quality.contents import contents_checks, without_strand
from geo.quality.coverage import coverage_checks
from geo.quality.months import month_checks, month_counts
from geo.quality.params import QualityParams
from geo.quality.place import place_checks, quality_counts
from geo.quality.stacks import largest_stacks, stack_checks
from geo.quality.when_known import precision_counts, time_checks
from geo.record import make_record
from geo.remember import remembered
from geo.result import Result
from geo.schema import Incidents
from geo.selection import Selection
from geo.sites import locate_selected
from geo.wards.warnings import cut_months


@dataclass(frozen=True, eq=False)
class QualityResult(Result):
    """What was found; ``frame`` has a row per check, and per source where it is about one.

    Its columns are ``geo.quality.check.CHECK_COLUMNS``: ``share`` is in %, ``verdict`` one of
    ``fine``, ``note`` and ``mind``.

    Attributes
    ----------
    months
        Incidents by source and month, empty months included; ``geo.quality.months.MONTH_COLUMNS``.
    stacks
        The positions with the most incidents, by name; ``geo.quality.stacks.STACK_COLUMNS``.
    places
        Incidents by how exactly the place is known; ``geo.quality.place.PLACE_COLUMNS``.
    times
        Incidents by how exactly the time is known; ``geo.quality.when_known.TIME_COLUMNS``.
    strands
        Incidents without strand by source and year; ``geo.quality.contents.STRAND_TABLE_COLUMNS``.
    """

    months: pd.DataFrame
    stacks: pd.DataFrame
    places: pd.DataFrame
    times: pd.DataFrame
    strands: pd.DataFrame

    def sentences(self, *verdicts: str) -> list[str]:
        """Give the findings with these verdicts in words; what is to be minded, unless said."""
        chosen = self.frame[self.frame[VERDICT].isin(verdicts or (MIND,))]
        return list(chosen[IN_WORDS])

    def in_words(self) -> str:
        """Say in a sentence how many checks found something."""
        n, found = len(self.frame), self.frame[VERDICT].value_counts()
        mind, note = int(found.get(MIND, 0)), int(found.get(NOTE, 0))
        return (
            f"{n:,} checks: {mind:,} to be minded, {note:,} to be noted, {n - mind - note:,} fine."
        )


@remembered(4)
@analysis("data_quality")
def data_quality(
    incidents: Incidents, selection: Selection, params: QualityParams
) -> QualityResult:
    """Check the selected incidents for what makes figures mislead.

    Parameters
    ----------
    incidents
        All that were read.
    selection
        Which of them to check.
    """
    located = locate_selected(incidents, selection)
    selected = located.incidents
    months = month_counts(selected, selection, params)
    checks = [
        *place_checks(located, params),
        *stack_checks(located, params),
        *time_checks(selected, params),
        *contents_checks(selected, params),
        *month_checks(months, params),
        *coverage_checks(selected, params),
    ]
    record = make_record(
        "data quality",
        params,
        selection,
        selected,
        located.location,
        warnings=[*_nothing(selected), *_minded(checks), *cut_months(incidents, selection)],
    )
    return QualityResult(
        frame=check_frame(checks),
        record=record,
        months=months,
        stacks=largest_stacks(located, _vintage(selected), params),
        places=quality_counts(selected),
        times=precision_counts(selected),
        strands=without_strand(selected),
    )


def _nothing(selected: Incidents) -> list[str]:
    return [] if len(selected) else ["No incident is selected, so there is nothing to check."]


def _minded(checks: list[Check]) -> list[str]:
    return [check.in_words for check in checks if check.verdict == MIND]


def _vintage(selected: Incidents) -> Vintage:
    """Give the wards in force at the end of the data, the oldest for what is older than any."""
    if selected.span is None or selected.span[1].date() >= IN_FORCE["2022"].first:
        return "2022"
    return "2002"
