"""Long work in a real browser: progress, cancelling, another question, other people."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser.harness import Server, free_port, script_command, serving, visit

# Stands for an analysis: says how far it has come, and ends at once when a file of its name is
# there. Counts its runs in another file.
SCRIPT = '''
"""A page with long work."""
import time
from pathlib import Path
import streamlit as st
from boundaries.errors import InputFileError
from dashboard import cache, furniture, jobs
from dashboard.view import Dataset
from geo import demonstration
from geo.progress import report

HERE = Path({folder!r})

def slow(incidents, what: str) -> str:
    with (HERE / f"runs-{{what}}").open("a") as runs:
        runs.write("x")
    for done in range(1_000):
        report(done * 10, 10_000, "simulations")
        if (HERE / f"end-{{what}}").exists():
            break
        time.sleep(0.05)
    if what == "broken":
        raise InputFileError("The map is [broken](x); mend it.")
    return f"{{what}} of {{len(incidents):,}} incidents"

dataset = Dataset(demonstration.load(), "demo")
what = st.radio("What", ["quick", "one", "two", "broken"], key="what", bind="query-params")
st.write(f"Shown first: {{what}}")
try:
    found = jobs.job("Comparing the methods", slow, dataset, what)
except InputFileError as error:
    furniture.error(error)
else:
    st.write(f"Result: {{found}}")
st.write("Shown last")
if st.button("Ask without a job"):
    st.write("Also: " + cache.analysed(slow, dataset, what))
'''


@pytest.fixture(autouse=True)
def patience() -> Iterator[None]:
    """Wait for longer than on a quiet machine, and for far less than the long work takes."""
    expect.set_options(timeout=15_000)
    yield
    expect.set_options(timeout=5_000)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("jobs")


@pytest.fixture(scope="module")
def slow(folder: Path) -> Iterator[Server]:
    script = folder / "page.py"
    script.write_text(SCRIPT.format(folder=str(folder)))
    (folder / "end-quick").touch()
    port = free_port()
    with serving(script_command(script, port), port, "jobs") as server:
        yield server
        server.check_log()


def runs(folder: Path, what: str) -> int:
    file = folder / f"runs-{what}"
    return len(file.read_text()) if file.exists() else 0


def ask(page: Page, what: str) -> None:
    page.get_by_test_id("stRadio").get_by_text(what, exact=True).click()
    expect(page.get_by_text(f"Shown first: {what}")).to_be_visible()


def test_long_work_is_shown_shared_cancelled_and_done(
    open_page: Callable[..., Page], slow: Server, folder: Path
) -> None:
    page, other = open_page(), open_page()
    visit(page, slow.url)
    expect(page.get_by_text("Result: quick of 1,727 incidents")).to_be_visible()
    expect(page.get_by_test_id("stProgress")).to_have_count(0)

    ask(page, "one")
    progress = page.get_by_test_id("stProgress")
    expect(progress).to_contain_text("Comparing the methods")
    expect(progress).to_contain_text("of 10,000 simulations")
    expect(page.get_by_text("Result: None")).to_be_visible()
    expect(page.get_by_text("Shown last")).to_be_visible()
    expect(page.get_by_role("button", name="Cancel")).to_have_count(0)

    # Somebody else looks at another thing at once, and at the same without a second run.
    other.goto(slow.url)
    expect(other.get_by_text("Result: quick of 1,727 incidents")).to_be_visible()
    ask(other, "one")
    expect(other.get_by_test_id("stProgress")).to_contain_text("simulations")

    page.get_by_role("button", name="Cancel").click()
    expect(page.get_by_text("Comparing the methods: cancelled.")).to_be_visible()
    expect(page.get_by_test_id("stProgress")).to_have_count(0)
    expect(other.get_by_test_id("stProgress")).to_be_visible()
    (folder / "end-one").touch()
    expect(other.get_by_text("Result: one of 1,727 incidents")).to_be_visible()
    assert runs(folder, "one") == 1
    ask(page, "quick")
    ask(page, "one")
    expect(page.get_by_text("Result: one of 1,727 incidents")).to_be_visible()
    assert runs(folder, "one") == 1

    # Another question gives up the work on the one before.
    ask(page, "two")
    expect(page.get_by_test_id("stProgress")).to_contain_text("simulations")
    ask(page, "quick")
    expect(page.get_by_text("Result: quick of 1,727 incidents")).to_be_visible()
    page.wait_for_timeout(300)
    ask(page, "two")
    expect(page.get_by_test_id("stProgress")).to_contain_text("simulations")
    assert runs(folder, "two") == 2
    (folder / "end-two").touch()
    expect(page.get_by_text("Result: two of 1,727 incidents")).to_be_visible()

    # What goes wrong after a while is said in words.
    ask(page, "broken")
    expect(page.get_by_test_id("stProgress")).to_contain_text("simulations")
    (folder / "end-broken").touch()
    expect(page.get_by_test_id("stAlert")).to_contain_text("The map is [broken](x); mend it.")
    expect(page.get_by_text("Shown last")).to_be_visible()
    assert runs(folder, "broken") == 1
