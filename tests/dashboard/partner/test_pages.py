"""Wards, When and Trends for partners: every figure is the release's, and what is not is words."""

import re
from collections.abc import Iterator
from functools import cache

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

import boundaries
from dashboard.methods.meanings import meaning_of
from geo import demonstration
from geo.disclosure.ledger import SHIPPED, FolderLedger
from geo.disclosure.levels import PARTNER
from geo.disclosure.menu import YEARS
from geo.disclosure.over_time import periods_by
from geo.disclosure.release import Release, ReleaseParams, make_release
from geo.periods import WEEKDAYS
from tests.dashboard import app_pages as on
from tests.dashboard.partner.shown_pages import (
    bodies,
    figures,
    opened,
    pictures,
    view_of,
    with_counts_withheld,
)
from tests.factories import make_incidents

HERE, THERE = (523500.0, 178500.0), (525300.0, 176500.0)
NOWHERE = (float("nan"), float("nan"))
EXTRA = {"outside": "outside", "not_located": "not_located", "incidents": "borough"}


@cache
def demo() -> Release:
    found = FolderLedger(SHIPPED).get(demonstration.load().fingerprint)
    assert found is not None
    return found


@cache
def sparse() -> Release:
    """Release a few incidents of some months, so that most counts are withheld."""
    rng = np.random.default_rng(7)
    n = 24
    days = np.datetime64("2022-09-03T00:00") + rng.integers(0, 200 * 24, n).astype("timedelta64[h]")
    points = [(HERE, THERE, NOWHERE)[i] for i in rng.choice(3, n, p=[0.6, 0.3, 0.1])]
    strands = [[("race",), ("disability", "race"), ()][i] for i in rng.choice(3, n)]
    incidents = make_incidents([str(day) for day in days], points, strands=strands)
    return make_release(incidents, ReleaseParams(vintage="2022"))


RELEASES = {"demonstration": demo, "sparse": sparse}


def keys(name: str, period: str) -> Iterator[tuple[str, str, str]]:
    """Say, slowly, which counts of a release a name can stand for: area, period, group."""
    parts = name.split(".")
    if parts[0] in ("fy", "quarter", "month", "period"):
        parts, period = parts[2:], parts[1]
    if parts[0] == "incidents" and len(parts) == 1:
        yield "borough", period, "all"
    if parts[-1] == "count" and parts[0] == "ward":
        yield parts[1], period, "all"
    if parts[0] in EXTRA and parts[1:] in ([], ["count"]):
        yield EXTRA[parts[0]], period, "all"
    if parts[0] == "ward" and len(parts) == 4:
        yield parts[1], period, f"{parts[2]}: {parts[3]}"
    if parts[0] == "strand":
        yield "borough", period, f"strand: {parts[1]}"
    when = {"weekday": 2, "block": 2, "known_hours": 2}
    if parts[0] == "when" and parts[1] in when:
        yield "borough", period, f"when: {parts[2]}"
    if parts[:2] == ["when", "block_cell"]:
        yield "borough", period, f"when: {parts[2]} {parts[3]}"
    if parts[-1] == "hours_not_known":
        yield "borough", period, "when: not known"


def check(app: AppTest, release: Release, period: str, group: str = "all") -> int:
    """Hold every count on a page against the release; give how many there were."""
    codes = [code for some in release.groups.values() for code in some]
    lower = {code.lower().replace(".", ""): code for code in codes}
    found = 0
    for name, text in figures(app):
        assert meaning_of(name)
        for area, when, code in keys(name, period):
            split = group if code == "all" else lower.get(code.lower(), code)
            assert text == release.counts[area, when, split].text, name
            found += 1
    return found


LEVELS = pytest.mark.parametrize("level", ["partner", "public"])


def at(release: Release, level: str) -> Release:
    return release if level == PARTNER else release.for_public()


@LEVELS
@pytest.mark.parametrize(("kind", "period"), [("demonstration", "2018 Q1"), ("sparse", "all")])
def test_every_count_of_wards_is_the_releases(kind: str, period: str, level: str) -> None:
    release = at(RELEASES[kind](), level)
    code = next(code for code, name in release.wards.items() if name.startswith("Hammersmith"))
    app = opened(view_of(release, period), "wards", ward=release.wards[code])
    assert check(app, release, period) >= len(release.areas) + 4
    table = on.labelled(app, "All wards")
    counts = {name: release.counts[area, period, "all"] for area, name in release.wards.items()}
    withheld = [name for name, shown in counts.items() if shown.is_withheld]
    assert withheld
    wards = list(table.index[: len(release.wards)])
    assert wards[-len(withheld) :] == sorted(withheld)
    for name in withheld:
        assert set(table.loc[name][["Share, %", "Per 1,000 residents", "Per km²"]]) == {"not shown"}


