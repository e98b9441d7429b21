"""Old wards on new ones: land beside shapely's, incidents beside point-in-polygon tests."""

import pytest
import shapely

import boundaries
from boundaries.errors import ParameterError
from geo import demonstration
from geo.selection import Selection
from geo.wards.overlap import OVERLAP_COLUMNS, OverlapParams, ward_overlap
from tests.factories import make_incidents


@pytest.fixture(scope="module")
def both_ways():
    incidents = demonstration.load()
    pairs = [("2002", "2022"), ("2022", "2002")]
    return [ward_overlap(incidents, Selection(), OverlapParams(*pair)).frame for pair in pairs]


def test_pairs_share_the_land_and_the_incidents_that_lie_in_both(both_ways):
    forth, _ = both_ways
    old, new = (boundaries.load_wards(v).set_index("ward_code").geometry for v in ("2002", "2022"))
    points = demonstration.load().frame[["easting", "northing"]].dropna().to_numpy()
    assert tuple(forth.columns) == OVERLAP_COLUMNS
    in_old = {code: shapely.intersects_xy(shape, points) for code, shape in old.items()}
    in_new = {code: shapely.intersects_xy(shape, points) for code, shape in new.items()}
    for row in forth.itertuples():
        shared = old[row.from_code].intersection(new[row.to_code]).area
        assert row.area_km2 == pytest.approx(shared / 1e6, abs=1e-4)
        assert row.share_by_area == pytest.approx(shared / old[row.from_code].area, abs=2e-3)
        assert row.share_of_to_by_area == pytest.approx(shared / new[row.to_code].area, abs=2e-3)
        # Borders belong to one ward; a point on one may be in two polygons.
        together = int((in_old[row.from_code] & in_new[row.to_code]).sum())
        assert row.incidents == pytest.approx(together, abs=1)
    assert forth["incidents"].sum() == 1703
    for name, group in forth.groupby("from_code"):
        assert group["share_by_area"].sum() == pytest.approx(1), name
        assert list(group["share_by_area"]) == sorted(group["share_by_area"], reverse=True)


def test_back_is_forth_read_the_other_way(both_ways):
    forth, back = (frame.set_index(["from_code", "to_code"]) for frame in both_ways)
    back.index = back.index.swaplevel().set_names(forth.index.names)
    back = back.loc[forth.index]
    assert len(back) == len(forth)
    assert (back["incidents"] == forth["incidents"]).all()
    assert list(back["share_of_to_by_area"]) == pytest.approx(list(forth["share_by_area"]))


def test_incidents_outside_or_without_a_place_are_in_no_pair():
    incidents = make_incidents(["2023-05-01"] * 2, [(600000, 100000), (float("nan"),) * 2])
    result = ward_overlap(incidents, Selection(), OverlapParams())
    assert result.frame["incidents"].sum() == 0
    assert result.record.outside == result.record.not_located == 1


def test_a_vintage_is_not_laid_on_itself():
    with pytest.raises(ParameterError, match="Both vintages are '2022'"):
        OverlapParams("2022", "2022")
