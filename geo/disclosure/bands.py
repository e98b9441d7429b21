"""Counts of areas in bands, wide enough that no count of a few people can be worked out of them.

Areas follow no boundary that figures are published for, they overlap from period to period, and
what lies between two of them, or between an area and its ward, can be a single person. So what is
said of an area must leave room: every statement stays true if any ``slack`` incidents had happened
elsewhere in their ward. Then no small count can be told, whatever somebody else has:

Take any part of a ward, at any times, with fewer than ``smallest_shown`` incidents. Move some of
them to another part of the ward, or others from there into it, until it has any other number below
``smallest_shown`` that the ward has incidents for. That moves at most ``slack`` incidents, so all
that is said of areas stays true; and every published count stays what it is, for counts are by ward
and nothing but the place within the ward has changed. As all these tables agree with everything
that was said, nobody can tell which is the true one. This holds for nested areas and periods, for
what two areas do not share, for an area subtracted from its ward, and for any number of areas of
any periods together.

What is not covered: an outline itself says that much happened inside of it, and who knows how
outlines are found can guess which incidents made it larger in one period than in another.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import count, islice

from boundaries.errors import ParameterError

_FIRST_STEPS = (1, 2, 4, 6, 8, 12, 16)
_STEPS = (2, 3, 4, 6, 8, 12, 16)


@dataclass(frozen=True, order=True)
class Band:
    """Where a count lies, both ends included."""

    low: int
    high: int

    @property
    def text(self) -> str:
        """The band as people read it.

        >>> Band(800, 1499).text
        '800 to 1,499'
        """
        return f"{self.low:,} to {self.high:,}"

    def __contains__(self, number: int) -> bool:
        """Say whether the count can be this number."""
        return self.low <= number <= self.high


def slack(smallest_shown: int) -> int:
    """Give how many incidents may be elsewhere while all that is said of areas stays true."""
    return smallest_shown - 1


def least_in_band(smallest_shown: int) -> int:
    """Give the lowest count of which anything is said.

    >>> least_in_band(5)
    9
    """
    return smallest_shown + slack(smallest_shown)


def band(incidents: int, smallest_shown: int) -> Band | None:
    """Give the band of a count; None where the count is too low for any.

    Bands overlap: a count near the end of one gets the next. Each count has one band only, and all
    counts of a band, some ``smallest_shown`` or more in a row, lie at least ``slack`` inside of it.

    Parameters
    ----------
    smallest_shown
        The lowest end of any band.

    Raises
    ------
    ParameterError
        The count is negative, or the smallest count shown is below 2.

    Examples
    --------
    >>> [band(n, 5).text for n in (9, 14, 15, 24, 25, 300)]
    ['5 to 19', '5 to 19', '10 to 29', '10 to 29', '20 to 39', '200 to 399']
    >>> band(8, 5) is None
    True
    """
    if incidents < 0 or smallest_shown < 2:
        msg = f"No band for {incidents} with {smallest_shown} as the smallest count shown."
        raise ParameterError(msg)
    if incidents < least_in_band(smallest_shown):
        return None
    ends = _ends(smallest_shown)
    window = list(islice(ends, 3))
    while incidents >= (window[1] + window[2]) // 2:
        window = [*window[1:], next(ends)]
    return Band(window[0], window[2] - 1)


def _ends(unit: int) -> Iterator[int]:
    """Give where bands begin: 5, 10, 20, 30, 40, 60, 80, 100, 150 ... for a unit of 5."""
    for step in _FIRST_STEPS:
        yield step * unit
    for power in count(1):
        for step in _STEPS:
            yield step * 10**power * unit
