"""Files of figures that may be shown; each says its level, in its name and inside."""

from collections.abc import Mapping, Sequence
from functools import partial
from hashlib import sha256
from typing import Any

from dashboard.downloads import Download, buttons, choose_figures
from dashboard.exports import FORMATS, RECORD_ENDING, Content, content_bytes, record_text
from dashboard.partner.view import ReleaseView

TABLES = (".csv", ".xlsx")
AREAS = (*TABLES, ".geojson", ".gpkg")


def offer(
    view: ReleaseView,
    contents: Mapping[str, Content],
    *,
    name: str,
    endings: Sequence[str] = TABLES,
) -> None:
    """Offer tables of a release in formats that fit, with their records; one at a time.

    Parameters
    ----------
    contents
        By the names of their files, without level and ending.
    name
        Of the control that chooses among them.
    """
    stem = choose_figures(contents, name=name)
    content = contents[stem]
    written = f"{stem}-{view.level}"
    about = partial(_about, content)
    tables = [
        Download(
            FORMATS[ending].label,
            f"{written}{ending}",
            partial(content_bytes, content, ending),
            about,
            view.level,
        )
        for ending in endings
    ]
    record = Download(
        "Record, JSON",
        f"{written}{RECORD_ENDING}",
        partial(record_text, content.record),
        about,
        view.level,
    )
    buttons([*tables, record])


def _about(content: Content) -> Mapping[str, Any]:
    """Say for the audit log which figures a file holds."""
    record = content.record
    said = {key: record[key] for key in ("method", "level", "data_fingerprint") if key in record}
    return {**said, "record_sha256": sha256(record_text(record)).hexdigest()}
