"""Text cells that a spreadsheet program must not take for formulas.

A cell that begins with ``=``, ``+``, ``-``, ``@``, one of these in full width, a tab or a line end
may be run as a formula when a CSV file is opened; some programs leave out blanks and signs that
are not seen before they look. One apostrophe in front prevents it. Texts that already look like
that (an apostrophe and then such a character) get one more, so that taking one away always gives
back the very text that was written. Numbers are no texts and stay as they are.

References
----------
OWASP, "CSV Injection".
"""

import re

import pandas as pd

LINE_END = "\r\n"
"""For CSV files, as RFC 4180 has it. With a plain line feed Python's writer leaves a carriage
return inside a text unquoted, and what follows it would begin a new row."""

# The signs themselves, not their escapes: Arrow's regular expressions do not know those.
_BLANKS = "\x00-\x20\x7f\x85\xa0\u1680\u180e\u2000-\u200f\u2028-\u202f\u205f-\u2069\u3000\ufeff"
_STARTS = "=+\\-@\uff1d\uff0b\uff0d\uff20"
_RISKY = f"^'*(?:[\t\n\r]|[{_BLANKS}]*[{_STARTS}])"


def guard(text: str) -> str:
    """Put an apostrophe before a text that a spreadsheet might run.

    >>> guard("=1+1"), guard("Green"), guard("'=x"), guard("  @x")
    ("'=1+1", 'Green', "''=x", "'  @x")
    """
    return f"'{text}" if re.match(_RISKY, text) else text


def guard_column(texts: "pd.Series[str]") -> "pd.Series[str]":
    """Put an apostrophe before every risky text of a column; missing values stay missing."""
    return texts.where(~texts.str.contains(_RISKY, regex=True, na=False), "'" + texts)


def unguard_column(texts: "pd.Series[str]") -> "pd.Series[str]":
    """Take away the apostrophe that :func:`guard_column` put there."""
    guarded = texts.str.startswith("'", na=False)
    if not guarded.any():
        return texts
    inner = texts[guarded].str.slice(1)
    risky = inner.str.contains(_RISKY, regex=True, na=False)
    return texts.where(~guarded, inner.where(risky, texts[guarded]))


def guard_frame(frame: pd.DataFrame) -> pd.DataFrame:
    """Guard every text of a frame that is to be written for spreadsheets, and its headings."""
    guarded = frame.assign(**{name: _guarded(frame[name]) for name in frame.columns})
    return guarded.rename(columns=lambda name: guard(str(name)))


def _guarded(column: "pd.Series[str]") -> "pd.Series[str]":
    if isinstance(column.dtype, pd.StringDtype):
        return guard_column(column)
    if isinstance(column.dtype, pd.CategoricalDtype):
        return guard_column(column.astype("str"))
    if column.dtype == object:
        return column.map(lambda value: guard(value) if isinstance(value, str) else value)
    return column
