"""Ward statistics for the frames of a time slider."""

from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pandas as pd

import boundaries
from boundaries.vintages import Vintage, check_vintage
from geo.analysis import analysis
from geo.frames import FrameParams, Frames, frames_of
from geo.params import Params
from geo.record import make_record
from geo.result import Result
from geo.schema import Incidents
from geo.selection import Selection
from geo.wards.counts import Measure, check_measure, count_by_ward, ward_measure
from geo.wards.join import locate
from geo.wards.table import PERIOD, VALUE, row_names
from geo.wards.warnings import missing_months, ward_warnings


@dataclass(frozen=True)
class WardFrameParams(Params):
    """Which wards, measured how, in which windows of time."""

    vintage: Vintage = "2022"
    measure: Measure = "count"
    frames: FrameParams = field(default_factory=FrameParams)

    def __post_init__(self) -> None:
        super().__post_init__()
        check_vintage(self.vintage)
        check_measure(self.measure)


@analysis("ward_frames")
def ward_frames(incidents: Incidents, selection: Selection, params: WardFrameParams) -> Result:
    """Tabulate a measure by ward for windows of time that overlap.

    Windows longer than one step share incidents, so figures of different frames must not be
    added up; the record says how long they are.

    Returns
    -------
    Frame with the columns of :func:`geo.wards.table.ward_table`, one row per ward and frame;
    ``period`` holds the frame's label.
    """
    selected = selection.apply(incidents)
    wards = boundaries.load_wards(params.vintage)
    location = locate(selected, params.vintage)
    frames = frames_of(selected, params.frames)
    counts, _ = count_by_ward(location, frames.periods, len(wards))
    values = ward_measure(frames.sums(counts.T.astype(float)).T, wards, params.measure)
    rows = {name: np.repeat(v, len(frames)) for name, v in row_names(wards).items()}
    labels = np.tile(np.array(frames.labels, dtype=object), len(values))
    frame = pd.DataFrame({**rows, PERIOD: labels, VALUE: values.ravel()})
    warnings = [
        *ward_warnings(selected, wards, params.vintage, params.measure),
        *missing_months(selected),
        *_overlap_warning(frames),
    ]
    flat: dict[str, Any] = params.as_dict()
    record = make_record("ward_frames", flat, selection, selected, location, warnings=warnings)
    return Result(frame, record)


def _overlap_warning(frames: Frames) -> list[str]:
    if frames.window == 1:
        return []
    sentence = (
        f"Each frame adds up {frames.window} periods and shares incidents with its neighbours; "
        "do not add up frames."
    )
    return [sentence]
