"""Adding files: drop them, see what was understood and what would change, confirm or cancel."""

from collections.abc import Mapping, Sequence

import streamlit as st

from boundaries.errors import HotspotsError
from dashboard import cache, furniture
from dashboard.audit.about import about_import
from dashboard.audit.noting import note, whoever_is_there
from dashboard.data import said
from dashboard.data.import_report import show_details, show_summary
from dashboard.data.imports_list import confirm_undo
from dashboard.data.sources import key_of_mapping
from dashboard.data.tables import FILE_TEXTS, files_table, totals_table
from dashboard.data.understanding import Understood, groups_of, show_first_rows, show_group
from dashboard.data.words import added_in_words, confirm_label
from dashboard.limits import limits
from dashboard.words import names_in_words
from geo.readers import Import
from geo.readers.mapping import ColumnMapping
from geo.report import ImportReport
from geo.schema import SOURCE
from geo.store import Preview, Store, open_store

TYPES = ["csv", "tsv", "txt", "xlsx", "geojson", "json", "gpkg", "parquet", "geoparquet", "zip"]
_MOST_FILES = 8
_WHICH = "number of the upload"
_WHAT_TO_DROP = (
    "CSV or TSV, Excel (.xlsx), GeoJSON, GeoPackage, GeoParquet, a zipped Shapefile, or a download "
    "from police.uk: one file, or the whole zip. Up to {:,} MB each; larger ones with "
    "`hotspots import PATHS` on the command line."
)
_NEEDS_DATE = "Choose the column with the date above; what becomes of every row is then shown here."


def show_adding(location: str, store: Store | None) -> None:
    """Offer to add files, in steps that each appear when the one before is answered."""
    st.header("Add files")
    place = st.container()
    number = st.session_state.get(_WHICH, 0)
    dropped = st.file_uploader(
        "Files with incidents",
        type=TYPES,
        accept_multiple_files=True,
        max_upload_size=limits().upload_mb,
        key=f"files {number}",
    )
    st.caption(_WHAT_TO_DROP.format(limits().upload_mb))
    if not dropped:
        with place:
            _show_said(store)
        return
    said.forget()
    uploads = cache.Uploads(dropped)
    try:
        _show_files(location, store, uploads)
    except (HotspotsError, OSError) as error:
        furniture.error(error)
        if st.button("Cancel", key=f"cancel after error {number}"):
            _start_again()


def _show_said(store: Store | None) -> None:
    """Say what has just been done, with an undo beside it."""
    last = said.last_said()
    if last is None:
        return
    st.success(furniture.plain(last.sentence))
    entries = {} if store is None else {entry.number: entry for entry in cache.imports_of(store)}
    entry = entries.get(last.undo) if last.undo is not None else None
    if store is None or entry is None or entry.undone:
        return
    if st.button(f"Undo import {entry.number}", key="undo what was said"):
        confirm_undo(store, entry)


def _show_files(location: str, store: Store | None, uploads: cache.Uploads) -> None:
    opened = cache.open_uploaded(uploads)
    for problem in opened.problems:
        furniture.error(f"{problem} The file is left out.")
    if not opened.files:
        return
    overview = st.container()
    saved = dict(store.mappings()) if store is not None else {}
    known = sorted({*(store.sources() if store is not None else ()), *map(_called, saved.items())})
    understood = [
        show_group(group, saved, known, f"{uploads.identity} {i}")
        for i, group in enumerate(groups_of(opened.files))
    ]
    if not all(one.has_date for one in understood):
        st.info(_NEEDS_DATE)
        _cancel_button()
        return
    mappings = {name: one.mapping for one in understood for name in one.group.names}
    imported = cache.import_uploaded(uploads, mappings)
    with overview:
        _show_rows(imported.report)
    for one in understood:
        show_first_rows(one, imported)
    preview = cache.preview_uploaded(uploads, mappings, store)
    st.subheader("What adding would change")
    with show_summary(preview, imported):
        _confirm(location, preview, imported, understood)
    show_details(preview)


def _show_rows(report: ImportReport) -> None:
    """Say what became of the rows of each file; of many the totals first."""
    label = "What became of the rows of each file"
    if len(report.files) <= _MOST_FILES:
        furniture.table(files_table(report), texts=FILE_TEXTS, label=label)
        return
    furniture.table(totals_table(report), label="What became of all rows")
    with st.expander(f"Each of the {len(report.files):,} files"):
        furniture.table(files_table(report), texts=FILE_TEXTS, label=label)


def _called(saved: tuple[str, ColumnMapping]) -> str:
    name, mapping = saved
    return mapping.source or name


def _confirm(
    location: str, preview: Preview, imported: Import, understood: Sequence[Understood]
) -> None:
    """Offer to add or to cancel; files that are known wait for a second yes."""
    changes = bool(preview.new or preview.updated)
    again = False
    if preview.is_known:
        again = st.checkbox("Add them again all the same, for example after a better reading")
    elif not changes:
        st.info("There is nothing to add: the store has all of these incidents as they are here.")
    with st.container(horizontal=True):
        label = confirm_label(preview)
        disabled = (preview.is_known and not again) or (not changes and not again)
        if st.button(label, type="primary", disabled=disabled, key="confirm"):
            _add(location, imported, understood, again=again)
        _cancel_button()


def _cancel_button() -> None:
    if st.button("Cancel", help="Nothing is kept.", key="cancel"):
        _start_again()


def _start_again() -> None:
    """Empty the form: a new upload has a new number."""
    st.session_state[_WHICH] = st.session_state.get(_WHICH, 0) + 1
    st.rerun()


def _add(location: str, imported: Import, understood: Sequence[Understood], *, again: bool) -> None:
    sources = sorted(imported.incidents.frame[SOURCE].unique())
    who = whoever_is_there()
    try:
        with st.spinner("Adding to the store …", show_time=True):
            store = open_store(location)
            entry = store.add(
                imported,
                who=who.name,
                source=names_in_words(sources),
                mapping=imported.mappings,
                again=again,
            )
            _save_mappings(store, understood, who.name)
        note("import", about_import(store, entry), who=who)
    except (HotspotsError, OSError) as error:
        furniture.error(error)
        return
    said.say(added_in_words(entry), undo=entry.number)
    _start_again()


def _save_mappings(store: Store, understood: Sequence[Understood], who: str) -> None:
    """Keep what a person has said of each kind of table, where that is new."""
    for one in understood:
        saved: Mapping[str, ColumnMapping] = store.mappings()
        key = key_of_mapping(one.source, one.mapping, saved)
        if saved.get(key) != one.mapping and (key in saved or one.says_more):
            store.save_mapping(key, one.mapping, who=who)
