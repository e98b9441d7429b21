"""Text cells that a spreadsheet program must not take for formulas.

A cell that begins with ``=``, ``+``, ``-``, ``@``, a tab or a carriage return may be run as a
formula when a CSV file is opened. One apostrophe in front prevents it. Texts that already look
like that (an apostrophe and then such a character) get one more, so that taking one away always
gives back the very text that was written.

References
----------
OWASP, "CSV Injection".
"""

import re

import pandas as pd

LINE_END = "\r\n"
"""For CSV files, as RFC 4180 has it. With a plain line feed Python's writer leaves a carriage
return inside a text unquoted, and what follows it would begin a new row."""

_RISKY = r"^'*[=+\-@\t\r]"
_GUARDED = r"^'(?='*[=+\-@\t\r])"


def guard(text: str) -> str:
    """Put an apostrophe before a text that a spreadsheet might run.

    >>> guard("=1+1"), guard("Green"), guard("'=x")
    ("'=1+1", 'Green', "''=x")
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
    return texts.where(~guarded, texts[guarded].str.replace(_GUARDED, "", regex=True))


def guard_frame(frame: pd.DataFrame) -> pd.DataFrame:
    """Guard every text column of a frame that is to be written as CSV, and its headings."""
    texts = [
        name
        for name in frame.columns
        if pd.api.types.is_string_dtype(frame[name]) or frame[name].dtype == object
    ]
    guarded = frame.assign(**{name: guard_column(frame[name].astype("str")) for name in texts})
    return guarded.rename(columns=lambda name: guard(str(name)))
