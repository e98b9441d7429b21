"""What stands on a PowerPoint slide: title, text, cards, tables, pictures, marking and number.

Everything is in inches; python-pptx has no types.
"""

import io
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from pptx.dml.color import RGBColor
from pptx.enum.lang import MSO_LANGUAGE_ID
from pptx.enum.shapes import MSO_SHAPE
from pptx.enum.text import MSO_ANCHOR, PP_ALIGN
from pptx.oxml.ns import qn
from pptx.oxml.xmlchemy import OxmlElement
from pptx.util import Inches, Pt

from dashboard.brief.model import Brief, BriefTable
from dashboard.escape import printable
from dashboard.figures import Figure, text_of
from dashboard.packs.markup import is_numeric
from dashboard.packs.sections import PackOptions, level_words
from dashboard.packs.slide_room import cut_to_fit, text_height
from dashboard.words import DEMONSTRATION

WIDTH, HEIGHT = 13.333, 7.5
LEFT, TOP, BOTTOM = 0.45, 1.25, 6.9
FULL = WIDTH - 2 * LEFT

_INK, _GREY, _PAPER, _ACCENT, _RULE = "222222", "444444", "FFFFFF", "1D70B8", "8A8F94"
_FONT = "Arial"
_NO_STYLE = "{2D5ABB26-0587-4C30-8999-92F81FD0307C}"
_TITLE_SIZES = (24, 20, 18, 16)
_TITLE_HEIGHT = 0.78
_RIGHT = PP_ALIGN.RIGHT


@dataclass(frozen=True)
class Box:
    """A rectangle on a slide."""

    left: float
    top: float
    width: float
    height: float

    def place(self) -> tuple[int, int, int, int]:
        """Give it in PowerPoint's units."""
        return tuple(Inches(side) for side in (self.left, self.top, self.width, self.height))  # type: ignore[return-value]


def prepared(deck: Any) -> Any:  # noqa: ANN401
    """Make the default template 16:9, with its own layouts stretched to it."""
    stretch = Inches(WIDTH) / deck.slide_width
    deck.slide_width, deck.slide_height = Inches(WIDTH), Inches(HEIGHT)
    for master in (deck.slide_master, *deck.slide_layouts):
        for shape in master.placeholders:
            if shape.element.xpath("./p:spPr/a:xfrm"):
                shape.left, shape.width = int(shape.left * stretch), int(shape.width * stretch)
    return deck


