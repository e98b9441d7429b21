"""Strands, victims, outcomes and routes by financial year: panels, headline, table."""

import numpy as np
import pandas as pd

from dashboard.charts import Ink
from dashboard.figures import Figure
from dashboard.trends.charts import (
    HIGH,
    LOW,
    VALUE,
    Panel,
    draw,
    marks_in_words,
)
from dashboard.trends.section import Chart, Picture, Section, Sentence, Table
from dashboard.trends.words import (
    NOTHING_SELECTED,
    period_cell,
    places_in_words,
    rows_of,
    share_cell,
    share_in_words,
)
from dashboard.words import plural
from geo.periods import NOT_KNOWN
from geo.result import Result
from geo.schema import Incidents
from geo.selection import Selection
from geo.trends.counts import COVERAGE, INCIDENTS, SERIES
from geo.trends.groups import (
    GROUP,
    KNOWN,
    SHARE,
    SHARE_HIGH,
    SHARE_LOW,
    GroupedBy,
    GroupParams,
    groups_over_time,
)
from geo.trends.trend_periods import BOTH_SERIES, NO_DATA, WHOLE
from geo.wards.table import PERIOD

_TITLES: dict[GroupedBy, str] = {
    "strand": "Strands",
    "victim age": "Victims by age",
    "victim ethnicity": "Victims by ethnicity",
    "outcome": "Outcomes",
    "reporting route": "Ways of reporting",
}
_MISSING: dict[GroupedBy, str] = {
    "strand": (
        "No incident in this data has a strand. Where the file has them, name the column on the "
        "page Data."
    ),
    "victim age": "The data has no ages of victims.",
    "victim ethnicity": "The data has no ethnicity of victims.",
    "outcome": "The data has no outcomes.",
    "reporting route": "The data does not say how incidents were reported.",
}
_MENTIONS = (
    "An incident can carry several strands, for example race and religion. It then counts once in "
    "each: these are mentions, and they add up to more than the incidents."
)
_SHARES = (
    "Shares are of the incidents whose group is known. Thin lines: the true share likely lies "
    "there. No share is given where fewer than 20 are known."
)
_VICTIMS = "An incident counts once, with its first victim: one person can count several times."
_SUSPECTS = "The data has no columns on suspects, so nothing is said of them."
_OUTCOMES = (
    "The latest incidents are often still being looked into, so their outcomes will change. "
    "Compare years that are some time past."
)


def strands_section(incidents: Incidents, selection: Selection, dark: bool) -> Section:
    """Put together the part on strands."""
    result = _groups(incidents, selection, "strand")
    if (section := _empty(result, ("strand",))) is not None:
        return section
    frame = _named(result.frame)
    drawn = frame[frame[GROUP] != NOT_KNOWN]
    panels = _panels(drawn, INCIDENTS)
    last = _last_period(frame)
    return Section(
        headlines=(_strand_headline(frame, last),),
        charts=(
            Chart(
                "Mentions of each strand by financial year",
                _pictures(panels, dark),
                f"Each strand has a scale of its own. {marks_in_words(panels[0].frame)}".strip(),
            ),
        ),
        tables=(_table("Table of strands by financial year", frame, last),),
        notes=(_MENTIONS, places_in_words(result.record), *result.record.warnings),
        results=(("strands", result),),
    )


def victims_section(incidents: Incidents, selection: Selection, dark: bool) -> Section:
    """Put together the part on victims by age and ethnicity."""
    kinds: tuple[GroupedBy, ...] = ("victim age", "victim ethnicity")
    section = shares_section(incidents, selection, kinds, (_VICTIMS, _SUSPECTS), dark)
    if section.empty and section.empty != NOTHING_SELECTED:
        return Section(empty=f"{section.empty} {_SUSPECTS}")
    return section


def outcomes_section(incidents: Incidents, selection: Selection, dark: bool) -> Section:
    """Put together the part on outcomes and ways of reporting."""
    kinds: tuple[GroupedBy, ...] = ("outcome", "reporting route")
    return shares_section(incidents, selection, kinds, (_OUTCOMES,), dark)


def shares_section(
    incidents: Incidents,
    selection: Selection,
    kinds: tuple[GroupedBy, ...],
    notes: tuple[str, ...],
    dark: bool,
) -> Section:
    """Put together groups of several kinds, those that the data has."""
    results = {kind: _groups(incidents, selection, kind) for kind in kinds}
    there = {kind: result for kind, result in results.items() if len(result.frame)}
    if not there:
        return _empty(results[kinds[0]], kinds) or Section()
    frames = {kind: _named(result.frame) for kind, result in there.items()}
    warnings = dict.fromkeys(w for result in there.values() for w in result.record.warnings)
    missing = [_MISSING[kind] for kind in kinds if kind not in there]
    return Section(
        headlines=tuple(_share_headline(kind, frame) for kind, frame in frames.items()),
        charts=tuple(_share_chart(kind, frame, dark) for kind, frame in frames.items()),
        tables=tuple(
            _table(f"Table of {_TITLES[kind].lower()}", frame, _last_period(frame))
            for kind, frame in frames.items()
        ),
        notes=(*missing, *notes, places_in_words(results[kinds[0]].record), *warnings),
        results=tuple((kind.replace(" ", "-"), result) for kind, result in there.items()),
    )


def _groups(incidents: Incidents, selection: Selection, by: GroupedBy) -> Result:
    return groups_over_time(incidents, selection, GroupParams(by, "fy"))


def _empty(result: Result, kinds: tuple[GroupedBy, ...]) -> Section | None:
    if result.record.incidents == 0:
        return Section(empty=NOTHING_SELECTED)
    return None if len(result.frame) else Section(empty=" ".join(_MISSING[kind] for kind in kinds))