def test_rates_are_made_of_the_figures_that_are_shown() -> None:
    release = demo().for_public()
    wards = boundaries.load_wards("2002").set_index("ward_code")
    seen = dict(figures(opened(view_of(release, "2017/18"), "wards")))
    for code in release.wards:
        count = release.counts[code, "2017/18", "all"].value
        expected = "not shown" if count is None else f"{1000 * count / wards.population[code]:,.1f}"
        assert seen[f"ward.{code}.rate"] == expected
        before = release.counts[code, "2016/17", "all"].value
        difference = seen[f"ward.{code}.difference"]
        if count is None or before is None:
            assert difference == "not shown"
        elif min(count, before) < 20:
            assert difference == "too small"
        else:
            assert int(difference) == count - before


@pytest.mark.parametrize("by", ["Per 1,000 residents", "Change", "Change in %"])
def test_no_order_says_anything_of_withheld_wards(by: str) -> None:
    view = view_of(demo(), "2018 Q1")
    names = demo().wards
    table = on.labelled(opened(view, "wards", wards_sort=by), "All wards").iloc[: len(names)]
    last = [name for name, text in zip(table.index, table[by], strict=True) if text == "not shown"]
    assert len(last) > 3
    assert list(table.index[-len(last) :]) == sorted(last)


def test_a_split_of_wards_falls_back_to_the_year_that_holds_the_quarter() -> None:
    view = view_of(demo(), "2018 Q1", group="strand: race")
    app = opened(view, "wards", wards_more="Year by year")
    assert check(app, demo(), "2017/18", group="strand: race") > 40
    assert "This shows 2017/18, which holds January to March 2018." in on.texts(app)
    [(alt, _)] = [p for p in pictures(app) if "3 maps on one scale" in p[0]]
    shown = {f"{s.value}" for (_, _, g), s in demo().counts.items() if g == "strand: race"}
    assert set(re.findall(r", (\d+)[;.]", alt)) <= shown


@LEVELS
@pytest.mark.parametrize(("kind", "period"), [("demonstration", "2018 Q1"), ("sparse", "all")])
def test_every_count_of_when_is_the_releases(kind: str, period: str, level: str) -> None:
    release = at(RELEASES[kind](), level)
    year = "2017/18" if period == "2018 Q1" else period
    app = opened(view_of(release, period), "when")
    months = [one for one in release.menu if one.kind == "month"]
    assert check(app, release, period) >= 7 * 6 + 2 * 7 + 6 + len(months)
    prefix = "" if period == year else f"period.{year}."  # not of the chosen period, so named apart
    seen = {name.removeprefix(prefix): text for name, text in figures(app)}
    blocks = {"early": ("06-10", "10-14"), "late": ("14-18", "18-22"), "night": ("22-02", "02-06")}
    for shift, two in blocks.items():
        counts = [release.counts["borough", year, f"when: {block}"].value for block in two]
        expected = "not shown" if None in counts else f"{sum(counts):,}"  # type: ignore[arg-type]
        assert seen[f"when.shift.{shift}"] == expected
    total = release.counts["borough", year, "all"].value
    unknown = release.counts["borough", year, "when: not known"].value
    if total is not None and unknown is not None:
        assert seen["when.hours_known"] == f"{total - unknown:,}"


def test_a_withheld_month_is_a_stub_with_its_words_and_no_figure() -> None:
    release = demo()
    code = "strand: disability"
    app = opened(view_of(release, "2017/18", group=code), "when")
    [(alt, drawn)] = [p for p in pictures(app) if "by month" in p[0]]
    months = [
        (p, release.count(p, "strand: disability")) for p in release.menu if p.kind == "month"
    ]
    hidden = [shown.text for _, shown in months if shown.is_withheld]
    assert len(hidden) > 10
    assert sorted(text for text in drawn if text in ("fewer than 5", "not shown")) == sorted(hidden)
    for period, shown in months:
        assert f"{period.span.first:%b %Y} {shown.text}" in alt
    assert "Hours are released for all incidents together" in on.texts(app)


