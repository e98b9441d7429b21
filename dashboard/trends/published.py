"""The strategy's published tables, and the demonstration data that reproduces them."""

import re
from dataclasses import dataclass

import pandas as pd
import streamlit as st

from dashboard import cache, charts, downloads, furniture
from dashboard.trends import published_tables
from dashboard.view import Dataset
from geo.published import BOROUGH, LONDON
from geo.schema import Incidents

_SOURCE = (
    "Source: Hammersmith & Fulham Anti-Hate Crime Strategy 2019-2023. Recorded hate crime shows "
    "demand, not prevalence: a rise can also be better reporting."
)


@dataclass(frozen=True, eq=False)
class _Pictures:
    """The charts, which take long to draw."""

    wards: str
    changes: str
    index: str


@dataclass(frozen=True, eq=False)
class _Beside:
    """The demonstration data beside the tables."""

    by_ward: pd.DataFrame
    by_strand: pd.DataFrame


def show(dark: bool) -> None:
    """Show both tables, each with its chart, and the demonstration data beside them."""
    show_tables(dark)
    _demonstration(cache.analysed(_beside_tables, _demonstration_data()))


def show_tables(dark: bool) -> None:
    """Show both tables, each with its chart; they were published, so anybody may see them."""
    pictures = cache.analysed(_pictures, _demonstration_data(), dark)
    st.caption(_SOURCE)
    _wards(pictures)
    _strands(pictures)


def _demonstration_data() -> Dataset:
    return Dataset(cache.read_once(("demo",)).incidents, "Demonstration data")


def _pictures(_: Incidents, dark: bool) -> _Pictures:
    """Draw the published tables; the incidents are only what the kept pictures are found by."""
    ink = charts.Ink.on(dark=dark)
    return _Pictures(
        wards=charts.ward_chart(published_tables.victims_by_ward(), ink),
        changes=charts.change_chart(published_tables.strand_changes(1), ink),
        index=charts.index_chart(published_tables.all_strands(), ink),
    )


def _beside_tables(demonstration: Incidents) -> _Beside:
    return _Beside(
        by_ward=published_tables.demonstration_by_ward(demonstration),
        by_strand=published_tables.demonstration_by_strand(demonstration),
    )


def _wards(pictures: _Pictures) -> None:
    table = published_tables.victims_by_ward()
    total = table.sum()
    st.subheader("Victims of hate crime by ward")
    st.markdown(f"**{_headline(table)}**")
    left, right = st.columns(2, gap="large")
    with left:
        alt = "Bar chart of the table beside it: victims by ward in the last year and before."
        st.html(charts.as_image(pictures.wards, alt))
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


def _strands(pictures: _Pictures) -> None:
    st.subheader("Offences by strand, the borough beside London")
    st.caption("An offence can carry several strands and is then counted in each: mentions.")
    changes = published_tables.strand_changes(1)
    left, right = st.columns(2, gap="large")
    left.markdown("**Change from 2016/17 to 2017/18, in per cent**")
    words = charts.changes_in_words(changes, (BOROUGH, LONDON))
    left.html(charts.as_image(pictures.changes, f"Bar chart. {words}."))
    right.markdown("**All strands since 2012/13, as an index**")
    alt = "Line chart of the rows 'All hate crimes' of the tables below, as an index."
    right.html(charts.as_image(pictures.index, alt))
    for area in (BOROUGH, LONDON):
        table = published_tables.offences_by_strand(area)
        _table(published_tables.with_changes(table), f"{area}: offences by strand")


def _table(table: pd.DataFrame, first_column: str) -> None:
    """Show numbers as text with separators and signs, the change last, and offer the numbers."""
    *years, change, pct = table.columns
    shown = table[years].map("{:,}".format)
    shown["Change"] = [f"{value:+,}" if value else "0" for value in table[change]]
    shown["Change in %"] = [furniture.signed_pct(value) for value in table[pct]]
    shown.insert(0, first_column, [str(name)[:1].upper() + str(name)[1:] for name in table.index])
    furniture.table(shown, label=first_column)
    downloads.button(
        downloads.published(
            f"{first_column} (CSV)",
            f"published-{re.sub('[^a-z]+', '-', first_column.lower()).strip('-')}.csv",
            lambda: table.round(4).to_csv(index_label=first_column),
            "published tables",
        )
    )


def _demonstration(parts: _Beside) -> None:
    st.subheader("The demonstration data reproduces these tables")
    for title, both in (("ward by year", parts.by_ward), ("strand by year", parts.by_strand)):
        equal = int((both["published"] == both["demonstration"]).sum())
        st.write(f"{equal} of {len(both)} cells of the table {title} are equal.")
        with st.expander(f"Compare the table {title}"):
            furniture.table(_cells(both))


def _cells(both: pd.DataFrame) -> pd.DataFrame:
    shown = both.drop(columns=[c for c in both.columns if c.endswith("_code") or c == "ward_name"])
    return shown.rename(columns=lambda name: str(name).replace("_", " ").capitalize()).astype(str)
