import io
import json
from datetime import date
from pathlib import Path

import duckdb
import geopandas as gpd
import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from pyproj import CRS

from boundaries.projection import BNG
from geo.schema import INCIDENT_ID, LOCATION_TEXT, OCCURRED, Incidents
from geo.selection import Selection
from geo.store import parquet
from geo.store.files import bounds_of
from geo.store.folder import FolderStore
from geo.store.parquet import (
    GEOMETRY,
    SCHEMA,
    Bounds,
    contained,
    groups_within,
    read_batches,
    tables_of,
    write_incidents,
)
from geo.store.versions import Rows
from tests.store_samples import INSIDE, OUTSIDE, Said, make_import

SAID = [
    Said("2", place=OUTSIDE),
    Said("1", time="2024-01-02 03:04:05.678901", strands=("race", "disability"), is_crime=None),
    Said("é日本", place=None, end="2024-03-07", is_crime=False, source="Ünal's"),
]


@pytest.fixture
def path(tmp_path: Path) -> Path:
    store = FolderStore.open(tmp_path / "store")
    store.add(make_import(SAID), who="A", source="police")
    return tmp_path / "store" / "imports" / "000001" / "incidents.parquet"


def test_the_metadata_is_that_of_geoparquet_1_1(path: Path):
    metadata = pq.read_metadata(path)
    geo = json.loads(metadata.metadata[b"geo"])
    column = geo["columns"][GEOMETRY]
    assert (geo["version"], geo["primary_column"]) == ("1.1.0", GEOMETRY)
    assert (column["encoding"], column["geometry_types"]) == ("point", ["Point"])
    assert column["bbox"] == [INSIDE[0], INSIDE[1], OUTSIDE[0], OUTSIDE[1]]
    assert CRS.from_json_dict(column["crs"]) == CRS(BNG)
    field = pq.read_schema(path).field(GEOMETRY)
    assert field.nullable
    assert [(f.name, f.type, f.nullable) for f in field.type] == [
        ("x", pa.float64(), False),
        ("y", pa.float64(), False),
    ]


def test_geopandas_opens_it_unchanged(path: Path):
    frame = gpd.read_parquet(path).set_index(INCIDENT_ID)
    assert frame.crs == CRS(BNG)
    assert (frame.geometry["1"].x, frame.geometry["1"].y) == INSIDE
    assert (frame.geometry["2"].x, frame.geometry["2"].y) == OUTSIDE
    assert frame.geometry["é日本"] is None
    assert str(frame["occurred"]["1"]) == "2024-01-02 03:04:05.678901"


def test_duckdb_opens_it_unchanged(path: Path):
    rows = duckdb.sql(
        f"SELECT incident_id, geometry.x, geometry.y, is_crime, strand_race, import_number, "
        f"occurred, row FROM read_parquet('{path.parents[1]}/*/incidents.parquet') "
        "ORDER BY incident_id"
    ).fetchall()
    moment = pd.Timestamp("2024-03-05 22:15").to_pydatetime()
    first = pd.Timestamp("2024-01-02 03:04:05.678901").to_pydatetime()
    assert rows == [
        ("1", *INSIDE, None, True, 1, first, 3),
        ("2", *OUTSIDE, True, False, 1, moment, 2),
        ("é日本", None, None, False, False, 1, moment, 4),
    ]


def test_every_value_and_type_comes_back(tmp_path: Path):
    """Also those that another library made: other kinds of texts, times and truths."""
    imported = make_import(SAID)
    odd = imported.incidents.frame.assign(
        category=lambda f: f["category"].astype("category"),
        is_crime=lambda f: f["is_crime"].astype(object),
        occurred=lambda f: f["occurred"].astype("datetime64[ns]"),
        source=lambda f: f["source"].astype(object),
        **{LOCATION_TEXT: pd.Series(["Market", None, ""], dtype=object)},
    )
    expected = imported.incidents.frame.assign(
        **{LOCATION_TEXT: pd.Series(["Market", None, ""], dtype="str")}
    )
    store = FolderStore.open(tmp_path)
    store.add(type(imported)(Incidents(odd), imported.report, imported.origin), who="A", source="x")
    read = store.read().frame.set_index(INCIDENT_ID)
    pd.testing.assert_frame_equal(read, expected.set_index(INCIDENT_ID).loc[read.index][list(read)])


def test_without_any_place_and_without_any_row(tmp_path: Path):
    store = FolderStore.open(tmp_path)
    store.add(make_import([Said("1", place=None)]), who="A", source="x")
    path = tmp_path / "imports" / "000001" / "incidents.parquet"
    assert "bbox" not in json.loads(pq.read_metadata(path).metadata[b"geo"])["columns"][GEOMETRY]
    assert gpd.read_parquet(path).geometry.isna().all()
    store.purge(date(2030, 1, 1), who="A")
    assert len(gpd.read_parquet(path)) == 0
    assert len(store.read()) == 0


