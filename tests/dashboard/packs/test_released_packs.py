"""Packs for partners and the public: no part of any file holds a number that is not released."""

import csv
import io
import json
import re
import zipfile
from collections.abc import Callable, Iterable, Iterator
from functools import lru_cache
from html.parser import HTMLParser
from itertools import product
from xml.etree import ElementTree as ET

import numpy as np
import openpyxl
import pytest
from pptx import Presentation

from dashboard.brief.model import ReleasedBrief
from dashboard.figures import Figure
from dashboard.ledgers import released
from dashboard.packs import pdf
from dashboard.packs.formats import PACK_FORMATS, pack_bytes, pack_name
from dashboard.packs.record import about_pack, record_of, record_text, versions
from dashboard.packs.sections import Note, PackOptions
from dashboard.packs.tables import figure_rows
from dashboard.partner.brief.make import briefed, make_partner_brief
from dashboard.partner.view import ReleaseView
from dashboard.presenter.slides import slides_of
from dashboard.settings import StartOptions
from geo.demonstration import load
from geo.disclosure.cells import BOROUGH
from geo.disclosure.compared import compared, compared_groups
from geo.disclosure.levels import IN_WORDS
from geo.disclosure.menu import earlier
from geo.disclosure.release import Release
from geo.schema import OCCURRED, STRAND_COLUMNS, Incidents
from geo.wards.join import locate
from tests import pango

NUMBER = re.compile(r"\d[\d,]*(?:\.\d+)?")
NOTE = Note("Look at the station again.", "Decision")
OPTIONS = PackOptions(notes=(NOTE,))
LEVELS = ("partner", "public")
ASKED = (("partner", "all"), ("partner", "strand: race"), ("public", "all"))


@pytest.fixture(scope="module")
def incidents() -> Incidents:
    return load()


@pytest.fixture(scope="module")
def releases(incidents: Incidents) -> dict[str, Release]:
    release = released(incidents, None)
    return {"partner": release, "public": release.for_public()}


@pytest.fixture(scope="module")
def briefs(releases: dict[str, Release]) -> dict[tuple[str, str], ReleasedBrief]:
    made = {}
    for level, group in ASKED:
        release = releases[level]
        period = release.period("2017/18")
        before = earlier(release.menu, period, a_year=False)
        view = ReleaseView(release, "Test", period, before, "", group, StartOptions())
        made[level, group] = make_partner_brief(*briefed(view))
    return made


# A pack takes a second to make, and several tests read it.
@lru_cache(maxsize=32)
def pack(made: ReleasedBrief, ending: str) -> bytes:
    return pack_bytes(made, ending, OPTIONS)


@lru_cache(maxsize=8)
def page_of_pdf(made: ReleasedBrief) -> str:
    return pdf.document_html(made, OPTIONS)


@lru_cache(maxsize=8)
def slides(made: ReleasedBrief) -> list[str]:
    return [slide["html"] for slide in slides_of(made, OPTIONS)]


# ---- all that a file says ------------------------------------------------------------------------


class Words(HTMLParser):
    """Gives what a page says: text, and the words of pictures; scripts but for their data."""

    def __init__(self) -> None:
        super().__init__()
        self.said: list[str] = []
        self._inside = ""
        self._is_json = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = dict(attrs)
        self._inside, self._is_json = tag, found.get("type") == "application/json"
        names = ("alt", "title", "aria-label", "content")
        is_policy = "http-equiv" in found or found.get("name") == "viewport"
        self.said += [found[name] or "" for name in names if name in found and not is_policy]

    def handle_data(self, data: str) -> None:
        if self._is_json:
            self.said += of_json(json.loads(data))
            self._is_json = False
        elif self._inside not in ("script", "style"):
            self.said.append(data)


def of_json(value: object) -> Iterator[str]:
    """Give texts and numbers of JSON, but for shapes, images and where they lie."""
    if isinstance(value, dict):
        drawn = (
            "base",
            "rings",
            "bounds",
            "frames",
            "colour",
            "id",
            "layers",
            "ranks",
            "upto",
            "from",
            "vintage",
        )
        for name, one in value.items():
            is_text = name == "frames" and all(isinstance(v, str) and len(v) < 99 for v in one)
            if name not in drawn or is_text:
                yield from of_json(one)
    elif isinstance(value, list):
        for one in value:
            yield from of_json(one)
    elif value is not None and not isinstance(value, bool):
        yield f"{value:.10g}" if isinstance(value, float) else str(value)


