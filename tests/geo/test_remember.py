"""What is remembered of incidents: the same object again, not too much, and not for too long."""

import gc
import sys
import weakref
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from threading import Barrier

import pytest

from geo.choices import choices_of
from geo.clusters.dbscan import DbscanParams
from geo.frames import FrameParams, frames_of
from geo.hotspots.table import find_hotspots
from geo.remember import remembered
from geo.schema import Incidents
from geo.selection import Selection
from geo.surfaces.density import DensityParams
from geo.times.when import WhenParams, when
from geo.wards.frames import WardFrameParams, ward_frames
from geo.wards.table import WardParams, ward_table
from tests.factories import make_incidents


def two() -> Incidents:
    return make_incidents(["2016-01-01", "2016-05-01"], [(523000, 179000), (523500, 179100)])


class Counted:
    """A function of incidents that notes what it was asked."""

    def __init__(self, size: int) -> None:
        self.asked: list[object] = []

        @remembered(size)
        def function(incidents: Incidents, *args: object, **kwargs: object) -> object:
            self.asked.append((*args, *kwargs.values()))
            return (len(incidents), args, kwargs)

        self.function = function


def test_the_same_question_gets_the_same_object() -> None:
    counted, incidents = Counted(2), two()
    first = counted.function(incidents, 1, unit="month")
    assert counted.function(incidents, 1, unit="month") is first
    assert counted.asked == [(1, "month")]
    assert counted.function(incidents, 1, unit="year") is not first


def test_the_order_of_named_arguments_does_not_matter() -> None:
    counted, incidents = Counted(2), two()
    assert counted.function(incidents, a=1, b=2) is counted.function(incidents, b=2, a=1)


def test_other_incidents_and_other_functions_have_their_own() -> None:
    counted, other, one = Counted(2), Counted(2), two()
    assert counted.function(one, 1) is not counted.function(two(), 1)
    other.function(one, 1)
    assert (len(counted.asked), len(other.asked)) == (2, 1)


def test_what_was_asked_longest_ago_is_forgotten() -> None:
    counted, incidents = Counted(2), two()
    for number in (1, 2, 1, 3, 1):
        counted.function(incidents, number)
    assert counted.asked == [(1,), (2,), (3,)]
    counted.function(incidents, 2)
    assert counted.asked == [(1,), (2,), (3,), (2,)]


def test_a_failure_is_not_remembered() -> None:
    failures = iter([ValueError("first"), None])

    @remembered(1)
    def function(incidents: Incidents) -> str:
        if error := next(failures):
            raise error
        return "done"

    incidents = two()
    with pytest.raises(ValueError, match="first"):
        function(incidents)
    assert function(incidents) == "done"


def test_who_changes_a_result_changes_it_for_nobody_else() -> None:
    incidents = two()
    first = when(incidents, Selection(), WhenParams())
    first.frame["incidents"] = -1.0
    first.weekdays.loc[0, "incidents"] = -1.0
    with pytest.raises(ValueError, match="read-only"):
        first.hour_of_week[0, 0] = -1
    again = when(incidents, Selection(), WhenParams())
    assert again.frame["incidents"].sum() == again.weekdays["incidents"].sum() == 2
    assert again.hour_of_week is first.hour_of_week


def test_the_name_and_words_of_the_function_stay() -> None:
    assert frames_of.__module__ == "geo.frames"
    assert choices_of.__name__ == "choices_of"
    assert "can name" in (choices_of.__doc__ or "")


@pytest.fixture
def without_collector() -> Iterator[None]:
    """Only the counting of references frees objects, at once."""
    gc.collect()
    gc.disable()
    yield
    gc.enable()


PART = Selection(start=date(2016, 2, 1))
USES: dict[str, Callable[[Incidents, Selection], object]] = {
    "select": lambda incidents, selection: selection.apply(incidents),
    "choices": lambda incidents, _: choices_of(incidents),
    "frames": lambda incidents, selection: frames_of(selection.apply(incidents), FrameParams()),
    "wards": lambda incidents, selection: ward_table(incidents, selection, WardParams()),
    "ward frames": lambda incidents, selection: ward_frames(
        incidents, selection, WardFrameParams()
    ),
    "density": lambda incidents, selection: find_hotspots(incidents, selection, DensityParams()),
    "clusters": lambda incidents, selection: find_hotspots(incidents, selection, DbscanParams()),
}


@pytest.mark.usefixtures("without_collector")
@pytest.mark.parametrize("selection", [Selection(), PART], ids=["all", "some"])
@pytest.mark.parametrize("use", USES)
def test_incidents_go_when_nobody_holds_them(use: str, selection: Selection) -> None:
    incidents = two()
    gone, frame_gone = weakref.ref(incidents), weakref.ref(incidents.frame)
    USES[use](incidents, selection)
    assert gone() is not None
    del incidents
    assert gone() is None
    assert frame_gone() is None


@pytest.fixture
def hasty_threads() -> Iterator[None]:
    """Let threads take turns as often as they can."""
    interval = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    yield
    sys.setswitchinterval(interval)


@pytest.mark.usefixtures("hasty_threads")
def test_threads_that_ask_at_once_get_right_answers() -> None:
    n_threads, incidents = 8, two()
    start = Barrier(n_threads)

    @remembered(2)
    def function(given: Incidents, number: int) -> tuple[int, int]:
        return len(given), number

    def ask(thread: int) -> bool:
        start.wait()
        return all(
            function(incidents, number) == (2, number)
            for turn in range(2_000)
            for number in [(turn * (thread + 1)) % 5]
        )

    with ThreadPoolExecutor(n_threads) as pool:
        assert all(pool.map(ask, range(n_threads)))
