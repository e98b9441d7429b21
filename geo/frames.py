"""The frames of a time slider: overlapping windows of periods."""

from dataclasses import dataclass
from typing import Literal, get_args

import numpy as np
from numpy.typing import NDArray

from boundaries.errors import ParameterError
from geo.params import Params, number
from geo.periods import Periods, periods_of
from geo.remember import remembered
from geo.schema import Incidents

Step = Literal["fy", "year", "quarter", "month"]
STEPS: tuple[Step, ...] = get_args(Step)


@dataclass(frozen=True)
class FrameParams(Params):
    """How time is cut: a frame is ``window`` steps long and moves on by one step."""

    step: Step = "month"
    window: int = number(
        3,
        low=1,
        high=24,
        step=1,
        unit="steps",
        label="Window",
        help="How many months (or years) one position of the time slider adds up.",
    )

    def __post_init__(self) -> None:
        super().__post_init__()
        if self.step not in STEPS:
            msg = f"Step is {self.step!r}; it must be one of {', '.join(STEPS)}."
            raise ParameterError(msg)


@dataclass(frozen=True, eq=False)
class Frames:
    """Windows of consecutive periods, each one step later than the last.

    Attributes
    ----------
    periods
        The period of every incident, as :func:`geo.periods.periods_of` gives it.
    window
        Periods per frame; never more than there are.
    labels
        One per frame, for example ``2016-01 to 2016-03``.
    """

    periods: Periods
    window: int
    labels: tuple[str, ...]

    def __len__(self) -> int:
        return len(self.labels)

    def sums(self, per_period: NDArray[np.float64]) -> NDArray[np.float64]:
        """Add up periods into frames along the first axis: (periods, ...) to (frames, ...)."""
        total = np.cumsum(per_period, axis=0)
        frames = total[self.window - 1 :].copy()
        frames[1:] -= total[: -self.window]
        return frames

    def members(self, frame: int) -> NDArray[np.bool_]:
        """Say which incidents are in a frame, shape (n,)."""
        codes = self.periods.codes
        return (codes >= frame) & (codes < frame + self.window)


@remembered(4)
def frames_of(incidents: Incidents, params: FrameParams) -> Frames:
    """Cut the time that the incidents span into frames; no incidents, no frames."""
    periods = periods_of(incidents, params.step)
    window = min(params.window, max(len(periods.labels), 1))
    ends = periods.labels[window - 1 :]
    labels = tuple(
        last if window == 1 else f"{first} to {last}"
        for first, last in zip(periods.labels, ends, strict=False)
    )
    return Frames(periods, window, labels)


def whole_time(incidents: Incidents) -> Frames:
    """Give the one frame that holds every incident."""
    periods = periods_of(incidents, "all")
    return Frames(periods, 1, periods.labels)
