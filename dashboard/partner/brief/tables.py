"""The cards and tables of a briefing for partners."""

from collections.abc import Iterator, Mapping, Sequence

from dashboard.brief.model import BriefTable
from dashboard.figures import Figure
from dashboard.partner.brief.counts import (
    TOTAL,
    ReleasedCounts,
    change_figure,
    compared_cells,
    count_cell,
    name_of,
)
from dashboard.partner.brief.words import change_note
from dashboard.partner.shown import count_figure
from dashboard.partner.sidebar import group_in_words
from geo.disclosure.compared import ComparedCount
from geo.disclosure.release import NOT_SHOWN
from geo.disclosure.splits import ALL
from geo.wards.table import EXTRA_ROWS

_MENTIONS = "An incident can carry several strands, so mentions can add up to more than incidents."
_NO_STRANDS = "The data does not say which strands the incidents carry."
_WARDS = (
    "Wards with the most incidents come first, those that are withheld last and by name. Wards, "
    "outside the borough and not located add up to all incidents."
)


def cards(counts: ReleasedCounts) -> tuple[Figure, ...]:
    """Give the cards that the release has, in their order."""
    what = group_in_words(counts.view.group)
    label = "Incidents" if counts.view.group == ALL else what
    found = [_card(counts.total, TOTAL, label, counts)]
    found += [_card(row, name_of(row), group_in_words(row.group), counts) for row in counts.kinds]
    if counts.is_tested and counts.total.difference is not None:
        figure = change_figure(counts.total, "change")
        label = f"Change since {counts.before}"
        found.append(Figure("change", label, figure.text, change_note(counts), figure.value))
    return (*found, *_repeats(counts))


def _repeats(counts: ReleasedCounts) -> Iterator[Figure]:
    """Give the band of repeat victims, which is of all incidents, where anything is said of it."""
    key, all_of_them = counts.view.period.key, counts.view.group == ALL
    for one in counts.view.release.repeats:
        if one.period == key and all_of_them and one.repeat_victims:
            note = "had two or more incidents"
            if one.victims and one.share is not None:
                note = f"about {one.share} % of {one.victims.text} victims {note}"
            yield Figure("repeat_victims", "Repeat victims", one.repeat_victims.text, note)


def _card(row: ComparedCount, name: str, label: str, counts: ReleasedCounts) -> Figure:
    note = f"{row.before.text} in {counts.before}" if row.before else ""
    return Figure(name, label, row.count.text, note, row.count.value)


def located(counts: ReleasedCounts) -> tuple[Figure, ...]:
    """Give how many are located, outside and not located; they add up where all are shown."""
    outside, missing = (counts.extra(code) for code in EXTRA_ROWS)
    parts = (counts.total.count.value, outside.value, missing.value)
    inside = Figure("located", "Located", NOT_SHOWN)
    if None not in parts:
        all_of_them, *others = (part or 0 for part in parts)
        value = all_of_them - sum(others)
        inside = Figure("located", "Located", f"{value:,}", value=value)
    return (
        inside,
        *(count_figure(code, label, counts.extra(code)) for code, label in EXTRA_ROWS.items()),
    )


def strand_table(counts: ReleasedCounts) -> BriefTable:
    """Tabulate the mentions of each strand, of all incidents whatever group is on show."""
    of_all = "" if counts.view.group == ALL else ", all incidents"
    title = f"Strands mentioned{of_all}, {counts.period}"
    rows = [(group_in_words(row.group), name_of(row), row) for row in counts.strands]
    if not rows:
        return BriefTable(title, _columns(counts, "Strand", "Mentions"), (), _NO_STRANDS)
    return BriefTable(
        title, _columns(counts, "Strand", "Mentions"), _cells(rows, counts), _MENTIONS
    )


def ward_table(counts: ReleasedCounts) -> BriefTable:
    """Tabulate wards, what lies in none of them, and all incidents.

    What is withheld stands last and by name: the order of hidden figures is a figure, too.
    """
    names = counts.view.release.areas
    wards = sorted(counts.wards, key=lambda row: (row.count.is_withheld, *_place(row, names)))
    others = [row for row in counts.areas if row.area in EXTRA_ROWS]
    rows = [(names[row.area], name_of(row), row) for row in (*wards, *others)]
    rows.append(("All incidents", TOTAL, counts.total))
    title = f"Wards, {counts.period}"
    return BriefTable(title, _columns(counts, "Ward", "Incidents"), _cells(rows, counts), _WARDS)


def _place(row: ComparedCount, names: Mapping[str, str]) -> tuple[int, str]:
    return -(row.count.value or 0), names[row.area]


def _columns(counts: ReleasedCounts, first: str, counted: str) -> tuple[str, ...]:
    now = f"{counted}, {counts.period}"
    if not counts.is_compared:
        return first, now
    tested = ("Change", "More than chance?") if counts.is_tested else ()
    return first, now, counts.before, "Difference", *tested


def _cells(
    rows: Sequence[tuple[str, str, ComparedCount]], counts: ReleasedCounts
) -> tuple[tuple[Figure | str, ...], ...]:
    return tuple(tuple(_row(*row, counts)) for row in rows)


def _row(
    label: str, name: str, row: ComparedCount, counts: ReleasedCounts
) -> Iterator[Figure | str]:
    yield label
    yield count_cell(row, name, label)
    yield from compared_cells(row, name, label, counts)
