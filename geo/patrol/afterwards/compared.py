"""What moved from one plan to the next: areas kept, moved, new and gone; teams and minutes.

It is said of where areas lie, who walks them and for how long, and of nothing else, so that the
same words may stand at every level that both plans may be seen at.
"""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import product
from math import hypot
from typing import Literal, get_args

from boundaries.errors import ParameterError
from geo.disclosure.levels import LEVELS
from geo.patrol.plan import FocusArea, Plan
from geo.quality.check import day_in_words

What = Literal["kept", "moved", "new", "gone"]
WHATS: tuple[What, ...] = get_args(What)

KEPT_SHARE = 0.5
"""Two areas are the same place where they share so much of the smaller of them."""
MOVED_M = 200
"""An area whose middle lies so near to that of an earlier one has moved."""


@dataclass(frozen=True)
class AreaChange:
    """What became of one area.

    Attributes
    ----------
    what
        ``kept``, ``moved``, ``new`` or ``gone``.
    now, before
        The area in either plan; None where it is not in it.
    moved_m
        From the one middle to the other; 0 where it is in one plan only.
    minutes_now, minutes_before
        Minutes on the spot in one shift as planned, on average; 0 where it is not in the plan.
    """

    what: What
    now: FocusArea | None
    before: FocusArea | None
    moved_m: int
    minutes_now: float
    minutes_before: float

    @property
    def name(self) -> str:
        """What the area is called, in the newer plan if it is there."""
        area = self.now or self.before
        return area.name if area else ""

    @property
    def has_other_team(self) -> bool:
        """Whether another team walks it than before."""
        return bool(self.now and self.before and self.now.team != self.before.team)

    def in_words(self) -> str:
        """Say it in a sentence that is about this area."""
        if self.now is None:
            return f"{self.name} is no longer in the plan."
        if self.before is None:
            return "New in this plan."
        parts = ["As in the plan before"]
        if self.what == "moved":
            parts = [f"Moved {self.moved_m:,} m from where it was in the plan before"]
        if self.now.side_m != self.before.side_m:
            parts.append(f"{self.now.side_m} m across instead of {self.before.side_m}")
        if self.has_other_team:
            parts.append(f"now team {self.now.team} instead of team {self.before.team}")
        difference = round(self.minutes_now) - round(self.minutes_before)
        if difference:
            more = "more" if difference > 0 else "fewer"
            minutes = "minute" if abs(difference) == 1 else "minutes"
            parts.append(f"{abs(difference)} {more} {minutes} in each shift")
        return f"{', '.join(parts)}."


@dataclass(frozen=True)
class PlanChange:
    """What is different from one plan to a later one.

    Attributes
    ----------
    areas
        Those of the newer plan in its order, then those that are gone.
    sentences
        The whole in words, the most important first.
    """

    areas: tuple[AreaChange, ...]
    sentences: tuple[str, ...]

    def count(self, what: What) -> int:
        """Count the areas of which something became."""
        return sum(area.what == what for area in self.areas)


def compare_plans(now: Plan, before: Plan) -> PlanChange:
    """Say what moved.

    Each area of the one plan is held against one of the other at most: those that share most land
    first, then those that lie nearest.

    Raises
    ------
    ParameterError
        The plan before is of more exact figures than this one, so what is said of it could not be
        shown beside it.
    """
    _check_levels(now, before)
    minutes = _minutes_by_area(now), _minutes_by_area(before)
    pairs = _pairs(now.areas, before.areas)
    partners = {late.number: early for late, early in pairs}
    taken = {early.number for _, early in pairs}
    areas = [_change(area, partners.get(area.number), minutes[0], minutes[1]) for area in now.areas]
    areas += [
        AreaChange("gone", None, area, 0, 0, minutes[1][area.number])
        for area in before.areas
        if area.number not in taken
    ]
    return PlanChange(tuple(areas), _sentences(areas, now, before))


def news_of(area: FocusArea, before: Plan) -> str:
    """Say what is new of an area since the plan before, without its team and its minutes.

    For :attr:`geo.patrol.plan.Because.news`, which is made before there are teams and visits. The
    plan before must be of a level that may be shown beside the area.
    """
    nearest = _pairs([area], before.areas)
    if not nearest:
        return "New in this plan."
    early = nearest[0][1]
    if _share(area, early) >= KEPT_SHARE:
        return f"Was area {early.number} of the plan before."
    return f"Moved {_apart_m(area, early):,} m from area {early.number} of the plan before."


def minutes_in_words(minutes: float) -> str:
    """Say whole minutes.

    >>> minutes_in_words(1), minutes_in_words(1234.4)
    ('1 minute', '1,234 minutes')
    """
    whole = round(minutes)
    return f"{whole:,} minute{'' if whole == 1 else 's'}"


def _check_levels(now: Plan, before: Plan) -> None:
    if LEVELS.index(before.level) < LEVELS.index(now.level):
        msg = (
            f"The plan before is for level {before.level} and this one for {now.level}; nothing of "
            f"the one may be said beside the other. Compare plans of level {now.level}."
        )
        raise ParameterError(msg)


