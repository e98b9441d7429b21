"""What the commands with figures for partners or the public share: a release in, tables out."""

import argparse
from collections.abc import Collection
from dataclasses import dataclass, replace

from boundaries.errors import ParameterError
from dashboard.audit.about import about_release
from dashboard.audit.files import write_noted
from dashboard.commands.inputs import read_quietly
from dashboard.commands.levels import ASK
from dashboard.commands.messages import progress, say
from dashboard.commands.outputs import write_to_stdout
from dashboard.commands.parsing import UsageError
from dashboard.exports import Content, content_bytes, export_paths, record_text
from dashboard.ledgers import ledger_folder
from dashboard.partner.view import ReleaseView
from dashboard.settings import StartOptions, vintage_in_force
from geo.disclosure.ledger import FolderLedger, ReleaseError, release_of
from geo.disclosure.levels import IN_WORDS, PUBLIC, Level
from geo.disclosure.menu import MenuPeriod, PeriodKind
from geo.disclosure.release import Release, ReleaseParams
from geo.disclosure.splits import ALL
from geo.schema import Incidents

_ONE_GROUP = {"strand": "strand", "category": "category", "kind": "kind"}
"""Options that name a group of incidents as well, by the kind of group."""


@dataclass(frozen=True, eq=False)
class Released:
    """What may be shown of the incidents that were read, and how reading went."""

    release: Release
    exit_code: int


def read_release(args: argparse.Namespace, level: Level) -> Released:
    """Read all incidents, and give their release; nothing is said of single ones.

    Raises
    ------
    ParameterError, InputFileError, StoreError
        As :func:`dashboard.commands.inputs.read_incidents`.
    ReleaseError
        As :func:`release_for`.
    """
    found = read_quietly(args)
    with progress("preparing the figures that may be shown"):
        release = release_for(found.incidents, args, level)
    return Released(release, found.exit_code)


def write_released(content: Content, args: argparse.Namespace) -> None:
    """Write a table to a file or standard output, as the options say.

    Raises
    ------
    ParameterError
        The table has no rows.
    """
    if content.table.empty:
        msg = "Nothing of this kind is released; choose another period or group."
        raise ParameterError(msg)
    if args.json or args.out is None:
        write_to_stdout(content_bytes(content, ".json" if args.json else ".csv"))
    if args.out is None:
        return
    table, record = export_paths(args.out)
    contents = {table: content_bytes(content, table.suffix), record: record_text(content.record)}
    write_noted(contents, about_release(content.record))
    for path in contents:
        say(f"{path} written")


def release_for(incidents: Incidents, args: argparse.Namespace, level: Level) -> Release:
    """Give the release of incidents at a level; it is made once, which may take minutes.

    Parameters
    ----------
    args
        ``vintage`` and ``smallest_shown``, where there are, must be those that it was made with.

    Raises
    ------
    ReleaseError
        It was made with others.
    """
    params = ReleaseParams(vintage=args.vintage or vintage_in_force(incidents))
    if (smallest := getattr(args, "smallest_shown", None)) is not None:
        params = replace(params, smallest_shown=smallest)
    try:
        release = release_of(incidents, params, FolderLedger(ledger_folder()))
    except ReleaseError as error:
        msg = f"{error} {ASK}" if level != PUBLIC else str(error)
        raise ReleaseError(msg) from error
    if release.is_demonstration:
        say("demonstration data: synthetic, it describes nobody", "note")
    say(IN_WORDS[level], "note")
    return release.for_public() if level == PUBLIC else release


def periods_named(release: Release, name: str, kinds: Collection[PeriodKind]) -> list[MenuPeriod]:
    """Give the periods that a name means, the earliest first: one, or all of a kind.

    Parameters
    ----------
    name
        ``2017/18``, ``2018 Q1`` and so on, or ``all``, ``fy``, ``12-months``, ``quarter`` or
        ``month``.
    kinds
        For which there are figures.

    Raises
    ------
    ParameterError
        There are none for these.
    """
    named = {"fy": "financial year", "12-months": "12 months"}.get(name, name)
    fitting = [period for period in release.menu if period.kind in kinds]
    found = [period for period in fitting if named in {period.key, period.kind}]
    if not found:
        periods = ", ".join(period.key for period in fitting if period.kind != "month")
        months = " and single months" if "month" in kinds else ""
        msg = (
            f"No such figures are released for {name!r}; they are for {periods}{months}. "
            f"Another time would need exact figures. {ASK}"
        )
        raise ParameterError(msg)
    return sorted(found, key=lambda period: (period.first_month, period.last_month))


def group_named(release: Release, args: argparse.Namespace) -> str:
    """Give the code of the group that was asked for by ``--group`` or by one other option.

    Raises
    ------
    UsageError
        Several were asked for.
    ParameterError
        The release has no such group.
    """
    asked: list[tuple[str | None, str]] = [(None, args.group)] if args.group else []
    for option, kind in _ONE_GROUP.items():
        given = getattr(args, option, None) or []
        asked += [(kind, one) for one in ([given] if isinstance(given, str) else given)]
    asked = [(kind, one) for kind, one in asked if (kind, one) != ("kind", "all")]
    if not asked:
        return ALL
    if len(asked) > 1:
        msg = (
            f"Figures for partners and the public are for one group at a time, not for "
            f"{' and '.join(one for _, one in asked)} together. {ASK}"
        )
        raise UsageError(msg)
    return _group(release, *asked[0])


def _group(release: Release, kind: str | None, name: str) -> str:
    codes = [code for of in release.groups.values() for code in of]
    wanted = name.casefold()
    found = [code for code in codes if code.casefold() in {wanted, f"{kind}: {wanted}"}]
    if kind is None and not found:
        found = [code for code in codes if code.partition(": ")[2].casefold() == wanted]
    if wanted == ALL or len(found) == 1:
        return found[0] if found else ALL
    if found:
        msg = f"{name!r} can be {' or '.join(map(repr, found))}; name it in full."
        raise ParameterError(msg)
    named = [code for of, codes in release.groups.items() if of != "when" for code in codes]
    msg = f"The release has no group {name!r}; it has {', '.join(named) or 'none'}."
    raise ParameterError(msg)


def view_of(release: Release, period: MenuPeriod, group: str) -> ReleaseView:
    """Give the view of a release that pages have, for what is made the same way for both."""
    return ReleaseView(release, "", period, None, "", group, StartOptions())
