"""The pack as PowerPoint, 16:9: real tables, titles in their places, pictures with their words.

The notes of each slide say period and cut-off; those of the last hold the run record.
"""

import io
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from pptx import Presentation

from dashboard.brief.model import Brief, BriefTable
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
    line_in_words,
    sections_of,
    title_of,
)
from dashboard.packs.slide_room import column_widths, n_rows_that_fit, row_height, text_height
from dashboard.packs.slides import (
    BOTTOM,
    FULL,
    LEFT,
    TOP,
    WIDTH,
    Box,
    Sheet,
    clean,
    prepared,
)

_TITLE_ONLY = 5  # of the default template
_GAP = 0.14
_BESIDE = {"map": (6.6, 5.6), "change": (7.6, 4.55)}
"""Widths of the two columns, in inches, of the slides that have two."""
_TEXT, _SMALL, _TABLE, _HEADING = 14.0, 11.0, 10.5, 12.0
_CARD_HEIGHT = 0.78
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
    properties.title = clean(title_of(brief))[:250]
    properties.subject = clean(brief.headline)[:250]
    properties.author = properties.last_modified_by = "Hotspots dashboard"
    properties.category = options.marking
    properties.language = "en-GB"
    properties.revision = 1


def _note(deck: Any, brief: Brief) -> None:  # noqa: ANN401
    about = f"{compared_in_words(brief)} Data to {brief.data_to}. {brief.source}."
    slides = list(deck.slides)
    for slide in slides:
        slide.notes_slide.notes_text_frame.text = clean(about)
    record = f"{about}\n\nRun record\n{record_text(brief)}"
    slides[-1].notes_slide.notes_text_frame.text = clean(record)


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
        sheet.text(caption, [part.caption], 8.5, is_grey=True)
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
            column.y += _CARD_HEIGHT + 0.08

    def _sentences(self, block: Sentences, column: _Column) -> None:
        size = _SMALL if block.is_small else _TEXT
        waiting = [text for text in block.sentences if text]
        heading = block.heading
        while waiting:
            head = text_height(heading, column.width - 0.2, size + 1) + 0.1 if heading else 0.0
            heights = [text_height(t, column.width - 0.45, size) + 0.07 for t in waiting]
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
        widths = column_widths(table, column.width, _TABLE)
        head = row_height(table.columns, widths, _TABLE * 1.05)
        title = 0.3
        waiting = table.rows
        while True:
            heights = [row_height(row, widths, _TABLE) for row in waiting]
            fit = n_rows_that_fit(heights, column.room - head - title)
            if fit == 0 and waiting and column.y > TOP:
                self._next(column)
                continue
            part = replace(table, rows=waiting[: max(fit, 1)])
            self._write_table(part, column, widths, [head, *heights[: len(part.rows)]])
            waiting = waiting[len(part.rows) :]
            if not waiting:
                break
            self._next(column)
        if table.note:
            self._sentences(Sentences("", (table.note,), is_small=True), column)

    def _write_table(
        self, table: BriefTable, column: _Column, widths: list[float], heights: list[float]
    ) -> None:
        sheet = self._sheet(column.slide)
        sheet.text(Box(column.left, column.y, column.width, 0.3), [], _HEADING, heading=table.title)
        column.y += 0.3
        sheet.table(table, (column.left, column.y), widths, heights, _TABLE)
        column.y += sum(heights)
