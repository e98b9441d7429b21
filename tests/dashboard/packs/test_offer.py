"""What the page offers: formats, markings, notes; and what it says where a PDF cannot be made."""

import pytest
from streamlit.testing.v1 import AppTest

from dashboard.packs import formats, pdf
from tests.dashboard.app_pages import errors


def page() -> None:
    import streamlit as st

    from dashboard.packs.offer import offer
    from dashboard.packs.sections import Note
    from tests.dashboard.packs.samples import brief

    notes = [Note("Look again."), Note("Meet in May.", "Decision")]
    chosen = offer(brief(), notes if st.query_params.get("noted") else [])
    st.write(f"{chosen.marking}, {len(chosen.notes)} notes")


@pytest.fixture(scope="module")
def app() -> AppTest:
    app = AppTest.from_function(page, default_timeout=60)
    app.query_params["noted"] = "yes"
    return app


def test_marking_and_notes_are_chosen_and_official_without_notes_is_the_start(app: AppTest):
    app.run()
    assert app.main.markdown[-1].value == "OFFICIAL, 0 notes"
    assert app.selectbox[0].options == [kind.label for kind in formats.PACK_FORMATS.values()]
    app.get("button_group")[0].set_value("OFFICIAL-SENSITIVE").run()
    app.toggle[0].set_value(True).run()
    assert app.main.markdown[-1].value == "OFFICIAL-SENSITIVE, 2 notes"
    assert not app.exception


def test_without_pango_the_page_says_so_before_the_click_and_offers_the_rest(
    app: AppTest, monkeypatch
):
    def fail():
        msg = "cannot load library 'libpango-1.0-0'"
        raise OSError(msg)

    monkeypatch.setattr(pdf, "_weasyprint", fail)
    pdf.why_not.cache_clear()
    try:
        app.run()
        assert "apt-get install libpango-1.0-0" in errors(app)
        assert not app.get("download_button")
        app.selectbox[0].set_value(".pptx").run()
        assert not app.error
        assert len(app.get("download_button")) == 1
    finally:
        pdf.why_not.cache_clear()
