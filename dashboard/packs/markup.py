"""The sections of a pack as HTML: for the PDF, the standalone file and the presenter view.

All text is escaped here; figures carry their names.
"""

from base64 import b64encode
from collections.abc import Sequence
from functools import cache
from pathlib import Path

from dashboard.brief.model import BriefTable
from dashboard.escape import esc
from dashboard.figures import Figure, cell_html, marked, said_html
from dashboard.packs.sections import Block, Cards, FigureLine, MapPart, Section, Sentences

_HERE = Path(__file__).parent


def section_html(section: Section, map_html: str = "") -> str:
    """Write a section as HTML.

    Parameters
    ----------
    map_html
        Stands where the map stands; nothing leaves the map out.
    """
    body = _blocks(section.blocks, map_html)
    side = _blocks(section.side, map_html)
    beside = f"<div class='pack-side'>{side}</div>" if side else ""
    kind = f"pack-section pack-{section.key}"
    return (
        f"<section class='{kind}' aria-labelledby='pack-{section.key}'>"
        f"<h2 id='pack-{section.key}'>{esc(section.title)}</h2>"
        f"<div class='pack-columns'><div class='pack-main'>{body}</div>{beside}</div></section>"
    )


def picture_html(png: bytes, part: MapPart) -> str:
    """Write a picture of the map with its words."""
    data = b64encode(png).decode()
    return (
        f"<figure class='pack-picture'><img alt='{esc(part.alt)}' "
        f"src='data:image/png;base64,{data}'><figcaption>{esc(part.caption)}</figcaption></figure>"
    )


@cache
def style() -> str:
    """Give the style of the sections, which all formats share."""
    return (_HERE / "pack.css").read_text(encoding="utf-8")


def _blocks(blocks: Sequence[Block], map_html: str) -> str:
    return "".join(_block(block, map_html) for block in blocks)


def _block(block: Block, map_html: str) -> str:
    if isinstance(block, Cards):
        return cards_html(block.figures)
    if isinstance(block, FigureLine):
        return _line(block)
    if isinstance(block, Sentences):
        return _sentences(block)
    if isinstance(block, BriefTable):
        return table_html(block)
    return map_html


def cards_html(figures: Sequence[Figure]) -> str:
    """Write figures as a list of names and values."""
    cards = "".join(
        f"<div><dt>{esc(figure.label)}</dt><dd><strong>{marked(figure)}</strong>"
        f"{f'<small>{esc(figure.note)}</small>' if figure.note else ''}</dd></div>"
        for figure in figures
    )
    return f"<dl class='pack-cards'>{cards}</dl>" if cards else ""


def _line(block: FigureLine) -> str:
    line = ", ".join(map(said_html, block.figures))
    line = f"{line[:1].upper()}{line[1:]}"
    return f"<div class='pack-words'><h3>{esc(block.heading)}</h3><p>{line}.</p></div>"


def _sentences(block: Sentences) -> str:
    heading = f"<h3>{esc(block.heading)}</h3>" if block.heading else ""
    texts = [esc(text) for text in block.sentences if text]
    if not texts:
        return ""
    one = f"<p>{texts[0]}</p>"
    plain = "" if block.has_bullets else " class='pack-plain'"
    many = f"<ul{plain}>" + "".join(f"<li>{text}</li>" for text in texts) + "</ul>"
    kind = "pack-words pack-small" if block.is_small else "pack-words"
    return f"<div class='{kind}'>{heading}{one if len(texts) == 1 else many}</div>"


def table_html(table: BriefTable) -> str:
    """Write a table with its title, headings in scope, and its note; without rows the note."""
    if not table.rows:
        return _sentences(Sentences(table.title, (table.note or "Nothing to show.",)))
    numeric = [is_numeric(table, at) for at in range(len(table.columns))]
    head = "".join(
        f"<th scope='col' class='{_word(name)}{' figure' if number else ''}'>{esc(name)}</th>"
        for name, number in zip(table.columns, numeric, strict=True)
    )
    rows = "".join(_row(row, numeric) for row in table.rows)
    note = f"<p class='pack-note'>{esc(table.note)}</p>" if table.note else ""
    return (
        f"<div class='pack-table' role='region' tabindex='0' aria-label='{esc(table.title)}'>"
        f"<table><caption>{esc(table.title)}</caption><thead><tr>{head}</tr></thead>"
        f"<tbody>{rows}</tbody></table></div>{note}"
    )


def _word(name: str) -> str:
    """Give the name of a column as a class, so that a style can say how wide it is."""
    return "".join(letter for letter in name.lower() if letter.isascii() and letter.isalpha())


def is_numeric(table: BriefTable, column: int) -> bool:
    """Say whether a column holds figures, so that they stand right."""
    return column > 0 and any(isinstance(row[column], Figure) for row in table.rows)


def _kind(is_number: bool) -> str:
    return " class='figure'" if is_number else ""


def _row(row: Sequence[Figure | str], numeric: Sequence[bool]) -> str:
    name, *cells = row
    written = "".join(
        f"<td{_kind(number)}>{cell_html(cell)}</td>"
        for cell, number in zip(cells, numeric[1:], strict=True)
    )
    return f"<tr><th scope='row'>{cell_html(name)}</th>{written}</tr>"
