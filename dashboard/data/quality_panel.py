"""How good the stored data is: what was checked, what was found, and months without data."""

import pandas as pd
import streamlit as st

from dashboard import cache, charts, furniture
from dashboard.data.words import located_in_words
from dashboard.escape import esc
from dashboard.words import period_in_words, plural
from geo.quality.check import ABOUT, ALL_SOURCES, CHECK, FINE, IN_WORDS, MIND, NOTE, VERDICT
from geo.quality.months import FINDING, INCIDENTS, LOW, MONTH, NO_DATA
from geo.quality.panel import QualityResult
from geo.schema import SOURCE
from geo.series_break import BREAK_IN_WORDS
from geo.store import Store

VERDICT_WORDS = {MIND: "To be minded", NOTE: "Good to know", FINE: "Fine"}
_MARKS = {NO_DATA: "x", LOW: "v"}
_BREAK_MONTH = "2024-03"
_MOST_SOURCES = 6

# The shape stands beside the word, so nothing is said by colour alone; it is not read out.
_STYLE = """
<style>
.months { overflow-x: auto; }
.months img { min-width: 600px; }
.findings.findings { list-style: none; margin: 0; padding: 0; }
.findings.findings li { border-left: 4px solid #8a8f94; margin: 0 0 .45rem; padding: 0 .7rem; }
.findings.findings .mind { border-color: #b8322a; }
.findings.findings .note { border-color: #1d70b8; }
.findings strong::before { content: "\\25CF  " / ""; }
.findings .mind strong::before { content: "\\25B2  " / ""; }
.findings .note strong::before { content: "\\25C6  " / ""; }
</style>
"""


def show_quality(store: Store | None) -> None:
    """Show what a reader must know of the stored incidents before reading any figure."""
    if store is None:
        return
    incidents = cache.read_stored(store)
    if len(incidents) == 0:
        return
    st.header("Quality of the stored data")
    result = cache.quality_of(incidents)
    record = result.record
    where = located_in_words(record.located, record.outside, record.not_located)
    st.write(
        furniture.plain(f"{plural(record.incidents, 'incident')}: {where}. {result.in_words()}")
    )
    shown = result.frame[result.frame[VERDICT] != FINE].sort_values(
        VERDICT, key=lambda verdict: verdict.ne(MIND), kind="stable"
    )
    st.html(_STYLE)
    if len(shown):
        st.html(findings_html(shown))
    _show_months(result)
    fine = result.frame[result.frame[VERDICT] == FINE]
    with st.expander(f"Checks that found nothing ({len(fine):,})"):
        st.html(findings_html(fine))


def findings_html(checks: pd.DataFrame) -> str:
    """Write findings as a list: the verdict in words, what it is about, the sentence."""
    items = []
    for row in checks.to_dict("records"):
        of = "" if row[SOURCE] == ALL_SOURCES else f", {row[SOURCE]}"
        items.append(
            f"<li class='{esc(row[VERDICT])}'><strong>{esc(VERDICT_WORDS[row[VERDICT]])}</strong>"
            f" · {esc(row[ABOUT])}, {esc(row[CHECK])}{esc(of)}: {esc(row[IN_WORDS])}</li>"
        )
    return f"<ul class='findings'>{''.join(items)}</ul>"


def _show_months(result: QualityResult) -> None:
    months = result.months
    largest = months.groupby(SOURCE)[INCIDENTS].sum().nlargest(_MOST_SOURCES).index
    st.subheader("Incidents per month by source")
    if (left := months[SOURCE].nunique() - len(largest)) > 0:
        st.caption(f"The {len(largest)} largest sources; {left} more are in the table.")
    ink = charts.Ink.on(dark=st.context.theme.type == "dark")
    for source in largest:
        st.write(furniture.plain(str(source)))
        of_source = months[months[SOURCE] == source]
        alt = f"Bar chart of the table below: incidents of the source {source} in each month."
        picture = charts.month_chart(of_source, _MARKS, _BREAK_MONTH, ink)
        name = esc(f"Incidents per month, {source}")
        st.html(
            f"<div class='months' tabindex='0' role='region' aria-label='{name}'>"
            f"{charts.as_image(picture, alt)}</div>"
        )
    if months[MONTH].min() < _BREAK_MONTH <= months[MONTH].max():
        st.caption(furniture.plain(f"Dashed line: {BREAK_IN_WORDS}."))
    with st.expander("Table of these charts"):
        furniture.table(months_table(months), label="Incidents per month by source")


def months_table(months: pd.DataFrame) -> pd.DataFrame:
    """Give a row for each month and a column for each source; what was found stands in words."""
    texts = [
        f"{count:,}" + (f" ({finding})" if finding in _MARKS else "")
        for count, finding in zip(months[INCIDENTS], months[FINDING], strict=True)
    ]
    # Every source has every month, in the same order.
    columns = {
        str(source): [texts[i] for i in rows]
        for source, rows in months.reset_index(drop=True).groupby(SOURCE).indices.items()
    }
    names = [period_in_words(str(month)) for month in months[MONTH].unique()]
    table = pd.DataFrame(columns)
    table.insert(0, "Month", names, allow_duplicates=True)
    return table
