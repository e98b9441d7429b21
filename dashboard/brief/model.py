"""What a briefing says. The page and the packs show this and compute nothing."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from boundaries.vintages import Vintage
from dashboard.figures import Figure
from dashboard.maps.model import MapModel
from geo.change.exposure import DateSpan
from geo.disclosure.levels import EXACT, Level
from geo.hotspots.areas import MethodParams
from geo.hotspots.table import HotspotParams
from geo.result import Result
from geo.selection import Selection
from geo.surfaces.chance import ChanceParams
from geo.surfaces.density import DensityParams

MARKINGS = ("OFFICIAL", "OFFICIAL-SENSITIVE")
"""Protective markings of the Government Security Classifications that a pack may carry."""


@dataclass(frozen=True)
class BriefSettings:
    """All that decides what a briefing says, beside the data.

    Attributes
    ----------
    selection
        Which incidents; its start and end are the period.
    before
        What the period is held against; None where nothing is compared.
    why_not
        Why nothing is compared, a sentence.
    chance
        Hold the hotspots against random maps, which takes seconds; None leaves them untested.
    """

    selection: Selection
    before: DateSpan | None = None
    why_not: str = ""
    vintage: Vintage = "2022"
    method: MethodParams = field(default_factory=DensityParams)
    hotspots: HotspotParams = field(default_factory=HotspotParams)
    chance: ChanceParams | None = None


@dataclass(frozen=True)
class BriefHotspot:
    """A hotspot in the words of the meeting.

    Attributes
    ----------
    rank, name, wards
        Its rank, what people call it, and the wards it lies in.
    figures
        ``hotspot.RANK.incidents``, ``.share``, ``.before``, ``.difference``, ``.last_4_weeks``
        and ``.expected_4_weeks`` (what its own past would give), where they can be had. For
        partners the first alone, a band.
    why
        Strands and what else stands out, a sentence.
    when
        Busiest days and hours, or that none stand out.
    lately
        The last four weeks against its own past, a sentence; empty where days are not known.
    confidence
        Whether it is more than chance, and how sure, a sentence.
    at
        Longitude and latitude of a point in it.
    """

    rank: int
    name: str
    wards: str
    figures: tuple[Figure, ...]
    why: str
    when: str
    lately: str
    confidence: str
    at: tuple[float, float]


@dataclass(frozen=True)
class BriefTable:
    """A table as it is shown: every cell is a figure or a text.

    Attributes
    ----------
    title
        Its heading, with the period.
    columns
        The first is the name of the row.
    rows
        The first cell of each is a text; figures carry their names.
    note
        What must be known to read it.
    """

    title: str
    columns: tuple[str, ...]
    rows: tuple[tuple[Figure | str, ...], ...]
    note: str = ""


@dataclass(frozen=True, eq=False)
class BriefTop:
    """The top of a briefing, which is ready first.

    Attributes
    ----------
    period, period_before
        In words; the second is empty where nothing is compared.
    why_not
        Why nothing is compared, a sentence, else empty.
    headline
        The one sentence of page 1.
    figures
        The cards at the top: ``incidents``, ``crimes``, ``non_crimes``, ``kind_not_known``,
        ``change``, ``repeat_victims``, ``repeat_places``, in this order, those that the data has.
    map
        The map of page 1: whole period, and the steps where there are several.
    """

    period: str
    period_before: str
    why_not: str
    headline: str
    figures: tuple[Figure, ...]
    map: MapModel


@dataclass(frozen=True, eq=False, kw_only=True)
class Brief(BriefTop):
    """A briefing, all of it in words and figures as they are shown.

    It holds nothing that is not shown: what it was made of is in :class:`ExactBrief` and
    :class:`ReleasedBrief`.

    Attributes
    ----------
    title
        ``Hate crime briefing, Hammersmith & Fulham`` or what fits the data.
    data_to
        Data cut-off: the last day or month that the data holds, in words.
    located
        The three figures ``located``, ``outside``, ``not_located``, which add up to ``incidents``.
    strands, wards
        Tables; wards end with the rows outside the borough, not located, and all incidents.
    hotspots
        In order of rank.
    why_no_hotspots
        Why there are none, a sentence; empty where no place qualifies.
    moved
        What is new, growing and fading, a sentence each; says so where nothing moved.
    busiest
        Peak days and hours, a sentence each.
    quality
        Data quality in one line.
    notes
        What a reader must know: warnings of all results, each once.
    method
        How hotspots were found and held against chance, sentences.
    source, attribution
        Where the data is from, and whose boundaries and places these are.
    level
        For whom the figures are.
    """

    title: str
    data_to: str
    located: tuple[Figure, ...]
    strands: BriefTable
    wards: BriefTable
    hotspots: tuple[BriefHotspot, ...]
    moved: tuple[str, ...]
    busiest: tuple[str, ...]
    quality: str
    notes: tuple[str, ...]
    method: tuple[str, ...]
    source: str
    attribution: str
    is_demonstration: bool
    level: Level
    why_no_hotspots: str = ""


@dataclass(frozen=True, eq=False, kw_only=True)
class ExactBrief(Brief):
    """A briefing of incidents.

    Attributes
    ----------
    results
        What all this was made of, by name; the run records of a pack are theirs.
    settings
        What was asked.
    """

    results: Mapping[str, Result]
    settings: BriefSettings
    level: Level = EXACT


@dataclass(frozen=True, eq=False, kw_only=True)
class ReleasedBrief(Brief):
    """A briefing of a release.

    Attributes
    ----------
    record
        How the release was made, and which part of it this is; JSON can hold it.
    """

    record: Mapping[str, Any]
