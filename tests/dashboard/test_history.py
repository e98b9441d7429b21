"""Undo and redo: what a step is, where they lead, and what is said."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from streamlit.testing.v1 import AppTest

from dashboard.history import STEPS_KEPT, Steps

VALUES = st.dictionaries(st.sampled_from("abc"), st.integers(0, 2), max_size=3)


@given(st.lists(st.one_of(VALUES, st.just("undo"), st.just("redo")), max_size=40))
def test_steps_are_two_stacks(actions: list[Any]) -> None:
    """Beside the obvious second way to do it: what was done and what was undone."""
    steps, done, undone = Steps(), [{}], []
    steps.record({})
    for action in actions:
        if action == "undo":
            if len(done) > 1:
                undone.append(done.pop())
                assert steps.move(-1) == (undone[-1], done[-1])
                steps.record(done[-1])
        elif action == "redo":
            if undone:
                done.append(undone.pop())
                assert steps.move(+1) == (done[-2], done[-1])
                steps.record(done[-1])
        elif action != done[-1]:
            done.append(action)
            undone.clear()
            steps.record(action)
        else:
            steps.record(action)
        assert steps.steps[steps.at] == done[-1]
        assert (steps.can_undo, steps.can_redo) == (len(done) > 1, bool(undone))


def test_only_so_many_steps_are_kept() -> None:
    steps = Steps()
    for n in range(2 * STEPS_KEPT):
        steps.record({"n": n})
    assert len(steps.steps) == STEPS_KEPT
    for _ in range(STEPS_KEPT - 1):
        steps.move(-1)
    assert not steps.can_undo
    assert steps.steps[steps.at] == {"n": STEPS_KEPT}


def _script() -> None:
    import streamlit as st

    from dashboard import controls, history

    offered = st.session_state.get("offered", ["red", "green", "blue"])
    found = {"colour": controls.choice(st.sidebar, "Colour", offered, name="colour")}
    if st.session_state.get("page") == "second":
        found["big"] = controls.switch(st.sidebar, "Big", name="big")
        found["fruits"] = controls.several(
            st.sidebar, "Fruits", ["fig", "pear"], name="fruits", none="All", words=str.upper
        )
    steps = history.record()
    st.button("Undo", on_click=history.undo, disabled=not steps.can_undo)
    st.button("Redo", on_click=history.redo, disabled=not steps.can_redo)
    st.button("Defaults", on_click=history.to_defaults)
    st.session_state["found"] = found
    st.session_state["said"] = history.said()


@pytest.fixture
def app() -> AppTest:
    return checked(AppTest.from_function(_script, default_timeout=60).run())


def checked(app: AppTest) -> AppTest:
    assert not app.exception, [entry.value for entry in app.exception]
    return app


def press(app: AppTest, label: str) -> str:
    """Press a button and give what is said."""
    next(button for button in app.button if button.label == label).click()
    said: str = checked(app.run()).session_state["said"]
    return said


def can(app: AppTest) -> tuple[bool, bool]:
    undo, redo, _ = app.button
    return not undo.disabled, not redo.disabled


def test_changes_on_all_pages_are_undone_and_done_again(app: AppTest) -> None:
    assert can(app) == (False, False)
    app.sidebar.selectbox[0].set_value("green")
    checked(app.run())
    app.session_state["page"] = "second"
    checked(app.run())
    app.sidebar.multiselect[0].set_value(["pear"])
    checked(app.run())
    app.sidebar.toggle[0].set_value(True)
    checked(app.run())
    assert can(app) == (True, False)
    assert press(app, "Undo") == "Undone: Big is now at its default."
    assert press(app, "Undo") == "Undone: Fruits is now at its default."
    app.session_state["page"] = "first"
    checked(app.run())
    assert press(app, "Undo") == "Undone: Colour is now at its default."
    assert app.session_state["found"] == {"colour": "red"}
    assert can(app) == (False, True)
    assert press(app, "Redo") == "Done again: Colour is now green."
    assert press(app, "Redo") == "Done again: Fruits is now PEAR."
    app.session_state["page"] = "second"
    checked(app.run())
    assert app.session_state["found"] == {"colour": "green", "big": False, "fruits": ("pear",)}
    app.sidebar.selectbox[0].set_value("blue")
    checked(app.run())
    assert can(app) == (True, False)


def test_the_defaults_can_be_undone(app: AppTest) -> None:
    app.sidebar.selectbox[0].set_value("green")
    checked(app.run())
    assert press(app, "Defaults").startswith("All settings are back at their defaults.")
    assert app.session_state["found"] == {"colour": "red"}
    assert press(app, "Undo") == "Undone: Colour is now green."
    assert app.session_state["found"] == {"colour": "green"}


def test_a_step_to_what_is_offered_no_more_does_not_keep_from_the_others(app: AppTest) -> None:
    for colour in ("green", "blue", "red"):
        app.sidebar.selectbox[0].set_value(colour)
        checked(app.run())
    app.session_state["offered"] = ["red", "green"]
    checked(app.run())
    press(app, "Undo")
    assert app.session_state["found"] == {"colour": "red"}
    assert can(app) == (True, True)
    press(app, "Undo")
    assert app.session_state["found"] == {"colour": "green"}
    press(app, "Redo")
    press(app, "Redo")
    assert can(app) == (True, False)
