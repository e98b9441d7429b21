"""What a briefing for partners counts, held against the time before where both are shown."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from boundaries.errors import ParameterError
from dashboard.brief.counts import percent, signed
from dashboard.figures import Figure
from dashboard.partner.groups import figure_name
from dashboard.partner.shown import count_figure
from dashboard.partner.view import ReleaseView
from geo.change.poisson_tests import MORE_THAN_CHANCE, NO_MORE_THAN_CHANCE
from geo.disclosure.cells import BOROUGH
from geo.disclosure.compared import ComparedCount, compared, compared_groups
from geo.disclosure.levels import PUBLIC
from geo.disclosure.release import NOT_SHOWN, Shown
from geo.disclosure.splits import ALL
from geo.wards.table import EXTRA_ROWS

TOTAL = "incidents"
TOO_SMALL = "too small"
"""Stands where rounded counts are too small to be held against each other."""
_CHANCE = {MORE_THAN_CHANCE: "more than chance", NO_MORE_THAN_CHANCE: "no more than chance"}


@dataclass(frozen=True, eq=False)
class ReleasedCounts:
    """All counts of a briefing.

    Attributes
    ----------
    view
        With the time before that they were held against; without one ``why_not`` says why.
    total
        All incidents of the group on show.
    areas
        Wards, outside the borough, not located.
    kinds, strands
        Of all incidents, whatever the group on show.
    """

    view: ReleaseView
    total: ComparedCount
    areas: tuple[ComparedCount, ...]
    kinds: tuple[ComparedCount, ...]
    strands: tuple[ComparedCount, ...]

    @property
    def is_compared(self) -> bool:
        """Whether there is a time before."""
        return self.view.before is not None

    @property
    def is_tested(self) -> bool:
        """Whether changes are given in per cent and held against chance; rounded ones are not."""
        return self.is_compared and self.view.level != PUBLIC

    @property
    def wards(self) -> tuple[ComparedCount, ...]:
        """The wards alone."""
        return tuple(row for row in self.areas if row.area not in EXTRA_ROWS)

    @property
    def period(self) -> str:
        """The period as people say it."""
        return self.view.period.words

    @property
    def before(self) -> str:
        """What it is held against; empty where that is nothing."""
        return self.view.before.words if self.view.before else ""

    def extra(self, code: str) -> Shown:
        """Give the count outside the borough, or of those not located."""
        return next(row.count for row in self.areas if row.area == code)


def counts_of(view: ReleaseView) -> ReleasedCounts:
    """Count all that a briefing needs, against nothing where the time before cannot be."""
    try:
        return _counts(view)
    except ParameterError as error:
        if view.before is None:
            raise
        return _counts(replace(view, before=None, why_not=str(error)))


def _counts(view: ReleaseView) -> ReleasedCounts:
    release, period, before = view.release, view.period, view.before
    (total,) = compared(release, period, before, view.group, [BOROUGH])
    areas = compared(release, period, before, view.group)
    kinds = release.groups.get("kind", ()) if view.group == ALL else ()
    strands = release.groups.get("strand", ())
    of_groups = [
        tuple(compared_groups(release, period, before, codes)) for codes in (kinds, strands)
    ]
    return ReleasedCounts(view, total, tuple(areas), *of_groups)


def name_of(row: ComparedCount) -> str:
    """Name an area, or a group in the borough, for programs: as on all pages."""
    if row.area == BOROUGH:
        return figure_name(row.group)
    return row.area if row.area in EXTRA_ROWS else f"ward.{row.area}"


def count_cell(row: ComparedCount, name: str, label: str) -> Figure:
    """Give the count of a row."""
    is_ward = name.startswith("ward.")
    return count_figure(f"{name}.count" if is_ward else name, label, row.count)


def compared_cells(
    row: ComparedCount, name: str, label: str, counts: ReleasedCounts
) -> Iterator[Figure | str]:
    """Give count before, difference, and for partners change and chance; withheld where need be."""
    if row.before is None:
        return
    yield count_figure(f"{name}.before", f"{label} before", row.before)
    yield _difference(row, name, label)
    if counts.is_tested:
        yield change_figure(row, f"{name}.change")
        yield chance(row)


def _difference(row: ComparedCount, name: str, label: str) -> Figure:
    figure = f"{name}.difference", f"{label}, difference"
    if row.difference is not None:
        return Figure(*figure, signed(row.difference), value=row.difference)
    return Figure(*figure, why_no_difference(row))


def why_no_difference(row: ComparedCount) -> str:
    """Say why there is none: a count is withheld, or both are rounded and small."""
    is_shown = row.before is not None and not (row.count.is_withheld or row.before.is_withheld)
    return TOO_SMALL if is_shown else NOT_SHOWN


def change_figure(row: ComparedCount, name: str) -> Figure:
    """Give the change in per cent."""
    if row.difference is None:
        return Figure(name, "Change", NOT_SHOWN)
    text = percent(float("nan") if row.change is None else row.change)
    return Figure(name, "Change", text, value=row.change)


def chance(row: ComparedCount) -> str:
    """Say in a few words whether the change is more than chance."""
    if row.significance is None:
        return NOT_SHOWN
    return _CHANCE.get(row.significance, row.significance)


def known(rows: Sequence[ComparedCount]) -> list[tuple[ComparedCount, int]]:
    """Give the rows whose counts are shown, with these."""
    return [(row, row.count.value) for row in rows if row.count.value is not None]
