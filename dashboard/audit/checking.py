"""Whether the audit log is as it was written: each line by itself, and after the one before."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from dashboard.audit.entries import KEYED, NO_ENTRY, Entry, read_entry
from dashboard.audit.log import CONTINUED, AuditLog, Head, is_kept
from dashboard.words import plural

_PROBLEMS_AT_MOST = 20


@dataclass(frozen=True)
class Problem:
    """What is wrong with the log, and at which line; 0 stands for the log as a whole."""

    line: int
    why: str

    def __str__(self) -> str:
        return f"line {self.line:,}: {self.why}" if self.line else self.why


@dataclass(frozen=True)
class Verdict:
    """What was found.

    Attributes
    ----------
    entries
        How many there are.
    head
        The last of them; None where there is none.
    problems
        What must not be in a log that nobody touched, the first lines first.
    notes
        What is no harm by itself and yet to be known.
    """

    entries: int
    head: Head | None
    problems: tuple[Problem, ...]
    notes: tuple[str, ...]

    @property
    def holds(self) -> bool:
        """Whether nothing is wrong."""
        return not self.problems


@dataclass(eq=False)
class _Reading:
    """The state of going through the lines."""

    log: AuditLog
    heads: dict[int, list[Head]]
    last: Entry | None = None
    entries: int = 0
    keyed: int = 0
    broken: bytes = b""
    broken_at: int = 0
    problems: list[Problem] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)


def check(log: AuditLog, heads: Sequence[Head] = ()) -> Verdict:
    """Go through the whole log.

    Parameters
    ----------
    heads
        What was kept elsewhere; that of the checkpoint is added.

    Raises
    ------
    AuditError
        The log or its checkpoint cannot be read.
    """
    checkpoint = log.checkpoint_head()
    known = [*heads, *([checkpoint] if checkpoint else [])]
    # An entry may be added while this reads: what was there at the beginning is what is checked.
    reading = _Reading(
        log, {head.number: [h for h in known if h.number == head.number] for head in known}
    )
    for number, line in enumerate(log.lines(), start=1):
        _take(reading, number, line)
        if len(reading.problems) >= _PROBLEMS_AT_MOST:
            break
    else:
        _finish(reading, known)
    head = None if reading.last is None else Head(reading.last.number, reading.last.seal)
    return Verdict(reading.entries, head, tuple(reading.problems), tuple(reading.notes))


def _take(reading: _Reading, number: int, line: bytes) -> None:
    entry = read_entry(line)
    if entry is None:
        reading.broken_at = reading.broken_at or number
        reading.broken += line
        return
    why = "; ".join(_wrong_with(reading, entry, line))
    if why:
        reading.problems.append(Problem(number, why))
    reading.last = entry
    reading.entries += 1
    reading.keyed += entry.sealed == KEYED


def _wrong_with(reading: _Reading, entry: Entry, line: bytes) -> Iterator[str]:
    yield from _wrong_before(reading, entry)
    before, seal = (reading.last.number, reading.last.seal) if reading.last else (0, NO_ENTRY)
    if entry.line != line.removesuffix(b"\n") or not entry.holds(reading.log.key):
        yield f"entry {entry.number:,} was altered: its seal is not that of what it says"
    elif entry.number != before + 1:
        yield f"{_missing(before + 1, entry.number)}: entry {entry.number:,} stands here"
    elif entry.previous != seal:
        yield (
            f"entry {entry.number:,} does not follow entry {before:,}: one of the two was "
            "altered, exchanged or put in"
        )
    if reading.keyed and entry.sealed != KEYED:
        yield f"entry {entry.number:,} is not sealed with the key, as those before it are"
    if any(head.seal != entry.seal for head in reading.heads.get(entry.number, ())):
        yield f"entry {entry.number:,} is another than the one whose head was kept elsewhere"


def _missing(due: int, found: int) -> str:
    if found < due:
        return f"entry {due:,} is due"
    return (
        f"entry {due:,} is missing"
        if found == due + 1
        else f"entries {due:,} to {found - 1:,} are missing"
    )


def _wrong_before(reading: _Reading, entry: Entry) -> Iterator[str]:
    """Look at what stands between two entries: only half a line that was kept may."""
    broken, at = reading.broken, reading.broken_at
    reading.broken, reading.broken_at = b"", 0
    if broken and is_kept(entry, broken):
        reading.notes.append(
            f"Line {at:,} was never finished: the computer or the program stopped while it was "
            f"written. It was kept, and the log continued in entry {entry.number:,}."
        )
    elif broken:
        yield f"line {at:,} is no entry of the log, and no entry says that it was left unfinished"
    elif entry.action == CONTINUED:
        yield f"entry {entry.number:,} tells of an unfinished line that is gone"


def _finish(reading: _Reading, known: Sequence[Head]) -> None:
    """Look at the end of the log."""
    last = reading.last.number if reading.last else 0
    if reading.broken:
        reading.notes.append(
            f"Line {reading.broken_at:,}, the last, was never finished: the computer or the "
            "program stopped while it was written. It is kept, and the log goes on after it."
        )
    reading.problems += [
        Problem(
            0,
            f"the log ends at entry {last:,}, but entry {number:,} was written: "
            "its end was cut off",
        )
        for number in sorted({head.number for head in known if head.number > last})
    ]
    if reading.log.key is not None and reading.entries and not reading.keyed:
        reading.problems.append(Problem(0, "no entry is sealed with the key that is configured"))
    elif reading.log.key is not None and reading.keyed < reading.entries:
        plain = plural(reading.entries - reading.keyed, "entry", "entries")
        reading.notes.append(f"The first {plain} were written before there was a key.")
    elif reading.log.key is None and reading.keyed:
        keyed = plural(reading.keyed, "entry", "entries")
        reading.notes.append(
            f"{keyed} are sealed with a key that is not configured here: whether they were "
            "altered and sealed anew is not known. Numbers and order were checked."
        )
