"""The steps of a space-time cube: which there are, and which the data is missing for."""

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from boundaries.errors import ParameterError
from geo.change.exposure import days_covered, span_of
from geo.frames import FrameParams, Frames, Step, frames_of
from geo.grids.emerging_patterns import MIN_STEPS
from geo.schema import Incidents
from geo.selection import Selection
from geo.series_break import accept_break, break_lies_within
from geo.wards.warnings import empty_months


@dataclass(frozen=True, eq=False)
class Steps:
    """The steps of the selected incidents.

    Attributes
    ----------
    frames
        All steps, with the period of every selected incident.
    kept
        Shape (frames,): the steps of which there is data.
    labels
        Of those that are kept.
    warnings
        What a reader must know.
    """

    frames: Frames
    kept: NDArray[np.bool_]
    labels: tuple[str, ...]
    warnings: list[str]


def steps_of(
    incidents: Incidents, selection: Selection, step: Step, window: int, *, allow_break: bool
) -> Steps:
    """Cut the time of all incidents, within the days of the selection, into steps.

    Parameters
    ----------
    incidents
        All incidents: they say which time the data covers. A step of which the data is missing
        is left out, for a count of 0 would be no news; where only a part is missing it is kept,
        for each step is scored on its own.
    allow_break
        Whether steps may go across the break of the series and have months missing.

    Raises
    ------
    ParameterError
        Either happens and is not allowed, or there are fewer than ``MIN_STEPS`` steps.
    """
    days = Selection(start=selection.start, end=selection.end)
    dated = days.apply(incidents)
    frames = frames_of(dated, FrameParams(step, window))
    warnings = _break_warnings(dated, allow_break=allow_break)
    missing = empty_months(dated)
    if missing and not allow_break:
        raise ParameterError(_missing_in_words(missing))
    kept = np.array([not _is_missing(label, missing) for label in frames.labels], np.bool_)
    if kept.sum() < MIN_STEPS:
        raise ParameterError(_too_few_in_words(int(kept.sum()), step))
    if missing:
        warnings.append(
            f"Across months without data, as allowed: no incident at all in {', '.join(missing)}. "
            f"Steps left out for it: {int((~kept).sum())}."
        )
    labels = tuple(label for label, is_kept in zip(frames.labels, kept, strict=True) if is_kept)
    warnings += _partial_warnings(dated, labels)
    if window > 1:
        warnings.append(
            f"Each step adds up {window} periods and shares incidents with its neighbours, so runs "
            "of hot steps and trends are found too often; take a window of 1 for a fair test."
        )
    codes = frames.periods.codes[selection.mask(incidents)[days.mask(incidents)]]
    of_selected = replace(frames, periods=replace(frames.periods, codes=codes))
    return Steps(of_selected, kept, labels, warnings)


def _break_warnings(dated: Incidents, *, allow_break: bool) -> list[str]:
    if dated.span is None or not break_lies_within(*(time.date() for time in dated.span)):
        return []
    return accept_break(
        "A history cannot go across it",
        "Select incidents that all lie before it, or all after it.",
        allow_break=allow_break,
    )


def _missing_in_words(missing: list[str]) -> str:
    return (
        f"No incident at all in {', '.join(missing)}: a file may be missing, and a history with "
        "holes misleads. Add the missing months, select a time without them, or allow the break; "
        "steps without data are then left out."
    )


def _too_few_in_words(n_steps: int, step: Step) -> str:
    there = "is 1 step" if n_steps == 1 else f"are {n_steps} steps"
    shorter = "" if step == "month" else f", or choose a shorter step than {step!r}"
    return (
        f"There {there}, and a history needs at least {MIN_STEPS}: select a longer time or add "
        f"earlier incidents{shorter}."
    )


def _is_missing(label: str, missing: list[str]) -> bool:
    """Say whether every month of a step is missing."""
    span = span_of(label)
    months = np.arange(
        np.datetime64(span.first, "M"), np.datetime64(span.last, "M") + np.timedelta64(1, "M")
    )
    return all(str(month) in missing for month in months)


def _partial_warnings(dated: Incidents, labels: tuple[str, ...]) -> list[str]:
    """Say which steps the data covers in part."""
    spans = [span_of(label) for label in labels]
    covered = days_covered(dated, Selection(), *spans)
    partial = [
        f"{label} ({span.count(covered)} of {span.n_days} days)"
        for label, span in zip(labels, spans, strict=True)
        if span.count(covered) < span.n_days
    ]
    if not partial:
        return []
    return [
        (
            f"The data covers {', '.join(partial)} only in part; windows reach the least number of "
            "incidents less often there."
        )
    ]
