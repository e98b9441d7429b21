"""Every page with all sorts of data: it says something, and nothing goes wrong."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from streamlit.testing.v1 import AppTest

import boundaries
from geo.demonstration import load
from geo.readers.importing import Import
from geo.report import ROW, FileReport, ImportReport, no_problems
from geo.schema import EASTING, INCIDENT_ID, NORTHING, OCCURRED, SOURCE, TIME_PRECISION, Incidents
from geo.store import open_store
from geo.wards.join import locate
from tests.dashboard.app_pages import errors, go_to, texts

PAGES = ("wards", "hotspots", "when", "patrol", "trends", "methods", "data")
MILLION = 1_000_000


def real() -> pd.DataFrame:
    """Give the invented incidents as if they were the police's."""
    return load().frame.assign(**{SOURCE: "police"})


def one_ward() -> pd.DataFrame:
    frame = real()
    where = locate(Incidents(frame), "2002").positions
    code = boundaries.load_wards("2002")["ward_code"].tolist().index("E05000263")
    return frame[where == code]


def one_day() -> pd.DataFrame:
    frame = real()
    day = frame[OCCURRED].dt.normalize()
    return frame[day == day.mode()[0]]


def months_only() -> pd.DataFrame:
    frame = real()
    month = frame[OCCURRED].dt.to_period("M").dt.start_time.astype(frame[OCCURRED].dtype)
    return frame.assign(**{OCCURRED: month, TIME_PRECISION: "month"})


def nowhere() -> pd.DataFrame:
    return real().assign(**{EASTING: np.nan, NORTHING: np.nan}).drop(columns="location_quality")


def a_million() -> pd.DataFrame:
    rng = np.random.default_rng(5)
    frame = real().iloc[rng.integers(0, len(load()), MILLION)].reset_index(drop=True)
    minutes = pd.to_timedelta(rng.integers(-20_000, 20_000, MILLION), unit="min")
    return frame.assign(
        **{
            INCIDENT_ID: pd.Series(np.arange(MILLION)).astype("str"),
            OCCURRED: (frame[OCCURRED] + minutes).astype(frame[OCCURRED].dtype),
            EASTING: frame[EASTING] + rng.normal(0, 80, MILLION).round(),
            NORTHING: frame[NORTHING] + rng.normal(0, 80, MILLION).round(),
        }
    )


DATA: dict[str, Callable[[], pd.DataFrame]] = {
    "one row": lambda: real().head(1),
    "one ward": one_ward,
    "one day": one_day,
    "months only": months_only,
    "nowhere": nowhere,
    "a million": a_million,
}


def keep(frame: pd.DataFrame, store: Path) -> None:
    """Put incidents into the store as an import does."""
    incidents = Incidents(frame.reset_index(drop=True))
    n, where = len(incidents), locate(incidents, "2022")
    read = FileReport("police.csv", "plain table", n, n, 0, "0" * 64)
    report = ImportReport((read,), no_problems(), where.located, where.outside, where.not_located)
    origin = pd.DataFrame({"file": pd.Categorical(["police.csv"] * n), ROW: np.arange(n) + 2})
    kept = open_store(str(store))
    kept.add(Import(incidents, report, origin), who="tester", source="police")


def bodies(app: AppTest) -> str:
    return "".join(str(element.proto.body) for element in app.main.get("html"))


def walk(app: AppTest) -> None:
    """Go through all pages; each has words, and none an error (exceptions fail by themselves)."""
    assert len(texts(app)) > 100
    for page in PAGES:
        go_to(app, page)
        assert not errors(app), f"{page}: {errors(app)}"
        assert not app.exception, page
        assert len(texts(app)) > 20, page


def test_the_demonstration(app_test: Callable[..., AppTest]) -> None:
    walk(app_test())


def test_nothing_is_selected(app_test: Callable[..., AppTest]) -> None:
    app = app_test(kind="Incidents that are not crimes only")
    assert "data-figure='incidents'>0<" in bodies(app)
    walk(app)


@pytest.mark.parametrize("kind", DATA)
def test_all_sorts_of_data(app_test: Callable[..., AppTest], no_store: Path, kind: str) -> None:
    frame = DATA[kind]()
    keep(frame, no_store)
    # All of a million are read; figures of three years of them say no more than those of one.
    is_large = len(frame) == MILLION
    app = app_test(**{} if is_large else {"period": "All"})
    walk(app)
    shown = frame[OCCURRED] >= "2017-05-01" if is_large else slice(None)
    assert f"data-figure='incidents'>{len(frame[shown]):,}<" in bodies(go_to(app, ""))
