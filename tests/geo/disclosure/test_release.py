"""What is released is true, all that is small is withheld, and the whole gives nothing away."""

import json
from dataclasses import replace
from datetime import date

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import boundaries
from boundaries.errors import ParameterError
from geo import demonstration
from geo.disclosure.audit import TOO_NARROW, attack
from geo.disclosure.cells import BOROUGH, Key, release_cells
from geo.disclosure.in_parts import suppress_in_stages
from geo.disclosure.ledger import SHIPPED, FolderLedger
from geo.disclosure.menu import MenuPeriod, earlier, menu_of
from geo.disclosure.release import Release, ReleaseParams, Shown, make_release
from geo.disclosure.splits import ALL, splits_of
from geo.schema import Incidents
from tests.factories import incidents_of

DEMO = demonstration.load()


@pytest.fixture(scope="module")
def shipped() -> Release:
    found = FolderLedger(SHIPPED).get(DEMO.fingerprint)
    assert found is not None, "the shipped release is of other data; renew it"
    return found


def slow_counts(incidents: Incidents, release: Release) -> dict[tuple[str, str, str], int]:
    """Count every cell of a release by itself, with a polygon join and string months."""
    frame = incidents.to_geodataframe()
    wards = boundaries.load_wards(release.params.vintage)
    joined = frame.sjoin(wards[["ward_code", "geometry"]], predicate="within")
    area = pd.Series("outside", frame.index)
    area[frame.geometry.isna()] = "not_located"
    area[joined.index] = joined["ward_code"]
    month = frame["occurred"].dt.strftime("%Y-%m")
    hours = {"06-10": range(6, 10), "10-14": range(10, 14), "14-18": range(14, 18)}
    hours |= {"18-22": range(18, 22), "22-02": (22, 23, 0, 1), "02-06": range(2, 6)}
    block_of = {hour: block for block, some in hours.items() for hour in some}
    day_begun = (frame["occurred"] - pd.Timedelta(hours=6)).dt.day_name()
    when = day_begun + " " + frame["occurred"].dt.hour.map(block_of)
    flags = {ALL: pd.Series(True, frame.index)}
    for code in {key[2] for key in release.counts} - {ALL}:
        kind, _, name = code.partition(": ")
        if kind == "strand":
            flags[code] = frame[f"strand_{name.replace(' ', '_')}"]
        elif kind == "category":
            flags[code] = frame["category"] == name
        elif kind == "when" and len(name.split()) == 2 and name != "not known":
            flags[code] = (when == name) & (frame["time_precision"] == "minute")
    return {
        (a, p.key, code): int(
            (
                flag & month.between(p.first_month, p.last_month) & ((area == a) | (a == BOROUGH))
            ).sum()
        )
        for code, flag in flags.items()
        for p in release.menu
        for a in (*release.areas, BOROUGH)
        if (a, p.key, code) in release.counts
    }


def test_shown_counts_are_true_and_no_small_one_is_shown(shipped):
    true = slow_counts(DEMO, shipped)
    assert len(true) > 1_000
    assert {code.partition(":")[0] for _, _, code in true} == {ALL, "strand", "category", "when"}
    for key, count in true.items():
        shown = shipped.counts[key]
        if shown.why == "small":
            assert 1 <= count < 5, key
            assert shown.text == "fewer than 5"
        elif 1 <= count < 5 or shown.is_withheld:
            assert (shown.why, shown.text) == ("others", "not shown"), key
        else:
            assert (shown.value, shown.text) == (count, f"{count:,}"), key
    lost = sum(shipped.counts[key].is_withheld and not 1 <= true[key] < 5 for key in true)
    assert lost < 0.15 * len(true)


def test_nobody_who_has_the_whole_release_can_work_out_a_small_count(shipped):
    found = attack(shipped)
    assert not found[TOO_NARROW].any()
    few = found[found["shown_as"] == "fewer than 5"]
    assert len(few) > 150
    assert ((few["low"] <= 1 + 1e-6) & (few["high"] >= 4 - 1e-6)).all()


def test_a_release_survives_being_written(shipped):
    again = Release.from_dict(json.loads(json.dumps(shipped.as_dict())))
    assert again.as_dict() == shipped.as_dict()
    assert again.counts == shipped.counts


def test_the_public_gets_what_partners_get_rounded(shipped):
    public = shipped.for_public()
    assert public.level == "public"
    for key, shown in shipped.counts.items():
        rounded = public.counts[key]
        if shown.value is None:
            assert rounded == shown
        else:
            assert rounded.value is not None
            assert rounded.value % 5 == 0
            assert abs(rounded.value - shown.value) <= 2


def test_what_is_not_released_is_refused_by_name(shipped):
    month = next(period for period in shipped.menu if period.kind == "month")
    with pytest.raises(ParameterError, match="not released for March 2018"):
        shipped.count(month, ALL, "E05000252")
    with pytest.raises(ParameterError, match="2017/18"):
        shipped.period("12 March to 4 April")
    with pytest.raises(ParameterError, match="no incident"):
        make_release(DEMO.take(np.zeros(len(DEMO), bool)), ReleaseParams())


STRANDS = ("race", "disability")


