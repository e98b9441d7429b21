"""The published tables in the shape that the page shows, and the demonstration data beside them."""

import pandas as pd

from boundaries.columns import WARD_CODE
from geo import published
from geo.published import (
    ALL_STRANDS,
    AREA,
    BOROUGH,
    FINANCIAL_YEAR,
    LONDON,
    NOT_LOCATED_CODE,
    OFFENCES,
    STRAND,
    VICTIMS,
    WARD_NAME_AS_PUBLISHED,
    WARD_TABLE_VINTAGE,
)
from geo.schema import Incidents
from geo.selection import Selection
from geo.wards.strands import MENTIONS, change_pct, strand_table
from geo.wards.table import PERIOD, VALUE, WardParams, ward_table

NOT_LOCATED_NAME = "No ward recorded (NULL)"
TOTAL = "All victims"
_AREAS = (BOROUGH, LONDON)


def victims_by_ward() -> pd.DataFrame:
    """Give victims, wards by financial years, highest in the last year first, no ward last."""
    table = published.victims_by_ward()
    no_ward = table[WARD_CODE] == NOT_LOCATED_CODE
    names = table[WARD_NAME_AS_PUBLISHED].mask(no_ward, NOT_LOCATED_NAME)
    wide = table.assign(ward=names).pivot_table(VICTIMS, "ward", FINANCIAL_YEAR, sort=False)
    last = wide.columns[-1]
    order = wide.drop(index=NOT_LOCATED_NAME).sort_values(last, ascending=False).index
    return wide.loc[[*order, NOT_LOCATED_NAME]].astype(int)


def with_changes(table: pd.DataFrame) -> pd.DataFrame:
    """Add the change from the year before last to the last, as number and in per cent."""
    *_, before, last = table.columns
    return table.assign(
        change=table[last] - table[before], change_pct=change_pct(table[before], table[last])
    )


def offences_by_strand(area: str) -> pd.DataFrame:
    """Give the offences of an area, strands by financial years, their total last."""
    table = published.offences_by_strand()
    here = table[table[AREA] == area]
    wide = here.pivot_table(OFFENCES, STRAND, FINANCIAL_YEAR, sort=False).astype(int)
    return wide.loc[[*(s for s in wide.index if s != ALL_STRANDS), ALL_STRANDS]]


def all_strands() -> pd.DataFrame:
    """Give the total of each area, financial years by areas."""
    table = published.offences_by_strand()
    totals = table[table[STRAND] == ALL_STRANDS]
    return totals.pivot_table(OFFENCES, FINANCIAL_YEAR, AREA)[list(_AREAS)]


def strand_changes(years: int) -> pd.DataFrame:
    """Give the change in per cent over so many years up to the last, strands by area."""
    changes = {}
    for area in _AREAS:
        table = offences_by_strand(area)
        changes[area] = change_pct(table.iloc[:, -1 - years], table.iloc[:, -1])
    return pd.DataFrame(changes)


def demonstration_by_ward(demonstration: Incidents) -> pd.DataFrame:
    """Put the demonstration data's counts beside the published ones, cell by cell."""
    params = WardParams(vintage=WARD_TABLE_VINTAGE, period="fy")
    counts = ward_table(demonstration, Selection(), params).frame
    found = counts.rename(columns={PERIOD: FINANCIAL_YEAR, VALUE: "demonstration"})
    keys = [WARD_CODE, FINANCIAL_YEAR]
    both = published.victims_by_ward().merge(found, how="left", on=keys, validate="1:1")
    return both.rename(columns={VICTIMS: "published"})


def demonstration_by_strand(demonstration: Incidents) -> pd.DataFrame:
    """Put the demonstration data's strand mentions beside the published offences."""
    counts = strand_table(demonstration, Selection(), "fy").frame
    found = counts.rename(columns={PERIOD: FINANCIAL_YEAR, MENTIONS: "demonstration"})
    table = published.offences_by_strand().rename(columns={OFFENCES: "published"})
    here = table[(table[AREA] == BOROUGH) & (table[STRAND] != ALL_STRANDS)]
    return here.merge(found, how="inner", on=[STRAND, FINANCIAL_YEAR], validate="1:1")
