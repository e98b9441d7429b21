"""The list of imports, with undo, restore and their reports; and the log."""

from collections.abc import Sequence
from typing import Literal

import streamlit as st

from boundaries.errors import AccessError, HotspotsError
from dashboard import access, cache, downloads, furniture
from dashboard.audit.noting import note, whoever_is_there
from dashboard.data import tables
from dashboard.data.said import say
from dashboard.data.words import days_in_words
from dashboard.downloads import Download
from dashboard.words import plural
from geo.store import ImportEntry, Store

_SHOWN = 25
_NOTHING = (
    "Nothing has been added yet. Drop files above: a police extract, a case export, or a download "
    "from police.uk. You see what was understood before anything is kept."
)
RETENTION = (
    "Deleting incidents for good because of their age is done on the command line, so that it does "
    "not happen by accident: `hotspots store purge --before 2019-04-01` (with `--dry-run` it only "
    "says what would be deleted)."
)


def show_imports(store: Store | None) -> None:
    """List what was added, the newest first, and offer to undo, restore and download."""
    st.header("Imports")
    entries = cache.imports_of(store) if store is not None else ()
    if store is None or not entries:
        st.info(_NOTHING)
        return
    shown = entries[-_SHOWN:]
    if len(entries) > _SHOWN and st.checkbox(f"Show all {len(entries):,} imports"):
        shown = entries
    furniture.table(
        tables.imports_table(shown), texts=tables.IMPORT_TEXTS, label="Imports, the newest first"
    )
    _one_import(store, entries)
    st.caption(RETENTION)
    show_log(store)


def _one_import(store: Store, entries: Sequence[ImportEntry]) -> None:
    by_number = {entry.number: entry for entry in reversed(entries)}
    with st.container(horizontal=True, vertical_alignment="bottom"):
        number = st.selectbox(
            "Import",
            list(by_number),
            format_func=lambda number: tables.import_label(by_number[number]),
            width=380,
            key=f"import chosen of {len(entries)}",
        )
        entry = by_number[number]
        why_not = _why_not(entry)
        if entry.undone:
            if st.button(
                f"Restore import {number} …",
                key=f"restore {number}",
                disabled=bool(why_not),
                help=why_not,
            ):
                _confirm_restore(store, entry)
        elif st.button(
            f"Undo import {number} …",
            key=f"undo {number}",
            disabled=bool(why_not),
            help=why_not,
        ):
            confirm_undo(store, entry)
        report = Download(
            f"Report of import {number} (CSV)",
            f"import-{number}-report.csv",
            lambda: store.report(number).problems_csv(),
            lambda: {"import": number},
            has_records=True,
        )
        downloads.button(report, key=f"report {number}")


def _why_not(entry: ImportEntry) -> str | None:
    """Say why this person may not undo or restore an import; None where they may."""
    try:
        access.require_of_import(entry.who)
    except AccessError as error:
        return furniture.plain(str(error))
    return None


@st.dialog("Undo this import?")
def confirm_undo(store: Store, entry: ImportEntry) -> None:
    """Ask whether an import shall count no longer."""
    kept = entry.located + entry.outside + entry.not_located
    st.write(
        f"Import {entry.number} from {furniture.plain(entry.source)}, "
        f"{days_in_words(entry.first_day, entry.last_day)}: {plural(kept, 'incident')} will no "
        "longer be shown or counted. What the import had replaced is current again. Nothing is "
        "deleted; you can restore it."
    )
    with st.container(horizontal=True):
        if st.button(f"Undo import {entry.number}", type="primary", key="undo now"):
            _do("undo", store, entry)
        if st.button("Keep it", key="undo not"):
            st.rerun()


@st.dialog("Restore this import?")
def _confirm_restore(store: Store, entry: ImportEntry) -> None:
    st.write(
        f"Import {entry.number} from {furniture.plain(entry.source)}, "
        f"{days_in_words(entry.first_day, entry.last_day)}: its incidents count again as if it had "
        "never been undone."
    )
    with st.container(horizontal=True):
        if st.button(f"Restore import {entry.number}", type="primary", key="restore now"):
            _do("restore", store, entry)
        if st.button("Leave it undone", key="restore not"):
            st.rerun()


def _do(action: Literal["undo", "restore"], store: Store, entry: ImportEntry) -> None:
    number = entry.number
    try:
        access.require_of_import(entry.who)
        who = whoever_is_there()
        if action == "undo":
            store.undo(number, who=who.name)
            say(f"Import {number} is undone. It can be restored in the list below.")
        else:
            store.restore(number, who=who.name)
            say(f"Import {number} is restored.", undo=number)
        note(action, {"store": store.location, "import": number}, who=who)
    except (HotspotsError, OSError) as error:
        furniture.error(error)
        return
    st.rerun()


def show_log(store: Store) -> None:
    """Show all that was ever done with the store."""
    with st.expander("Log: who did what, and when"):
        entries = store.log()
        furniture.table(
            tables.log_table(entries[-100:]), texts=tables.LOG_TEXTS, label="Log, the latest first"
        )
        if len(entries) > 100:
            st.caption(f"The latest 100 of {len(entries):,}; `hotspots store log` shows all.")
