"""Patrol plans that are kept: by the key of their content, so that a link opens the same plan.

A plan of exact figures is listed and opened among exact figures only. A plan that was made of
somebody's own files is theirs alone.
"""

import json
import zlib
from base64 import b64decode, b64encode
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from boundaries.errors import AccessError, ParameterError
from dashboard import access
from dashboard.audit.noting import note as write_in_log
from dashboard.audit.noting import whoever_is_there
from dashboard.kept import NAME_AT_MOST, Kept, clean_name
from dashboard.patrol.kept_visits import kind_of_visits
from geo.disclosure.levels import EXACT, LEVELS, Level
from geo.patrol.plan import Plan
from geo.quality.check import day_in_words

KIND = "patrol-plan"
LONDON = ZoneInfo("Europe/London")
MOST_LETTERS = 1_000
_MOST_BYTES = 50_000_000
"""Of a plan written out; more than any plan has, and no more than memory bears."""


@dataclass(frozen=True, eq=False)
class KeptPlan:
    """A plan, and who kept it.

    Attributes
    ----------
    title
        What people call it.
    note
        What they wrote beside it.
    who, when
        Who kept it, and when, in UTC.
    is_own
        Whether it was made of files that this person dropped into the page.
    """

    plan: Plan
    title: str
    note: str
    who: str
    when: datetime
    is_own: bool = False

    @property
    def key(self) -> str:
        """What links call it."""
        return self.plan.key

    @property
    def kept_on(self) -> str:
        """The day on which it was kept, in words."""
        return day_in_words(self.when.astimezone(LONDON).date())

    def state(self, today: date) -> str:
        """Say whether it is still good.

        A plan whose last shift is over is past; it is listed all the same.
        """
        if self.plan.has_expired(today):
            return f"Expired on {day_in_words(self.plan.last_day)}"
        if today < self.plan.first_day:
            return f"From {day_in_words(self.plan.first_day)}"
        return f"Until {day_in_words(self.plan.last_day)}"


@dataclass(frozen=True)
class Removed:
    """What was removed, so that it can be brought back.

    ``visits`` are the entries of its visits by name, which were kept under ``kind``.
    """

    key: str
    title: str
    value: Mapping[str, Any]
    kind: str
    visits: Mapping[str, Mapping[str, Any]]


def today_in_london() -> date:
    """Give the day that it is where the plans are walked."""
    return datetime.now(LONDON).date()


def suggested_title(plan: Plan) -> str:
    """Give a title for a plan that says when it is for."""
    return f"{plan.params.shift.in_words()}, from {day_in_words(plan.first_day)}"[:NAME_AT_MOST]


def keep(plan: Plan, title: str, note: str = "", *, is_own: bool = False) -> KeptPlan:
    """Keep a plan for everybody who may see its level; one of somebody's own files for them alone.

    A plan that is kept already stays as it is, with the title that it has.

    Raises
    ------
    AccessError
        Whoever is there may not keep plans.
    ParameterError
        The title is empty or too long.
    StoreError
        It cannot be written.
    """
    access.require("plan patrols")
    before = _read(plan.key)
    if before is not None and before.is_own == is_own and _may_see(before, plan.level):
        return before
    kept = KeptPlan(
        plan,
        clean_name(title),
        note.strip()[:MOST_LETTERS],
        whoever_is_there().name,
        datetime.now(UTC).replace(microsecond=0),
        is_own,
    )
    Kept.here().put(KIND, plan.key, _written(kept))
    _note("kept", kept.key, plan.level)
    return kept


def for_wardens(plan: Plan, level: Level) -> Plan:
    """Give an exact plan as it may be handed on, without any figure of incidents.

    Raises
    ------
    ParameterError
        Its areas rest on too few incidents.
    """
    if not plan.may_be_handed_on:
        msg = (
            f"The areas of this plan rest on {plan.params.min_incidents} incidents or more, which "
            "is too few to hand it on. Make a plan with a higher minimum for others."
        )
        raise ParameterError(msg)
    return plan if plan.level == level else plan.without_figures(level)


def kept_plans(level: Level) -> list[KeptPlan]:
    """Give the plans that may be seen at a level by whoever is there, the newest first."""
    found = (_read(key) for key in Kept.here().names(KIND))
    seen = [kept for kept in found if kept is not None and _may_see(kept, level)]
    return sorted(seen, key=lambda kept: (kept.when, kept.key), reverse=True)