def _named(frame: pd.DataFrame) -> pd.DataFrame:
    return frame.assign(**{GROUP: [name[:1].upper() + name[1:] for name in frame[GROUP]]}).replace(
        {GROUP: {NOT_KNOWN.capitalize(): NOT_KNOWN}}
    )


def _last_period(frame: pd.DataFrame) -> str:
    """Give the last whole year of one series, else the last that has data."""
    whole = frame[(frame[COVERAGE] == WHOLE) & (frame[SERIES] != BOTH_SERIES)]
    some = whole if len(whole) else frame[frame[COVERAGE] != NO_DATA]
    return str(some[PERIOD].iloc[-1])


def _panel(name: object, rows: pd.DataFrame, column: str) -> Panel:
    values = rows[column].astype(np.float64).where(rows[COVERAGE] != NO_DATA)
    drawn = rows.assign(**{VALUE: values})
    if column == SHARE:
        drawn = drawn.assign(**{LOW: rows[SHARE_LOW], HIGH: rows[SHARE_HIGH]})
    return Panel(str(name), drawn, 1 if column == SHARE else 0)


def _share_chart(kind: GroupedBy, frame: pd.DataFrame, dark: bool) -> Chart:
    known = frame[frame[GROUP] != NOT_KNOWN]
    panels = _panels(known, SHARE)
    note = f"{_SHARES} {marks_in_words(panels[0].frame)}".strip()
    return Chart(
        f"{_TITLES[kind]}, share of each financial year in %",
        _pictures(panels, dark),
        note,
    )


def _panels(frame: pd.DataFrame, column: str) -> list[Panel]:
    return [_panel(name, rows, column) for name, rows in frame.groupby(GROUP, sort=False)]


def _pictures(panels: list[Panel], dark: bool) -> tuple[Picture, ...]:
    ink = Ink.on(dark=dark)
    return tuple(Picture(draw(panel, ink), _alt(panel), panel.title) for panel in panels)


def _alt(panel: Panel) -> str:
    """Say the figures of a panel in words."""
    unit = " %" if panel.decimals else ""
    years = ", ".join(
        f"{period} {value:,.{panel.decimals}f}{unit}"
        for period, value in zip(panel.frame[PERIOD], panel.frame[VALUE], strict=True)
        if not np.isnan(value)
    )
    return f"{panel.title} by financial year: {years or 'too few for shares'}."


def _strand_headline(frame: pd.DataFrame, period: str) -> Sentence:
    rows = frame[(frame[PERIOD] == period) & (frame[GROUP] != NOT_KNOWN)]
    parts: list[str | Figure] = []
    for name, count in zip(rows[GROUP], rows[INCIDENTS], strict=True):
        figure = Figure(
            f"fy.{period}.strand.{name.lower()}", name, f"{count:,}", "Mentions", float(count)
        )
        parts += [f"{name.lower()} ", figure, ", "]
    mentions = int(rows[INCIDENTS].sum())
    known = int(rows[KNOWN].iloc[0])
    figure = Figure(f"fy.{period}.strand_known", "With a strand", f"{known:,}", "", float(known))
    incidents = "incident" if known == 1 else "incidents"
    start = f" {incidents} with a known strand, {plural(mentions, 'mention')}: "
    return (f"{_year_cell(rows)}: ", figure, start, *parts[:-1], ".")


def _year_cell(rows: pd.DataFrame) -> str:
    """Name the year that rows are of, and say where it is no whole one of one series."""
    return period_cell(rows_of(rows)[0])


def _share_headline(kind: GroupedBy, frame: pd.DataFrame) -> Sentence:
    period = _last_period(frame)
    rows = frame[(frame[PERIOD] == period) & (frame[GROUP] != NOT_KNOWN)]
    known = int(rows[KNOWN].iloc[0])
    start = f"{_TITLES[kind]}, {_year_cell(rows)}: "
    if not rows[SHARE].notna().any():
        return (f"{start}known of {plural(known, 'incident')}, too few for shares.",)
    first = rows_of(rows.nlargest(1, SHARE))[0]
    key = kind.replace(" ", "_")
    share = Figure(
        f"fy.{period}.{key}.{first[GROUP].lower().replace('.', '')}.share",
        first[GROUP],
        f"{first[SHARE]:.1f} %",
        "",
        float(first[SHARE]),
    )
    likely = share_in_words(first[SHARE_LOW], first[SHARE_HIGH])
    return (
        f"{start}{first[GROUP]}, ",
        share,
        f" of {known:,} incidents where it is known (likely {likely}).",
    )


def _table(label: str, frame: pd.DataFrame, last: str) -> Table:
    """Write groups by years, and the share of the last whole one."""
    years = rows_of(frame.drop_duplicates(PERIOD))
    groups = list(dict.fromkeys(frame[GROUP]))
    counts = frame[INCIDENTS].to_numpy().reshape(len(groups), len(years))
    cells: dict[str, list[str]] = {"Group": groups}
    for i, year in enumerate(years):
        is_missing = year[COVERAGE] == NO_DATA
        cells[period_cell(year)] = ["" if is_missing else f"{value:,}" for value in counts[:, i]]
    shares = rows_of(frame[frame[PERIOD] == last])
    cells[f"Share in {last} (%)"] = [
        "" if np.isnan(row[SHARE]) else f"{row[SHARE]:.1f}" for row in shares
    ]
    cells["Likely between (%)"] = [share_cell(row[SHARE_LOW], row[SHARE_HIGH]) for row in shares]
    return Table(label, pd.DataFrame(cells))
