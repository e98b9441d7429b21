"""What ``wards`` and ``detect`` share at their end: figures out, warnings to standard error."""

import os
import sys
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from boundaries.columns import GEOMETRY
from dashboard.commands.messages import say
from dashboard.exports import export_bytes, write_export
from geo.result import Result


def write_result(result: Result, columns: Sequence[str], out: Path | None) -> None:
    """Write the columns, and the areas where the format has them, to a file or standard output.

    Raises
    ------
    OSError
        The file cannot be written.
    """
    for warning in result.record.warnings:
        say(warning, "warning")
    kept = [name for name in (*columns, GEOMETRY) if name in result.frame]
    table = replace(result, frame=result.frame[kept])
    if out is None:
        write_to_stdout(export_bytes(table, ".csv"))
        return
    for path in write_export(table, out):
        say(f"{path} written")


def write_to_stdout(content: bytes) -> None:
    """Write bytes as they are; a reader that has seen enough (``| head``) is no error."""
    try:
        sys.stdout.buffer.write(content)
        sys.stdout.flush()
    except BrokenPipeError:
        # Python flushes once more when it ends, and would complain then.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