class Sheet:
    """One slide."""

    def __init__(self, slide: Any) -> None:  # noqa: ANN401
        self._slide = slide
        self._shapes = slide.shapes

    def furnish(self, title: str, brief: Brief, options: PackOptions) -> None:
        """Write what every slide has: title, marking above and below, source and number."""
        self._title(title)
        for top in (0.08, HEIGHT - 0.4):
            box = Box(WIDTH / 2 - 1.6, top, 3.2, 0.32)
            self.text(box, [options.marking], 12, is_bold=True, align=PP_ALIGN.CENTER)
        self.text(Box(WIDTH - LEFT - 4.4, 0.1, 4.4, 0.3), [level_words(brief)], 9, align=_RIGHT)
        foot = cut_to_fit(f"Data to {brief.data_to}. {brief.source}.", 4.3, 9)
        self.text(Box(LEFT, HEIGHT - 0.42, 4.4, 0.34), [foot], 9, is_grey=True)
        self._number(Box(WIDTH - LEFT - 1.5, HEIGHT - 0.42, 1.5, 0.34))
        if brief.is_demonstration:
            self._banner(Box(LEFT, 0.1, 2.7, 0.3))

    def _title(self, text: str) -> None:
        title = self._shapes.title
        title.left, title.top, title.width, title.height = Box(
            LEFT, 0.42, FULL, _TITLE_HEIGHT
        ).place()
        room = FULL - 0.3
        fits = (s for s in _TITLE_SIZES if text_height(text, room, s * 1.08) <= _TITLE_HEIGHT)
        size = next(fits, _TITLE_SIZES[-1])
        text = cut_to_fit(text, room, size * 1.08, lines=2)
        frame = title.text_frame
        _tight(frame)
        frame.vertical_anchor = MSO_ANCHOR.MIDDLE
        _write(frame.paragraphs[0], text, size, is_bold=True)

    def _number(self, box: Box) -> None:
        frame = self._shapes.add_textbox(*box.place()).text_frame
        _tight(frame)
        paragraph = frame.paragraphs[0]
        _write(paragraph, "Page ", 9, color=_GREY, align=PP_ALIGN.RIGHT)
        number = _child(paragraph._p, "a:fld")
        number.set("id", "{B6F15528-21DE-4FAA-801E-634DDDAF4B2B}")
        number.set("type", "slidenum")
        style = _child(number, "a:rPr")
        style.set("lang", "en-GB")
        style.set("sz", "900")
        _child(number, "a:t").text = "‹#›"

    def _banner(self, box: Box) -> None:
        shape = self._shapes.add_shape(MSO_SHAPE.RECTANGLE, *box.place())
        shape.fill.solid()
        shape.fill.fore_color.rgb = _rgb(_ACCENT)
        shape.line.fill.background()
        shape.shadow.inherit = False
        _tight(shape.text_frame)
        shape.text_frame.vertical_anchor = MSO_ANCHOR.MIDDLE
        paragraph = shape.text_frame.paragraphs[0]
        _write(paragraph, DEMONSTRATION, 11, color=_PAPER, align=PP_ALIGN.CENTER)

    def text(
        self,
        box: Box,
        sentences: Sequence[str],
        size: float,
        *,
        heading: str = "",
        bullets: bool = False,
        **style: Any,  # noqa: ANN401 - see _write
    ) -> None:
        """Write a heading and sentences."""
        frame = self._shapes.add_textbox(*box.place()).text_frame
        _tight(frame)
        paragraphs = [(heading, True)] if heading else []
        paragraphs += [(sentence, False) for sentence in sentences]
        if style.pop("is_grey", False):
            style["color"] = _GREY
        for at, (text, is_heading) in enumerate(paragraphs):
            paragraph = frame.paragraphs[0] if at == 0 else frame.add_paragraph()
            if is_heading:
                _write(paragraph, text, size + 1, is_bold=True)
                continue
            _write(paragraph, text, size, **style)
            if bullets:
                _bullet(paragraph)

    def card(self, box: Box, figure: Figure) -> None:
        """Write a figure large, its name above and its note below."""
        shape = self._shapes.add_shape(MSO_SHAPE.RECTANGLE, *box.place())
        shape.name = f"Figure {figure.name}"
        shape.fill.background()
        shape.line.color.rgb = _rgb(_RULE)
        shape.line.width = Pt(0.75)
        shape.shadow.inherit = False
        frame = shape.text_frame
        _tight(frame, inset=0.08)
        frame.vertical_anchor = MSO_ANCHOR.MIDDLE
        lines = ((figure.label, 10, 1), (figure.text, 16, 1), (figure.note, 8, 2))
        for at, (text, size, most) in enumerate(line for line in lines if line[0]):
            paragraph = frame.paragraphs[0] if at == 0 else frame.add_paragraph()
            shown_text = cut_to_fit(text, box.width - 0.22, size * 1.05, most)
            _write(paragraph, shown_text, size, is_bold=text == figure.text)

    def picture(self, png: bytes, box: Box, alt: str) -> None:
        """Put a picture with its words for those who do not see it."""
        picture = self._shapes.add_picture(io.BytesIO(png), *box.place())
        _describe(picture, "Map", alt)

    def table(
        self,
        table: BriefTable,
        at: tuple[float, float],
        widths: Sequence[float],
        heights: Sequence[float],
        size: float,
    ) -> None:
        """Write a real table with a header row and the names of rows first."""
        rows, columns = len(table.rows) + 1, len(table.columns)
        box = Box(*at, sum(widths), sum(heights))
        frame = self._shapes.add_table(rows, columns, *box.place())
        _describe(frame, table.title, table.title)
        grid = frame.table
        grid.first_row, grid.first_col, grid.horz_banding = True, True, False
        grid._tbl.tblPr.find(qn("a:tableStyleId")).text = _NO_STYLE
        for number, width in enumerate(widths):
            grid.columns[number].width = Inches(width)
        for number, height in enumerate(heights):
            grid.rows[number].height = Inches(height)
        right = [is_numeric(table, column) for column in range(columns)]
        for row, cells in enumerate((table.columns, *table.rows)):
            for column, cell in enumerate(cells):
                align = PP_ALIGN.RIGHT if right[column] else PP_ALIGN.LEFT
                _fill(grid.cell(row, column), text_of(cell), size, align, is_head=row == 0)


def _fill(cell: Any, text: str, size: float, align: Any, *, is_head: bool) -> None:  # noqa: ANN401
    cell.margin_left = cell.margin_right = Inches(0.06)
    cell.margin_top = cell.margin_bottom = Inches(0.025)
    cell.vertical_anchor = MSO_ANCHOR.BOTTOM if is_head else MSO_ANCHOR.TOP
    _write(cell.text_frame.paragraphs[0], text, size, is_bold=is_head, align=align)
    line = _child(cell._tc.get_or_add_tcPr(), "a:lnB")
    line.set("w", "9525" if is_head else "6350")
    fill = _child(line, "a:solidFill")
    _child(fill, "a:srgbClr").set("val", _RULE)


def _write(
    paragraph: Any,  # noqa: ANN401
    text: str,
    size: float,
    *,
    is_bold: bool = False,
    color: str = _INK,
    align: Any = PP_ALIGN.LEFT,  # noqa: ANN401
) -> None:
    paragraph.alignment = align
    run = paragraph.add_run()
    run.text = printable(text)
    run.font.size, run.font.bold, run.font.name = Pt(size), is_bold, _FONT
    run.font.color.rgb = _rgb(color)
    run.font.language_id = MSO_LANGUAGE_ID.ENGLISH_UK


def _rgb(colour: str) -> Any:  # noqa: ANN401
    return RGBColor.from_string(colour)  # type: ignore[no-untyped-call]


def _child(parent: Any, tag: str) -> Any:  # noqa: ANN401
    """Add an element at the end of another."""
    child = OxmlElement(tag)
    parent.append(child)
    return child


def _bullet(paragraph: Any) -> None:  # noqa: ANN401
    style = paragraph._p.get_or_add_pPr()
    style.set("marL", "171450")
    style.set("indent", "-171450")
    _child(style, "a:buChar").set("char", "•")


def _tight(frame: Any, inset: float = 0.02) -> None:  # noqa: ANN401
    frame.word_wrap = True
    frame.margin_left = frame.margin_right = Inches(max(inset, 0.03))
    frame.margin_top = frame.margin_bottom = Inches(inset)


def _describe(shape: Any, name: str, alt: str) -> None:  # noqa: ANN401
    properties = shape._element.xpath(".//p:cNvPr")[0]
    properties.set("name", printable(name)[:200])
    properties.set("descr", printable(alt))
