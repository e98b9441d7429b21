"""The page Briefing without a browser: what stands on it, and the notes of a meeting."""

import re
from collections.abc import Callable

import pytest
from streamlit.testing.v1 import AppTest

from dashboard.brief.make import make_brief
from dashboard.brief.model import BriefSettings
from dashboard.figures import Figure
from dashboard.kept import Kept
from geo import demonstration
from geo.change.exposure import span_of
from geo.schema import Incidents
from geo.selection import Selection
from tests.dashboard import app_pages as on
from tests.factories import make_incidents

POINT = (523_500.0, 179_900.0)
MARK = re.compile(r"<span data-figure='([^']+)'>([^<]+)</span>")


@pytest.fixture(autouse=True)
def kept(tmp_path, monkeypatch) -> Kept:
    monkeypatch.setenv("HOTSPOTS_KEPT", str(tmp_path / "kept"))
    return Kept(tmp_path / "kept")


# AppTest runs the text of this function elsewhere: names of this file are not known there.
def _script(incidents: "Incidents", is_own: bool) -> None:
    import streamlit as st

    from dashboard import sidebar
    from dashboard.pages import briefing_page
    from dashboard.settings import StartOptions
    from dashboard.view import Dataset

    shown = st.session_state.get("other incidents", incidents)
    view = sidebar.choose_view(Dataset(shown, "Test", is_own=is_own), StartOptions())
    if view is not None and st.toggle("On this page", value=True):
        briefing_page.show(view)


@pytest.fixture
def page() -> Callable[..., AppTest]:
    def start(incidents: Incidents | None = None, is_own: bool = False) -> AppTest:
        shown = demonstration.load() if incidents is None else incidents
        app = AppTest.from_function(_script, args=(shown, is_own), default_timeout=60).run()
        assert not app.exception, [entry.value for entry in app.exception]
        return app

    return start


def html(app: AppTest) -> str:
    return "\n".join(str(element.proto.body) for element in app.main.get("html"))  # type: ignore[attr-defined]


def write(app: AppTest, text: str, *, what: str = "Note", role: str = "") -> AppTest:
    app.text_area(key="note-text").set_value(text)
    app.text_input(key="note-who").set_value(role)
    app.selectbox(key="note-what").set_value(what)
    app.button(key="note-keep").click()
    return app.run()


def test_every_figure_of_the_briefing_stands_on_the_page_under_its_name(page):
    app = page()
    shown: dict[str, set[str]] = {}
    for name, text in MARK.findall(html(app)):
        shown.setdefault(name, set()).add(text)
    assert all(len(texts) == 1 for texts in shown.values())
    incidents = demonstration.load()
    now, before = span_of("2017/18"), span_of("2016/17")
    settings = BriefSettings(Selection(now.first, now.last), before, vintage="2002")
    brief = make_brief(incidents, settings, source="Test", steps=False)
    cells = [c for t in (brief.strands, brief.wards) for row in t.rows for c in row]
    figures = [*brief.figures, *brief.located, *(c for c in cells if isinstance(c, Figure))]
    figures += [f for spot in brief.hotspots for f in spot.figures if not f.name.endswith("share")]
    expected = {figure.name: {figure.text} for figure in figures}
    assert {name: shown.get(name) for name in expected} == expected
    assert brief.headline.replace("'", "&#x27;") in html(app)


def test_another_period_changes_words_and_figures(page):
    app = page()
    on.change(app, "Held against", "nothing")
    assert "incidents.before" not in dict(MARK.findall(html(app)))
    assert "No comparison was asked for." in on.texts(app)
    on.change(app, "Period", "last month")
    assert app.title[0].value == "Briefing: March 2018"
    on.change(app, "Strands", ["disability"])
    assert "No place has enough incidents to be called a hotspot" in on.texts(app)
    assert not app.exception
    assert not app.error


def test_what_comes_from_the_data_is_text(page):
    incidents = make_incidents(
        ["2017-05-01 10:00"] * 3, [POINT] * 3, category="<script>alert(1)</script>"
    )
    app = page(incidents)
    assert not app.exception
    assert "<script>" not in html(app)


def test_a_note_is_kept_with_its_period_and_can_be_changed_removed_and_brought_back(page, kept):
    app = write(page(), "Patrol <b>Fridays</b>", what="Decision", role="Chair")
    assert "Patrol &lt;b&gt;Fridays&lt;/b&gt;" in html(app)
    assert "Decision, Chair, " in html(app)
    assert app.text_area(key="note-text").value == ""
    (name,) = kept.names("meeting-note")
    assert "Patrol" in html(page())  # another session
    app.button(key=f"change {name}").click().run()
    app.text_area(key="note-changed").set_value("Patrol Saturdays")
    app.button(key="note-save").click().run()
    assert "Patrol Saturdays" in html(app)
    assert "Fridays" not in html(app)
    app.button(key=f"remove {name}").click().run()
    assert "Patrol" not in html(app)
    assert kept.names("meeting-note") == ()
    app.button(key="note-undo").click().run()
    assert "Patrol Saturdays" in html(app)
    on.change(app, "Period", "last month")
    assert "Patrol" not in html(app)
    assert not app.exception


def test_what_is_typed_survives_other_controls_and_leaving_the_page(page):
    app = page()
    app.text_area(key="note-text").set_value("Half a sent").run()
    on.change(app, "Held against", "year before")
    app.toggle[0].set_value(False).run()
    assert not app.text_area
    app.toggle[0].set_value(True).run()
    assert app.text_area(key="note-text").value == "Half a sent"


def test_an_empty_note_is_refused_and_one_that_cannot_be_kept_stays_in_the_field(
    page, kept, monkeypatch
):
    app = write(page(), "   ")
    assert "write the note first" in on.errors(app)
    kept.folder.parent.mkdir(parents=True, exist_ok=True)
    kept.folder.mkdir(exist_ok=True)
    (kept.folder / "meeting-note").write_text("in the way")
    app = write(app, "Important")
    assert on.errors(app)
    assert app.text_area(key="note-text").value == "Important"
    assert not app.exception


def test_notes_about_own_files_show_with_these_files_only(page):
    one = make_incidents(["2017-05-01 10:00"] * 3, [POINT] * 3)
    other = make_incidents(["2017-05-01 11:00"] * 3, [POINT] * 3)
    write(page(one, is_own=True), "About mine")
    assert "About mine" in html(page(one, is_own=True))
    assert "About mine" not in html(page(other, is_own=True))
    assert "About mine" not in html(page(one))
