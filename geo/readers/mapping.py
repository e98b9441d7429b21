"""Which heading of a table holds what: made by the reader, mended by a person, kept per source."""

import difflib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from boundaries.errors import ParameterError
from geo.readers.columns import HEADINGS, STRAND_LIST, meaning_of_heading, plain_words
from geo.schema import STRAND_COLUMNS

IN_SEVERAL_COLUMNS = (STRAND_LIST, *STRAND_COLUMNS.values())
"""Meanings that may stand in several columns, which are united."""


@dataclass(frozen=True)
class ColumnMapping:
    """What the columns of one kind of table mean.

    Parameters
    ----------
    columns
        Headings by meaning (the keys of ``geo.readers.columns.HEADINGS``). Only the list of
        strands may stand in several columns; every other meaning has one heading. An empty tuple
        says that no column has this meaning, whatever its heading.
    source
        What the source is called; rows without a source of their own carry it. None takes the
        name of the file.
    strand_codes
        Strand by the source's own code or word, lower case, for example ``{"rh": "race"}``; ``""``
        as the strand says that the code means no strand.
    category
        Category of all rows of a table without a column for it.
    is_crime
        Whether all rows are crimes, for a table without a column for it.
    """

    columns: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    source: str | None = None
    strand_codes: Mapping[str, str] = field(default_factory=dict)
    category: str | None = None
    is_crime: bool | None = None

    def with_columns(self, columns: Mapping[str, Sequence[str]]) -> "ColumnMapping":
        """Give the mapping with these meanings instead of what it had for them."""
        given = {meaning: tuple(headings) for meaning, headings in columns.items()}
        return replace(self, columns={**self.columns, **given})

    def to_dict(self) -> dict[str, Any]:
        """Give what JSON can hold."""
        return {
            "columns": {meaning: list(headings) for meaning, headings in self.columns.items()},
            "source": self.source,
            "strand_codes": dict(self.strand_codes),
            "category": self.category,
            "is_crime": self.is_crime,
        }

    @classmethod
    def from_dict(cls, given: Mapping[str, Any]) -> "ColumnMapping":
        """Take back what :meth:`to_dict` gave.

        Raises
        ------
        ParameterError
            It is something else.
        """
        try:
            return cls(
                columns={name: tuple(heads) for name, heads in given["columns"].items()},
                source=given["source"],
                strand_codes=dict(given["strand_codes"]),
                category=given["category"],
                is_crime=given["is_crime"],
            )
        except (KeyError, TypeError, AttributeError) as error:
            msg = f"This is not a mapping of columns ({error!r}); make it again."
            raise ParameterError(msg) from error


def meaning_called(name: str) -> str:
    """Give the meaning that a person calls so, for example ``strand`` or ``postcode``.

    Raises
    ------
    ParameterError
        There is none: the message names the nearest.

    >>> meaning_called("strand"), meaning_called("Incident ID"), meaning_called("Race")
    ('strands', 'incident_id', 'strand_race')
    """
    by_words = {plain_words(meaning): meaning for meaning in HEADINGS}
    meaning = by_words.get(plain_words(name)) or meaning_of_heading(name)
    if meaning is None:
        msg = (
            f"No column can mean {name!r}.{_nearest(name, HEADINGS)} The meanings are "
            f"{', '.join(HEADINGS)}."
        )
        raise ParameterError(msg)
    return meaning


def columns_at(
    header: Sequence[str], suggested: ColumnMapping, given: ColumnMapping | None, file: str
) -> dict[str, tuple[int, ...]]:
    """Give the positions of the columns of each meaning; see :func:`merged_mapping`."""
    merged = merged_mapping(header, suggested, given, file)
    return {
        meaning: _positions(header, meaning, headings)
        for meaning, headings in merged.columns.items()
        if headings
    }


def _positions(header: Sequence[str], meaning: str, headings: Sequence[str]) -> tuple[int, ...]:
    """Give the first column of each heading; for strands all columns that have one of them."""
    if meaning in IN_SEVERAL_COLUMNS:
        return tuple(at for at, heading in enumerate(header) if heading in headings)
    return tuple(header.index(heading) for heading in headings)


def merged_mapping(
    header: Sequence[str], suggested: ColumnMapping, given: ColumnMapping | None, file: str
) -> ColumnMapping:
    """Put together what is suggested and what is given.

    What is given goes before what is suggested, and its columns have no other meaning.

    Parameters
    ----------
    header
        The headings of the table.
    file
        Name of the file, for messages.

    Raises
    ------
    ParameterError
        The mapping names a meaning or a heading that there is not, or several headings where one
        is allowed.
    """
    if given is None:
        return suggested
    wanted = _checked(header, given, file)
    claimed = {heading for headings in wanted.values() for heading in headings}
    left = {
        meaning: tuple(heading for heading in headings if heading not in claimed)
        for meaning, headings in suggested.columns.items()
    }
    return replace(given, columns={**left, **wanted})


def _checked(header: Sequence[str], given: ColumnMapping, file: str) -> dict[str, tuple[str, ...]]:
    columns: dict[str, tuple[str, ...]] = {}
    for name, headings in given.columns.items():
        meaning = name if name in HEADINGS else meaning_called(name)
        columns[meaning] = tuple(_heading_in(header, heading, file) for heading in headings)
        if len(headings) > 1 and meaning not in IN_SEVERAL_COLUMNS:
            msg = (
                f"The mapping of {file} gives {len(headings)} columns for {name!r}; only strands "
                "may stand in several. Name one."
            )
            raise ParameterError(msg)
    return columns


def _heading_in(header: Sequence[str], heading: str, file: str) -> str:
    """Give the heading as the table writes it; case and blanks at the ends do not matter."""
    wanted = heading.strip()
    if wanted in header:
        return wanted
    alike = [name for name in header if name.lower() == wanted.lower()]
    if len(alike) == 1:
        return alike[0]
    known = [name for name in header if name]
    msg = (
        f"{file} has no column {heading!r}, which its mapping names.{_nearest(heading, known)} Its "
        f"columns are: {', '.join(name[:40] for name in known[:40])}."
    )
    raise ParameterError(msg)


def _nearest(wanted: str, known: Iterable[str]) -> str:
    by_words = {plain_words(name): name for name in known}
    found = difflib.get_close_matches(plain_words(wanted), by_words, n=1, cutoff=0.5)
    return f" The nearest is {by_words[found[0]]!r}." if found else ""
