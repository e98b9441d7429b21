"""Ask whether a pinned version has a known vulnerability: ``python -m tests.advisories``.

It needs a source of advisories, which mirrors of the package index rarely have. Where none answers,
that is said, and it is no failure unless asked for with ``--strict``; a vulnerability always is.
``HOTSPOTS_OSV_URL`` names a copy of the OSV database of one's own, which alone is asked then.
"""

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
PINS = ROOT / "constraints.txt"
ENVIRONMENT = "HOTSPOTS_OSV_URL"
OK, FOUND, NOT_CHECKED = 0, 1, 3
TIMEOUT_S = 300

# Version 2.19.0 sent passwords to other hosts (CVE-2018-18074). A source that does not know of it
# knows no advisories, whatever else it answers.
CANARY = "requests==2.19.0\n"

NO_SOURCE = """\
Advisories: NOT CHECKED. No source of advisories answers from here. Run make audit where one can be
asked before each release, or name one of your own with HOTSPOTS_OSV_URL."""


@dataclass(frozen=True)
class Answer:
    """What a source said: versions it was asked of, vulnerabilities, and what it did not know."""

    n_checked: int
    vulnerable: list[str]
    unknown: list[str]


def sources() -> dict[str, list[str]]:
    """Give what may be asked, as pip-audit's options, in this order."""
    own = os.environ.get(ENVIRONMENT)
    if own:
        return {own: ["--vulnerability-service", "osv", "--osv-url", own]}
    return {
        "the package index": ["--vulnerability-service", "pypi"],
        "the OSV database": ["--vulnerability-service", "osv"],
    }


def ask(options: Sequence[str], pins: Path) -> Answer | None:
    """Ask one source about every version in a file; None where it gave no answer."""
    command = [sys.executable, "-m", "pip_audit", *options, "--requirement", str(pins)]
    command += ["--no-deps", "--disable-pip", "--format", "json", "--progress-spinner", "off"]
    try:
        done = subprocess.run(
            command, capture_output=True, text=True, check=False, timeout=TIMEOUT_S
        )
        return _read(json.loads(done.stdout)["dependencies"])
    except (subprocess.TimeoutExpired, ValueError, KeyError):
        return None


def _read(dependencies: list[dict[str, Any]]) -> Answer:
    # pip-audit says that nothing is vulnerable also where it skipped every package.
    checked = [one for one in dependencies if "skip_reason" not in one]
    return Answer(
        len(checked),
        [_sentence(one, flaw) for one in checked for flaw in one["vulns"]],
        [one["name"] for one in dependencies if "skip_reason" in one],
    )


def _sentence(package: dict[str, Any], flaw: dict[str, Any]) -> str:
    also = f" ({', '.join(flaw['aliases'])})" if flaw["aliases"] else ""
    mended = ", ".join(flaw["fix_versions"]) or "no version yet"
    return f"{package['name']} {package['version']}: {flaw['id']}{also}, mended in {mended}"


def knows_advisories(options: Sequence[str]) -> bool:
    """Say whether a source knows of a vulnerability that is long known."""
    with tempfile.TemporaryDirectory() as folder:
        canary = Path(folder) / "canary.txt"
        canary.write_text(CANARY, encoding="utf-8")
        answer = ask(options, canary)
    return answer is not None and bool(answer.vulnerable)


def main(arguments: Sequence[str], pins: Path = PINS) -> int:
    """Ask the first source that knows advisories; say what came of it."""
    strict = "--strict" in arguments
    for name, options in sources().items():
        answer = ask(options, pins) if knows_advisories(options) else None
        if answer is not None:
            return _report(answer, name, strict=strict)
        print(f"Advisories: {name} does not answer, or knows of none")
    print(NO_SOURCE)
    return NOT_CHECKED if strict else OK


def _report(answer: Answer, name: str, *, strict: bool) -> int:
    for line in answer.vulnerable:
        print(f"vulnerable: {line}")
    if answer.unknown:
        print(f"not known to {name}, so not checked: {', '.join(answer.unknown)}")
    found = f"{len(answer.vulnerable) or 'no'} known vulnerabilities"
    print(f"Advisories: {found} in {answer.n_checked} versions, asked of {name}")
    if answer.vulnerable:
        return FOUND
    return NOT_CHECKED if strict and answer.unknown else OK


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
