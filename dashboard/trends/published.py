"""The strategy's published tables, and the demonstration data that reproduces them."""

import pandas as pd
import streamlit as st

from dashboard import charts, furniture
from dashboard.trends import published_tables
from geo.demonstration import load
from geo.published import BOROUGH, LONDON

_SOURCE = (
    "Source: Hammersmith & Fulham Anti-Hate Crime Strategy 2019-2023. Recorded hate crime shows "
    "demand, not prevalence: a rise can also be better reporting."
)


def show(ink: charts.Ink) -> None:
    """Show both tables, each with its chart, and the demonstration data beside them."""
    st.caption(_SOURCE)
    _wards(ink)
    _strands(ink)
    _demonstration()


def _wards(ink: charts.Ink) -> None:
    table = published_tables.victims_by_ward()
    total = table.sum()
    st.subheader("Victims of hate crime by ward")
    st.markdown(f"**{_headline(table)}**")
    left, right = st.columns(2, gap="large")
    with left:
        alt = "Bar chart of the table beside it: victims by ward in the last year and before."
        st.html(charts.as_image(charts.ward_chart(table, ink), alt))
    with right:
        total.name = published_tables.TOTAL
        whole = pd.concat([table, total.to_frame().T])
        _table(published_tables.with_changes(whole), "Ward (16 wards, to May 2022)")


def _headline(table: pd.DataFrame) -> str:
    """Say which wards are highest, in the words of the meeting."""
    *_, before, last = table.columns
    first = table.iloc[0]
    change = first[last] - first[before]
    words = f"{abs(change):,} {'more' if change > 0 else 'fewer'} than the year before"
    return (
        f"{table.index[0]}: {first[last]:,} victims in {last}, {words}. The borough: "
        f"{table[last].sum():,}, of them {table[last][published_tables.NOT_LOCATED_NAME]} "
        "without a ward."
    )


def _strands(ink: charts.Ink) -> None:
    st.subheader("Offences by strand, the borough beside London")
    st.caption("An offence can carry several strands and is then counted in each: mentions.")
    changes = published_tables.strand_changes(1)
    totals = published_tables.all_strands()
    left, right = st.columns(2, gap="large")
    left.markdown("**Change from 2016/17 to 2017/18, in per cent**")
    words = charts.changes_in_words(changes, (BOROUGH, LONDON))
    left.html(charts.as_image(charts.change_chart(changes, ink), f"Bar chart. {words}."))
    right.markdown("**All strands since 2012/13, as an index**")
    alt = "Line chart of the rows 'All hate crimes' of the tables below, as an index."
    right.html(charts.as_image(charts.index_chart(totals, ink), alt))
    for area in (BOROUGH, LONDON):
        table = published_tables.offences_by_strand(area)
        _table(published_tables.with_changes(table), f"{area}: offences by strand")


def _table(table: pd.DataFrame, first_column: str) -> None:
    """Show numbers as text with separators and signs, the change last."""
    *years, change, pct = table.columns
    shown = table[years].map("{:,}".format)
    shown["Change"] = [f"{value:+,}" if value else "0" for value in table[change]]
    shown["Change in %"] = [furniture.signed_pct(value) for value in table[pct]]
    shown.insert(0, first_column, [str(name)[:1].upper() + str(name)[1:] for name in table.index])
    furniture.table(shown)


def _demonstration() -> None:
    st.subheader("The demonstration data reproduces these tables")
    demonstration = load()
    wards = published_tables.demonstration_by_ward(demonstration)
    strands = published_tables.demonstration_by_strand(demonstration)
    for title, both in (("ward by year", wards), ("strand by year", strands)):
        equal = int((both["published"] == both["demonstration"]).sum())
        st.write(f"{equal} of {len(both)} cells of the table {title} are equal.")
        with st.expander(f"Compare the table {title}"):
            furniture.table(_beside(both))


def _beside(both: pd.DataFrame) -> pd.DataFrame:
    shown = both.drop(columns=[c for c in both.columns if c.endswith("_code") or c == "ward_name"])
    return shown.rename(columns=lambda name: str(name).replace("_", " ").capitalize()).astype(str)
