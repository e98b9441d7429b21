"""How columns are to be understood, as the command line says it."""

import argparse
from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

import pandas as pd

from boundaries.errors import ParameterError
from dashboard.commands.messages import say
from dashboard.commands.parsing import UsageError
from geo.readers import OpenedFile
from geo.readers.columns import HEADINGS, POSITION_MEANINGS, plain_words
from geo.readers.mapping import ColumnMapping, meaning_called
from geo.readers.strand_columns import list_problem
from geo.readers.suggest import POSITION, FieldSuggestion
from geo.report import FOUND, REASON
from geo.schema import STRANDS

NO_STRAND = "none"
_SHOWN = 3
_QUESTIONS_SHOWN = 8
_CODES_SHOWN = 8
_SEVERAL = r"[;,|/\n]"
_FLAGS = {"column": "--column", "strand_code": "--strand-code", "source": "--source"}


def add_mapping_arguments(parser: Any) -> None:  # noqa: ANN401 - a parser or a group of one
    """Add what says how to understand the columns of files."""
    parser.add_argument(
        "--column",
        action="append",
        type=column,
        metavar="MEANING=HEADING",
        help='which column holds what, for example "strand=Hate crime flag"; repeat for several, '
        "strands also for several columns. Nothing after = says that no column has this meaning. "
        f"Meanings: {', '.join(map(plain_words, HEADINGS))}",
    )
    parser.add_argument(
        "--strand-code",
        action="append",
        type=strand_code,
        metavar="CODE=STRAND",
        help="what a code of the data means, for example RH=race; repeat for several. Strands: "
        f"{', '.join(STRANDS)}, or {NO_STRAND}",
    )
    parser.add_argument(
        "--source",
        metavar="NAME",
        help="what the source of the files is called; default: their names, police.uk for theirs",
    )


def column(text: str) -> tuple[str, str]:
    """Read a meaning and a heading; a meaning may be any heading that is understood.

    >>> column("strand=Hate crime flag"), column("date of offence=When")
    (('strands', 'Hate crime flag'), ('date', 'When'))
    """
    meaning, is_given, heading = text.partition("=")
    if not is_given:
        msg = f"{text!r} has no =; write it as MEANING=HEADING, for example date=Offence date"
        raise argparse.ArgumentTypeError(msg)
    try:
        return meaning_called(meaning), heading.strip()
    except ParameterError as error:
        raise argparse.ArgumentTypeError(str(error).rstrip(".")) from None


def strand_code(text: str) -> tuple[str, str]:
    """Read a code of the source and the strand that it means.

    >>> strand_code("RH=race"), strand_code("NH=none")
    (('rh', 'race'), ('nh', ''))
    """
    code, _, word = text.rpartition("=")
    strand = " ".join(word.lower().split())
    if not code.strip() or strand not in (*STRANDS, NO_STRAND):
        msg = (
            f"{text!r} is not CODE=STRAND with one of {', '.join(STRANDS)}, {NO_STRAND}; write it "
            "as RH=race"
        )
        raise argparse.ArgumentTypeError(msg)
    return code.strip().lower(), "" if strand == NO_STRAND else strand


def given_mapping(
    args: argparse.Namespace, start: ColumnMapping | None = None
) -> ColumnMapping | None:
    """Make a mapping of what was given, upon another one; None where neither says anything."""
    columns, codes, source = args.column or [], args.strand_code or [], args.source
    if not (columns or codes or source):
        return start
    mapping = (start or ColumnMapping()).with_columns(_headings(columns))
    mapping = replace(mapping, strand_codes={**mapping.strand_codes, **dict(codes)})
    return replace(mapping, source=source or mapping.source)


def _headings(given: Iterable[tuple[str, str]]) -> dict[str, tuple[str, ...]]:
    headings: dict[str, tuple[str, ...]] = {}
    for meaning, heading in given:
        headings[meaning] = headings.get(meaning, ()) + ((heading,) if heading else ())
    return headings


def check_no_mapping(args: argparse.Namespace) -> None:
    """Refuse what has no effect on a store, whose columns were understood when it was filled."""
    for name, flag in _FLAGS.items():
        if getattr(args, name):
            hint = "; --only-source selects by source" if name == "source" else ""
            msg = f"{flag} says how to read files and has no effect on a store{hint}; leave it out"
            raise UsageError(msg)