def _pairs(
    late: Sequence[FocusArea], early: Sequence[FocusArea]
) -> list[tuple[FocusArea, FocusArea]]:
    """Find which areas belong together, the best pairs first."""
    possible = [
        (-_share(one, other), _apart_m(one, other), one.number, other.number, one, other)
        for one, other in product(late, early)
        if _share(one, other) > 0 or _apart_m(one, other) <= MOVED_M
    ]
    found: list[tuple[FocusArea, FocusArea]] = []
    used: tuple[set[int], set[int]] = (set(), set())
    for *_, one, other in sorted(possible, key=lambda pair: pair[:4]):
        if one.number not in used[0] and other.number not in used[1]:
            found.append((one, other))
            used[0].add(one.number)
            used[1].add(other.number)
    return found


def _share(one: FocusArea, other: FocusArea) -> float:
    """How much of the smaller of two squares lies in the other, 0 to 1."""
    across = min(one.west + one.side_m, other.west + other.side_m) - max(one.west, other.west)
    up = min(one.south + one.side_m, other.south + other.side_m) - max(one.south, other.south)
    smaller = min(one.side_m, other.side_m)
    return max(across, 0) * max(up, 0) / smaller**2


def _apart_m(one: FocusArea, other: FocusArea) -> int:
    (east, north), (other_east, other_north) = one.middle, other.middle
    return round(hypot(east - other_east, north - other_north))


def _change(
    area: FocusArea,
    early: FocusArea | None,
    minutes: dict[int, float],
    minutes_before: dict[int, float],
) -> AreaChange:
    if early is None:
        return AreaChange("new", area, None, 0, minutes[area.number], 0)
    what: What = "kept" if _share(area, early) >= KEPT_SHARE else "moved"
    return AreaChange(
        what,
        area,
        early,
        _apart_m(area, early),
        minutes[area.number],
        minutes_before[early.number],
    )


def _minutes_by_area(plan: Plan) -> dict[int, float]:
    """Give the minutes on the spot in one shift, on average over its shifts."""
    found: dict[int, float] = defaultdict(float)
    for visit in plan.visits:
        found[visit.area] += visit.minutes
    shifts = len({visit.day for visit in plan.visits}) or 1
    return defaultdict(float, {number: total / shifts for number, total in found.items()})


def _sentences(areas: Sequence[AreaChange], now: Plan, before: Plan) -> tuple[str, ...]:
    sentences = [_headline(areas), *_of_teams(areas, now, before), _of_minutes(now, before)]
    if now.params.shift != before.params.shift:
        sentences.append(
            f"The shift was {before.params.shift.in_words()} and is now "
            f"{now.params.shift.in_words()}."
        )
    return (*sentences, _of_data(now, before))


def _headline(areas: Sequence[AreaChange]) -> str:
    """Say how many areas are the same, and name the others."""
    by: dict[What, list[AreaChange]] = {
        what: [area for area in areas if area.what == what] for what in WHATS
    }
    total = sum(area.now is not None for area in areas)
    if total == len(by["kept"]) and not by["gone"]:
        return f"All {total} areas are where they were in the plan before."
    parts = [f"{len(by['kept'])} of {total} areas {_are(len(by['kept']))} where they were"]
    if by["moved"]:
        said = (f"{area.name} ({area.moved_m:,} m)" for area in by["moved"])
        parts.append(f"moved: {', '.join(said)}")
    parts += [
        f"{word}: {', '.join(area.name for area in by[what])}"
        for what, word in _NAMED.items()
        if by[what]
    ]
    return f"{'; '.join(parts)}."


_NAMED: dict[What, str] = {"new": "new", "gone": "no longer in the plan"}


def _are(count: int) -> str:
    return "is" if count == 1 else "are"


def _of_teams(areas: Sequence[AreaChange], now: Plan, before: Plan) -> list[str]:
    found = []
    if now.params.teams != before.params.teams:
        found.append(
            f"There {_are(now.params.teams)} {now.params.teams} "
            f"team{'' if now.params.teams == 1 else 's'} instead of {before.params.teams}."
        )
    passed_on = [area.name for area in areas if area.has_other_team]
    if passed_on:
        found.append(f"With another team than before: {', '.join(passed_on)}.")
    return found


def _of_minutes(now: Plan, before: Plan) -> str:
    late, early = (round(sum(_minutes_by_area(plan).values())) for plan in (now, before))
    if late == early:
        return f"Teams stand {minutes_in_words(late)} in their areas in each shift, as before."
    more = "more" if late > early else "fewer"
    return (
        f"Teams stand {minutes_in_words(late)} in their areas in each shift, "
        f"{abs(late - early):,} {more} than before."
    )


def _of_data(now: Plan, before: Plan) -> str:
    if now.fingerprint == before.fingerprint:
        return "Both plans are made of the same data."
    days = (now.data_to - before.data_to).days
    if days > 0:
        more = f"{days:,} more day{'' if days == 1 else 's'}"
        return f"The data has {more}, to {day_in_words(now.data_to)}."
    return (
        f"The plans are made of different data: this one goes to {day_in_words(now.data_to)}, the "
        f"one before to {day_in_words(before.data_to)}."
    )
