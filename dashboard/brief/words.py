"""Sentences of a briefing."""

from collections.abc import Iterator, Sequence
from math import isnan

from dashboard.brief.analyses import Analyses, TopAnalyses
from dashboard.brief.counts import Row, percent, rows_of, total_of
from dashboard.covered import part_covered
from dashboard.words import listed, period_in_words, plural
from geo.change.count_change import AFTER, BEFORE, CHANGE_PERCENT, SIGNIFICANCE
from geo.change.exposure import DateSpan
from geo.change.poisson_tests import MORE_THAN_CHANCE
from geo.grids.emerging import NAME as CELL_NAME
from geo.grids.emerging import PATTERN, EmergingResult
from geo.hotspots.table import NAME
from geo.quality.check import MIND, VERDICT
from geo.quality.months import FINDING, LOW, MONTH, NO_DATA
from geo.reporting_periods import financial_year_of, span_in_words
from geo.schema import OCCURRED, TIME_PRECISION, Incidents
from geo.series_break import BREAK_IN_WORDS, break_lies_within
from geo.wards.table import EXTRA_ROWS

NOTHING_MOVED = "No ward and no hotspot changed by more than chance would give."
_ALL_ELSE = "All other changes of wards and hotspots are no more than chance would give."
_NEW = ("new", "consecutive")
_FADING = ("diminishing", "historical")
_PLACES_NAMED = 3
_MONTHS_NAMED = 3


def span_words(span: DateSpan | None) -> str:
    """Say a stretch of days as people do; empty where there is none."""
    return "" if span is None else financial_year_of(span) or span_in_words(span)


def headline(found: TopAnalyses) -> str:
    """Say where it is concentrated and how that has changed, in one sentence."""
    when = span_words(found.period)
    wards = [row for row in rows_of(found, "ward") if row.code not in EXTRA_ROWS]
    total = total_of(found)
    if total.count == 0:
        return f"No incidents in {when}." if when else "No incidents."
    top = max(wards, key=lambda row: row.count)
    if top.count == 0:
        return f"{plural(total.count, 'incident')} in {when}, none of them in a ward."
    n_equal = sum(row.count == top.count for row in wards)
    if n_equal > 1:
        return (
            f"{plural(total.count, 'incident')} in {when}{_compared(total, found)}; "
            f"{n_equal} wards have the most, {top.count:,} each.{_part(found)}"
        )
    what = f"{top.name}: {plural(top.count, 'incident')} in {when}"
    return f"{what}{_compared(top, found)}.{_part(found)}"


def _compared(row: Row, found: TopAnalyses) -> str:
    if row.difference is None:
        return ""
    before = span_words(found.before)
    if _part(found):  # the counts are of times of another length
        if isnan(row.change):
            return f", none in {before}"
        return f", {percent(row.change)} a day against {before}, {row.significance}"
    if row.difference == 0:
        return f", as many as in {before}"
    more = f"{abs(row.difference):,} {'more' if row.difference > 0 else 'fewer'}"
    return f", {more} than in {before}, {row.significance}"


def _part(found: TopAnalyses) -> str:
    """Say which time the data covers in part only, to follow a sentence."""
    said = "" if found.change is None else part_covered(found.change)
    return f" {said}" if said else ""


def change_note(row: Row, before: str) -> str:
    """Say how sure the change of all incidents is."""
    if row.difference is None:
        return ""
    if isnan(row.change):
        return f"There were none in {before}."
    return f"Likely between {percent(row.low)} and {percent(row.high)}; {row.significance}."


def moved(found: Analyses) -> tuple[str, ...]:
    """Say what is new, growing and fading; only what is more than chance is called so."""
    lines = [*_emerging(found.emerging, _NEW, "New"), *_of_changes(found)]
    lines += _emerging(found.emerging, _FADING, "Fading")
    if found.change is None:
        return (*lines, f"No change is given: {found.why_not}")
    return (*lines, _ALL_ELSE) if lines else (NOTHING_MOVED,)


def _of_changes(found: Analyses) -> Iterator[str]:
    wards = [row for row in rows_of(found, "ward") if row.is_more_than_chance]
    changes = [
        (f"{row.name} ward", row.before, row.count, row.change)
        for row in wards
        if row.before is not None
    ]
    if found.hotspot_change is not None:
        frame = found.hotspot_change.frame
        sure = frame[frame[SIGNIFICANCE] == MORE_THAN_CHANCE]
        columns = (sure[name] for name in (NAME, BEFORE, AFTER, CHANGE_PERCENT))
        changes += [(f"the hotspot {name}", *rest) for name, *rest in zip(*columns, strict=True)]
    for word, is_meant in (("Growing", _grew), ("Fading", _fell)):
        for where, before, after, change in changes:
            if is_meant(before, after):
                by = f" ({percent(change)})" if change == change else ""  # noqa: PLR0124 - NaN
                yield (
                    f"{word}: {where}, from {before:,} to {after:,} incidents{by}, "
                    f"{MORE_THAN_CHANCE}."
                )