def of_page(text: str) -> list[str]:
    reader = Words()
    reader.feed(text)
    return reader.said


def of_slides(content: bytes) -> Iterator[str]:
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        names = archive.namelist()
        assert not [n for n in names if re.search(r"embed|chart|customXml|\.xlsx", n)]
        for name in names:
            if re.match(r"ppt/(slides|notesSlides)/[^/]+xml$|docProps/core", name):
                for element in ET.fromstring(archive.read(name)).iter():
                    yield element.text or ""
                    if element.tag.endswith("cNvPr"):
                        yield element.get("descr", "")
                        yield re.sub(r" \d+$", "", element.get("name", ""))
            if name.endswith(".png"):
                yield from of_picture(archive.read(name))


def of_picture(content: bytes) -> list[str]:
    """Give the texts inside a PNG."""
    found = re.findall(rb"(?:tEXt|iTXt)([^\0]+)\0+([^\0]*?)....(?=IHDR|IDAT|.{4}|$)", content)
    return [value.decode("utf-8", "replace") for _, value in found]


def of_workbook(content: bytes) -> Iterator[str]:
    book = openpyxl.load_workbook(io.BytesIO(content))
    for sheet in book:
        assert sheet.sheet_state == "visible"
        assert not sheet._charts
        for row in sheet.iter_rows():
            for cell in row:
                assert cell.data_type != "f"
                assert cell.comment is None
                yield "" if cell.value is None else str(cell.value)
    assert not list(book.defined_names)


def of_zip(content: bytes) -> Iterator[str]:
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        for name in archive.namelist():
            file = archive.read(name)
            yield from of_csv(file) if name.endswith(".csv") else [file.decode()]


def of_csv(content: bytes) -> Iterator[str]:
    for row in csv.reader(io.StringIO(content.decode(), newline="")):
        yield from row


READERS: dict[str, Callable[[bytes], Iterable[str]]] = {
    ".html": lambda content: of_page(content.decode()),
    ".pptx": of_slides,
    ".xlsx": of_workbook,
    ".zip": of_zip,
    ".csv": of_csv,
}


def said_in(made: ReleasedBrief, ending: str) -> str:
    """Give all that is read in a pack, one text a line."""
    if ending == "presenter":
        return "\n".join(" ".join(of_page(html)) for html in slides(made))
    if ending == ".pdf":  # what is set on its pages, and what is attached to it
        return "\n".join([*of_page(page_of_pdf(made)), record_text(made)])
    return "\n".join(READERS[ending](pack(made, ending)))


# ---- the numbers that may be there ---------------------------------------------------------------


def amounts(release: Release) -> set[str]:
    """Give all that is shown of a release, and what anybody can work out of two shown counts."""
    found: set[float] = {s.value for s in release.counts.values() if s.value is not None}
    now, before = release.period("2017/18"), release.period("2016/17")
    groups = {group for _, group in ASKED}
    rows = [row for group in groups for row in compared(release, now, before, group)]
    rows += [r for group in groups for r in compared(release, now, before, group, [BOROUGH])]
    rows += compared_groups(release, now, before, release.groups["strand"])
    for row in rows:
        found |= {abs(x) for x in (row.difference, row.change, row.low, row.high) if x is not None}
        if row.area == BOROUGH and row.count.value is not None:  # located, where it can be told
            parts = [release.count(now, row.group, a).value for a in ("outside", "not_located")]
            found |= {row.count.value - sum(p for p in parts if p)} if None not in parts else set()
    for areas in release.hotspots.values():
        for one in areas.hotspots:
            found |= {one.incidents.low, one.incidents.high, round(one.shape.area / 10_000)}
    for one in release.repeats:
        bands = (one.repeat_victims, one.victims)
        found |= {end for band in bands if band for end in (band.low, band.high)}
        found |= {one.share or 0}
    hours = [s.value for (_, _, g), s in release.counts.items() if g.startswith("when") and s.value]
    all_hours = {round(100 * a / b) for a, b in product(hours, hours) if a <= b}
    counts = {release.gap, *found, *(all_hours if release.hotspots else ())}
    return {f"{x:.{d}f}" for x in counts for d in (0, 1, 4)} | {f"{x:g}" for x in counts}


def plain_numbers(text: str) -> Iterator[str]:
    for token in NUMBER.findall(text):
        number = token.replace(",", "").rstrip(".")
        yield re.sub(r"(\.\d*?)0+$", r"\1", number).rstrip(".") if "." in number else number


