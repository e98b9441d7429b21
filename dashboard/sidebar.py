"""The controls that all pages share: which data, which incidents, which method."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, TypeVar

import pandas as pd
import streamlit as st

import boundaries
from boundaries.errors import HotspotsError
from boundaries.vintages import Vintage
from dashboard import cache, furniture
from dashboard.maps.build import MEASURE_NAMES
from dashboard.maps.classify import SCHEMES
from dashboard.settings import MapSettings, StartOptions, vintage_in_force
from dashboard.words import names_in_words, period_in_words
from geo.choices import choices_of
from geo.clusters.dbscan import DbscanParams
from geo.frames import FrameParams, Step
from geo.hotspots.params import CUT_SETTINGS
from geo.hotspots.table import HotspotParams
from geo.params import ChoiceSpec, NumberSpec, Params
from geo.readers import Import
from geo.report import ImportReport
from geo.schema import Incidents
from geo.selection import KIND_WORDS, Selection
from geo.store import Store
from geo.surfaces.density import DensityParams
from geo.wards.counts import MEASURES

P = TypeVar("P", bound=Params)
_STORED = "Stored data"
_DEMO = "Demonstration data"
_OPENED = "Files opened at the start"
_UPLOAD = "Your own files"
STEP_WORDS: dict[Step, str] = {
    "month": "Month",
    "quarter": "Quarter",
    "fy": "Financial year",
    "year": "Calendar year",
}
_VINTAGE_WORDS = {"2022": "21 wards, since May 2022", "2002": "16 wards, to May 2022"}
_CUT = next(spec for spec in HotspotParams.choices() if spec.name == "cut")
_GENERATION = "generation of the controls"
_DATA_HELP = (
    "Stored data is what was added on the page Data. Your own files stay in this session and are "
    "not kept."
)
UPLOAD_TYPES = ["csv", "tsv", "txt", "xlsx", "zip"]


@dataclass(frozen=True, eq=False)
class Dataset:
    """The incidents on show, what to call them, and how they were read where that was now."""

    incidents: Incidents
    source: str
    report: ImportReport | None = None


def choose_dataset(options: StartOptions) -> Dataset | None:
    """Offer the data to work on; None while there is none to show."""
    with st.sidebar:
        store = _store_with_incidents(options)
        choices = [
            *([_OPENED] if options.paths else []),
            *([_STORED] if store is not None else []),
            _DEMO,
            _UPLOAD,
        ]
        chosen = st.selectbox("Data", choices, help=_DATA_HELP)
        try:
            if chosen == _UPLOAD:
                return _uploaded()
            if chosen == _STORED and store is not None:
                return _stored(store)
            paths = options.paths if chosen == _OPENED else ("demo",)
            return _named(cache.read_once(paths), paths)
        except (HotspotsError, OSError) as error:
            furniture.error(error)
            return None


def _store_with_incidents(options: StartOptions) -> Store | None:
    """Give the store where it has something to show."""
    try:
        store = cache.store_at(options.store_location)
        if store is None or all(entry.undone for entry in cache.imports_of(store)):
            return None
    except (HotspotsError, OSError) as error:
        furniture.error(error)
        return None
    return store


def _stored(store: Store) -> Dataset | None:
    incidents = cache.read_stored(store)
    if len(incidents) == 0:
        furniture.error("The store holds no incident any more; add files on the page Data.")
        return None
    return Dataset(incidents, names_in_words(store.sources()))


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
    uploads = cache.Uploads(files)
    return _named(cache.read_uploaded(uploads), uploads.names)


def _named(imported: Import, names: Sequence[str]) -> Dataset | None:
    if len(imported.incidents) == 0:
        furniture.error("No row could be used. " + imported.report.in_words())
        return None
    if imported.incidents.is_demonstration:
        return Dataset(imported.incidents, "Demonstration data, synthetic", imported.report)
    last_parts = [name.replace("\\", "/").rsplit("/", 1)[-1] for name in names]
    return Dataset(imported.incidents, names_in_words(last_parts), imported.report)


def choose_settings(incidents: Incidents) -> MapSettings:
    """Offer everything that decides what is shown, starting from the defaults."""
    with st.sidebar:
        selection = _choose_selection(incidents)
        st.subheader("Wards")
        vintage = _choose_vintage(incidents)
        measure = st.selectbox(
            "Measure",
            MEASURES,
            format_func=MEASURE_NAMES.__getitem__,
            key=_key("measure"),
            persist_state="session",
        )
        scheme = st.selectbox(
            "Colour classes",
            SCHEMES,
            format_func=str.capitalize,
            key=_key("scheme"),
            persist_state="session",
        )
        frames = _choose_frames()
        clusters, hotspots = _choose_hotspots()
        st.subheader("Density surface")
        density = replace(_numbers(DensityParams), **_choices(DensityParams))
        st.button("Back to the defaults", on_click=_back_to_defaults)
    return MapSettings(selection, vintage, measure, scheme, frames, density, clusters, hotspots)


def _choose_frames() -> FrameParams:
    st.subheader("Time slider")
    steps = list(STEP_WORDS)
    step = st.selectbox(
        "Step", steps, format_func=STEP_WORDS.__getitem__, key=_key("step"), persist_state="session"
    )
    # A quarter of months smooths single ones; longer steps need no window.
    start = 3 if step == "month" else 1
    window = _number(FrameParams.spec("window"), key=f"window_{step}", value=start)
    return FrameParams(step, int(window))


def _choose_hotspots() -> tuple[DbscanParams | None, HotspotParams]:
    st.subheader("Hotspots")
    by_clusters = st.radio(
        "Found by",
        [False, True],
        format_func=["Density", "DBSCAN"].__getitem__,
        horizontal=True,
        key=_key("by_clusters"),
        persist_state="session",
    )
    if by_clusters:
        return _numbers(DbscanParams), _numbers(HotspotParams, skip=tuple(CUT_SETTINGS.values()))
    cut = _choice(_CUT, HotspotParams)
    others = [name for of_cut, name in CUT_SETTINGS.items() if of_cut != cut]
    return None, replace(_numbers(HotspotParams, skip=others), cut=cut)


def _choose_selection(incidents: Incidents) -> Selection:
    st.subheader("Which incidents")
    choices = choices_of(incidents)
    data = incidents.fingerprint[:8]
    start, end = _choose_months(choices.months, data)
    categories = st.multiselect(
        "Categories",
        choices.categories,
        placeholder="All categories",
        key=_key(f"categories {data}"),
        persist_state="session",
    )
    strands = st.multiselect(
        "Strands",
        choices.strands,
        placeholder="All strands" if choices.strands else "Not in this data",
        disabled=not choices.strands,
        help="Incidents that carry at least one of the chosen strands.",
        key=_key(f"strands {data}"),
        persist_state="session",
    )
    kind = st.selectbox(
        "Crimes or incidents",
        list(KIND_WORDS),
        format_func=lambda kind: KIND_WORDS[kind].capitalize(),
        key=_key("kind"),
        persist_state="session",
    )
    return Selection(start, end, tuple(categories) or None, tuple(strands) or None, kind)


def _choose_months(months: Sequence[str], data: str) -> tuple[date | None, date | None]:
    """Offer whole months: Streamlit's date field is too small a target for some hands."""
    first, last = st.columns(2)
    start = first.selectbox(
        "From",
        months,
        format_func=period_in_words,
        key=_key(f"from {data}"),
        persist_state="session",
    )
    ends = [month for month in months if month >= start]
    end = last.selectbox(
        "To",
        ends,
        index=len(ends) - 1,
        format_func=period_in_words,
        key=_key(f"to {data} {start}"),
        persist_state="session",
    )
    first_day = None if start == months[0] else date.fromisoformat(f"{start}-01")
    last_day = None if end == months[-1] else pd.Period(end, "M").end_time.date()
    return first_day, last_day