def _grew(before: int, after: int) -> bool:
    return after > before


def _fell(before: int, after: int) -> bool:
    return after < before


def _emerging(found: EmergingResult | None, patterns: Sequence[str], word: str) -> Iterator[str]:
    """Name the places with one of these patterns; there is one line for each pattern."""
    if found is None:
        return
    last = period_in_words(found.steps[-1])
    means = {
        "new": f"hot in {last} for the first time",
        "consecutive": f"hot in the last quarters up to {last}, and never before",
        "diminishing": "hot nearly all the time, but less and less so",
        "historical": f"hot nearly all the time before, and not in {last}",
    }
    for pattern in patterns:
        names = found.frame.loc[found.frame[PATTERN] == pattern, CELL_NAME]
        places = list(dict.fromkeys(name.rsplit(" (", 1)[0] for name in names))
        if places:
            yield f"{word}: {_named(places)}, {means[pattern]}."


def _named(places: Sequence[str]) -> str:
    """Name a few places; their names hold commas."""
    more = len(places) - _PLACES_NAMED
    shown = "; ".join(places[:_PLACES_NAMED])
    return f"{shown}; and {plural(more, 'more place')}" if more > 0 else shown


def busiest(found: Analyses) -> tuple[str, ...]:
    """Say the peak days and hours, or why there are none."""
    n = found.counts.record.incidents
    no_day, no_hour = found.when.unknown_weekdays, found.when.unknown_hours
    if n == 0:
        return ("There are no incidents, so no days or hours stand out.",)
    if no_day == n:
        return ("The days and hours of the incidents are not known.",)
    lines = list(found.when.busiest)
    for what, unknown in (("days", no_day), ("hours", no_hour)):
        if not any(line.startswith(f"Busiest {what}") for line in lines):
            lines.append(
                f"The {what} are not known."
                if unknown == n
                else f"No {what} stand out by more than chance would give."
            )
    return tuple(lines)


def quality(found: Analyses) -> str:
    """Say in one line what is wrong with the data of the period."""
    record = found.counts.record
    parts = [
        (
            f"{plural(record.incidents, 'incident')}: {record.located:,} located, "
            f"{record.outside:,} outside the borough, {record.not_located:,} not located"
        ),
        *_months(found),
        _break(found),
    ]
    n_minded = int((found.quality.frame[VERDICT] == MIND).sum()) if record.incidents else 0
    more = f" {plural(n_minded, 'check')} found what must be minded: see the notes."
    more = more if n_minded else ""
    return f"{'; '.join(filter(None, parts))}.{more}"


def _months(found: Analyses) -> Iterator[str]:
    if found.period is None or not len(found.quality.months):
        return
    months = found.quality.months
    first, last = f"{found.period.first:%Y-%m}", f"{found.period.last:%Y-%m}"
    inside = months[(months[MONTH] >= first) & (months[MONTH] <= last)]
    missing, low = (
        list(dict.fromkeys(inside.loc[inside[FINDING] == finding, MONTH]))
        for finding in (NO_DATA, LOW)
    )
    begins, ends = months[MONTH].min(), months[MONTH].max()
    if begins > first:
        yield f"the data begins in {period_in_words(begins)}"
    if ends < last:
        yield f"the data ends in {period_in_words(ends)}"
    if missing:
        yield f"no data in {_month_names(missing)}"
    elif begins <= first and ends >= last:
        yield "no month without data"
    late = low and low[-1] == inside[MONTH].max()
    if low:
        yield f"fewer than usual in {_month_names(low)}"
    if late:
        yield "late records may still be missing in the last month"


def _month_names(months: Sequence[str]) -> str:
    more = len(months) - _MONTHS_NAMED
    names = [period_in_words(month) for month in months[:_MONTHS_NAMED]]
    return listed([*names, f"{more:,} more"] if more > 0 else names)


def _break(found: Analyses) -> str:
    if found.period is None:
        return ""
    if break_lies_within(found.period.first, found.period.last):
        return BREAK_IN_WORDS[0].lower() + BREAK_IN_WORDS[1:]
    return "no break of the series in the period"


def data_to(incidents: Incidents) -> str:
    """Say up to when there is data: the last day, or the month where days are not known."""
    if incidents.span is None:
        return "no data"
    frame = incidents.frame
    day = incidents.span[1]
    month_only = (frame.loc[frame[OCCURRED] == day, TIME_PRECISION] == "month").all()
    return f"{day:%B %Y}" if month_only else f"{day.day} {day:%B %Y}"
