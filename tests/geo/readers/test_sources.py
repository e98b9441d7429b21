"""From what a person names to files: which reader of sources is asked, what lies beside a file."""

import os
import sys
from types import ModuleType

import pytest

from boundaries.errors import InputFileError
from geo.readers import read
from geo.readers.sources import InputFile, files_of, files_uploaded, with_distinct_names
from geo.store import open_store
from tests.sample_files import zip_of


@pytest.fixture
def asked(monkeypatch) -> list[str]:
    """Stand in for the readers of databases and of the API, which other tests try for real."""
    given: list[str] = []

    def file_of(source: str) -> InputFile:
        given.append(source)
        return InputFile("there", b"a,b\n1,2\n", kind="database table")

    for name in ("database", "police_api"):
        module = ModuleType(f"geo.readers.{name}")
        module.file_of = file_of
        monkeypatch.setitem(sys.modules, f"geo.readers.{name}", module)
    return given


@pytest.mark.parametrize(
    "source",
    ["postgresql://user@host/db?table=x", "postgres://host/db", "police.uk:51.5,-0.2:2016-07"],
)
def test_databases_and_the_api_are_asked_by_name(source, asked):
    (file,) = files_of(source)
    assert (file.name, file.kind) == ("there", "database table")
    assert asked == [source]


def test_paths_are_paths_whatever_they_are_called(tmp_path, asked, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "postgres.csv").write_text("a,b\n")
    (tmp_path / "police.uk.csv").write_text("a,b\n")
    for name in ("postgres.csv", "police.uk.csv", tmp_path / "postgres.csv"):
        (file,) = files_of(name)
        assert (file.content, file.kind) == (b"a,b\n", None)
    with pytest.raises(InputFileError, match=r"there\.csv does not exist"):
        list(files_of("there.csv"))
    assert asked == []


def test_files_of_one_name_keep_what_they_are():
    files = [InputFile("a.csv", b"1", kind="database table"), InputFile("a.csv", b"2", True)]
    first, second = with_distinct_names(files)
    assert (first.name, first.kind, first.in_collection) == ("a.csv", "database table", False)
    assert (second.name, second.kind, second.in_collection) == ("a (2).csv", None, True)


def test_an_archive_of_one_table_of_another_kind_is_that_table():
    content = zip_of(
        {"folder/report.geojson": b"{}", "folder/readme.txt": b"x", ".hidden.json": b""}
    )
    (file,) = files_uploaded([("export.zip", content)])
    assert (file.name, file.content, file.in_collection) == ("folder/report.geojson", b"{}", False)


def test_an_archive_of_several_tables_is_asked_for_one_by_one():
    content = zip_of({"a.geojson": b"{}", "b.xlsx": b"x"})
    with pytest.raises(InputFileError, match=r"holds no CSV file .*map layers one by one"):
        list(files_uploaded([("export.zip", content)]))


@pytest.mark.skipif(sys.platform != "linux", reason="other systems have no such names")
def test_a_name_that_is_no_text_is_made_one(tmp_path):
    path = tmp_path / os.fsdecode(b"caf\xe9 \xc3\xa9.csv")
    path.write_bytes(b"date,easting,northing\n2024-03-05,523500,178500\n")
    imported = read([path])
    assert [file.name for file in imported.report.files] == ["caf\ufffd é.csv"]
    store = open_store(tmp_path / "store")
    store.add(imported, who="A", source="a")
    assert store.imports()[0].files == imported.report.files
