"""What the dashboard shows to partners and the public gives away no more than the release does.

That a release as a whole gives no small count away is proved where releases are made. Here every
page is shown twice: with the data that the release is of, and with quite other data in its place.
If a page, a map, a tooltip, a picture or a file differed by a byte, it would know something of the
data that the release does not say. The figures themselves are held against the release.
"""

import re
from collections.abc import Iterator
from dataclasses import replace
from functools import cache
from typing import Any

import numpy as np
import pandas as pd
import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from dashboard import cache as shared
from dashboard import downloads
from dashboard.packs import offer
from dashboard.packs.formats import PACK_FORMATS
from dashboard.partner import patrol_page, sidebar, wards_page
from geo import demonstration
from geo.disclosure.audit import TOO_NARROW, attack
from geo.disclosure.cells import BOROUGH
from geo.disclosure.ledger import MemoryLedger, release_of
from geo.disclosure.levels import PARTNER, PUBLIC
from geo.disclosure.menu import YEARS, earlier
from geo.disclosure.release import Release, ReleaseParams, Shown
from geo.patrol.making import Wanted
from geo.patrol.params import PatrolParams
from geo.patrol.plan import Plan
from geo.patrol.planning import plan_patrol
from geo.readers import read
from geo.schema import EASTING, NORTHING, OCCURRED, Incidents
from geo.selection import Selection
from tests.dashboard import app_pages as on
from tests.factories import incidents_of

READ = read(["demo"])
PAGES = ("briefing", "wards", "hotspots", "when", "trends", "methods")
PLACES = [(523388.0, 179668.0), (524388.0, 178668.0), (525100.0, 177100.0), (np.nan, np.nan)]
FIGURE = re.compile(r"data-figure='([^']*)'>([^<]*)<")
AREAS = {"incidents": BOROUGH, "located": "", "outside": "outside", "not_located": "not_located"}


# ---- data: what is released, and what stands in its place ----------------------------------------


def sparse() -> Incidents:
    """Make few incidents, so that most counts are small."""
    rng = np.random.default_rng(7)
    rows = [
        {
            "at": f"{2016 + month // 12}-{month % 12 + 1:02d}-{rng.integers(1, 28):02d}",
            "precision": "day",
            "place": PLACES[rng.integers(0, 4)],
            "strands": [["race"], []][rng.integers(0, 2)],
            "is_crime": bool(rng.integers(0, 2)),
            "id": str(number),
        }
        for number, month in enumerate(rng.integers(3, 15, 60))
    ]
    return incidents_of(rows)


def other_data(incidents: Incidents) -> Incidents:
    """Take a third of the incidents, at other places and times: nearly every count is another."""
    frame = incidents.frame.iloc[::3].reset_index(drop=True)
    moved = {
        EASTING: frame[EASTING].to_numpy()[::-1] + 100.0,
        NORTHING: frame[NORTHING].to_numpy()[::-1],
        OCCURRED: frame[OCCURRED] - pd.Timedelta(days=40),
    }
    # Where a place is not known the quality of the place would have to move, too.
    located = frame[EASTING].notna() & frame[EASTING].notna().to_numpy()[::-1]
    kept = frame.assign(**moved)[located].reset_index(drop=True)
    return Incidents(kept, is_demonstration=incidents.is_demonstration)


@cache
def held(name: str) -> tuple[Incidents, Release]:
    """Give incidents and their release."""
    incidents = demonstration.load() if name == "demonstration" else sparse()
    return incidents, release_of(incidents, ReleaseParams(vintage="2002"), MemoryLedger())


DATA = ("demonstration", "sparse")
CASES = [
    *(("demonstration", page, PARTNER) for page in PAGES),
    *(("demonstration", page, PUBLIC) for page in ("briefing", "wards", "trends")),
    *(("sparse", page, PARTNER) for page in ("briefing", "wards", "when")),
]


# ---- everything that a page gives ----------------------------------------------------------------


class Shows:
    """The dashboard with some data on show, of which only a release may be seen."""

    def __init__(
        self, monkeypatch: pytest.MonkeyPatch, incidents: Incidents, release: Release
    ) -> None:
        read = replace(READ, incidents=incidents)
        monkeypatch.setattr(shared, "read_once", lambda _: read)
        monkeypatch.setattr(
            sidebar,
            "release_on_show",
            lambda _, level: release.for_public() if level == PUBLIC else release,
        )
        for module in (downloads, offer):
            monkeypatch.setattr(module, "file_button", self._button)
        self._files: list[tuple[str, Any]] = []

    def page(self, name: str, level: str = PARTNER, **link: str) -> AppTest:
        self._files.clear()
        return on.opened(name, level=level, **link)

    def _button(self, label: str, make: Any, *, file_name: str, **_: object) -> None:
        st.caption(f"{label}: {file_name}")
        self._files.append((file_name, make))

    def made(self, *left_out: str) -> dict[str, bytes | str]:
        """Make the files, but for those with some endings."""
        return {name: make() for name, make in self._files if not name.endswith(left_out)}


