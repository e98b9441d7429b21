"""All packs of one briefing: the same figures, the same marking, the same bytes again."""

import csv
import io
import json
import re
import zipfile
from collections.abc import Iterator
from html.parser import HTMLParser

import openpyxl
import pytest
from matplotlib.font_manager import FontProperties, fontManager
from matplotlib.textpath import TextPath
from pptx import Presentation

from boundaries.errors import ParameterError
from dashboard.brief.model import MARKINGS, Brief
from dashboard.figures import Figure
from dashboard.maps.model import MapModel
from dashboard.packs import formats, pdf
from dashboard.packs.formats import PACK_FORMATS, pack_bytes, pack_name
from dashboard.packs.sections import Note, PackOptions, sections_of
from dashboard.packs.slide_room import text_width
from dashboard.packs.tables import figure_rows, tables_with_names
from tests.dashboard.maps.samples import HOSTILE, model
from tests.dashboard.packs.samples import brief, empty, with_texts

SENSITIVE = PackOptions(MARKINGS[1], (Note("Look at the station again.", "Decision, chair"),))
TEXT_FORMATS = (".html", ".csv", ".zip")


@pytest.fixture(scope="module")
def drawn() -> MapModel:
    return model()


@pytest.fixture(scope="module")
def made(drawn: MapModel) -> Brief:
    return brief(drawn, is_demonstration=True)


