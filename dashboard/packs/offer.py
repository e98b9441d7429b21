"""Packs on the page Briefing: format, marking, notes, and the file, made when it is asked for."""

from collections.abc import Callable, Sequence

import streamlit as st

from dashboard import controls, furniture
from dashboard.audit.buttons import file_button
from dashboard.brief.model import MARKINGS, Brief
from dashboard.packs.formats import PACK_FORMATS, PackFormat, pack_bytes, pack_name
from dashboard.packs.record import about_pack
from dashboard.packs.sections import Note, PackOptions
from dashboard.view import View


def offer(view: View, brief: Brief, notes: Sequence[Note] = ()) -> PackOptions:
    """Offer the briefing as a file; give what was chosen, for the presenter view.

    Parameters
    ----------
    view
        The data on show.
    brief
        What the pack says.
    notes
        Notes and decisions of the meeting about this period, which may go into the pack.
    """
    del view
    with st.popover("Take away", help="The briefing as PDF, PowerPoint, web page or tables"):
        here = st.container()
        marking = controls.row(here, "Protective marking", MARKINGS, name="pack-marking")
        wanted = controls.choice(
            here,
            "Format",
            tuple(PACK_FORMATS),
            name="pack-format",
            words=lambda ending: PACK_FORMATS[ending].label,
        )
        with_notes = bool(notes) and controls.switch(
            here, f"With the notes of the meeting ({len(notes):,})", name="pack-notes"
        )
        options = PackOptions(marking, tuple(notes) if with_notes else ())
        _download(brief, PACK_FORMATS[wanted], options)
    return options


def _download(brief: Brief, kind: PackFormat, options: PackOptions) -> None:
    if missing := kind.why_not():
        furniture.error(missing)
        return
    st.caption("The file is made when you press the button, which takes a few seconds.")
    file_button(
        "Download the pack",
        _make(brief, kind, options),
        file_name=pack_name(brief, kind.ending),
        mime=kind.mime,
        about=lambda: about_pack(brief, options.marking, len(options.notes)),
        type="primary",
        key="pack-download",
    )


def _make(brief: Brief, kind: PackFormat, options: PackOptions) -> Callable[[], bytes]:
    return lambda: pack_bytes(brief, kind.ending, options)
