"""The pack as PowerPoint, 16:9: real tables, titles in their places, pictures with their words.

The notes of each slide say period and cut-off; those of the last hold the run record.
"""

import io
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from pptx import Presentation

from dashboard.brief.model import Brief, BriefTable
from dashboard.escape import printable
from dashboard.figures import Figure
from dashboard.packs.fixed_zip import without_times
from dashboard.packs.map_picture import SIZE_MM, map_of
from dashboard.packs.record import record_text
from dashboard.packs.sections import (
    Block,
    Cards,
    FigureLine,
    MapPart,
    PackOptions,
    Section,
    Sentences,
    compared_in_words,
    level_words,
    line_in_words,
    sections_of,
    title_of,
)
from dashboard.packs.slide_room import (
    column_widths,
    cut_to_fit,
    n_rows_that_fit,
    row_height,
    text_height,
)
from dashboard.packs.slides import (
    BOTTOM,
    FULL,
    LEFT,
    TOP,
    WIDTH,
    Box,
    Sheet,
    prepared,
)

_TITLE_ONLY = 5  # of the default template
_GAP = 0.14
_BESIDE = {"map": (6.6, 5.6), "change": (7.6, 4.55)}
"""Widths of the two columns, in inches, of the slides that have two."""
_TEXT, _SMALL, _HEADING = 13.0, 10.5, 12.0
_TABLE_SIZES = (10.5, 9.5, 9.0, 8.5)
_TITLE_ROOM = 0.3
_CARD_HEIGHT = 0.74
_CARDS_IN_ROW = 2


def pptx_bytes(brief: Brief, options: PackOptions) -> bytes:
    """Make the presentation; the same briefing and options always give the same bytes."""
    deck = prepared(Presentation())
    _describe(deck, brief, options)
    for section in sections_of(brief, options):
        _Slides(deck, brief, options, section).fill()
    _note(deck, brief)
    buffer = io.BytesIO()
    deck.save(buffer)
    return without_times(buffer.getvalue())


def _describe(deck: Any, brief: Brief, options: PackOptions) -> None:  # noqa: ANN401 - untyped
    properties = deck.core_properties
    properties.title = printable(title_of(brief))[:250]
    properties.subject = printable(brief.headline)[:250]
    properties.author = properties.last_modified_by = "Hotspots dashboard"
    properties.category = f"{options.marking}, {brief.level}"
    properties.language = "en-GB"
    properties.revision = 1


def _note(deck: Any, brief: Brief) -> None:  # noqa: ANN401
    about = (
        f"{level_words(brief)}. {compared_in_words(brief)} Data to {brief.data_to}. {brief.source}."
    )
    slides = list(deck.slides)
    for slide in slides:
        slide.notes_slide.notes_text_frame.text = printable(about)
    record = f"{about}\n\nRun record\n{record_text(brief)}"
    slides[-1].notes_slide.notes_text_frame.text = printable(record)


@dataclass
class _Column:
    """A column of a section: where it is, and how far down it is filled, on which slide."""

    left: float
    width: float
    slide: int = 0
    y: float = TOP

    @property
    def room(self) -> float:
        return BOTTOM - self.y


