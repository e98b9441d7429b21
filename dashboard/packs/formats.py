"""The formats of a pack, by the ending of the file."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from boundaries.errors import ParameterError
from dashboard.brief.model import Brief
from dashboard.escape import file_name
from dashboard.packs.sections import PackOptions


def _always() -> str:
    return ""


def _pdf(brief: Brief, options: PackOptions) -> bytes:
    from dashboard.packs.pdf import pdf_bytes

    return pdf_bytes(brief, options)


def _no_pdf() -> str:
    from dashboard.packs.pdf import why_not

    return why_not()


def _pptx(brief: Brief, options: PackOptions) -> bytes:
    from dashboard.packs.pptx import pptx_bytes

    return pptx_bytes(brief, options)


def _html(brief: Brief, options: PackOptions) -> bytes:
    from dashboard.packs.html import html_bytes

    return html_bytes(brief, options)


def _workbook(brief: Brief, options: PackOptions) -> bytes:
    from dashboard.packs.workbook import workbook_bytes

    return workbook_bytes(brief, options)


def _csv(brief: Brief, options: PackOptions) -> bytes:
    from dashboard.packs.tables import csv_bytes

    return csv_bytes(brief, options)


def _zip(brief: Brief, options: PackOptions) -> bytes:
    from dashboard.packs.tables import zip_bytes

    return zip_bytes(brief, options)


@dataclass(frozen=True)
class PackFormat:
    """A kind of pack.

    Attributes
    ----------
    ending, label, mime
        What its names end in, what people call it, and what a browser is told.
    content
        Makes the file's bytes.
    why_not
        Says why it cannot be made here and what to do; nothing where it can.
    """

    ending: str
    label: str
    mime: str
    content: Callable[[Brief, PackOptions], bytes]
    why_not: Callable[[], str] = _always


_OFFICE = "application/vnd.openxmlformats-officedocument"

PACK_FORMATS: Mapping[str, PackFormat] = {
    kind.ending: kind
    for kind in (
        PackFormat(".pdf", "PDF to print", "application/pdf", _pdf, _no_pdf),
        PackFormat(".pptx", "PowerPoint to edit", f"{_OFFICE}.presentationml.presentation", _pptx),
        PackFormat(".html", "Web page that works offline", "text/html", _html),
        PackFormat(".xlsx", "Excel workbook", f"{_OFFICE}.spreadsheetml.sheet", _workbook),
        PackFormat(".zip", "CSV tables in a ZIP", "application/zip", _zip),
        PackFormat(".csv", "CSV, all figures in one table", "text/csv", _csv),
    )
}


def pack_bytes(brief: Brief, ending: str, options: PackOptions | None = None) -> bytes:
    """Give a briefing as the content of a file; the same briefing gives the same bytes.

    Raises
    ------
    ParameterError
        The ending is not one of ``PACK_FORMATS``, or the format cannot be made here.
    """
    return format_of(ending).content(brief, options or PackOptions())


def format_of(ending: str, what: str = "") -> PackFormat:
    """Find a format that can be made here.

    Raises
    ------
    ParameterError
        The ending is not known, or something is missing; the message says what to do.
    """
    kind = PACK_FORMATS.get(ending.lower())
    if kind is None:
        given = f"{what or repr(ending)} has no known ending"
        msg = f"{given}; known are {', '.join(PACK_FORMATS)}."
        raise ParameterError(msg)
    if missing := kind.why_not():
        raise ParameterError(missing)
    return kind


def pack_name(brief: Brief, ending: str) -> str:
    """Name the file by its period and level, in letters that every file system takes.

    >>> import types
    >>> made = types.SimpleNamespace(period="May 2017", is_demonstration=False, level="partner")
    >>> pack_name(made, ".pdf")
    'briefing-may-2017-partner.pdf'
    """
    demonstration = " demonstration" if brief.is_demonstration else ""
    period = brief.period or "no period"
    return file_name(f"briefing {period}{demonstration} {brief.level}", ending)
