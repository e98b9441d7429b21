"""The harness must be able to fail: each kind of fault is planted in a tiny real app and found."""

import re
import socket
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.harness import (
    OUTSIDE,
    PHONE,
    Server,
    Watch,
    axe,
    free_port,
    screenshot,
    script_command,
    serving,
    settle,
    visit,
    watched_page,
)

APP = """
import time
import streamlit as st

st.title("Tiny")
fault = st.query_params.get("fault")
if fault == "image":
    st.image("http://outside.invalid/tile.png")
if fault == "contrast":
    st.html('<p style="color: #bbb; background: #fff">Too pale to read</p>')
if fault == "exception":
    raise RuntimeError("planted")
if st.button("Slow"):
    time.sleep(1)
    st.write("Slow work is done")
"""


@pytest.fixture(scope="module")
def tiny(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    script = tmp_path_factory.mktemp("app") / "tiny.py"
    script.write_text(APP, encoding="utf-8")
    port = free_port()
    with serving(script_command(script, port), port, "tiny") as server:
        yield server


@pytest.fixture
def loose(browser: Browser) -> Iterator[tuple[Page, Watch]]:
    """A page whose faults this module looks at itself, so that they do not fail the test."""
    watch = Watch()
    with watched_page(browser, watch) as page:
        yield page, watch


def wait_until_seen(page: Page, watch: Watch) -> None:
    for _ in range(100):
        if watch.outside or watch.console or watch.thrown:
            return
        page.wait_for_timeout(50)


def test_sound_page_passes_every_check(page: Page, watch: Watch, tiny: Server):
    visit(page, tiny.url)
    expect(page.get_by_role("heading", name="Tiny")).to_be_visible()
    assert axe(page) == []
    watch.check()
    tiny.check_log()


def test_image_from_another_host_is_caught(loose: tuple[Page, Watch], tiny: Server):
    page, watch = loose
    visit(page, f"{tiny.url}?fault=image")
    with pytest.raises(AssertionError, match=r"other hosts: .*outside\.invalid/tile\.png"):
        watch.check()


@pytest.mark.parametrize(
    "script",
    [
        "fetch('https://outside.invalid/').catch(() => {})",
        "new WebSocket('wss://outside.invalid/')",
        "navigator.sendBeacon('https://outside.invalid/')",
        "new Worker(URL.createObjectURL(new Blob([\"fetch('https://outside.invalid/')\"])))",
        "document.body.innerHTML = '<iframe src=https://outside.invalid/></iframe>'",
    ],
    ids=["fetch", "socket", "beacon", "worker", "iframe"],
)
def test_other_ways_out_are_caught(loose: tuple[Page, Watch], tiny: Server, script: str):
    page, watch = loose
    visit(page, tiny.url)
    page.evaluate(f"{{ {script} }}")
    wait_until_seen(page, watch)
    with pytest.raises(AssertionError, match=r"other hosts: .*://outside\.invalid/"):
        watch.check()


@pytest.mark.parametrize(
    ("script", "message"),
    [
        ("console.error('planted')", "console: .*planted"),
        ("setTimeout(() => { throw new Error('planted') })", "thrown in the page: .*planted"),
        ("Promise.reject(new Error('planted')) && 0", "thrown in the page: .*planted"),
        ("fetch('/app/static/missing.css') && 0", "console: .*404"),
    ],
    ids=["logged", "thrown", "rejected", "missing file"],
)
def test_errors_in_the_page_are_caught(
    loose: tuple[Page, Watch], tiny: Server, script: str, message: str
):
    page, watch = loose
    visit(page, tiny.url)
    page.evaluate(script)
    wait_until_seen(page, watch)
    with pytest.raises(AssertionError, match=message):
        watch.check()


@pytest.mark.parametrize(
    ("url", "is_outside"),
    [
        ("http://127.0.0.1:8501/x", False),
        ("ws://127.0.0.1:8501/_stcore/stream", False),
        ("data:image/png;base64,AAAA", False),
        ("blob:http://127.0.0.1:8501/1", False),
        ("https://127.0.0.1.example/x", True),
        ("http://localhost:8501/", True),
        ("//example.invalid/", True),
    ],
)
def test_which_addresses_are_outside(url: str, is_outside: bool):
    assert bool(OUTSIDE.match(url)) == is_outside


def test_axe_finds_pale_text_and_says_where(loose: tuple[Page, Watch], tiny: Server):
    page, _ = loose
    visit(page, f"{tiny.url}?fault=contrast")
    found = axe(page)
    assert len(found) == 1
    assert re.match(r"serious: color-contrast .*Too pale to read", found[0])
    assert axe(page, exclude=["[data-testid=stHtml]"]) == []


def test_axe_looks_into_open_shadow_roots_and_frames(page: Page, tiny: Server):
    visit(page, tiny.url)
    page.evaluate("""{
      const host = document.querySelector('h1').parentElement.appendChild(
        document.createElement('div'));
      host.attachShadow({mode: 'open'}).innerHTML = '<button></button>';
      const frame = document.createElement('iframe');
      frame.title = 'A frame';
      frame.srcdoc = '<html lang=en><title>x</title><main><h1>x</h1><img src="data:,"></main>';
      host.after(frame);
    }""")
    page.frame_locator("iframe[title='A frame']").locator("h1").wait_for()
    rules = {line.split()[1] for line in axe(page)}
    assert rules == {"button-name", "image-alt"}


def test_settle_waits_for_the_end_of_a_run(page: Page, tiny: Server):
    visit(page, tiny.url)
    page.get_by_role("button", name="Slow").click()
    settle(page)
    assert page.get_by_text("Slow work is done").is_visible()


def test_traceback_in_the_log_is_caught_once(loose: tuple[Page, Watch], tiny: Server):
    page, _ = loose
    visit(page, f"{tiny.url}?fault=exception")
    with pytest.raises(AssertionError, match=r"(?s)traceback.*RuntimeError: planted"):
        tiny.check_log()
    tiny.check_log()


def test_server_that_cannot_start_says_why(tmp_path: Path):
    port = free_port()
    command = script_command(tmp_path / "missing.py", port)
    with (
        pytest.raises(RuntimeError, match=r"(?s)ended with code \d+.*missing\.py"),
        serving(command, port, "missing"),
    ):
        pytest.fail("it started")


def test_server_is_gone_after_use(tmp_path: Path):
    script = tmp_path / "app.py"
    script.write_text("import streamlit as st; st.write('x')", encoding="utf-8")
    port = free_port()
    with serving(script_command(script, port), port, "short"):
        socket.create_connection(("127.0.0.1", port), timeout=5).close()
    with pytest.raises(ConnectionRefusedError, match="refused"):
        socket.create_connection(("127.0.0.1", port), timeout=5)


def test_phone_and_dark(open_page: Callable[..., Page], tiny: Server):
    page = visit(open_page(PHONE, color_scheme="dark"), tiny.url)
    assert page.evaluate("[innerWidth, innerHeight]") == [390, 844]
    assert page.evaluate("matchMedia('(prefers-color-scheme: dark)').matches")


def test_screenshot_is_kept(page: Page, tiny: Server):
    path = screenshot(visit(page, tiny.url), "harness-tiny")
    assert path.read_bytes().startswith(b"\x89PNG")
