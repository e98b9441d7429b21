"""Which method predicts: tests before and after dates, ranks, intervals, and what is said."""

from datetime import date

import numpy as np
import pandas as pd
import pytest
import shapely

from boundaries.errors import ParameterError
from geo import demonstration
from geo.borough import borough
from geo.clusters.dbscan import DbscanParams
from geo.evaluation.evaluation import (
    DATE_COLUMNS,
    DEFAULT_SETTINGS,
    EVALUATION_COLUMNS,
    EvaluationParams,
    compare,
    evaluate,
)
from geo.evaluation.land import land_of
from geo.evaluation.prediction import NAMED, CountParams
from geo.grids.gistar import GiStarParams
from geo.progress import watching
from geo.readers import read
from geo.selection import Selection
from geo.surfaces.density import DensityParams
from tests.factories import make_incidents
from tests.reruns import assert_reruns

EVERYTHING = Selection()
PLANTED = np.array([523_500.0, 179_900.0])
DENSITY, COUNTS = DensityParams(), CountParams()
USELESS = CountParams("ward", "latest")


def background(rng, n):
    west, south, east, north = borough().bounds
    spread = rng.uniform((west, south), (east, north), (8 * n, 2))
    return spread[shapely.intersects_xy(borough(), *spread.T)][:n]


