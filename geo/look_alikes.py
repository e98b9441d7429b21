"""Incidents of different sources that may be the same event, for a person to look at.

The police and the council may both have a record of one event, under numbers of their own. Nothing
is merged or left out here: pairs are listed, the likeliest first, with what speaks for each.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Literal

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from geo.close_pairs import Keyed, LeftOut, Piece, close_pairs, same_pairs
from geo.params import Params, choice, number
from geo.readers.part import NOT_STATED
from geo.schema import (
    CATEGORY,
    INCIDENT_ID,
    LOCATION_QUALITY,
    OCCURRED,
    OCCURRED_END,
    SOURCE,
    STRAND_COLUMNS,
    STRANDS,
    TIME_PRECISION,
    VICTIM_REF,
    Incidents,
)

SCORE = "score"
FIRST_SOURCE, FIRST_ID = "first_source", "first_id"
FIRST_OCCURRED, FIRST_CATEGORY = "first_occurred", "first_category"
SECOND_SOURCE, SECOND_ID = "second_source", "second_id"
SECOND_OCCURRED, SECOND_CATEGORY = "second_occurred", "second_category"
DISTANCE_M = "distance_m"
HOURS_APART = "hours_apart"
WHY = "why"
LOOK_ALIKE_COLUMNS = (
    SCORE,
    FIRST_SOURCE,
    FIRST_ID,
    FIRST_OCCURRED,
    FIRST_CATEGORY,
    SECOND_SOURCE,
    SECOND_ID,
    SECOND_OCCURRED,
    SECOND_CATEGORY,
    DISTANCE_M,
    HOURS_APART,
    WHY,
)

SAME_TYPE_RULE = (
    "Two incidents are of the same type when their categories are the same words (capitals, spaces "
    "and punctuation aside), when they share at least one strand, or when one of them states no "
    "category."
)
SCORE_RULE = (
    "Up to 40 points for the distance (all at the same place, none at the largest distance, 20 "
    "where a place is not known), up to 30 for the time (all at the same minute, none a day apart, "
    "15 where a time is not known, none where only the month is), 10 each for the same category, a "
    "shared strand and the same victim reference (5 each where one side states none, 5 for "
    "different victim references: every source has its own)."
)
NOTES = "notes"
"""Key of ``frame.attrs`` under which the sentences of :attr:`LookAlikes.notes` stand."""

_NO_REFERENCE = ("", "unknown", "not known", "not stated", "none", "n a", "na", "nil")
_MOVED = {"map point", "grid square", "postcode"}
_DAY = np.timedelta64(1, "D")
_HOUR_US = 3_600_000_000


@dataclass(frozen=True)
class LookAlikeParams(Params):
    """How near, and what to do where the day is not known."""

    distance_m: float = number(
        100,
        low=1,
        high=1000,
        step=10,
        unit="m",
        label="Largest distance",
        help="Public map points are often this far from the place itself.",
    )
    days_of_span: int = number(
        7,
        low=1,
        high=31,
        step=1,
        unit="days",
        label="Longest span",
        help="The day of an incident that may have happened over more days than this is not known.",
    )
    day_not_known: Literal["leave out", "same month"] = choice(
        "leave out",
        options={
            "leave out": "never paired",
            "same month": "paired with what may have happened in the same month",
        },
        label="Day not known",
        help="By month alone much that is near is not the same event.",
    )
    most_pairs: int = number(
        5_000,
        low=1,
        high=100_000,
        step=1_000,
        unit="pairs",
        label="Most pairs listed",
        help="All are counted, the likeliest are listed.",
    )


@dataclass(frozen=True, eq=False)
class LookAlikes:
    """Pairs that may be the same event, and what was not compared.

    Attributes
    ----------
    frame
        A row per pair, the likeliest first; columns ``LOOK_ALIKE_COLUMNS``. ``distance_m`` is NaN
        where one of the two is not located, ``hours_apart`` where the minute of one is not known.
    found
        How many pairs there are, listed or not.
    day_not_known
        Incidents of which the day is not known.
    not_compared
        Pairs that were not looked at because too many share one day and place.
    notes
        What a reader must know, in sentences; none where all incidents are of one source.
    """

    frame: pd.DataFrame
    found: int
    day_not_known: int
    not_compared: int
    notes: tuple[str, ...]


def look_alikes(
    first: Incidents,
    second: Incidents | None = None,
    params: LookAlikeParams | None = None,
) -> pd.DataFrame:
    """List pairs of incidents of different sources that may be the same event.

    A pair is of the same day, at most ``params.distance_m`` apart, and of the same type
    (``SAME_TYPE_RULE``). Where one of the two is not located, the same victim reference stands in
    for the distance. An incident with a span may have happened on any of its days. Incidents of
    which the day is not known are not paired unless asked for.

    Parameters
    ----------
    first, second
        Each of the first is compared with each of the second of another source; without a second,
        the first among themselves, each pair once, with the sources in the order of the alphabet.

    Returns
    -------
    As :attr:`LookAlikes.frame`, and in ``frame.attrs["notes"]`` what was left out, in sentences.
    """
    return compare(first, second, params).frame


def compare(
    first: Incidents,
    second: Incidents | None = None,
    params: LookAlikeParams | None = None,
) -> LookAlikes:
    """Do as :func:`look_alikes`, and give what was left out in figures too."""
    params = params or LookAlikeParams()
    one, other = _sides(first, first if second is None else second, params)
    best, left_out = _Best(params.most_pairs), LeftOut()
    for piece in _alike(one, other, params, left_out, each_once=second is None):
        best.add(piece, _scores(one, other, piece, params.distance_m))
    sides = [one] if second is None else [one, other]
    day_not_known = sum(int(side.vague.sum()) for side in sides)
    total = sum(len(side.frame) for side in sides)
    several = len({source for side in sides for source in np.unique(side.source)}) > 1
    notes = tuple(_notes(params, best, left_out, day_not_known, total)) if several else ()
    frame = _frame(one, other, best)
    frame.attrs[NOTES] = notes
    return LookAlikes(frame, best.found, day_not_known, sum(left_out.pairs.values()), notes)


def together(*tables: pd.DataFrame) -> pd.DataFrame:
    """Put pairs of several comparisons into one table, the likeliest first, with all notes."""
    notes = dict.fromkeys(note for table in tables for note in table.attrs[NOTES])
    pairs = _likeliest_first(pd.concat(tables, ignore_index=True))
    pairs.attrs = {NOTES: tuple(notes)}
    return pairs


# ---- what is compared ----------------------------------------------------------------------------


@dataclass(frozen=True, eq=False)
class _Side:
    """One of the two sets, with numbers for texts that are the same in both; -1 for none."""

    frame: pd.DataFrame
    easting: NDArray[np.float64]
    northing: NDArray[np.float64]
    source: NDArray[np.intp]
    category: NDArray[np.intp]
    victim: NDArray[np.intp]
    strands: NDArray[np.uint8]
    start: NDArray[np.datetime64]
    end: NDArray[np.datetime64]
    exact: NDArray[np.bool_]
    vague: NDArray[np.bool_]

    @cached_property
    def located(self) -> NDArray[np.bool_]:
        """Which have a position, shape (n,)."""
        return ~np.isnan(self.easting)

    @cached_property
    def first_day(self) -> NDArray[np.int64]:
        """On which day each starts, counted from 1970, shape (n,)."""
        return _number(self.start, "D")

    def by_day(self) -> Keyed:
        """Give each incident of which the day is known once for each day of its span."""
        rows = np.flatnonzero(~self.vague)
        first = self.first_day[rows]
        days = _number(self.end[rows], "D") - first + 1
        shift = np.arange(days.sum()) - np.repeat(np.cumsum(days) - days, days)
        return Keyed(np.repeat(rows, days), np.repeat(first, days) + shift)

    def by_month(self) -> Keyed:
        """Give each incident with the month in which it starts."""
        return Keyed(np.arange(len(self.frame)), _number(self.start, "M"))


def _number(times: NDArray[np.datetime64], unit: str) -> NDArray[np.int64]:
    return times.astype(f"datetime64[{unit}]").astype(np.int64)


def _sides(first: Incidents, second: Incidents, params: LookAlikeParams) -> tuple[_Side, _Side]:
    both = [first] if second is first else [first, second]
    source = _codes(both, SOURCE)
    category = _codes(both, CATEGORY, ("", NOT_STATED))
    victim = _codes(both, VICTIM_REF, _NO_REFERENCE)
    sides = [
        _side(incidents, params, *codes)
        for incidents, *codes in zip(both, source, category, victim, strict=True)
    ]
    return sides[0], sides[-1]


def _side(
    incidents: Incidents,
    params: LookAlikeParams,
    source: NDArray[np.intp],
    category: NDArray[np.intp],
    victim: NDArray[np.intp],
) -> _Side:
    frame = incidents.frame
    start = end = incidents.occurred.astype("datetime64[us]")
    if OCCURRED_END in frame:
        end = frame[OCCURRED_END].to_numpy().astype("datetime64[us]")
        end = np.where(np.isnat(end), start, end)
    days = end.astype("datetime64[D]") - start.astype("datetime64[D]") + _DAY
    precision = frame[TIME_PRECISION]
    carried = frame[list(STRAND_COLUMNS.values())].to_numpy(np.bool_)
    return _Side(
        frame=frame,
        easting=incidents.easting,
        northing=incidents.northing,
        source=source,
        category=category,
        victim=victim,
        strands=np.packbits(carried, axis=1, bitorder="little").ravel(),
        start=start,
        end=end,
        exact=(precision == "minute").to_numpy(np.bool_),
        vague=(precision == "month").to_numpy(np.bool_) | (days > params.days_of_span * _DAY),
    )


def _codes(
    both: list[Incidents], name: str, without: tuple[str, ...] | None = None
) -> list[NDArray[np.intp]]:
    """Give texts of a column numbers, alike in all sets and in the order of the alphabet.

    -1 stands for no text, for one of those ``without``, and for a column that is missing. Where
    ``without`` is given, capitals, spaces and punctuation make no difference.
    """
    columns = [
        pd.factorize(each.frame[name]) if name in each.frame else (np.full(len(each), -1), [])
        for each in both
    ]
    words = [pd.Series(distinct, dtype="str") for _, distinct in columns]
    if without is not None:
        words = [each.str.casefold().str.replace(r"[\W_]+", " ", regex=True) for each in words]
        words = [each.str.strip() for each in words]
    known = sorted({word for each in words for word in each} - set(without or ()))
    number_of = {word: n for n, word in enumerate(known)}
    return [
        np.array([*(number_of.get(word, -1) for word in each), -1], np.intp)[codes]
        for each, (codes, _) in zip(words, columns, strict=True)
    ]


# ---- which are alike -----------------------------------------------------------------------------


def _alike(
    one: _Side, other: _Side, params: LookAlikeParams, left_out: LeftOut, *, each_once: bool
) -> Iterator[Piece]:
    """Give every pair of the same time, place and type of different sources."""
    times = list(_same_time(one, other, params))
    for source in np.unique(one.source):
        mine = one.source == source
        theirs = other.source > source if each_once else other.source != source
        if not theirs.any():
            continue
        for first, second, by_day in times:
            for piece in _same_place(
                one, other, first.only(mine), second.only(theirs), params, left_out
            ):
                yield piece.only(_counts(one, other, piece, by_day=by_day))


def _same_time(
    one: _Side, other: _Side, params: LookAlikeParams
) -> Iterator[tuple[Keyed, Keyed, bool]]:
    """Give what is to be compared by day, and if asked what is to be compared by month."""
    yield one.by_day(), other.by_day(), True
    if params.day_not_known == "same month":
        first, second = one.by_month(), other.by_month()
        yield first.only(one.vague), second, False
        yield first.only(~one.vague), second.only(other.vague), False


def _same_place(
    one: _Side,
    other: _Side,
    first: Keyed,
    second: Keyed,
    params: LookAlikeParams,
    left_out: LeftOut,
) -> Iterator[Piece]:
    """Give the pairs that are near each other, and those of a victim where a place is missing."""
    points = (one.easting, one.northing), (other.easting, other.northing)
    yield from close_pairs(first, second, points, params.distance_m, left_out)
    first, second = first.only(one.victim >= 0), second.only(other.victim >= 0)
    placed, of_victim = other.located, (one.victim, other.victim)
    yield from same_pairs(first.only(~one.located), second, of_victim, left_out)
    yield from same_pairs(first.only(one.located), second.only(~placed), of_victim, left_out)


def _counts(one: _Side, other: _Side, piece: Piece, *, by_day: bool) -> NDArray[np.bool_]:
    """Say which pairs are of the same type, and not of a later day that they share too."""
    a, b = piece.first, piece.second
    mine, theirs = one.category[a], other.category[b]
    alike: NDArray[np.bool_] = (mine == theirs) | (mine < 0) | (theirs < 0)
    alike |= (one.strands[a] & other.strands[b]) > 0
    if by_day:
        alike &= piece.keys == np.maximum(one.first_day[a], other.first_day[b])
    return alike


# ---- how likely ----------------------------------------------------------------------------------


def _scores(one: _Side, other: _Side, piece: Piece, distance_m: float) -> NDArray[np.float64]:
    """Score pairs from 0 to 100 by ``SCORE_RULE``."""
    a, b = piece.first, piece.second
    place = np.where(np.isnan(piece.distance_m), 20, 40 * (1 - piece.distance_m / distance_m))
    hours = _hours_apart(one, other, a, b)
    time = np.where(np.isnan(hours), 15, 30 * (1 - np.minimum(hours, 24) / 24))
    time[one.vague[a] | other.vague[b]] = 0
    mine, theirs = one.category[a], other.category[b]
    category = np.where((mine < 0) | (theirs < 0), 5, np.where(mine == theirs, 10, 0))
    carried, too = one.strands[a], other.strands[b]
    strand = np.where((carried == 0) | (too == 0), 5, np.where(carried & too, 10, 0))
    victim = np.where(_same_victim(one, a, other, b), 10, 5)
    total: NDArray[np.float64] = place + time + category + strand + victim
    return total


def _hours_apart(
    one: _Side, other: _Side, a: NDArray[np.intp], b: NDArray[np.intp]
) -> NDArray[np.float64]:
    """Give the hours between the end of the one and the start of the other, 0 where they meet."""
    start = np.maximum(one.start[a], other.start[b])
    end = np.minimum(one.end[a], other.end[b])
    gap = (start - end).astype("timedelta64[us]").astype(np.float64) / _HOUR_US
    return np.where(one.exact[a] & other.exact[b], np.maximum(gap, 0), np.nan)


class _Best:
    """Keeps the likeliest pairs of all that are added, and counts all."""

    def __init__(self, most: int) -> None:
        self.most, self.found = most, 0
        self.first, self.second = np.zeros(0, np.intp), np.zeros(0, np.intp)
        self.distance_m, self.scores = np.zeros(0), np.zeros(0)

    def add(self, piece: Piece, scores: NDArray[np.float64]) -> None:
        """Take the pairs of a piece; of equal ones at the end, those that came first stay."""
        self.found += len(scores)
        first = np.concatenate([self.first, piece.first])
        second = np.concatenate([self.second, piece.second])
        distance_m = np.concatenate([self.distance_m, piece.distance_m])
        scores = np.concatenate([self.scores, scores])
        kept = np.argsort(-scores, kind="stable")[: self.most]
        self.first, self.second = first[kept], second[kept]
        self.distance_m, self.scores = distance_m[kept], scores[kept]


# ---- in words ------------------------------------------------------------------------------------


def _frame(one: _Side, other: _Side, best: _Best) -> pd.DataFrame:
    a, b = best.first, best.second
    columns: dict[str, Any] = {SCORE: best.scores.round(1)}
    for side, rows, names in (
        (one, a, (FIRST_SOURCE, FIRST_ID, FIRST_OCCURRED, FIRST_CATEGORY)),
        (other, b, (SECOND_SOURCE, SECOND_ID, SECOND_OCCURRED, SECOND_CATEGORY)),
    ):
        for name, column in zip(names, (SOURCE, INCIDENT_ID, OCCURRED, CATEGORY), strict=True):
            columns[name] = side.frame[column].take(rows).reset_index(drop=True)
    columns[DISTANCE_M] = best.distance_m
    columns[HOURS_APART] = _hours_apart(one, other, a, b)
    frame = pd.DataFrame(columns)
    frame[WHY] = pd.Series(list(_why(one, other, best, frame)), dtype="str")
    return _likeliest_first(frame[list(LOOK_ALIKE_COLUMNS)])


def _likeliest_first(frame: pd.DataFrame) -> pd.DataFrame:
    order = [FIRST_OCCURRED, FIRST_SOURCE, FIRST_ID, SECOND_SOURCE, SECOND_ID]
    ascending = [False] + [True] * len(order)
    return frame.sort_values([SCORE, *order], ascending=ascending, ignore_index=True)


def _why(one: _Side, other: _Side, best: _Best, frame: pd.DataFrame) -> Iterator[str]:
    a, b = best.first, best.second
    vague = (one.vague[a] | other.vague[b]).tolist()
    places = list(map(_place_in_words, best.distance_m.tolist()))
    moved = _places_moved(one, a, other, b)
    types = list(_types_in_words(one, a, other, b, frame[FIRST_CATEGORY].tolist()))
    for row, hours in enumerate(frame[HOURS_APART].tolist()):
        when = ["Same month, day not known"] if vague[row] else ["Same day", _time_in_words(hours)]
        yield "; ".join([*when, places[row], *moved[row], *types[row]]) + "."


def _time_in_words(hours: float) -> str:
    if np.isnan(hours):
        return "hour not known"
    minutes = round(60 * hours)
    if minutes == 0:
        return "at the same time"
    return f"{minutes} minutes apart" if minutes < 120 else f"{hours:.0f} hours apart"


def _place_in_words(distance_m: float) -> str:
    if np.isnan(distance_m):
        return "same victim reference, and a place is not known"
    return f"{distance_m:.0f} m apart" if distance_m >= 0.5 else "at the same place"


def _places_moved(
    one: _Side, a: NDArray[np.intp], other: _Side, b: NDArray[np.intp]
) -> list[list[str]]:
    """Say for each pair where a position is not the place itself: the distance may mislead."""
    qualities = [
        side.frame[LOCATION_QUALITY].take(rows).tolist()
        if LOCATION_QUALITY in side.frame
        else [""] * len(rows)
        for side, rows in ((one, a), (other, b))
    ]
    moved = [sorted({*both} & _MOVED) for both in zip(*qualities, strict=True)]
    return [[f"known by {' and '.join(each)} only"] if each else [] for each in moved]


def _types_in_words(
    one: _Side, a: NDArray[np.intp], other: _Side, b: NDArray[np.intp], categories: list[str]
) -> Iterator[list[str]]:
    mine, theirs = one.category[a], other.category[b]
    unstated = ((mine < 0).astype(int) + (theirs < 0)).tolist()
    same, common = (mine == theirs).tolist(), (one.strands[a] & other.strands[b]).tolist()
    differ = ((one.strands[a] > 0) & (other.strands[b] > 0)).tolist()
    victim = (
        ~np.isnan(one.easting[a] + other.easting[b]) & _same_victim(one, a, other, b)
    ).tolist()
    for row, category in enumerate(categories):
        if unstated[row]:
            words = ["category not stated by " + ("one" if unstated[row] == 1 else "either")]
        else:
            words = [f"both {category}" if same[row] else "different categories"]
        if common[row]:
            shared = [strand for bit, strand in enumerate(STRANDS) if common[row] >> bit & 1]
            words.append(f"both with strand {' and '.join(shared)}")
        elif differ[row]:
            words.append("different strands")
        yield [*words, "same victim reference"] if victim[row] else words


def _same_victim(
    one: _Side, a: NDArray[np.intp], other: _Side, b: NDArray[np.intp]
) -> NDArray[np.bool_]:
    same: NDArray[np.bool_] = (one.victim[a] >= 0) & (one.victim[a] == other.victim[b])
    return same


def _notes(
    params: LookAlikeParams, best: _Best, left_out: LeftOut, day_not_known: int, total: int
) -> Iterator[str]:
    if day_not_known:
        paired = (
            "they are not paired with anything"
            if params.day_not_known == "leave out"
            else "they are paired with what may have happened in the same month, and come last"
        )
        yield (
            f"The day of {day_not_known:,} of {total:,} incidents is not known (the month only, or "
            f"a span of more than {params.days_of_span:.0f} days): {paired}."
        )
    if best.found > params.most_pairs:
        yield (
            f"{best.found:,} pairs may be the same event; the likeliest {len(best.scores):,} are "
            "listed. A smaller distance lists fewer."
        )
    if left_out.pairs:
        many = len(left_out.pairs)
        yield (
            f"{sum(left_out.pairs.values()):,} pairs were not compared: on {many:,} "
            f"{'days' if many > 1 else 'day'} (or months) too many incidents lie together, as "
            "where positions are snapped to a few points or dates to the first of the month."
        )
