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
    ordinals = _ordinals(occurrences(numbers ^ sources), "-")
    made = _joined(PREFIX, _as_hexadecimal(numbers), ordinals)
    at = np.where(without, np.cumsum(without) - 1, 0)
    spread = made.take(pa.array(at, mask=~without))
    return frame.assign(**{INCIDENT_ID: _texts(pc.coalesce(_arrow(frame[INCIDENT_ID]), spread))})


def with_distinct_ids(frame: pd.DataFrame) -> tuple[pd.DataFrame, int]:
    """Tell the rows of one file that share an id apart, in the order of content: ``ID (2)``.

    Returns
    -------
    frame, times
        The rows, and how many have the id of an earlier one.
    """
    ids = frame[INCIDENT_ID]
    shared = ids.duplicated(keep=False).to_numpy(np.bool_) & ids.notna().to_numpy(np.bool_)
    if not shared.any():
        return frame, 0
    at = np.flatnonzero(shared)
    codes, unique = pd.factorize(ids.iloc[at])
    order = np.lexsort((content_hashes(frame.iloc[at]), codes))
    ordinals = np.zeros(len(frame), np.int64)
    ordinals[at[order]] = occurrences(codes[order].astype(np.uint64))
    numbered = _joined("", _arrow(ids), _ordinals(ordinals, " (", ")"))
    return frame.assign(**{INCIDENT_ID: _texts(numbered)}), len(at) - len(unique)


def _ordinals(earlier: NDArray[np.int64], before: str, after: str = "") -> pa.Array:
    """Give the number of each row after the first of its kind as text, else an empty text."""
    numbers = pc.cast(pa.array(earlier + 1), pa.large_string())
    return pc.if_else(pa.array(earlier > 0), _joined(before, numbers, _text(after)), _text(""))


def _as_hexadecimal(numbers: NDArray[np.uint64]) -> pa.Array:
    """Write all numbers at once: one at a time takes as long as reading the file."""
    text = numbers.astype(">u8").tobytes().hex().encode()
    ends = np.arange(0, len(text) + 1, _DIGITS, dtype=np.int64)
    buffers = [None, pa.py_buffer(ends.tobytes()), pa.py_buffer(text)]
    return pa.Array.from_buffers(pa.large_string(), len(numbers), buffers)


def _joined(start: str, middle: pa.Array, end: pa.Array | pa.Scalar) -> pa.Array:
    return pc.binary_join_element_wise(_text(start), middle, end, _text(""))


def _text(text: str) -> pa.Scalar:
    return pa.scalar(text, pa.large_string())


def _arrow(texts: "pd.Series[str]") -> pa.Array:
    array = pc.cast(pa.array(texts), pa.large_string())
    return array.combine_chunks() if isinstance(array, pa.ChunkedArray) else array


def _texts(array: pa.Array) -> "pd.Series[str]":
    return pd.Series(array.to_pandas(), dtype="str")
