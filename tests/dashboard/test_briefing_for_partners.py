"""The page Briefing for partners without a browser, and who sees which notes."""

import time
from collections.abc import Callable, Iterator

import pytest
from streamlit.testing.v1 import AppTest

from dashboard import access, downloads
from dashboard.access import Person
from dashboard.briefing.notes import Subject, edited, keep, new_note, notes_about
from dashboard.sign_in.roles import Role
from geo.disclosure.levels import EXACT, PARTNER, PUBLIC, Level
from tests.dashboard import app_pages as on
from tests.dashboard.conftest import APP, TIMEOUT_S


def subject(level: Level, **changes: object) -> Subject:
    values = {"period": "2017-04-01 to 2018-03-31", "data": "a", "is_own": False}
    return Subject(**{**values, "is_demonstration": True, "level": level, **changes})  # type: ignore[arg-type]


@pytest.fixture
def page() -> Iterator[Callable[..., AppTest]]:
    opened: list[AppTest] = []

    def start(level: Level = PARTNER, **link: str) -> AppTest:
        app = on.at_level(AppTest.from_file(str(APP), default_timeout=TIMEOUT_S), level)
        app.session_state[downloads.EXACT_FILES] = False
        app.query_params.update(link)
        opened.append(on.checked(app.run()))
        return until(app, lambda: bool(app.title))

    yield start
    for app in opened:
        on.checked(app)


def until(app: AppTest, is_there: Callable[[], bool]) -> AppTest:
    """Run the page until the release, which is read beside it, is there."""
    for _ in range(40):
        if is_there():
            return app
        time.sleep(0.1)
        app.run()
    pytest.fail("The page never showed it.")


def be(monkeypatch, role: Role) -> None:
    monkeypatch.setattr(access, "person", lambda: Person("Somebody", role))


def html(app: AppTest) -> str:
    return "\n".join(str(element.proto.body) for element in app.main.get("html"))  # type: ignore[attr-defined]


def texts(notes: list) -> list[str]:
    return [note.text for note in notes]


def test_notes_show_at_their_level_and_at_more_exact_ones():
    for level in (EXACT, PARTNER, PUBLIC):
        keep(new_note(subject(level), "Note", level, ""))
    assert texts(notes_about(subject(PUBLIC))) == [PUBLIC]
    assert sorted(texts(notes_about(subject(PARTNER)))) == [PARTNER, PUBLIC]
    assert sorted(texts(notes_about(subject(EXACT)))) == [EXACT, PARTNER, PUBLIC]


def test_a_note_that_is_changed_among_exact_figures_is_not_for_partners_any_more():
    (written,) = [new_note(subject(PARTNER), "Note", "Visits on Fridays", "")]
    keep(edited(written, "Visits on Fridays: 3 in North End", EXACT))
    assert notes_about(subject(PARTNER)) == []
    assert texts(notes_about(subject(EXACT))) == ["Visits on Fridays: 3 in North End"]
    keep(edited(new_note(subject(EXACT), "Note", "One", ""), "Two", PARTNER))
    assert notes_about(subject(PARTNER)) == []


def test_notes_of_earlier_versions_are_for_analysts():
    from dashboard.briefing.notes import KIND
    from dashboard.kept import Kept

    note = new_note(subject(PARTNER), "Note", "Old", "")
    keep(note)
    value = Kept.here().get(KIND, note.name)
    assert value is not None
    del value["level"]
    Kept.here().put(KIND, note.name, value)
    assert notes_about(subject(PARTNER)) == []
    assert texts(notes_about(subject(EXACT))) == ["Old"]


@pytest.mark.parametrize("role", ["viewer", "warden"])
def test_readers_see_the_notes_for_partners_and_cannot_write(page, monkeypatch, role):
    app = page()
    app.text_area(key="note-text").set_value("For all").run()
    app.button(key="note-keep").click().run()
    assert "For all" in html(app)
    be(monkeypatch, role)
    app = page()
    assert "For all" in html(app)
    assert not app.text_area
    assert not [button for button in on.buttons(app) if button in {"Change", "Remove", "Keep it"}]
    with pytest.raises(Exception, match=f"Your role is {role}"):
        keep(new_note(subject(PARTNER), "Note", "By another way", ""))


def test_what_is_typed_among_exact_figures_is_gone_among_those_for_partners(page):
    app = page(EXACT)
    app.text_area(key="note-text").set_value("3 in North End").run()
    app.session_state[access.LEVEL] = PARTNER
    app.run()
    assert app.text_area(key="note-text").value == ""


def test_the_exact_page_offers_packs_for_partners_and_exact_ones_only_when_asked_for(page):
    app = page(EXACT, period="Choose months", **{"from": "Jan 2017", "to": "Apr 2017"})
    (figures,) = [radio for radio in app.main.get("radio") if radio.label == "Figures in the file"]
    assert figures.options == ["For partners", "For the public"]
    said = "The file is about January to March 2017, the released period nearest to"
    until(app, lambda: said in on.texts(app))
    app.session_state[downloads.EXACT_FILES] = True
    app.run()
    (figures,) = [radio for radio in app.main.get("radio") if radio.label == "Figures in the file"]
    assert figures.value == PARTNER
    figures.set_value(EXACT).run()
    assert "can point to a single person" in app.main.get("warning")[0].value
    assert "released period nearest" not in on.texts(app)


def test_a_quarter_of_one_strand_shows_its_year_and_says_so(page):
    app = page(of="October to December 2017", group="Race")
    assert app.title[0].value == "Briefing: 2017/18, against 2016/17"
    assert "This shows 2017/18" in on.texts(app)
    assert "of the wards that are shown" in html(app)