def everything(app: AppTest) -> list[tuple[str, bytes]]:
    """Give all elements of a page and of its sidebar as they go to the browser."""
    return [
        (element.type, element.proto.SerializeToString(deterministic=True))
        for part in (app.sidebar, app.main)
        for element in part
        if hasattr(element, "proto") and element.proto is not None
    ]


def differing(one: list[tuple[str, bytes]], other: list[tuple[str, bytes]]) -> list[str]:
    assert len(one) == len(other)
    return [kind for (kind, a), (_, b) in zip(one, other, strict=True) if a != b]


# ---- other data in its place ---------------------------------------------------------------------


@pytest.mark.parametrize(("data", "page", "level"), CASES)
def test_a_page_knows_the_release_and_nothing_else(monkeypatch, data, page, level):
    incidents, release = held(data)
    period = release.menu[1]
    given = []
    for on_show in (incidents, other_data(incidents)):
        with monkeypatch.context() as patch:
            shows = Shows(patch, on_show, release)
            app = shows.page(
                page, level, of=period.key, **{"pack-format": PACK_FORMATS[".xlsx"].label}
            )
            given.append((everything(app), shows.made()))
    (page_of_data, files_of_data), (page_of_other, files_of_other) = given
    assert differing(page_of_data, page_of_other) == []
    assert files_of_data.keys() == files_of_other.keys()
    assert [name for name in files_of_data if files_of_data[name] != files_of_other[name]] == []
    assert all(level in name or "published" in name for name in files_of_data)


def test_a_page_that_looked_at_the_data_would_be_found_out(monkeypatch):
    incidents, release = held("demonstration")
    honest = wards_page.show

    def show(view: Any) -> None:
        honest(view)
        st.caption(f"{len(shared.read_once(('demo',)).incidents):,} incidents")

    monkeypatch.setattr(wards_page, "show", show)
    given = []
    for data in (incidents, other_data(incidents)):
        with monkeypatch.context() as patch:
            given.append(everything(Shows(patch, data, release).page("wards")))
    assert differing(*given) == ["caption"]


def test_a_patrol_plan_knows_the_release_and_nothing_else(monkeypatch):
    """Sheets are made of the plan, which is one of the files, so they need not be painted."""
    incidents, release = held("demonstration")
    given = []
    for on_show in (incidents, other_data(incidents)):
        with monkeypatch.context() as patch:
            shows = Shows(patch, on_show, release)
            app = shows.page("patrol", **{"patrol-more": "Because"})
            because = everything(app)
            assert "Why here" in "".join(str(one.proto.body) for one in app.main.get("html"))
            app.session_state["patrol-more"] = "hand out"
            handed_out = everything(on.checked(app.run()))
            given.append((because, handed_out, shows.made(".pdf", ".zip")))
    (*pages, files), (*pages_of_other, files_of_other) = given
    assert [differing(*pair) for pair in zip(pages, pages_of_other, strict=True)] == [[], []]
    assert files == files_of_other
    assert any(name.endswith(".json") for name in files)


def test_a_plan_made_of_the_incidents_would_be_found_out(monkeypatch):
    incidents, release = held("demonstration")

    def made(_: Release, params: PatrolParams, wanted: Wanted, **__: object) -> Plan:
        of_incidents = shared.read_once(("demo",)).incidents
        plan = plan_patrol(of_incidents, Selection(), replace(params, area_m=300), wanted=wanted)
        return plan.without_figures(PARTNER)

    monkeypatch.setattr(patrol_page, "released_plan", made)
    given = []
    for data in (incidents, other_data(incidents)):
        with monkeypatch.context() as patch:
            given.append(everything(Shows(patch, data, release).page("patrol")))
    assert given[0] != given[1]


# ---- the figures ---------------------------------------------------------------------------------


def figures(app: AppTest) -> Iterator[tuple[str, str]]:
    for element in app.main.get("html"):
        yield from FIGURE.findall(str(element.proto.body))  # type: ignore[attr-defined]


def key_of(name: str) -> tuple[str, str, str] | None:
    """Give area, kind of group and what is said of it, of figures that are about one count."""
    stem, _, what = name.rpartition(".")
    if name in AREAS:
        return AREAS[name], "", "count"
    if stem in AREAS:
        return AREAS[stem], "", what
    if found := re.fullmatch(r"ward\.(\w+)\.(\w+)", name):
        return found[1], "", found[2]
    if found := re.fullmatch(r"strand\.([a-z ]+?)(?:\.(\w+))?", name):
        return BOROUGH, f"strand: {found[1]}", found[2] or "count"
    return None


