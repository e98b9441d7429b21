"""Sentences of a briefing for partners; nothing is said of a figure that is withheld."""

from collections.abc import Iterator, Sequence

from dashboard.brief.counts import percent
from dashboard.partner.brief.counts import ReleasedCounts, known
from dashboard.partner.shown import incidents_in_words
from dashboard.words import listed, period_in_words, plural
from geo.change.poisson_tests import MORE_THAN_CHANCE
from geo.disclosure.compared import LEAST_ROUNDED, ComparedCount
from geo.disclosure.levels import PUBLIC
from geo.disclosure.release import ROUNDED_TO, Release, Shown
from geo.series_break import BREAK_IN_WORDS, break_lies_within

_NOTHING_MOVED = "No ward changed by more than chance would give"
_ALL_ELSE = "All other changes of wards are no more than chance would give"
_MONTHS_NAMED = 3
ROUNDED = (
    f"All counts are rounded to {ROUNDED_TO}, so they need not add up, and differences are "
    f"approximate. Counts below {LEAST_ROUNDED} are not held against each other, and nothing is "
    "tested."
)
WITHHELD = (
    "“{fewer}” is a small count. “Not shown” is a count that is withheld because small ones could "
    "be worked out from it. Whatever is made of such a count is withheld, too."
)


def headline(counts: ReleasedCounts) -> str:
    """Say where it is concentrated, as far as that is shown, and how that has changed."""
    view, total = counts.view, counts.total.count
    what, when = incidents_in_words(view), _in_sentence(counts.period)
    if total.value == 0:
        return f"No {what} in {when}."
    shown = known(counts.wards)
    top = max((value for _, value in shown), default=0)
    first = [row for row, value in shown if value == top]
    if top and len(first) == 1:
        (row,) = first
        said = f"{view.release.wards[row.area]}: {_about(counts)}{row.count.text} {what} in {when}"
        return f"{said}{_of_shown(counts)}{_changed(row, counts)}."
    said = f"{_all_of(total, what, counts)} in {when}{_changed(counts.total, counts)}"
    if not top:
        return f"{said}."
    return f"{said}; {len(first)} wards have {_about(counts)}{top:,} each{_of_shown(counts)}."


def _in_sentence(period: str) -> str:
    return period[0].lower() + period[1:] if period.startswith("All of") else period


def _of_shown(counts: ReleasedCounts) -> str:
    """Say that a ward that is not shown may have more; empty where all are."""
    if len(known(counts.wards)) == len(counts.wards):
        return ""
    return ", the most of the wards that are shown"


def _all_of(total: Shown, what: str, counts: ReleasedCounts) -> str:
    if total.value is not None:
        return f"{_about(counts).capitalize()}{total.text} {what}"
    return f"{total.text.capitalize()} {what}" if total.why == "small" else f"{what} ({total.text})"


def _about(counts: ReleasedCounts) -> str:
    return "about " if counts.view.level == PUBLIC else ""


def _changed(row: ComparedCount, counts: ReleasedCounts) -> str:
    if row.difference is None:
        return ""
    before = _in_sentence(counts.before)
    if row.difference == 0:
        return f", {_about(counts)}as many as in {before}"
    more = f"{abs(row.difference):,} {'more' if row.difference > 0 else 'fewer'}"
    chance = f", {row.significance}" if counts.is_tested else ""
    return f", {_about(counts)}{more} than in {before}{chance}"


def change_note(counts: ReleasedCounts) -> str:
    """Say how sure the change of all incidents is."""
    row = counts.total
    if row.change is None or row.low is None or row.high is None:
        return ""
    return f"Likely between {percent(row.low)} and {percent(row.high)}; {row.significance}."


def moved(counts: ReleasedCounts) -> tuple[str, ...]:
    """Say which wards grew and faded; only what is more than chance is called so."""
    if not counts.is_compared:
        return (f"No change is given: {counts.view.why_not}",)
    if not counts.is_tested:
        return ("Rounded figures cannot tell whether a change is more than chance would give.",)
    lines = tuple(_moved(counts))
    n_hidden = sum(row.difference is None for row in counts.wards)
    of_shown = (
        f", as far as both counts are shown; in {plural(n_hidden, 'ward')} one of them is withheld."
        if n_hidden
        else "."
    )
    return (*lines, f"{_ALL_ELSE if lines else _NOTHING_MOVED}{of_shown}")


def _moved(counts: ReleasedCounts) -> Iterator[str]:
    sure = [row for row in counts.wards if row.is_more_than_chance]
    for word, sign in (("Growing", 1), ("Fading", -1)):
        for row in sure:
            if row.before is None or row.difference is None or row.difference * sign <= 0:
                continue
            by = "" if row.change is None else f" ({percent(row.change)})"
            yield (
                f"{word}: {counts.view.release.wards[row.area]} ward, from {row.before.text} to "
                f"{row.count.text} incidents{by}, {MORE_THAN_CHANCE}."
            )


def quality(counts: ReleasedCounts, located: Sequence[str]) -> str:
    """Say in one line what is wrong with the data of the period.

    Parameters
    ----------
    located
        How many are located, outside and not located, in words.
    """
    total = counts.total.count
    many = f"Incidents: {total.text}" if total.is_withheld else f"{total.text} incidents"
    parts = [f"{many} ({', '.join(located)})", _months(counts), _break(counts)]
    return f"{'; '.join(parts)}."


def _months(counts: ReleasedCounts) -> str:
    release, period = counts.view.release, counts.view.period
    empty = [
        month.key
        for month in release.menu
        if month.kind == "month"
        and period.first_month <= month.key <= period.last_month
        and release.count(month).value == 0
    ]
    if not empty:
        return "no month without incidents"
    names = [period_in_words(month) for month in sorted(empty)]
    more = len(names) - _MONTHS_NAMED
    shown = [*names[:_MONTHS_NAMED], f"{more:,} more"] if more > 0 else names
    return f"no incidents in {listed(shown)}"


def _break(counts: ReleasedCounts) -> str:
    span = counts.view.period.span
    if break_lies_within(span.first, span.last):
        return BREAK_IN_WORDS[0].lower() + BREAK_IN_WORDS[1:]
    return "no break of the series in the period"


def level_notes(release: Release) -> tuple[str, ...]:
    """Say what a reader must know of figures of this level, before what the data asks for."""
    words = (WITHHELD.format(fewer=release.fewer_than.capitalize()),)
    rounded = (ROUNDED,) if release.level == PUBLIC else ()
    return (*rounded, *words)
