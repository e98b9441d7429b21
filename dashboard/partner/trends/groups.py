"""Released strands, victims, outcomes and routes by financial year: panels, headline, table."""

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd

from dashboard.charts import Ink
from dashboard.figures import Figure
from dashboard.partner.bars import names_of, texts_of
from dashboard.partner.sidebar import group_in_words
from dashboard.partner.trends.counts import group_charts
from dashboard.partner.trends.words import notes_of
from dashboard.partner.view import ReleaseView
from dashboard.trends.charts import VALUE, Panel, draw, marks_in_words
from dashboard.trends.section import Chart, Picture, Section, Sentence, Table
from dashboard.words import amount
from geo.disclosure.levels import PARTNER
from geo.disclosure.menu import MenuPeriod
from geo.disclosure.over_time import WITHHELD, ReleasedUnit, over_time, periods_by
from geo.disclosure.release import NOT_SHOWN, Shown
from geo.disclosure.splits import ALL, NOT_KNOWN
from geo.trends.counts import COVERAGE
from geo.trends.groups import GroupedBy
from geo.trends.trend_periods import WHOLE
from geo.wards.table import PERIOD

_TITLES: Mapping[GroupedBy, str] = {
    "strand": "Strands",
    "victim age": "Victims by age",
    "victim ethnicity": "Victims by ethnicity",
    "outcome": "Outcomes",
    "reporting route": "Ways of reporting",
}
_MISSING: Mapping[GroupedBy, str] = {
    "strand": "No incident in this data has a strand.",
    "victim age": "The data has no ages of victims, or all in one group.",
    "victim ethnicity": "The data has no ethnicity of victims, or all of one group.",
    "outcome": "The data has no outcomes, or all the same.",
    "reporting route": "The data does not say how incidents were reported, or all in one way.",
}
LEAST_KNOWN = 20
"""With fewer known no share is given."""
_MENTIONS = (
    "An incident can carry several strands, for example race and religion. It then counts once in "
    "each: these are mentions, and they add up to more than the incidents."
)
_SHARES = (
    "Shares are of the incidents whose group is known, made of the figures that are shown. No "
    f"share is given where fewer than {LEAST_KNOWN} are known."
)
_VICTIMS = "An incident counts once, with its first victim: one person can count several times."
_SUSPECTS = "The data has no columns on suspects, so nothing is said of them."
_OUTCOMES = (
    "The latest incidents are often still being looked into, so their outcomes will change. "
    "Compare years that are some time past."
)
_NO_YEAR = (
    "These groups are released for financial years, and the data holds none from its first day."
)


def strands_section(view: ReleaseView, unit: ReleasedUnit, dark: bool) -> Section:
    """Put together the part on strands: panels by the unit, a table by financial year."""
    codes = view.release.groups.get("strand", ())
    if not codes:
        return Section(empty=_MISSING["strand"])
    years = _years(view, codes[0])
    table = (Table("Table of strands by financial year", _table(view, codes, years)),)
    return Section(
        headlines=(_strand_headline(view, codes, years),) if years else (),
        charts=group_charts(view, codes, unit, "Mentions of each strand", dark),
        tables=table if years else (),
        notes=(_MENTIONS, *notes_of(view)),
    )


def victims_section(view: ReleaseView, dark: bool) -> Section:
    """Put together the part on victims by age and ethnicity."""
    section = _shares_section(view, ("victim age", "victim ethnicity"), dark, _VICTIMS, _SUSPECTS)
    return Section(empty=f"{section.empty} {_SUSPECTS}") if section.empty else section


def outcomes_section(view: ReleaseView, dark: bool) -> Section:
    """Put together the part on outcomes and ways of reporting."""
    return _shares_section(view, ("outcome", "reporting route"), dark, _OUTCOMES)


def _shares_section(
    view: ReleaseView, kinds: Sequence[GroupedBy], dark: bool, *notes: str
) -> Section:
    there = {kind: view.release.groups[kind] for kind in kinds if kind in view.release.groups}
    if not there:
        return Section(empty=" ".join(_MISSING[kind] for kind in kinds))
    first = next(iter(there.values()))
    years = _years(view, first[0])
    if not years:
        return Section(empty=_NO_YEAR)
    missing = [_MISSING[kind] for kind in kinds if kind not in there]
    return Section(
        headlines=tuple(_share_headline(view, kind, codes) for kind, codes in there.items()),
        charts=tuple(_share_chart(view, kind, codes, dark) for kind, codes in there.items()),
        tables=tuple(
            Table(f"Table of {_TITLES[kind].lower()}", _table(view, codes, years))
            for kind, codes in there.items()
        ),
        notes=(*missing, *notes, *notes_of(view)),
    )


def _years(view: ReleaseView, code: str) -> dict[str, MenuPeriod]:
    periods = periods_by(view.release, "fy")
    return {label: one for label, one in periods.items() if view.release.has(one, code)}


