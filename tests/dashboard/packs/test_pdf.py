"""The PDF: tagged, named, in English, with words for its pictures; and it asks nobody."""

import re
import zlib

import pytest

from dashboard.brief.model import MARKINGS
from dashboard.maps.model import MapModel
from dashboard.packs import pdf
from dashboard.packs.sections import Note, PackOptions
from tests import pango
from tests.dashboard.maps.samples import model
from tests.dashboard.packs.samples import brief, empty, with_texts


@pytest.fixture(scope="module", autouse=True)
def needs_pango() -> None:
    pango.needed()


@pytest.fixture(scope="module")
def drawn() -> MapModel:
    return model()


def opened(content: bytes) -> str:
    """Give the objects of a PDF, with what is compressed unpacked."""
    streams = re.findall(rb"stream\r?\n(.*?)\r?\nendstream", content, re.DOTALL)
    return "\n".join([_text(content), *(_text(_unpacked(stream)) for stream in streams)])


def _unpacked(stream: bytes) -> bytes:
    try:
        return zlib.decompress(stream)
    except zlib.error:
        return b""


def _text(content: bytes) -> str:
    return content.decode("latin-1")


def n_pages(text: str) -> int:
    return len(re.findall(r"/Type /Page\b", text))


def test_structure_language_title_and_words_for_the_map(drawn: MapModel):
    made = brief(drawn)
    text = opened(pdf.pdf_bytes(made, PackOptions(MARKINGS[1])))
    assert "/Marked true" in text
    assert "/Lang (en-GB)" in text
    assert "/DisplayDocTitle true" in text
    assert re.search(r"pdfuaid:part(=.|>)1", text)
    assert "/Title (Hate crime briefing, Hammersmith & Fulham, February to April 2017)" in text
    assert len(re.findall(r"/S /H1\b", text)) == 1
    assert len(re.findall(r"/S /H2\b", text)) == 5
    assert len(re.findall(r"/S /Table\b", text)) == 4
    n_headings = 9 + len(made.hotspots) + 5 + len(made.strands.rows)
    n_headings += 5 + len(made.wards.rows) + 2
    assert len(re.findall(r"/S /TH\b", text)) >= n_headings
    assert "/Headers" in text  # each cell says which headings are its own
    assert re.search(r"/Alt \(Map of incidents by ward\.", text)
    assert "run-record.json" in text
    assert set(re.findall(r"Date \(D:(\d{4})", text)) == {"1980"}  # no clock: the same bytes


def test_pages_follow_what_there_is(drawn: MapModel):
    assert n_pages(opened(pdf.pdf_bytes(brief(drawn), PackOptions()))) == 5
    noted = PackOptions(notes=(Note("Look again in May.\n\nThen decide.", "Decision, chair"),))
    assert n_pages(opened(pdf.pdf_bytes(brief(drawn), noted))) == 6
    assert n_pages(opened(pdf.pdf_bytes(empty(drawn), PackOptions()))) == 5


def test_long_and_hostile_texts_make_more_pages_and_nothing_else(drawn: MapModel):
    for text in ("<img src='http://127.0.0.1/x'><link rel=attachment href='file:///etc/hosts'>",):
        made = with_texts(brief(drawn), text * 4)
        shown = opened(pdf.pdf_bytes(made, PackOptions(notes=(Note(text, text),))))
        assert len(re.findall(r"/S /Figure\b", shown)) == 1
        assert shown.count("/EmbeddedFile\n") <= 1


def test_a_page_that_names_hosts_and_files_reaches_none(drawn: MapModel, monkeypatch):
    from urllib.request import OpenerDirector

    asked: list[str] = []
    real = OpenerDirector.open

    def noted(self, fullurl, *args, **kwargs):
        address = fullurl if isinstance(fullurl, str) else fullurl.full_url
        asked.append(address.partition(":")[0])
        return real(self, fullurl, *args, **kwargs)

    page = "<img alt='' src='http://127.0.0.1:9/x'><img alt='' src='file:///etc/hosts'>"
    html = pdf.document_html(brief(drawn), PackOptions()).replace("<h1>", f"{page}<h1>")
    monkeypatch.setattr(OpenerDirector, "open", noted)
    monkeypatch.setattr(pdf, "document_html", lambda *_: html)
    assert pdf.pdf_bytes(brief(drawn), PackOptions())
    assert set(asked) <= {"data"}