def without_what_is_no_count(text: str, made: ReleasedBrief, release: Release) -> str:
    """Leave out dates, codes, versions, names of places and settings of methods."""
    known = [release.fingerprint, release.fingerprint[:16], *versions().values(), made.attribution]
    known += [json.dumps(made.attribution, ensure_ascii=False)[1:-1], *release.wards, *made.method]
    known += [p.words for p in release.menu] + [p.key for p in release.menu]
    known += [f"{spot.rank}. {spot.name}" for spot in made.hotspots]
    known += [f"{spot.rank} {spot.name}" for spot in made.hotspots]
    known += [area.name for areas in release.hotspots.values() for area in areas.hotspots]
    surface = made.map.views["whole"].surface
    if surface is not None:
        known += [surface.scale.note, *(one.label for one in surface.scale.classes)]
    known += [made.map.views["whole"].method, f"hotspots ({len(made.hotspots)})"]
    known += [f"{spot.at[0]:.5f}, {spot.at[1]:.5f}" for spot in made.hotspots]
    known += [IN_WORDS[made.level], "fewer than 5", "Fewer than 5", "Gi*", "SHA-256, first 16"]
    for words in sorted(set(known), key=len, reverse=True):
        text = text.replace(words, " ")
    return re.sub(
        r"\{[0-9A-F-]{36}\}|hotspot\.\d+\.|\d\d:\d\d|EPSG:\d+|[Rr]ounded to 5|OGL v3"
        r"|1980-01-01T00:00:00Z|[a-z_]+_version\W+\d+|version 1\b|smallest_shown\W+5|5, and 0"
        r"|Counts below 20"
        r"|-?\d+\.\d{5,}|vintage\W+2002|Ward polygons\W+2002|areas? stands? out",
        " ",
        text,
    )


ORDINARY = {"0", "1", "2", "3"}
"""A release says 0, and sentences count a few wards, areas and hotspots."""


@pytest.mark.parametrize("ending", [*PACK_FORMATS, "presenter"])
def test_every_number_in_a_pack_is_one_that_the_release_shows(briefs, releases, ending):
    if ending == ".pdf":
        pango.needed()
    for (level, group), made in briefs.items():
        release = releases[level]
        text = said_in(made, ending)
        assert "555" in text or "451" in text or "450" in text, "nothing was read"
        record = record_of(made)["release"]
        n_wards = range(len(release.wards) + 1)
        allowed = amounts(release) | {str(record[k]) for k in record if k.startswith("counts_")}
        allowed |= {f"{100 * record['gap']:.0f}", str(record["gap"]), *map(str, n_wards)} | ORDINARY
        shown = without_what_is_no_count(text, made, release)
        strange = {n for n in plain_numbers(shown) if n not in allowed}
        at = {
            n: re.findall(rf".{{0,40}}(?<![\d.,]){re.escape(n)}.{{0,20}}", shown)[:2]
            for n in strange
        }
        assert not strange, (level, group, at)


def rows_in(made: ReleasedBrief, ending: str) -> list[list[str]]:
    """Give the rows of all tables of a pack, the name of the row first."""
    if ending in (".html", "presenter"):
        pages = [pack(made, ending).decode()] if ending == ".html" else []
        pages += slides(made)
        found = [
            row for page in pages for row in re.findall(r"<tr>(<th scope='row'>.*?)</tr>", page)
        ]
        return [re.sub(r"<[^>]+>", "|", row).strip("|").split("|") for row in found]
    content = pack(made, ending)
    if ending == ".pptx":
        shapes = [s for slide in Presentation(io.BytesIO(content)).slides for s in slide.shapes]
        return [[c.text for c in r.cells] for s in shapes if s.has_table for r in s.table.rows]
    if ending == ".xlsx":
        book = openpyxl.load_workbook(io.BytesIO(content))
        return [[str(c) for c in row] for sheet in book for row in sheet.values]
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        tables = [archive.read(n).decode() for n in archive.namelist() if n.endswith(".csv")]
    return [row for table in tables for row in csv.reader(io.StringIO(table, newline=""))]


