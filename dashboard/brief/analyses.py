"""The analyses that a briefing is made of."""

from dataclasses import dataclass, fields, replace
from datetime import date

import pandas as pd

from boundaries.errors import ParameterError
from dashboard.brief.model import BriefSettings
from geo.change.count_change import ChangeParams
from geo.change.exposure import DateSpan
from geo.change.hotspot_change import HotspotChangeParams, hotspot_change
from geo.change.hotspot_history import hotspot_history
from geo.change.span_change import SpanChangeResult, span_change
from geo.change.span_counts import span_counts
from geo.grids.emerging import EmergingParams, EmergingResult, emerging
from geo.hotspots.table import BEFORE, HotspotResult, find_hotspots
from geo.quality.panel import QualityResult, data_quality
from geo.quality.params import QualityParams
from geo.repeats.repeats import RepeatsParams, RepeatsResult, repeats
from geo.result import Result
from geo.schema import Incidents
from geo.selection import Selection
from geo.series_break import NEW_SERIES, break_lies_within
from geo.times.when import WhenParams, WhenResult, when

_BY_LAND = ChangeParams(allow_ward_change=True)
"""Both periods are counted on one vintage, and the notes say so."""
_LAST_DAY = date(2261, 12, 31)  # what pandas can hold


@dataclass(frozen=True, eq=False)
class TopAnalyses:
    """What the top of a briefing needs: headline, figures and map; None where there is none.

    Attributes
    ----------
    period
        The days it is about.
    before
        What these are held against.
    why_not
        Why they are held against nothing.
    """

    period: DateSpan | None
    before: DateSpan | None
    why_not: str
    counts: Result
    change: SpanChangeResult | None
    hotspots: HotspotResult
    history: Result
    repeats: RepeatsResult


@dataclass(frozen=True, eq=False)
class Analyses(TopAnalyses):
    """All results behind a briefing; None where the data does not allow one."""

    hotspot_change: Result | None
    emerging: EmergingResult | None
    when: WhenResult
    quality: QualityResult

    def by_name(self) -> dict[str, Result]:
        """Give the results that there are, in the order in which they are shown."""
        found: dict[str, Result | None] = {
            "counts": self.counts,
            "change": self.change,
            "hotspots": self.hotspots,
            "hotspot_history": self.history,
            "hotspot_change": self.hotspot_change,
            "emerging": self.emerging,
            "when": self.when,
            "repeats": self.repeats,
            "quality": self.quality,
        }
        return {name: result for name, result in found.items() if result is not None}


def analyse_top(incidents: Incidents, settings: BriefSettings) -> TopAnalyses:
    """Run what the top of a briefing needs."""
    selection, vintage = settings.selection, settings.vintage
    at_all_times = replace(selection, start=None, end=None)
    period = period_of(incidents, selection)
    change, why_not = _change(incidents, at_all_times, settings, period)
    before = None if change is None else settings.before
    return TopAnalyses(
        period=period,
        before=before,
        why_not=why_not,
        counts=span_counts(incidents, selection, vintage),
        change=change,
        hotspots=ranked_hotspots(incidents, settings),
        history=history_of(incidents, settings, before),
        repeats=repeats(incidents, selection, RepeatsParams()),
    )


def analyse(incidents: Incidents, settings: BriefSettings, top: TopAnalyses) -> Analyses:
    """Run all else that a briefing needs."""
    selection, period = settings.selection, top.period
    at_all_times = replace(selection, start=None, end=None)
    return Analyses(
        **{field.name: getattr(top, field.name) for field in fields(top)},
        hotspot_change=_hotspot_change(incidents, at_all_times, settings, period, top.before),
        emerging=_emerging(incidents, at_all_times, settings, period),
        when=when(incidents, selection, WhenParams()),
        quality=_quality(incidents, at_all_times, period),
    )


def ranked_hotspots(incidents: Incidents, settings: BriefSettings) -> HotspotResult:
    """Find the hotspots of a briefing; held against chance where the settings ask for it."""
    return find_hotspots(
        incidents,
        settings.selection,
        settings.method,
        hotspot_params=settings.hotspots,
        vintage=settings.vintage,
        chance_params=settings.chance,
    )


def history_of(incidents: Incidents, settings: BriefSettings, before: DateSpan | None) -> Result:
    """Find what these hotspots had before, and in their last weeks."""
    return hotspot_history(
        incidents,
        settings.selection,
        settings.method,
        before=before,
        hotspot_params=settings.hotspots,
        vintage=settings.vintage,
    )


def compared_as_asked(hotspots: HotspotResult, history: Result) -> HotspotResult:
    """Give hotspots for the map, which says how many were in the period just before.

    Where something else is compared, or nothing, that would be a second figure of the kind.
    """
    just_before = hotspots.frame[BEFORE].astype("float64")
    if just_before.equals(history.frame[BEFORE].astype("float64")):
        return hotspots
    nothing = pd.array([pd.NA] * len(hotspots.frame), dtype="Int64")
    return replace(hotspots, frame=hotspots.frame.assign(**{BEFORE: nothing}))


def period_of(incidents: Incidents, selection: Selection) -> DateSpan | None:
    """Give the days that a selection is about; None where they have no end and no incident."""
    first, last = selection.start, selection.end
    if incidents.span is not None:
        months = [pd.Period(time, "M") for time in incidents.span]
        first = first or months[0].start_time.date()
        last = last or max(months[1].end_time.date(), first)
    return None if first is None or last is None else DateSpan(min(first, last), last)


def _change(
    incidents: Incidents, at_all_times: Selection, settings: BriefSettings, period: DateSpan | None
) -> tuple[SpanChangeResult | None, str]:
    """Compare the period, or say why it cannot be."""
    if settings.before is None or period is None:
        return None, settings.why_not or "Nothing is compared, as no earlier time was chosen."
    try:
        found = span_change(
            incidents,
            at_all_times,
            settings.before,
            period,
            change_params=_BY_LAND,
            vintage=settings.vintage,
        )
    except ParameterError as error:
        return None, str(error)
    return found, ""


def _hotspot_change(
    incidents: Incidents,
    at_all_times: Selection,
    settings: BriefSettings,
    period: DateSpan | None,
    before: DateSpan | None,
) -> Result | None:
    if before is None or period is None:
        return None
    return hotspot_change(
        incidents,
        at_all_times,
        settings.method,
        before,
        period,
        change_params=HotspotChangeParams(hotspots=settings.hotspots, change=_BY_LAND),
        vintage=settings.vintage,
    )


def _emerging(
    incidents: Incidents, at_all_times: Selection, settings: BriefSettings, period: DateSpan | None
) -> EmergingResult | None:
    """Find how places came to be hot by the end of the period, where the data is long enough."""
    if period is None or incidents.span is None:
        return None
    first = incidents.span[0].date()
    start = NEW_SERIES if break_lies_within(first, period.last) else None
    selection = replace(at_all_times, start=start, end=period.last)
    try:
        return emerging(incidents, selection, EmergingParams(), settings.vintage)
    except ParameterError:
        return None


def _quality(
    incidents: Incidents, at_all_times: Selection, period: DateSpan | None
) -> QualityResult:
    """Check the data up to the end of the period: what is usual in a month is seen before it."""
    end = None if period is None else period.last
    return data_quality(
        incidents, replace(at_all_times, end=end), QualityParams(as_of=end or _LAST_DAY)
    )
