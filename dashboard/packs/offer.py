"""Packs on the page Briefing: format, marking, notes, and the file, made when it is asked for."""

from collections.abc import Callable, Sequence

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from boundaries.errors import HotspotsError
from dashboard import controls, furniture
from dashboard.audit.buttons import file_button
from dashboard.brief.model import MARKINGS, Brief
from dashboard.briefing.notes import Note as KeptNote
from dashboard.briefing.notes import for_pack, may_see
from dashboard.downloads import exact_files_wanted
from dashboard.packs.formats import PACK_FORMATS, PackFormat, pack_bytes, pack_name
from dashboard.packs.record import about_pack
from dashboard.packs.sections import Note, PackOptions
from dashboard.partner.brief.make import make_partner_brief
from dashboard.partner.nearest import nearest_view
from dashboard.releases import is_released, release_on_show
from dashboard.sign_in.block import LEVEL_WORDS
from dashboard.view import View
from geo.disclosure.levels import EXACT, IN_WORDS, PARTNER, PUBLIC, Level
from geo.disclosure.release import Release

_FIGURES = "figures in the pack"
_PREPARED = "releases asked for with packs"
_TAKES_LONG = (
    "The figures for partners are made once for the same data, which can take some minutes."
)
_HOW_EXACT = "For a file of exact figures choose “Files with exact figures” in the sidebar first."
_WARNING = (
    "The file holds exact figures, also small ones that can point to a single person. Give it to "
    "nobody without a need to know. That you took it is noted in the audit log."
)


def offer(brief: Brief, notes: Sequence[Note] = ()) -> PackOptions:
    """Offer a briefing as a file; give what was chosen, for the presenter view.

    Parameters
    ----------
    brief
        What the pack says.
    notes
        Notes and decisions of the meeting about this period, which may go into the pack.
    """
    with _panel():
        here = st.container()
        kind, options = _choose(here, notes)
        _download(brief, kind, options)
    return options


def offer_exact(view: View, brief: Brief, notes: Sequence[KeptNote] = ()) -> PackOptions:
    """Offer files from the page of exact figures: for partners, unless exact ones are asked for.

    Parameters
    ----------
    view
        What is on show.
    brief
        The exact briefing, which is also what the presenter view shows.
    notes
        Those that may be seen on the page; of them only those for its readers go into a file.
    """
    with _panel():
        here = st.container()
        level = _choose_level(here)
        kind, options = _choose(here, for_pack(notes))
        for_readers = [note for note in notes if may_see(note, level)]
        in_file = PackOptions(options.marking, for_pack(for_readers) if options.notes else ())
        if options.notes and len(for_readers) < len(notes):
            here.caption("Notes that were written among exact figures are not in the file.")
        if level == EXACT:
            st.warning(_WARNING)
            _download(brief, kind, in_file)
        else:
            _download_released(view, level, kind, in_file)
    return options


def _panel() -> DeltaGenerator:
    return st.popover("Take away", help="The briefing as PDF, PowerPoint, web page or tables")


def _choose_level(here: DeltaGenerator) -> Level:
    """Ask for whom the file is; exact figures only where this session has asked for such files."""
    may_be_exact = exact_files_wanted()
    offered: tuple[Level, ...] = (PARTNER, PUBLIC, *((EXACT,) if may_be_exact else ()))
    # Not one of dashboard.controls: a link must never carry a level to somebody else.
    level: Level = here.radio(
        "Figures in the file", offered, key=_FIGURES, format_func=LEVEL_WORDS.__getitem__
    )
    here.caption(f"{IN_WORDS[level]}. {'' if may_be_exact else _HOW_EXACT}".strip())
    return level


def _choose(here: DeltaGenerator, notes: Sequence[Note]) -> tuple[PackFormat, PackOptions]:
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
    return PACK_FORMATS[wanted], PackOptions(marking, tuple(notes) if with_notes else ())


def _download_released(view: View, level: Level, kind: PackFormat, options: PackOptions) -> None:
    """Offer the file made of the release that is nearest to what is on show."""
    release = _release(view, level)
    if release is None:
        return
    try:
        found, said = nearest_view(view, release)
        brief = make_partner_brief(found, said)
    except HotspotsError as error:
        furniture.error(error)
        return
    if said:
        st.caption(furniture.plain(said))
    _download(brief, kind, options)


def _release(view: View, level: Level) -> Release | None:
    """Give the release; where it is still to be made, only once somebody asks for that."""
    asked: set[str] = st.session_state.setdefault(_PREPARED, set())
    fingerprint = view.incidents.fingerprint
    if fingerprint not in asked and not is_released(view.dataset):
        st.caption(_TAKES_LONG)
        st.button(
            "Prepare the figures", key="pack-prepare", on_click=asked.add, args=(fingerprint,)
        )
        return None
    return release_on_show(view.dataset, level)


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
