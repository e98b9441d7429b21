"""One name, one number: on every page, in every map and in every pack, for one selection."""

import io
import json
import re
import zipfile
from collections import defaultdict
from html import unescape
from typing import Any

import openpyxl
import pandas as pd
import pytest
from pptx import Presentation
from streamlit.testing.v1 import AppTest

from dashboard.brief.make import make_brief
from dashboard.brief.model import Brief, BriefSettings
from dashboard.packs.formats import pack_bytes
from geo.change.exposure import DateSpan
from geo.demonstration import load
from geo.reporting_periods import compared_with, span_of_months
from geo.schema import Incidents
from geo.selection import Selection
from tests.dashboard.app_pages import go_to

PAGES = ("", "wards", "hotspots", "when", "trends", "methods")
MARK = re.compile(r"data-figure='([^']+)'[^>]*>([^<]*)<")
Seen = dict[str, dict[str, list[str]]]

SELECTIONS = {
    "the last year": ({}, ("2017-04", "2018-03"), None),
    "three months, one strand": (
        {"period": "Choose months", "from": "Jan 2017", "to": "Mar 2017", "strand": "Race"},
        ("2017-01", "2017-03"),
        ("race",),
    ),
}


@pytest.fixture(scope="module")
def incidents() -> Incidents:
    return load()


def brief_of(
    incidents: Incidents, months: tuple[str, str], strands: tuple[str, ...] | None
) -> Brief:
    span = span_of_months(*months)
    compared = compared_with(incidents, span, "period before")
    settings = BriefSettings(
        Selection(span.first, span.last, strands=strands),
        compared.span,
        compared.why_not,
        vintage="2002",
    )
    return make_brief(incidents, settings, source="Demonstration data, synthetic")


def of_page(app: AppTest) -> list[tuple[str, str]]:
    bodies = [str(element.proto.body) for element in app.main.get("html")]
    marked = [pair for body in bodies for pair in MARK.findall(body)]
    return [(name, unescape(text)) for name, text in marked] + of_maps(app)


def of_maps(app: AppTest) -> list[tuple[str, str]]:
    """Give what the maps of the page show of the chosen period as a whole."""
    found = []
    for element in app.main.get("bidi_component"):
        try:
            model = json.loads(element.proto.bytes)
            whole = model["views"]["whole"]
        except (ValueError, KeyError, TypeError):
            continue
        if model["measure"]["unit"] == "incidents":
            for ward, value in zip(model["base"]["wards"], whole["values"][0], strict=False):
                found.append((f"ward.{ward['code']}.count", f"{value:,.0f}"))
        for spot in whole["hotspots"][0]:
            count = re.match(r"([\d,]+) incidents?\b", spot["facts"])
            assert count, spot["facts"]
            found.append((f"hotspot.{spot['rank']}.incidents", count[1]))
    return found


def of_workbook(content: bytes) -> list[tuple[str, str]]:
    sheet = openpyxl.load_workbook(io.BytesIO(content))["figures"]
    rows = list(sheet.iter_rows(values_only=True))
    start = next(i for i, row in enumerate(rows) if row[0] == "figure")
    head = [str(cell) for cell in rows[start]]
    return [of_row(dict(zip(head, row, strict=True))) for row in rows[start + 1 :] if row[0]]


def of_row(row: dict[str, Any]) -> tuple[str, str]:
    return str(row["figure"]), str(row["text"]).removeprefix("'")


def of_csv(content: bytes) -> list[tuple[str, str]]:
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        (name,) = (name for name in archive.namelist() if name.startswith("figures-"))
        text = archive.read(name).decode("utf-8-sig")
    frame = pd.read_csv(io.StringIO(text), dtype=str, keep_default_na=False)
    return [of_row(row) for row in frame.to_dict("records")]


def of_slides(content: bytes) -> str:
    deck = Presentation(io.BytesIO(content))
    texts = []
    for slide in deck.slides:
        for shape in slide.shapes:
            if shape.has_text_frame:
                texts.append(shape.text_frame.text)
            if shape.has_table:
                texts += [cell.text for row in shape.table.rows for cell in row.cells]
    return "\n".join(texts)


@pytest.mark.parametrize("key", SELECTIONS)
def test_every_figure_of_one_name_is_one_number(app_test, incidents, key):
    query, months, strands = SELECTIONS[key]
    seen: Seen = defaultdict(lambda: defaultdict(list))

    def note(where: str, pairs: list[tuple[str, str]]) -> None:
        assert pairs, f"{where} shows no figure"
        for name, text in pairs:
            seen[name][text].append(where)

    app = app_test(**query)
    for page in PAGES:
        if page:
            go_to(app, page)
        if page != "methods":
            note(page or "briefing", of_page(app))
    brief = brief_of(incidents, months, strands)
    note("html", MARK.findall(unescape(pack_bytes(brief, ".html").decode())))
    note("workbook", of_workbook(pack_bytes(brief, ".xlsx")))
    note("csv", of_csv(pack_bytes(brief, ".zip")))
    slides = of_slides(pack_bytes(brief, ".pptx"))
    for figure in brief.figures:
        assert figure.text in slides, figure

    different = {
        name: {text: sorted(set(where)) for text, where in texts.items()}
        for name, texts in seen.items()
        if len(texts) > 1
    }
    assert not different, json.dumps(different, indent=1)
    shared = [n for n, texts in seen.items() if len({w for ws in texts.values() for w in ws}) > 2]
    assert len(shared) > 40, "hardly any figure stands in several places, so nothing was compared"


@pytest.mark.parametrize("key", SELECTIONS)
def test_they_are_the_numbers_of_a_count_by_hand(incidents, key):
    _, months, strands = SELECTIONS[key]
    brief = brief_of(incidents, months, strands)
    frame = incidents.frame
    if strands:
        frame = frame[frame["strand_race"]]
    month = frame["occurred"].dt.strftime("%Y-%m")
    selected = frame[(month >= months[0]) & (month <= months[1])]
    figures = {figure.name: figure for figure in (*brief.figures, *brief.located)}
    assert figures["incidents"].value == len(selected)
    assert figures["crimes"].value == int(selected["is_crime"].fillna(value=False).sum())
    parts = [figures[name].value for name in ("located", "outside", "not_located")]
    assert sum(parts) == len(selected)
    before: DateSpan | None = brief.settings.before
    assert before is not None
    day = frame["occurred"].dt.date
    earlier = (day >= before.first) & (day <= before.last)
    wards = {row[0]: row for row in brief.wards.rows}
    total = wards["All incidents"]
    assert [cell.value for cell in total[1:3]] == [len(selected), int(earlier.sum())]
