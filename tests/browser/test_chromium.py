"""A missing browser is said plainly, and is a failure on a build machine."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
HARNESS_TEST = "tests/browser/test_harness.py::test_screenshot_is_kept"


@pytest.fixture
def stand_in(tmp_path: Path) -> Path:
    """A program of that name that only asks for another package, as some systems have."""
    path = tmp_path / "chromium"
    path.write_text("#!/bin/sh\necho 'Please install the snap'\nexit 1\n", encoding="utf-8")
    path.chmod(0o755)
    return path


def run(*arguments: str, chromium: Path, ci: str) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        [sys.executable, *arguments],
        cwd=ROOT,
        env={**os.environ, "CHROMIUM": str(chromium), "CI": ci},
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.mark.parametrize(
    ("ci", "code", "words"),
    [("", 0, "will be skipped"), ("true", 1, "With CI=true the browser tests must run")],
)
def test_script_says_what_a_missing_browser_means(stand_in: Path, ci: str, code: int, words: str):
    said = run("-m", "tests.browser.chromium", chromium=stand_in, ci=ci)
    assert said.returncode == code
    assert "No Chromium found: set CHROMIUM to its path" in said.stdout
    assert words in said.stdout


@pytest.mark.parametrize(("ci", "code", "word"), [("", 0, "1 skipped"), ("true", 1, "1 error")])
def test_browser_tests_are_skipped_or_fail(stand_in: Path, ci: str, code: int, word: str):
    options = ("-p", "no:cacheprovider", "-q")
    tests = run("-m", "pytest", HARNESS_TEST, *options, chromium=stand_in, ci=ci)
    assert tests.returncode == code, tests.stdout
    assert word in tests.stdout
    assert "No Chromium found" in tests.stdout
