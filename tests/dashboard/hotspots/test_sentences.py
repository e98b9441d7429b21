"""What the closer looks and the comparison say where there is one of something, or nothing."""

from datetime import date

import numpy as np
import pytest

from dashboard.hotspots import chance_look
from dashboard.hotspots.comparing import in_words
from geo import demonstration
from geo.hotspots.agreement import HotspotSetting, hotspot_agreement
from geo.hotspots.params import HotspotParams
from geo.selection import Selection
from geo.surfaces.density import DensityParams

YEAR = Selection(start=date(2017, 4, 1), end=date(2018, 3, 31))
SAME = DensityParams()
NOTHING = HotspotParams(min_incidents=500)


def compared(*params: HotspotParams) -> list[str]:
    names = [f"{letter}: Density" for letter in "ABC"]
    settings = [HotspotSetting(n, SAME, p) for n, p in zip(names, params, strict=False)]
    return in_words(hotspot_agreement(demonstration.load(), YEAR, tuple(settings), "2002").frame)


def test_the_same_setting_twice_agrees_in_all() -> None:
    (sentence,) = compared(HotspotParams(), HotspotParams())
    assert "100 % of the land that either calls hot, with 100 % of the incidents" in sentence
    result = hotspot_agreement(
        demonstration.load(),
        YEAR,
        (HotspotSetting("one", SAME), HotspotSetting("other", SAME)),
        "2002",
    )
    row = result.frame.iloc[0]
    assert row["jaccard"] == pytest.approx(1, abs=1e-9)
    assert row["incidents_jaccard"] == 1
    assert row["mean_rank_difference"] == 0
    assert row["paired"] == row["first_hotspots"] == row["second_hotspots"] > 3
    assert (result.pairs["rank_difference"] == 0).all()


def test_who_finds_no_hotspot_is_named() -> None:
    both = "A: Density and B: Density find no hotspot, so there is nothing to compare."
    assert compared(NOTHING, NOTHING) == [both]
    assert compared(NOTHING, HotspotParams()) == [
        "A: Density finds no hotspot, so there is nothing to compare."
    ]
    assert compared(HotspotParams(), NOTHING)[0].startswith("B: Density finds no hotspot")


def test_one_hotspot_none_and_many_are_held_against_chance_in_words() -> None:
    land, none = chance_look.in_words(0.0, np.empty(0), 5)
    assert land.startswith("0.0 ha of land is denser than chance would give, at 5 % after")
    assert none == "No hotspot is found, so there is no peak to test."
    for ps, words in (
        ([0.05], "1 of 1 hotspot has a peak"),
        ([0.01, np.nan], "1 of 2 hotspots has a peak"),
        ([0.2, 0.051], "0 of 2 hotspots have a peak"),
    ):
        assert chance_look.in_words(12.34, np.array(ps), 5)[1].startswith(words)
