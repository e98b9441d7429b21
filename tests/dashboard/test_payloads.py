"""Every kind of file is made of texts that do harm, and read back by its own reader."""

import ast
import csv
import io
import json
import re
import zipfile
import zlib
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import geopandas as gpd
import nbformat
import openpyxl
import pandas as pd
import pyogrio
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pptx import Presentation

from dashboard.escape import printable
from dashboard.exports import export_bytes
from dashboard.notebook_export import Origin, notebook_bytes
from dashboard.packs import pdf
from dashboard.packs.formats import pack_bytes
from dashboard.packs.sections import Note, PackOptions
from dashboard.qgis_styles import styles_table
from geo.hotspots.table import NAME, HotspotResult, find_hotspots
from geo.readers import read_uploads
from geo.readers.writing import write_plain_csv
from geo.result import Result
from geo.selection import Selection
from geo.spreadsheet_text import guard
from geo.surfaces.density import DensityParams
from geo.wards.table import WardParams, ward_table
from tests import payloads
from tests.dashboard.maps.samples import incidents as sample_incidents
from tests.dashboard.maps.samples import model
from tests.dashboard.packs.samples import brief

SHORT = tuple(text for text in payloads.ALL if len(text) < 1000)
NOTES = PackOptions(notes=tuple(Note(text, text) for text in SHORT))


def letters(text: object) -> str:
    """Give what of a text is read aloud."""
    return "".join(c for c in str(text) if c.isalnum() and c.isascii())


@pytest.fixture(scope="module")
def hotspots() -> HotspotResult:
    """Hotspots that all have names which do harm."""
    found = find_hotspots(sample_incidents(), Selection(), DensityParams())
    row = found.frame.iloc[[0]]
    frame = pd.concat([row] * len(payloads.ALL), ignore_index=True)
    return replace(found, frame=frame.assign(**{NAME: list(payloads.ALL)}))


@pytest.fixture(scope="module")
def wards() -> Result:
    return ward_table(sample_incidents(), Selection(), WardParams())


# ---- results -------------------------------------------------------------------------------------


def test_csv_gives_back_every_name_and_no_formula(hotspots: HotspotResult) -> None:
    text = export_bytes(hotspots, ".csv").decode()
    head, *rows = csv.reader(io.StringIO(text, newline=""))
    names = [row[head.index(NAME)] for row in rows]
    assert names == [guard(text) for text in payloads.ALL]
    ranks = {row[head.index("rank")] for row in rows}
    assert ranks == {"1"}


def test_a_workbook_holds_texts_and_numbers_and_no_formula(hotspots: HotspotResult) -> None:
    book = openpyxl.load_workbook(io.BytesIO(export_bytes(hotspots, ".xlsx")))
    head, *rows = book["hotspots"].iter_rows()
    at = [cell.value for cell in head].index(NAME)
    shown = [row[at] for row in rows]
    assert {cell.data_type for cell in shown} == {"s"}
    assert [letters(cell.value) for cell in shown] == list(map(letters, payloads.ALL))
    assert {row[[cell.value for cell in head].index("rank")].value for row in rows} == {1}


def test_json_and_geojson_give_back_every_name(hotspots: HotspotResult) -> None:
    table = json.loads(export_bytes(hotspots, ".json"))
    assert [row[NAME] for row in table["rows"]] == list(payloads.ALL)
    areas = json.loads(export_bytes(hotspots, ".geojson"))
    assert [one["properties"][NAME] for one in areas["features"]] == list(payloads.ALL)


def test_a_geopackage_gives_back_every_name(hotspots: HotspotResult, tmp_path: Path) -> None:
    path = tmp_path / "spots.gpkg"
    path.write_bytes(export_bytes(hotspots, ".gpkg"))
    whole = [text.partition("\0")[0] for text in payloads.ALL]  # C ends a text there
    assert gpd.read_file(path, layer="hotspots")[NAME].tolist() == whole
    assert {"hotspots", "run_record", "layer_styles"} == {*pyogrio.list_layers(path)[:, 0]}


def test_styles_are_xml_whatever_a_layer_is_called() -> None:
    from dashboard.qgis_styles import Rule, Style

    texts = [text for text in SHORT if printable(text) == text]
    styles = styles_table(
        [(text, Style(text, text, (Rule(text, None, "none"),), label=text)) for text in texts]
    )
    for kind in ("styleQML", "styleSLD"):
        roots = [ET.fromstring(written) for written in styles[kind]]
        assert len({tuple(one.tag for one in root.iter()) for root in roots}) == 1


def test_incidents_written_as_csv_are_read_again_as_they_were() -> None:
    rows = pd.DataFrame(
        {
            "incident_id": [f"{text} {i}" for i, text in enumerate(payloads.FORMULAS)],
            "category": payloads.FORMULAS,
            "location_text": payloads.FORMULAS,
            "occurred": "2023-05-01T10:00",
            "easting": 523000,
            "northing": 179000,
        }
    )
    first = io.StringIO()
    rows.map(lambda v: guard(v) if isinstance(v, str) else v).to_csv(first, index=False)
    read = read_uploads([("a.csv", first.getvalue().encode())]).incidents
    written = io.StringIO()
    write_plain_csv(read, written)
    for row in csv.reader(io.StringIO(written.getvalue(), newline="")):
        assert all(guard(cell) == cell or cell.startswith("'") for cell in row)
    again = read_uploads([("a.csv", written.getvalue().encode())]).incidents
    pd.testing.assert_frame_equal(again.frame, read.frame)