def kept_plan(key: str, level: Level) -> KeptPlan:
    """Give a plan by its key.

    Raises
    ------
    ParameterError
        There is none of this key, or none that whoever is there may see.
    AccessError
        It is one with exact figures, and these are not on show.
    """
    kept = _read(key) if key.isalnum() else None
    if kept is None or not _is_theirs(kept):
        msg = (
            "There is no kept plan of this link. It may have been removed, or it was made of "
            "somebody's own files; make a new one, or open another from the list."
        )
        raise ParameterError(msg)
    if not _may_see(kept, level):
        others = "exact figures" if kept.plan.level == EXACT else f"figures for {kept.plan.level}s"
        msg = (
            f"This link is of a plan with {others}, which are not on show here. Ask whoever sent "
            "it for the plan without figures."
        )
        raise AccessError(msg)
    return kept


def plan_before(plan: Plan, level: Level) -> KeptPlan | None:
    """Give the kept plan that came before: of the same shift, and for earlier days.

    Of several the latest; None where there is none.
    """
    earlier = [
        kept
        for kept in kept_plans(level)
        if kept.plan.params.shift == plan.params.shift
        and kept.plan.vintage == plan.vintage
        and kept.plan.is_demonstration == plan.is_demonstration
        and kept.plan.first_day < plan.first_day
    ]
    return max(earlier, key=lambda kept: (kept.plan.first_day, kept.when), default=None)


def may_remove(kept: KeptPlan) -> bool:
    """Say whether whoever is there may remove a plan: their own, and analysts anybody's."""
    who = access.person()
    is_theirs = kept.who == whoever_is_there().name
    return who.may("plan patrols") and (is_theirs or who.may("keep notes"))


def remove(kept: KeptPlan) -> Removed | None:
    """Forget a plan, and its records of visits; :func:`bring_back` undoes it.

    The records stay where another form of the plan is kept, with or without figures.

    Raises
    ------
    AccessError
        It is somebody else's, and whoever is there is no analyst.
    """
    if not may_remove(kept):
        msg = f"{kept.who} kept this plan. Only they or an analyst can remove it; ask one of them."
        raise AccessError(msg)
    here, kind = Kept.here(), kind_of_visits(kept.plan)
    value = here.remove(KIND, kept.key)
    if value is None:
        return None
    visits = {}
    if not _has_another_form(kind):
        found = {name: here.remove(kind, name) for name in here.names(kind)}
        visits = {name: entry for name, entry in found.items() if entry is not None}
    _note("removed", kept.key, kept.plan.level)
    return Removed(kept.key, kept.title, value, kind, visits)


def _has_another_form(kind: str) -> bool:
    """Say whether a plan is still kept that has the same visits, as its form without figures."""
    others = (_read(key) for key in Kept.here().names(KIND))
    return any(other is not None and kind_of_visits(other.plan) == kind for other in others)


def bring_back(removed: Removed) -> None:
    """Keep again what was removed."""
    access.require("plan patrols")
    here = Kept.here()
    here.put(KIND, removed.key, removed.value)
    for name, value in removed.visits.items():
        here.put(removed.kind, name, value)
    _note("brought back", removed.key, removed.value["level"])


def unreadable() -> int:
    """Count the entries that hold no plan which this version can read."""
    here = Kept.here()
    names = here.names(KIND)
    return sum(_read(name) is None for name in names) + len(here.broken(KIND))


def _may_see(kept: KeptPlan, level: Level) -> bool:
    return _is_theirs(kept) and LEVELS.index(kept.plan.level) >= LEVELS.index(level)


def _is_theirs(kept: KeptPlan) -> bool:
    return not kept.is_own or kept.who == whoever_is_there().name


def _written(kept: KeptPlan) -> dict[str, Any]:
    """Give plain values; the plan is packed, for four weeks of a dozen teams fill a megabyte."""
    text = json.dumps(kept.plan.as_dict(), ensure_ascii=False, separators=(",", ":"))
    return {
        "level": kept.plan.level,
        "title": kept.title,
        "note": kept.note,
        "who": kept.who,
        "when": kept.when.isoformat(),
        "is_own": kept.is_own,
        "plan": b64encode(zlib.compress(text.encode())).decode(),
    }


def _read(key: str) -> KeptPlan | None:
    """Read a kept plan; None where there is none, or what is there is not the plan of that key."""
    value = Kept.here().get(KIND, key)
    if value is None:
        return None
    try:
        packed = b64decode(value["plan"], validate=True)
        text = zlib.decompressobj().decompress(packed, _MOST_BYTES)
        kept = KeptPlan(
            Plan.from_dict(json.loads(text)),
            str(value["title"]),
            str(value["note"]),
            str(value["who"]),
            datetime.fromisoformat(value["when"]),
            bool(value["is_own"]),
        )
    except (KeyError, TypeError, ValueError, zlib.error):
        return None
    # The level stands in the plan, so nobody can open an exact one by changing what is beside it.
    return kept if kept.key == key else None


def _note(what: str, key: str, level: str) -> None:
    write_in_log("patrol plan", {"what": what, "plan": key, "level": level})
