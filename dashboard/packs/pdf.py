"""The pack as a PDF: A4 landscape, tagged (PDF/UA-1), and made without asking anybody.

WeasyPrint needs Pango, a library of the operating system; :func:`why_not` says so before
anyone has waited for anything.
"""

import logging
import warnings
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from hashlib import sha256
from io import BytesIO
from pathlib import Path
from typing import Any

from boundaries.errors import ParameterError
from dashboard.brief.model import Brief
from dashboard.escape import esc
from dashboard.packs.map_picture import map_of
from dashboard.packs.markup import picture_html, section_html, style
from dashboard.packs.record import record_text
from dashboard.packs.sections import (
    MapPart,
    PackOptions,
    Section,
    level_words,
    sections_of,
    title_of,
)
from dashboard.words import DEMONSTRATION

RECORD_FILE = "run-record.json"
_HERE = Path(__file__).parent

_INSTALL = (
    "The PDF needs WeasyPrint, which is not installed; install it with pip install 'hotspots[pdf]'."
)
_PANGO = (
    "The PDF needs Pango, a library of the operating system, which is not there. Debian, Ubuntu: "
    "apt-get install libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0. macOS: brew install "
    "pango. Windows: install MSYS2, then pacman -S mingw-w64-ucrt-x86_64-pango. The other formats "
    "work without it."
)


@cache
def why_not() -> str:
    """Say why no PDF can be made here and what to do; nothing where it can."""
    try:
        _weasyprint()
    except ModuleNotFoundError:
        return _INSTALL
    except OSError:  # a library could not be loaded
        return _PANGO
    return ""


def _weasyprint() -> Any:  # noqa: ANN401 - weasyprint has no types
    with warnings.catch_warnings():
        # An older Pango is said by WeasyPrint with a warning; the PDF is none the worse for it.
        warnings.simplefilter("ignore", DeprecationWarning)
        import weasyprint
    logging.getLogger("fontTools").setLevel(logging.WARNING)
    return weasyprint


def pdf_bytes(brief: Brief, options: PackOptions) -> bytes:
    """Make the PDF; the same briefing and options always give the same bytes.

    Raises
    ------
    ParameterError
        Pango or WeasyPrint is not there; the message says what to do.
    """
    record = Attached(RECORD_FILE, record_text(brief), "How every figure was made")
    return printed(document_html(brief, options), [record])


@dataclass(frozen=True)
class Attached:
    """A file inside a PDF: its name, its text, and what it is."""

    name: str
    text: str
    description: str


def printed(text: str, attachments: Sequence[Attached] = ()) -> bytes:
    """Make a PDF of a page; the same page always gives the same bytes.

    Parameters
    ----------
    text
        HTML that needs nothing outside itself.

    Raises
    ------
    ParameterError
        Pango or WeasyPrint is not there; the message says what to do.
    """
    if why_not():
        raise ParameterError(why_not())
    weasyprint = _weasyprint()
    # A page of data must reach nothing outside itself: neither hosts nor files.
    fetcher = weasyprint.urls.URLFetcher(allowed_protocols={"data"})
    page = weasyprint.HTML(string=text, url_fetcher=fetcher)
    buffer = BytesIO()
    page.write_pdf(
        buffer,
        pdf_variant="pdf/ua-1",
        pdf_identifier=sha256(text.encode()).digest()[:16],
        cache=None,
        custom_metadata=True,
        attachments=[_attachment(one, weasyprint) for one in attachments],
    )
    return buffer.getvalue()


def _attachment(attached: Attached, weasyprint: Any) -> Any:  # noqa: ANN401
    fixed = datetime(1980, 1, 1, tzinfo=UTC)
    return weasyprint.Attachment(
        string=attached.text,
        name=attached.name,
        description=attached.description,
        relationship="Data",
        created=fixed,
        modified=fixed,
    )


def document_html(brief: Brief, options: PackOptions) -> str:
    """Write the page that becomes the PDF."""
    sections = sections_of(brief, options)
    demonstration = f"<p class='demo'>{DEMONSTRATION}</p>" if brief.is_demonstration else ""
    cut_off = f"Data to {brief.data_to}. {brief.source}."
    return _SHELL.format(
        title=esc(title_of(brief)),
        subject=esc(brief.headline),
        marking=esc(options.marking),
        level=esc(brief.level),
        level_words=esc(level_words(brief)),
        cut_off=esc(cut_off),
        demonstration=demonstration,
        style=style() + (_HERE / "pdf.css").read_text(encoding="utf-8"),
        body="".join(_section(brief, section) for section in sections),
    )


def _section(brief: Brief, section: Section) -> str:
    parts = [block for block in section.blocks if isinstance(block, MapPart)]
    picture = picture_html(map_of(brief), parts[0]) if parts else ""
    return section_html(section, picture)


_SHELL = """<!DOCTYPE html>
<html lang="en-GB">
<head>
<meta charset="utf-8">
<title>{title}</title>
<meta name="description" content="{subject}">
<meta name="author" content="Hotspots dashboard">
<meta name="marking" content="{marking}">
<meta name="level" content="{level}">
<style>{style}</style>
</head>
<body>
<div class="running-top"><p class="marking">{marking}</p></div>
<div class="running-demo">{demonstration}</div>
<div class="running-bottom"><p class="marking">{marking}</p></div>
<div class="running-source"><strong>{level_words}.</strong> {cut_off}</div>
<h1>{title}</h1>
{body}
</body>
</html>
"""
