"""The controls that all pages share: which data, which incidents, which method."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, TypeVar

import pandas as pd
import streamlit as st

import boundaries
from boundaries.errors import HotspotsError
from boundaries.vintages import Vintage
from dashboard import cache
from dashboard.maps.build import MEASURE_NAMES
from dashboard.maps.classify import SCHEMES
from dashboard.settings import MapSettings, StartOptions
from geo.clusters import DbscanParams
from geo.counts import MEASURES
from geo.density import DensityParams
from geo.frames import STEPS, FrameParams
from geo.hotspots import HotspotParams
from geo.params import NumberSpec, Params
from geo.readers import Import
from geo.schema import CATEGORY, OCCURRED, STRAND_COLUMNS, Incidents
from geo.selection import KIND_WORDS, Selection

P = TypeVar("P", bound=Params)
_DEMO = "Demonstration data"
_OPENED = "Files opened at the start"
_UPLOAD = "Your own files"
STEP_WORDS = {
    "month": "Month",
    "quarter": "Quarter",
    "year": "Calendar year",
    "fy": "Financial year",
}
_VINTAGE_WORDS = {"2022": "21 wards, since May 2022", "2002": "16 wards, to May 2022"}
UPLOAD_TYPES = ["csv", "tsv", "txt", "xlsx", "zip"]


@dataclass(frozen=True, eq=False)
class Dataset:
    """The incidents on show, how they were read, and what to call them."""

    imported: Import
    source: str

    @property
    def incidents(self) -> Incidents:
        """The incidents themselves."""
        return self.imported.incidents


def choose_dataset(options: StartOptions) -> Dataset | None:
    """Offer the data to work on; None while there is none to show."""
    choices = [_OPENED, _DEMO, _UPLOAD] if options.paths else [_DEMO, _UPLOAD]
    with st.sidebar:
        chosen = st.selectbox("Data", choices, help="What you upload stays in this session.")
        try:
            if chosen == _UPLOAD:
                return _uploaded()
            paths = options.paths if chosen == _OPENED else ("demo",)
            return _named(cache.read_once(paths), paths)
        except (HotspotsError, OSError) as error:
            st.error(str(error))
            return None


def _uploaded() -> Dataset | None:
    files = st.file_uploader(
        "CSV, Excel or police.uk download",
        type=UPLOAD_TYPES,
        accept_multiple_files=True,
        help="One row per incident: a date, a position and, if known, strands and categories.",
    )
    if not files:
        st.info("Choose one or more files. Nothing leaves this computer.")
        return None
    uploads = [(file.name, file.getvalue()) for file in files]
    return _named(cache.read_uploaded(uploads), [name for name, _ in uploads])


def _named(imported: Import, names: Sequence[str]) -> Dataset | None:
    if len(imported.incidents) == 0:
        st.error("No row could be used. " + imported.report.in_words())
        return None
    if imported.incidents.is_demonstration:
        return Dataset(imported, "Demonstration data, synthetic")
    shown = ", ".join(name.replace("\\", "/").rsplit("/", 1)[-1] for name in names[:3])
    more = f" and {len(names) - 3} more" if len(names) > 3 else ""
    return Dataset(imported, f"{shown}{more}")


def choose_settings(incidents: Incidents) -> MapSettings:
    """Offer everything that decides what is shown, starting from the defaults."""
    with st.sidebar:
        selection = _choose_selection(incidents)
        st.subheader("Wards")
        vintage = _choose_vintage(incidents)
        measure = st.selectbox("Measure", MEASURES, format_func=MEASURE_NAMES.__getitem__)
        scheme = st.selectbox("Colour classes", SCHEMES, format_func=str.capitalize)
        st.subheader("Time slider")
        step = st.selectbox("Step", STEPS, index=STEPS.index("month"), format_func=STEP_WORDS.get)
        window = _number(FrameParams.spec("window"), key=f"window_{step}", **_window_start(step))
        st.subheader("Hotspots")
        from_clusters = st.radio(
            "Found by",
            [False, True],
            format_func=["Density", "DBSCAN"].__getitem__,
            horizontal=True,
        )
        clusters = _numbers(DbscanParams) if from_clusters else None
        hotspots = _numbers(HotspotParams, skip=("area_share_pct",) if from_clusters else ())
        st.subheader("Density surface")
        density = _numbers(DensityParams)
    return MapSettings(
        selection, vintage, measure, scheme, FrameParams(step, window), density, clusters, hotspots
    )


def _choose_selection(incidents: Incidents) -> Selection:
    st.subheader("Which incidents")
    frame = incidents.frame
    months = list(pd.period_range(frame[OCCURRED].min(), frame[OCCURRED].max(), freq="M"))
    first, last = st.columns(2)
    words = "{:%b %Y}".format
    start = first.selectbox("From", months, format_func=words)
    ends = [month for month in months if month >= start]
    end = last.selectbox("To", ends, index=len(ends) - 1, format_func=words, key=f"to_{start}")
    categories = st.multiselect(
        "Categories", sorted(frame[CATEGORY].unique()), placeholder="All categories"
    )
    present = [s for s, column in STRAND_COLUMNS.items() if frame[column].any()]
    strands = st.multiselect(
        "Strands",
        present,
        placeholder="All strands" if present else "Not in this data",
        disabled=not present,
        help="Incidents that carry at least one of the chosen strands.",
    )
    kind = st.selectbox("Crimes or incidents", list(KIND_WORDS), format_func=_kind_in_words)
    return Selection(
        start=None if start == months[0] else _first_day(start),
        end=None if end == months[-1] else end.end_time.date(),
        categories=tuple(categories) or None,
        strands=tuple(strands) or None,
        kind=kind,
    )


def _kind_in_words(kind: str) -> str:
    return KIND_WORDS[kind].capitalize()  # type: ignore[index]


def _first_day(month: pd.Period) -> date:
    return month.start_time.date()


def _choose_vintage(incidents: Incidents) -> Vintage:
    """Start with the wards in force on the day of the last incident."""
    latest = incidents.frame[OCCURRED].max().date()
    try:
        in_force = boundaries.vintage_on(latest)
    except HotspotsError:
        in_force = "2002"
    vintages = sorted(boundaries.VINTAGES, key=lambda vintage: vintage != in_force)
    return st.selectbox(
        "Ward boundaries",
        vintages,
        format_func=_VINTAGE_WORDS.__getitem__,
        help="Same name does not mean same land: half of Sands End is elsewhere since 2022.",
        key=f"vintage_{in_force}",
    )


def _window_start(step: str) -> dict[str, int]:
    """Start with a quarter of months, which smooths single ones; longer steps need no window."""
    return {"value": 3 if step == "month" else 1}


def _numbers(kind: type[P], skip: Sequence[str] = ()) -> P:
    keys = {spec.name: f"{kind.__name__}.{spec.name}" for spec in kind.specs()}
    values = {
        spec.name: _number(spec, key=keys[spec.name])
        for spec in kind.specs()
        if spec.name not in skip
    }
    return kind(**values)


def _number(spec: NumberSpec, **instead: Any) -> Any:  # noqa: ANN401 - int, float or None
    cast = int if spec.whole or spec.step == int(spec.step) else float
    default = None if spec.default is None else cast(spec.default)
    arguments = {"value": default, "key": spec.name, **instead}
    return st.number_input(
        f"{spec.label} ({spec.unit})" if spec.unit else spec.label,
        min_value=cast(spec.low),
        max_value=cast(spec.high),
        step=cast(spec.step),
        placeholder="automatic" if spec.optional else None,
        help=f"{spec.help} From {spec.low:g} to {spec.high:g} {spec.unit}.",
        **arguments,
    )
