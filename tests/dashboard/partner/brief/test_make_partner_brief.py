"""The briefing for partners says what the release holds, and nothing that it withholds."""

import re
from dataclasses import replace

import pytest

from boundaries.errors import ParameterError
from dashboard.brief.model import ReleasedBrief
from dashboard.figures import Figure
from dashboard.ledgers import released
from dashboard.partner.brief.make import briefed, make_partner_brief
from dashboard.partner.view import ReleaseView
from dashboard.settings import StartOptions
from geo.demonstration import load
from geo.disclosure.menu import released_before
from geo.disclosure.release import Release, Shown

WITHHELD = {"fewer than 5", "not shown"}


@pytest.fixture(scope="module")
def release() -> Release:
    return released(load(), None)


def view_of(release: Release, key: str = "2017/18", group: str = "all") -> ReleaseView:
    period = release.period(key)
    before, why_not = released_before(release.menu, period, "period before")
    return ReleaseView(release, "Test", period, before, why_not, group, StartOptions())


def brief_of(release: Release, key: str = "2017/18", group: str = "all") -> ReleasedBrief:
    return make_partner_brief(*briefed(view_of(release, key, group)))


def figures(brief: ReleasedBrief) -> dict[str, Figure]:
    """Give all figures by name; the same name must be the same figure wherever it stands."""
    cells = [cell for table in (brief.strands, brief.wards) for row in table.rows for cell in row]
    spots = [figure for spot in brief.hotspots for figure in spot.figures]
    every = [*brief.figures, *brief.located, *spots, *cells]
    found: dict[str, Figure] = {}
    for figure in every:
        if isinstance(figure, Figure):
            assert found.setdefault(figure.name, figure).text == figure.text
    return found


@pytest.mark.parametrize("group", ["strand: religion or belief", "strand: race"])
def test_every_ward_says_what_the_release_says_and_derived_figures_go_with_withheld_ones(
    release, group
):
    now, before = release.period("2017/18"), release.period("2016/17")
    found = figures(brief_of(release, group=group))
    n_withheld = 0
    for code in release.areas:
        name = f"ward.{code}" if code in release.wards else code
        count = release.count(now, group, code)
        earlier_count = release.count(before, group, code)
        shown = found[f"{name}.count" if code in release.wards else name]
        assert (shown.text, shown.value) == (count.text, count.value)
        assert found[f"{name}.before"].text == earlier_count.text
        if count.is_withheld or earlier_count.is_withheld:
            n_withheld += 1
            for what in ("difference", "change"):
                assert found[f"{name}.{what}"].text == "not shown"
                assert found[f"{name}.{what}"].value is None
    assert n_withheld >= 2
    row = next(row for row in brief_of(release, group=group).wards.rows if "not shown" in row[1:])
    assert row[-1] == "not shown"


def test_withheld_wards_come_last_and_by_name(release):
    rows = brief_of(release, group="strand: race").wards.rows
    wards = [row for row in rows if isinstance(row[1], Figure) and row[1].name.startswith("ward.")]
    first = next(n for n, row in enumerate(wards) if row[1].text in WITHHELD)
    names = [str(row[0]) for row in wards[first:]]
    assert len(names) > 1
    assert names == sorted(names)
    assert all(row[1].text in WITHHELD for row in wards[first:])


def test_located_adds_up_or_is_withheld(release):
    cases = set()
    of_year = [("2017/18", group) for group in ("all", *release.groups["strand"])]
    for key, group in [*of_year, ("2018 Q1", "all"), ("2017 Q2", "all")]:
        period = release.period(key)
        located, *others = brief_of(release, key, group).located
        parts = [release.count(period, group, code).value for code in ("outside", "not_located")]
        assert [figure.value for figure in others] == parts
        total = release.count(period, group).value
        if total is None or None in parts:
            assert (located.text, located.value) == ("not shown", None)
        else:
            assert located.value + sum(parts) == total
        cases.add(located.value is None)
    assert cases == {True, False}