def columns_in_words(mapping: ColumnMapping) -> str:
    """Say which column holds what, and what holds for all rows.

    >>> columns_in_words(ColumnMapping({"date": ("When",), "time": ()}, is_crime=True))
    "date 'When', no time, all rows are crimes"
    """
    parts = [
        f"{_spoken(meaning)} {', '.join(map(repr, headings))}"
        if headings
        else f"no {_spoken(meaning)}"
        for meaning, headings in mapping.columns.items()
    ]
    codes = [f"{code} is {strand or 'no strand'}" for code, strand in mapping.strand_codes.items()]
    parts += [f"codes {', '.join(codes)}"] if codes else []
    parts += [f"category of all rows {mapping.category!r}"] if mapping.category else []
    if mapping.is_crime is not None:
        parts.append(f"all rows are {'crimes' if mapping.is_crime else 'incidents, not crimes'}")
    return ", ".join(parts)


def say_columns(mappings: Mapping[str, ColumnMapping]) -> None:
    """Say how the columns of files were understood, files that were understood alike once."""
    names: dict[str, list[str]] = {}
    for name, mapping in mappings.items():
        names.setdefault(columns_in_words(mapping), []).append(name)
    for words, files in list(names.items())[:_SHOWN]:
        more = f" and {len(files) - 1} more" if len(files) > 1 else ""
        say(f"columns of {files[0]}{more}: {words}")


def say_questions(files: Iterable[OpenedFile], given: ColumnMapping | None) -> None:
    """Say what only a person can decide and nobody has, each with the option to type."""
    asked: dict[str, str] = {}
    for file in files:
        for question in file.suggestion.questions if file.suggestion else ():
            if given is None or not _is_settled(question, given):
                asked.setdefault(_question(question), file.name)
    for text, name in list(asked.items())[:_QUESTIONS_SHOWN]:
        say(f"{name}: {text}", "question")


def say_codes(problems: pd.DataFrame) -> None:
    """Say which words for a strand were not understood, with the option to type."""
    reason, _ = list_problem()
    found = problems.loc[problems[REASON] == reason, FOUND].str.strip()
    codes = list(found[~found.str.contains(_SEVERAL)].unique())
    if not codes:
        return
    more = f" and {len(codes) - _CODES_SHOWN} more" if len(codes) > _CODES_SHOWN else ""
    options = " ".join(f'--strand-code "{code}=STRAND"' for code in codes[:_CODES_SHOWN])
    say(
        f"which strand is meant? Type {options}{more}, where STRAND is one of "
        f"{', '.join((*STRANDS, NO_STRAND))}",
        "question",
    )


def _is_settled(question: FieldSuggestion, given: ColumnMapping) -> bool:
    used = {heading.lower() for headings in given.columns.values() for heading in headings}
    if question.meaning == POSITION:
        return bool(set(given.columns) & set(POSITION_MEANINGS))
    return question.meaning in given.columns or bool(
        used & {heading.lower() for heading in question.headings}
    )


def _question(question: FieldSuggestion) -> str:
    """Ask whether a column has a meaning, with what to type if it has.

    >>> print(_question(FieldSuggestion("date", ("Day",), "unsure", "Looks like dates.", ("1/2",))))
    which column is the date? 'Day' (1/2)? Looks like dates. Type --column "date=Day"
    """
    shown = ", ".join(map(repr, question.headings))
    samples = f" ({', '.join(question.samples)})" if question.samples else ""
    maybe = f" {shown}{samples}?" if shown else ""
    if question.meaning == POSITION:
        options = '--column "easting=HEADING" --column "northing=HEADING", or "postcode=HEADING"'
    else:
        options = " or ".join(
            f'--column "{_spoken(question.meaning)}={heading}"'
            for heading in question.headings or ("HEADING",)
        )
    return f"which column is the {_spoken(question.meaning)}?{maybe} {question.why} Type {options}"


def _spoken(meaning: str) -> str:
    return meaning.replace("_", " ")