def wrong(app: AppTest, release: Release, period_key: str, group: str) -> list[str]:
    """List figures that are not those of the release, or made of a count that it withholds."""
    period = release.period(period_key)
    before = earlier(release.menu, period, a_year=False)
    found = []
    for name, text in figures(app):
        key = key_of(name)
        area, of, what = key if key is not None else ("", "", "")
        if key is None or not area or not release.has(period, of or group, area):
            continue
        now = release.count(period, of or group, area)
        then = release.count(before, of or group, area) if before else None
        if what == "count" and text != now.text:
            found.append(f"{name}: {text}, released {now.text}")
        if what == "before" and then is not None and text != then.text:
            found.append(f"{name}: {text}, released {then.text}")
        of_both = {"difference", "change"}
        is_withheld = now.is_withheld or (what in of_both and then is not None and then.is_withheld)
        if what not in {"count", "before"} and is_withheld and re.search(r"\d", text):
            found.append(f"{name}: {text} is made of a count that is withheld")
    return found


def menu_of(release: Release) -> list[tuple[str, str]]:
    """Give every period with all incidents, and every group of the sidebar with a year."""
    years = [period.key for period in release.menu if period.kind in YEARS]
    quarters = [period.key for period in release.menu if period.kind == "quarter"]
    groups = [code for kind in ("kind", "strand") for code in release.groups.get(kind, ())]
    of_groups = [(years[at % len(years)], group) for at, group in enumerate(groups)]
    return [*((period, "all") for period in (*years, *quarters)), *of_groups]


@pytest.mark.parametrize("page", ["briefing", "wards"])
@pytest.mark.parametrize("data", DATA)
def test_every_figure_is_that_of_the_release(monkeypatch, data, page):
    incidents, release = held(data)
    shows = Shows(monkeypatch, incidents, release)
    app = shows.page(page)
    seen = 0
    for period, group in menu_of(release):
        app.session_state["of"], app.session_state["group"] = period, group
        on.checked(app.run())
        assert wrong(app, release, period, group) == []
        seen += len(list(figures(app)))
    assert seen > 20


def unprotected(incidents: Incidents, release: Release) -> Release:
    """Show again what was withheld only to protect small counts."""
    from geo.wards.join import locate

    location = locate(incidents, release.params.vintage)
    codes = list(release.wards)
    months = incidents.frame[OCCURRED].dt.to_period("M")
    counts = dict(release.counts)
    for (area, key, group), shown in release.counts.items():
        if shown.why != "others" or group != "all" or area not in codes:
            continue
        period = release.period(key)
        inside = (months >= period.first_month) & (months <= period.last_month)
        true = int((inside & (location.positions == codes.index(area))).sum())
        counts[area, key, group] = Shown(true, "", f"{true:,}")
    return replace(release, counts=counts)


@pytest.mark.parametrize("data", DATA)
def test_without_the_others_withheld_the_pages_and_the_attack_would_tell(monkeypatch, data):
    incidents, release = held(data)
    leaking = unprotected(incidents, release)
    undone = [key for key in release.counts if leaking.counts[key] != release.counts[key]]
    assert undone
    period = undone[0][1]
    app = Shows(monkeypatch, incidents, leaking).page("wards", of=period)
    assert wrong(app, release, period, "all")
    if not release.is_demonstration:
        assert not attack(release)[TOO_NARROW].any()
        assert attack(leaking)[TOO_NARROW].any()


# ---- links ---------------------------------------------------------------------------------------

EXACT_LINK = {
    "method": "dbscan", "eps-a": "120", "bandwidth-a": "150", "from": "2016-05", "to": "2016-05",
    "period": "Chosen months", "strands": "disability", "weekdays": "Friday", "hours": "22",
    "vintage": "2022", "level of figures": "exact", "points": "yes",
    "files with exact figures": "yes", "when-table": "yes", "compare": "two",
}  # fmt: skip


@pytest.mark.parametrize("page", PAGES[:5])
def test_a_link_out_of_exact_pages_shows_what_partners_see(monkeypatch, page):
    incidents, release = held("demonstration")
    given = []
    for link in ({}, EXACT_LINK):
        with monkeypatch.context() as patch:
            app = Shows(patch, incidents, release).page(page, PARTNER, **link)
            given.append([one for one in everything(app) if one[0] != "bidi_component"])
            assert app.session_state["level of figures"] == PARTNER
    assert given[0] == given[1]
