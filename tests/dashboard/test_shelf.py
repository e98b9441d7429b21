"""Results that are shared, and the work on them: joined, watched, given up."""

import threading
import time
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import pytest

from boundaries.errors import TimeLimitError
from dashboard import shelf as module
from dashboard.shelf import Cancelled, Shelf, Work
from geo.progress import report


class Steps:
    """Work in steps that goes on only when it is told to."""

    def __init__(self) -> None:
        self.runs = 0
        self.at = threading.Event()
        self.go_on = threading.Event()

    def __call__(self) -> str:
        self.runs += 1
        for done in range(1_000):
            report(done, 1_000, "steps")
            self.at.set()
            if self.go_on.wait(0.005):
                return f"result {self.runs}"
        return "nobody told"


def until(is_so: Callable[[], Any]) -> None:
    deadline = time.monotonic() + 5
    while not is_so():
        assert time.monotonic() < deadline
        time.sleep(0.005)


def test_a_result_is_made_once_and_kept() -> None:
    shelf = Shelf(2)
    made: list[int] = []

    def make(value: int) -> Callable[[], int]:
        def made_now() -> int:
            made.append(value)
            return value

        return made_now

    assert [shelf.get(str(n), make(n)) for n in (1, 2, 1, 3, 1, 2)] == [1, 2, 1, 3, 1, 2]
    assert made == [1, 2, 3, 2]
    assert (shelf.known("1"), shelf.known("3")) == ((1,), None)


def test_all_that_ask_at_once_get_one_result() -> None:
    shelf, steps, found = Shelf(9), Steps(), []
    threads = [
        threading.Thread(target=lambda: found.append(shelf.get("key", steps))) for _ in range(5)
    ]
    for thread in threads:
        thread.start()
    steps.at.wait(5)
    steps.go_on.set()
    for thread in threads:
        thread.join(5)
    assert (found, steps.runs) == (["result 1"] * 5, 1)


def test_an_error_is_raised_for_everyone_and_not_kept() -> None:
    shelf = Shelf(9)

    def fail() -> None:
        msg = "a defect"
        raise ValueError(msg)

    with pytest.raises(ValueError, match="a defect"):
        shelf.get("key", fail)
    work = shelf.start("key", fail, "me")
    assert work.wait(5)
    with pytest.raises(ValueError, match="a defect"):
        work.outcome()
    assert shelf.get("key", lambda: "mended") == "mended"


def test_work_tells_how_far_it_has_come_and_is_shared_with_who_just_asks() -> None:
    shelf, steps, found = Shelf(9), Steps(), []
    work = shelf.start("key", steps, "me")
    until(lambda: work.progress.done > 3)
    assert 0 < work.progress.share < 1
    assert work.progress.what == "steps"
    asking = threading.Thread(target=lambda: found.append(shelf.get("key", steps)))
    asking.start()
    assert shelf.start("key", steps, "another") is work
    steps.go_on.set()
    asking.join(5)
    assert (found, work.outcome(), shelf.known("key")) == (["result 1"], "result 1", ("result 1",))


def test_work_ends_when_the_last_watcher_leaves() -> None:
    shelf, steps = Shelf(9), Steps()
    work = shelf.start("key", steps, "me")
    shelf.start("key", steps, "another")
    steps.at.wait(5)
    work.leave("me")
    work.leave("me")
    time.sleep(0.05)
    assert not work.over
    work.leave("another")
    assert work.wait(5)
    with pytest.raises(Cancelled):
        work.outcome()
    assert shelf.known("key") is None
    steps.go_on.set()
    assert shelf.get("key", steps) == "result 2"


def test_work_ends_when_all_watchers_have_gone_without_a_word(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(module, "LEFT_AFTER_S", 0.1)
    shelf, steps = Shelf(9), Steps()
    work = shelf.start("key", steps, "me")
    for _ in range(10):
        time.sleep(0.02)
        work.watch("me")
    assert not work.over
    assert work.wait(5)
    assert isinstance(work.error, Cancelled)


def test_whoever_comes_as_work_is_given_up_gets_a_result() -> None:
    shelf, steps = Shelf(9), Steps()
    first = shelf.start("key", steps, "me")
    steps.at.wait(5)
    first.leave("me")
    second = shelf.start("key", steps, "another")
    assert second is not first
    steps.go_on.set()
    assert second.wait(5)
    assert second.outcome() == "result 2"


def test_only_so_much_is_done_at_once_and_what_waits_can_be_given_up(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("HOTSPOTS_LIMITS", "jobs=1")
    shelf, first, second, third = Shelf(9), Steps(), Steps(), Steps()
    works = [shelf.start(str(n), steps, f"{n}") for n, steps in enumerate((first, second, third))]
    assert [work.place for work in works] == [0, 1, 2]
    works[1].leave("1")
    assert works[1].wait(5)
    until(lambda: works[2].place == 1)
    assert second.runs == 0
    for steps in (first, third):
        steps.go_on.set()
    assert works[2].wait(5)
    assert works[2].outcome() == "result 1"


def test_one_person_does_not_keep_all_others_waiting(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOTSPOTS_LIMITS", "jobs=2 jobs_of_one=1")
    shelf, steps = Shelf(9), [Steps() for _ in range(3)]
    first, second, of_another = (
        shelf.start(str(n), one, who)
        for n, (one, who) in enumerate(zip(steps, ("me", "me", "another"), strict=True))
    )
    assert (first.place, second.place, of_another.place) == (0, 1, 0)
    assert steps[2].at.wait(5)
    assert steps[1].runs == 0
    steps[0].go_on.set()
    assert first.wait(5)
    assert steps[1].at.wait(5)
    for one in steps:
        one.go_on.set()
    assert second.wait(5)
    assert of_another.wait(5)


def in_the_page(shelf: Shelf, steps: Steps) -> Any:
    return shelf.get("key", steps)


def beside_the_page(shelf: Shelf, steps: Steps) -> Any:
    work = shelf.start("key", steps, "me")
    assert work.wait(5)
    return work.outcome()


@pytest.mark.parametrize("ask", [in_the_page, beside_the_page])
def test_what_takes_too_long_is_given_up_and_says_so(
    monkeypatch: pytest.MonkeyPatch, ask: Callable[[Shelf, Steps], Any]
) -> None:
    monkeypatch.setattr(
        module, "limits", lambda: SimpleNamespace(seconds=0.1, jobs=1, jobs_of_one=1)
    )
    shelf, steps = Shelf(9), Steps()
    with pytest.raises(TimeLimitError, match=r"longer than the 0\.1 seconds .* Choose fewer"):
        ask(shelf, steps)
    assert (steps.runs, shelf.known("key")) == (1, None)


def test_progress_without_a_total_is_none() -> None:
    work = Work()
    assert work.progress.share == 0
    work.told(5, 0, "rows")
    assert work.progress.share == 0
    work.told(9, 3, "rows")
    assert work.progress.share == 1