@dataclass
class _Slides:
    """The slides of one section; what does not fit goes on to the next one."""

    deck: Any
    brief: Brief
    options: PackOptions
    section: Section

    def __post_init__(self) -> None:
        self._sheets: list[Sheet] = []

    def fill(self) -> None:
        """Put all blocks where they go."""
        self._sheet(0)
        section = self.section
        if section.key not in _BESIDE:
            self._flow(section.blocks + section.side, _Column(LEFT, FULL))
            return
        main, side = _BESIDE[section.key]
        self._flow(section.blocks, _Column(LEFT, main))
        self._flow(section.side, _Column(WIDTH - LEFT - side, side))

    def _sheet(self, number: int) -> Sheet:
        while len(self._sheets) <= number:
            more = " (continued)" if self._sheets else ""
            slide = self.deck.slides.add_slide(self.deck.slide_layouts[_TITLE_ONLY])
            sheet = Sheet(slide)
            sheet.furnish(f"{self.section.title}{more}", self.brief, self.options)
            self._sheets.append(sheet)
        return self._sheets[number]

    def _next(self, column: _Column) -> None:
        column.slide, column.y = column.slide + 1, TOP

    def _flow(self, blocks: Sequence[Block], column: _Column) -> None:
        for block in blocks:
            if isinstance(block, Cards):
                self._cards(block, column)
            elif isinstance(block, FigureLine):
                said = Sentences(block.heading, (line_in_words(block.figures),), is_small=True)
                self._sentences(said, column)
            elif isinstance(block, Sentences):
                self._sentences(block, column)
            elif isinstance(block, BriefTable):
                self._table(block, column)
            else:
                self._map(block, column)
            column.y += _GAP

    def _map(self, part: MapPart, column: _Column) -> None:
        width = min(column.width, (column.room - 0.35) * SIZE_MM[0] / SIZE_MM[1])
        height = width * SIZE_MM[1] / SIZE_MM[0]
        sheet = self._sheet(column.slide)
        sheet.picture(map_of(self.brief), Box(column.left, column.y, width, height), part.alt)
        column.y += height
        caption = Box(column.left, column.y + 0.03, column.width, 0.3)
        said = cut_to_fit(part.caption, column.width - 0.1, 8.5, lines=2)
        sheet.text(caption, [said], 8.5, is_grey=True)
        column.y += 0.33

    def _cards(self, block: Cards, column: _Column) -> None:
        width = (column.width - _GAP * (_CARDS_IN_ROW - 1)) / _CARDS_IN_ROW
        for start in range(0, len(block.figures), _CARDS_IN_ROW):
            if column.room < _CARD_HEIGHT:
                self._next(column)
            for at, figure in enumerate(block.figures[start : start + _CARDS_IN_ROW]):
                left = column.left + at * (width + _GAP)
                box = Box(left, column.y, width, _CARD_HEIGHT)
                self._sheet(column.slide).card(box, figure)
            column.y += _CARD_HEIGHT + 0.06

    def _sentences(self, block: Sentences, column: _Column) -> None:
        size = _SMALL if block.is_small else _TEXT
        waiting = [text for text in block.sentences if text]
        heading = block.heading
        while waiting:
            head = text_height(heading, column.width - 0.2, size + 1) + 0.1 if heading else 0.0
            heights = [text_height(t, column.width - 0.45, size) + 0.03 for t in waiting]
            fit = n_rows_that_fit(heights, column.room - head)
            if fit == 0 and column.y > TOP:
                self._next(column)
                continue
            fit = max(fit, 1)  # alone on a slide: shortened texts always fit
            box = Box(column.left, column.y, column.width, head + sum(heights[:fit]))
            sheet, now = self._sheet(column.slide), waiting[:fit]
            sheet.text(
                box,
                now,
                size,
                heading=heading,
                bullets=block.has_bullets and len(block.sentences) > 1,
            )
            column.y += box.height
            waiting, heading = waiting[fit:], ""

    def _table(self, table: BriefTable, column: _Column) -> None:
        """Write a table on as few slides as can be, in the largest letters that allow it."""
        plans = [_planned(table, column, size) for size in _TABLE_SIZES]
        best = min(plans, key=lambda plan: len(plan.pages))
        for number, rows in enumerate(best.pages):
            if number:
                self._next(column)
            if rows:
                self._write_table(replace(table, rows=rows), column, best)
        if table.note:
            title = "" if table.rows else table.title
            self._sentences(Sentences(title, (table.note,), is_small=True), column)

    def _write_table(self, table: BriefTable, column: _Column, plan: "_Plan") -> None:
        sheet = self._sheet(column.slide)
        title = Box(column.left, column.y, column.width, _TITLE_ROOM)
        sheet.text(title, [], _HEADING, heading=cut_to_fit(table.title, column.width - 0.2, 14))
        column.y += _TITLE_ROOM
        rows = [row_height(row, plan.widths, plan.size) for row in table.rows]
        heights = [plan.head, *rows]
        sheet.table(table, (column.left, column.y), plan.widths, heights, plan.size)
        column.y += sum(heights)


@dataclass(frozen=True)
class _Plan:
    """How a table stands on slides: size of letters, widths, height of the head, rows of each.

    A first page without rows means that it begins on the next slide.
    """

    size: float
    widths: list[float]
    head: float
    pages: list[tuple[tuple[Figure | str, ...], ...]]


def _planned(table: BriefTable, column: _Column, size: float) -> _Plan:
    widths = column_widths(table, column.width, size)
    head = row_height(table.columns, widths, size * 1.06)
    note = text_height(table.note, column.width - 0.45, _SMALL) + 0.1 if table.note else 0.0
    waiting, room, pages = table.rows, column.room, []
    while waiting:
        heights = [row_height(row, widths, size) for row in waiting]
        fit = n_rows_that_fit(heights, room - head - _TITLE_ROOM - note)
        fresh = room == BOTTOM - TOP
        fit = max(fit, 1) if fresh else fit
        pages.append(waiting[:fit])
        waiting, room = waiting[fit:], BOTTOM - TOP
    return _Plan(size, widths, head, pages or [()])
