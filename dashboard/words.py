"""Periods, amounts and lists as people say them."""

import re
from collections.abc import Sequence
from datetime import date

DEMONSTRATION = "Demonstration data, synthetic"
"""What stands wherever synthetic incidents are shown or written."""

_MONTH = re.compile(r"^(\d{4})-(\d{2})$")


def period_in_words(label: str) -> str:
    """Say a period or a span of periods the way it is spoken.

    >>> period_in_words("2016-04")
    'Apr 2016'
    >>> period_in_words("2016-04 to 2016-06")
    'Apr to Jun 2016'
    >>> period_in_words("2016-12 to 2017-02")
    'Dec 2016 to Feb 2017'
    >>> period_in_words("2016/17")
    '2016/17'
    """
    first, _, last = label.partition(" to ")
    if not last:
        return _month(first)
    one, other = _month(first), _month(last)
    same_year = _MONTH.match(first) and one[-4:] == other[-4:]
    return f"{one[:3]} to {other}" if same_year else f"{one} to {other}"


def _month(label: str) -> str:
    found = _MONTH.match(label)
    return f"{date(int(found[1]), int(found[2]), 1):%b %Y}" if found else label


def amount(value: float, decimals: int) -> str:
    """Write a figure with thousands separators.

    >>> amount(1727, 0), amount(24.25, 1)
    ('1,727', '24.2')
    """
    return f"{value:,.{decimals}f}"


def plural(count: int, one: str, many: str | None = None) -> str:
    """Count things.

    >>> plural(1, "incident"), plural(1200, "incident")
    ('1 incident', '1,200 incidents')
    """
    return f"{count:,} {one if count == 1 else many or one + 's'}"


def listed(names: Sequence[str]) -> str:
    """Join names as in a sentence.

    >>> listed(["Addison", "Askew", "Town"])
    'Addison, Askew and Town'
    """
    *rest, last = names
    return f"{', '.join(rest)} and {last}" if rest else last


def names_in_words(names: Sequence[str], most: int = 3) -> str:
    """Name a few and count the others.

    >>> names_in_words(["a.csv", "b.csv", "c.csv", "d.csv"], most=2)
    'a.csv, b.csv and 2 more'
    """
    shown = ", ".join(names[:most])
    return f"{shown} and {len(names) - most} more" if len(names) > most else shown
