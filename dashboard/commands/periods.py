"""Periods on the command line: a unit of time, or for released figures one period of the menu."""

import argparse
import re

from boundaries.errors import ParameterError
from dashboard.commands.parsing import Parser
from geo.periods import UNITS

_RELEASED_UNIT = "12-months"
_ONE = re.compile(r"\d{4}/\d{2}|\d{4} Q[1-4]|\d{4}-\d{2}|12 months to \d{4}-\d{2}")


def period(text: str) -> str:
    """Read a unit of time, or the name of one period.

    >>> period("fy"), period("2017/18")
    ('fy', '2017/18')
    """
    if text in UNITS or text == _RELEASED_UNIT or is_one_period(text):
        return text
    msg = (
        f"invalid choice: {text!r} (choose from {', '.join(UNITS)}, {_RELEASED_UNIT}, or one "
        "period: 2017/18, '2018 Q1', 2018-03, '12 months to 2018-03')"
    )
    raise argparse.ArgumentTypeError(msg)


def is_one_period(text: str) -> bool:
    """Say whether a text is written as one period of a release is.

    >>> is_one_period("2017/18"), is_one_period("weekly")
    (True, False)
    """
    return _ONE.fullmatch(text) is not None


def check_unit(text: str) -> None:
    """Refuse what is no unit of exact figures.

    Raises
    ------
    ParameterError
        It is one period, or a unit that only a release has.
    """
    if text not in UNITS:
        msg = (
            f"--period {text} is for partners and the public; of exact figures choose days by "
            f"--from and --to, and a unit of time from {', '.join(UNITS)}."
        )
        raise ParameterError(msg)


def add_released_period(parser: Parser) -> None:
    """Add the choice of a period to a command whose exact figures are for any days."""
    parser.add_argument(
        "--period",
        type=period,
        metavar="PERIOD",
        help="for partners and the public: all, fy, 12-months, quarter, or one period, for "
        "example 2017/18 or '2018 Q1' (default: all)",
    )


def check_no_period(args: argparse.Namespace) -> None:
    """Refuse the period of a release where exact figures are asked for.

    Raises
    ------
    ParameterError
        One was given.
    """
    if args.period is not None:
        msg = "--period is for partners and the public; of exact figures choose by --from and --to."
        raise ParameterError(msg)
