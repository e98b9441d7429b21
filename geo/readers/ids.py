"""Ids of rows that have none, and of rows of police.uk that share one.

An id that is made must be the same whenever the same row is read again, in whatever file and
whatever place of it; so it is made of what the row says, never of where it stands.
"""

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from geo.identity import content_hashes, occurrences
from geo.schema import INCIDENT_ID, SOURCE

PREFIX = "no-id-"
_DIGITS = 16


def with_made_ids(frame: pd.DataFrame) -> pd.DataFrame:
    """Give every row of one file without an id one that is made of its content.

    Rows that say the same are numbered, the second with ``-2`` at the end: they stay separate
    incidents, and the same number of them in another file has the same ids.
    """
    without = frame[INCIDENT_ID].isna().to_numpy(np.bool_)
    if not without.any():
        return frame
    rows = frame[without]
    numbers = content_hashes(rows)
    sources = pd.util.hash_array(rows[SOURCE].to_numpy(object))
    made = _joined(PREFIX, _as_hexadecimal(numbers), _ordinals(occurrences(numbers ^ sources), "-"))
    ids = frame[INCIDENT_ID].to_numpy(object).copy()
    ids[without] = made
    return frame.assign(**{INCIDENT_ID: pd.Series(ids, frame.index, dtype="str")})


def with_distinct_ids(frame: pd.DataFrame) -> pd.DataFrame:
    """Tell the rows of one file that share an id apart, in the order of content: ``ID (2)``."""
    ids = frame[INCIDENT_ID]
    shared = ids.duplicated(keep=False).to_numpy(np.bool_) & ids.notna().to_numpy(np.bool_)
    if not shared.any():
        return frame
    at = np.flatnonzero(shared)
    codes, _ = pd.factorize(ids.iloc[at])
    order = np.lexsort((content_hashes(frame.iloc[at]), codes))
    ordinals = np.empty(len(at), np.int64)
    ordinals[order] = occurrences(codes[order].astype(np.uint64))
    numbered = ids.to_numpy(object).copy()
    numbered[at] = numbered[at] + np.where(ordinals, _ordinals(ordinals, " (", ")"), "")
    return frame.assign(**{INCIDENT_ID: pd.Series(numbered, frame.index, dtype="str")})


def _ordinals(earlier: NDArray[np.int64], before: str, after: str = "") -> NDArray[np.object_]:
    """Give the number of each row after the first of its kind as text, else an empty text."""
    texts = np.full(len(earlier), "", object)
    again = np.flatnonzero(earlier)
    texts[again] = [f"{before}{number + 1}{after}" for number in earlier[again]]
    return texts


def _as_hexadecimal(numbers: NDArray[np.uint64]) -> pa.Array:
    """Write all numbers at once: one at a time takes as long as reading the file."""
    text = numbers.astype(">u8").tobytes().hex().encode()
    ends = np.arange(0, len(text) + 1, _DIGITS, dtype=np.int64)
    buffers = [None, pa.py_buffer(ends.tobytes()), pa.py_buffer(text)]
    return pa.Array.from_buffers(pa.large_string(), len(numbers), buffers)


def _joined(prefix: str, middle: pa.Array, end: NDArray[np.object_]) -> NDArray[np.object_]:
    parts = [
        pa.scalar(prefix, pa.large_string()),
        middle,
        pa.array(end, pa.large_string()),
        pa.scalar("", pa.large_string()),
    ]
    return np.asarray(pc.binary_join_element_wise(*parts).to_numpy(zero_copy_only=False), object)
