import numpy as np
import pytest
import shapely

import boundaries
from boundaries import columns as col
from boundaries.errors import ParameterError

PAIRS = [("2002", "2022"), ("2022", "2002")]


@pytest.mark.parametrize(("source", "target"), PAIRS)
def test_shares_by_area_sum_to_one_for_each_ward(source, target):
    table = boundaries.crosswalk(source, target)
    sums = table.groupby(col.FROM_CODE)[col.SHARE_BY_AREA].sum()
    assert set(sums.index) == set(boundaries.load_wards(source)[col.WARD_CODE])
    assert set(table[col.TO_CODE]) == set(boundaries.load_wards(target)[col.WARD_CODE])
    assert sums.to_numpy() == pytest.approx(1, abs=1e-12)


@pytest.mark.parametrize(("source", "target"), PAIRS)
def test_shares_agree_with_counting_points_on_a_fine_grid(source, target):
    table = boundaries.crosswalk(source, target).set_index([col.FROM_CODE, col.TO_CODE])
    counted = count_points(boundaries.load_wards(source), boundaries.load_wards(target))
    for pair, share in counted.items():
        assert table[col.SHARE_BY_AREA].get(pair, 0) == pytest.approx(share, abs=0.01)
    assert {pair for pair, share in counted.items() if share > 0.01} <= set(table.index)


def count_points(source, target, step_m=15):
    west, south, east, north = source.total_bounds
    x, y = (
        each.ravel()
        for each in np.meshgrid(np.arange(west, east, step_m), np.arange(south, north, step_m))
    )
    shares = {}
    for code, land in zip(source[col.WARD_CODE], source.geometry, strict=True):
        shapely.prepare(land)
        inside = shapely.contains_xy(land, x, y)
        for other, ground in zip(target[col.WARD_CODE], target.geometry, strict=True):
            shared = shapely.contains_xy(ground, x[inside], y[inside]).sum()
            if shared:
                shares[code, other] = shared / inside.sum()
    return shares


def test_both_directions_measure_the_same_land():
    keys = [col.FROM_CODE, col.TO_CODE]
    there = boundaries.crosswalk("2002", "2022").set_index(keys)[col.AREA_KM2]
    back = boundaries.crosswalk("2022", "2002").set_index(keys[::-1])[col.AREA_KM2]
    assert there.to_dict() == pytest.approx(back.rename_axis(keys).to_dict(), abs=1e-9)
    assert there.sum() == pytest.approx(16.386, abs=0.001)


def test_sands_end_keeps_about_half_its_land():
    table = boundaries.crosswalk("2002", "2022")
    sands_end = table[(table[col.FROM_NAME] == "Sands End") & (table[col.TO_NAME] == "Sands End")]
    assert sands_end[col.SHARE_BY_AREA].item() == pytest.approx(0.57, abs=0.01)


@pytest.mark.parametrize(("source", "target"), PAIRS)
def test_share_by_population_is_known_only_where_a_ward_is_not_divided(source, target):
    table = boundaries.crosswalk(source, target)
    pieces = table.groupby(col.FROM_CODE)[col.TO_CODE].transform("size")
    assert (table[col.SHARE_BY_POPULATION].notna() == (pieces == 1)).all()
    assert (table.loc[pieces == 1, col.SHARE_BY_POPULATION] == 1).all()
    assert (pieces == 1).sum() >= 2


@pytest.mark.parametrize("vintage", boundaries.VINTAGES)
def test_same_vintage_is_the_identity(vintage):
    table = boundaries.crosswalk(vintage, vintage)
    assert table[col.FROM_CODE].tolist() == table[col.TO_CODE].tolist()
    assert table[col.FROM_CODE].is_unique
    assert (table[[col.SHARE_BY_AREA, col.SHARE_BY_POPULATION]] == 1).all(axis=None)


def test_columns_and_order():
    table = boundaries.crosswalk("2002", "2022")
    assert list(table.columns) == [
        "from_code",
        "from_name",
        "to_code",
        "to_name",
        "share_by_area",
        "share_by_population",
        "area_km2",
    ]
    assert table[[col.FROM_CODE, col.TO_CODE]].apply(tuple, axis=1).is_monotonic_increasing


def test_every_caller_has_a_copy():
    table = boundaries.crosswalk("2002", "2022")
    table[col.SHARE_BY_AREA] = 0
    assert boundaries.crosswalk("2002", "2022")[col.SHARE_BY_AREA].sum() == pytest.approx(16)


def test_unknown_vintage():
    with pytest.raises(ParameterError, match="'2030' is not known"):
        boundaries.crosswalk("2002", "2030")
