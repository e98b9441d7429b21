"""Released numbers of incidents over time: chart, change from the year before, table."""

from collections.abc import Iterator

import numpy as np
import pandas as pd

from dashboard.charts import Ink
from dashboard.figures import Figure
from dashboard.partner.bars import in_words
from dashboard.partner.groups import KIND_TITLES
from dashboard.partner.shown import incidents_in_words
from dashboard.partner.sidebar import group_in_words
from dashboard.partner.trends.words import UNIT_WORDS, cells_of, notes_of
from dashboard.partner.view import ReleaseView
from dashboard.trends.charts import VALUE, WIDE, Panel, draw, marks_in_words
from dashboard.trends.section import Chart, Picture, Section, Sentence, Table
from dashboard.trends.words import change_in_words, limits_in_words, rows_of, why_in_words
from dashboard.words import amount, period_in_words, plural
from geo.change.count_change import (
    CHANGE_HIGH_PERCENT,
    CHANGE_LOW_PERCENT,
    CHANGE_PERCENT,
    DIFFERENCE,
    SIGNIFICANCE,
)
from geo.disclosure.levels import PARTNER
from geo.disclosure.over_time import SHOWN, ReleasedUnit, over_time
from geo.disclosure.splits import ALL
from geo.trends.counts import INCIDENTS, WHY_NOT, YEAR_BEFORE
from geo.wards.table import PERIOD

_WHAT_IS_COMPARED = (
    "A change is from the same time a year before, so that the season is the same, and in per cent "
    "of incidents per day. It is given where both counts are shown, wholly in the data and of one "
    "recording system. 'Likely between' holds the true change 95 times in 100; 'more than chance' "
    "allows for the many periods tested."
)
_NO_PERIOD = "The data holds no whole period of this kind. Choose months, or data of a longer time."


def counts_section(view: ReleaseView, unit: ReleasedUnit, dark: bool) -> Section:
    """Put together the part on numbers of the incidents on show."""
    frame = over_time(view.release, unit, view.group)
    if frame.empty:
        return Section(empty=_NO_PERIOD)
    word, what = UNIT_WORDS[unit].lower(), incidents_in_words(view)
    title = f"{what[:1].upper()}{what[1:]} by {word}"
    panel = panel_of("", frame)
    picture = Picture(draw(panel, Ink.on(dark=dark), WIDE), f"Chart. {title}: {in_words(frame)}.")
    return Section(
        headlines=(_headline(view, frame, unit), *_latest(frame, unit)),
        charts=(Chart(title, (picture,), marks_in_words(panel.frame)), *_kinds(view, unit, dark)),
        tables=(Table(f"Table of {what} by {word}", cells_of(view, frame), ("Note",)),),
        notes=(*((_WHAT_IS_COMPARED,) if view.level == PARTNER else ()), *notes_of(view)),
    )


def _kinds(view: ReleaseView, unit: ReleasedUnit, dark: bool) -> tuple[Chart, ...]:
    """Draw crimes and other incidents side by side, where all incidents are on show."""
    codes = view.release.groups.get("kind", ()) if view.group == ALL else ()
    return group_charts(view, codes, unit, KIND_TITLES["kind"].many, dark) if codes else ()


def group_charts(
    view: ReleaseView, codes: tuple[str, ...], unit: ReleasedUnit, title: str, dark: bool
) -> tuple[Chart, ...]:
    """Draw groups side by side, each on a scale of its own."""
    frames = {code: over_time(view.release, unit, code) for code in codes}
    frames = {code: frame for code, frame in frames.items() if len(frame)}
    if not frames:
        return ()
    panels = {code: panel_of(group_in_words(code), frame) for code, frame in frames.items()}
    pictures = tuple(
        Picture(
            draw(panel, Ink.on(dark=dark)),
            f"{panel.title} by {UNIT_WORDS[unit].lower()}: {in_words(frames[code])}.",
            panel.title,
        )
        for code, panel in panels.items()
    )
    said = (marks_in_words(panel.frame) for panel in panels.values())
    marks = " ".join(dict.fromkeys(filter(None, said)))
    return (Chart(title, pictures, f"Each has a scale of its own. {marks}".strip()),)


def panel_of(title: str, frame: pd.DataFrame) -> Panel:
    """Make a series of counts to draw; withheld ones are gaps with a mark."""
    return Panel(title, frame.assign(**{VALUE: frame[INCIDENTS].astype(np.float64)}))


def _headline(view: ReleaseView, frame: pd.DataFrame, unit: ReleasedUnit) -> Sentence:
    """Say the last change that can be given; without one the last count."""
    compared = frame[frame[WHY_NOT] == ""]
    last = rows_of(compared if len(compared) else frame)[-1]
    what = incidents_in_words(view)
    if not np.isnan(last[INCIDENTS]) and view.group == ALL:
        what = plural(int(last[INCIDENTS]), "incident").partition(" ")[2]
    name = f"{unit}.{last[PERIOD]}"
    value = None if np.isnan(last[INCIDENTS]) else last[INCIDENTS]
    count = Figure(f"{name}.incidents", "Incidents", last[SHOWN], "", value)
    start = (f"{period_in_words(last[PERIOD])}: ", count, f" {what}")
    if not len(compared):
        return (*start, f". No change is given: {why_in_words(last)}.")
    before = period_in_words(last[YEAR_BEFORE])
    if np.isnan(last[CHANGE_PERCENT]):
        return (*start, f", {_difference_in_words(last[DIFFERENCE])} in {before}.")
    change = last[CHANGE_PERCENT]
    figure = Figure(f"{name}.change", "Change", change_in_words(change), "", change)
    likely = limits_in_words(last[CHANGE_LOW_PERCENT], last[CHANGE_HIGH_PERCENT])
    return (*start, ", ", figure, f" in {before} (likely {likely} %), {last[SIGNIFICANCE]}.")


def _latest(frame: pd.DataFrame, unit: ReleasedUnit) -> Iterator[Sentence]:
    """Say the last count where an earlier one is in the headline, and why nothing is said of it."""
    compared, last = rows_of(frame[frame[WHY_NOT] == ""]), rows_of(frame)[-1]
    if compared and compared[-1][PERIOD] != last[PERIOD]:
        figure = Figure(f"{unit}.{last[PERIOD]}.incidents", "Incidents", last[SHOWN])
        yield (
            f"{period_in_words(last[PERIOD])}: ",
            figure,
            f". Not compared: {why_in_words(last)}.",
        )


def _difference_in_words(difference: float) -> str:
    if difference == 0:
        return "as many as"
    return f"about {amount(abs(difference), 0)} {'more' if difference > 0 else 'fewer'} than"
