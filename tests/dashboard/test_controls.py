"""Every control alone: its bounds, its part of the link, and values that are no good (any more)."""

from collections.abc import Callable
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from geo.clusters.dbscan import DbscanParams
from geo.frames import FrameParams
from geo.hotspots.table import HotspotParams
from geo.params import ChoiceSpec, NumberSpec, Params
from geo.surfaces.density import DensityParams

KINDS: list[type[Params]] = [DensityParams, DbscanParams, HotspotParams, FrameParams]


# AppTest runs the text of these functions elsewhere: names of this file are not known there.
def _settings(kind: "type[Params]") -> None:
    import streamlit as st

    from dashboard import controls

    st.session_state["found"] = controls.settings(st.sidebar, kind, prefix="x")


def _each() -> None:
    import streamlit as st

    from dashboard import controls
    from geo.surfaces.density import DensityParams

    fruits = st.session_state.get("offered", ["apple & pear", "Brötchen", "cherry, red"])
    if "wanted" in st.session_state:
        controls.set_values(st.session_state.pop("wanted"))
    side, found = st.sidebar, {}
    found["choice"] = controls.choice(side, "One", fruits, name="one", default="Brötchen")
    found["row"] = controls.row(side, "Row", ["a", "b"], name="row")
    found["several"] = controls.several(side, "Several", fruits, name="several", none="All")
    found["switch"] = controls.switch(side, "Switch", name="switch", default=True)
    spec = DensityParams.spec("cell_size_m")
    found["number"] = controls.number(side, spec, name="cell", default=50)
    st.session_state["found"] = found
    st.session_state["given up"] = controls.given_up()
    st.session_state["values"] = controls.values()


@pytest.fixture
def each() -> Callable[..., AppTest]:
    def start(**query: Any) -> AppTest:
        app = AppTest.from_function(_each, default_timeout=60)
        app.query_params.update(query)
        return checked(app.run())

    return start


def checked(app: AppTest) -> AppTest:
    assert not app.exception, [entry.value for entry in app.exception]
    return app


def by_label(app: AppTest) -> dict[str, Any]:
    kinds = ("number_input", "selectbox", "multiselect")
    return {one.label: one for kind in kinds for one in app.sidebar.get(kind)}  # type: ignore[attr-defined]


START = {
    "choice": "Brötchen",
    "row": "a",
    "several": None,
    "switch": True,
    "number": 50,
}


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.__name__)
def test_settings_start_at_their_defaults_and_keep_within_their_bounds(kind: type[Params]) -> None:
    app = checked(AppTest.from_function(_settings, args=(kind,), default_timeout=60).run())
    assert app.session_state["found"] == kind()
    for spec in kind.specs():
        _check_number(app, spec)
    for choice in kind.choices():
        _check_choice(app, choice)


def _check_number(app: AppTest, spec: NumberSpec) -> None:
    label = f"{spec.label} ({spec.unit})" if spec.unit else spec.label
    control = by_label(app)[label]
    assert (control.min, control.max, control.step) == (spec.low, spec.high, spec.step)
    assert control.value == spec.default
    assert spec.help in control.help
    assert f"{spec.high:,g} {spec.unit}" in control.help
    for bound in (spec.low, spec.high):
        checked(control.set_value(bound).run())
        control = by_label(app)[label]
        assert control.value == bound
        assert getattr(app.session_state["found"], spec.name) == bound
    checked(control.set_value(spec.default).run())


def _check_choice(app: AppTest, spec: ChoiceSpec) -> None:
    for value in spec.options:
        checked(by_label(app)[spec.label].set_value(value).run())
        assert getattr(app.session_state["found"], spec.name) == value
    checked(by_label(app)[spec.label].set_value(spec.default).run())


def test_untouched_controls_are_at_their_defaults_and_not_among_the_values(
    each: Callable[..., AppTest],
) -> None:
    app = each()
    assert app.session_state["found"] == START
    assert app.session_state["values"] == {}
    assert app.session_state["given up"] == ()


def test_the_link_sets_every_control(each: Callable[..., AppTest]) -> None:
    app = each(
        one="apple & pear",
        row="b",
        several=["cherry, red", "Brötchen"],
        switch="false",
        cell="75",
    )
    assert app.session_state["found"] == {
        "choice": "apple & pear",
        "row": "b",
        "several": ("cherry, red", "Brötchen"),
        "switch": False,
        "number": 75,
    }
    assert app.session_state["given up"] == ()
    assert app.session_state["values"]["several"] == ["cherry, red", "Brötchen"]


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ({"one": "plum"}, "One: plum is not offered here"),
        ({"one": ""}, ""),
        ({"row": "c"}, "Row: c is not offered here"),
        ({"several": ["plum"]}, "Several: plum is not offered here"),
        ({"switch": "perhaps"}, "Switch: perhaps is not offered here"),
        ({"cell": "many"}, "Cell size (m): many is not from"),
        ({"cell": "nan"}, "Cell size (m): nan is not from"),
        ({"cell": "1e99"}, "Cell size (m): 1e99 is not from"),
        ({"cell": "-5"}, "Cell size (m): -5 is not from"),
    ],
)
def test_what_the_link_may_not_ask_for_is_said(
    each: Callable[..., AppTest], query: dict[str, Any], said: str
) -> None:
    app = each(**query)
    found = app.session_state["found"]
    wrong = "number" if "cell" in query else next(iter(query)).replace("one", "choice")
    assert {name: v for name, v in found.items() if name != wrong} == {
        name: v for name, v in START.items() if name != wrong
    }
    assert all(sentence.startswith(said) for sentence in app.session_state["given up"])
    assert bool(said) == bool(app.session_state["given up"])
    # It is said until a person changes something.
    assert bool(said) == bool(checked(app.run()).session_state["given up"])
    by_label(app)["Several"].set_value(["Brötchen"])
    assert checked(app.run()).session_state["given up"] == ()


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("one", 17),
        ("one", None),
        ("row", "gone"),
        ("several", ["gone"]),
        ("several", "gone"),
        ("switch", "perhaps"),
        ("cell", "many"),
        ("cell", float("nan")),
        ("cell", 10**9),
        ("cell", True),
        ("cell", [75]),
    ],
)
def test_a_value_that_is_no_good_gives_way_to_the_default(
    each: Callable[..., AppTest], name: str, value: Any
) -> None:
    app = each()
    app.session_state["wanted"] = {name: value}
    checked(app.run())
    assert app.session_state["found"] == START
    assert len(app.session_state["given up"]) == 1
    checked(app.run())
    assert app.session_state["found"] == START


def test_a_whole_number_may_be_set_as_any_number(each: Callable[..., AppTest]) -> None:
    app = each()
    app.session_state["wanted"] = {"cell": 75.0}
    assert checked(app.run()).session_state["found"]["number"] == 75


def test_other_options_keep_what_they_still_offer(each: Callable[..., AppTest]) -> None:
    app = each()
    by_label(app)["One"].set_value("cherry, red")
    by_label(app)["Several"].set_value(["cherry, red", "Brötchen"])
    checked(app.run())
    app.session_state["offered"] = ["Brötchen", "plum"]
    checked(app.run())
    assert app.session_state["found"]["choice"] == "Brötchen"
    assert app.session_state["found"]["several"] == ("Brötchen",)
    said = " ".join(app.session_state["given up"])
    assert "cherry, red is not offered here" in said
    assert "cherry, red is not in this data" in said
