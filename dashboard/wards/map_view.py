"""The map of the page: what it shows is chosen above it, and a ward chosen on it opens."""

import streamlit as st

from dashboard import cache, controls, furniture, jobs
from dashboard.maps.classify import SCHEMES
from dashboard.maps.live import live_map, live_map_rest
from dashboard.view import View
from dashboard.wards.maps import (
    EXPLAINED,
    SHOWN,
    SHOWN_WORDS,
    Shown,
    WardMap,
    WardMapSettings,
    amounts,
    changes,
    measure_of,
    standing_out,
)
from dashboard.wards.numbers import WardNumbers
from geo.frames import FrameParams, Step
from geo.wards.clusters import CLUSTER_MEASURES, LOCAL_STATISTICS, WardClusterParams

_STEPS: dict[Step, str] = {
    "fy": "Financial years",
    "year": "Calendar years",
    "quarter": "Quarters",
    "month": "Months, three at a time",
}
_MONTHS_AT_ONCE = 3
_STATISTIC_WORDS = {"local-moran": "Local Moran's I", "gi-star": "Gi*"}


def choose_shown() -> Shown:
    """Offer what the map shows, side by side."""
    shown = controls.row(
        st.container(),
        "The map shows",
        SHOWN,
        name="wards-show",
        words=SHOWN_WORDS.__getitem__,
    )
    st.caption(EXPLAINED[shown])
    return shown


def show_map(view: View, numbers: WardNumbers, shown: Shown) -> WardMap | None:
    """Show the map; None where there is nothing to show, which is said."""
    if shown == "change":
        found = _changes(view, numbers)
    elif shown == "stand out":
        found = _standing_out(view)
    else:
        found = _amounts(view, shown)
    if found is not None:
        live_map(found.text, key="wards map")
        live_map_rest(found.text, key="wards map with time")
    return found


def _amounts(view: View, shown: Shown) -> WardMap:
    step, scheme = st.columns(2)
    steps = controls.choice(
        step, "Steps of the time slider", list(_STEPS), name="wards-step", words=_STEPS.__getitem__
    )
    classes = controls.choice(
        scheme, "Colour classes", SCHEMES, name="wards-classes", words=str.capitalize
    )
    window = _MONTHS_AT_ONCE if steps == "month" else 1
    settings = WardMapSettings(measure_of(shown), classes, FrameParams(steps, window))
    return cache.analysed(
        amounts,
        view.dataset,
        view.selection,
        view.vintage,
        settings,
        source=view.dataset.source,
        tiles=view.options.tiles,
    )


def _changes(view: View, numbers: WardNumbers) -> WardMap | None:
    found = changes(
        numbers,
        source=view.dataset.source,
        before=view.before_words,
        after=view.period_words,
        tiles=view.options.tiles,
    )
    if found is None:
        why = f"There is no change to show. {view.compared.why_not}{numbers.why_not}"
        st.info(
            furniture.plain(f"{why} Choose another period, or another time to hold it against.")
        )
    return found


def _standing_out(view: View) -> WardMap | None:
    left, right = st.columns(2)
    statistic = controls.row(
        left,
        "Test",
        list(LOCAL_STATISTICS),
        name="wards-test",
        words=_STATISTIC_WORDS.__getitem__,
        help=" ".join(
            f"{_STATISTIC_WORDS[name]}: {words}." for name, words in LOCAL_STATISTICS.items()
        ),
    )
    measure = controls.row(
        right,
        "Of",
        list(CLUSTER_MEASURES),
        name="wards-test-of",
        words=lambda name: CLUSTER_MEASURES[name].capitalize(),
    )
    return jobs.job(
        "Testing the wards",
        standing_out,
        view.dataset,
        view.selection,
        WardClusterParams(view.vintage, measure, statistic),
        source=view.dataset.source,
        period=view.period_words,
        tiles=view.options.tiles,
    )
