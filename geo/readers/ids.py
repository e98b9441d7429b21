"""Ids of rows that have none, and of rows of police.uk that share one.

An id that is made must be the same whenever the same row is read again, in whatever file and
whatever place of it; so it is made of what the row says, never of where it stands.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from geo.identity import lasting_hashes, occurrences
from geo.readers.days import BLANK_WORDS
from geo.schema import INCIDENT_ID, IS_CRIME, SOURCE, TIME_PRECISION

PREFIX = "no-id-"
ROUNDED = (
    "a spreadsheet has rounded this number, so that others look the same; an id was made of the "
    "row's content"
)
ROUNDED_REMEDY = "Format the column as text, or as a number without decimals, and export it again."
_DIGITS = 16

NO_RESULT = "(formula without a result)"
"""Stands in the cell of a workbook whose formula was saved without its result."""

NO_ID_WORDS = (
    NO_RESULT,
    *BLANK_WORDS,
    *("tbc", "tba", "pending", "awaited", "awaiting", "to follow", "not yet known", "not given"),
    *("not recorded", "not stated", "not applicable", "no id", "no number", "no reference"),
    *("no ref", "nil", "various", "see notes", "?", "??", "???", "--", "---", ".", "n.a.", "n/k"),
    *("nk", "#n/a", "#ref!", "#value!", "#name?", "#null!", "#num!", "#div/0!"),
)
"""What people and programs write where there is no id. Read as ids, these words would make one
incident of all the rows that have them."""

_ROUNDED = r"^[0-9](?:\.[0-9]+)?[eE]\+[0-9]{2}$"
_WHOLE = r"^[0-9]+(?:\.0)?$"
_ZEROS = ("0", "00", "000", "0000", "00000", "000000", "0.0")
_SAMPLE = 50_000
_MOST_ON_OTHER_DAYS = 0.1
_FEWEST_ON_OTHER_DAYS = 10


@dataclass(frozen=True, eq=False)
class Ids:
    """What a column of ids says.

    Attributes
    ----------
    texts
        The ids, missing where there is none.
    rounded
        Shape (n,): whether it was a number of which only the first digits are left.
    """

    texts: "pd.Series[str]"
    rounded: NDArray[np.bool_]


def are_own(header: Sequence[str]) -> bool:
    """Whether these are the headings of a table that this project wrote; its ids are right."""
    return {INCIDENT_ID, SOURCE, IS_CRIME, TIME_PRECISION} <= set(header)


def read_ids(texts: "pd.Series[str]") -> Ids:
    """Read stripped texts as ids; words for nothing are none, nor are zeros that repeat.

    Where all are whole numbers and some end in ``.0``, as programs write columns with gaps, the
    ending is taken away: 17 and 17.0 are the same.

    >>> read_ids(pd.Series(["17", "18.0", "n/a", "4.02E+09"])).texts.fillna("").tolist()
    ['17', '18', '', '']
    """
    ids = _arrow(texts)
    rounded = _are_rounded(ids)
    none = pc.or_(rounded, pc.is_in(pc.utf8_lower(ids), pa.array(NO_ID_WORDS, pa.large_string())))
    zero = pc.is_in(ids, pa.array(_ZEROS, pa.large_string()))
    if (pc.sum(zero).as_py() or 0) > 1:
        none = pc.or_(none, zero)
    ids = pc.if_else(none, None, ids)
    if pc.any(pc.ends_with(ids, ".0")).as_py() and _all_whole(ids):
        ids = pc.replace_substring_regex(ids, r"\.0$", "")
    return Ids(_texts(ids), np.asarray(rounded, np.bool_))


def as_written(texts: "pd.Series[str]") -> Ids:
    """Take the texts for ids as they are."""
    return Ids(texts, np.zeros(len(texts), np.bool_))


def _are_rounded(ids: pa.Array) -> pa.Array:
    """Look for a plus before trying the slower expression, which nearly never fits."""
    plus = pc.fill_null(pc.match_substring(ids, "+"), fill_value=False)
    if not pc.any(plus).as_py():
        return plus
    return pc.fill_null(pc.match_substring_regex(ids, _ROUNDED), fill_value=False)


def _all_whole(ids: pa.Array) -> bool:
    return bool(pc.all(pc.match_substring_regex(ids, _WHOLE)).as_py())


def are_distinct(ids: "pd.Series[str]") -> bool:
    """Whether no id is there twice; several times faster than to say which are."""
    return int(pc.count_distinct(_arrow(ids)).as_py()) == int(ids.notna().sum())


def on_other_days(texts: "pd.Series[str]", dates: "pd.Series[str]") -> int:
    """Count the rows that share an id with a row of another date, where that says it is no id.

    0 where they are so few that they may be corrections of each other.
    """
    # Of ids that repeat so often, a sample has some twice too.
    step = max(1, len(texts) // _SAMPLE)
    if are_distinct(texts.iloc[::step]):
        return 0
    ids = read_ids(texts).texts
    if are_distinct(ids):
        return 0
    shared = ids.duplicated(keep=False).to_numpy(np.bool_) & ids.notna().to_numpy(np.bool_)
    days = dates[shared].str.replace(r"[\sT].*$", "", regex=True)
    rows = pd.DataFrame({"id": ids[shared], "day": days})
    other = int((rows.groupby("id")["day"].transform("nunique") > 1).sum())
    many = max(_FEWEST_ON_OTHER_DAYS, _MOST_ON_OTHER_DAYS * len(ids))
    return other if other >= many else 0


def with_made_ids(frame: pd.DataFrame, apart: "pd.Series[str] | None" = None) -> pd.DataFrame:
    """Give every row of one file without an id one that is made of its content.

    Rows that say the same are numbered, the second with ``-2`` at the end: they stay separate
    incidents, and the same number of them in another file has the same ids.

    Parameters
    ----------
    apart
        What else of each row, which is no part of the frame, tells it from others.
    """
    without = frame[INCIDENT_ID].isna().to_numpy(np.bool_)
    if not without.any():
        return frame
    rows = frame[without]
    numbers = lasting_hashes(rows)
    if apart is not None:
        numbers ^= pd.util.hash_array(apart[without].fillna("").to_numpy(object))
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
    order = np.lexsort((lasting_hashes(frame.iloc[at]), codes))
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
