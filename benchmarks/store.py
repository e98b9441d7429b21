"""The store: a month out of ten million incidents, adding a million, reading files."""

import shutil
import tempfile
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import duckdb
import geopandas as gpd
import numpy as np
import pandas as pd

from benchmarks.harness import Row, measured, side_by_side
from boundaries.projection import BNG
from geo import schema
from geo.readers import read
from geo.readers.importing import Import
from geo.report import FILE, ROW, FileReport, ImportReport, no_problems
from geo.schema import Incidents
from geo.selection import Selection
from geo.store import open_store
from geo.wards.join import locate

MILLION = 1_000_000
MONTHS = 100
FIRST = np.datetime64("2016-01-01")
MONTH = Selection(start=date(2020, 5, 1), end=date(2020, 5, 31))
GOAL_S = 0.5


def measure() -> Iterator[Row]:
    folder = Path(tempfile.mkdtemp(prefix="hotspots-benchmark-"))
    try:
        yield _reading(folder)
        yield _adding(folder)
        yield from _month(folder, imports=1)
        yield from _month(folder, imports=10)
    finally:
        shutil.rmtree(folder)


def _incidents(n: int, seed: int) -> Incidents:
    """Make incidents of a hundred months at as many places, in and around the borough."""
    rng = np.random.default_rng(seed)
    days = rng.integers(0, int(MONTHS * 30.4), n).astype("timedelta64[D]")
    minutes = rng.integers(0, 1440, n).astype("timedelta64[m]")
    frame = pd.DataFrame(
        {
            schema.INCIDENT_ID: pd.Series(np.arange(n) + seed * n).astype("str"),
            schema.SOURCE: pd.Series("register", index=range(n), dtype="str"),
            schema.CATEGORY: pd.Series(
                np.array(["Public order", "Violence", "Damage"], object)[rng.integers(0, 3, n)],
                dtype="str",
            ),
            schema.IS_CRIME: pd.array(rng.random(n) < 0.8, dtype="boolean"),
            schema.OCCURRED: (FIRST + days + minutes).astype("datetime64[us]"),
            schema.TIME_PRECISION: pd.Series("minute", index=range(n), dtype="str"),
            schema.EASTING: rng.uniform(521_000, 526_000, n).round(1),
            schema.NORTHING: rng.uniform(175_500, 183_500, n).round(1),
            **{name: rng.random(n) < 0.2 for name in schema.STRAND_COLUMNS.values()},
            schema.LOCATION_QUALITY: pd.Series("point", index=range(n), dtype="str"),
        }
    )
    return Incidents(frame)


def _import_of(incidents: Incidents, name: str) -> Import:
    n, location = len(incidents), locate(incidents, "2022")
    report = ImportReport(
        (FileReport(name, "plain table", n, n, 0, name),),
        no_problems(),
        location.located,
        location.outside,
        location.not_located,
    )
    origin = pd.DataFrame(
        {FILE: pd.Categorical.from_codes(np.zeros(n, np.int8), [name]), ROW: np.arange(2, n + 2)}
    )
    return Import(incidents, report, origin)


def _reading(folder: Path) -> Row:
    """Read a CSV as a register exports it, beside only taking it in."""
    path = folder / "register.csv"
    frame = _incidents(MILLION, 1).frame
    table = frame[[schema.INCIDENT_ID, schema.CATEGORY, schema.EASTING, schema.NORTHING]].assign(
        occurred=frame[schema.OCCURRED].dt.strftime("%d/%m/%Y %H:%M")
    )
    table.to_csv(path, index=False)

    def plain() -> gpd.GeoDataFrame:
        given = pd.read_csv(path)
        given["occurred"] = pd.to_datetime(given["occurred"], format="%d/%m/%Y %H:%M")
        points = gpd.points_from_xy(given[schema.EASTING], given[schema.NORTHING], crs=BNG)
        return gpd.GeoDataFrame(given, geometry=points)

    product, rival = side_by_side(lambda: read([path]), plain, runs=2, memory=True)
    note = "ours also maps columns, validates, makes keys, finds duplicates, locates"
    case = "CSV of a million incidents"
    return Row("reading", case, product, "pandas and geopandas", rival, note=note)


def _adding(folder: Path) -> Row:
    incidents = _incidents(MILLION, 2)
    imported = _import_of(incidents, "add.csv")
    targets = iter(range(100))

    def add() -> None:
        where = folder / f"adding {next(targets)}"
        open_store(where).add(imported, who="benchmark", source="register")
        shutil.rmtree(where)

    def parquet() -> None:
        incidents.to_geodataframe().to_parquet(folder / "adding.parquet")

    product, rival = side_by_side(add, parquet, runs=2, memory=True)
    note = "ours also finds versions, keeps the report, is on the disk (fsync)"
    return Row(
        "adding", "a million incidents", product, "GeoDataFrame.to_parquet", rival, note=note
    )


def _month(folder: Path, *, imports: int) -> Iterator[Row]:
    where = folder / f"store of {imports}"
    store = open_store(where)
    for number in range(imports):
        part = _incidents(10 * MILLION // imports, number + 10)
        store.add(_import_of(part, f"{number}.csv"), who="benchmark", source="register")
    found = store.read(MONTH)
    files = where / "imports" / "*" / "incidents.parquet"
    question = f"""
        SELECT * FROM read_parquet('{files}')
        WHERE occurred >= '2020-05-01' AND occurred < '2020-06-01'
    """
    rows = len(duckdb.sql(question).fetch_arrow_table())
    if rows != len(found):
        msg = f"{len(found):,} incidents are not DuckDB's {rows:,}; the figures are worthless."
        raise RuntimeError(msg)
    product, rival = side_by_side(
        lambda: open_store(where).read(MONTH),
        lambda: duckdb.sql(question).df(),
        runs=3,
    )
    in_parts = f"{imports} import{'s' if imports > 1 else ''}"
    case = f"one month of ten million incidents, {in_parts}"
    yield Row(
        "reading back",
        case,
        product,
        "DuckDB on the same files",
        rival,
        at_most_s=GOAL_S,
        note=f"{rows:,} incidents in both",
    )
    if imports == 1:
        flat = folder / "flat.parquet"
        everything = store.read()
        everything.to_geodataframe().to_parquet(flat)
        filters = [
            (schema.OCCURRED, ">=", pd.Timestamp(MONTH.start)),
            (schema.OCCURRED, "<", pd.Timestamp("2020-06-01")),
        ]
        product, rival = side_by_side(
            lambda: open_store(where).read(MONTH),
            lambda: gpd.read_parquet(flat, filters=filters),
            runs=2,
        )
        yield Row("reading back", case, product, "geopandas.read_parquet, WKB", rival)
        flat.unlink()
    yield Row("reading back", f"all of it, {in_parts}", measured(store.read, runs=1))
    shutil.rmtree(where)
