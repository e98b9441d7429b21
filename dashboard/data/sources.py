"""What a delivery of files is called, and how it was understood the last time."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import PurePosixPath

from geo.readers.mapping import ColumnMapping

_MONTHS = "jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec"
_CHANGING = re.compile(
    rf"\d+|\b(?:{_MONTHS})[a-z]*\b|\b(?:week|wk|copy|final|export|v)\b", re.IGNORECASE
)


@dataclass(frozen=True)
class LastTime:
    """The mapping of an earlier delivery with the same headings, and what that was called."""

    source: str
    mapping: ColumnMapping


def last_time(header: Sequence[str], saved: Mapping[str, ColumnMapping]) -> LastTime | None:
    """Find the saved mapping that fits a table: all of its headings are there.

    The one that names most headings is taken.
    """
    fitting = [
        (len(headings), source)
        for source, mapping in saved.items()
        if (headings := _headings_of(mapping)) and headings <= set(header)
    ]
    if not fitting:
        return None
    _, key = max(fitting)
    return LastTime(saved[key].source or key, saved[key])


def key_of_mapping(source: str, mapping: ColumnMapping, saved: Mapping[str, ColumnMapping]) -> str:
    """Give the name to save a mapping under: that of its source, with a number for other headings.

    A source can deliver tables of several kinds; each keeps its own mapping.
    """
    number, key = 1, source
    while key in saved and _headings_of(saved[key]) != _headings_of(mapping):
        number += 1
        key = f"{source} ({number})"
    return key


def _headings_of(mapping: ColumnMapping) -> set[str]:
    return {heading for headings in mapping.columns.values() for heading in headings}


def source_of_file(name: str) -> str:
    """Propose what files of this name are called: without what changes from week to week.

    >>> source_of_file("months/Met_weekly-2024-03-04 (2).csv"), source_of_file("2024.csv")
    ('Met weekly', '2024')
    """
    stem = PurePosixPath(name.replace("\\", "/")).stem
    words = re.sub(r"[\W_]+", " ", _CHANGING.sub(" ", stem.replace("_", " "))).split()
    return " ".join(words) or stem
