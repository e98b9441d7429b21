"""The figures at the top of a briefing."""

from collections.abc import Iterator

from dashboard.brief.analyses import TopAnalyses
from dashboard.brief.counts import NOT_DEFINED, Row, rows_of, total_of
from dashboard.brief.words import change_note, span_words
from dashboard.covered import part_covered
from dashboard.figures import Figure
from dashboard.words import amount, plural
from geo.repeats.repeats import DISTINCT, OF, PLACES, REPEAT_SHARE, REPEATS, VICTIMS

_REPEAT_LABELS = {VICTIMS: "Repeat victims", PLACES: "Repeat places"}


def cards(found: TopAnalyses) -> tuple[Figure, ...]:
    """Give the cards that the data has, in their order."""
    total, before = total_of(found), span_words(found.before)
    return (
        _card(total, "Incidents", before),
        *_kinds(found, before),
        *_change(found, total, before),
        *_repeats(found),
    )


def _card(row: Row, label: str, before: str) -> Figure:
    note = "" if row.before is None else f"{row.before:,} in {before}"
    return Figure(row.count_figure().name, label, f"{row.count:,}", note, row.count)


def _kinds(found: TopAnalyses, before: str) -> Iterator[Figure]:
    """Give crimes and incidents that are none where any is known to be one, and the unknown."""
    *known, unknown = rows_of(found, "kind")
    shown = known if any(row.count or row.before for row in known) else []
    for row in [*shown, *([unknown] if unknown.count or unknown.before else [])]:
        yield _card(row, row.name, before)


def _change(found: TopAnalyses, total: Row, before: str) -> Iterator[Figure]:
    if total.before is None or found.change is None:
        return
    figure = total.change_figure("change")
    text = figure.text if figure.text != NOT_DEFINED else "new"
    label = "Change per day since" if part_covered(found.change) else "Change since"
    yield Figure("change", f"{label} {before}", text, change_note(total, before), figure.value)


def _repeats(found: TopAnalyses) -> Iterator[Figure]:
    frame = found.repeats.frame
    columns = (frame[name] for name in (OF, DISTINCT, REPEATS, REPEAT_SHARE))
    for of, distinct, repeats, percentage in zip(*columns, strict=True):
        if distinct:
            label, share = _REPEAT_LABELS[of], amount(percentage, 1)
            note = f"{share} % of {plural(distinct, of[:-1])} had two or more incidents"
            yield Figure(f"repeat_{of}", label, f"{repeats:,}", note, float(repeats))


def located(found: TopAnalyses) -> tuple[Figure, ...]:
    """Give how many are located, outside and not located."""
    record = found.counts.record
    figures = {
        "located": ("Located", record.located),
        "outside": ("Outside the borough", record.outside),
        "not_located": ("Not located", record.not_located),
    }
    return tuple(
        Figure(name, label, f"{count:,}", value=count) for name, (label, count) in figures.items()
    )
