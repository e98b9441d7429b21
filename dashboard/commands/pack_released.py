"""Which released figures a pack on the command line is about."""

import argparse
from pathlib import Path

import pandas as pd

from boundaries.errors import ParameterError
from dashboard.brief.model import ReleasedBrief
from dashboard.commands.levels import ASK
from dashboard.commands.messages import say
from dashboard.commands.released import group_named, periods_named
from dashboard.partner.brief.make import briefed, make_partner_brief
from dashboard.partner.view import ReleaseView
from dashboard.settings import StartOptions
from geo.disclosure.menu import OF_WARDS, MenuPeriod, released_before
from geo.disclosure.release import Release
from geo.reporting_periods import Comparison

_MONTHS = {"last-12-months": 12, "last-3-months": 3}
_LAST_YEAR = "last-financial-year"
_EXACT_ONLY = ("last-month", "last-4-weeks")


def check_period(name: str) -> None:
    """Refuse at once what can never be a released period.

    Raises
    ------
    ParameterError
        It is too short a time for figures by ward.
    """
    if name in _EXACT_ONLY:
        msg = (
            f"--period {name} works with exact figures only: figures for partners are for fixed "
            "periods, which hotspots release lists; the shortest with wards is a quarter. "
            f"{ASK}"
        )
        raise ParameterError(msg)


def released_brief(
    release: Release, args: argparse.Namespace, against: Comparison, source: str
) -> ReleasedBrief:
    """Make the briefing that was asked for.

    Raises
    ------
    ParameterError
        The release has no such period or group; the message names those that it has.
    """
    period = _period(release, args.period or next(iter(_MONTHS)))
    before, why_not = released_before(release.menu, period, against)
    group = group_named(release, args)
    view = ReleaseView(release, source, period, before, why_not, group, StartOptions())
    view, said = briefed(view)
    if said:
        say(said, "note")
    has_slider = any(Path(path).suffix.lower() == ".html" for path in args.packs)
    return make_partner_brief(view, said, with_time=has_slider)


def _period(release: Release, name: str) -> MenuPeriod:
    """Give the period that a name means, which may count from the end of the data."""
    if name in _MONTHS:
        last = release.menu[0].last_month
        first = str(pd.Period(last, "M") - (_MONTHS[name] - 1))
        named = [p for p in release.menu if (p.first_month, p.last_month) == (first, last)]
    elif name == _LAST_YEAR:
        named = [p for p in release.menu if p.kind == "financial year" and p.n_months == 12]
    else:
        named = periods_named(release, name, OF_WARDS)
    offered = [period for period in named if period.kind in OF_WARDS]
    if offered:
        return offered[0]
    return periods_named(release, name, OF_WARDS)[0]
