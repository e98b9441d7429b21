"""The commands of the Makefile, as far as they can be tried without installing anything."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]

pytestmark = pytest.mark.skipif(shutil.which("make") is None, reason="needs make")


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """A copy of what make looks at, with an environment that is younger than its pins."""
    for name in ("Makefile", "pyproject.toml", "constraints.txt"):
        shutil.copy(ROOT / name, tmp_path)
        os.utime(tmp_path / name, (1_000, 1_000))
    shutil.copytree(ROOT / "scripts", tmp_path / "scripts")
    (tmp_path / ".venv").mkdir()
    return tmp_path


def run(folder: Path, *command: str, **environment: str) -> "subprocess.CompletedProcess[str]":
    # A surrounding make must not hand its own flags and arguments on.
    outer = {name: value for name, value in os.environ.items() if not name.startswith("MAKE")}
    outer.pop("ARGS", None)
    outer.pop("PYTHON", None)
    return subprocess.run(
        command, cwd=folder, env=outer | environment, capture_output=True, text=True, check=False
    )


def test_make_alone_lists_every_target(checkout: Path):
    targets = re.search(r"^\.PHONY: (.*)$", (ROOT / "Makefile").read_text(), re.MULTILINE)
    listed = [line.split()[1] for line in run(checkout, "make").stdout.splitlines()]
    assert targets is not None
    assert listed == targets[1].split()


def test_second_start_only_starts(checkout: Path):
    (checkout / ".venv" / ".runtime").touch()
    planned = run(checkout, "make", "-n", "run", "ARGS=demo --port 8600").stdout
    assert planned == ".venv/bin/hotspots serve demo --port 8600\n"


@pytest.mark.parametrize("changed", ["pyproject.toml", "constraints.txt"])
def test_changed_pins_install_again(checkout: Path, changed: str):
    stamp = checkout / ".venv" / ".runtime"
    stamp.touch()
    os.utime(stamp, (2_000, 2_000))
    os.utime(checkout / changed, (3_000, 3_000))
    planned = run(checkout, "make", "-n", "run").stdout
    assert planned.startswith('scripts/install.sh .venv ".[pdf,sign-in]"\n')


def test_tests_need_more_than_a_start(checkout: Path):
    (checkout / ".venv" / ".runtime").touch()
    assert 'scripts/install.sh .venv ".[dev]"' in run(checkout, "make", "-n", "test").stdout


def test_a_server_takes_nothing_that_is_not_locked(checkout: Path):
    log = checkout / "uv.log"
    folder = checkout / "bin"
    folder.mkdir()
    interpreter(folder, "uv", f'echo "$@" >>"{log}"')
    interpreter(folder, "python3", "exit 0")
    made = run(checkout, "make", "server", PATH=f"{folder}{os.pathsep}{os.environ['PATH']}")
    assert made.returncode == 0, made.stderr
    installs = [line for line in log.read_text().splitlines() if line.startswith("pip install")]
    assert len(installs) == 2
    assert "--require-hashes --only-binary :all: --requirement requirements.lock" in installs[0]
    assert "--no-index --no-deps --no-build-isolation --editable ." in installs[1]


def interpreter(folder: Path, name: str, script: str) -> Path:
    path = folder / name
    path.write_text(f"#!/bin/sh\n{script}\n", encoding="utf-8")
    path.chmod(0o755)
    return path


def test_python_that_is_too_old_is_refused_in_one_line(checkout: Path):
    old = interpreter(checkout, "python3.10", "exit 1")
    made = run(checkout, "make", "install", f"PYTHON={old}")
    first = made.stderr.splitlines()[0]
    assert made.returncode != 0
    assert re.match(rf"error: no Python 3\.11 or later found as {old}; install one", first)
    assert not (checkout / ".venv" / ".runtime").exists()


def test_first_python_that_is_new_enough_is_taken(checkout: Path):
    folder = checkout / "bin"
    folder.mkdir()
    interpreter(folder, "python3", "exit 1")
    new = interpreter(folder, "python3.12", f'exec "{sys.executable}" "$@"')
    found = run(checkout, "scripts/find_python.sh", PATH=str(folder))
    assert found.stdout.strip() == str(new)


def test_debian_python_without_venv_names_the_package(checkout: Path):
    python = interpreter(
        checkout,
        "python3",
        f'case "$2" in *ensurepip*) exit 1;; esac\nexec "{sys.executable}" "$@"',
    )
    made = run(checkout, "scripts/install.sh", ".venv", ".", PATH="", PYTHON=str(python))
    major, minor = sys.version_info[:2]
    assert made.returncode == 1
    assert f"apt-get install python{major}.{minor}-venv" in made.stderr
    assert len(made.stderr.splitlines()) == 1
