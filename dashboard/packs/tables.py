"""The figures of a briefing as tables: CSV, and what the workbook is made of.

Every figure is there with its name, as a number where it is one, so that programs can compare.
"""

import csv
import io
from collections.abc import Iterable, Iterator, Sequence

from dashboard.brief.model import Brief, BriefTable
from dashboard.figures import Figure, text_of
from dashboard.packs.fixed_zip import zipped
from dashboard.packs.record import record_text
from dashboard.packs.sections import PackOptions, level_words, title_of
from dashboard.words import DEMONSTRATION
from geo.spreadsheet_text import LINE_END, guard

Cell = str | float | int | None
Row = tuple[Cell, ...]

FIGURE_COLUMNS = ("figure", "table", "row", "column", "value", "text", "note", "level")
_DECIMALS = 4


def about_rows(brief: Brief, options: PackOptions) -> tuple[tuple[str, str], ...]:
    """Say what the pack is, as rows of name and value."""
    rows = (
        ("Title", title_of(brief)),
        ("Protective marking", options.marking),
        ("Demonstration", DEMONSTRATION if brief.is_demonstration else ""),
        ("Period", brief.period),
        ("Compared with", brief.period_before or brief.why_not),
        ("Headline", brief.headline),
        ("Data to", brief.data_to),
        ("Data quality", brief.quality),
        ("Source", brief.source),
        ("Level of disclosure", level_words(brief)),
        ("Attribution", brief.attribution),
        *(("What moved", text) for text in brief.moved),
        *(("When", text) for text in brief.busiest),
        *(("Method", text) for text in brief.method),
        *(("What to know", text) for text in brief.notes),
        *((note.about or "Note of the meeting", note.text) for note in options.notes),
    )
    return tuple((name, text) for name, text in rows if text)


def tables_with_names(brief: Brief) -> dict[str, BriefTable]:
    """Give all tables, whole, by the names of their sheets and files."""
    summary = [(figure.label, figure, figure.note) for figure in (*brief.figures, *brief.located)]
    return {
        "summary": BriefTable("Summary", ("What", "Figure", "Note"), tuple(summary)),
        "hotspots": _hotspots(brief),
        "strands": brief.strands,
        "wards": brief.wards,
    }


def _hotspots(brief: Brief) -> BriefTable:
    """Make the table of hotspots with every figure that one of them has."""
    labels = {_kind(f): f.label for spot in brief.hotspots for f in spot.figures}
    rows = []
    for spot in brief.hotspots:
        own = {_kind(figure): figure for figure in spot.figures}
        figures = [own.get(kind, "not known") for kind in labels]
        at = f"{spot.at[0]:.5f}, {spot.at[1]:.5f}"
        texts = (spot.why, spot.when, spot.lately, spot.confidence, at)
        rows.append((f"{spot.rank}. {spot.name}", spot.wards, *figures, *texts))
    words = ("Why", "When", "Last four weeks", "How sure", "Longitude, latitude")
    columns = ("Where", "Wards", *labels.values(), *words)
    return BriefTable(f"Hotspots by rank, {brief.period}", columns, tuple(rows))


def _kind(figure: Figure) -> str:
    """Give the part of a hotspot's figure's name that says what it is."""
    return figure.name.rpartition(".")[2]


def figure_rows(brief: Brief) -> Iterator[Row]:
    """Give every figure as a row of ``FIGURE_COLUMNS``."""
    for name, table in tables_with_names(brief).items():
        for row in table.rows:
            for column, cell in zip(table.columns, row, strict=True):
                if isinstance(cell, Figure):
                    found = (cell.name, name, text_of(row[0]), column)
                    yield (*found, number_of(cell), cell.text, cell.note, brief.level)


def number_of(figure: Figure) -> float | int | None:
    """Give the number behind a figure, whole where it is; None where there is none."""
    if figure.value is None or figure.value != figure.value:
        return None
    value = round(float(figure.value), _DECIMALS)
    return int(value) if value.is_integer() else value


def plain_cell(cell: Figure | str) -> Cell:
    """Give a cell as a number where it is one, else as it is shown."""
    if isinstance(cell, str):
        return cell
    number = number_of(cell)
    return cell.text if number is None else number


def csv_bytes(brief: Brief, options: PackOptions) -> bytes:
    """Write all figures as one CSV table; every row says the period, the cut-off and the marking.

    Texts that a spreadsheet might run as formulas begin with an apostrophe.
    """
    about = (brief.period, brief.data_to, options.marking)
    demonstration = DEMONSTRATION if brief.is_demonstration else ""
    head = (*FIGURE_COLUMNS, "period", "data_to", "marking", "demonstration")
    return _csv(head, ((*row, *about, demonstration) for row in figure_rows(brief)))


def zip_bytes(brief: Brief, options: PackOptions) -> bytes:
    """Write every table as a CSV file, with what they are and the run record, in one ZIP.

    The names say the level, for files that leave the ZIP.
    """
    tables = {
        "about": _csv(("what", "text"), about_rows(brief, options)),
        "figures": csv_bytes(brief, options),
        **{
            name: _csv(table.columns, (tuple(map(plain_cell, r)) for r in table.rows))
            for name, table in tables_with_names(brief).items()
        },
    }
    files = {f"{name}-{brief.level}.csv": content for name, content in tables.items()}
    return zipped({**files, "run-record.json": record_text(brief).encode()})


def _csv(head: Sequence[str], rows: Iterable[Row]) -> bytes:
    buffer = io.StringIO()
    writer = csv.writer(buffer, lineterminator=LINE_END)
    writer.writerow([guard(name) for name in head])
    writer.writerows([guard(cell) if isinstance(cell, str) else cell for cell in r] for r in rows)
    return buffer.getvalue().encode()