def _table(
    view: ReleaseView, codes: Sequence[str], years: Mapping[str, MenuPeriod]
) -> pd.DataFrame:
    """Write groups by years, and their sum of all incidents below where they have one."""
    frames = [over_time(view.release, "fy", code) for code in codes]
    names = [*map(group_in_words, codes), "All incidents"]
    every = over_time(view.release, "fy", ALL)
    every = every[every[PERIOD].isin(list(years))]
    columns = zip(names_of(every), *(texts_of(frame) for frame in (*frames, every)), strict=True)
    return pd.DataFrame({"Group": names, **{year: list(texts) for year, *texts in columns}})


def _strand_headline(
    view: ReleaseView, codes: Sequence[str], years: Mapping[str, MenuPeriod]
) -> Sentence:
    year = _last_whole(view, years)
    parts: list[str | Figure] = []
    for code in codes:
        name = code.partition(": ")[2]
        shown = view.release.count(years[year], code)
        figure = Figure(f"fy.{year}.strand.{name}", name, shown.text, "Mentions", shown.value)
        parts += [f"{name} ", figure, ", "]
    return (f"{year}, mentions: ", *parts[:-1], ".")


def _last_whole(view: ReleaseView, years: Mapping[str, MenuPeriod]) -> str:
    """Give the last whole year, else the last."""
    frame = over_time(view.release, "fy", ALL)
    whole = [label for label in frame[frame[COVERAGE] == WHOLE][PERIOD] if label in years]
    return str((whole or list(years))[-1])


def _known(view: ReleaseView, kind: str, period: MenuPeriod) -> int | None:
    """Give how many have a known group, where that can be worked out of what is shown."""
    total = view.release.count(period).value
    code = f"{kind}: {NOT_KNOWN}"
    if code not in view.release.groups[kind]:
        return total
    unknown = view.release.count(period, code).value
    return None if total is None or unknown is None else total - unknown


def _share(shown: Shown, known: int | None) -> float:
    if shown.value is None or known is None or known < LEAST_KNOWN:
        return float("nan")
    return 100 * shown.value / known


def _share_headline(view: ReleaseView, kind: GroupedBy, codes: Sequence[str]) -> Sentence:
    years = _years(view, codes[0])
    year = _last_whole(view, years)
    known = _known(view, kind, years[year])
    named = [code for code in codes if not code.endswith(f": {NOT_KNOWN}")]
    shares = {code: _share(view.release.count(years[year], code), known) for code in named}
    start = f"{_TITLES[kind]}, {year}: "
    if known is None or all(map(np.isnan, shares.values())):
        return (f"{start}no share can be given, for too few are known or figures are withheld.",)
    first = max(shares, key=lambda code: -1.0 if np.isnan(shares[code]) else shares[code])
    group = group_in_words(first)
    share = Figure(
        f"fy.{year}.{kind.replace(' ', '_')}.{group.lower().replace('.', '')}.share",
        group,
        f"{amount(shares[first], _decimals(view))} %",
        "",
        shares[first],
    )
    which = "" if not any(map(np.isnan, shares.values())) else ", the most of those shown"
    return (f"{start}{group}, ", share, f" of {known:,} incidents where it is known{which}.")


def _share_chart(view: ReleaseView, kind: GroupedBy, codes: Sequence[str], dark: bool) -> Chart:
    years = _years(view, codes[0])
    known = {label: _known(view, kind, period) for label, period in years.items()}
    named = [code for code in codes if not code.endswith(f": {NOT_KNOWN}")]
    panels = [_share_panel(view, code, years, known) for code in named]
    ink = Ink.on(dark=dark)
    marks = " ".join(dict.fromkeys(filter(None, (marks_in_words(p.frame) for p in panels))))
    return Chart(
        f"{_TITLES[kind]}, share of each financial year in %",
        tuple(Picture(draw(panel, ink), _alt(panel), panel.title) for panel in panels),
        f"{_SHARES} {marks}".strip(),
    )


def _share_panel(
    view: ReleaseView, code: str, years: Mapping[str, MenuPeriod], known: Mapping[str, int | None]
) -> Panel:
    frame = over_time(view.release, "fy", code)
    counts = {label: view.release.count(years[label], code) for label in frame[PERIOD]}
    shares = [_share(shown, known[label]) for label, shown in counts.items()]
    words = [
        shown.text if shown.is_withheld else NOT_SHOWN if known[label] is None else ""
        for label, shown in counts.items()
    ]
    drawn = frame.copy()
    drawn[VALUE], drawn[WITHHELD] = np.array(shares, np.float64), words
    return Panel(group_in_words(code), drawn, _decimals(view))


def _decimals(view: ReleaseView) -> int:
    """Give the digits of a share: of rounded counts it is known to the per cent at best."""
    return 1 if view.level == PARTNER else 0


def _alt(panel: Panel) -> str:
    frame = panel.frame
    shares = [
        "too few known" if np.isnan(value) else f"{amount(value, panel.decimals)} %"
        for value in frame[VALUE]
    ]
    said = [
        f"{period} {words or share}"
        for period, share, words in zip(frame[PERIOD], shares, frame[WITHHELD], strict=True)
    ]
    return f"{panel.title} by financial year: {', '.join(said)}."
