"""The tables of a briefing."""

from collections.abc import Sequence

from dashboard.brief.analyses import Analyses
from dashboard.brief.counts import Row, rows_of, total_of
from dashboard.brief.model import BriefTable
from dashboard.brief.words import span_words
from dashboard.figures import Figure
from geo.wards.table import EXTRA_ROWS

_MENTIONS = "An incident can carry several strands, so mentions can add up to more than incidents."
_NO_STRANDS = "The data does not say which strands the incidents carry."
_WARDS = (
    "Wards with the most incidents come first. Wards, outside the borough and not located add up "
    "to all incidents."
)


def strand_table(found: Analyses) -> BriefTable:
    """Tabulate the mentions of each strand."""
    rows = rows_of(found, "strand")
    title = f"Strands mentioned, {span_words(found.period)}"
    if not any(row.count or row.before for row in rows):
        return BriefTable(title, _columns(found, "Strand", "Mentions"), (), _NO_STRANDS)
    named = [(row.name.capitalize(), row) for row in rows]
    return BriefTable(title, _columns(found, "Strand", "Mentions"), _cells(named, found), _MENTIONS)


def ward_table(found: Analyses) -> BriefTable:
    """Tabulate wards, what lies in none of them, and all incidents."""
    rows = rows_of(found, "ward")
    wards = [row for row in rows if row.code not in EXTRA_ROWS]
    others = [row for row in rows if row.code in EXTRA_ROWS]
    ranked = sorted(wards, key=lambda row: (-row.count, row.name))
    named = [(row.name, row) for row in (*ranked, *others, total_of(found))]
    title = f"Wards, {span_words(found.period)}"
    return BriefTable(title, _columns(found, "Ward", "Incidents"), _cells(named, found), _WARDS)


def _columns(found: Analyses, first: str, counted: str) -> tuple[str, ...]:
    now = f"{counted}, {span_words(found.period)}"
    if found.change is None:
        return first, now
    return first, now, span_words(found.before), "Difference", "Change", "More than chance?"


def _cells(
    named: Sequence[tuple[str, Row]], found: Analyses
) -> tuple[tuple[Figure | str, ...], ...]:
    cells: list[tuple[Figure | str, ...]] = []
    for name, row in named:
        chance = () if found.change is None else (row.chance(),)
        cells.append((name, row.count_figure(), *row.compared_figures(), *chance))
    return tuple(cells)
