"""Frames of the time slider beside sums made directly."""

from datetime import date

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from boundaries.errors import ParameterError
from geo.frames import STEPS, FrameParams, Step, frames_of, whole_time
from geo.periods import periods_of
from geo.schema import Incidents
from tests.factories import make_incidents

NAN = float("nan")
days = st.dates(date(2014, 12, 30), date(2018, 1, 2))


def at(*times: str) -> Incidents:
    return make_incidents(times, [(NAN, NAN)] * len(times))


@given(
    times=st.lists(days.map(str), min_size=1, max_size=20),
    step=st.sampled_from(STEPS),
    window=st.integers(1, 24),
)
def test_sums_are_those_of_the_members(times: list[str], step: Step, window: int) -> None:
    incidents = at(*times)
    frames = frames_of(incidents, FrameParams(step, window))
    weights = np.random.default_rng(len(times)).integers(0, 50, (len(times), 3)).astype(float)
    per_period = np.zeros((len(frames.periods.labels), 3))
    np.add.at(per_period, frames.periods.codes, weights)
    direct = [weights[frames.members(i)].sum(axis=0) for i in range(len(frames))]
    assert np.array_equal(frames.sums(per_period), direct)


@given(
    times=st.lists(days.map(str), min_size=1, max_size=20),
    step=st.sampled_from(STEPS),
    window=st.integers(1, 24),
)
def test_frames_begin_one_step_apart_and_reach_from_first_to_last(
    times: list[str], step: Step, window: int
) -> None:
    incidents = at(*times)
    frames = frames_of(incidents, FrameParams(step, window))
    labels = periods_of(incidents, step).labels
    spans = [labels[i : i + window] for i in range(max(len(labels) - window, 0) + 1)]
    assert list(frames.labels) == [
        span[0] if len(span) == 1 else f"{span[0]} to {span[-1]}" for span in spans
    ]
    for i, span in enumerate(spans):
        inside = [labels[code] in span for code in frames.periods.codes]
        assert frames.members(i).tolist() == inside


def test_labels_as_people_read_them() -> None:
    incidents = at("2016-01-15", "2016-04-20")
    assert frames_of(incidents, FrameParams("month", 3)).labels == (
        "2016-01 to 2016-03",
        "2016-02 to 2016-04",
    )
    assert frames_of(incidents, FrameParams("fy", 1)).labels == ("2015/16", "2016/17")
    assert frames_of(incidents, FrameParams("quarter", 2)).labels == ("2016 Q1 to 2016 Q2",)


def test_a_window_longer_than_the_data_is_the_whole_of_it() -> None:
    frames = frames_of(at("2016-01-15", "2016-03-20", "2016-03-21"), FrameParams("month", 24))
    assert (len(frames), frames.window) == (1, 3)
    assert frames.labels == ("2016-01 to 2016-03",)
    assert frames.members(0).all()
    assert frames.sums(np.array([[1.0], [0.0], [2.0]])).tolist() == [[3.0]]


def test_one_month_is_one_frame() -> None:
    frames = frames_of(at("2016-01-15"), FrameParams("month", 3))
    assert (frames.labels, frames.window) == (("2016-01",), 1)


def test_no_incidents_make_no_frames() -> None:
    frames = frames_of(at(), FrameParams())
    assert len(frames) == 0
    assert frames.sums(np.zeros((0, 4))).shape == (0, 4)


def test_summing_leaves_what_it_was_given() -> None:
    frames = frames_of(at("2016-01-15", "2016-03-20"), FrameParams("month", 1))
    per_period = np.array([[1.0], [0.0], [2.0]])
    sums = frames.sums(per_period)
    sums += 5
    assert per_period.tolist() == [[1.0], [0.0], [2.0]]


def test_the_whole_time_is_one_frame_with_everything() -> None:
    incidents = at("2015-04-01", "2018-03-31")
    frames = whole_time(incidents)
    assert frames.labels == ("Apr 2015 to Mar 2018",)
    assert frames.members(0).tolist() == [True, True]


@pytest.mark.parametrize("step", ["week", "all", "hour", ""])
def test_steps_that_no_slider_can_take_are_refused(step: str) -> None:
    with pytest.raises(ParameterError, match=rf"Step is '{step}'; it must be one of fy, year"):
        FrameParams(step)  # type: ignore[arg-type]
