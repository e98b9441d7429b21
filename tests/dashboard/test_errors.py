"""What goes wrong on a page is said there, without a traceback; the rest of the page stands."""

import logging
from collections.abc import Callable

import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from boundaries.errors import InputFileError
from dashboard import sidebar
from dashboard.pages import methods_page
from tests.dashboard import app_pages as on

METHODS = "methods"


@pytest.mark.parametrize(
    ("error", "said"),
    [
        (InputFileError("Row 7 of [a](b).csv is empty; mend it."), "Row 7 of [a](b).csv is empty"),
        (PermissionError(13, "Permission denied", "/x/a.csv"), "/x/a.csv: Permission denied."),
        (MemoryError(), "more memory than there is"),
    ],
)
def test_what_can_be_mended_is_said_with_its_remedy(
    app_test: Callable[..., AppTest],
    monkeypatch: pytest.MonkeyPatch,
    error: Exception,
    said: str,
) -> None:
    def fail(*_: object) -> None:
        st.write("Before")
        raise error

    monkeypatch.setattr(methods_page, "show", fail)
    app = on.go_to(app_test(), METHODS)
    assert said in on.errors(app)
    assert "Before" in on.texts(app)
    assert "Period" in on.controls(app)


def test_a_defect_is_logged_under_the_reference_that_is_shown(
    app_test: Callable[..., AppTest],
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    def fail(*_: object) -> None:
        msg = "secret of the data\nReference 12345678 of nobody\x1b[2J"
        raise RuntimeError(msg)

    monkeypatch.setattr(methods_page, "show", fail)
    with caplog.at_level(logging.ERROR, "hotspots"):
        app = on.go_to(app_test(), METHODS)
    (record,) = caplog.records
    first, *lines = record.getMessage().splitlines()
    reference = first.removeprefix("Reference ")
    assert lines[0] == f"{reference} | Traceback (most recent call last):"
    assert lines[-2:] == [
        f"{reference} | RuntimeError: secret of the data",
        f"{reference} | Reference 12345678 of nobody?[2J",
    ]
    assert all(line.startswith(f"{reference} | ") for line in lines)
    assert reference in on.errors(app)
    assert "secret" not in on.errors(app)
    assert "Traceback" not in on.errors(app)


def test_a_sidebar_that_fails_leaves_a_page_that_says_what_to_do(
    app_test: Callable[..., AppTest], monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object) -> None:
        msg = "The file is gone; choose another."
        raise InputFileError(msg)

    monkeypatch.setattr(sidebar, "choose", fail)
    app = app_test()
    assert "The file is gone; choose another." in "".join(on.shown(e.value) for e in app.error)
    assert "Choose files in the sidebar" in on.texts(app)
