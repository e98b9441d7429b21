"""The map of the page: what it shows is chosen above it, and a ward chosen on it opens."""

from collections.abc import Callable, Sequence

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from dashboard import cache, controls, furniture, jobs
from dashboard.maps.classify import SCHEMES
from dashboard.maps.live import Selected, live_map
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


STYLE = "<style>.stApp { --above-map: 352px; }</style>"
"""Room that the page takes above its map, so that the map ends where a laptop's screen does."""


def choose_shown(where: DeltaGenerator) -> Shown:
    """Offer what the map shows, side by side."""
    return controls.row(
        where,
        "The map shows",
        SHOWN,
        name="wards-show",
        words=SHOWN_WORDS.__getitem__,
    )


def make_map(
    view: View, numbers: WardNumbers, shown: Shown, place: DeltaGenerator
) -> WardMap | None:
    """Make the map, with a place for its own settings; None where there is nothing to show.

    That is said. A test that takes long comes later, too.
    """
    if shown == "change":
        return _changes(view, numbers)
    settings = place.popover("Map settings", width="stretch")
    where = settings, settings
    if shown == "stand out":
        return _standing_out(view, where)
    return _amounts(view, shown, where)


def show_map(
    found: WardMap, shown: Shown, code: str | None, on_ward: Callable[[str | None], None]
) -> None:
    """Show the map.

    Parameters
    ----------
    code
        The chosen ward.
    on_ward
        Called with the ward that a person chooses on the map, or with None.
    """

    def choose(selected: Selected | None) -> None:
        if selected is None or selected.kind == "ward":
            on_ward(None if selected is None else selected.key)

    selected = Selected("ward", code) if code else None
    live_map(found.text, key="wards-map", selected=selected, on_select=choose)
    st.caption(EXPLAINED[shown])


def _amounts(view: View, shown: Shown, where: Sequence[DeltaGenerator]) -> WardMap:
    step = controls.choice(
        where[0], "Time slider", list(_STEPS), name="wards-step", words=_STEPS.__getitem__
    )
    scheme = controls.choice(
        where[1], "Colour classes", SCHEMES, name="wards-classes", words=str.capitalize
    )
    window = _MONTHS_AT_ONCE if step == "month" else 1
    settings = WardMapSettings(measure_of(shown), scheme, FrameParams(step, window))
    return cache.analysed(
        amounts,
        view.dataset,
        view.selection,
        view.all_times,
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


def _standing_out(view: View, where: Sequence[DeltaGenerator]) -> WardMap | None:
    statistic = controls.choice(
        where[0],
        "Test",
        list(LOCAL_STATISTICS),
        name="wards-test",
        words=_STATISTIC_WORDS.__getitem__,
        help=" ".join(
            f"{_STATISTIC_WORDS[name]}: {words}." for name, words in LOCAL_STATISTICS.items()
        ),
    )
    measure = controls.choice(
        where[1],
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