@settings(max_examples=20, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.text(max_size=30), st.text(max_size=30))
def test_any_text_in_a_notebook_is_a_string_in_its_code(
    hotspots: HotspotResult, wards: Result, name: str, source: str
) -> None:
    _check_notebook(hotspots, wards, name, source)


def test_a_payload_in_a_notebook_is_a_string_in_its_code(
    hotspots: HotspotResult, wards: Result
) -> None:
    for text in payloads.ALL:
        _check_notebook(hotspots, wards, text, text)


def _check_notebook(hotspots: HotspotResult, wards: Result, name: str, source: str) -> None:
    cells, trees = _notebook(hotspots, wards, name, source)
    texts = [one.value for one in _walk(trees) if isinstance(one, ast.Constant)]
    assert texts.count(name) >= 2
    assert _shape(trees) == _shape(_notebook(hotspots, wards, "a.csv", "a.csv")[1])
    assert cells[0].source.splitlines().count("~~~") == cells[0].source.count("~~~") == 2
    assert cells[0].source.endswith("~~~")


def _notebook(
    hotspots: HotspotResult, wards: Result, name: str, source: str
) -> tuple[list[Any], list[ast.Module]]:
    """Read a notebook of one file, and of one setting with the same name."""
    whole = replace(hotspots, frame=hotspots.frame.iloc[:1])
    content = notebook_bytes(Origin("files", (name,), source), {name: whole}, wards)
    notebook = nbformat.reads(content.decode(), as_version=4)
    nbformat.validate(notebook)
    code = [cell.source for cell in notebook.cells if cell.cell_type == "code"]
    return notebook.cells, list(map(ast.parse, code))


def _walk(trees: list[ast.Module]) -> list[ast.AST]:
    return [node for tree in trees for node in ast.walk(tree)]


def _shape(trees: list[ast.Module]) -> list[str]:
    """Give what the code does, whatever its texts say."""
    return [type(node).__name__ for node in _walk(trees)]


# ---- packs ---------------------------------------------------------------------------------------


def test_a_presentation_shows_every_note() -> None:
    deck = Presentation(io.BytesIO(pack_bytes(brief(model()), ".pptx", NOTES)))
    shown = [
        shape.text_frame.text for s in deck.slides for shape in s.shapes if shape.has_text_frame
    ]
    said = letters("".join(shown).replace("_x000D_", ""))
    for text in SHORT:
        assert letters(printable(text)) in said, repr(text)
    links = [rel.reltype for slide in deck.slides for rel in slide.part.rels.values()]
    assert not any("hyperlink" in kind for kind in links)


class Reader(HTMLParser):
    """Read a page the way a browser does."""

    def __init__(self, page: str) -> None:
        super().__init__(convert_charrefs=True)
        self.elements: set[tuple[str, tuple[str, ...]]] = set()
        self.text = ""
        self.feed(page)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.add((tag, tuple(sorted(name for name, _ in attrs))))

    def handle_data(self, data: str) -> None:
        self.text += data


@pytest.mark.parametrize("kind", ["pdf", "html"])
def test_pages_have_no_element_and_no_attribute_of_the_data(kind: str) -> None:
    def page(options: PackOptions) -> Reader:
        if kind == "pdf":
            return Reader(pdf.document_html(brief(model()), options))
        return Reader(pack_bytes(brief(model()), ".html", options).decode())

    noted = page(NOTES)
    assert (
        noted.elements == page(PackOptions(notes=(Note("Agreed.\nThen.", "Chair"),) * 2)).elements
    )
    said = letters(noted.text)
    for text in SHORT:
        assert letters(text) in said, repr(text)


@pytest.mark.skipif(bool(pdf.why_not()), reason=pdf.why_not())
def test_a_pdf_links_to_nothing_and_runs_nothing() -> None:
    content = pdf.pdf_bytes(brief(model()), NOTES)
    streams = re.findall(rb"stream\r?\n(.*?)\r?\nendstream", content, re.DOTALL)
    shown = "\n".join(part.decode("latin-1") for part in (content, *map(_unpacked, streams)))
    assert "/StructTreeRoot" in shown
    assert not re.findall(r"/(?:URI|Launch|JavaScript|JS|OpenAction|SubmitForm|GoToR)\b", shown)


def _unpacked(stream: bytes) -> bytes:
    try:
        return zlib.decompress(stream)
    except zlib.error:
        return b""


@pytest.mark.parametrize("ending", [".xlsx", ".zip", ".csv"])
def test_tables_of_a_pack_hold_no_formula(ending: str) -> None:
    content = pack_bytes(brief(model()), ending, NOTES)
    if ending == ".xlsx":
        book = openpyxl.load_workbook(io.BytesIO(content))
        cells = [cell for sheet in book for row in sheet.iter_rows() for cell in row if cell.value]
        assert "f" not in {cell.data_type for cell in cells}
        texts = [cell.value for cell in cells if isinstance(cell.value, str)]
        said = {letters(text) for text in texts}
        assert {letters(printable(text)) for text in SHORT} - {""} <= said
    elif ending == ".zip":
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            names = archive.namelist()
            assert all(re.fullmatch(r"[\w-]+\.(csv|json)", name) for name in names)
            (name,) = (name for name in names if name.startswith("about"))
            about = archive.read(name).decode()
        texts = [cell for row in csv.reader(io.StringIO(about, newline="")) for cell in row]
        assert {guard(text) for text in SHORT} <= set(texts)
    else:
        rows = csv.reader(io.StringIO(content.decode(), newline=""))
        texts = [cell for row in rows for cell in row if not re.fullmatch(r"-?[\d.]+", cell)]
    assert texts
    assert all(guard(text) == text or text.startswith("'") for text in texts)