def _choose_vintage(incidents: Incidents) -> Vintage:
    """Start with the wards in force on the day of the last incident."""
    in_force = vintage_in_force(incidents)
    vintages = sorted(boundaries.VINTAGES, key=lambda vintage: vintage != in_force)
    return st.selectbox(
        "Ward boundaries",
        vintages,
        format_func=_VINTAGE_WORDS.__getitem__,
        help="Same name does not mean same land: half of Sands End is elsewhere since 2022.",
        key=_key(f"vintage {in_force}"),
        persist_state="session",
    )


def _numbers(kind: type[P], skip: Sequence[str] = ()) -> P:
    specs = [spec for spec in kind.specs() if spec.name not in skip]
    return kind(**{s.name: _number(s, f"{kind.__name__} {s.name}", s.default) for s in specs})


def _choices(kind: type[Params]) -> dict[str, Any]:
    return {spec.name: _choice(spec, kind) for spec in kind.choices()}


def _choice(spec: ChoiceSpec, kind: type[Params]) -> Any:  # noqa: ANN401 - its own literal words
    return st.selectbox(
        spec.label,
        list(spec.options),
        format_func=lambda value: value.replace("-", " ").capitalize(),
        help=" ".join([spec.help, *(f"{v}: {words}." for v, words in spec.options.items())]),
        key=_key(f"{kind.__name__} {spec.name}"),
        persist_state="session",
    )


def _key(name: str) -> str:
    """Name a control; going back to the defaults gives all of them new names."""
    return f"{name} #{st.session_state.get(_GENERATION, 0)}"


def _back_to_defaults() -> None:
    st.session_state[_GENERATION] = st.session_state.get(_GENERATION, 0) + 1


def _number(spec: NumberSpec, key: str, value: float | None) -> Any:  # noqa: ANN401 - int or float
    whole = spec.whole or spec.step == int(spec.step)
    cast: Callable[[float], Any] = int if whole else float
    start: Any = None if value is None else cast(value)
    return st.number_input(
        f"{spec.label} ({spec.unit})" if spec.unit else spec.label,
        min_value=cast(spec.low),
        max_value=cast(spec.high),
        value=start,
        step=cast(spec.step),
        placeholder="automatic" if spec.optional else None,
        help=f"{spec.help} From {spec.low:g} to {spec.high:,g} {spec.unit}.",
        key=_key(key),
        persist_state="session",
    )
