"""``hotspots evaluate``: which method and setting predicts."""

import argparse
from collections.abc import Sequence
from dataclasses import fields, replace
from typing import Any

from boundaries.errors import ParameterError
from dashboard.commands.inputs import add_input_arguments, read_input
from dashboard.commands.messages import progress, say
from dashboard.commands.outputs import say_rules, write_result
from dashboard.commands.parsing import (
    Parser,
    add_choice,
    add_number,
    day,
    decimal,
    flag_of,
    settings,
)
from geo.evaluation.evaluation import (
    DEFAULT_SETTINGS,
    EVALUATION_COLUMNS,
    EvaluationParams,
    evaluate,
)
from geo.evaluation.prediction import NAMED, CountParams, MethodParams

DESCRIPTION = (
    "Which method predicts: each is made of the incidents before a date and tested on those after "
    "it, at many dates. Ranked by PAI (share of the next incidents on the chosen land over its "
    "share of the land), with 95 % intervals over the dates."
)
EXAMPLES = (
    "hotspots evaluate demo --level exact --test-from 2017-04-01 --test-days 28",
    "hotspots evaluate demo --level exact --method density --method density:bandwidth_m=400",
    "hotspots evaluate incidents.csv --level exact --area-percent 5 --method last-period-wards",
)
_FLAGS = {"n_dates": "--dates"}


def add_arguments(parser: Parser) -> None:
    """Add what this command takes; bounds and defaults come from the settings themselves."""
    add_input_arguments(parser, (".csv", ".json", ".xlsx"))
    group = parser.add_argument_group("methods")
    group.add_argument(
        "--method",
        action="append",
        metavar="NAME[:SETTING=VALUE,...]",
        help=f"of {', '.join(NAMED)}; repeat for several, also of one method with other settings. "
        "Default: density, gistar, dbscan and last-period",
    )
    group = parser.add_argument_group("tests")
    group.add_argument(
        "--test-from",
        type=day,
        metavar="DAY",
        help="first day of the first test; default: so that the last test ends with the data",
    )
    for spec in EvaluationParams.specs():
        flag = _FLAGS.get(spec.name, flag_of(spec.name))
        add_number(group.add_argument, spec, flag, spec.name)
    for option in EvaluationParams.choices():
        add_choice(group.add_argument, option, flag_of(option.name), option.name)
    group.add_argument(
        "--allow-gaps",
        action="store_true",
        help="train and test over missing months and the break of the series, and say so",
    )


def run(args: argparse.Namespace) -> int:
    """Write the ranked methods; give the exit code."""
    methods = _methods(args.method)
    params = EvaluationParams(
        **settings(args, EvaluationParams), test_from=args.test_from, allow_gaps=args.allow_gaps
    )
    given = read_input(args, "evaluate")
    chosen = tuple(
        replace(one, vintage=given.vintage) if isinstance(one, CountParams) else one
        for one in methods
    )
    with progress("testing"):
        result = evaluate(given.incidents, given.selection, chosen, params)
    say_rules(result)
    write_result(result, EVALUATION_COLUMNS, args.out, as_json=args.json)
    say(result.in_words())
    return given.exit_code


def _methods(texts: Sequence[str] | None) -> tuple[MethodParams, ...]:
    return DEFAULT_SETTINGS if texts is None else tuple(_method(text) for text in texts)


def _method(text: str) -> MethodParams:
    """Read ``density:bandwidth_m=300,cell_size_m=25``."""
    name, _, rest = text.partition(":")
    if name not in NAMED:
        msg = f"There is no method {name!r}; there are {', '.join(NAMED)}."
        raise ParameterError(msg)
    usual = NAMED[name]
    return replace(usual, **dict(_setting(usual, part) for part in rest.split(",") if part))


def _setting(usual: MethodParams, text: str) -> tuple[str, Any]:
    name, _, value = text.partition("=")
    known = [field.name for field in fields(usual)]
    if name not in known or not value:
        msg = f"{text!r} is not a setting of this method; write it as {known[0]}=VALUE, of: "
        raise ParameterError(msg + f"{', '.join(known)}.")
    if any(spec.name == name for spec in usual.specs()):
        try:
            return name, decimal(value)
        except argparse.ArgumentTypeError as error:
            msg = f"{name}: {error}."
            raise ParameterError(msg) from None
    return name, value
