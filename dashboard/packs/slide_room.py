"""How much room text takes on a slide: PowerPoint lays text out only when it is opened.

Widths are those of Arial, rounded up, so that what fits here fits there. Sizes are in points,
everything else in inches.
"""

from bisect import bisect
from collections.abc import Sequence
from math import ceil

from dashboard.brief.model import BriefTable
from dashboard.figures import Figure, text_of

_NARROW, _WIDE = frozenset("iljtfrI.,:;'|!()[]- "), frozenset("mwMW%@—…")
_LINE = 1.2
_POINTS = 72.0
_CELL_PADDING = 0.16
_ROW_PADDING = 0.055
_LONGEST_WORD = 1.5
_LONGEST_COLUMN = 4.0


def text_width(text: str, size: float) -> float:
    """Give the width of a text on one line."""
    return sum(map(_letter, text)) * size / _POINTS


def _letter(letter: str) -> float:
    if letter in _NARROW:
        return 0.31
    if letter in _WIDE:
        return 0.96
    if ord(letter) > 0x2E7F:  # ideographs and the like are square
        return 1.05
    return 0.73 if letter.isupper() else 0.57


def n_lines(text: str, width: float, size: float) -> int:
    """Count the lines that a text takes in a width; a word longer than that is broken."""
    return sum(_lines_of(line, width, size) for line in text.split("\n"))


def _lines_of(line: str, width: float, size: float) -> int:
    lines, used, space = 1, 0.0, text_width(" ", size)
    for word in line.split():
        wide = text_width(word, size)
        if used and used + space + wide > width:
            lines, used = lines + 1, 0.0
        elif used:
            used += space
        lines += max(0, ceil(wide / width) - 1)
        used += wide if wide <= width else wide % width
    return lines


def text_height(text: str, width: float, size: float) -> float:
    """Give the height of a text in a width."""
    return n_lines(text, width, size) * size * _LINE / _POINTS


def cut_to_fit(text: str, width: float, size: float, lines: int = 1) -> str:
    """Cut a text short where it takes more than so many lines of a width.

    >>> cut_to_fit("Hammersmith", 0.6, 12)
    'Ham…'
    """
    if n_lines(text, width, size) <= lines:
        return text
    letters = bisect(range(1, len(text)), lines, key=lambda n: n_lines(text[:n] + "…", width, size))
    return text[:letters].rstrip() + "…"


def column_widths(table: BriefTable, total: float, size: float) -> list[float]:
    """Share a width out among columns: long texts get more, and no figure is broken."""
    columns = [[name, *(text_of(row[at]) for row in table.rows)] for at, name in _named(table)]
    least = [_longest_word(column, size) + _CELL_PADDING for column in columns]
    if sum(least) >= total:
        return [width * total / sum(least) for width in least]
    full = [
        min(max(text_width(t, size) for t in c) + _CELL_PADDING, _LONGEST_COLUMN) for c in columns
    ]
    more = [max(0.0, wanted - has) for wanted, has in zip(full, least, strict=True)]
    room = total - sum(least)
    share = min(1.0, room / sum(more)) if sum(more) else 0.0
    widths = [has + share * extra for has, extra in zip(least, more, strict=True)]
    spare = (total - sum(widths)) / len(widths)
    return [width + spare for width in widths]


def _named(table: BriefTable) -> list[tuple[int, str]]:
    return list(enumerate(table.columns))


def _longest_word(texts: Sequence[str], size: float) -> float:
    words = (word for text in texts for word in text.replace(" %", "_%").split())
    return min(max((text_width(word, size) for word in words), default=0.3), _LONGEST_WORD)


def row_height(row: Sequence[Figure | str], widths: Sequence[float], size: float) -> float:
    """Give the height of a row of a table."""
    cells = zip(row, widths, strict=True)
    heights = (text_height(text_of(cell), width - _CELL_PADDING, size) for cell, width in cells)
    return max(heights) + _ROW_PADDING


def n_rows_that_fit(heights: Sequence[float], room: float) -> int:
    """Count the rows that fit into a room, from the first on."""
    used = 0.0
    for at, height in enumerate(heights):
        used += height
        if used > room:
            return at
    return len(heights)