class Marked(HTMLParser):
    """Reads the figures that HTML marks with their names."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[tuple[str, str]] = []
        self._name: str | None = None

    def handle_starttag(self, _tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._name = dict(attrs).get("data-figure")

    def handle_data(self, data: str) -> None:
        if self._name is not None:
            self.found.append((self._name, data))
            self._name = None


def marked_in(html: str) -> list[tuple[str, str]]:
    reader = Marked()
    reader.feed(html)
    return reader.found


def figures_of(made: Brief) -> Iterator[Figure]:
    yield from (*made.figures, *made.located)
    for spot in made.hotspots:
        yield from spot.figures
    for table in (made.strands, made.wards):
        yield from (cell for row in table.rows for cell in row if isinstance(cell, Figure))


@pytest.mark.parametrize("ending", PACK_FORMATS)
def test_the_same_briefing_gives_the_same_bytes(made: Brief, ending: str):
    assert pack_bytes(made, ending) == pack_bytes(made, ending)


def test_every_figure_is_in_the_tables_once_for_each_place_with_its_value(made: Brief):
    expected = {(figure.name, figure.text) for figure in figures_of(made)}
    rows = list(csv.DictReader(io.StringIO(pack_bytes(made, ".csv").decode(), newline="")))
    assert {(row["figure"], row["text"].removeprefix("'")) for row in rows} == expected
    values = {row["figure"]: row["value"] for row in rows}
    assert values["incidents"] == "1727"
    assert values["change"] == "12.4321"
    assert {row["marking"] for row in rows} == {"OFFICIAL"}
    assert {row["demonstration"] for row in rows} == {"Demonstration data, synthetic"}


def test_workbook_holds_numbers_and_every_sheet_is_marked(made: Brief):
    book = openpyxl.load_workbook(io.BytesIO(pack_bytes(made, ".xlsx", SENSITIVE)))
    tables = [*tables_with_names(made)]
    assert book.sheetnames == ["about", *tables, "figures", "run_record"]
    for sheet in book:
        assert sheet.oddHeader.center.text == sheet.oddFooter.center.text == MARKINGS[1]
    head, *rows = book["figures"].iter_rows(values_only=True)
    by_name = {row[0]: row[head.index("value")] for row in rows}
    assert by_name["incidents"] == 1727
    assert by_name["change"] == pytest.approx(12.4321)
    assert by_name.keys() == {figure.name for figure in figures_of(made)}
    assert book["wards"]["B2"].value == 0  # a number, and none is lost
    text = "\n".join(str(cell) for row in [*book["run_record"].values][1:] for cell in row)
    assert json.loads(text)["results"]["wards"]["data_fingerprint"]
    about = dict(book["about"].iter_rows(values_only=True))
    assert about["Decision, chair"] == "Look at the station again."


def test_zip_has_a_file_for_each_table_and_the_run_record(made: Brief):
    with zipfile.ZipFile(io.BytesIO(pack_bytes(made, ".zip"))) as archive:
        assert {f"{name}-exact.csv" for name in tables_with_names(made)} < set(archive.namelist())
        record = json.loads(archive.read("run-record.json"))
        wards = archive.read("wards-exact.csv").decode()
    assert record["versions"]["hotspots"]
    assert record["settings"]["selection"]["start"] == "2017-02-01"
    assert len(wards.splitlines()) == len(made.wards.rows) + 1


def test_pages_and_presenter_mark_the_figures_they_show(made: Brief):
    expected = {(figure.name, figure.text) for figure in figures_of(made)}
    for html in (pack_bytes(made, ".html").decode(), pdf.document_html(made, PackOptions())):
        found = set(marked_in(html))
        assert found <= expected
        assert {"incidents", "located", "strand.race", "hotspot.1.incidents"} <= dict(found).keys()
        wards = {name for name, _ in expected if name.startswith("ward.")}
        assert wards <= dict(found).keys()


def test_html_asks_nobody_and_allows_no_other_script(made: Brief):
    html = pack_bytes(made, ".html", SENSITIVE).decode()
    assert "default-src 'none'" in html
    assert not re.search(r"""(?:src|href)=['"](?!data:)""", html.split("<script", 1)[0])
    assert html.count(MARKINGS[1]) >= 4  # above, below, and both on paper
    assert "Look at the station again." in html
    assert "Demonstration data, synthetic" in html


# ---- PowerPoint ----------------------------------------------------------------------------------


def slides_of(content: bytes) -> list:
    return list(Presentation(io.BytesIO(content)).slides)


def texts_on(slide) -> str:
    frames = [shape.text_frame.text for shape in slide.shapes if shape.has_text_frame]
    cells = [c.text for s in slide.shapes if s.has_table for r in s.table.rows for c in r.cells]
    return "\n".join([*frames, *cells])


def test_slides_have_titles_real_tables_words_for_pictures_and_the_marking(made: Brief):
    slides = slides_of(pack_bytes(made, ".pptx", SENSITIVE))
    titles = [section.title for section in sections_of(made, SENSITIVE)]
    assert [t for t in (s.shapes.title.text for s in slides) if "(continued)" not in t] == titles
    for slide in slides:
        assert texts_on(slide).count(MARKINGS[1]) == 2
        assert "Demonstration data, synthetic" in texts_on(slide)
        assert "Data to 30 April 2017" in texts_on(slide)
        assert 'type="slidenum"' in slide.element.xml
    tables = [shape.table for slide in slides for shape in slide.shapes if shape.has_table]
    assert all(table.first_row for table in tables)
    hotspots = [[cell.text for cell in row.cells] for row in tables[0].rows]
    assert hotspots[1][:3] == ["1. Hammersmith Broadway", "Shepherd's Bush Green, Coningham", "99"]
    pictures = [s for s in slides[0].shapes if s.shape_type == 13]
    alt = pictures[0].element.xpath(".//p:cNvPr")[0].get("descr")
    assert alt.startswith("Map of incidents by ward.")
    assert "Hotspots by rank: 1 Hammersmith Broadway" in alt
    assert '"data_fingerprint"' in slides[-1].notes_slide.notes_text_frame.text


@pytest.mark.parametrize("kind", ["plain", "long", "words"])
def test_nothing_on_a_slide_leaves_it_or_covers_another(drawn: MapModel, kind: str):
    made = brief(drawn)
    if kind != "plain":
        made = with_texts(made, "A very long name " * 40 if kind == "long" else "Ẁ" * 300)
    deck = Presentation(io.BytesIO(pack_bytes(made, ".pptx", SENSITIVE)))
    for slide in deck.slides:
        boxes = [(s.left, s.top, s.left + s.width, s.top + s.height) for s in slide.shapes]
        for left, top, right, bottom in boxes:
            assert left >= 0
            assert top >= 0
            assert right <= deck.slide_width
            assert bottom <= deck.slide_height
        for i, one in enumerate(boxes):
            for other in boxes[i + 1 :]:
                assert not overlap(one, other), (one, other)


def test_widths_are_never_less_than_those_of_the_letters():
    fonts = [font for font in fontManager.ttflist if font.name == "Liberation Sans"]
    if not fonts:
        pytest.skip("needs Liberation Sans, which is as wide as Arial")
    texts = (
        "Hammersmith Broadway, by Shepherd's Bush (130 m)",
        "1,727 incidents, +12.4 %",
        "WARDS",
    )
    for text in texts:
        drawn = TextPath((0, 0), text, size=72, prop=FontProperties("Liberation Sans"))
        real = drawn.get_extents().width / 72
        assert real <= text_width(text, 72) <= 1.25 * real


def overlap(one: tuple[int, ...], other: tuple[int, ...], slack: int = 40_000) -> bool:
    across = min(one[2], other[2]) - max(one[0], other[0])
    down = min(one[3], other[3]) - max(one[1], other[1])
    return across > slack and down > slack


# ---- whatever the data is ------------------------------------------------------------------------


@pytest.mark.parametrize("ending", [e for e in PACK_FORMATS if e != ".pdf"])
def test_without_incidents_there_is_still_a_pack_that_says_so(drawn: MapModel, ending: str):
    nothing = empty(drawn)
    content = pack_bytes(nothing, ending)
    assert content
    if ending == ".pptx":
        shown = "\n".join(map(texts_on, slides_of(content)))
        assert "No area qualifies as a hotspot" in shown
        assert "does not go back that far" in shown
    if ending == ".html":
        assert "No area qualifies as a hotspot" in content.decode()


@pytest.mark.parametrize("hostile", [*HOSTILE, "=1+1", "@SUM(A1)", "\u202eevil", "a\x00b\x1b[2J"])
def test_hostile_texts_stay_texts(drawn: MapModel, hostile: str):
    made = with_texts(brief(drawn), hostile)
    options = PackOptions(notes=(Note(hostile, hostile),))
    html = pack_bytes(made, ".html", options).decode()
    bare = re.sub(
        r"<script(?: type=.application/json. id=.[\w-]+.)?>.*?</script>", "", html, flags=re.S
    )
    assert "<script" not in bare
    assert "onerror=window" not in re.sub(r"&lt;.*?&gt;", "", bare)
    assert slides_of(pack_bytes(made, ".pptx", options))
    book = openpyxl.load_workbook(io.BytesIO(pack_bytes(made, ".xlsx", options)))
    for sheet in book:
        for row in sheet.iter_rows():
            for cell in row:
                assert cell.data_type != "f"
                assert not str(cell.value).startswith(("=", "@")), cell.coordinate
    for row in csv.reader(io.StringIO(pack_bytes(made, ".csv", options).decode(), newline="")):
        assert not any(cell.startswith(("=", "@")) for cell in row)


def test_figures_hold_no_formula_in_a_text(made: Brief):
    rows = list(figure_rows(made))
    assert any(str(row[5]).startswith("+") for row in rows)  # the test below would mean nothing
    content = pack_bytes(made, ".csv").decode()
    assert not re.search(r"(?m)(^|,)[+=@]", content)


# ---- choices -------------------------------------------------------------------------------------


def test_unknown_markings_and_endings_are_refused(made: Brief):
    with pytest.raises(ParameterError, match="Marking is 'SECRET'; it must be OFFICIAL or"):
        PackOptions("SECRET")
    with pytest.raises(ParameterError, match=r"'\.doc' has no known ending; known are \.pdf"):
        pack_bytes(made, ".doc")


def test_without_pango_the_pdf_says_what_to_install_and_others_work(made: Brief, monkeypatch):
    def fail():
        msg = "cannot load library 'libpango-1.0-0'"
        raise OSError(msg)

    monkeypatch.setattr(pdf, "_weasyprint", fail)
    pdf.why_not.cache_clear()
    try:
        with pytest.raises(ParameterError, match="apt-get install libpango"):
            pack_bytes(made, ".pdf")
        assert formats.PACK_FORMATS[".pdf"].why_not().startswith("The PDF needs Pango")
        assert pack_bytes(made, ".csv")
    finally:
        pdf.why_not.cache_clear()


def test_names_of_files_hold_nothing_that_a_file_system_could_mind(drawn: MapModel):
    name = pack_name(brief(drawn, period="../../etc/passwd <2017/18>"), ".pdf")
    assert name == "briefing-etc-passwd-2017-18-exact.pdf"
