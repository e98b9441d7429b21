import ast
from collections.abc import Iterator
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

import dashboard
from boundaries.errors import AccessError
from dashboard import access, downloads
from dashboard.downloads import Download
from geo.disclosure.levels import EXACT, PARTNER
from tests.dashboard import app_pages as on

ROOT = Path(dashboard.__file__).parent
BUTTONS = "download_button"
CHARTS = ("vega_lite_chart", "altair_chart", "plotly_chart", "pydeck_chart", "line_chart")
PAST_THE_DOOR = ("dataframe", "data_editor", "bar_chart", "area_chart", "scatter_chart", *CHARTS)
"""Elements of Streamlit with a button of their own that saves what they show."""


def calls(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        made = node.func if isinstance(node, ast.Call) else None
        yield made.attr if isinstance(made, ast.Attribute) else getattr(made, "id", "")


def callers(*names: str) -> set[str]:
    return {
        path.relative_to(ROOT).as_posix()
        for path in ROOT.rglob("*.py")
        if set(calls(path)) & set(names)
    }


def test_no_file_goes_out_by_another_door():
    assert callers("download_button") == {"audit/buttons.py"}
    assert callers("file_button") == {"downloads.py", "packs/offer.py", "audit_page/listing.py"}
    assert callers(*PAST_THE_DOOR) == set()


def without_asking(page: str, **link: str) -> AppTest:
    app = on.opened(page, **link)
    app.session_state[downloads.EXACT_FILES] = False
    return on.checked(app.run())


@pytest.mark.parametrize(("page", "link"), [("wards", {"wards-more": "Downloads"}), ("when", {})])
def test_exact_files_are_not_made_until_they_are_asked_for(page, link):
    app = without_asking(page, **link)
    kept = [button for button in app.main.button if button.disabled]
    assert kept
    assert "Choose “Files with exact figures” in the sidebar first" in on.texts(app)
    assert not app.main.get(BUTTONS)
    switch = next(toggle for toggle in app.sidebar.toggle if "exact" in toggle.label)
    assert not switch.value
    switch.set_value(True)
    on.checked(app.run())
    assert {button.label for button in app.main.get(BUTTONS)} >= {button.label for button in kept}


def test_no_link_asks_for_exact_files():
    link = {downloads.EXACT_FILES: "yes", access.LEVEL: EXACT, "figures": EXACT}
    app = without_asking("when", **link)
    app.query_params["level"] = EXACT
    assert not on.checked(app.run()).main.get(BUTTONS)
    app = on.opened_as_partner("when", **link)
    app.query_params["level"] = EXACT
    assert not on.checked(app.run()).sidebar.toggle
    assert app.session_state[access.LEVEL] == PARTNER


def made(download: Download, *, level: str, asked: bool) -> AppTest:
    """Offer one file on a page of its own."""

    def page(file) -> None:
        from dashboard import downloads

        downloads.buttons([file])

    app = AppTest.from_function(page, args=(download,))
    app.session_state[access.LEVEL] = level
    app.session_state[downloads.EXACT_FILES] = asked
    return app.run()


FOR_PARTNERS = Download("Table", "table-partner.csv", lambda: "b", level=PARTNER)
WHOLE = Download("Table", "table.csv", lambda: "a", for_partners=FOR_PARTNERS)


@pytest.mark.parametrize(
    ("download", "level", "asked", "name"),
    [
        (WHOLE, EXACT, False, "table-partner.csv"),
        (WHOLE, EXACT, True, "table-exact.csv"),
        (Download("Rows", "a.run.json", str, has_records=True), EXACT, True, "a-personal-data."),
        (FOR_PARTNERS, PARTNER, True, "table-partner.csv"),
        (FOR_PARTNERS, EXACT, True, "table-partner.csv"),
    ],
)
def test_the_name_says_what_is_in_the_file_and_the_log_notes_it(
    monkeypatch, download, level, asked, name
):
    offered = []
    monkeypatch.setattr(downloads, "file_button", lambda *_, **said: offered.append(said))
    on.checked(made(download, level=level, asked=asked))
    assert offered[0]["file_name"].startswith(name)
    about = offered[0]["about"]()
    assert about["level"] == (PARTNER if "partner" in name else EXACT)
    assert about.get("contains_personal_data", False) == download.has_records


def test_a_page_for_partners_that_offers_an_exact_file_is_refused(monkeypatch):
    monkeypatch.setattr(access, "level", lambda: PARTNER)
    with pytest.raises(AccessError, match="holds exact figures and is not for this page"):
        downloads.button(WHOLE)
