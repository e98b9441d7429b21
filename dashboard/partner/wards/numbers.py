"""The figures of all wards that may be shown, and what is worked out from these alone."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

import boundaries
from boundaries.columns import AREA_KM2, POPULATION, WARD_CODE
from boundaries.errors import HotspotsError
from boundaries.vintages import Vintage
from dashboard.figures import Figure
from dashboard.furniture import signed_pct
from dashboard.maps.classify import signed
from dashboard.partner.shown import (
    amount_figure,
    count_figure,
    in_sentence,
    incidents_in_words,
    total_in_words,
)
from dashboard.partner.view import ReleaseView
from dashboard.wards.numbers import DECIMALS, TOTAL, UNITS, name_of
from dashboard.words import amount, listed
from geo.change.poisson_tests import MORE_THAN_CHANCE, NO_MORE_THAN_CHANCE
from geo.disclosure.cells import BOROUGH
from geo.disclosure.compared import LEAST_ROUNDED, ComparedCount, compared
from geo.disclosure.levels import PARTNER, PUBLIC
from geo.disclosure.release import NOT_SHOWN
from geo.wards.counts import Measure
from geo.wards.table import EXTRA_ROWS

NO_FIGURE = "–"
_CHANCE = {MORE_THAN_CHANCE: "yes", NO_MORE_THAN_CHANCE: "no"}


@dataclass(frozen=True, eq=False)
class ReleasedWards:
    """The wards, what lies outside them, what is not located, and all; of one view.

    Attributes
    ----------
    rows
        By code: wards, ``outside``, ``not_located``, then ``TOTAL``.
    is_compared
        Whether they are held against an earlier period; else ``why_not`` says why.
    prefix
        What the names of figures begin with where they are not of the chosen period.
    """

    view: ReleaseView
    rows: Mapping[str, ComparedCount]
    is_compared: bool
    why_not: str
    prefix: str = ""

    def name(self, code: str, what: str) -> str:
        """Name a figure of a row for programs."""
        return f"{self.prefix}{name_of(code, what)}"

    @property
    def names(self) -> dict[str, str]:
        """Names of the wards by code."""
        return self.view.release.wards

    @property
    def vintage(self) -> Vintage:
        """Ward polygons of the release."""
        return self.view.release.params.vintage

    @property
    def is_tested(self) -> bool:
        """Whether changes are given in per cent, and held against chance."""
        return self.is_compared and self.view.level == PARTNER

    @property
    def shown(self) -> dict[str, int]:
        """Counts of the wards that are shown, by code."""
        values = {code: self.rows[code].count.value for code in self.names}
        return {code: value for code, value in values.items() if value is not None}

    @cached_property
    def _bases(self) -> dict[Measure, dict[str, float]]:
        """What counts are divided by, by measure and ward."""
        wards = boundaries.load_wards(self.vintage)
        codes = list(wards[WARD_CODE])
        residents = dict(zip(codes, (wards[POPULATION] / 1_000).tolist(), strict=True))
        areas = dict(zip(codes, wards[AREA_KM2].tolist(), strict=True))
        return {"rate": residents, "density": areas}

    def value(self, code: str, measure: Measure) -> float | None:
        """Give a measure of a row; None where it is withheld, or there is none."""
        count = self.rows[code].count.value
        if count is None or measure == "count":
            return count
        if measure == "share":
            total = self.rows[TOTAL].count.value
            return 100 * count / total if total else None
        base = self.base(code, measure)
        return count / base if base else None

    def base(self, code: str, measure: Measure) -> float:
        """Give what the count of a ward is divided by; 0 for what is no ward."""
        return self._bases[measure].get(code, 0.0)


def released_wards(view: ReleaseView, prefix: str = "") -> ReleasedWards:
    """Put together the figures of all wards for the period of a view that has them."""
    release, before, why_not = view.release, view.before, view.why_not
    areas = list(release.areas)
    try:
        rows = compared(release, view.period, before, view.group, areas)
        [total] = compared(release, view.period, before, view.group, [BOROUGH])
    except HotspotsError as error:  # such as a time before that the data does not cover
        why_not, before = str(error), None
        rows = compared(release, view.period, None, view.group, areas)
        [total] = compared(release, view.period, None, view.group, [BOROUGH])
    by_code = {row.area: row for row in rows}
    return ReleasedWards(view, {**by_code, TOTAL: total}, before is not None, why_not, prefix)


def figure(wards: ReleasedWards, code: str, measure: Measure) -> Figure:
    """Give a figure of a row as it is shown."""
    name, label = wards.name(code, measure), UNITS[measure].capitalize()
    if measure == "count":
        return count_figure(name, label, wards.rows[code].count)
    if measure != "share" and code not in wards.names:
        return Figure(name, label, "")
    if measure == "share" and wards.rows[TOTAL].count.value == 0:
        return Figure(name, label, NO_FIGURE)
    return amount_figure(name, label, wards.value(code, measure), DECIMALS[measure])


def change_figures(wards: ReleasedWards, code: str) -> list[Figure | str]:
    """Give the count before and the difference; for partners change in per cent and chance, too."""
    row = wards.rows[code]
    before = wards.name(code, "before")
    cells: list[Figure | str] = [
        count_figure(before, "Before", row.before) if row.before else NO_FIGURE,
        difference_figure(row, wards.name(code, "difference"), wards.view),
    ]
    if not wards.is_tested:
        return cells
    if row.difference is None:
        return [*cells, NOT_SHOWN, NOT_SHOWN]
    chance = str(row.significance)
    return [*cells, percent_in_words(row), _CHANCE.get(chance, chance)]


def difference_figure(row: ComparedCount, name: str, view: ReleaseView) -> Figure:
    """Give the difference of two counts, or why there is none."""
    if row.difference is not None:
        return Figure(name, "Change", signed(row.difference, 0), value=row.difference)
    is_small = row.before is not None and not (row.count.is_withheld or row.before.is_withheld)
    return Figure(name, "Change", "too small" if is_small and view.level == PUBLIC else NOT_SHOWN)


def percent_in_words(row: ComparedCount) -> str:
    """Write a change in per cent with its interval; nothing can be said of one from 0."""
    if row.change is None:
        return "not defined"
    change = f"{signed_pct(row.change)} %"
    if row.low is None or row.high is None:
        return change
    return f"{change} ({signed(row.low, 0)} to {signed(row.high, 0)})".replace(" ", "\u00a0")


def headline(wards: ReleasedWards) -> str:
    """Say where most were, of the wards that are shown, and which changed by more than chance."""
    view, shown = wards.view, wards.shown
    what, period = incidents_in_words(view), in_sentence(view.period)
    total = wards.rows[TOTAL].count
    if total.value == 0:
        return f"No {what} in {period}."
    of_all = total_in_words(total, what)
    start = of_all[:1].upper() + of_all[1:]
    if not shown:
        return (
            f"{start} in {period}. No figure of a ward can be shown, for too many are small. "
            "Choose a longer period or all incidents in the sidebar."
        )
    which = "wards" if len(shown) == len(wards.names) else "wards whose figures are shown"
    most = max(shown.values())
    if most == 0:
        return f"{start} in {period}; none in the {len(shown)} {which}."
    first = [wards.names[code] for code, count in shown.items() if count == most]
    each = " each" if len(first) > 1 else ""
    said = (
        f"{listed(first)}: {amount(most, 0)}{each} of {of_all} in {period}, the most of the "
        f"{len(shown)} {which}."
    )
    return f"{said} {_changed_in_words(wards)}".strip()


def _changed_in_words(wards: ReleasedWards) -> str:
    before = wards.view.before
    if not wards.is_tested or before is None:
        return ""
    found = [
        f"{wards.names[code]} ({signed(row.difference, 0)})"
        for code, row in wards.rows.items()
        if code in wards.names and row.is_more_than_chance and row.difference is not None
    ]
    if not found:
        return f"No ward changed by more than chance would give since {before.words}."
    return f"Changed by more than chance would give since {before.words}: {listed(found)}."


def sentence(wards: ReleasedWards, code: str) -> str:
    """Say in a sentence how many a ward had, and how that changed."""
    view, row = wards.view, wards.rows[code]
    said = f"{wards.names[code]}: {total_in_words(row.count, incidents_in_words(view))} in "
    said += in_sentence(view.period)
    if view.before is None or row.difference is None:
        return f"{said}."
    if row.difference == 0:
        return f"{said}; as many as in {view.before.words}."
    more = "more" if row.difference > 0 else "fewer"
    chance = f", {row.significance}" if wards.is_tested else ""
    return f"{said}; {amount(abs(row.difference), 0)} {more} than in {view.before.words}{chance}."


def in_order(wards: ReleasedWards, by: str) -> list[str]:
    """Give the codes of the wards in an order: names from A, figures from the highest.

    What is withheld stands last and by name, so that the order gives nothing away.
    """
    names = wards.names
    by_name = sorted(names, key=lambda code: names[code])
    if by == "name":
        return by_name
    keys = {code: _key(wards, code, by) for code in by_name}
    return sorted(by_name, key=lambda code: (keys[code] is None, -(keys[code] or 0.0)))


def _key(wards: ReleasedWards, code: str, by: str) -> float | None:
    if by in ("count", "rate", "density"):
        measures: dict[str, Measure] = {"count": "count", "rate": "rate", "density": "density"}
        return wards.value(code, measures[by])
    row = wards.rows[code]
    return row.difference if by == "change" else row.change


LAST = {**EXTRA_ROWS, TOTAL: "All incidents"}
"""The rows that make the table add up."""

WHY_TOO_SMALL = (
    f'"Too small": rounded counts below {LEAST_ROUNDED} are not compared, for the rounding would '
    "be a large part of the change."
)
