"""Counts that may be shown as figures with names, and which period has them."""

from dataclasses import replace

from dashboard.figures import Figure
from dashboard.partner.view import ReleaseView
from dashboard.words import amount
from geo.disclosure.cells import BOROUGH
from geo.disclosure.levels import PUBLIC
from geo.disclosure.menu import YEARS, MenuPeriod, released_before
from geo.disclosure.release import NOT_SHOWN, ROUNDED_TO, Release, Shown
from geo.disclosure.splits import ALL


def count_figure(name: str, label: str, shown: Shown) -> Figure:
    """Give a count as a figure; the words that stand for it where it is withheld."""
    return Figure(name, label, shown.text, value=shown.value)


def amount_figure(name: str, label: str, value: float | None, decimals: int) -> Figure:
    """Give what was made of counts as a figure; withheld where one of them was."""
    if value is None:
        return Figure(name, label, NOT_SHOWN)
    return Figure(name, label, amount(value, decimals), value=value)


def incidents_in_words(view: ReleaseView) -> str:
    """Say which incidents are on show, as a sentence says it.

    The kinds that are no groups of their own read as they are: ``crimes``.
    """
    kind, _, name = view.group.partition(": ")
    known = {
        ALL: "incidents",
        "kind: crime": "crimes",
        "kind: incident": "incidents that are not crimes",
        "kind: not known": "incidents of which the kind is not known",
    }
    if view.group in known:
        return known[view.group]
    return f"incidents with the strand {name}" if kind == "strand" else f"incidents of {name}"


def in_sentence(period: MenuPeriod) -> str:
    """Say a period in the middle of a sentence."""
    words = period.words
    return words[:1].lower() + words[1:] if period.kind == "all" else words


def hours_in_words(block: str) -> str:
    """Write a block of hours of a release as times of the clock.

    >>> hours_in_words("22-02")
    '22:00 to 02:00'
    """
    first, _, last = block.partition("-")
    return f"{first}:00 to {last}:00"


def total_in_words(shown: Shown, what: str) -> str:
    """Say how many there are of something, as a sentence says it: ``555 incidents``."""
    if shown.why == "others":
        return f"a number of {what} that is not shown"
    one = what.replace("incidents", "incident", 1).replace("crimes", "crime", 1)
    return f"{shown.text} {one if shown.value == 1 else what}"


def rounded_in_words(view: ReleaseView) -> str:
    """Say that counts are rounded, where they are; begins with a blank."""
    return f" Counts are rounded to {ROUNDED_TO}." if view.level == PUBLIC else ""


def prefix_of(view: ReleaseView, shown: ReleaseView) -> str:
    """Give what names of figures begin with where they are not of the chosen period."""
    return "" if shown.period == view.period else f"period.{shown.period.key}."


def with_figures(view: ReleaseView, area: str, group: str | None = None) -> tuple[ReleaseView, str]:
    """Give the view of a period that has counts of this kind, and say so where it is another.

    Splits of wards, and hours, are released for years only; a shorter period falls back to the
    year that holds it.
    """
    wanted = group or view.group
    release, period = view.release, view.period
    if release.has(period, wanted, area):
        return view, ""
    longer = _year_that_holds(release, period, wanted, area)
    before, why_not = None, view.why_not
    if view.before:
        before, why_not = released_before(release.menu, longer, "year before")
    said = (
        "Such figures are released for years only, because those of shorter times would be too "
        f"small. This shows {in_sentence(longer)}, which holds {in_sentence(period)}."
    )
    return replace(view, period=longer, before=before, why_not=why_not), said


def _year_that_holds(
    release: Release, period: MenuPeriod, group: str, area: str = BOROUGH
) -> MenuPeriod:
    """Give the shortest year-long period that holds another; all of the data holds every one."""
    holding = [
        one
        for one in release.menu
        if one.kind in YEARS
        and one.first_month <= period.first_month
        and period.last_month <= one.last_month
        and release.has(one, group, area)
    ]
    return min(holding, key=lambda one: (one.n_months, one.kind != "financial year"))
