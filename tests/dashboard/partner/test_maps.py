"""Maps for partners say in every place what may be said, and nothing else."""

import json
from dataclasses import replace

import numpy as np
import pytest

from dashboard.maps.payload import encode
from dashboard.maps.picture import map_png, picture_png, ranked_wards
from dashboard.maps.small_multiples import small_multiples
from dashboard.partner.maps import QUARTERS, WHOLE, YEARS, partner_map
from dashboard.partner.view import ReleaseView
from dashboard.settings import StartOptions
from geo import demonstration
from geo.disclosure.ledger import SHIPPED, FolderLedger
from geo.disclosure.release import Release


@pytest.fixture(scope="module")
def release() -> Release:
    found = FolderLedger(SHIPPED).get(demonstration.load().fingerprint)
    assert found is not None
    return found


def view_of(release: Release, period: str = "2017/18", group: str = "all") -> ReleaseView:
    return ReleaseView(
        release, "Demonstration", release.period(period), None, "", group, StartOptions()
    )


def quarter_with_both(release: Release) -> str:
    """Find a quarter in which some wards are small and others withheld to protect them."""
    for period in release.menu:
        if period.kind == "quarter":
            why = {release.count(period, "all", code).why for code in release.wards}
            if {"small", "others"} <= why:
                return period.key
    raise AssertionError


def test_withheld_wards_stand_as_words_wherever_a_figure_would(release):
    view = view_of(release, quarter_with_both(release))
    model = partner_map(view)
    drawn = model.views[WHOLE]
    seen = set()
    for i, (code, ward) in enumerate(release.wards.items()):
        assert model.base.wards[i].name == ward
        shown = release.count(view.period, "all", code)
        assert drawn.figure_at(0, i, 0) == shown.text
        assert np.isnan(drawn.values[0, i]) == shown.is_withheld
        assert drawn.class_at(0, i).label == shown.text or not shown.is_withheld
        assert (drawn.ranks[0, i] == 0) == shown.is_withheld
        seen.add(shown.text if shown.is_withheld else "")
    assert seen == {"", "fewer than 5", "not shown"}
    assert [gap.label for gap in drawn.gaps(len(release.wards))] == ["fewer than 5", "not shown"]
    assert len({gap.mark for gap in drawn.gaps(len(release.wards))}) == 2


def test_withheld_wards_come_last_by_name(release):
    model = partner_map(view_of(release, quarter_with_both(release)))
    order = [(i, facts) for i, facts in ranked_wards(model, model.views[WHOLE], 0)]
    withheld = [i for i, facts in order if facts in ("fewer than 5", "not shown")]
    assert [i for i, _ in order[-len(withheld) :]] == withheld
    names = [model.base.wards[i].name for i in withheld]
    assert names == sorted(names)


def test_every_renderer_says_the_words_and_no_renderer_writes_0_for_them(release):
    model = partner_map(view_of(release, quarter_with_both(release)))
    sent = json.loads(encode(model))
    for view in sent["views"].values():
        for values, words in zip(view["values"], view["withheld"], strict=True):
            for value, word in zip(values, words, strict=True):
                assert (value is None) == (word in ("fewer than 5", "not shown"))
    picture = small_multiples(model, QUARTERS)
    assert ">fewer than 5<" in picture.svg
    assert "highest shown" in picture.alt
    assert map_png(model, QUARTERS, 0, dpi=50) != map_png(model, QUARTERS, 1, dpi=50)


@pytest.mark.parametrize(
    ("hidden", "says"),
    [
        (0, ""),
        (1, " The count of 1 ward is withheld."),
        (2, " The counts of 2 wards are withheld."),
    ],
)
def test_the_map_says_how_many_wards_are_withheld(release, hidden, says):
    period = release.period("2017/18")
    keys = [(code, period.key, "all") for code in release.wards]
    assert not any(release.counts[key].is_withheld for key in keys)
    gone = {
        key: replace(release.counts[key], value=None, why="others", text="not shown")
        for key in keys[:hidden]
    }
    view = view_of(replace(release, counts={**release.counts, **gone}))
    sentence = partner_map(view).views[WHOLE].sentences[0]
    assert "withheld" not in sentence.removesuffix(says)
    assert sentence.endswith(says)


def test_the_lowest_class_does_not_claim_counts_that_are_withheld(release):
    labels = [one.label for one in partner_map(view_of(release)).views[WHOLE].scale.classes]
    assert labels[0].startswith(("5 to", "0, or 5 to"))


def test_time_goes_through_years_and_quarters_that_have_ward_figures(release):
    model = partner_map(view_of(release))
    assert list(model.views) == [WHOLE, YEARS, QUARTERS]
    assert model.views[YEARS].frames == ("2015/16", "2016/17", "2017/18")
    by_strand = partner_map(view_of(release, group="strand: race"))
    assert list(by_strand.views) == [WHOLE, YEARS]
    assert list(partner_map(view_of(release), with_time=False).views) == [WHOLE]


def test_maps_for_the_public_are_rounded_and_say_so(release):
    model = partner_map(view_of(release.for_public()))
    shown = model.views[WHOLE].values
    assert not (shown[np.isfinite(shown)] % 5).any()
    assert model.disclosure == "For the public: rounded to 5"
    assert model.views[WHOLE].scale.note == "Rounded to 5"


def test_a_map_without_any_figure_can_be_drawn(release):
    hidden = {
        key: replace(shown, value=None, why="others", text="not shown")
        for key, shown in release.counts.items()
    }
    model = partner_map(view_of(replace(release, counts=hidden)))
    assert model.views[WHOLE].scale.classes == ()
    assert json.loads(encode(model))["views"]["whole"]["totals"] == [None]
    assert picture_png(model, WHOLE, 0)[:4] == b"\x89PNG"
