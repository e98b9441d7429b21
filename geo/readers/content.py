"""What a column looks like by what it holds, from a sample of its texts."""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType

import numpy as np
import pandas as pd

from geo.readers.dates import BLANK_WORDS
from geo.readers.strand_columns import strands_in
from geo.readers.words import CRIME_WORDS, INCIDENT_WORDS, NO_STRAND_WORDS, NO_WORDS, YES_WORDS

SAMPLE_SIZE = 200
SHOWN = 5
CLEAR = 0.9
"""Share of a sample from which on a column is said to hold something."""

DATES = "dates"
CLOCK_TIMES = "times of day"
LONDON_EASTINGS = "eastings in London"
LONDON_NORTHINGS = "northings in London"
EASTINGS = "eastings"
NORTHINGS = "northings"
LONDON_LONGITUDES = "longitudes in London"
LONDON_LATITUDES = "latitudes in London"
LONGITUDES = "longitudes"
LATITUDES = "latitudes"
GRID_REFERENCES = "grid references"
POSTCODES = "postcodes"
FLAGS = "yes or no"
STRAND_NAMES = "strands"
KINDS_OF_RECORD = "crime or incident"

_DAY, _MONTH, _YEAR = r"(?:0?[1-9]|[12]\d|3[01])", r"(?:0?[1-9]|1[0-2])", r"(?:19[5-9]|20\d)\d"
_MONTH_NAME = (
    r"(?:jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?"
    r"|sept?(?:ember)?|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)"
)
_CLOCK = r"\d{1,2}:\d{2}(?::\d{2}(?:\.\d+)?)?"
_DATE = re.compile(
    rf"(?:{_YEAR}(?P<a>[-/.]){_MONTH}(?P=a){_DAY}|{_YEAR}[-/]{_MONTH}|{_MONTH_NAME}[- ]{_YEAR}"
    rf"|{_DAY}(?P<b>[-/. ])(?:{_MONTH}|{_MONTH_NAME})(?P=b)(?:{_YEAR}|\d{{2}})"
    rf"|{_YEAR}(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01]))"
    rf"(?:(?:\s*t\s*|[\s,]+){_CLOCK}(?:\s*[ap]\.?m\.?)?(?:\s*(?:z|[+-]\d{{2}}:?\d{{2}}))?)?",
    re.ASCII | re.IGNORECASE,
)
_TIME = re.compile(
    r"\d{1,2}:\d{2}(?::\d{2}(?:\.\d+)?)?(?:\s*[ap]\.?m\.?)?", re.ASCII | re.IGNORECASE
)
_NUMBER = re.compile(r"[+-]?\d+(?:[.,]\d+)?", re.ASCII)
_DEGREES = re.compile(r"[+-]?\d{1,2}[.,]\d{3,}", re.ASCII)
_REFERENCE = re.compile(r"[HJNOST][A-HJ-Z]\s*(\d{2,5})\s*(\d{2,5})", re.ASCII | re.IGNORECASE)
_POSTCODE = re.compile(
    r"(?:[A-Z]{1,2}\d[A-Z\d]?)\s*\d[ABD-HJLNP-UW-Z]{2}", re.ASCII | re.IGNORECASE
)

_RANGES: Mapping[str, tuple[float, float, re.Pattern[str]]] = MappingProxyType(
    {
        LONDON_EASTINGS: (503_000, 562_000, _NUMBER),
        LONDON_NORTHINGS: (155_000, 201_000, _NUMBER),
        EASTINGS: (1_000, 700_000, _NUMBER),
        NORTHINGS: (1_000, 1_300_000, _NUMBER),
        LONDON_LONGITUDES: (-0.56, 0.36, _DEGREES),
        LONDON_LATITUDES: (51.26, 51.72, _DEGREES),
        LONGITUDES: (-9, 2.5, _DEGREES),
        LATITUDES: (49, 61.5, _DEGREES),
    }
)
_KIND_WORDS = frozenset((*CRIME_WORDS, *INCIDENT_WORDS)) - {*YES_WORDS, *NO_WORDS}
_FLAG_WORDS = frozenset((*YES_WORDS, *NO_WORDS))
_LONGEST_STRAND_TEXT = 80


