"""Which entries of the audit log somebody wants to see."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, tzinfo

from dashboard.audit.entries import Entry


@dataclass(frozen=True)
class Filter:
    """What an entry must be to be shown; nothing shows all.

    Attributes
    ----------
    start, end
        First and last day.
    who
        Part of the name, in small or capital letters.
    people, actions
        Any of these.
    zone
        Where the days are counted.
    """

    start: date | None = None
    end: date | None = None
    who: str = ""
    people: frozenset[str] = frozenset()
    actions: frozenset[str] = frozenset()
    zone: tzinfo = UTC

    def of(self, entries: Iterable[Entry]) -> list[Entry]:
        """Give the entries that fit, in their order."""
        return [entry for entry in entries if self.fits(entry)]

    def fits(self, entry: Entry) -> bool:
        """Whether an entry is to be shown; one whose time is no time is never hidden by a day."""
        if self.actions and entry.action not in self.actions:
            return False
        if self.people and entry.who not in self.people:
            return False
        if self.who.casefold() not in entry.who.casefold():
            return False
        at = moment_of(entry)
        day = None if at is None else at.astimezone(self.zone).date()
        return day is None or (
            (self.start is None or day >= self.start) and (self.end is None or day <= self.end)
        )


def moment_of(entry: Entry) -> datetime | None:
    """Give the time of an entry; None where somebody has written something else there."""
    try:
        at = datetime.fromisoformat(entry.at)
    except ValueError:
        return None
    return at if at.tzinfo is not None else at.replace(tzinfo=UTC)
