"""What the commands share at their end: figures out, warnings to standard error."""

import os
import sys
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pandas as pd

from boundaries.columns import GEOMETRY
from dashboard.commands.messages import say
from dashboard.exports import export_bytes, write_export
from geo.result import Result

TABLE = "table"
"""Key of the record's settings: which of an analysis' tables was written, where it has several."""


def write_result(
    result: Result, columns: Sequence[str], out: Path | None, *, as_json: bool = False
) -> None:
    """Write the columns, and the areas where the format has them, to a file or standard output.

    Parameters
    ----------
    as_json
        JSON on standard output, also when a file is written; else CSV, and nothing with a file.

    Raises
    ------
    OSError
        The file cannot be written.
    """
    say_warnings(result)
    kept = [name for name in (*columns, GEOMETRY) if name in result.frame]
    table = replace(result, frame=result.frame[kept])
    if as_json or out is None:
        write_to_stdout(export_bytes(table, ".json" if as_json else ".csv"))
    if out is None:
        return
    for path in write_export(table, out):
        say(f"{path} written")


def with_table(result: Result, frame: pd.DataFrame, name: str) -> Result:
    """Take another table of the result; the record says which, so that it can be made again."""
    params = result.record.params | {TABLE: name}
    return replace(result, frame=frame, record=replace(result.record, params=params))


def say_warnings(result: Result) -> None:
    """Say what a reader must know."""
    for warning in result.record.warnings:
        say(warning, "warning")


def say_rules(result: Result) -> None:
    """Say how each automatic value was chosen."""
    for setting, rule in result.record.rules.items():
        value = result.record.params.get(setting)
        number = f" {value:g}" if isinstance(value, (int, float)) else ""
        say(f"{setting}{number}: {rule}", "note")


def write_to_stdout(content: bytes) -> None:
    """Write bytes as they are; a reader that has seen enough (``| head``) is no error."""
    try:
        sys.stdout.buffer.write(content)
        sys.stdout.flush()
    except BrokenPipeError:
        # Python flushes once more when it ends, and would complain then.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