@pytest.mark.parametrize("ending", [".html", ".xlsx", ".zip", ".pptx", "presenter"])
def test_no_true_count_of_a_withheld_ward_stands_with_its_name(briefs, releases, incidents, ending):
    location = locate(incidents, "2002").positions
    months = incidents.frame[OCCURRED].dt.strftime("%Y-%m")
    race = incidents.frame[STRAND_COLUMNS["race"]].to_numpy(bool)
    release, n_seen = releases["partner"], 0
    before = release.period("2016/17")
    for level, group in ASKED[:2]:
        made = briefs[level, group]
        member = months.between("2017-04", "2018-03").to_numpy() & (race | (group == "all"))
        rows = rows_in(made, ending)
        for n, (code, name) in enumerate(release.wards.items()):
            if not release.count(release.period("2017/18"), group, code).is_withheld:
                continue
            true = str(int((member & (location == n)).sum()))
            known = release.count(before, group, code).text
            own = [row for row in rows if name in row and len(row) > 2]
            own = [row for row in own if not any("before" in cell for cell in row)]
            assert own, name
            for row in own:
                assert {"fewer than 5", "not shown"} & set(row), row
                assert true not in row or true == known, row
                n_seen += 1
    assert n_seen >= 9


def test_the_map_has_no_number_for_a_withheld_ward(briefs, releases):
    release = releases["partner"]
    for (_, group), made in briefs.items():
        view = made.map.views["whole"]
        for n, code in enumerate(release.areas):
            count = release.count(release.period("2017/18"), group, code)
            assert np.isnan(view.values[0, n]) == count.is_withheld
            assert view.words_at(0, n) == (count.text if count.is_withheld else "")


# ---- the level -----------------------------------------------------------------------------------


def test_the_level_stands_on_every_page_slide_and_sheet_and_in_every_name(briefs):
    for level in LEVELS:
        made = briefs[level, "all"]
        words = IN_WORDS[made.level]
        for ending in PACK_FORMATS:
            assert pack_name(made, ending) == f"briefing-2017-18-demonstration-{level}{ending}"
        with zipfile.ZipFile(io.BytesIO(pack(made, ".pptx"))) as deck:
            slides = [n for n in deck.namelist() if re.match(r"ppt/slides/slide\d+", n)]
            assert all(words in deck.read(name).decode() for name in slides)
            notes = [
                n for n in deck.namelist() if "notesSlides/notesSlide" in n and "rels" not in n
            ]
            assert notes
            assert all(words in deck.read(name).decode() for name in notes)
        book = openpyxl.load_workbook(io.BytesIO(pack(made, ".xlsx")))
        for sheet in book:
            assert sheet.oddHeader.left.text == words
            cells = {str(cell) for row in sheet.iter_rows(values_only=True) for cell in row}
            assert any(words in cell for cell in cells) or level in cells, sheet.title
        with zipfile.ZipFile(io.BytesIO(pack(made, ".zip"))) as files:
            tables = [n for n in files.namelist() if n.endswith(".csv")]
            assert all(name.endswith(f"-{level}.csv") for name in tables)
        assert made.level in pack(made, ".csv").decode().splitlines()[1].split(",")
        assert pack(made, ".html").decode().count(words) >= 4
        assert f'<div class="running-source"><strong>{words}.' in page_of_pdf(made)
        assert about_pack(made, "OFFICIAL", 0)["level"] == level


def test_withheld_cells_are_words_in_the_workbook(briefs, releases):
    book = openpyxl.load_workbook(io.BytesIO(pack(briefs["partner", "strand: race"], ".xlsx")))
    rows = {row[0]: row[1:] for row in book["wards"].iter_rows(values_only=True)}
    figures = {row[0]: row for row in book["figures"].iter_rows(values_only=True)}
    release, n_withheld = releases["partner"], 0
    for code, name in release.wards.items():
        count = release.count(release.period("2017/18"), "strand: race", code)
        if count.is_withheld:
            n_withheld += 1
            assert (rows[name][0], *rows[name][2:]) == (count.text, *["not shown"] * 3)
            assert figures[f"ward.{code}.count"][4:6] == (None, count.text)
    assert n_withheld


def test_the_public_gets_no_page_of_hotspots(briefs):
    for level, has_hotspots in (("partner", True), ("public", False)):
        made = briefs[level, "all"]
        page = page_of_pdf(made)
        assert ("id='pack-hotspots'" in page) is has_hotspots
        assert ("Hotspots, by rank" in page) is has_hotspots
        named = {str(row[0]) for row in figure_rows(made)}
        assert any(name.startswith("hotspot.1") for name in named) is has_hotspots
        cells = (c for table in (made.strands, made.wards) for row in table.rows for c in row)
        assert all(
            c.value is None or isinstance(c.value, int | float)
            for c in cells
            if isinstance(c, Figure)
        )
