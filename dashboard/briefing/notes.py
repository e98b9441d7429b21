"""Notes and decisions of a meeting: kept by what they are about, whole or not at all."""

import secrets
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from typing import Any, Literal, get_args

from dashboard.audit import noting as audit
from dashboard.kept import Kept
from dashboard.packs.sections import Note as PackNote
from dashboard.view import View

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

    @property
    def about(self) -> str:
        """What it is, who said it, and when."""
        day = datetime.fromisoformat(self.when)
        said = f"{day.day} {day:%B %Y, %H:%M}"
        return ", ".join(filter(None, (self.what, self.who, said)))


def new_note(view: View, what: What, text: str, who: str) -> Note:
    """Make a note about what is on show."""
    now = datetime.now().astimezone()
    return Note(
        name=f"{now:%Y-%m-%d %H:%M:%S} {secrets.token_hex(4)}",
        what=what,
        text=text.strip()[:MOST_LETTERS],
        who=" ".join(who.split())[:MOST_LETTERS_OF_ROLE],
        when=f"{now:%Y-%m-%d %H:%M}",
        period=str(view.period),
        data=view.incidents.fingerprint,
        is_own=view.dataset.is_own,
        is_demonstration=view.incidents.is_demonstration,
    )


def keep(note: Note) -> None:
    """Keep a note, in place of an earlier text of it."""
    value = asdict(note)
    del value["name"]
    Kept.here().put(KIND, note.name, value)
    audit.note("notes", {"what": "kept", "note": note.name})


def forget(note: Note) -> None:
    """Remove a note; :func:`keep` brings it back."""
    Kept.here().remove(KIND, note.name)
    audit.note("notes", {"what": "removed", "note": note.name})


def edited(note: Note, text: str) -> Note:
    """Give a note with another text."""
    return replace(note, text=text.strip()[:MOST_LETTERS])


def notes_about(view: View) -> list[Note]:
    """Give the notes about the period on show, the oldest first.

    Notes about a person's own files show with these files only, and those about the demonstration
    data with it only.
    """
    kept = Kept.here()
    found = [_read(name, kept.get(KIND, name)) for name in kept.names(KIND)]
    return [note for note in found if note is not None and _is_about(note, view)]


def _is_about(note: Note, view: View) -> bool:
    if note.period != str(view.period) or note.is_own != view.dataset.is_own:
        return False
    if note.is_own:
        return note.data == view.incidents.fingerprint
    return note.is_demonstration == view.incidents.is_demonstration


def _read(name: str, value: dict[str, Any] | None) -> Note | None:
    """Read a note; None for what is none."""
    try:
        note = Note(name=name, **(value or {}))
        datetime.fromisoformat(note.when)
    except (TypeError, ValueError):
        return None
    return note


def for_pack(notes: list[Note]) -> tuple[PackNote, ...]:
    """Give notes as packs and the presenter view take them."""
    return tuple(PackNote(note.text, note.about) for note in notes)
