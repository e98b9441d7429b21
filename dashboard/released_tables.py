"""What may be shown as files: tables made of a release, never of incidents.

A count that is withheld stands there as words, ``fewer than 5`` or ``not shown``, in the column of
the numbers: never as 0 and never left out. A desktop GIS takes one kind of value for a column, so
there all counts are words.
"""

import json
from collections.abc import Iterable, Mapping, Sequence
from functools import partial
from importlib.metadata import version
from typing import Any

import geopandas as gpd
import pandas as pd

import boundaries
from boundaries.columns import WARD_CODE, WARD_NAME
from dashboard.exports import (
    DECIMALS,
    RUN_RECORD,
    Content,
    about_level,
    attribution,
    content_bytes,
    record_text,
)
from dashboard.packs.fixed_zip import zipped
from geo.change.count_change import (
    AFTER,
    BEFORE,
    CHANGE_HIGH_PERCENT,
    CHANGE_LOW_PERCENT,
    CHANGE_PERCENT,
    DIFFERENCE,
    SIGNIFICANCE,
)
from geo.disclosure.cells import BOROUGH
from geo.disclosure.compared import ComparedCount, compared
from geo.disclosure.menu import MenuPeriod
from geo.disclosure.release import NOT_SHOWN, Release, Shown
from geo.disclosure.splits import ALL
from geo.wards.table import PERIOD

COUNT = "count"
GROUP = "group"
FIRST_MONTH, LAST_MONTH = "first_month", "last_month"
BOROUGH_NAME = "Everywhere, also outside and not located"
NOT_COMPARED = "not compared"
RELEASE = "release"
_NAMES = {".csv": "CSV table", ".json": "JSON", ".xlsx": "Excel workbook", ".zip": "all of these"}
RELEASE_ENDINGS = tuple(_NAMES)
"""The endings of files that hold a whole release."""


def cell(shown: Shown) -> int | str:
    """Give a count as it stands in a table: a number, or the words where it is withheld."""
    return shown.text if shown.value is None else shown.value


def release_record(release: Release, **about: object) -> dict[str, Any]:
    """Say how figures of a release were made, as JSON holds it.

    Parameters
    ----------
    about
        Which of its figures, for example ``group="strand: race"``.
    """
    withheld = sum(shown.is_withheld for shown in release.counts.values())
    return {
        **about_level(release.level),
        "method": RELEASE,
        **about,
        "data_fingerprint": release.fingerprint,
        "params": release.params.as_dict(),
        "release_version": release.version,
        "software_version": version("hotspots"),
        "counts_released": len(release.counts),
        "counts_withheld": withheld,
        "gap": release.gap,
        "is_demonstration": release.is_demonstration,
        "warnings": [],
        "attribution": attribution(),
    }


def ward_counts(release: Release, periods: Sequence[MenuPeriod], group: str = ALL) -> Content:
    """Give counts by ward and period, with the borough as the last row of each period."""
    rows = [
        (area, name, period.key, cell(release.count(period, group, area)))
        for period in periods
        for area, name in _areas(release).items()
        if release.has(period, group, area)
    ]
    table = pd.DataFrame(rows, columns=[WARD_CODE, WARD_NAME, PERIOD, COUNT])
    return _content(release, "wards", table, group=group)


def group_counts(release: Release, period: MenuPeriod, codes: Iterable[str]) -> Content:
    """Give the counts of groups in the borough; the column is called by their kind."""
    return groups_over_time(release, [period], codes, period=period.key)


def groups_over_time(
    release: Release, periods: Sequence[MenuPeriod], codes: Iterable[str], **about: object
) -> Content:
    """Give the counts of groups in the borough by period, those that are released."""
    codes = list(codes)
    kind = codes[0].partition(": ")[0] if codes else GROUP
    rows = [
        (code.partition(": ")[2] or code, period.key, cell(release.count(period, code)))
        for code in codes
        for period in periods
        if release.has(period, code)
    ]
    table = pd.DataFrame(rows, columns=[kind, PERIOD, COUNT])
    return _content(release, kind, table, **about)


