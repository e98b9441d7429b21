"""The controls that all pages share: which data, which incidents, which period, which wards."""

from collections.abc import Sequence
from dataclasses import replace
from typing import cast

import streamlit as st
from streamlit.delta_generator import DeltaGenerator
from streamlit.navigation.page import StreamlitPage

import boundaries
from boundaries.errors import HotspotsError
from boundaries.vintages import Vintage
from dashboard import access, cache, controls, furniture, history, saved_views
from dashboard.escape import esc
from dashboard.limits import limits
from dashboard.settings import StartOptions, vintage_in_force
from dashboard.view import Dataset, View
from dashboard.words import DEMONSTRATION, names_in_words, period_in_words
from geo.change.exposure import DateSpan
from geo.choices import choices_of
from geo.readers import Import
from geo.reporting_periods import (
    COMPARISONS,
    REPORTING_PERIODS,
    Compared,
    Comparison,
    ReportingPeriod,
    compared_with,
    has_days,
    reporting_period,
    span_in_words,
    span_of_months,
)
from geo.schema import Incidents
from geo.selection import KIND_WORDS, Selection
from geo.store import Store

_STORED = "Stored data"
_DEMO = "Demonstration data"
_OPENED = "Files opened at the start"
_UPLOAD = "Your own files"
_VINTAGE_WORDS = {"2022": "21 wards, since May 2022", "2002": "16 wards, to May 2022"}
_CHOOSE = "choose months"
COMPARISON_WORDS: dict[Comparison, str] = {
    "period before": "The time before",
    "year before": "A year earlier",
    "nothing": "Nothing",
}
_DATA_HELP = (
    "Stored data is what was added on the page Data. Your own files stay in this session and are "
    "not kept."
)
UPLOAD_TYPES = ["csv", "tsv", "txt", "xlsx", "zip"]


def choose(options: StartOptions) -> View | None:
    """Offer the data and all that pages share; None while there is nothing to show."""
    dataset = choose_dataset(options)
    return None if dataset is None else choose_view(dataset, options)


def show_tools(where: DeltaGenerator, page: StreamlitPage) -> None:
    """Show undo, redo, the link and saved views, and what has just become of a setting.

    After the page, which has controls of its own; above all others, where people look first.
    """
    steps = history.record()
    with where:
        with st.container(horizontal=True, gap="small", key="tools"):
            st.button(
                "Undo",
                key="undo",
                on_click=history.undo,
                disabled=not steps.can_undo,
                help="Take back the last change of a setting, on whichever page it was.",
                shortcut="Alt+Z",
            )
            st.button(
                "Redo",
                key="redo",
                on_click=history.redo,
                disabled=not steps.can_redo,
                help="Make the change again that was undone.",
                shortcut="Alt+Y",
            )
            saved_views.show(page)
        _say(history.said(), *controls.given_up())


def _say(*sentences: str) -> None:
    """Say what has become of settings, also to those who do not see it."""
    lines = "".join(f"<p>{esc(sentence)}</p>" for sentence in sentences if sentence)
    st.html(f"<div class='said' role='status' aria-live='polite'>{lines}</div>")


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
        chosen = controls.choice(st.sidebar, "Data", choices, name="data", help=_DATA_HELP)
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
        max_upload_size=limits().upload_mb,
        help="One row per incident: a date, a position and, if known, strands and categories.",
    )
    if not files:
        where = (
            "Nothing leaves this computer."
            if access.person().is_local
            else "They go to the server of this dashboard and nowhere else."
        )
        st.info(f"Choose one or more files. {where}")
        return None
    uploads = cache.Uploads(files)
    dataset = _named(cache.read_uploaded(uploads), uploads.names)
    return None if dataset is None else replace(dataset, is_own=True)


def _named(imported: Import, names: Sequence[str]) -> Dataset | None:
    if len(imported.incidents) == 0:
        furniture.error("No row could be used. " + imported.report.in_words())
        return None
    if imported.incidents.is_demonstration:
        return Dataset(imported.incidents, DEMONSTRATION, imported.report)
    last_parts = [name.replace("\\", "/").rsplit("/", 1)[-1] for name in names]
    return Dataset(imported.incidents, names_in_words(last_parts), imported.report)


def choose_view(dataset: Dataset, options: StartOptions) -> View | None:
    """Offer which incidents, which period and which wards; None where nothing can be shown."""
    incidents = dataset.incidents
    with st.sidebar:
        period = _choose_period(incidents)
        if period is None:
            furniture.error("The data holds no incident.")
            return None
        how = controls.choice(
            st.sidebar,
            "Held against",
            list(COMPARISONS),
            name="against",
            words=COMPARISON_WORDS.__getitem__,
            help=" ".join(f"{COMPARISON_WORDS[c]}: {COMPARISONS[c]}." for c in COMPARISONS),
        )
        compared = compared_with(incidents, period, how)
        st.caption(_period_in_words(period, compared))
        selection = _choose_selection(incidents, period)
        vintage = _choose_vintage(incidents)
    return View(dataset, selection, period, compared, vintage, options)


def _choose_period(incidents: Incidents) -> DateSpan | None:
    offered = [p for p in REPORTING_PERIODS if p != "last 4 weeks" or has_days(incidents)]
    chosen = controls.choice(
        st.sidebar,
        "Period",
        [*offered, _CHOOSE],
        name="period",
        words=str.capitalize,
        help="Up to the last month that has an incident, in whole months.",
    )
    if chosen == _CHOOSE:
        return _choose_months(choices_of(incidents).months)
    return reporting_period(incidents, cast("ReportingPeriod", chosen))


def _choose_months(months: Sequence[str]) -> DateSpan | None:
    """Offer whole months: Streamlit's date field is too small a target for some hands."""
    if not months:
        return None
    first, last = st.columns(2)
    start = controls.choice(first, "From", months, name="from", words=period_in_words)
    ends = [month for month in months if month >= start]
    end = controls.choice(last, "To", ends, name="to", default=ends[-1], words=period_in_words)
    return span_of_months(start, end)


def _period_in_words(period: DateSpan, compared: Compared) -> str:
    shown = span_in_words(period)
    if compared.span is None:
        return f"{shown}. {compared.why_not}"
    return f"{shown}, against {span_in_words(compared.span)}."


def _choose_selection(incidents: Incidents, period: DateSpan) -> Selection:
    choices = choices_of(incidents)
    categories = controls.several(
        st.sidebar, "Categories", choices.categories, name="category", none="All categories"
    )
    strands = controls.several(
        st.sidebar,
        "Strands",
        choices.strands,
        name="strand",
        none="All strands" if choices.strands else "Not in this data",
        words=str.capitalize,
        help="Incidents that carry at least one of the chosen strands.",
    )
    kind = controls.choice(
        st.sidebar,
        "Crimes or incidents",
        list(KIND_WORDS),
        name="kind",
        words=lambda kind: KIND_WORDS[kind].capitalize(),
    )
    return Selection(period.first, period.last, categories, strands, kind)


def _choose_vintage(incidents: Incidents) -> Vintage:
    """Start with the wards in force on the day of the last incident."""
    return controls.choice(
        st.sidebar,
        "Ward boundaries",
        list(boundaries.VINTAGES),
        name="wards",
        default=vintage_in_force(incidents),
        words=_VINTAGE_WORDS.__getitem__,
        help="Same name does not mean same land: half of Sands End is elsewhere since 2022.",
    )