@pytest.mark.parametrize("few", [0, 2, 4_096])
def test_texts_are_the_same_whether_few_or_many(monkeypatch: pytest.MonkeyPatch, few: int):
    monkeypatch.setattr(parquet, "_FEW_TEXTS", few)
    monkeypatch.setattr(parquet, "ROWS_PER_GROUP", 2)
    said = [Said(str(n), what=f"kind {n % 3}", source=f"s{n % 2}") for n in range(7)]
    with pq.ParquetFile(written(make_import(said).incidents, said)) as file:
        table = file.read()
    assert table.schema.remove_metadata().equals(SCHEMA)
    assert sorted(zip(*(table[name].to_pylist() for name in ("category", "source")), strict=True)
                  ) == sorted((each.what, each.source) for each in said)  # fmt: skip


def written(incidents: Incidents, said: list[Said]) -> io.BytesIO:
    rows = Rows.of(incidents.frame, make_import(said).origin)
    more = {
        "import_number": 1,
        "file": rows.origin["file"],
        "row": rows.origin["row"],
        "incident_key": rows.keys,
        "content_hash": rows.hashes,
        "superseded": np.zeros(len(said), np.bool_),
    }
    buffer = io.BytesIO()
    write_incidents(buffer, tables_of(rows.frame, more, rows.order), ())
    buffer.seek(0)
    return buffer


class TestPruning:
    @pytest.fixture
    def content(self, monkeypatch: pytest.MonkeyPatch) -> bytes:
        """Twelve months in groups of four rows: inside, from July outside, in December nowhere."""
        monkeypatch.setattr(parquet, "ROWS_PER_GROUP", 4)
        places = [INSIDE] * 6 + [OUTSIDE] * 5 + [None]
        said = [
            Said(f"{month}-{day}", time=f"2024-{month:02d}-{day:02d}", place=place)
            for month, place in enumerate(places, 1)
            for day in range(1, 5)
        ]
        return written(make_import(said).incidents, said).getvalue()

    @pytest.fixture
    def file(self, content: bytes) -> pq.ParquetFile:
        return pq.ParquetFile(io.BytesIO(content))

    def test_a_month_is_read_of_one_group_only(self, file: pq.ParquetFile):
        march = bounds_of(Selection(start=date(2024, 3, 1), end=date(2024, 3, 31)))
        assert groups_within(file.metadata, march) == [2]
        inner = bounds_of(Selection(start=date(2024, 3, 2), end=date(2024, 4, 2)))
        assert groups_within(file.metadata, inner) == [2, 3]
        (table,) = read_batches(file, [INCIDENT_ID], inner)
        assert table[INCIDENT_ID].to_pylist() == ["3-2", "3-3", "3-4", "4-1", "4-2"]
        assert groups_within(file.metadata, Bounds()) == list(range(12))

    def test_groups_without_a_point_in_the_box_are_not_read(self, file: pq.ParquetFile):
        west = Bounds(box=(INSIDE[0] - 1, INSIDE[1] - 1, INSIDE[0] + 1, INSIDE[1] + 1))
        assert groups_within(file.metadata, west) == [0, 1, 2, 3, 4, 5]

    def test_only_the_columns_asked_for_are_read(self, file: pq.ParquetFile, content: bytes):
        """Overwrites every other column's bytes: whoever looked at them would fail."""
        wanted = ["geometry.x", OCCURRED]
        source = bytearray(content)
        for group in range(file.metadata.num_row_groups):
            for at in range(file.metadata.num_columns):
                chunk = file.metadata.row_group(group).column(at)
                if chunk.path_in_schema not in wanted:
                    start = chunk.dictionary_page_offset or chunk.data_page_offset  # comes first
                    size = chunk.total_compressed_size
                    source[start : start + size] = b"\xff" * size
        with pq.ParquetFile(io.BytesIO(bytes(source))) as spoilt:
            table = spoilt.read(columns=wanted)
            assert table[GEOMETRY].type.names == ["x"]
            assert table[OCCURRED].to_pylist()[0] == pd.Timestamp("2024-01-01")
            with pytest.raises((OSError, pa.ArrowException)):
                spoilt.read(columns=["geometry.y"])


def test_keys_are_found_among_sorted_ones():
    among = np.array([3, 5, 2**63, 2**64 - 1], np.uint64)
    keys = np.array([2**64 - 1, 0, 5, 4, 2**63], np.uint64)
    assert contained(keys, among).tolist() == [True, False, True, False, True]
    assert contained(keys, among[:0]).tolist() == [False] * 5
