"""Download buttons; each file is made when it is asked for.

All files of the pages go through here. On pages of exact figures a file is made for partners where
there is such a form of it; exact files and records are offered only after somebody has asked for
them in this session, and are named so.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Literal, Self

import streamlit as st

from boundaries.errors import AccessError
from dashboard import access, controls
from dashboard.audit.about import about_record
from dashboard.audit.buttons import file_button
from dashboard.exports import FORMATS, export_bytes, has_areas, record_bytes
from geo.disclosure.levels import EXACT, PUBLIC, Level
from geo.result import Result

TABLES = (".csv", ".xlsx", ".geojson", ".gpkg")
"""Endings in which a result with areas is offered."""
EXACT_FILES = "files with exact figures"
"""Key of the switch in the session state; in no link, and off when a session begins."""
PERSONAL = "personal-data"
"""What the names of files end in that hold records."""

_OTHER_TYPES = {
    ".gpx": "application/gpx+xml",
    ".html": "text/html",
    ".ics": "text/calendar",
    ".ipynb": "application/x-ipynb+json",
    ".json": "application/json",
    ".pdf": "application/pdf",
    ".png": "image/png",
    ".svg": "image/svg+xml",
    ".tif": "image/tiff",
    ".zip": "application/zip",
}
_WHY_OFF = (
    "Grey files would hold exact figures. Choose “Files with exact figures” in the sidebar first. "
    "Files for partners are on the pages that show figures for partners."
)


@dataclass(frozen=True)
class Download:
    """A file to take away.

    Attributes
    ----------
    label
        What the button says.
    name
        Of the file.
    make
        Gives its content.
    about
        Gives what the audit log shall say of it.
    level
        Of the figures in it; exact unless something else is said.
    has_records
        Whether it holds records of single incidents; then it is personal data.
    for_partners
        The same file made of a release, offered instead until somebody asks for exact files.
    """

    label: str
    name: str
    make: Callable[[], bytes | str]
    about: Callable[[], Mapping[str, Any]] | None = None
    level: Level = EXACT
    has_records: bool = False
    for_partners: Self | None = None


def table_of(result: Result, ending: str, label: str, stem: str) -> Download:
    """Offer a result in one format."""
    return Download(label, f"{stem}{ending}", lambda: export_bytes(result, ending), _about(result))


def record_of(result: Result, label: str, stem: str) -> Download:
    """Offer the run record of a result."""
    return Download(label, f"{stem}.run.json", lambda: record_bytes(result), _about(result))


def _about(result: Result) -> Callable[[], Mapping[str, Any]]:
    return lambda: about_record(result.record)


def offer_results(results: Mapping[str, Result], *, name: str) -> None:
    """Offer results in all formats that fit, with their records; one result at a time.

    Parameters
    ----------
    results
        By the names of their files, without an ending.
    name
        Of the control that chooses among them.
    """
    stem = choose_figures(results, name=name)
    result = results[stem]
    fitting = [ending for ending in TABLES if has_areas(result) or not FORMATS[ending].has_geometry]
    tables = [table_of(result, ending, FORMATS[ending].label, stem) for ending in fitting]
    buttons([*tables, record_of(result, "Record, JSON", stem)])


def choose_figures(stems: Iterable[str], *, name: str) -> str:
    """Offer figures by the names of their files, without an ending; give that of the chosen."""
    return controls.choice(
        st.container(),
        "Figures",
        list(stems),
        name=name,
        words=lambda stem: stem.replace("-", " ").capitalize(),
    )


def show_switch() -> None:
    """Ask, in the sidebar of exact pages, whether files shall hold what the pages show."""
    # Not one of dashboard.controls: a link must not make anybody take exact figures away.
    is_on = st.toggle("Files with exact figures", key=EXACT_FILES)
    st.caption(
        "Files hold exact figures, are named so and are noted in the audit log. Keep them where "
        "the data may be."
        if is_on
        else "No file is made with exact figures until you choose it here."
    )


def exact_files_wanted() -> bool:
    """Say whether this session has asked for files with exact figures, and may have them."""
    return access.level() == EXACT and bool(st.session_state.get(EXACT_FILES))


def buttons(downloads: Sequence[Download]) -> None:
    """Show a button for each file, side by side.

    Raises
    ------
    AccessError
        A page for partners or the public offers an exact file.
    """
    with st.container(horizontal=True):
        offered = [_button(download) for download in downloads]
    if not all(offered):
        st.caption(_WHY_OFF)


def button(
    download: Download,
    *,
    key: str | None = None,
    type: Literal["primary", "secondary"] = "secondary",  # noqa: A002 - as Streamlit's own
) -> None:
    """Show the button of a file, at the level that files have just now; see :func:`buttons`."""
    if not _button(download, key=key, type=type):
        st.caption(_WHY_OFF)


def _button(
    download: Download,
    *,
    key: str | None = None,
    type: Literal["primary", "secondary"] = "secondary",  # noqa: A002 - as Streamlit's own
) -> bool:
    """Show the button of a file; say whether the file is offered."""
    file = _offered(download)
    key = key or f"dl_{download.name}"
    if file is None:
        st.button(download.label, key=f"{key} not offered", disabled=True)
        return False
    ending = "." + file.name.rsplit(".", 1)[-1]
    about = file.about

    def all_about() -> Mapping[str, Any]:
        marks = {"contains_personal_data": True} if file.has_records else {}
        return {"level": file.level, **marks, **(about() if about else {})}

    file_button(
        file.label,
        file.make,
        file_name=file.name,
        mime=FORMATS[ending].mime if ending in FORMATS else _OTHER_TYPES[ending],
        about=all_about,
        key=key,
        type=type,
    )
    return True


def _offered(download: Download) -> Download | None:
    """Give the form of a file that may be offered now; None where there is none."""
    if download.level != EXACT:
        return download
    if access.level() != EXACT:
        msg = f"{download.name} holds exact figures and is not for this page; this is a defect."
        raise AccessError(msg)
    if exact_files_wanted():
        mark = PERSONAL if download.has_records else EXACT
        return replace(download, name=marked(download.name, mark))
    return download.for_partners


def marked(name: str, mark: str) -> str:
    """Give the name of a file that says what is in it.

    >>> marked("wards.run.json", "exact"), marked("wards-exact.csv", "exact")
    ('wards-exact.run.json', 'wards-exact.csv')
    """
    stem, dot, endings = name.partition(".")
    return name if stem.endswith(mark) else f"{stem}-{mark}{dot}{endings}"


def published(label: str, name: str, make: Callable[[], bytes | str], method: str) -> Download:
    """Offer figures that anybody may have: they were published by others."""
    return Download(label, name, make, lambda: {"method": method}, level=PUBLIC)
