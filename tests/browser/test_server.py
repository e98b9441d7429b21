"""The server around the pages: warm before the first visit, and no traceback ever."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, expect

from tests.browser.harness import Server, free_port, script_command, serving, visit

SERVER = """
from pathlib import Path
import streamlit as st
from dashboard import errors, warm_up

app = st.App(
    Path(__file__).with_name("page.py"), lifespan=warm_up.warm, on_script_error=errors.show
)
"""
PAGE = """
from pathlib import Path
import streamlit as st
from boundaries.errors import InputFileError

with Path(__file__).with_name("runs").open("a") as runs:
    runs.write("x")


@st.fragment
def part():
    if st.button("Break the part"):
        raise RuntimeError("secret of the part")


def called_back():
    raise InputFileError("The file is gone; choose another.")


st.write("Before")
part()
st.button("Break the callback", on_click=called_back)
if st.button("Break the page"):
    raise RuntimeError("secret of the page")
st.write("After")
"""


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    folder = tmp_path_factory.mktemp("server")
    (folder / "page.py").write_text(PAGE)
    script = folder / "server.py"
    script.write_text(SERVER)
    port = free_port()
    with serving(script_command(script, port), port, "errors") as running:
        # It answers only now, and has been through the page by itself.
        assert (folder / "runs").read_text() == "x"
        yield running


def reference_on(page: Page) -> str:
    alert = page.get_by_test_id("stAlert")
    expect(alert).to_contain_text("that is not your doing")
    return alert.locator("strong").inner_text()


def test_what_goes_wrong_anywhere_is_said_in_words(page: Page, server: Server) -> None:
    visit(page, server.url)
    page.get_by_role("button", name="Break the part").click()
    first = reference_on(page)
    expect(page.get_by_text("After", exact=True)).to_be_visible()
    page.get_by_role("button", name="Break the callback").click()
    expect(page.get_by_test_id("stAlert")).to_have_text("The file is gone; choose another.")
    visit(page, server.url)
    page.get_by_role("button", name="Break the page").click()
    second = reference_on(page)
    expect(page.get_by_text("Before", exact=True)).to_be_visible()
    shown = page.locator("body").inner_text()
    for word in ("secret", "Traceback", "RuntimeError", "Ask Google"):
        assert word not in shown
    log = server.log
    for reference, secret in ((first, "secret of the part"), (second, "secret of the page")):
        assert f"Reference {reference}" in log
        assert secret in log.split(f"Reference {reference}")[1]
