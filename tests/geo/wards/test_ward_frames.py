"""Ward figures of the time slider beside tables of the same months."""

from datetime import date, timedelta

import numpy as np
import pandas as pd
import pytest

import boundaries
from boundaries.columns import WARD_CODE
from boundaries.errors import ParameterError
from geo import demonstration
from geo.frames import FrameParams
from geo.schema import Incidents
from geo.selection import Selection
from geo.wards.counts import MEASURES, Measure
from geo.wards.frames import WardFrameParams, ward_frames
from geo.wards.table import EXTRA_ROWS, PERIOD, TABLE_COLUMNS, VALUE, WardParams, ward_table
from tests.factories import make_incidents

NAN = float("nan")
OUTSIDE = (400_000.0, 200_000.0)


@pytest.fixture(scope="module")
def demo() -> Incidents:
    return demonstration.load()


def sparse() -> Incidents:
    """Incidents with empty months between, some outside, some nowhere."""
    inside = boundaries.load_wards("2022").geometry.representative_point()
    points = [(inside.iloc[i % 21].x, inside.iloc[i % 21].y) for i in range(40)]
    points[3:9] = [OUTSIDE, (NAN, NAN)] * 3
    days = [date(2016, 1, 31) + timedelta(days=19 * i + 200 * (i > 20)) for i in range(40)]
    return make_incidents([str(day) for day in days], points, precision="day")


def months_of(label: str, step: str) -> tuple[date, date]:
    """Give the first and last day of a frame from its label."""
    first, _, last = label.partition(" to ")
    frequency = {"month": "M", "quarter": "Q", "year": "Y", "fy": "Y-MAR"}[step]

    def period(text: str) -> pd.Period:
        text = str(int(text[:4]) + 1) if step == "fy" else text.replace(" ", "")
        return pd.Period(text, freq=frequency)

    return period(first).start_time.date(), period(last or first).end_time.date()


def values_of_frame(frame: pd.DataFrame, label: str) -> np.ndarray:
    return frame.loc[frame[PERIOD] == label, VALUE].to_numpy(float)


@pytest.mark.parametrize("measure", MEASURES)
@pytest.mark.parametrize(
    ("vintage", "frames"),
    [
        ("2002", FrameParams("month", 3)),
        ("2022", FrameParams("month", 1)),
        ("2002", FrameParams("fy", 1)),
        ("2022", FrameParams("fy", 2)),
        ("2022", FrameParams("quarter", 2)),
        ("2002", FrameParams("year", 24)),
    ],
    ids=str,
)
@pytest.mark.parametrize("data", ["demonstration", "sparse"])
def test_a_frame_is_the_table_of_its_months(
    demo: Incidents, data: str, vintage: str, frames: FrameParams, measure: Measure
) -> None:
    incidents = demo if data == "demonstration" else sparse()
    params = WardFrameParams(vintage, measure, frames)
    found = ward_frames(incidents, Selection(), params).frame
    labels = found[PERIOD].unique()
    for label in labels[:: max(1, len(labels) // 5)]:
        selection = Selection(*months_of(label, frames.step))
        alone = ward_table(incidents, selection, WardParams(vintage, "all", measure)).frame
        np.testing.assert_allclose(values_of_frame(found, label), alone[VALUE], rtol=1e-12)


def test_counts_are_whole_numbers_to_the_last_digit(demo: Incidents) -> None:
    values = ward_frames(demo, Selection(), WardFrameParams("2002")).frame[VALUE]
    assert (values == values.round()).all()
    assert values.min() == 0


def test_rows_stand_as_in_the_ward_table(demo: Incidents) -> None:
    result = ward_frames(demo, Selection(), WardFrameParams("2022", frames=FrameParams("fy", 1)))
    frame = result.frame
    assert tuple(frame.columns) == TABLE_COLUMNS
    codes = [*boundaries.load_wards("2022")[WARD_CODE], *EXTRA_ROWS]
    assert frame[WARD_CODE].tolist() == [code for code in codes for _ in range(3)]
    assert frame[PERIOD].tolist() == ["2015/16", "2016/17", "2017/18"] * len(codes)
    same = ward_table(demo, Selection(), WardParams("2022", "fy")).frame
    assert frame[VALUE].tolist() == same[VALUE].tolist()


def test_windows_that_share_incidents_are_said(demo: Incidents) -> None:
    said = "Each frame adds up 3 periods and shares incidents with its neighbours"
    of_three = ward_frames(demo, Selection(), WardFrameParams("2002")).record
    assert [said in warning for warning in of_three.warnings].count(True) == 1
    single = WardFrameParams("2002", frames=FrameParams("fy", 1))
    assert not any("shares" in w for w in ward_frames(demo, Selection(), single).record.warnings)


def test_the_record_says_which_incidents_and_settings(demo: Incidents) -> None:
    selection = Selection(start=date(2017, 4, 1), strands=("race",))
    record = ward_frames(demo, selection, WardFrameParams("2002", "rate")).record
    selected = selection.apply(demo)
    assert record.method == "ward_frames"
    assert record.params["vintage"] == "2002"
    assert record.params["measure"] == "rate"
    assert record.params["frames"] == {"step": "month", "window": 3}
    assert record.selection == selection
    assert record.incidents == len(selected) < len(demo)
    assert record.located + record.outside + record.not_located == record.incidents
    assert record.data_fingerprint == selected.fingerprint
    assert record.is_demonstration
    assert any("residents" in warning for warning in record.warnings)


def test_no_incidents_give_no_rows() -> None:
    result = ward_frames(make_incidents([], []), Selection(), WardFrameParams())
    assert tuple(result.frame.columns) == TABLE_COLUMNS
    assert result.frame.empty
    assert result.record.period == "no incidents"


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"vintage": "2012"}, "2012"),
        ({"measure": "odds"}, "Measure 'odds' is not known; use one of count"),
    ],
)
def test_settings_are_checked(settings: dict[str, str], message: str) -> None:
    with pytest.raises(ParameterError, match=message):
        WardFrameParams(**settings)  # type: ignore[arg-type]
