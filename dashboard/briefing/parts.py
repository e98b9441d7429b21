"""What the page Briefing asks for, each part kept between two runs of the page."""

from dataclasses import replace

from dashboard import cache, jobs
from dashboard.brief.analyses import TopAnalyses
from dashboard.brief.make import (
    complete,
    hotspots_with_chance,
    make_top,
    map_with_steps,
    with_chance,
)
from dashboard.brief.model import BriefSettings, BriefTop, ExactBrief
from dashboard.maps.model import MapModel
from dashboard.maps.payload import encode
from dashboard.view import View
from geo.schema import Incidents
from geo.surfaces.chance import ChanceParams

_RUNS = ChanceParams(runs=199)
"""Enough to say whether a hotspot is more than chance; the page Hotspots can do more."""


def settings_of(view: View) -> BriefSettings:
    """Say what the briefing is about."""
    return BriefSettings(
        view.selection, view.compared.span, view.compared.why_not, vintage=view.vintage
    )


def first_top(view: View) -> tuple[BriefTop, bytes]:
    """Give the top of the briefing, and its map as the browser reads it."""
    (top, _), payload = _made_top(view)
    return top, payload


def _made_top(view: View) -> tuple[tuple[BriefTop, TopAnalyses], bytes]:
    return cache.analysed(_top, view.dataset, settings_of(view), view.dataset.source)


def first_brief(view: View) -> ExactBrief:
    """Give the briefing without what takes longer, time slider and chance."""
    made, _ = _made_top(view)

    # The top is of the same question, so the key of this one holds it too.
    def rest(incidents: Incidents, settings: BriefSettings, source: str) -> ExactBrief:
        return complete(incidents, settings, made, source)

    return cache.analysed(rest, view.dataset, settings_of(view), view.dataset.source)


def full_map(view: View, brief: ExactBrief) -> tuple[MapModel, bytes]:
    """Give the map with its time slider, and as the browser reads it."""
    settings = settings_of(view)
    if not brief.period_before:
        settings = replace(settings, before=None)
    return cache.analysed(_full_map, view.dataset, settings, view.dataset.source)


def held_against_chance(view: View, brief: ExactBrief) -> ExactBrief:
    """Hold the hotspots against chance beside the page; gives the briefing as it is meanwhile."""
    if not brief.hotspots:
        return brief
    settings = replace(settings_of(view), chance=_RUNS)
    tested = jobs.job(
        "Holding the hotspots against chance", hotspots_with_chance, view.dataset, settings
    )
    return brief if tested is None else with_chance(brief, tested)


def _top(
    incidents: Incidents, settings: BriefSettings, source: str
) -> tuple[tuple[BriefTop, TopAnalyses], bytes]:
    made = make_top(incidents, settings, source=source)
    return made, encode(made[0].map)


def _full_map(incidents: Incidents, settings: BriefSettings, source: str) -> tuple[MapModel, bytes]:
    model = map_with_steps(incidents, settings, source=source)
    return model, encode(model)
