"""Makes a briefing of incidents."""

import re
from collections.abc import Callable
from dataclasses import fields, replace
from typing import cast

from dashboard.brief.analyses import (
    Analyses,
    TopAnalyses,
    analyse,
    analyse_top,
    compared_as_asked,
    history_of,
    ranked_hotspots,
)
from dashboard.brief.brief_map import stepped_map, whole_map
from dashboard.brief.cards import cards, located
from dashboard.brief.hotspots import brief_hotspots
from dashboard.brief.model import BriefSettings, BriefTop, ExactBrief
from dashboard.brief.tables import strand_table, ward_table
from dashboard.brief.words import busiest, data_to, headline, moved, quality, span_words
from dashboard.maps.build import method_in_words
from dashboard.maps.model import MapModel
from geo.hotspots.table import P_VALUE, HotspotResult
from geo.schema import STRAND_COLUMNS, Incidents
from geo.times.when import WhenResult

_FIGURES = re.compile(r"\d[\d,.]*")
_TITLE = "briefing, Hammersmith & Fulham"


def make_brief(
    incidents: Incidents, settings: BriefSettings, *, source: str, steps: bool = True
) -> ExactBrief:
    """Make a briefing; the same data and settings give the same one.

    Without ``settings.chance`` the hotspots are not held against chance; :func:`with_chance` adds
    that.

    Parameters
    ----------
    incidents
        All that were read; the settings' selection is applied here.
    source
        Where they are from, in words.
    steps
        Give the map a time slider where the period has several months.
    """
    first = analyse_top(incidents, settings)
    top = _top(first, incidents, settings, source, stepped_map if steps else whole_map)
    return _completed(top, analyse(incidents, settings, first), incidents, settings, source)


def make_top(
    incidents: Incidents, settings: BriefSettings, *, source: str
) -> tuple[BriefTop, TopAnalyses]:
    """Make the top of a briefing, which is ready before the rest, with a map without time slider.

    And the results it is made of, for :func:`complete`.
    """
    first = analyse_top(incidents, settings)
    return _top(first, incidents, settings, source, whole_map), first


def complete(
    incidents: Incidents, settings: BriefSettings, made: tuple[BriefTop, TopAnalyses], source: str
) -> ExactBrief:
    """Make the whole briefing of which the top is there."""
    top, first = made
    return _completed(top, analyse(incidents, settings, first), incidents, settings, source)


def _top(
    found: TopAnalyses,
    incidents: Incidents,
    settings: BriefSettings,
    source: str,
    draw: Callable[[Incidents, BriefSettings, HotspotResult, str], MapModel],
) -> BriefTop:
    hotspots = compared_as_asked(found.hotspots, found.history)
    return BriefTop(
        period=span_words(found.period),
        period_before=span_words(found.before),
        why_not=found.why_not,
        headline=headline(found),
        figures=cards(found),
        map=draw(incidents, settings, hotspots, source),
    )


def _completed(
    top: BriefTop, found: Analyses, incidents: Incidents, settings: BriefSettings, source: str
) -> ExactBrief:
    return ExactBrief(
        **{field.name: getattr(top, field.name) for field in fields(top)},
        title=_title(incidents),
        data_to=data_to(incidents),
        located=located(found),
        strands=strand_table(found),
        wards=ward_table(found),
        hotspots=brief_hotspots(found.hotspots, found.history, found.when),
        moved=moved(found),
        busiest=busiest(found),
        quality=quality(found),
        notes=_notes(found),
        method=_method(found),
        results=found.by_name(),
        settings=settings,
        source=source,
        attribution=top.map.base.attribution,
        is_demonstration=incidents.is_demonstration,
    )


def hotspots_with_chance(incidents: Incidents, settings: BriefSettings) -> HotspotResult:
    """Hold the hotspots of a briefing against chance; takes seconds."""
    return ranked_hotspots(incidents, settings)


def with_chance(brief: ExactBrief, tested: HotspotResult) -> ExactBrief:
    """Give a briefing in which hotspots are held against chance; nothing else changes.

    Parameters
    ----------
    tested
        What :func:`hotspots_with_chance` gives for the same data and settings, with ``chance``.
    """
    history = brief.results["hotspot_history"]
    return replace(
        brief,
        hotspots=brief_hotspots(tested, history, cast("WhenResult", brief.results["when"])),
        method=(*brief.method[:1], *_rules(tested), *brief.method[2:]),
        results={**brief.results, "hotspots": tested},
    )


def map_with_steps(incidents: Incidents, settings: BriefSettings, *, source: str) -> MapModel:
    """Give the map of a briefing with its time slider.

    Parameters
    ----------
    settings
        Those of the briefing, without the earlier time where that could not be compared.
    """
    hotspots = ranked_hotspots(incidents, settings)
    history = history_of(incidents, settings, settings.before)
    return stepped_map(incidents, settings, compared_as_asked(hotspots, history), source)


def _title(incidents: Incidents) -> str:
    has_strands = incidents.frame[list(STRAND_COLUMNS.values())].to_numpy().any()
    return f"{'Hate crime' if has_strands else 'Incident'} {_TITLE}"


def _notes(found: Analyses) -> tuple[str, ...]:
    """Give the warnings of all results; of those that differ in figures only, the first."""
    warnings = [text for r in found.by_name().values() for text in r.record.warnings]
    kept: dict[str, str] = {}
    for text in warnings:
        kept.setdefault(_FIGURES.sub("", text), text)
    return tuple(kept.values())


def _method(found: Analyses) -> tuple[str, ...]:
    """Say how hotspots were found, held against chance, and compared; one sentence each."""
    sentences = [f"Hotspots: {method_in_words(found.hotspots)}", *_rules(found.hotspots)]
    sentences.append(f"Busiest days and hours: {found.when.record.rules['busiest']}.")
    if found.change is not None:
        sentences.append(f"Changes: {found.change.record.rules['significance']}.")
    return tuple(sentences)


def _rules(hotspots: HotspotResult) -> tuple[str, ...]:
    return (f"Chance: {hotspots.record.rules[P_VALUE]}.",)
