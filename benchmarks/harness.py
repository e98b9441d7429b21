"""What all benchmarks share: timing, memory, one table, and its place in README.md."""

import ctypes
import os
import statistics
import time
from collections.abc import Callable
from dataclasses import dataclass
from multiprocessing import get_context
from pathlib import Path

_MB = 1e6


class Unavailable(Exception):  # noqa: N818 - says that nothing was measured, not that it failed
    """Raised by a benchmark that cannot run here, with the reason."""


@dataclass(frozen=True)
class Measured:
    """Best and median time of several runs in seconds; peak memory above the start in MB."""

    best_s: float
    median_s: float
    peak_mb: float | None = None


@dataclass(frozen=True)
class Row:
    """One line of the table.

    Attributes
    ----------
    step, case
        What was done, and to what.
    product
        This project.
    rival, beside
        Name and measurement of what it stands beside; none where there is nothing comparable.
    times_faster, at_most_s
        A goal that was stated beforehand: by the best times, or for the product's median time.
    note
        Anything else that was found, for example that both gave the same answer.
    """

    step: str
    case: str
    product: Measured
    rival: str = ""
    beside: Measured | None = None
    times_faster: float | None = None
    at_most_s: float | None = None
    note: str = ""

    @property
    def ratio(self) -> float | None:
        """How many times faster the product is, by the best times."""
        return self.beside.best_s / self.product.best_s if self.beside else None

    @property
    def goal(self) -> str:
        """The goal and whether it was met; empty without one."""
        if self.times_faster is not None and self.ratio is not None:
            return f"{self.times_faster:g} ×: {_met(self.ratio >= self.times_faster)}"
        if self.at_most_s is not None:
            at_most = f"at most {_seconds(self.at_most_s)}"
            return f"{at_most}: {_met(self.product.median_s <= self.at_most_s)}"
        return ""


def measured(function: Callable[[], object], *, runs: int = 5, memory: bool = False) -> Measured:
    """Run a function once to warm up, then ``runs`` times, and once more for its memory."""
    return _measured([function], runs, memory)[0]


def side_by_side(
    product: Callable[[], object],
    rival: Callable[[], object],
    *,
    runs: int = 5,
    memory: bool = False,
) -> tuple[Measured, Measured]:
    """Measure two functions in turns, so that a busy machine slows both and not one of them."""
    first, second = _measured([product, rival], runs, memory)
    return first, second


def _measured(functions: list[Callable[[], object]], runs: int, memory: bool) -> list[Measured]:
    for function in functions:
        function()
    times = [[_timed(function) for function in functions] for _ in range(runs)]
    return [
        Measured(min(own), statistics.median(own), peak_mb(function) if memory else None)
        for function, own in zip(functions, zip(*times, strict=True), strict=True)
    ]


def _timed(function: Callable[[], object]) -> float:
    start = time.perf_counter()
    function()
    return time.perf_counter() - start


def peak_mb(function: Callable[[], object]) -> float | None:
    """Give the highest resident memory above that at the start, in MB, of a forked process.

    Counts what C libraries take too, which tracemalloc does not see. None where processes cannot
    be forked.
    """
    if not hasattr(os, "fork") or not Path("/proc/self/clear_refs").exists():
        return None
    context = get_context("fork")
    answer = context.SimpleQueue()
    process = context.Process(target=_watch, args=(function, answer))
    process.start()
    process.join()
    return None if answer.empty() else answer.get()


def _watch(function: Callable[[], object], answer) -> None:
    _give_back_free_memory()
    Path("/proc/self/clear_refs").write_text("5", encoding="ascii")  # forget the earlier peak
    start_kb = _status("VmRSS")
    function()
    answer.put((_status("VmHWM") - start_kb) * 1024 / _MB)


def _status(name: str) -> int:
    lines = Path("/proc/self/status").read_text(encoding="ascii").splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith(f"{name}:"))


def _give_back_free_memory() -> None:
    """Let new memory show as new, instead of filling what earlier runs left free (glibc only)."""
    trim = getattr(ctypes.CDLL(None), "malloc_trim", None)
    if trim is not None:
        trim(0)


def table(rows: list[Row]) -> str:
    """Write rows as one Markdown table."""
    head = ["step", "case", "this project", "beside", "ratio", "memory", "goal", "note"]
    lines = [head, ["---"] * len(head), *(_cells(row) for row in rows)]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def _cells(row: Row) -> list[str]:
    return [
        row.step,
        row.case,
        _time(row.product),
        f"{row.rival}: {_time(row.beside)}" if row.beside else "",
        f"{row.ratio:.3g} ×" if row.ratio else "",
        _memory(row),
        row.goal,
        row.note,
    ]


def _time(value: Measured) -> str:
    return f"{_seconds(value.best_s)} ({_seconds(value.median_s)})"


def _seconds(seconds: float) -> str:
    return f"{seconds:.2f} s" if seconds >= 1 else f"{seconds * 1e3:.3g} ms"


def _memory(row: Row) -> str:
    pair = [row.product.peak_mb, row.beside.peak_mb if row.beside else None]
    said = [f"{peak:,.0f} MB" for peak in pair if peak is not None]
    return " beside ".join(said)


def _met(is_met: bool) -> str:
    return "met" if is_met else "missed"