def period_counts(release: Release, periods: Sequence[MenuPeriod], group: str = ALL) -> Content:
    """Give the counts of the borough by period."""
    rows = [(period.key, cell(release.count(period, group))) for period in periods]
    return _content(release, "periods", pd.DataFrame(rows, columns=[PERIOD, COUNT]), group=group)


def ward_changes(
    release: Release, before: MenuPeriod, after: MenuPeriod, group: str = ALL
) -> Content:
    """Hold the counts of two periods against each other, ward by ward and in the borough."""
    found = [
        *compared(release, after, before, group),
        *compared(release, after, before, group, areas=[BOROUGH]),
    ]
    names = _areas(release)
    rows = []
    for row in found:
        earlier = row.before or row.count
        counts = (cell(earlier), cell(row.count))
        rows.append((row.area, names[row.area], *counts, *_derived(row)))
    columns = [WARD_CODE, WARD_NAME, BEFORE, AFTER, DIFFERENCE]
    columns += [CHANGE_PERCENT, CHANGE_LOW_PERCENT, CHANGE_HIGH_PERCENT, SIGNIFICANCE]
    table = pd.DataFrame(rows, columns=columns)
    about = {BEFORE: before.key, AFTER: after.key}
    return _content(release, "ward_change", table, group=group, **about)


def _derived(row: ComparedCount) -> tuple[object, ...]:
    """Give the difference, the change, its interval and the test; words where they are withheld."""
    if row.difference is None:
        return (NOT_SHOWN,) * 5
    change = map(_short, (row.change, row.low, row.high))
    return (row.difference, *change, row.significance or NOT_COMPARED)


def _short(value: float | None) -> float | None:
    return None if value is None else round(value, DECIMALS)


def all_counts(release: Release) -> Content:
    """Give every count of a release, one row each."""
    names = _areas(release)
    months = {period.key: (period.first_month, period.last_month) for period in release.menu}
    rows = [
        (
            area,
            names[area],
            key,
            *months[key],
            group,
            cell(one),
        )
        for (area, key, group), one in release.counts.items()
    ]
    columns = [WARD_CODE, WARD_NAME, PERIOD, FIRST_MONTH, LAST_MONTH, GROUP, COUNT]
    return _content(release, RELEASE, pd.DataFrame(rows, columns=columns))


def release_bytes(release: Release, ending: str) -> bytes:
    """Give a whole release as a file: its counts as a table, or everything as JSON or ZIP.

    Parameters
    ----------
    ending
        One of ``RELEASE_ENDINGS``. JSON is what :meth:`geo.disclosure.release.Release.from_dict`
        reads; a table, too, holds all counts.
    """
    if ending == ".json":
        whole = {RUN_RECORD: release_record(release), RELEASE: release.as_dict()}
        return (json.dumps(whole, ensure_ascii=False, separators=(",", ":")) + "\n").encode()
    if ending == ".zip":
        return zipped(_files(release))
    return content_bytes(all_counts(release), ending)


def _files(release: Release) -> Mapping[str, bytes]:
    tables = {f"counts-{release.level}{one}": one for one in (".csv", ".xlsx")}
    files = {name: release_bytes(release, ending) for name, ending in tables.items()}
    files[f"release-{release.level}.json"] = release_bytes(release, ".json")
    files["record.run.json"] = record_text(release_record(release))
    return files


def _areas(release: Release) -> dict[str, str]:
    return {**release.areas, BOROUGH: BOROUGH_NAME}


def _content(release: Release, layer: str, table: pd.DataFrame, **about: object) -> Content:
    shapes = partial(_shapes, release, table)
    return Content(layer, table, release_record(release, **about), shapes)


def _shapes(release: Release, table: pd.DataFrame) -> gpd.GeoSeries:
    """Give the polygon of each row that is a ward; none for the others."""
    wards = boundaries.load_wards(release.params.vintage).set_index(WARD_CODE).geometry
    codes = table[WARD_CODE] if WARD_CODE in table else pd.Series([None] * len(table))
    return wards.reindex(codes).reset_index(drop=True)
