"""Notes and decisions on the page: write, change, remove, and bring back what was removed."""

from collections.abc import Callable
from typing import cast

import streamlit as st

from boundaries.errors import HotspotsError
from dashboard import access, furniture
from dashboard.briefing.notes import (
    MOST_LETTERS,
    MOST_LETTERS_OF_ROLE,
    WHATS,
    Note,
    Subject,
    What,
    edited,
    forget,
    keep,
    new_note,
    notes_about,
)
from dashboard.escape import esc
from geo.disclosure.levels import EXACT

_TEXT, _WHO, _WHAT = "note-text", "note-who", "note-what"
_CHANGED = "note-changed"
_DRAFTS = "drafts of notes"
_REMOVED = "removed note"
_EDITED = "note being changed"
_PROBLEM = "problem with notes"
_LEVEL = "level"
_SEEN_BY_ANALYSTS = "Only those who may see exact figures see this note."
_SEEN_BY_ALL = (
    "Everybody who sees these figures sees this note, so write no exact figure in it that is "
    "withheld here."
)
_STYLE = (
    "<style>.note { white-space: pre-wrap; overflow-wrap: anywhere; margin: 0; }"
    ".note-about { font-size: .8rem; margin: 0; }</style>"
)


def show_notes(subject: Subject) -> list[Note]:
    """Show the notes about what is on show; gives them, none where they cannot be read."""
    try:
        notes = notes_about(subject)
    except HotspotsError as error:
        furniture.error(error)
        return []
    notes_panel(subject, notes)
    return notes


def notes_panel(subject: Subject, notes: list[Note]) -> None:
    """Show the notes about the period on show, and to those who may a place to write another."""
    st.subheader("Notes and decisions", anchor=False)
    st.html(_STYLE)
    if problem := st.session_state.pop(_PROBLEM, None):
        furniture.error(problem)
    may_write = access.person().may("keep notes")
    for note in notes:
        _show(subject, note, may_write=may_write)
    if not notes:
        st.write("Nothing has been noted about this period yet.")
    if may_write:
        _offer_undo()
        _write(subject)


def _show(subject: Subject, note: Note, *, may_write: bool) -> None:
    if may_write and st.session_state.get(_EDITED) == note.name:
        _change(subject, note)
        return
    other = "" if note.data == subject.data else ". The data has changed since"
    if subject.level != note.level:
        other += ". Partners see it, too"
    st.html(
        f"<p class='note-about'><strong>{esc(note.about)}</strong>{esc(other)}</p>"
        f"<p class='note'>{esc(note.text)}</p>"
    )
    if not may_write:
        return
    with st.container(horizontal=True):
        st.button("Change", key=f"change {note.name}", on_click=_start_change, args=(note,))
        st.button("Remove", key=f"remove {note.name}", on_click=_remove, args=(note,))


def _change(subject: Subject, note: Note) -> None:
    st.text_area(furniture.plain(note.about), key=_CHANGED, max_chars=MOST_LETTERS)
    if subject.level != note.level:
        st.caption("Once it is changed here, partners do not see it any more.")
    with st.container(horizontal=True):
        st.button(
            "Save", key="note-save", type="primary", on_click=_save_change, args=(subject, note)
        )
        st.button("Leave as it was", key="note-leave", on_click=_stop_change)


def _write(subject: Subject) -> None:
    """Offer a new note; what is typed stays when the page runs again or another is opened.

    What was typed among exact figures does not stay among those for partners.
    """
    drafts: dict[str, str] = st.session_state.setdefault(_DRAFTS, {})
    if drafts.setdefault(_LEVEL, subject.level) != subject.level:
        drafts.clear()
        drafts[_LEVEL] = subject.level
        for key in (_TEXT, _WHO, _WHAT):
            st.session_state.pop(key, None)
    for key in (_TEXT, _WHO, _WHAT):
        if key in drafts:
            st.session_state.setdefault(key, drafts[key])
    st.text_area(
        "What was said or decided",
        key=_TEXT,
        max_chars=MOST_LETTERS,
        help="Do not write names of victims or addresses here.",
        placeholder="Kept with this period, and in the pack if you ask for it there.",
    )
    left, middle, right = st.columns([2, 1, 1], vertical_alignment="bottom")
    left.text_input("Role (optional)", key=_WHO, max_chars=MOST_LETTERS_OF_ROLE)
    middle.selectbox("This is a", WHATS, key=_WHAT)
    right.button("Keep it", key="note-keep", on_click=_add, args=(subject,), width="stretch")
    drafts |= {key: st.session_state[key] for key in (_TEXT, _WHO, _WHAT)}
    st.caption(_SEEN_BY_ANALYSTS if subject.level == EXACT else _SEEN_BY_ALL)


def _offer_undo() -> None:
    if st.session_state.get(_REMOVED) is not None:
        with st.container(horizontal=True, vertical_alignment="center"):
            st.write("One note was removed.")
            st.button("Bring it back", key="note-undo", on_click=_undo)


def _add(subject: Subject) -> None:
    text = st.session_state[_TEXT]
    if not text.strip():
        st.session_state[_PROBLEM] = "There is nothing to keep yet: write the note first."
        return
    what = cast("What", st.session_state[_WHAT])
    note = new_note(subject, what, text, st.session_state[_WHO])
    if _done(lambda: keep(note)):
        st.session_state[_TEXT] = ""
        st.session_state[_DRAFTS][_TEXT] = ""


def _start_change(note: Note) -> None:
    st.session_state[_EDITED] = note.name
    st.session_state[_CHANGED] = note.text


def _stop_change() -> None:
    st.session_state.pop(_EDITED, None)


def _save_change(subject: Subject, note: Note) -> None:
    text = st.session_state[_CHANGED]
    if not text.strip():
        st.session_state[_PROBLEM] = "The note is empty; write something, or remove it instead."
    elif _done(lambda: keep(edited(note, text, subject.level))):
        _stop_change()


def _remove(note: Note) -> None:
    if _done(lambda: forget(note)):
        st.session_state[_REMOVED] = note


def _undo() -> None:
    note = st.session_state[_REMOVED]
    if _done(lambda: keep(note)):
        st.session_state[_REMOVED] = None


def _done(do: Callable[[], None]) -> bool:
    """Do something with what is kept; what goes wrong is shown when the page is drawn."""
    try:
        do()
    except HotspotsError as error:
        st.session_state[_PROBLEM] = str(error)
        return False
    return True
