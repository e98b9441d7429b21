"""Notes and decisions of a meeting: kept by what they are about, whole or not at all."""

import secrets
from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from typing import Any, Literal, get_args

from dashboard import access
from dashboard.audit import noting as audit
from dashboard.kept import Kept
from dashboard.packs.sections import Note as PackNote
from dashboard.partner.view import ReleaseView
from dashboard.view import View
from geo.disclosure.levels import EXACT, LEVELS, Level

KIND = "meeting-note"
"""Under which notes are kept."""

What = Literal["Note", "Decision"]
WHATS: tuple[What, ...] = get_args(What)
MOST_LETTERS = 4_000
MOST_LETTERS_OF_ROLE = 80


@dataclass(frozen=True)
class Note:
    """What was said or decided.

    Attributes
    ----------
    name
        Tells it from all others.
    who
        A role, where one was given: no name is asked for.
    when
        Local time to the minute, ``2018-04-09 10:15``.
    period
        The days that the briefing was about, ``2017-04-01 to 2018-03-31``.
    data
        Fingerprint of the data on show.
    is_own, is_demonstration
        Whether it was about a person's own files, or the synthetic data.
    level
        At which it was written: who sees less than that does not see it. Exact, unless it says so,
        for notes may quote what was on show.
    """

    name: str
    what: str
    text: str
    who: str
    when: str
    period: str
    data: str
    is_own: bool
    is_demonstration: bool
    level: Level = EXACT

    @property
    def about(self) -> str:
        """What it is, who said it, and when."""
        day = datetime.fromisoformat(self.when)
        said = f"{day.day} {day:%B %Y, %H:%M}"
        return ", ".join(filter(None, (self.what, self.who, said)))


@dataclass(frozen=True)
class Subject:
    """What notes are about: a period of some data, at a level; see :class:`Note`."""

    period: str
    data: str
    is_own: bool
    is_demonstration: bool
    level: Level


def of_view(view: View) -> Subject:
    """Say what notes about exact figures are about."""
    incidents = view.incidents
    return Subject(
        str(view.period),
        incidents.fingerprint,
        view.dataset.is_own,
        incidents.is_demonstration,
        EXACT,
    )


def of_release(view: ReleaseView) -> Subject:
    """Say what notes about a release are about."""
    release = view.release
    return Subject(
        str(view.period.span),
        release.fingerprint,
        view.is_own,
        release.is_demonstration,
        release.level,
    )


def new_note(subject: Subject, what: What, text: str, who: str) -> Note:
    """Make a note about what is on show."""
    now = datetime.now().astimezone()
    return Note(
        name=f"{now:%Y-%m-%d %H:%M:%S} {secrets.token_hex(4)}",
        what=what,
        text=text.strip()[:MOST_LETTERS],
        who=" ".join(who.split())[:MOST_LETTERS_OF_ROLE],
        when=f"{now:%Y-%m-%d %H:%M}",
        **asdict(subject),
    )


def keep(note: Note) -> None:
    """Keep a note, in place of an earlier text of it.

    Raises
    ------
    AccessError
        Whoever is there may not keep notes.
    """
    access.require("keep notes")
    value = asdict(note)
    del value["name"]
    Kept.here().put(KIND, note.name, value)
    audit.note("notes", {"what": "kept", "note": note.name})


def forget(note: Note) -> None:
    """Remove a note; :func:`keep` brings it back, and asks for the same right."""
    access.require("keep notes")
    Kept.here().remove(KIND, note.name)
    audit.note("notes", {"what": "removed", "note": note.name})


def edited(note: Note, text: str, level: Level) -> Note:
    """Give a note with another text; what is written among exact figures may hold exact ones."""
    least = min(note.level, level, key=LEVELS.index)
    return replace(note, text=text.strip()[:MOST_LETTERS], level=least)


def notes_about(subject: Subject) -> list[Note]:
    """Give the notes about the period on show, the oldest first.

    Notes about a person's own files show with these files only, and those about the demonstration
    data with it only. Notes that were written among more exact figures do not show among others.
    """
    kept = Kept.here()
    found = [_read(name, kept.get(KIND, name)) for name in kept.names(KIND)]
    return [note for note in found if note is not None and _is_about(note, subject)]


def _is_about(note: Note, subject: Subject) -> bool:
    if note.period != subject.period or note.is_own != subject.is_own:
        return False
    if not may_see(note, subject.level):
        return False
    if note.is_own:
        return note.data == subject.data
    return note.is_demonstration == subject.is_demonstration


def may_see(note: Note, level: Level) -> bool:
    """Say whether a note may show among figures of a level: it was written at that or a lower."""
    return LEVELS.index(note.level) >= LEVELS.index(level)


def _read(name: str, value: dict[str, Any] | None) -> Note | None:
    """Read a note; None for what is none."""
    try:
        note = Note(name=name, **(value or {}))
        datetime.fromisoformat(note.when)
        LEVELS.index(note.level)
    except (TypeError, ValueError):
        return None
    return note


def for_pack(notes: Sequence[Note]) -> tuple[PackNote, ...]:
    """Give notes as packs and the presenter view take them."""
    return tuple(PackNote(note.text, note.about) for note in notes)