@st.composite
def sparse_incidents(draw) -> Incidents:
    n = draw(st.integers(5, 90))
    start = draw(st.integers(1, 12))
    months = draw(st.integers(3, 20))
    seed = draw(st.integers(0, 2**32 - 1))
    rng = np.random.default_rng(seed)
    at = [pd.Period(f"2016-{start:02d}", "M") + int(m) for m in rng.integers(0, months, n)]
    return incidents_of(
        [
            {
                "at": f"{month}-15T{rng.integers(0, 24):02d}:10",
                "is_crime": bool(rng.random() < 0.7),
                "strands": [s for s in STRANDS if rng.random() < 0.4],
            }
            for month in at
        ]
    )


def small_release(incidents: Incidents, seed: int) -> tuple[Release, dict[Key, int]]:
    """Make a release on four areas; give it with the true counts."""
    area_of = np.random.default_rng(seed).choice(4, len(incidents), p=[0.6, 0.2, 0.15, 0.05])
    areas = ["A", "B", "outside", "not_located"]
    menu, splits = menu_of(incidents), [s for s in splits_of(incidents) if s.shape.of != "when"]
    cells = release_cells(incidents, area_of, areas, menu, splits)
    found = suppress_in_stages(
        cells.counts,
        cells.stages,
        smallest_shown=5,
        weights=cells.weights,
        never_shown=cells.hidden,
        better_shown=cells.of_borough,
    )
    values = cells.counts.values  # noqa: PD011 - not of pandas
    true = {key: int(values[cell]) for key, cell in cells.published.items()}
    shown = {}
    for key, cell in cells.published.items():
        why = "small" if found.small[cell] else "others" if found.others[cell] else ""
        shown[key] = Shown(None if why else true[key], why, str(true[key]))
    groups: dict[str, tuple[str, ...]] = {}
    for split in splits:
        groups[split.shape.of] = (*groups.get(split.shape.of, ()), *split.shape.codes)
    names = dict(zip(areas, areas, strict=True))
    return Release("partner", "", ReleaseParams(), menu, groups, names, shown, 0), true


@settings(max_examples=5, deadline=None)
@given(sparse_incidents(), st.integers(0, 2**32 - 1))
def test_no_sparse_release_gives_a_small_count_away(incidents, seed):
    release, true = small_release(incidents, seed)
    assert not attack(release)[TOO_NARROW].any()
    for key, shown in release.counts.items():
        assert shown.is_withheld or not 1 <= true[key] <= 4
        assert shown.why != "small" or 1 <= true[key] <= 4


def test_words_alone_give_nothing_away():
    # One incident in each quarter: if all four and the year read "fewer than 5" they would be 1.
    rows = [{"at": f"2016-{month:02d}-10T12:00"} for month in (4, 7, 10, 13 - 1)]
    rows += [{"at": f"2016-{4 + m:02d}-11T12:00"} for m in range(9) for _ in range(9)]
    release, true = small_release(incidents_of(rows), 1)
    assert not attack(release)[TOO_NARROW].any()
    told = {key: Shown(None, "small", "") for key, count in true.items() if 1 <= count <= 4}
    if any(release.counts[key].why == "others" for key in told):
        naive = replace(release, counts={**release.counts, **told})
        assert attack(naive)[TOO_NARROW].any()


def test_the_attack_finds_what_is_given_away():
    rng = np.random.default_rng(3)
    at = [f"2017-{m:02d}-{d:02d}T12:00" for m, d in rng.integers(1, [13, 28], (90, 2))]
    carried = [[s for s in STRANDS if rng.random() < 0.4] for _ in at]
    rows = [{"at": t, "strands": strands} for t, strands in zip(at, carried, strict=True)]
    release, true = small_release(incidents_of(rows), 1)
    assert not attack(release)[TOO_NARROW].any()
    protecting = [key for key, shown in release.counts.items() if shown.why == "others"]
    assert len(protecting) > 3
    counts = {**release.counts, **{key: Shown(true[key], "", "") for key in protecting}}
    assert attack(replace(release, counts=counts))[TOO_NARROW].sum() > 3


def test_the_menu_has_whole_periods_only_each_once():
    incidents = incidents_of([{"at": "2016-02-10T10:00"}, {"at": "2018-10-02T10:00"}])
    menu = {period.key: period for period in menu_of(incidents)}
    assert menu["all"].span.first == date(2016, 2, 1)
    assert menu["2018/19"].words == "2018/19 so far, April to October 2018"
    assert menu["2017/18"].words == "2017/18"
    assert "2015/16" not in menu, "the data begins in the middle of it"
    assert menu["12 months to 2018-10"].first_month == "2017-11"
    assert "2016 Q1" not in menu
    assert "2018 Q4" not in menu
    stretches = [(p.first_month, p.last_month) for p in menu.values() if p.kind != "month"]
    assert len(stretches) == len(set(stretches))
    before = earlier(tuple(menu.values()), menu["2017/18"], a_year=False)
    assert before == menu["2016/17"]
    assert earlier(tuple(menu.values()), menu["2018/19"], a_year=True) is None
    quarter = earlier(tuple(menu.values()), menu["2018 Q2"], a_year=True)
    assert isinstance(quarter, MenuPeriod)
    assert quarter.key == "2017 Q2"