@dataclass(frozen=True, eq=False)
class Content:
    """What a sample of a column holds.

    Attributes
    ----------
    sample
        Texts that are not blank, in the order of the table.
    """

    sample: tuple[str, ...]
    _shares: dict[str, float] = field(default_factory=dict, repr=False)

    @property
    def shown(self) -> tuple[str, ...]:
        """Up to five different texts."""
        return tuple(dict.fromkeys(self.sample))[:SHOWN]

    @property
    def blank(self) -> bool:
        """Whether there is nothing in the sample."""
        return not self.sample

    def share(self, kind: str) -> float:
        """Give the share of texts of a kind, in [0, 1]; one text can be of several kinds."""
        if kind not in self._shares:
            self._shares[kind] = (
                0.0 if self.blank else _COUNTS[kind](self.sample) / len(self.sample)
            )
        return self._shares[kind]

    def holds(self, *kinds: str) -> bool:
        """Whether nearly all texts are of one of these kinds."""
        return any(self.share(kind) >= CLEAR for kind in kinds)


def content_of(texts: "pd.Series[str]") -> Content:
    """Look at a sample of a column, spread over all of it; the same texts give the same answer.

    >>> content_of(pd.Series(["TQ 233 798", "", "TQ2379"])).holds(GRID_REFERENCES)
    True
    """
    return Content(tuple(sample_of(texts)))


def sample_of(texts: "pd.Series[str]") -> list[str]:
    """Give up to ``SAMPLE_SIZE`` texts that are not blank, evenly spread over the column."""
    spread = _evenly(len(texts), 5 * SAMPLE_SIZE)
    found = _not_blank(texts.iloc[spread])
    if len(found) < SHOWN and len(spread) < len(texts):
        found = _not_blank(texts)
    return [found[position] for position in _evenly(len(found), SAMPLE_SIZE)]


def _evenly(size: int, most: int) -> list[int]:
    if size <= most:
        return list(range(size))
    return [int(position) for position in np.linspace(0, size - 1, most).astype(np.int64)]


def _not_blank(texts: "pd.Series[str]") -> list[str]:
    stripped = texts.fillna("").str.strip()
    return list(stripped[~stripped.str.lower().isin(BLANK_WORDS)])


def _matching(pattern: re.Pattern[str]) -> Callable[[Iterable[str]], int]:
    return lambda texts: sum(pattern.fullmatch(text) is not None for text in texts)


def _within(low: float, high: float, pattern: re.Pattern[str]) -> Callable[[Iterable[str]], int]:
    return lambda texts: sum(
        low <= float(text.replace(",", ".")) <= high for text in texts if pattern.fullmatch(text)
    )


def _references(texts: Iterable[str]) -> int:
    found = [_REFERENCE.fullmatch(text) for text in texts]
    return sum(len("".join(match.groups())) % 2 == 0 for match in found if match)


def _strands(texts: Iterable[str]) -> int:
    """Count texts that say which strand, or that there is none; 0 where none says which."""
    short = [text for text in texts if len(text) <= _LONGEST_STRAND_TEXT]
    read = [strands_in(text) for text in short]
    if not any(named for named, _ in read):
        return 0
    return sum(
        not unknown and (bool(named) or text.lower() in NO_STRAND_WORDS)
        for text, (named, unknown) in zip(short, read, strict=True)
    )


def _kinds_of_record(texts: Iterable[str]) -> int:
    return sum(text.lower() in _KIND_WORDS for text in texts)


_COUNTS: Mapping[str, Callable[[Sequence[str]], int]] = MappingProxyType(
    {
        DATES: _matching(_DATE),
        CLOCK_TIMES: _matching(_TIME),
        **{kind: _within(*bounds) for kind, bounds in _RANGES.items()},
        GRID_REFERENCES: _references,
        POSTCODES: _matching(_POSTCODE),
        FLAGS: lambda texts: sum(text.lower() in _FLAG_WORDS for text in texts),
        STRAND_NAMES: _strands,
        KINDS_OF_RECORD: _kinds_of_record,
    }
)
