"""The profile of a ward for partners: its figures, years and quarters, and groups."""

from collections.abc import Sequence

import pandas as pd
import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from dashboard import charts, controls, furniture
from dashboard.figures import Figure
from dashboard.partner.bars import (
    bar_values,
    break_before,
    in_words,
    names_of,
    texts_of,
    under,
    within,
)
from dashboard.partner.groups import KIND_TITLES, group_rows
from dashboard.partner.shown import incidents_in_words, prefix_of, with_figures
from dashboard.partner.wards.numbers import ReleasedWards, change_figures, figure
from dashboard.wards import drawings
from dashboard.wards.numbers import UNITS
from dashboard.when.bar_table import STYLE, bar_table
from dashboard.withheld import EXPLAINED
from geo.disclosure.over_time import ReleasedUnit, over_time
from geo.wards.counts import MEASURES
from geo.wards.table import PERIOD

WARD = "ward"
NO_WARD = ""
_UNITS: dict[ReleasedUnit, str] = {"fy": "Financial years", "quarter": "Quarters"}


def choose_ward(where: DeltaGenerator, wards: ReleasedWards) -> str | None:
    """Offer the wards by name; a click on the map sets the same control. None where none is."""
    names = wards.names
    chosen = controls.choice(
        where,
        "Ward profile",
        [NO_WARD, *sorted(names, key=lambda code: names[code])],
        name=WARD,
        words=lambda code: names.get(code, "No ward chosen"),
        help="Or choose a ward on the map or in the list beside it.",
    )
    return chosen or None


def open_ward(code: str | None) -> None:
    """Open the profile of a ward, or with None close it; a callback."""
    st.session_state[WARD] = code or NO_WARD


def show_profile(wards: ReleasedWards, code: str, ink: charts.Ink) -> None:
    """Show what may be shown of a ward."""
    view = wards.view
    st.html(STYLE)
    with st.container(border=True):
        title, button = st.columns([5, 1])
        title.subheader(furniture.plain(f"{wards.names[code]} in {view.period.words}"))
        button.button("Close profile", on_click=open_ward, args=(None,), width="stretch")
        left, right = st.columns(2, gap="large")
        with left:
            _figures(wards, code)
            _trend(wards, code, ink)
        with right:
            _groups(wards, code)


def _figures(wards: ReleasedWards, code: str) -> None:
    rows: list[list[Figure | str]] = [
        [UNITS[measure].capitalize(), figure(wards, code, measure)] for measure in MEASURES
    ]
    furniture.figures_table(["Figure", "Value"], rows, label="Figures of the ward")
    before = wards.view.before
    if not wards.is_compared or before is None:
        st.caption(furniture.plain(f"No change is shown. {wards.why_not}"))
        return
    names = (f"Incidents in {before.words}", "Change", "Change in % with 95 % interval")
    cells = zip((*names, "More than chance?"), change_figures(wards, code), strict=False)
    furniture.figures_table(
        [f"Held against {before.words}", ""],
        [list(pair) for pair in cells],
        label="Change of the ward",
    )


def _trend(wards: ReleasedWards, code: str, ink: charts.Ink) -> None:
    view = wards.view
    unit = controls.row(
        st.container(), "Trend by", list(_UNITS), name="wards-trend", words=_UNITS.__getitem__
    )
    frame = over_time(view.release, unit, view.group, code)
    if frame.empty:
        st.caption("Such figures of wards are released for whole years, and there is none here.")
        return
    chosen = within(view, frame, unit)
    svg = drawings.bars(
        bar_values(frame),
        _ticks(list(frame[PERIOD])),
        ink,
        stressed=chosen or (-1,),
        break_before=break_before(frame),
    )
    what = incidents_in_words(view)
    title = f"{what[:1].upper()}{what[1:]} in {wards.names[code]} by {_UNITS[unit].lower()}"
    st.html(charts.as_image(svg, f"{title}: {in_words(frame)}."))
    st.caption(furniture.plain(under(view, frame)))
    with st.expander("These figures as a table"):
        table = {
            "Period": names_of(frame),
            "Incidents": texts_of(frame),
            "In the chosen time": ["yes" if at in chosen else "no" for at in range(len(frame))],
        }
        furniture.table(pd.DataFrame(table), label=f"Trend by {_UNITS[unit].lower()}")


def _ticks(labels: Sequence[str]) -> dict[int, str]:
    every = max(1, -(-len(labels) // 7))
    return dict(list(enumerate(labels))[::every])


def _groups(wards: ReleasedWards, code: str) -> None:
    view = wards.view
    there = [kind for kind in KIND_TITLES if view.release.groups.get(kind)]
    if not there:
        st.caption("The data names no strand, kind or category.")
        return
    first = view.release.groups[there[0]][0]
    longer, said = with_figures(view, code, first)
    if said:
        st.caption(furniture.plain(said))
    for kind in there:
        rows = group_rows(longer, code, kind, wards.prefix or prefix_of(view, longer))
        columns = (KIND_TITLES[kind].one, KIND_TITLES[kind].counted)
        title = f"{KIND_TITLES[kind].many}, {longer.period.words}"
        st.html(bar_table(title, columns, rows, KIND_TITLES[kind].note))
    st.caption(furniture.plain(EXPLAINED))
