"""Weekdays by blocks of four hours, of figures that may be shown: table, shifts, sentences."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from dashboard.escape import esc
from dashboard.figures import Figure, marked
from dashboard.maps.classify import Scale
from dashboard.partner.shown import count_figure, hours_in_words
from dashboard.partner.view import ReleaseView
from dashboard.when.bar_table import BarRow, bar_table
from dashboard.when.heat_table import ink_on, scale_above_zero, shade_of
from dashboard.when.words import NO_DAY, NO_HOUR, TOO_FEW
from dashboard.words import amount, listed
from geo.disclosure.levels import PARTNER
from geo.disclosure.release import NOT_SHOWN, Shown
from geo.disclosure.splits import BLOCKS, HOURS_OF_A_BLOCK, NOT_KNOWN
from geo.periods import WEEKDAYS
from geo.times.busiest import LEAST_KNOWN, busiest_runs, days_in_words

SHIFTS: Mapping[str, tuple[str, str]] = {
    "early": (BLOCKS[0], BLOCKS[1]),
    "late": (BLOCKS[2], BLOCKS[3]),
    "night": (BLOCKS[4], BLOCKS[5]),
}
"""Two blocks of four hours each, so that a shift is a sum of what is released."""
STYLE = """
<style>
.heat td.withheld { background: repeating-linear-gradient(135deg, #8a8f9455 0 1px, #0000 1px 5px);
  font-size: .75rem; line-height: 1.15; }
.heat.blocks td { padding: 5px 3px; }
@media (max-width: 1200px) { .heat.blocks tbody th { white-space: normal; line-height: 1.2; } }
@media (max-width: 480px) {
  .heat.blocks td { padding: 5px 1px; }
  .heat.blocks th { padding: 0 1px; }
  .heat.blocks td.withheld { font-size: 11px; }
}
</style>
"""


@dataclass(frozen=True, eq=False)
class Week:
    """Counts by weekday and block of hours, their totals, and those whose hour is not known.

    They are of all incidents, whatever group is on show, in a period that has such counts.

    Attributes
    ----------
    prefix
        What the names of figures begin with where they are not of the chosen period.
    """

    view: ReleaseView
    prefix: str = ""

    def named(self, name: str, shown: Shown) -> Figure:
        """Give a count as a figure."""
        return count_figure(f"{self.prefix}{name}", "", shown)

    def cell(self, weekday: str, block: str) -> Shown:
        """Give the count of a block on a weekday; a block after midnight is of the day before."""
        return self._count(f"{weekday} {block}")

    def total(self, weekday_or_block: str) -> Shown:
        """Give the count of a weekday, or of a block of hours."""
        return self._count(weekday_or_block)

    @property
    def unknown(self) -> Shown:
        """Give how many have no known hour."""
        return self._count(NOT_KNOWN)

    def _count(self, name: str) -> Shown:
        return self.view.release.count(self.view.period, f"when: {name}")

    @property
    def known(self) -> Shown:
        """Give how many have a known hour, where it can be worked out of what is shown."""
        total = self.view.release.count(self.view.period).value
        if total is None or self.unknown.value is None:
            return Shown(None, "others", NOT_SHOWN)
        return Shown(total - self.unknown.value, "", f"{total - self.unknown.value:,}")

    @cached_property
    def scale(self) -> Scale:
        """Classes of the shades, of the shown figures only."""
        shown = [self.cell(day, block).value for day in WEEKDAYS for block in BLOCKS]
        values = np.array([value for value in shown if value is not None], np.float64)
        return scale_above_zero(values, "equal intervals", 0)

    def shift(self, blocks: Sequence[str]) -> Shown:
        """Add up the blocks of a shift; withheld where one of them is."""
        values = [self.total(block).value for block in blocks]
        if None in values:
            return Shown(None, "others", NOT_SHOWN)
        total = sum(value or 0 for value in values)
        return Shown(total, "", f"{total:,}")


def busiest_in_words(week: Week) -> str:
    """Say the busiest hours and days, and whether chance would do as well.

    Nothing is said of totals of which one is withheld, nor of rounded ones.
    """
    if week.view.level != PARTNER:
        return ""
    said, unsaid = [], []
    for names, alone, what in ((BLOCKS, NO_HOUR, "hours"), (WEEKDAYS, NO_DAY, "days")):
        values = [week.total(name).value for name in names]
        if None in values:
            unsaid.append(what)
            continue
        weights = np.array([values], np.float64)
        if weights.sum() < LEAST_KNOWN:
            return TOO_FEW
        start, length = (int(found[0]) for found in busiest_runs(weights))
        said.append(_busiest(values, start, length) if length else alone)
    if unsaid:
        said.append(f"Not all totals are shown, so the busiest {listed(unsaid)} are not named.")
    return " ".join(said)


def _busiest(values: Sequence[int | None], start: int, length: int) -> str:
    inside = sum(values[(start + i) % len(values)] or 0 for i in range(length))
    share = 100 * inside / sum(value or 0 for value in values)
    even = 100 * length / len(values)
    if len(values) == len(WEEKDAYS):
        name, what = f"days: {days_in_words(start, length)}", "days of the week"
    else:
        name, what = f"hours: {hours_in_words(BLOCKS[start])}", "blocks of hours"
    return (
        f"Busiest {name}, with {amount(share, 0)} % of the incidents whose hour is known. If all "
        f"{what} were alike it would be {amount(even, 0)} %, so this is more than luck."
    )


def week_table(week: Week) -> str:
    """Write weekdays by blocks as a table whose cells are shaded; withheld ones are hatched."""
    head = "".join(f"<th scope='col'><abbr title='{day}'>{day[:3]}</abbr></th>" for day in WEEKDAYS)
    body = "".join(_row(week, block) for block in BLOCKS)
    days = "".join(
        _cell(week.named(f"when.known_hours.{day}", week.total(day))) for day in WEEKDAYS
    )
    known = week.named("when.hours_known", week.known)
    unknown = week.named("when.hours_not_known", week.unknown)
    return (
        "<div class='heat blocks' tabindex='0' role='region' "
        "aria-label='Incidents by hours and weekday'>"
        f"<table><caption>{_legend(week)}</caption>"
        f"<thead><tr><th scope='col'>Hours</th>{head}<th scope='col'>All</th></tr></thead>"
        f"<tbody>{body}</tbody><tfoot><tr><th scope='row'>All</th>{days}"
        f"<td class='all'>{marked(known)}</td></tr>"
        f"<tr><th scope='row' colspan='8'>Hour {NOT_KNOWN}</th>"
        f"<td class='all'>{marked(unknown)}</td></tr></tfoot></table></div>"
    )


def _row(week: Week, block: str) -> str:
    cells = "".join(
        _cell(week.named(f"when.block_cell.{day}.{block}", week.cell(day, block)), week.scale)
        for day in WEEKDAYS
    )
    total = marked(week.named(f"when.block.{block}", week.total(block)))
    return (
        f"<tr><th scope='row'>{hours_in_words(block)}</th>{cells}<td class='all'>{total}</td></tr>"
    )


def _cell(figure: Figure, scale: Scale | None = None) -> str:
    if figure.value is None:
        return f"<td class='withheld'>{marked(figure)}</td>"
    shade = shade_of(figure.value, scale) if scale else ""
    colours = f" style='background:{shade};color:{ink_on(shade)}'" if shade else ""
    return f"<td{colours}>{marked(figure)}</td>"


def _legend(week: Week) -> str:
    keys = "".join(
        f"<span class='key'><i style='background:{one.colour}'></i>{esc(one.label)}</span>"
        for one in week.scale.classes
        if one.high > 0
    )
    return f"Incidents in {HOURS_OF_A_BLOCK} hours: {keys}"


def weekday_table(week: Week) -> str:
    """Give the totals of the weekdays as bars."""
    counts = {day: week.named(f"when.weekday.{day}", week.total(day)) for day in WEEKDAYS}
    return bar_table("Weekdays, hour known", ("Weekday", "Incidents"), _rows(counts))


def shift_table(week: Week) -> str:
    """Give the totals of shifts of eight hours as bars."""
    counts = {
        _shift_in_words(name): week.named(f"when.shift.{name}", week.shift(blocks))
        for name, blocks in SHIFTS.items()
    }
    return bar_table("Shifts of 8 hours", ("Shift", "Incidents"), _rows(counts))


def _shift_in_words(name: str) -> str:
    first, last = SHIFTS[name]
    return f"{name.capitalize()}, {hours_in_words(f'{first[:2]}-{last[-2:]}')}"


def _rows(figures: Mapping[str, Figure]) -> list[BarRow]:
    most = max((figure.value or 0.0 for figure in figures.values()), default=0.0)
    return [
        BarRow(
            label,
            (figure,),
            (figure.value or 0.0) / most if most else 0.0,
            figure.value is None,
        )
        for label, figure in figures.items()
    ]
