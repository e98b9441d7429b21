"""Views with names: which page, and the values of all controls; and the link to what is on show."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import streamlit as st
from streamlit.navigation.page import StreamlitPage

from boundaries.errors import HotspotsError
from dashboard import access, controls, furniture, history
from dashboard.audit.noting import note
from dashboard.copy_link import copy_link
from dashboard.kept import NAME_AT_MOST, Kept

KIND = "view"
_GO_TO = "page to go to"
_NAME, _CHOSEN, _REMOVED = "name of the view", "chosen view", "removed view"


def go_where_asked(pages: Sequence[StreamlitPage], now: StreamlitPage) -> None:
    """Turn to the page of a view that has just been opened; stay where there is none such."""
    asked = st.session_state.pop(_GO_TO, now.url_path)
    for page in pages:
        if page.url_path == asked and page.url_path != now.url_path:
            st.switch_page(page)


def show(page: StreamlitPage) -> None:
    """Offer the link, to save what is on show, and what was saved."""
    with st.popover("Views", help="Link to this view, saved views, back to the defaults"):
        copy_link()
        st.button("Back to the defaults", key="to defaults", on_click=history.to_defaults)
        try:
            _show_saved(page)
        except HotspotsError as error:
            furniture.error(error)


def _show_saved(page: StreamlitPage) -> None:
    names = Kept.here().names(KIND)
    # All see the same views, so those who keep notes look after them.
    may_keep = access.person().may("keep notes")
    if may_keep:
        _offer_to_save(page)
    if names:
        _offer(names, may_keep=may_keep)
    elif not may_keep:
        st.caption("No views are saved yet. Analysts save them for everybody.")
    removed = st.session_state.get(_REMOVED)
    if removed is not None:
        label = f"Bring back {furniture.plain(removed[0])}"
        st.button(label, key="bring back view", on_click=_bring_back)
    for file in Kept.here().broken(KIND):
        st.warning(
            f"A saved view could not be read and was set aside: {furniture.plain(str(file))}"
        )


def _offer_to_save(page: StreamlitPage) -> None:
    st.text_input(
        "Name of a view",
        key=_NAME,
        max_chars=NAME_AT_MOST,
        placeholder="for example Monday meeting",
        help="Page and settings are saved, not figures: opened again, it shows the data of then.",
    )
    st.button("Save this view", key="save view", on_click=_save, args=(page.url_path,))


def _offer(names: Sequence[str], *, may_keep: bool) -> None:
    st.selectbox("Saved views", names, key=_CHOSEN)
    with st.container(horizontal=True, gap="small"):
        st.button("Open view", key="open view", on_click=_open, type="primary")
        if not may_keep:
            return
        st.button(
            "Rename", key="rename view", on_click=_rename, help="To the name in the field above."
        )
        st.button("Delete", key="delete view", on_click=_delete, help="Can be brought back.")


def _save(url_path: str) -> None:
    with _said_in_words():
        name = st.session_state[_NAME]
        replaced = _is_kept(name)
        kept = Kept.here().put(KIND, name, {"page": url_path, "values": controls.values()})
        _note("replaced" if replaced else "saved", kept)
        st.session_state[_NAME] = ""
        st.session_state[_CHOSEN] = kept
        history.say(f"Saved as {kept}{', in place of the one before' if replaced else ''}.")


def _is_kept(name: str) -> bool:
    return bool(name.strip()) and Kept.here().get(KIND, name) is not None


def _open() -> None:
    with _said_in_words():
        name = st.session_state[_CHOSEN]
        view = Kept.here().get(KIND, name)
        if view is None:
            history.say(f"{name} is not there any more.")
            return
        open_view(view)
        history.say(f"Opened {name}.")


def open_view(view: dict[str, Any]) -> None:
    """Set the controls as they were, and turn to the page; only from a callback."""
    values = view.get("values")
    history.record()
    controls.set_values(values if isinstance(values, dict) else {})
    st.session_state[_GO_TO] = view.get("page")


def _rename() -> None:
    with _said_in_words():
        before = st.session_state[_CHOSEN]
        name = Kept.here().rename(KIND, before, st.session_state[_NAME])
        _note("renamed", name, before=before)
        st.session_state[_NAME] = ""
        st.session_state[_CHOSEN] = name
        history.say(f"{before} is now called {name}.")


def _delete() -> None:
    with _said_in_words():
        name = st.session_state[_CHOSEN]
        value = Kept.here().remove(KIND, name)
        if value is not None:
            st.session_state[_REMOVED] = (name, value)
            _note("deleted", name)
        st.session_state.pop(_CHOSEN, None)
        history.say(f"Deleted {name}. It can be brought back under Views.")


def _bring_back() -> None:
    with _said_in_words():
        name, value = st.session_state[_REMOVED]
        if _is_kept(name):
            history.say(f"There is another called {name} now; rename that first.")
            return
        st.session_state[_CHOSEN] = Kept.here().put(KIND, name, value)
        del st.session_state[_REMOVED]
        _note("brought back", name)
        history.say(f"{name} is back.")


def _note(what: str, name: str, **more: str) -> None:
    note("saved view", {"what": what, "name": name, **more})


@contextmanager
def _said_in_words() -> Iterator[None]:
    """Say what is wrong beside the buttons, for callbacks have no place of their own."""
    try:
        yield
    except HotspotsError as error:
        history.say(f"{error}.".replace("..", "."))
