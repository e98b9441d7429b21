"""Work in a process of its own: same results, same errors, and an end to it."""

import os
import time

import pandas as pd
import pytest

from boundaries.errors import HotspotsError, InputFileError, TimeLimitError
from dashboard import reading
from dashboard.apart import apart
from dashboard.reading import imported, is_large, opened, read_at_once
from geo.readers.mapping import ColumnMapping
from tests.factories import write_street_months

HEADER = b"date,latitude,longitude,what\n"
ROWS = b"".join(b"2017-04-%02d,51.49,-0.22,a %d\n" % (n % 28 + 1, n) for n in range(500))
OWN = [("own.csv", HEADER + ROWS), ("broken.csv", b"")]
MAPPINGS = {"own.csv": ColumnMapping({"category": ("what",)})}


@pytest.fixture
def large(monkeypatch: pytest.MonkeyPatch) -> None:
    """Have all files count as large."""
    monkeypatch.setattr(reading, "LARGE_BYTES", 0)


def same(one: reading.Import, other: reading.Import) -> bool:
    pd.testing.assert_frame_equal(one.incidents.frame, other.incidents.frame)
    pd.testing.assert_frame_equal(one.origin, other.origin)
    return (one.incidents.fingerprint, one.report.files, one.mappings) == (
        other.incidents.fingerprint,
        other.report.files,
        other.mappings,
    )


def test_files_read_apart_are_the_same(tmp_path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOTSPOTS_LIMITS", "rows=1000")
    write_street_months(tmp_path, ["2024-02", "2024-03"], {"Addison": 3, "Town": 2})
    months = [(path.name, path.read_bytes()) for path in sorted(tmp_path.rglob("*-street.csv"))]
    contents = [*OWN, ("many.csv", HEADER + ROWS * 3), *months]
    assert not is_large(contents)
    here = opened(contents)
    monkeypatch.setattr(reading, "LARGE_BYTES", 0)
    there = opened(contents)
    assert there.problems == here.problems
    assert "broken.csv is empty" in here.problems[0]
    assert "more than the 1,000 rows" in here.problems[1]
    assert [(f.name, f.sha256, f.suggestion) for f in there.files] == [
        (f.name, f.sha256, f.suggestion) for f in here.files
    ]
    own = there.files[0].table
    assert own is not None
    assert len(own) == 500
    assert all(file.table is not None and len(file.table) == 0 for file in there.files[1:])
    read_apart = imported(contents, there, MAPPINGS)
    monkeypatch.setattr(reading, "LARGE_BYTES", 10**9)
    assert same(read_apart, imported(contents, here, MAPPINGS))


def test_what_is_wrong_is_said_as_it_would_be_here(large: None) -> None:
    with pytest.raises(InputFileError, match=r"broken\.csv is empty"):
        read_at_once(OWN)


def test_a_process_that_takes_too_long_is_ended() -> None:
    began = time.monotonic()
    with pytest.raises(TimeLimitError, match=r"longer than the 1 seconds .* in parts"):
        apart(time.sleep, 1, 60)
    assert time.monotonic() - began < 20


def test_a_process_that_the_system_ends_is_said() -> None:
    with pytest.raises(HotspotsError, match="ended by the system, most likely"):
        apart(os._exit, 30, 9)


@pytest.mark.skipif(not hasattr(os, "nice"), reason="no priorities there")
def test_it_stands_back_behind_the_pages() -> None:
    assert apart(os.nice, 30, 0) >= min(19, os.nice(0) + 5)


def test_what_is_printed_does_not_get_into_the_result() -> None:
    assert apart(print, 30, "a word") is None
