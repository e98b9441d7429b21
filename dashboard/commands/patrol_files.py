"""The folder of a patrol plan: what is written, and what is never written over unasked."""

from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

from boundaries.errors import HotspotsError, ParameterError
from dashboard.audit.files import write_noted
from dashboard.commands.messages import say
from dashboard.patrol.handouts import HANDOUTS, HandOut, folder_name, to_hand_on
from dashboard.patrol.tables import plan_of_json
from geo.disclosure.levels import EXACT
from geo.patrol.plan import Plan
from geo.store.opening import is_store

_PLANS = ("plan.json", f"plan-{EXACT}.json")


def check_place(folder: Path) -> None:
    """Refuse at once what cannot become the folder of a plan.

    Raises
    ------
    ParameterError
        It is a file, lies in a store, or the folder above it is missing.
    """
    if folder.exists() and not folder.is_dir():
        msg = f"{folder} is a file; --out takes a folder."
        raise ParameterError(msg)
    if not folder.resolve().parent.is_dir():
        msg = f"There is no folder {folder.parent} to make {folder.name} in; make it first."
        raise ParameterError(msg)
    above = [folder.resolve(), *folder.resolve().parents]
    if any(is_store(str(one)) for one in above):
        msg = f"{folder} lies in a store, where nothing else may be; give another folder."
        raise ParameterError(msg)


def write_plan(plan: Plan, folder: Path, *, replace: bool) -> list[Path]:
    """Write all hand-outs of a plan; of an exact one those for wardens, and apart the exact ones.

    Raises
    ------
    ParameterError
        The folder holds another plan, and nobody said to replace it.
    """
    _check_other(plan, folder, replace=replace)
    files = _files(plan)
    folder.mkdir(exist_ok=True)
    stale = _known_files(folder) - {folder / name for of in files.values() for name in of}
    for of, contents in files.items():
        write_noted({folder / name: content for name, content in contents.items()}, _about(of))
    for path in sorted(stale):  # of the plan that was replaced
        path.unlink(missing_ok=True)
    return [folder / name for contents in files.values() for name in contents]


def _files(plan: Plan) -> Mapping[Plan, Mapping[str, bytes]]:
    """Make the files, by the form of the plan that they show."""
    if plan.level != EXACT:
        return {plan: _made(plan, list(HANDOUTS))}
    if not plan.may_be_handed_on:
        return {plan: _made(plan, list(HANDOUTS))}
    handed_on = to_hand_on(plan)
    return {
        handed_on: _made(handed_on, list(HANDOUTS)),
        plan: _made(plan, [one for one in HANDOUTS if one.has_figures]),
    }


def _made(plan: Plan, handouts: list[HandOut]) -> Mapping[str, bytes]:
    missing = {why for one in handouts if (why := one.why_not())}
    for why in sorted(missing):
        say(why, "warning")
    return {folder_name(plan, one): one.make(plan) for one in handouts if not one.why_not()}


def _check_other(plan: Plan, folder: Path, *, replace: bool) -> None:
    """Refuse to write over the files of another plan; the same plan may be written again."""
    there = _known_files(folder)
    keys = {plan.key}
    if plan.level == EXACT and plan.may_be_handed_on:
        keys.add(to_hand_on(plan).key)
    if there and not replace and not _keys_in(folder) & keys:
        named = ", ".join(path.name for path in sorted(there)[:3])
        msg = (
            f"{folder} holds the files of another plan ({named} and so on); give another folder, "
            "or add --replace to take its place."
        )
        raise ParameterError(msg)


def _known_files(folder: Path) -> set[Path]:
    """Give the files in a folder that are named as hand-outs are."""
    names = {f"{one.stem}{mark}{one.ending}" for one in HANDOUTS for mark in ("", f"-{EXACT}")}
    return {folder / name for name in names if (folder / name).is_file()}


def _keys_in(folder: Path) -> set[str]:
    found = set()
    for name in _PLANS:
        with suppress(OSError, HotspotsError):  # what is no plan is not this one
            found.add(plan_of_json((folder / name).read_bytes(), name).key)
    return found


def _about(plan: Plan) -> dict[str, Any]:
    """Say for the audit log which plan files are of, and none of its figures."""
    return {
        "level": plan.level,
        "method": "patrol plan",
        "plan": plan.key,
        "data_fingerprint": plan.fingerprint,
    }
