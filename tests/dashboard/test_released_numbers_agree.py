"""One name, one number, or the same words: on every page for partners, in every pack."""

import json
import re
from collections import defaultdict
from html import unescape

import pytest
from streamlit.testing.v1 import AppTest

from dashboard.ledgers import released
from dashboard.packs import pdf
from dashboard.packs.formats import pack_bytes
from dashboard.packs.sections import PackOptions
from dashboard.partner.brief.make import make_partner_brief
from dashboard.partner.view import ReleaseView
from dashboard.presenter.slides import slides_of
from dashboard.settings import StartOptions
from geo.demonstration import load
from geo.disclosure.menu import earlier
from tests.dashboard.app_pages import at_level, checked, go_to
from tests.dashboard.conftest import APP, TIMEOUT_S
from tests.dashboard.test_numbers_agree import MARK, of_csv, of_slides, of_workbook

PAGES = ("briefing", "wards", "hotspots", "when", "trends")


def of_maps(app: AppTest) -> list[tuple[str, str]]:
    """Give what the maps of the page show of the chosen period: numbers, or words for them."""
    found = []
    for element in app.main.get("bidi_component"):
        try:
            model = json.loads(element.proto.bytes)  # type: ignore[attr-defined]
            whole = model["views"]["whole"]
        except (ValueError, KeyError, TypeError):
            continue
        if whole["figure"] == "count":
            rows = zip(
                model["base"]["wards"], whole["values"][0], whole["withheld"][0], strict=False
            )
            for ward, value, words in rows:
                text = words if value is None else f"{value:,.0f}"
                found.append((f"ward.{ward['code']}.count", text))
        for spot in whole["hotspots"][0]:
            band = re.match(r"([\d,]+ to [\d,]+) incidents\b", spot["facts"])
            assert band, spot["facts"]
            found.append((f"hotspot.{spot['rank']}.incidents", band[1]))
    return found


def of_page(app: AppTest) -> list[tuple[str, str]]:
    bodies = [str(element.proto.body) for element in app.main.get("html")]  # type: ignore[attr-defined]
    marked = [pair for body in bodies for pair in MARK.findall(body)]
    return [(name, unescape(text)) for name, text in marked] + of_maps(app)


@pytest.mark.parametrize("level", ["partner", "public"])
def test_every_figure_of_one_name_is_one_number_or_the_same_words(level):
    release = released(load(), None)
    release = release.for_public() if level == "public" else release
    seen: dict[str, dict[str, set[str]]] = defaultdict(lambda: defaultdict(set))

    def note(where: str, pairs: list[tuple[str, str]]) -> None:
        assert pairs, f"{where} shows no figure"
        for name, text in pairs:
            seen[name][text].add(where)

    app = at_level(AppTest.from_file(str(APP), default_timeout=TIMEOUT_S), level)
    for page in PAGES:
        checked(go_to(app, page))
        if page != "hotspots" or level == "partner":
            note(page, of_page(app))
    period = release.period("2017/18")
    before = earlier(release.menu, period, a_year=False)
    view = ReleaseView(release, "Test", period, before, "", "all", StartOptions())
    brief = make_partner_brief(view)
    note("html", MARK.findall(unescape(pack_bytes(brief, ".html").decode())))
    note("pdf", MARK.findall(unescape(pdf.document_html(brief, PackOptions()))))
    note("presenter", MARK.findall("".join(s["html"] for s in slides_of(brief, PackOptions()))))
    note("workbook", of_workbook(pack_bytes(brief, ".xlsx")))
    note("csv", of_csv(pack_bytes(brief, ".zip")))
    slides = of_slides(pack_bytes(brief, ".pptx"))
    for figure in brief.figures:
        assert figure.text in slides, figure
    different = {
        name: {text: sorted(where) for text, where in texts.items()}
        for name, texts in seen.items()
        if len(texts) > 1
    }
    assert not different, json.dumps(different, indent=1)
    shared = [n for n, texts in seen.items() if len({w for ws in texts.values() for w in ws}) > 2]
    assert len(shared) > 40, "hardly any figure stands in several places, so nothing was compared"
    withheld = [name for name, texts in seen.items() if set(texts) <= {"not shown", "fewer than 5"}]
    assert len(withheld) > 5, "no figure is withheld, so words were not compared"
