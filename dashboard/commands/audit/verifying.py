"""``hotspots audit verify``: whether anything in the audit log was changed."""

import argparse
import json
from pathlib import Path

import pandas as pd

from boundaries.errors import InputFileError
from dashboard.audit.checking import Verdict, check
from dashboard.audit.log import AuditLog, Head
from dashboard.commands.messages import say
from dashboard.commands.outputs import write_to_stdout
from dashboard.commands.parsing import FAILURE, OK, Parser
from dashboard.words import plural
from geo.spreadsheet_text import guard_frame

DESCRIPTION = (
    "Read the whole audit log and say whether an entry was changed, taken out, put in or moved, "
    "and at which line. That its end was cut off shows only against a head that is kept elsewhere: "
    "by --head, or by the checkpoint that HOTSPOTS_AUDIT_CHECKPOINT names. Exit code 1 where "
    "something is wrong."
)
EXAMPLES = ("hotspots audit verify", "hotspots audit verify --head-file last-month.txt --json")


def add_arguments(parser: Parser) -> None:
    """Add what this command takes."""
    head = parser.add_mutually_exclusive_group()
    head.add_argument(
        "--head", metavar="HEAD", help="what audit show --head wrote some time ago, like 12:9f86d0"
    )
    head.add_argument(
        "--head-file", type=Path, metavar="FILE", help="a file with such heads, one a line"
    )
    parser.add_argument("--json", action="store_true", help="write JSON instead of CSV")


def run(args: argparse.Namespace) -> int:
    """Check the log; give the exit code."""
    log = AuditLog.here()
    verdict = check(log, _heads(args))
    if args.json:
        text = json.dumps(_document(log, verdict), indent=1, ensure_ascii=False) + "\n"
    else:
        rows = [(problem.line or None, problem.why) for problem in verdict.problems]
        frame = pd.DataFrame(rows, columns=["line", "problem"]).astype({"line": "Int64"})
        text = guard_frame(frame).to_csv(index=False, lineterminator="\n")
    write_to_stdout(text.encode())
    for remark in verdict.notes:
        say(remark, "note")
    _say_verdict(log, verdict)
    return OK if verdict.holds else FAILURE


def _heads(args: argparse.Namespace) -> list[Head]:
    if args.head_file is None:
        return [Head.read(args.head)] if args.head else []
    try:
        lines = args.head_file.read_text(encoding="utf-8").splitlines()
    except (OSError, ValueError) as error:
        msg = f"{args.head_file} cannot be read ({error}); name a file that 'show --head' wrote."
        raise InputFileError(msg) from error
    return [Head.read(line) for line in lines if line.strip()]


def _say_verdict(log: AuditLog, verdict: Verdict) -> None:
    for problem in verdict.problems:
        say(f"{log.path}, {problem}" if problem.line else str(problem), "error")
    if verdict.holds:
        found = plural(verdict.entries, "entry", "entries")
        say(f"the audit log {log.path} holds: {found}, none changed, missing or moved")
    else:
        say("keep a copy of the log as it is, and compare it with a backup", "note")


def _document(log: AuditLog, verdict: Verdict) -> dict[str, object]:
    return {
        "log": str(log.path),
        "holds": verdict.holds,
        "entries": verdict.entries,
        "head": None if verdict.head is None else str(verdict.head),
        "problems": [
            {"line": problem.line, "problem": problem.why} for problem in verdict.problems
        ],
        "notes": list(verdict.notes),
    }