@LEVELS
@pytest.mark.parametrize("unit", ["fy", "quarter", "month"])
def test_every_count_of_strands_is_the_releases(unit: str, level: str) -> None:
    release = at(demo(), level)
    words = {"fy": "Financial year", "quarter": "Quarter", "month": "Month"}[unit]
    app = opened(view_of(release, "all"), "trends", trends_show="Strands", trends_by=words)
    assert check(app, release, "all") == 5
    said = pictures(app)
    assert len(said) == 5
    for code, (alt, drawn) in zip(release.groups["strand"], said, strict=True):
        counts = [release.count(p, code) for p in periods_by(release, unit).values()]
        texts = alt.partition(": ")[2].rstrip(".").split(", ")
        assert [text.partition(" ")[2] for text in texts] == [
            f"{text.split(' ', 2)[1]} {shown.text}" if unit != "fy" else shown.text
            for text, shown in zip(texts, counts, strict=True)
        ]
        numbers = {shown.text for shown in counts}
        marks = [t for t in drawn if re.fullmatch(r"[\d,]+", t) and f"{t}" in numbers]
        assert marks or all(shown.is_withheld for shown in counts)
    table = on.labelled(app, "Table of strands by financial year")
    for year in ("2015/16", "2016/17", "2017/18"):
        expected = [
            release.counts["borough", year, g].text for g in (*release.groups["strand"], "all")
        ]
        assert list(table[year]) == expected


def test_changes_over_time_are_of_shown_counts_and_not_of_rounded_ones() -> None:
    release = demo()
    view = view_of(release, "all", group="strand: disability")
    table = on.labelled(opened(view, "trends", trends_by="Quarter"), "Table of incidents")
    assert len(table) == len(periods_by(release, "quarter"))
    compared = table[table["Note"] == ""]
    for _, row in compared.iterrows():
        assert int(row["Change"]) == int(row["Incidents"]) - int(row["A year before"])
    others = table[table["Note"] != ""]
    assert set(others["Change"]) == set(others["Change (%)"]) == {""}
    rounded = on.labelled(
        opened(view_of(release.for_public(), "all"), "trends"), "Table of incidents"
    )
    assert list(rounded.columns) == ["Incidents", "A year before", "Change", "Note"]


@pytest.mark.parametrize("shown", ["Victims", "Repeat victims", "Outcomes and reporting"])
def test_victims_are_counts_of_the_release_or_bands(shown: str) -> None:
    release = demo()
    app = opened(view_of(release, "all"), "trends", trends_show=shown)
    text = on.texts(app)
    if shown == "Victims":
        for kind in ("victim age", "victim ethnicity"):
            table = on.labelled(app, f"Table of victims by {kind.split()[1]}")
            codes = [*release.groups[kind], "all"]
            assert list(table["2016/17"]) == [
                release.counts["borough", "2016/17", c].text for c in codes
            ]
    elif shown == "Repeat victims":
        table = on.labelled(app, "Table of repeat victims")
        bands = [one.repeat_victims.text for one in release.repeats if one.repeat_victims]
        assert list(table["Repeat victims"]) == bands
        assert dict(figures(app))["fy.2017/18.repeat_victims"] in bands
    else:
        assert "The data has no outcomes" in text


def test_published_tables_are_shown_and_nothing_of_the_demonstration_data() -> None:
    app = opened(view_of(demo(), "all"), "trends", trends_show="Beside London")
    assert "Published figures, the same for everybody." in on.texts(app)
    assert "reproduces these tables" not in on.texts(app)
    assert len(on.tables(app.main)) == 3


@pytest.mark.parametrize("page", ["wards", "when", "trends"])
def test_where_nothing_may_be_shown_the_pages_say_so(page: str) -> None:
    release = with_counts_withheld(sparse())
    app = opened(view_of(release, "all"), page)
    check(app, release, "all")
    digits = [
        text for _, text in figures(app) if re.search(r"\d", text.replace("fewer than 5", ""))
    ]
    assert digits == []
    if page == "wards":
        assert "Choose a longer period or all incidents" in on.texts(app)


MONTHS = [f"2018-{month:02d}-01" for month in range(1, 13) for _ in range(9)]
SMALL = {
    "one day": (["2018-03-02T12:00"] * 12, HERE, "minute", "trends", "when"),
    "one incident": (["2018-03-02T12:00"], HERE, "minute", "wards"),
    "nothing located": ([f"{month[:8]}09T20:00" for month in MONTHS], NOWHERE, "minute", "wards"),
    "months only": (MONTHS, HERE, "month", "when"),
}


@pytest.mark.parametrize("name", SMALL)
def test_pages_of_little_data_say_something(name: str) -> None:
    times, place, precision, *pages = SMALL[name]
    incidents = make_incidents(times, [place] * len(times), precision=precision)
    release = make_release(incidents, ReleaseParams(vintage="2022"))
    said = {}
    for page in pages:
        app = opened(view_of(release, "all"), page)
        said[page] = f"{on.texts(app)} {bodies(app)}"
        assert check(app, release, "all") or page == "trends"
    if name == "months only":
        assert "This data gives no hour of any incident" in said["when"]
        assert not any(day in said["when"] for day in WEEKDAYS)
    if name == "one day":
        assert "no whole period of this kind" in said["trends"]
    assert [one.kind for one in release.menu if one.kind in YEARS]