def planted(seed=1, days=300, share=0.4):
    """Make two incidents a day, a share of them within 150 m or so of one place."""
    rng = np.random.default_rng(seed)
    n = 2 * days
    near = rng.normal(PLANTED, 90, (n, 2))
    places = np.where(rng.random((n, 1)) < share, near, background(rng, n))
    times = [str(np.datetime64("2017-01-01") + k // 2) for k in range(n)]
    return make_incidents(times, [tuple(place) for place in places], precision="day")


def months_at(places, n_months=8):
    """Make the same incidents every month, dated by month."""
    times = [f"2017-{m:02d}-01" for m in range(1, n_months + 1) for _ in places]
    return make_incidents(times, list(places) * n_months, precision="month")


@pytest.fixture(scope="module")
def found():
    return evaluate(planted(), EVERYTHING, (USELESS, DENSITY, COUNTS), EvaluationParams())


def test_the_tables_have_exactly_their_columns(found):
    assert tuple(found.frame.columns) == EVALUATION_COLUMNS
    assert tuple(found.dates.columns) == DATE_COLUMNS
    n_dates = found.record.params["n_dates"]
    assert n_dates == 5
    assert len(found.dates) == 3 * n_dates
    assert found.hit_rates.shape == (3, n_dates, len(found.area_shares))
    assert found.best_hit_rates.shape == found.hit_rates.shape[1:]


def test_density_finds_what_was_planted_and_wins_clearly(found):
    frame = found.frame
    assert frame["method"].tolist()[0] == "density"
    assert frame["rank"].tolist() == [1, 2, 3]
    # 2 % of the land is 33 ha, a disc of 324 m: nearly all that was planted and little else.
    assert 0.3 < frame["hit_rate"][0] < 0.5
    assert frame["pai"][0] == pytest.approx(frame["hit_rate"][0] / 0.02)
    assert (frame["behind_best_low"][1:] > 0).all()
    assert found.in_words().startswith("On 2 % of the land density finds ")
    assert found.in_words().endswith(", clearly more than every other.")


def test_the_figures_are_means_of_the_dates_and_lie_in_their_intervals(found):
    for row in found.frame.itertuples():
        own = found.dates[
            (found.dates["method"] == row.method) & (found.dates["settings"] == row.settings)
        ]
        assert row.hit_rate == pytest.approx(own["hit_rate"].mean())
        assert row.pai == pytest.approx(own["pai"].mean())
        assert row.pei == pytest.approx(own["pei"].mean())
        for name in ("hit_rate", "pai", "pei"):
            low, high = getattr(row, f"{name}_low"), getattr(row, f"{name}_high")
            assert low <= getattr(row, name) <= high
        assert (own["hit_rate_low"] <= own["hit_rate"]).all()
        assert (own["hit_rate"] <= own["hit_rate_high"]).all()
    behind = found.frame["pai"][0] - found.frame["pai"]
    np.testing.assert_allclose(found.frame["behind_best"][1:], behind[1:])
    assert found.frame[["behind_best", "behind_best_low"]].iloc[0].isna().all()


def test_the_curves_rise_to_everything_and_never_pass_the_best(found):
    assert (np.diff(found.hit_rates) >= -1e-12).all()
    np.testing.assert_allclose(found.hit_rates[..., -1], 1)
    assert (found.hit_rates <= found.best_hit_rates + 1e-9).all()
    at = np.searchsorted(found.area_shares, 0.02)
    np.testing.assert_allclose(found.hit_rates[:, :, at].mean(axis=1), found.frame["hit_rate"])


def test_one_date_counted_one_by_one():
    """Choose cells in a loop: the busiest of the training, then the test's incidents in them."""
    incidents = planted(seed=2)
    params = EvaluationParams(
        train_days=200, test_days=50, n_dates=1, area_percent=5, cell_size_m=250
    )
    settings = (CountParams(period="training"),)
    result = evaluate(incidents, EVERYTHING, settings, params)
    land = land_of(250)
    day = incidents.occurred.astype("datetime64[D]")
    end = day.max() + 1
    before, after = {}, {}
    for when, *place in zip(day, incidents.easting, incidents.northing, strict=True):
        if not shapely.intersects_xy(borough(), *place):
            continue
        cell = tuple(int(axis // 250) for axis in place)
        if end - 250 <= when < end - 50:
            before[cell] = before.get(cell, 0) + 1
        elif when >= end - 50:
            after[cell] = after.get(cell, 0) + 1
    centres = zip(*land.centres, strict=True)
    cells = [tuple(int(axis // 250) for axis in centre) for centre in centres]
    area = dict(zip(cells, land.area_km2, strict=True))
    order = sorted(cells, key=lambda c: (-before.get(c, 0), after.get(c, 0) / area[c]))
    left, hits = 0.05 * land.area_km2.sum(), 0.0
    for cell in order:
        part = min(left / area[cell], 1)
        hits += part * after.get(cell, 0)
        left -= part * area[cell]
    assert result.frame["hit_rate"][0] == pytest.approx(hits / sum(after.values()))
    assert result.dates["incidents"].tolist() == [sum(after.values())]
    assert result.dates["test_from"].tolist() == [date(2017, 9, 8)]
    assert result.dates["test_to"].tolist() == [date(2017, 10, 27)]
    assert result.dates["train_from"].tolist() == [date(2017, 2, 20)]


def test_everything_in_one_cell_is_known_beforehand():
    incidents = months_at([(523_450.0, 179_850.0)] * 12)
    result = evaluate(incidents, EVERYTHING, (COUNTS,), EvaluationParams(train_days=90))
    frame = result.frame.iloc[0]
    assert frame["hit_rate"] == frame["pei"] == frame["rri"] == 1
    assert frame["pai"] == pytest.approx(50)
    share = 0.01 / (borough().area / 1e6)
    # A straight line up to the cell, a sixteenth per cent of the land, and then everything.
    assert frame["mean_hit_rate"] == pytest.approx(1 - share / 0.2 / 2, abs=0.01)


def test_hotspots_that_cool_have_a_rate_above_one():
    places = [(523_450.0, 179_850.0)] * 20
    elsewhere = [tuple(place) for place in background(np.random.default_rng(2), 15)]
    times = [f"2017-{m:02d}-01" for m in range(1, 7) for _ in range(20)]
    moved = (elsewhere + places)[:20]
    incidents = make_incidents(times, places * 5 + moved, precision="month")
    params = EvaluationParams(train_days=150, n_dates=1, area_percent=0.1)
    result = evaluate(incidents, EVERYTHING, (CountParams(period="training"),), params)
    # All of the training lies in the first cell, a quarter of the test.
    assert result.frame["rri"][0] == pytest.approx(4)


def test_moving_the_tested_incidents_changes_what_is_found_and_not_what_is_chosen():
    incidents = planted(seed=3)
    frame = incidents.frame.copy()
    params = EvaluationParams(train_days=200, test_days=40, n_dates=1)
    is_tested = incidents.occurred >= incidents.occurred.max() - np.timedelta64(39, "D")
    before = evaluate(incidents, EVERYTHING, DEFAULT_SETTINGS, params)
    frame.loc[is_tested, ["easting", "northing"]] = PLANTED
    moved = type(incidents)(frame)
    after = evaluate(moved, EVERYTHING, DEFAULT_SETTINGS, params)
    # All lie where every method that looks at the training has its first cell.
    by_method = after.frame.set_index("method")["hit_rate"]
    assert (by_method[["density", "Gi*", "DBSCAN"]] == 1).all()
    assert (before.frame["hit_rate"] < 0.7).all()


def test_the_order_of_the_rows_changes_nothing(found):
    incidents = planted()
    mixed = np.random.default_rng(0).permutation(len(incidents))
    again = type(incidents)(incidents.frame.iloc[mixed].reset_index(drop=True))
    result = evaluate(again, EVERYTHING, (USELESS, DENSITY, COUNTS), EvaluationParams())
    pd.testing.assert_frame_equal(result.frame, found.frame)
    pd.testing.assert_frame_equal(result.dates, found.dates)


def test_a_shorter_training_is_of_the_last_days():
    old, new = (523_450.0, 179_850.0), (524_450.0, 178_150.0)
    times = [str(np.datetime64("2017-01-01") + k) for k in range(200)]
    places = [old] * 120 + [new] * 80
    incidents = make_incidents(times, places, precision="day")
    settings = (CountParams(period="training"),)
    params = {"test_days": 20, "n_dates": 1, "area_percent": 0.2}
    short = evaluate(incidents, EVERYTHING, settings, EvaluationParams(train_days=40, **params))
    assert short.frame["hit_rate"][0] == 1
    long = evaluate(incidents, EVERYTHING, settings, EvaluationParams(train_days=180, **params))
    assert long.frame["hit_rate"][0] == 1
    # The old place had more; a tenth of a per cent of the land is less than its cell.
    one = EvaluationParams(
        train_days=180, test_days=20, n_dates=1, area_percent=0.1, cell_size_m=150
    )
    assert evaluate(incidents, EVERYTHING, settings, one).frame["hit_rate"][0] == 0


def test_all_methods_in_one_call_and_again_from_the_record():
    incidents = demonstration.load()
    selection = Selection(start=date(2016, 1, 1), strands=("race",))
    done = []
    with watching(lambda *step: done.append(step)):
        result = compare(incidents, selection, EvaluationParams(train_days=270, n_dates=6))
    assert (4, 4, "methods") in done
    assert set(result.frame["method"]) == {"density", "Gi*", "DBSCAN", "last period's counts"}
    assert result.record.params["train"] == "270 days"
    assert result.record.rules["unit"] == "days, for every incident is dated by the day"
    assert_reruns(result, incidents)


def test_what_methods_choose_themselves_is_reported():
    settings = (DensityParams(bandwidth_rule="rule-of-thumb"), DbscanParams())
    rules = evaluate(planted(days=200), EVERYTHING, settings, EvaluationParams()).record.rules
    for name in (
        "bandwidth_m of density (bandwidth_rule=rule-of-thumb)",
        "min_incidents of DBSCAN (eps_m=150)",
    ):
        assert rules[name].endswith(", chosen anew from the training of each date")


def test_settings_of_one_method_are_told_apart():
    incidents = planted(seed=6)
    settings = (DensityParams(bandwidth_m=150), DensityParams(bandwidth_m=175))
    result = evaluate(incidents, EVERYTHING, settings, EvaluationParams())
    assert result.frame["settings"].str.contains("bandwidth_m=1").all()
    assert "density (bandwidth_m=1" in result.in_words()
    assert result.in_words().endswith("is no clearer than chance.")


def test_equal_methods_are_not_ranked_above_plain_counts():
    incidents = months_at([tuple(place) for place in background(np.random.default_rng(1), 40)])
    # A window of 100 m on cells of 200 m holds the cell alone, so Gi* orders as counts do.
    settings = (GiStarParams(radius_m=100), CountParams(period="training"))
    result = evaluate(
        incidents, EVERYTHING, settings, EvaluationParams(train_days=90, cell_size_m=200)
    )
    assert result.frame["method"].tolist() == ["training time's counts", "Gi*"]
    assert result.frame["behind_best"][1] == 0
    assert "its lead over Gi* is no clearer than chance" in result.in_words()


def test_ties_that_decide_the_ranking_are_said():
    incidents = planted(seed=7, days=200, share=0.0)
    settings = (DENSITY, CountParams(period="training"))
    params = EvaluationParams(test_days=20, area_percent=20)
    against = evaluate(incidents, EVERYTHING, settings, params).frame.set_index("method")
    even = evaluate(
        incidents,
        EVERYTHING,
        settings,
        EvaluationParams(test_days=20, area_percent=20, ties="even"),
    ).frame.set_index("method")
    counts = "training time's counts"
    assert against["pai"][counts] < even["pai"][counts]
    assert against["pai_by_lot"][counts] == even["pai"][counts] == even["pai_by_lot"][counts]
    assert against["pai"]["density"] == pytest.approx(even["pai"]["density"], abs=1e-6)


def test_a_ward_is_one_place_whose_land_is_taken_evenly():
    incidents = months_at([(523_450.0, 179_850.0)] * 12)
    settings = (CountParams("ward"),)
    params = EvaluationParams(train_days=90, area_percent=1)
    frame = evaluate(incidents, EVERYTHING, settings, params).frame
    land = land_of(100)
    wards = land.wards("2022")
    own = wards[land.cell_of(np.array([523_450.0]), np.array([179_850.0]))[0]]
    share = land.area_km2[wards == own].sum() / land.area_km2.sum()
    assert frame["hit_rate"][0] == pytest.approx(0.01 / share)
    assert frame["pai"][0] == pytest.approx(1 / share)


def test_one_date_has_the_interval_of_a_share_and_no_winner():
    params = EvaluationParams(n_dates=1)
    result = evaluate(planted(seed=8), EVERYTHING, (DENSITY, COUNTS), params)
    frame, dates = result.frame, result.dates
    np.testing.assert_allclose(frame["hit_rate_low"], dates["hit_rate_low"])
    np.testing.assert_allclose(frame["pai_high"], dates["hit_rate_high"] / 0.02)
    assert frame["behind_best_low"].isna().all()
    assert "at one date only: no telling whether it would be first again" in result.in_words()
    assert any("1 date can hardly tell skill from luck" in w for w in result.record.warnings)


def test_two_dates_with_the_same_single_hit_are_no_certainty():
    """One incident a test, both hit: found by counts in cells, hardly by wards."""
    times = ["2017-01-01", "2017-02-05", "2017-03-11"]
    incidents = make_incidents(times, [tuple(PLANTED)] * 3, precision="day")
    params = EvaluationParams(train_days=14, test_days=28, n_dates=2, allow_gaps=True)
    result = evaluate(incidents, EVERYTHING, (COUNTS, USELESS), params)
    best = result.frame.iloc[0]
    assert (best["method"], best["hit_rate"]) == ("last period's counts", 1)
    # Wilson's interval of 2 of 2.
    assert best["hit_rate_low"] == pytest.approx(0.3424, abs=1e-4)
    assert (best["hit_rate_high"], best["pai_high"]) == (1, 50)
    assert np.isnan([best["pei_low"], result.frame["behind_best_low"][1]]).all()
    assert result.in_words().endswith(
        "its lead over last period's ward counts is no clearer than chance."
    )
    assert any(
        w.startswith("Incidents in all tests together: 2. That is") for w in result.record.warnings
    )


def test_no_interval_says_more_than_can_be():
    frame = evaluate(planted(seed=5, days=90), EVERYTHING, (COUNTS,), EvaluationParams()).frame
    assert (frame["pai_high"] <= 50).all()
    few = EvaluationParams(train_days=7, test_days=7, area_percent=40)
    frame = evaluate(planted(seed=5, days=90), EVERYTHING, (DENSITY, COUNTS), few).frame
    np.testing.assert_allclose(frame["pai_high"], frame["hit_rate_high"] / 0.4)


def test_dates_without_training_are_said_and_do_not_hide_the_rri_of_the_others():
    first = [f"2017-01-{day:02d}" for day in range(1, 29) for _ in range(3)]
    again = [f"2017-03-{day:02d}" for day in range(1, 29) for _ in range(3)]
    there = [(523_450.0, 179_850.0)]
    incidents = make_incidents(first + again, there * 168, precision="day")
    params = EvaluationParams(train_days=14, test_days=14, allow_gaps=True)
    result = evaluate(incidents, EVERYTHING, (COUNTS,), params)
    assert result.record.params["n_dates_used"] == 3
    assert result.frame["hit_rate"][0] == pytest.approx(2 / 3)
    assert result.frame["rri"][0] == 1
    assert (
        "At 1 of 3 dates there is no incident in the borough to train on, so nothing can be "
        "predicted; they count all the same. Train longer."
    ) in result.record.warnings


def test_tests_without_incidents_are_left_out_and_said():
    incidents = planted(seed=9, days=200)
    quiet = np.datetime64("2017-05-05"), np.datetime64("2017-06-25")
    kept = incidents.take((incidents.occurred < quiet[0]) | (incidents.occurred >= quiet[1]))
    params = EvaluationParams(train_days=60, test_days=14)
    result = evaluate(kept, EVERYTHING, (DENSITY,), params)
    n_empty = int((result.dates["incidents"] == 0).sum())
    assert n_empty >= 2
    assert f"{n_empty} of 10 tests have no incident and are left out." in result.record.warnings
    used = result.dates[result.dates["incidents"] > 0]
    assert result.frame["hit_rate"][0] == pytest.approx(used["hit_rate"].mean())
    assert result.in_words().endswith(f"over {10 - n_empty} dates).")


def test_warnings_of_snapped_positions_and_small_cells():
    places = [tuple(place) for place in background(np.random.default_rng(3), 30)]
    params = EvaluationParams(train_days=90, cell_size_m=50)
    warnings = " ".join(evaluate(months_at(places), EVERYTHING, (COUNTS,), params).record.warnings)
    assert "Positions are snapped to few points" in warnings
    assert "Cells of 50 m are below 100 m" in warnings
    quiet = evaluate(planted(seed=4), EVERYTHING, (DENSITY,), EvaluationParams(test_days=14))
    assert quiet.record.warnings == ()


@pytest.mark.parametrize(
    ("settings", "says"),
    [
        ((), "No method to evaluate is given; there are density"),
        ((DENSITY, COUNTS, DensityParams()), r"density \(bandwidth_m=200.* is given twice"),
    ],
)
def test_nothing_to_compare_is_refused(settings, says):
    with pytest.raises(ParameterError, match=says):
        evaluate(planted(days=60), EVERYTHING, settings, EvaluationParams())


def test_incidents_outside_cannot_be_tested():
    incidents = months_at([(540_000.0, 180_000.0)] * 5)
    with pytest.raises(ParameterError, match="None of the 4 tests has an incident in the borough"):
        evaluate(incidents, EVERYTHING, (COUNTS,), EvaluationParams(train_days=120))


@pytest.fixture(scope="module")
def real_months(shared_data):
    if shared_data is None:
        pytest.skip("no real months beside the project")
    return read([shared_data / "incidents" / "police_uk"]).incidents


def test_the_real_months(real_months):
    result = evaluate(real_months, EVERYTHING, tuple(NAMED.values()), EvaluationParams())
    assert result.record.params["train"] == "4 months"
    assert result.record.params["n_dates"] == 5
    assert "Aug" in f"{result.dates['test_from'].min():%b}"
    frame = result.frame.set_index("method")
    # Every method knows where it is busy, and smaller places know it better than wards.
    assert (frame["pai_low"] > 3).all()
    assert frame["pai"].idxmin() == "last period's ward counts"
    assert (frame["pei"] < 1).all()
    assert any("snapped" in warning for warning in result.record.warnings)
    assert_reruns(result, real_months)


def test_the_missing_month_of_the_real_ones_is_refused(real_months):
    with pytest.raises(ParameterError, match="no incident at all in 2016-03"):
        compare(real_months, EVERYTHING, EvaluationParams(train_days=180, n_dates=4))
    params = EvaluationParams(train_days=180, n_dates=4, allow_gaps=True)
    result = compare(real_months, EVERYTHING, params)
    assert any(warning.startswith("Gaps were allowed") for warning in result.record.warnings)
