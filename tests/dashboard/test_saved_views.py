"""Views with names on the whole dashboard: saved, opened elsewhere, renamed, deleted."""

from collections.abc import Callable
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from dashboard.kept import Kept
from geo.selection import KIND_WORDS
from tests.dashboard import app_pages as on


def said(app: AppTest) -> str:
    bodies = [str(element.proto.body) for element in app.sidebar.get("html")]  # type: ignore[attr-defined]
    return next(body for body in bodies if "class='said'" in body)


def name(app: AppTest, value: str) -> AppTest:
    app.sidebar.text_input(key="name of the view").set_value(value)
    return app


def press(app: AppTest, label: str) -> AppTest:
    on.button(app, label).click()
    return app.run()


def values(app: AppTest) -> dict[str, Any]:
    chosen = on.controls(app)
    return {label: chosen[label].value for label in ("Strands", "Held against")}  # type: ignore[attr-defined]


@pytest.fixture
def methods(app_test: Callable[..., AppTest]) -> AppTest:
    """The dashboard on its lightest page."""
    return on.go_to(app_test(), "methods")


def test_a_view_is_saved_and_opened_by_somebody_else(
    methods: AppTest, app_test: Callable[..., AppTest]
) -> None:
    on.change(methods, "Strands", ["race", "disability"])
    on.change(methods, "Held against", "year before")
    press(name(methods, "  Für den <b>Montag</b> "), "Save this view")
    assert "Saved as Für den &lt;b&gt;Montag&lt;/b&gt;." in said(methods)
    assert methods.sidebar.text_input(key="name of the view").value == ""
    kept = Kept.here().get("view", "Für den <b>Montag</b>")
    assert kept == {
        "page": "methods",
        "values": {"strand": ["race", "disability"], "against": "year before"},
    }
    other = app_test(kind=KIND_WORDS["crime"].capitalize())
    assert on.controls(other)["Crimes or incidents"].value == "crime"  # type: ignore[attr-defined]
    press(on.go_to(other, "methods"), "Open view")
    assert values(other) == {"Strands": ["race", "disability"], "Held against": "year before"}
    assert on.controls(other)["Crimes or incidents"].value == "all"  # type: ignore[attr-defined]
    assert "Opened Für den" in said(other)
    press(other, "Undo")
    assert values(other) == {"Strands": [], "Held against": "period before"}


def test_a_view_is_renamed_deleted_and_brought_back(methods: AppTest) -> None:
    for one in ("First", "Second"):
        press(name(methods, one), "Save this view")
    methods.sidebar.selectbox(key="chosen view").set_value("First")
    press(name(methods, "second"), "Rename")
    assert "another called second" in said(methods)
    press(name(methods, "Third"), "Rename")
    assert Kept.here().names("view") == ("Second", "Third")
    press(methods, "Delete")
    assert Kept.here().names("view") == ("Second",)
    press(methods, "Bring back Third")
    assert Kept.here().names("view") == ("Second", "Third")
    assert "Third is back" in said(methods)
    assert not [button for button in methods.sidebar.button if "Bring back" in button.label]
    press(name(methods, "third"), "Save this view")
    assert "in place of the one before" in said(methods)


@pytest.mark.parametrize("nothing", ["", "   "])
def test_a_view_needs_a_name(methods: AppTest, nothing: str) -> None:
    press(name(methods, nothing), "Save this view")
    assert "The name is empty; give one of at least one letter." in said(methods)
    assert Kept.here().names("view") == ()


def test_a_view_of_what_is_there_no_more_opens_as_far_as_it_can(methods: AppTest) -> None:
    wrong = {"strand": ["race", "witches"], "period": 17, "from": {"a": 1}, "no-such": "x"}
    Kept.here().put("view", "Old", {"page": "gone", "values": wrong})
    Kept.here().put("view", "Odd", {"values": ["nothing"]})
    methods.run()
    methods.sidebar.selectbox(key="chosen view").set_value("Old")
    press(methods, "Open view")
    assert values(methods) == {"Strands": ["race"], "Held against": "period before"}
    assert "witches is not in this data" in said(methods)
    assert "Period: 17 is not offered here" in said(methods)
    methods.sidebar.selectbox(key="chosen view").set_value("Odd")
    press(methods, "Open view")
    assert values(methods)["Strands"] == []


def test_a_view_that_somebody_deleted_meanwhile_is_said(methods: AppTest) -> None:
    press(name(methods, "Mine"), "Save this view")
    Kept.here().remove("view", "Mine")
    press(methods, "Open view")
    assert "Mine is not there any more." in said(methods)
