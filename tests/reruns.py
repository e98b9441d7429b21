"""A result made again from its record, for the tests of every method."""

from dataclasses import fields

import numpy as np
import pandas as pd

from geo.rerun import rerun
from geo.result import Result
from geo.schema import Incidents


def assert_reruns(result: Result, incidents: Incidents) -> None:
    """Make the result again from its record as JSON, with nothing kept, and compare all of it."""
    fresh = Incidents(incidents.frame.copy(), incidents.is_demonstration, incidents.taken_from)
    again = rerun(result.record.to_json(), fresh)
    assert type(again) is type(result)
    pd.testing.assert_frame_equal(again.frame, result.frame)
    assert again.record == result.record
    for field in fields(result):
        value = getattr(result, field.name)
        if isinstance(value, np.ndarray):
            np.testing.assert_array_equal(getattr(again, field.name), value)