def without_north_end(release: Release) -> Release:
    (code,) = (code for code, name in release.wards.items() if name == "North End")
    withheld = {(code, "2017/18", "all"): Shown(None, "others", "not shown")}
    return replace(release, counts={**release.counts, **withheld})


def test_the_headline_says_that_other_wards_may_have_more(release):
    assert brief_of(without_north_end(release)).headline == (
        "Shepherd's Bush Green: 94 incidents in 2017/18, the most of the wards that are shown, 13 "
        "fewer than in 2016/17, no more than chance would give."
    )
    all_shown = {
        key: Shown(7, "", "7") if shown.is_withheld else shown
        for key, shown in release.counts.items()
    }
    assert "of the wards" not in brief_of(replace(release, counts=all_shown)).headline


def test_what_moved_is_what_the_shown_counts_say(release):
    view = view_of(without_north_end(release))
    ward = next(iter(release.wards))
    grown = {(ward, "2017/18", "all"): Shown(90, "", "90")}
    counts = {**view.release.counts, **grown}
    changed = replace(view, release=replace(release, counts=counts))
    name = release.wards[ward]
    was = release.count(release.period("2016/17"), "all", ward).text
    (first, *_) = make_partner_brief(changed).moved
    assert first.startswith(f"Growing: {name} ward, from {was} to 90 incidents (+")
    (only,) = make_partner_brief(view).moved
    assert only.startswith("No ward changed by more than chance would give, as far as both counts")
    assert only.endswith("one of them is withheld.")


def test_hotspots_are_bands_and_words(release):
    brief = brief_of(release)
    areas = release.hotspots["density", "2017/18", "all"].hotspots
    assert [(spot.rank, spot.name) for spot in brief.hotspots] == [(a.rank, a.name) for a in areas]
    for spot, area in zip(brief.hotspots, areas, strict=True):
        (figure,) = spot.figures
        assert (figure.text, figure.value) == (area.incidents.text, None)
        assert not re.search(r"\d", spot.confidence + spot.lately)
    assert brief.map.listing == "hotspots"
    of_strand = brief_of(release, group="strand: race")
    assert of_strand.hotspots == ()
    assert of_strand.why_no_hotspots.startswith("Hotspots are released for years")


def test_a_time_too_short_for_wards_gives_way_to_its_year_and_says_so(release):
    brief = brief_of(release, "2017 Q4", "strand: race")
    assert (brief.period, brief.period_before) == ("2017/18", "2016/17")
    assert "This shows 2017/18" in brief.notes[0]
    assert "October to December 2017" in brief.notes[0]
    with pytest.raises(ParameterError, match="not released"):
        make_partner_brief(view_of(release, "2017 Q4", "strand: race"))


def test_a_group_without_ward_counts_is_refused_and_those_with_are_named(release):
    with pytest.raises(ParameterError, match=r"of 'Public order'.* Choose Race, .*All incidents"):
        briefed(view_of(release, group="category: Public order"))


def test_for_the_public_counts_are_rounded_nothing_is_tested_and_there_are_no_hotspots(release):
    brief = brief_of(release.for_public())
    found = figures(brief)
    numbers = [f for name, f in found.items() if f.value is not None and name != "repeat_victims"]
    assert len(numbers) > 40
    assert all(figure.value % 5 == 0 for figure in numbers), numbers
    assert not [name for name in found if name.endswith("change") or name.startswith("hotspot")]
    assert brief.headline.startswith("Shepherd's Bush Green: about 95 incidents")
    assert brief.hotspots == ()
    assert brief.map.listing == "wards"
    assert brief.map.views["whole"].surface is None
    assert "rounded to 5" in brief.notes[0]


def test_the_record_says_level_data_and_what_was_asked_and_holds_no_incident(release):
    brief = brief_of(release, group="strand: race")
    assert brief.record["level"] == "partner"
    assert brief.record["data_fingerprint"] == release.fingerprint
    asked = {key: brief.record[key] for key in ("group", "period", "before")}
    assert asked == {"group": "Race", "period": "2017/18", "before": "2016/17"}
    assert not hasattr(brief, "results")
    assert not hasattr(brief, "settings")
