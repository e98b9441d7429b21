"""The ward tables of the published figures and of real months."""

import pytest

from geo.readers import DEMO, read
from geo.selection import Selection
from geo.wards.change import ward_change
from geo.wards.table import WardParams, ward_table
from tests.factories import write_street_months

YEARS = ("2015/16", "2016/17", "2017/18")

# Victims per ward and financial year: H&F Anti-Hate Crime Strategy 2019-2023. The strategy lists
# the last row as NULL: no ward recorded.
PUBLISHED = {
    "E05000250": (28, 38, 25),
    "E05000251": (20, 29, 29),
    "E05000252": (18, 22, 25),
    "E05000253": (23, 51, 32),
    "E05000254": (14, 41, 38),
    "E05000255": (29, 53, 33),
    "E05000256": (77, 83, 72),
    "E05000257": (13, 20, 12),
    "E05000258": (27, 33, 25),
    "E05000259": (15, 11, 11),
    "E05000260": (22, 41, 25),
    "E05000261": (26, 24, 24),
    "E05000262": (19, 28, 26),
    "E05000263": (77, 107, 94),
    "E05000264": (17, 29, 20),
    "E05000265": (47, 71, 59),
    "outside": (0, 0, 0),
    "not_located": (9, 10, 5),
}


@pytest.fixture(scope="module")
def demonstration():
    return read([DEMO]).incidents


@pytest.fixture(scope="module")
def months(shared_data, tmp_path_factory):
    """Real months of police.uk without March 2016; without them, files of the same layout."""
    if shared_data:
        return read([shared_data / "incidents" / "police_uk"]).incidents
    folder = tmp_path_factory.mktemp("police_uk")
    per_ward = {"Addison": 5, "Hammersmith Broadway": 6, "Shepherd's Bush Green": 8}
    write_street_months(folder, ["2016-01", "2016-02", "2016-04"], per_ward)
    return read([folder]).incidents


def test_the_published_table_cell_by_cell(demonstration):
    result = ward_table(demonstration, Selection(), WardParams("2002", "fy"))
    cells = [
        (code, year, value)
        for code, values in PUBLISHED.items()
        for year, value in zip(YEARS, values, strict=True)
    ]
    columns = result.frame[["ward_code", "period", "value"]]
    assert list(columns.itertuples(index=False, name=None)) == cells
    record = result.record
    assert (record.incidents, record.outside, record.not_located) == (1727, 0, 24)


def test_change_of_the_published_table(demonstration):
    params = WardParams("2002", "fy")
    frame = ward_change(demonstration, Selection(), params, "2016/17", "2017/18").frame
    difference = dict(zip(frame["ward_code"], frame["difference"], strict=True))
    assert difference == {code: last - middle for code, (_, middle, last) in PUBLISHED.items()}


def test_real_months_put_the_known_centres_first(months):
    frame = ward_table(months, Selection(), WardParams("2002")).frame
    assert frame["value"].sum() == len(months)
    highest = frame[frame["ward_code"].str.startswith("E")].nlargest(2, "value")
    assert highest["ward_name"].tolist() == ["Shepherd's Bush Green", "Hammersmith Broadway"]


def test_real_months_say_that_march_is_missing(months):
    record = ward_table(months, Selection(), WardParams("2002", "month")).record
    assert any("in 2016-03: a file may be missing" in sentence for sentence in record.warnings)
    assert record.located + record.outside + record.not_located == len(months)
