"""Which heading of a table holds what: made by the reader, mended by a person, kept per source."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from boundaries.errors import ParameterError


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
