"""What the page Data says: meanings of columns, times, and what an import brings."""

import getpass
from collections.abc import Mapping
from datetime import date, datetime
from zoneinfo import ZoneInfo

from dashboard.words import listed, names_in_words, plural
from geo.store import ImportEntry, Preview

_LONDON = ZoneInfo("Europe/London")

NOT_KNOWN_PERSON = "not known"


def who() -> str:
    """Name the person at this computer; there is no sign-in yet."""
    try:
        return getpass.getuser().encode(errors="replace").decode()
    except (OSError, KeyError, ImportError):  # no user of that number, as in some containers
        return NOT_KNOWN_PERSON


def day_in_words(day: date | None) -> str:
    """Write a day.

    >>> day_in_words(date(2024, 3, 5))
    '5 Mar 2024'
    """
    return "–" if day is None else f"{day.day} {day:%b %Y}"


def days_in_words(first: date | None, last: date | None) -> str:
    """Write the first and the last day.

    >>> days_in_words(date(2024, 3, 5), date(2024, 3, 5))
    '5 Mar 2024'
    """
    if first is None or last is None:
        return "–"
    one, other = day_in_words(first), day_in_words(last)
    return one if one == other else f"{one} to {other}"


def moment_in_words(moment: datetime) -> str:
    """Write a moment as the clock in London showed it.

    >>> from datetime import timezone
    >>> moment_in_words(datetime(2024, 7, 5, 9, 30, tzinfo=timezone.utc))
    '5 Jul 2024, 10:30'
    """
    local = moment.astimezone(_LONDON)
    return f"{day_in_words(local.date())}, {local:%H:%M}"


def preview_in_words(preview: Preview) -> str:
    """Say what adding would change, the most important first."""
    parts = [plural(preview.new, "new incident")]
    if preview.updated:
        parts.append(f"{preview.updated:,} known ones with other contents, which are updated")
    if preview.duplicates:
        parts.append(f"{plural(preview.duplicates, 'duplicate')}, which change nothing")
    if preview.rejected:
        parts.append(f"{plural(preview.rejected, 'rejected row')}")
    return f"{listed(parts)}."


def known_files_in_words(known: Mapping[str, int]) -> list[str]:
    """Say which files are in the store already, by import; empty when none is.

    >>> known_files_in_words({"a.csv": 1, "b.csv": 2, "c.csv": 2})
    ['a.csv is in the store already, with import 1.', 'b.csv, c.csv are in the store already, with \
import 2.']
    """
    names: dict[int, list[str]] = {}
    for name, number in known.items():
        names.setdefault(number, []).append(name)
    return [
        f"{names_in_words(some)} {'is' if len(some) == 1 else 'are'} in the store already, with "
        f"import {number}."
        for number, some in names.items()
    ]


def added_in_words(entry: ImportEntry) -> str:
    """Say what an import has brought."""
    updated = f" and updated {entry.updated:,}" if entry.updated else ""
    return (
        f"Import {entry.number} added {plural(entry.new, 'incident')}{updated}: "
        f"{located_in_words(entry.located, entry.outside, entry.not_located)}."
    )


def located_in_words(located: int, outside: int, not_located: int) -> str:
    """Say where incidents are; the three are all there are.

    >>> located_in_words(1200, 3, 0)
    '1,200 located, 3 outside the borough, 0 not located'
    """
    return f"{located:,} located, {outside:,} outside the borough, {not_located:,} not located"


def confirm_label(preview: Preview) -> str:
    """Say on the button what pressing it does."""
    if not preview.new and not preview.updated:
        return "Add to the store all the same"
    if preview.new and preview.updated:
        return f"Add {plural(preview.new, 'incident')} and update {preview.updated:,}"
    if preview.updated:
        return f"Update {plural(preview.updated, 'incident')} in the store"
    return f"Add {plural(preview.new, 'incident')} to the store"
