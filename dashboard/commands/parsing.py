"""Arguments: one-line errors, and options made from the settings' own bounds. Imports little."""

import argparse
import textwrap
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any, Literal, NoReturn

if TYPE_CHECKING:
    from geo.params import ChoiceSpec, NumberSpec, Params

OK, FAILURE, USAGE, REJECTED_ROWS = 0, 1, 2, 3
"""Exit codes."""

_WIDTH = 78

EXIT_CODES = (
    "exit codes: 0 done; 1 failure; 2 bad usage; 3 done, but the input had rejected rows\n"
    "(the output is still written)"
)


Shows = Literal["no figures", "released figures", "exact figures", "records", "by itself"]
"""``released figures`` exist for partners and the public; ``exact figures`` do not, nor do
``records`` of single incidents. ``by itself`` decides itself."""
NO_FIGURES: Shows = "no figures"
RELEASED: Shows = "released figures"
RECORDS: Shows = "records"


@dataclass(frozen=True)
class Command:
    """A command: what it is for, and the module that knows the rest.

    The module has ``DESCRIPTION`` and ``EXAMPLES``, and either ``add_arguments`` and ``run`` or,
    as a group, ``COMMANDS`` of its own.

    Attributes
    ----------
    shows
        What it gives of the incidents, by which ``dashboard.commands.levels`` decides who gets it.
    """

    summary: str
    module: str
    shows: Shows = "exact figures"


class UsageError(Exception):
    """The command line is wrong; the message says what and where the help is."""


class Parser(argparse.ArgumentParser):
    """A parser that raises its errors and knows no abbreviations.

    Parameters
    ----------
    prog
        What a person types.
    description
        One or two sentences.
    examples
        Whole command lines.
    command
        What it is the parser of; None for a group of commands.
    """

    def __init__(
        self,
        prog: str,
        description: str,
        examples: Sequence[str],
        command: Command | None = None,
    ) -> None:
        self.command = command
        lines = "\n".join(f"  {example}" for example in examples)
        super().__init__(
            prog=prog,
            description=textwrap.fill(description, _WIDTH),
            epilog=f"examples:\n{lines}\n\n{EXIT_CODES}",
            formatter_class=argparse.RawDescriptionHelpFormatter,
            allow_abbrev=False,
        )

    def error(self, message: str) -> NoReturn:
        """Raise instead of ending the program."""
        msg = f"{message}. See: {self.prog} --help"
        raise UsageError(msg)


def day(text: str) -> date:
    """Read a date written as 2016-04-01."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        msg = f"{text!r} is not a date; write it as 2016-04-01"
        raise argparse.ArgumentTypeError(msg) from None


def hours(text: str) -> tuple[int, ...]:
    """Read hours of the day written as 22-2, from the first to before the last.

    >>> hours("22-2")
    (22, 23, 0, 1)
    """
    first, _, end = text.partition("-")
    if not (first.isdecimal() and end.isdecimal() and int(first) < 24 and int(end) <= 24):
        msg = f"{text!r} is not a part of the day; write it as 22-2 for 22:00 to 02:00"
        raise argparse.ArgumentTypeError(msg)
    n_hours = (int(end) - int(first)) % 24 or 24
    return tuple((int(first) + i) % 24 for i in range(n_hours))


def decimal(text: str) -> float:
    """Read a number; a whole one stays whole."""
    try:
        value = float(text)
    except ValueError:
        msg = f"{text!r} is not a number"
        raise argparse.ArgumentTypeError(msg) from None
    return int(value) if value.is_integer() else value


def flag_of(name: str) -> str:
    """Give the option of a setting.

    >>> flag_of("cell_size_m")
    '--cell-size-m'
    """
    return "--" + name.replace("_", "-")


def add_number(
    add: Callable[..., object], spec: "NumberSpec", flag: str, dest: str, text: str = ""
) -> None:
    """Add an option for a setting; its class checks the bounds when it is made of what is given."""
    words = number_in_words(spec, text)
    add(flag, dest=dest, type=decimal, metavar="N", help=words)


def number_in_words(spec: "NumberSpec", text: str = "") -> str:
    """Say what an option sets, its bounds and its default."""
    unit = f" {spec.unit}" if spec.unit else ""
    default = "chosen from the data" if spec.default is None else f"{spec.default:.12g}"
    bounds = f"{spec.low:.12g} to {spec.high:.12g}{unit}"
    words = f"{text or spec.label}, {bounds}; default {default}. {spec.help}"
    # argparse fills in %(default)s and the like, so a plain per cent sign is doubled.
    return words.replace("%", "%%")


def add_choice(add: Callable[..., object], spec: "ChoiceSpec", flag: str, dest: str) -> None:
    """Add an option for a choice, with what each value means."""
    add(flag, dest=dest, choices=tuple(spec.options), help=choice_in_words(spec))


def choice_in_words(spec: "ChoiceSpec") -> str:
    """Say what an option chooses, what each value means, and the default."""
    options = "; ".join(f"{value}: {meaning}" for value, meaning in spec.options.items())
    return f"{spec.label}. {options}. Default {spec.default}. {spec.help}".replace("%", "%%")


def add_settings(parser: Parser, title: str, params: "type[Params]", prefix: str = "") -> None:
    """Add options for all settings of a method, in a group of their own.

    Parameters
    ----------
    prefix
        Goes before the names of what is parsed, so that two methods can have a setting of the
        same name; the options themselves are shared then, see :func:`settings`.
    """
    group = parser.add_argument_group(title)
    for number in params.specs():
        add_number(group.add_argument, number, flag_of(number.name), prefix + number.name)
    for option in params.choices():
        add_choice(group.add_argument, option, flag_of(option.name), prefix + option.name)


def settings(args: argparse.Namespace, params: "type[Params]", prefix: str = "") -> dict[str, Any]:
    """Give the settings that were set; the others keep their defaults."""
    names = [spec.name for spec in params.specs()] + [spec.name for spec in params.choices()]
    values = {name: getattr(args, prefix + name, None) for name in names}
    return {name: value for name, value in values.items() if value is not None}
