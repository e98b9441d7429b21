"""Columns with types (numbers, dates, yes or no) to the texts that a CSV file would hold."""

import json
from collections.abc import Callable
from typing import Any

import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.types as pt


def texts_of(column: pa.ChunkedArray) -> "pd.Series[str]":
    """Write every value as a text, blank where there is none.

    Numbers are written so that reading them gives the same number; dates and times in the order
    of ISO 8601, moments with a zone in UTC with a Z; truth as yes and no; lists and objects as
    JSON; bytes that are no text in hexadecimal.

    >>> import datetime as dt
    >>> values = pa.chunked_array([[dt.datetime(2017, 4, 3, 18, 5), None]])
    >>> texts_of(values).tolist()
    ['2017-04-03T18:05:00', '']
    """
    texts = pc.fill_null(_as_texts(_plain(column)).cast(pa.large_string()), "")
    return pd.Series(texts.to_pandas(), dtype="str")


_REPLACEMENT = "\ufffd"


def text_of(value: Any) -> str:  # noqa: ANN401 - whatever a column can hold
    """Write one value by the same rules.

    >>> [text_of(value) for value in (None, True, 17.0, 0.1, "a", ["b", 1])]
    ['', 'yes', '17', '0.1', 'a', '["b", 1]']
    """
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, float):
        return repr(int(value)) if value.is_integer() and abs(value) < 2**53 else repr(value)
    if not isinstance(value, (list, dict)):
        return without_half_characters(str(value))
    return without_half_characters(json.dumps(value, ensure_ascii=False, default=str))


def without_half_characters(text: str) -> str:
    r"""Replace what JSON can write and no file or database can hold: half a character, and NUL.

    >>> without_half_characters("x\ud83dy\0")
    'x\ufffdy\ufffd'
    """
    if text.isascii():
        return text.replace("\0", _REPLACEMENT)
    return "".join(_REPLACEMENT if c == "\0" or "\ud800" <= c <= "\udfff" else c for c in text)


def _plain(column: pa.ChunkedArray) -> pa.ChunkedArray:
    """Take off what only says how the values are kept."""
    if isinstance(column.type, pa.BaseExtensionType):
        kind = column.type.storage_type
        column = pa.chunked_array([chunk.storage for chunk in column.chunks], kind)
    if pt.is_dictionary(column.type):
        column = column.cast(column.type.value_type)
    return column


def _as_texts(column: pa.ChunkedArray) -> pa.ChunkedArray:
    writer = next((writer for test, writer in _WRITERS if test(column.type)), _of_others)
    return writer(column)


def _of_others(column: pa.ChunkedArray) -> pa.ChunkedArray:
    return column.cast(pa.string())


def _of_truth(column: pa.ChunkedArray) -> pa.ChunkedArray:
    return pc.if_else(column, "yes", "no")


def _of_numbers(column: pa.ChunkedArray) -> pa.ChunkedArray:
    """Write the shortest text that gives the same number, nothing for not-a-number."""
    wide = column.cast(pa.float32()) if pt.is_float16(column.type) else column
    return pc.if_else(pc.is_nan(column), None, wide.cast(pa.string()))


def _of_days(column: pa.ChunkedArray) -> pa.ChunkedArray:
    return column.cast(pa.date32()).cast(pa.string())


def _of_times(column: pa.ChunkedArray) -> pa.ChunkedArray:
    return _without_empty_fraction(column.cast(pa.string()))


def _one_by_one(column: pa.ChunkedArray) -> pa.ChunkedArray:
    return pa.chunked_array([pa.array(map(text_of, column.to_pylist()), pa.string())])


def _of_moments(column: pa.ChunkedArray) -> pa.ChunkedArray:
    kind = column.type
    if kind.tz is not None:
        column = column.cast(pa.timestamp(kind.unit, "UTC"))
    return pc.replace_substring(
        _without_empty_fraction(column.cast(pa.string())), " ", "T", max_replacements=1
    )


def _without_empty_fraction(texts: pa.ChunkedArray) -> pa.ChunkedArray:
    return pc.replace_substring_regex(texts, r"\.0+(Z?)$", r"\1")


def _of_bytes(column: pa.ChunkedArray) -> pa.ChunkedArray:
    try:
        return column.cast(pa.binary()).cast(pa.string())
    except pa.ArrowInvalid:
        return pa.chunked_array([pa.array(map(_decoded, column.to_pylist()), pa.string())])


def _decoded(value: bytes | None) -> str | None:
    if value is None:
        return None
    try:
        return value.decode()
    except UnicodeDecodeError:
        return value.hex()


_WRITERS: tuple[tuple[Callable[[Any], bool], Callable[[Any], Any]], ...] = (
    (pt.is_boolean, _of_truth),
    (pt.is_floating, _of_numbers),
    (pt.is_date, _of_days),
    (pt.is_timestamp, _of_moments),
    (pt.is_time, _of_times),
    (pt.is_binary, _of_bytes),
    (pt.is_large_binary, _of_bytes),
    (pt.is_fixed_size_binary, _of_bytes),
    (pt.is_nested, _one_by_one),
    (pt.is_duration, _one_by_one),
)
