"""The journal of a folder store: one file per event, each naming the checksum of the one before.

What the journal says has happened; what it does not say has not. Entries are never changed.
"""

import json
import re
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from pathlib import Path
from typing import Any

from boundaries.errors import StoreError
from geo.store.atomic import (
    json_bytes,
    make_random_folder,
    names_in,
    publish_new,
    remove,
    write_new,
)
from geo.store.interface import Action, LogEntry

NO_ENTRY = "0" * 64
"""Stands for the checksum of the entry before the first."""

_ENTRY = re.compile(r"\d{8,}\.json")


@dataclass(frozen=True)
class Line:
    """One entry of the journal.

    Attributes
    ----------
    entry
        What the log shows.
    effect
        What follows for the store; what JSON can hold.
    checksum
        SHA-256 of the file, in hexadecimal.
    """

    entry: LogEntry
    effect: Mapping[str, Any]
    checksum: str


class Journal:
    """The journal in a folder; reading needs no lock, appending does.

    Parameters
    ----------
    folder
        With files ``00000001.json`` and on.
    drafts
        A folder on the same disk for what is not finished.
    """

    def __init__(self, folder: Path, drafts: Path) -> None:
        self._folder = folder
        self._drafts = drafts
        self._known: tuple[Line, ...] = ()

    def lines(self) -> tuple[Line, ...]:
        """Give all entries, oldest first; those that were read before are not read again.

        Raises
        ------
        StoreError
            An entry is missing, altered or cannot be read.
        """
        known = self._known
        if known and not self._is_unchanged(known[-1]):
            known = ()
        lines = list(known)
        self._read_on(lines)
        if len(lines) > len(known) or not known:
            self._refuse_gap(lines)
            known = tuple(lines)
        self._known = known
        return known

    def _refuse_gap(self, lines: list[Line]) -> None:
        """Raise where entries lie behind a missing one; add those that somebody writes just now."""
        while last := self._number_beyond(len(lines)):
            there = len(lines)
            self._read_on(lines)
            if len(lines) == there:
                msg = (
                    f"{self._path(there + 1)} is missing, and the journal goes on to entry {last}. "
                    "Restore the store from a backup; nothing was changed."
                )
                raise StoreError(msg)

    def _read_on(self, lines: list[Line]) -> None:
        """Add the entries that follow those given."""
        while (content := self._content(len(lines) + 1)) is not None:
            before = lines[-1].checksum if lines else NO_ENTRY
            lines.append(self._line(len(lines) + 1, content, before))

    def _number_beyond(self, count: int) -> int | None:
        """Give the last number of an entry where there is one after the first so many."""
        numbers = [int(name[:-5]) for name in names_in(self._folder) if _ENTRY.fullmatch(name)]
        return max((number for number in numbers if number > count), default=None)

    def append(
        self,
        action: Action,
        details: Mapping[str, Any],
        effect: Mapping[str, Any],
        *,
        who: str,
        at: datetime,
    ) -> Line:
        """Write the next entry: when this returns it has happened, whatever comes after.

        Raises
        ------
        StoreError
            Somebody else wrote an entry of the same number, so the lock does not work there.
        """
        lines = self.lines()
        self._refuse_gap(list(lines))
        number = len(lines) + 1
        entry = LogEntry(number, at, who, action, details)
        content = content_of(entry, effect, lines[-1].checksum if lines else NO_ENTRY)
        self._publish(number, content)
        return self.lines()[number - 1]

    def _publish(self, number: int, content: bytes) -> None:
        draft = make_random_folder(self._drafts) / "entry.json"
        write_new(draft, content)
        try:
            publish_new(draft, self._path(number))
        except FileExistsError as error:
            msg = (
                f"Somebody else wrote {self._path(number)} at the same moment; nothing was done. "
                "Try again, and keep the store on a disk where files can be locked."
            )
            raise StoreError(msg) from error
        except OSError as error:
            if self._content(number) != content:
                raise
            msg = (
                f"{self._path(number)} was written and counts, but the disk did not confirm it "
                f"({error}); a power cut could undo it. Check the disk."
            )
            raise StoreError(msg) from error
        finally:
            with suppress(OSError):  # the next writer does it
                remove(draft.parent)

    def check(self) -> list[str]:
        """Read all entries again and say what is damaged."""
        self._known = ()
        try:
            count = len(self.lines())
        except StoreError as error:
            return [str(error)]
        named = {self._path(number).name for number in range(1, count + 1)}
        return [
            f"{self._folder / name} does not follow the other entries of the journal."
            for name in names_in(self._folder)
            if name not in named
        ]

    def _path(self, number: int) -> Path:
        return self._folder / f"{number:08d}.json"

    def _content(self, number: int) -> bytes | None:
        try:
            return self._path(number).read_bytes()
        except FileNotFoundError:
            return None

    def _is_unchanged(self, line: Line) -> bool:
        content = self._content(line.entry.number)
        return content is not None and sha256(content).hexdigest() == line.checksum

    def _line(self, number: int, content: bytes, before: str) -> Line:
        return line_of(content, number, before, str(self._path(number)))


def content_of(entry: LogEntry, effect: Mapping[str, Any], before: str) -> bytes:
    """Write an entry down.

    Parameters
    ----------
    before
        Checksum of the entry before it.
    """
    return json_bytes(
        {
            "number": entry.number,
            "at": entry.at.isoformat(),
            "who": entry.who,
            "action": entry.action,
            "details": entry.details,
            "effect": effect,
            "previous": before,
        }
    )


def line_of(content: bytes, number: int, before: str, where: str) -> Line:
    """Read what :func:`content_of` wrote.

    Raises
    ------
    StoreError
        It is something else, or not the entry of this number that follows the one before.
    """
    try:
        document = json.loads(content)
        entry = LogEntry(
            number=document["number"],
            at=datetime.fromisoformat(document["at"]),
            who=document["who"],
            action=document["action"],
            details=document["details"],
        )
        effect, previous = document["effect"], document["previous"]
    except (ValueError, KeyError, TypeError) as error:
        msg = f"{where} is damaged ({error!r}); restore the store from a backup."
        raise StoreError(msg) from error
    if previous != before or entry.number != number:
        msg = (
            f"{where} does not follow the entry before it: one of the two was altered or "
            "exchanged. Restore the store from a backup."
        )
        raise StoreError(msg)
    return Line(entry, effect, sha256(content).hexdigest())
