"""What a pack says, page by page, said once for every format and for the presenter view."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from textwrap import wrap

from boundaries.errors import ParameterError
from dashboard.brief.model import MARKINGS, Brief, BriefHotspot, BriefTable
from dashboard.figures import Figure, said
from dashboard.maps.model import View
from dashboard.packs.record import record_rows
from dashboard.words import DEMONSTRATION
from geo.disclosure.levels import EXACT, IN_WORDS, PUBLIC

NO_HOTSPOT = "No area qualifies as a hotspot in this period."
_LONGEST_TEXT = 240
_LONGEST_SENTENCE = 1_500
_LONGEST_NAME = 90
_ON_THE_MAP = 8


@dataclass(frozen=True)
class Note:
    """A note or a decision of the meeting; ``about`` says what it is, who said it and when."""

    text: str
    about: str = ""


@dataclass(frozen=True)
class PackOptions:
    """What a person chooses for a pack.

    Attributes
    ----------
    marking
        Protective marking, at the top and the bottom of every page.
    notes
        Of the meeting, where they are to be in the pack.
    """

    marking: str = MARKINGS[0]
    notes: tuple[Note, ...] = ()

    def __post_init__(self) -> None:
        if self.marking not in MARKINGS:
            msg = f"Marking is {self.marking!r}; it must be {' or '.join(MARKINGS)}."
            raise ParameterError(msg)


@dataclass(frozen=True)
class Cards:
    """Figures that stand for themselves, large."""

    figures: tuple[Figure, ...]


@dataclass(frozen=True)
class FigureLine:
    """Figures with their names in one sentence, under a heading."""

    heading: str
    figures: tuple[Figure, ...]


@dataclass(frozen=True)
class Sentences:
    """Sentences under a heading; one alone is no list."""

    heading: str
    sentences: tuple[str, ...]
    is_small: bool = False
    has_bullets: bool = True


@dataclass(frozen=True)
class MapPart:
    """Where the map stands: what it shows in words, and the line below it."""

    alt: str
    caption: str


Block = Cards | FigureLine | Sentences | MapPart | BriefTable


@dataclass(frozen=True)
class Section:
    """A page of the pack, a slide of the presenter view.

    Attributes
    ----------
    key
        For programs: ``map``, ``hotspots``, ``change``, ``wards``, ``notes``, ``method``.
    title
        A sentence or a name with the period.
    blocks
        What it says.
    side
        Stands beside the blocks where there is room, else below them.
    """

    key: str
    title: str
    blocks: tuple[Block, ...]
    side: tuple[Block, ...] = ()


def sections_of(brief: Brief, options: PackOptions) -> tuple[Section, ...]:
    """Give the pages of a briefing in their order; the last is method, limits and record.

    Texts longer than anything that is read out are cut short.
    """
    meeting = (_notes(brief, options.notes),) if options.notes else ()
    # The public gets wards only, so there is no page of hotspots to be missed.
    hotspots = () if brief.level == PUBLIC else (_hotspots,)
    pages = (_map, *hotspots, _change, _wards)
    return tuple(map(_cut, (*(page(brief) for page in pages), *meeting, _method(brief))))


def _cut(section: Section) -> Section:
    blocks, side = (tuple(map(_cut_block, part)) for part in (section.blocks, section.side))
    return Section(section.key, shortened(section.title), blocks, side)


def _cut_block(block: Block) -> Block:
    if isinstance(block, Sentences):
        sentences = tuple(shortened(text, _LONGEST_SENTENCE) for text in block.sentences)
        return replace(block, heading=shortened(block.heading), sentences=sentences)
    if isinstance(block, BriefTable):
        rows = tuple(tuple(map(_cut_cell, row)) for row in block.rows)
        columns = tuple(shortened(name, _LONGEST_NAME) for name in block.columns)
        title, note = shortened(block.title), shortened(block.note, _LONGEST_SENTENCE)
        return BriefTable(title, columns, rows, note)
    if isinstance(block, Cards | FigureLine):
        return replace(block, figures=tuple(map(_cut_figure, block.figures)))
    return replace(block, alt=shortened(block.alt, _LONGEST_SENTENCE))


def _cut_cell(cell: Figure | str) -> Figure | str:
    return shortened(cell) if isinstance(cell, str) else cell


def _cut_figure(figure: Figure) -> Figure:
    return replace(figure, label=shortened(figure.label, 60), note=shortened(figure.note, 120))


def level_words(brief: Brief) -> str:
    """Say for whom the figures are, as it stands on every page, slide and sheet."""
    return IN_WORDS[brief.level]


def title_of(brief: Brief) -> str:
    """Give the title of the whole pack, with its period."""
    return f"{brief.title}, {brief.period}"


def compared_in_words(brief: Brief) -> str:
    """Say what the period is held against, or why it is not."""
    if brief.period_before:
        return f"{brief.period}, compared with {brief.period_before}."
    return " ".join(filter(None, (f"{brief.period}.", brief.why_not)))


def shortened(text: str, most: int = _LONGEST_TEXT) -> str:
    """Cut a text that would push others off the page; the workbook has it whole.

    >>> shortened("Hammersmith Broadway", 12)
    'Hammersmith…'
    """
    return text if len(text) <= most else text[: most - 1].rstrip() + "…"


def tables_of(section: Section) -> Iterable[BriefTable]:
    """Give the tables of a section."""
    return (block for block in section.blocks + section.side if isinstance(block, BriefTable))


# ---- the map and the headline --------------------------------------------------------------------


def whole_view(brief: Brief) -> View:
    """Give the view that the picture of the map shows."""
    return brief.map.views["whole"]


def _map(brief: Brief) -> Section:
    view = whole_view(brief)
    names = [f"{spot.rank}. {shortened(spot.name, _LONGEST_NAME)}" for spot in brief.hotspots]
    ranked = tuple(names[:_ON_THE_MAP])
    if len(names) > _ON_THE_MAP:
        ranked += (f"and {len(names) - _ON_THE_MAP:,} more, on the next page",)
    cards = tuple(f for f in brief.figures if not f.name.startswith("repeat"))
    repeats = tuple(f for f in brief.figures if f.name.startswith("repeat"))
    named = Sentences(
        "Hotspots, by rank", ranked or (_no_hotspot(brief),), is_small=True, has_bullets=False
    )
    side: tuple[Block, ...] = (
        Cards(cards + repeats),
        *(() if brief.level == PUBLIC else (named,)),
        FigureLine("On the map", brief.located),
    )
    part = MapPart(_alt(brief, view), map_caption(brief))
    return Section("map", brief.headline, (part,), side)


def located_in_words(brief: Brief) -> str:
    """Say how many incidents are on the map and how many are not."""
    return line_in_words(brief.located)


def line_in_words(figures: Iterable[Figure]) -> str:
    """Say figures with their names in one sentence."""
    line = ", ".join(map(said, figures))
    return f"{line[:1].upper()}{line[1:]}."


def _alt(brief: Brief, view: View) -> str:
    names = [f"{spot.rank} {shortened(spot.name, _LONGEST_NAME)}" for spot in brief.hotspots]
    ranked = f"Hotspots by rank: {', '.join(names)}." if names else "No hotspot is marked."
    return f"Map of {brief.map.title.lower()}. {view.sentences[0]} {ranked} {level_words(brief)}."


def map_caption(brief: Brief) -> str:
    """Say what the map shows in one line."""
    shown = (brief.map.title, brief.period, brief.source, level_words(brief))
    return " · ".join(shown)


# ---- hotspots ------------------------------------------------------------------------------------

_HOTSPOT_FIGURES = {"incidents": "Incidents", "difference": "More or fewer"}


def hotspot_table(brief: Brief) -> BriefTable:
    """Make the table of ranked hotspots, with the columns that the data has something for."""
    spots = brief.hotspots
    figures = [kind for kind in _HOTSPOT_FIGURES if any(_figure(spot, kind) for spot in spots)]
    has_lately = any(spot.lately for spot in spots)
    columns = ("Where", "Wards", *(_HOTSPOT_FIGURES[kind] for kind in figures), "Why", "When")
    lately = ("Last four weeks",) if has_lately else ()
    against = f" Held against {brief.period_before}." if "difference" in figures else ""
    return BriefTable(
        f"Hotspots by rank, {brief.period}",
        (*columns, *lately, "How sure"),
        tuple(_hotspot_row(spot, figures, has_lately=has_lately) for spot in spots),
        f"{located_in_words(brief)}{against}",
    )


def _no_hotspot(brief: Brief) -> str:
    return brief.why_no_hotspots or NO_HOTSPOT


def _figure(spot: BriefHotspot, kind: str) -> Figure | None:
    wanted = f"hotspot.{spot.rank}.{kind}"
    return next((figure for figure in spot.figures if figure.name == wanted), None)


def _hotspot_row(
    spot: BriefHotspot, kinds: Iterable[str], *, has_lately: bool
) -> tuple[Figure | str, ...]:
    figures = [_figure(spot, kind) or "not known" for kind in kinds]
    where = f"{spot.rank}. {shortened(spot.name, _LONGEST_NAME)}"
    lately = (spot.lately,) if has_lately else ()
    return (where, spot.wards, *figures, spot.why, spot.when, *lately, spot.confidence)


def _hotspots(brief: Brief) -> Section:
    title = f"Where to look first: hotspots in {brief.period}"
    if not brief.hotspots:
        nothing = Sentences("", (_no_hotspot(brief), *brief.method))
        return Section("hotspots", title, (nothing,))
    return Section("hotspots", title, (hotspot_table(brief),))


# ---- change, wards -------------------------------------------------------------------------------


def _change(brief: Brief) -> Section:
    against = f" compared with {brief.period_before}" if brief.period_before else ""
    title = f"What changed{against}" if against else "What stands out; nothing is compared"
    why_not = (brief.why_not,) if brief.why_not and not brief.period_before else ()
    side: tuple[Block, ...] = (
        Sentences("What moved", (*why_not, *brief.moved)),
        Sentences("When it happens", brief.busiest),
    )
    return Section("change", title, (brief.strands,), side)


def _wards(brief: Brief) -> Section:
    rows = tuple((shortened(str(name), _LONGEST_NAME), *cells) for name, *cells in brief.wards.rows)
    table = BriefTable(brief.wards.title, brief.wards.columns, rows, brief.wards.note)
    return Section("wards", f"Wards in {brief.period}", (table,))


# ---- notes, method -------------------------------------------------------------------------------


def _notes(brief: Brief, notes: tuple[Note, ...]) -> Section:
    blocks = tuple(Sentences(note.about, _paragraphs(note), has_bullets=False) for note in notes)
    return Section("notes", f"Notes and decisions, {brief.period}", blocks)


def _paragraphs(note: Note) -> tuple[str, ...]:
    """Give a note whole, in pieces of which each fits on a page."""
    lines = [line.strip() for line in note.text.splitlines() if line.strip()]
    return tuple(piece for line in lines for piece in wrap(line, _LONGEST_SENTENCE)) or ("",)


def _method(brief: Brief) -> Section:
    blocks = (
        Sentences(_how(brief), brief.method, is_small=True),
        Sentences("Limits: what to know before you use this", brief.notes, is_small=True),
        Sentences("Data quality", (brief.quality,), is_small=True),
        Sentences("Source and cut-off", _sources(brief), is_small=True),
    )
    record = BriefTable("Run record", ("What", "Value"), record_rows(brief))
    return Section("method", "Method, limits and run record", blocks, (record,))


def _how(brief: Brief) -> str:
    is_exact = brief.level == EXACT
    return "How the hotspots were found" if is_exact else "How the figures were made"


def _sources(brief: Brief) -> tuple[str, ...]:
    sources = (
        f"{brief.source}. The data goes up to {brief.data_to}.",
        f"Level of disclosure: {level_words(brief)}.",
        brief.attribution,
    )
    invented = (f"{DEMONSTRATION}: it describes nobody.",) if brief.is_demonstration else ()
    return (*invented, *sources)
