"""Repeat victims in bands: true, and nothing small can be worked out of them."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from itertools import product

import pytest

from geo import demonstration
from geo.disclosure.bands import Band
from geo.disclosure.menu import MenuPeriod, menu_of
from geo.disclosure.repeats import ReleasedRepeats, released_repeats, said_of_victims
from geo.schema import Incidents
from tests.factories import incidents_of

K = 5
HERE = (523500.0, 178500.0)


def months_of(period: MenuPeriod) -> tuple[str, str]:
    return period.first_month, period.last_month


def counted(incidents: Incidents, period: MenuPeriod) -> tuple[int, int, int]:
    """Count victims, repeat victims and incidents one by one."""
    first, last = months_of(period)
    of_victim: Counter[str] = Counter()
    for at, victim in zip(incidents.frame["occurred"], incidents.frame["victim_ref"], strict=True):
        if first <= f"{at:%Y-%m}" <= last and isinstance(victim, str):
            of_victim[victim] += 1
    return len(of_victim), sum(n > 1 for n in of_victim.values()), sum(of_victim.values())


def check_true(incidents: Incidents, said: ReleasedRepeats, period: MenuPeriod) -> None:
    victims, repeats, _ = counted(incidents, period)
    assert said.repeat_victims is None or repeats >= K
    for band, true in ((said.repeat_victims, repeats), (said.victims, victims)):
        if band is not None:
            assert band.low <= true <= band.high
            assert (band.low % K, band.high - band.low) == (0, K - 1)


def test_the_bands_hold_what_is_counted_one_by_one() -> None:
    incidents = demonstration.load()
    menu = menu_of(incidents)
    periods = {period.key: period for period in menu}
    found = released_repeats(incidents, menu, K)
    assert [one.period for one in found] == ["all", "2017/18", "2016/17", "2015/16"]
    for one in found:
        check_true(incidents, one, periods[one.period])
        assert one.victims is not None
        victims, repeats, _ = counted(incidents, periods[one.period])
        assert one.share == pytest.approx(100 * repeats / victims, abs=1.5)


def test_nothing_is_said_where_no_victim_has_a_reference() -> None:
    rows = [{"at": "2017-05-01", "place": HERE} for _ in range(20)]
    incidents = incidents_of(rows)
    assert released_repeats(incidents, menu_of(incidents), K) == ()


def data_of(years: list[list[int]]) -> Incidents:
    """Make incidents: of each victim so many in each of two financial years."""
    rows = [
        {"at": f"{2016 + year}-0{4 + i % 6}-0{1 + i % 9}", "place": HERE, "victim": f"V{victim}"}
        for year, totals in enumerate(years)
        for victim, total in enumerate(totals)
        for i in range(total)
    ]
    edges = [{"at": f"{2016 + y}-{m}-15", "place": HERE} for y, m in ((0, "04"), (2, "03"))]
    return incidents_of([*rows, *edges])


def test_victims_of_several_years_are_no_few_that_can_be_told() -> None:
    once, twice = [1] * 50, [2] * 10
    apart = data_of([once + twice + [3] * 5 + [0] * 65, [0] * 65 + once + twice + [3] * 5])
    [whole, *years] = released_repeats(apart, menu_of(apart), K)
    assert whole.period == "all"
    assert all(year.victims is not None for year in years)
    highest = sum(year.victims.high for year in years if year.victims is not None)
    # Two years of 65 victims, none of both: who has 130 to 134 in all knows of 0 to 8 of both.
    assert (whole.victims is None) == (highest - 130 < K)


World = tuple[int, int]
"""Repeat victims, and victims."""


def numbers(world: World, n: int) -> dict[str, int]:
    """Give what must not be known where it is small."""
    repeats, victims = world
    return {"again": repeats, "once": victims - repeats, "beyond two": n - victims - repeats}


@pytest.mark.parametrize("k", [3, 5])
def test_no_small_number_follows_from_what_is_said_and_how_it_is_decided(k: int) -> None:
    """Take every number of people there can be: many ways to be small must look the same."""
    for n in range(k, 61):
        worlds = list(worlds_of(n))
        alike: dict[ReleasedRepeats, list[World]] = {}
        for world in worlds:
            alike.setdefault(said_of_victims("all", *world, n, k), []).append(world)
        for (said, some), what in product(alike.items(), ("again", "once", "beyond two")):
            seen = {numbers(world, n)[what] for world in some}
            known = {numbers(world, n)[what] for world in worlds}
            if any(0 < value < k for value in seen):
                # It may be no small number at all, or any small one; where the number of
                # incidents alone says more, no more than that.
                is_any = min(seen) <= max(1, min(known)) and max(seen) >= min(k - 1, max(known))
                assert max(seen) >= k or is_any, (n, what, said)


def worlds_of(n: int) -> Iterator[World]:
    """List what victims so many incidents can have: a repeat victim has two or more of them."""
    for repeats, victims in product(range(n // 2 + 1), range(1, n + 1)):
        if repeats <= victims and (victims + repeats <= n if repeats else victims == n):
            yield repeats, victims


def test_they_come_back_from_plain_values() -> None:
    whole = ReleasedRepeats("all", Band(10, 14), Band(100, 104))
    for one in (whole, replace(whole, victims=None), ReleasedRepeats("all", None, None)):
        assert ReleasedRepeats.from_list(one.as_list()) == one
    assert whole.share == 12
    assert replace(whole, victims=None).share is None
