"""Which column holds what: by its heading, else by what it holds, else as a question.

A heading of the table in :mod:`geo.readers.columns` decides, unless the column plainly holds
something else. What no heading says is looked for in the columns that are left: a column that
looks like nothing else, and is the only one, is taken; everything less certain is a question.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal

import pandas as pd

from geo.readers import content
from geo.readers.columns import (
    COORDINATE_PAIRS,
    DATE,
    END_TIME,
    GRID_REFERENCE,
    HEADINGS,
    LATITUDE,
    LONGITUDE,
    POSITION_MEANINGS,
    POSTCODE,
    STRAND_LIST,
    TIME,
    candidates_by_meaning,
    plain_words,
)
from geo.readers.content import Content, content_of
from geo.readers.ids import are_own, on_other_days
from geo.readers.mapping import IN_SEVERAL_COLUMNS, ColumnMapping
from geo.readers.tables import RawTable
from geo.schema import EASTING, INCIDENT_ID, IS_CRIME, NORTHING, OCCURRED_END, STRAND_COLUMNS

Certainty = Literal["name", "content", "unsure"]

POSITION = "position"
"""Stands in a question for any of the meanings that give a position."""


@dataclass(frozen=True)
class FieldSuggestion:
    """What is suggested for one meaning.

    Attributes
    ----------
    meaning
        A key of ``geo.readers.columns.HEADINGS``; or ``POSITION`` in a question without headings.
    headings
        The columns; of a question those that may be meant, none where none was found.
    certainty
        Whether the heading says so, the content does, or a person has to.
    why
        A sentence.
    samples
        Texts from the columns.
    """

    meaning: str
    headings: tuple[str, ...]
    certainty: Certainty
    why: str
    samples: tuple[str, ...] = ()

    @property
    def sentence(self) -> str:
        """Say for the report what is not certain by the heading."""
        columns, meaning = _quoted(self.headings), _spoken(self.meaning)
        if self.certainty == "content":
            return f"Understood by what it holds: {columns} as {meaning}."
        if not self.headings:
            return f"{self.why[:-1]}; name it with a mapping."
        several = len(self.headings) > 1
        return (
            f"Column{'s' if several else ''} {columns} {self.why[0].lower()}{self.why[1:-1]}; name "
            f"{'one' if several else 'it'} with a mapping to use it as {meaning}."
        )


@dataclass(frozen=True)
class Suggestion:
    """How the columns of a table are understood.

    Attributes
    ----------
    fields
        What is suggested for each meaning, questions included, in the order of ``HEADINGS``.
    unused
        Headings that nothing is suggested for.
    """

    fields: tuple[FieldSuggestion, ...]
    unused: tuple[str, ...]

    @property
    def mapping(self) -> ColumnMapping:
        """What is certain enough to be used."""
        sure = (found for found in self.fields if found.certainty != "unsure")
        return ColumnMapping({found.meaning: found.headings for found in sure})

    @property
    def questions(self) -> tuple[FieldSuggestion, ...]:
        """What a person has to decide, and what a table needs and this one does not have."""
        asked = [found for found in self.fields if found.certainty == "unsure"]
        known = {found.meaning for found in self.fields}
        if DATE not in known:
            asked.insert(0, FieldSuggestion(DATE, (), "unsure", "No column looks like a date."))
        if not known.intersection(POSITION_MEANINGS):
            why = "No column looks like a position; without one no incident is located."
            asked.append(FieldSuggestion(POSITION, (), "unsure", why))
        return tuple(asked)


def suggest_mapping(table: RawTable) -> Suggestion:
    """Say how the columns of a table are understood."""
    search = _Search(table.header, _Looks(table))
    search.by_name()
    search.by_content()
    return search.result()


def without_headings(suggestion: Suggestion) -> bool:
    """Whether what stands where headings should be is of the kind that its column holds."""
    return any(
        content.content_of(pd.Series(found.headings, dtype="str")).holds(*_FITTING[found.meaning])
        for found in suggestion.fields
        if found.certainty != "name" and found.meaning in _OF_VALUES
    )


def _quoted(headings: Sequence[str]) -> str:
    return ", ".join(repr(heading) for heading in headings)


def _spoken(meaning: str) -> str:
    return _SPOKEN.get(meaning) or meaning.removeprefix("strand_").replace("_", " ")


@dataclass(frozen=True, eq=False)
class _Looks:
    """What the columns hold, each looked at when it is first asked for."""

    table: RawTable
    known: dict[int, Content] = field(default_factory=dict)

    def of(self, position: int) -> Content:
        if position not in self.known:
            self.known[position] = content_of(self.table.cells[position])
        return self.known[position]


_SPOKEN = {
    IS_CRIME: "crime or incident",
    OCCURRED_END: "end of the span",
    DATE: "date",
    INCIDENT_ID: "id",
}
# Meanings whose kind of content can be told, with the kinds that fit.
_FITTING: Mapping[str, tuple[str, ...]] = {
    DATE: (content.DATES,),
    OCCURRED_END: (content.DATES,),
    TIME: (content.CLOCK_TIMES,),
    END_TIME: (content.CLOCK_TIMES,),
    EASTING: (content.EASTINGS,),
    NORTHING: (content.NORTHINGS,),
    LONGITUDE: (content.LONGITUDES,),
    LATITUDE: (content.LATITUDES,),
    GRID_REFERENCE: (content.GRID_REFERENCES,),
    POSTCODE: (content.POSTCODES,),
    IS_CRIME: (content.KINDS_OF_RECORD, content.FLAGS),
    STRAND_LIST: (content.STRAND_NAMES,),
}
_OF_VALUES = (DATE, TIME, *POSITION_MEANINGS)
# What content alone may say; a date of the end cannot be told from one of the start.
_SINGLE: tuple[tuple[str, str], ...] = (
    (DATE, content.DATES),
    (TIME, content.CLOCK_TIMES),
    (GRID_REFERENCE, content.GRID_REFERENCES),
    (POSTCODE, content.POSTCODES),
    (IS_CRIME, content.KINDS_OF_RECORD),
)
_PAIRS: tuple[tuple[tuple[str, str], tuple[str, str], Certainty], ...] = (
    ((EASTING, NORTHING), (content.LONDON_EASTINGS, content.LONDON_NORTHINGS), "content"),
    ((LONGITUDE, LATITUDE), (content.LONDON_LONGITUDES, content.LONDON_LATITUDES), "content"),
    ((LONGITUDE, LATITUDE), (content.LONGITUDES, content.LATITUDES), "content"),
)
_WEAK_HEADINGS = frozenset(("from", "to", "start", "end", "until", "earliest", "latest", "crime"))
_ENOUGH = 3
_NUMBERED = re.compile(
    r"(?!(?:column|field|attribute|unnamed|text|value|item|code)\b)(?P<stem>.*[^\W\d]{3})\s*[0-9]+"
)
_CUT = re.compile(r".{8}_[0-9]")
_PEOPLE = re.compile(
    r"\b(?:victims?|vic|suspects?|offenders?|accused|home|complainants?|callers?|reporters?"
    r"|informants?|witness(?:es)?|officers?|customers?|tenants?|residents?|perpetrators?|perp"
    r"|applicants?|landlords?|persons?|parent|aggrieved|injured party|ip|defendants?|staff)\b"
)
_OTHER_TIMES = re.compile(
    r"\b(?:reported|report|recorded|created|create|updated|update|modified|closed|close|opened"
    r"|logged|entered|entry|input|added|received|birth|dob|born|printed|extract(?:ed)?|run"
    r"|assigned|resolved|completed|due|review(?:ed)?|loaded|arrest(?:ed)?|charged?|court"
    r"|validated|classified|visit(?:ed)?|last|next|call|attended|despatch(?:ed)?|dispatch(?:ed)?)\b"
)


@dataclass(eq=False)
class _Search:
    """One pass over the columns of a table."""

    header: tuple[str, ...]
    looks: _Looks
    found: dict[str, FieldSuggestion] = field(default_factory=dict)
    taken: set[int] = field(default_factory=set)

    def by_name(self) -> None:
        """Take the columns whose headings are known and whose content is not against it."""
        named = candidates_by_meaning(self.header)
        for meaning, positions in self._with_real_axes(named).items():
            self._take_named(meaning, positions)
        self._ids_that_repeat(named.get(INCIDENT_ID, ()))
        for pair, kinds, _ in _PAIRS:
            for half, (other, kind) in zip(
                pair, list(zip(pair, kinds, strict=True))[::-1], strict=True
            ):
                if self._is_sure(half) and not self._is_sure(other):
                    self._complete(other, kind)

    def _ids_that_repeat(self, positions: tuple[int, ...]) -> None:
        """Leave an id that rows of other days have too, as numbers that begin anew each day."""
        found = self._is_sure(DATE) and self._is_sure(INCIDENT_ID)
        if not found or are_own(self.header):
            return
        cells = self.looks.table
        dates = cells.texts(self._positions(DATE)[0])
        taken = self._positions(INCIDENT_ID)[0]
        rows = on_other_days(cells.texts(taken), dates)
        if not rows:
            return
        filled = (at for at in positions if at != taken and not self.looks.of(at).blank)
        better = [at for at in filled if not on_other_days(cells.texts(at), dates)]
        if better:
            self._take(INCIDENT_ID, better[:1], "name")
            return
        why = f"Has a heading for an id, but {rows:,} rows share one on other days."
        self._ask(INCIDENT_ID, (taken,), why)

    def _complete(self, other: str, kind: str) -> None:
        """Find the other coordinate by content; one alone is of no use."""
        positions = self._left(kind)
        if len(positions) == 1 and other not in self.found:
            self._take(other, positions, "content")

    def by_content(self) -> None:
        """Look for what no heading gave among the columns that are left."""
        self._dates_called_time()
        for pair, kinds, certainty in _PAIRS:
            if not self._has_pair() and not any(self._is_sure(meaning) for meaning in pair):
                self._pair(pair, kinds, certainty)
        for meaning, kind in _SINGLE:
            if meaning not in self.found and not (meaning == TIME and self._dates_have_times()):
                self._single(meaning, kind)
        self._strand_lists()
        self._halves()

    def result(self) -> Suggestion:
        """Give what was found, in the order of the table of meanings."""
        fields = tuple(self.found[meaning] for meaning in HEADINGS if meaning in self.found)
        spoken = {heading for found in fields for heading in found.headings}
        unused = tuple(name for name in self.header if name and name not in spoken)
        return Suggestion(fields, unused)

    def _with_real_axes(self, named: Mapping[str, tuple[int, ...]]) -> dict[str, tuple[int, ...]]:
        """Read columns called x and y as degrees where that is what they hold."""
        named = dict(named)
        axes = [named.get(meaning, ()) for meaning in (EASTING, NORTHING)]
        if not all(axes) or LONGITUDE in named or LATITUDE in named:
            return named
        called = [plain_words(self.header[positions[0]]) for positions in axes]
        degrees = all(
            self.looks.of(positions[0]).holds(kind)
            for positions, kind in zip(axes, (content.LONGITUDES, content.LATITUDES), strict=True)
        )
        if degrees and not any("easting" in name or "northing" in name for name in called):
            named[LONGITUDE], named[LATITUDE] = named.pop(EASTING), named.pop(NORTHING)
        return named

    def _take_named(self, meaning: str, positions: tuple[int, ...]) -> None:
        filled = [position for position in positions if not self.looks.of(position).blank]
        fitting = [position for position in filled if not self._against(meaning, position)]
        if filled and not fitting:
            why = f"Has a heading for {_spoken(meaning)}, but holds something else."
            self._ask(meaning, filled, why)
        elif meaning in IN_SEVERAL_COLUMNS:
            self._take(meaning, tuple(sorted(fitting or positions)), "name")
        else:
            self._take(meaning, (fitting or positions)[:1], "name")

    def _against(self, meaning: str, position: int) -> bool:
        """Whether a column holds something other than its heading says, beyond single errors."""
        looks = self.looks.of(position)
        if meaning in STRAND_COLUMNS.values():
            share = looks.share(content.FLAGS) + looks.share(content.STRAND_NAMES)
            return share < 0.5
        if meaning == STRAND_LIST:
            return looks.holds(content.FLAGS)
        if meaning in (TIME, END_TIME):
            return looks.holds(content.DATES)
        is_weak = plain_words(self.header[position]) in _WEAK_HEADINGS
        if not is_weak or (meaning != IS_CRIME and len(looks.shown) < _ENOUGH):
            return False
        return sum(looks.share(kind) for kind in _FITTING[meaning]) < 0.5

    def _dates_called_time(self) -> None:
        """Take a column of dates that is called time, as map layers often have it."""
        if DATE in self.found or TIME not in self.found:
            return
        positions = self._positions(TIME)
        if len(positions) == 1 and self.looks.of(positions[0]).holds(content.DATES):
            del self.found[TIME]
            self._take(DATE, positions, "content")

    def _dates_have_times(self) -> bool:
        """Whether there is no need for a column of times, or no date that they would belong to."""
        return DATE not in self.found or any(":" in text for text in self.found[DATE].samples)

    def _pair(self, pair: tuple[str, str], kinds: tuple[str, str], certainty: Certainty) -> None:
        columns = [self._left(kind) for kind in kinds]
        if not all(columns):
            return
        if all(len(positions) == 1 for positions in columns) and columns[0] != columns[1]:
            for meaning, positions in zip(pair, columns, strict=True):
                self._take_or_ask(meaning, positions, certainty, _PEOPLE)
            return
        for meaning, kind, positions in zip(pair, kinds, columns, strict=True):
            self._ask(meaning, positions, _looks_like(kind, positions))

    def _has_pair(self) -> bool:
        return any(all(map(self._is_sure, pair)) for pair in COORDINATE_PAIRS)

    def _halves(self) -> None:
        """Ask for the other coordinate where nothing else says where."""
        if self._has_pair() or self._is_sure(GRID_REFERENCE) or self._is_sure(POSTCODE):
            return
        for half, other in (pair[::step] for pair in COORDINATE_PAIRS for step in (1, -1)):
            if self._is_sure(half) and other not in self.found:
                column = _quoted(self.found[half].headings)
                why = f"Column {column} is the {half}, but no column looks like the {other}."
                self._ask(other, (), why)

    def _single(self, meaning: str, kind: str) -> None:
        positions = self._left(kind)
        if not positions:
            return
        guard = _OTHER_TIMES if meaning in (DATE, TIME) else _PEOPLE
        if len(positions) == 1:
            self._take_or_ask(meaning, positions, "content", guard)
        else:
            plain = [at for at in positions if not guard.search(plain_words(self.header[at]))]
            self._ask(meaning, plain or positions, _looks_like(kind, plain or positions))

    def _strand_lists(self) -> None:
        self._alike_strand_lists()
        positions = self._left(content.STRAND_NAMES)
        flags = any(self._is_sure(column) for column in STRAND_COLUMNS.values())
        if not positions:
            return
        if STRAND_LIST not in self.found and not flags and not self._of_people(positions):
            self._take(STRAND_LIST, positions, "content")
            self._alike_strand_lists()
        elif not self._is_sure(STRAND_LIST):
            self._ask(STRAND_LIST, positions, _looks_like(content.STRAND_NAMES, positions))

    def _alike_strand_lists(self) -> None:
        """Take the others of a numbered row of columns, of which one plainly holds strands."""
        if not self._is_sure(STRAND_LIST):
            return
        sure = self.found[STRAND_LIST]
        others = [
            at
            for at, heading in enumerate(self.header)
            if at not in self.taken
            and heading not in sure.headings
            and any(_of_one_row(heading, other) for other in sure.headings)
            and not self.looks.of(at).holds(content.FLAGS)
        ]
        if others:
            taken = (at for at, heading in enumerate(self.header) if heading in sure.headings)
            self._take(STRAND_LIST, sorted([*taken, *others]), "content")

    def _of_people(self, positions: Sequence[int]) -> bool:
        return any(_PEOPLE.search(plain_words(self.header[position])) for position in positions)

    def _left(self, kind: str) -> tuple[int, ...]:
        """Give the columns without a meaning that hold a kind of thing."""
        return tuple(
            position
            for position, heading in enumerate(self.header)
            if heading and position not in self.taken and self.looks.of(position).holds(kind)
        )

    def _take_or_ask(
        self,
        meaning: str,
        positions: tuple[int, ...],
        certainty: Certainty,
        guard: re.Pattern[str],
    ) -> None:
        heading = self.header[positions[0]]
        if guard.search(plain_words(heading)):
            why = (
                f"Looks like a {_spoken(meaning)}, but its heading says that it is not that of the "
                "incident."
            )
            self._ask(meaning, positions, why)
        else:
            self._take(meaning, positions, certainty)

    def _take(self, meaning: str, positions: Sequence[int], certainty: Certainty) -> None:
        says = "The heading says so." if certainty == "name" else "What the column holds says so."
        self._note(meaning, positions, certainty, says)

    def _ask(self, meaning: str, positions: Sequence[int], why: str) -> None:
        self._note(meaning, positions, "unsure", why)

    def _note(self, meaning: str, positions: Sequence[int], certainty: Certainty, why: str) -> None:
        headings = tuple(self.header[position] for position in positions)
        samples = tuple(text for at in positions for text in self.looks.of(at).shown)
        self.taken |= set(positions)
        self.found[meaning] = FieldSuggestion(
            meaning, headings, certainty, why, samples[: content.SHOWN]
        )

    def _is_sure(self, meaning: str) -> bool:
        return meaning in self.found and self.found[meaning].certainty != "unsure"

    def _positions(self, meaning: str) -> tuple[int, ...]:
        return tuple(self.header.index(heading) for heading in self.found[meaning].headings)


def _of_one_row(heading: str, other: str) -> bool:
    """Whether two headings differ in a number only, as "Flag 1" and "Flag 2".

    A Shapefile cuts names of one beginning to ten letters: "hate_crime" and "hate_cri_1".
    """
    numbered = (_NUMBERED.fullmatch(plain_words(name)) for name in (heading, other))
    stems = [match["stem"] for match in numbered if match]
    if len(stems) == len((heading, other)):
        return stems[0] == stems[1]
    return heading == f"{other[:8]}{heading[8:]}" and bool(_CUT.fullmatch(heading))


def _looks_like(kind: str, positions: Sequence[int]) -> str:
    return f"Look{'' if len(positions) > 1 else 's'} like {kind}."
