"""The page Methods and data: meanings, sources as registered, the record of what is on show."""

import json
import re
from collections.abc import Callable

import pytest
from streamlit.testing.v1 import AppTest

from boundaries.loading import DATA_FOLDER
from boundaries.registry import Registry
from dashboard.methods.meanings import MEANINGS, meaning_of
from dashboard.methods.sources import data_sources, program_version
from geo import demonstration
from geo.rerun import rerun
from tests.dashboard.app_pages import go_to, labelled, shown, texts

AppStart = Callable[..., AppTest]
PAGES = ("briefing", "wards", "hotspots", "when", "trends", "data", "methods")


@pytest.fixture
def page(app_test: AppStart) -> AppTest:
    return go_to(app_test(), "methods")


def bodies(app: AppTest) -> str:
    return "".join(str(element.proto.body) for element in app.main.get("html"))  # type: ignore[attr-defined]


def test_every_meaning_is_there(page: AppTest) -> None:
    html = bodies(page).replace("&#x27;", "'")
    assert [one.name for one in MEANINGS.values() if one.plain not in html] == []
    assert html.count("<dt>") == len(MEANINGS)


def test_sources_are_those_of_the_registries(page: AppTest) -> None:
    table = labelled(page, "Sources of data")
    registry = Registry(DATA_FOLDER)
    for name in registry.names:
        assert table.loc[name, "Attribution"] == registry.entry(name).attribution
        assert table.loc[name, "Licence"] == registry.entry(name).licence
    assert len(table) == len(data_sources())
    assert set(labelled(page, "Programs").index) == {"The dashboard itself", "leaflet"}


def test_version_and_a_record_that_runs_again(page: AppTest) -> None:
    assert f"Hotspots {program_version()}." in texts(page)
    record = page.main.get("code")[0].value  # type: ignore[attr-defined]
    on_show = labelled(page, "What is on show").iloc[:, 0]
    assert on_show["Fingerprint of the data"] == json.loads(record)["data_fingerprint"]
    again = rerun(record, demonstration.load())
    assert again.record.located_in_words() == on_show["Counted"]


def test_the_accessibility_statement_is_the_one_of_the_documents(page: AppTest) -> None:
    said = "\n".join(shown(element.value) for element in page.main.get("markdown"))  # type: ignore[attr-defined]
    assert "WCAG 2.2" in said
    assert "How to report" in said
    assert "](" not in re.sub(r"\]\(https?:", "", said)


def test_every_figure_of_every_page_has_a_meaning(app_test: AppStart) -> None:
    app = app_test()
    missing = {}
    for path in PAGES:
        go_to(app, path)
        for name in set(re.findall(r"data-figure='([^']+)'", bodies(app))):
            try:
                meaning_of(name)
            except KeyError:
                missing[name] = path
    assert missing == {}
