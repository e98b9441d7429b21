"""What is tracked: nothing of anybody's machine, all data packaged, every dependency pinned."""

import re
import subprocess
import tomllib
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).resolve().parents[1]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))

FORBIDDEN = {
    "a package registry's host": r"pypi\.org|pythonhosted\.org|npmjs\.(?:com|org)|anaconda\.org",
    "a path of somebody's machine": r"(?<![\w./-])(?:/(?:home|Users)/\w|/(?:root|work)/|C:\\Users)",
}


def tracked(*under: str) -> list[Path]:
    listing = subprocess.run(
        ["git", "ls-files", "-z", *under], cwd=ROOT, capture_output=True, text=True, check=False
    )
    if listing.returncode:
        pytest.skip("not a git checkout")
    paths = [ROOT / name for name in listing.stdout.split("\0") if name]
    return [path for path in paths if path.is_file()]


def findings(text: str) -> list[str]:
    return [
        f"{what}: {found.group()!r} in line {text.count(chr(10), 0, found.start()) + 1}"
        for what, pattern in FORBIDDEN.items()
        for found in re.finditer(pattern, text)
    ]


def test_no_tracked_file_holds_what_is_private_to_a_machine():
    found = [
        f"{path.relative_to(ROOT)}: {finding}"
        for path in tracked()
        for finding in findings(path.read_bytes().decode("utf-8", errors="ignore"))
    ]
    assert found == []


@pytest.mark.parametrize(
    ("text", "is_found"),
    [
        ("see https://" + "pypi" + ".org/simple", True),
        ('path = "' + "/home" + '/alex/data.csv"', True),
        ("cd " + "/work" + "/main", True),
        ("https://example.org/work/page", False),
        ("../home/page", False),
        ("the package index", False),
    ],
)
def test_the_search_finds_what_it_should(text: str, is_found: bool):
    assert bool(findings(text)) == is_found


def test_data_files_of_the_packages_are_installed_with_them():
    left_out = []
    for package, patterns in PROJECT["tool"]["setuptools"]["package-data"].items():
        folder = ROOT / package
        packaged = {path for pattern in patterns for path in folder.glob(pattern)}
        data = {path for path in tracked(package) if path.suffix != ".py"}
        left_out += sorted(str(path.relative_to(ROOT)) for path in data - packaged)
    assert left_out == []


def test_every_dependency_is_pinned_within_its_bounds():
    extras = PROJECT["project"]["optional-dependencies"]
    wanted = [
        *PROJECT["project"]["dependencies"],
        *(name for one in extras.values() for name in one),
    ]
    lines = (ROOT / "constraints.txt").read_text(encoding="utf-8").splitlines()
    pins = [Requirement(line) for line in lines if not line.startswith("#")]
    for requirement in map(Requirement, wanted):
        name = canonicalize_name(requirement.name)
        if name == PROJECT["project"]["name"]:  # one extra that brings another
            continue
        versions = [str(pin.specifier).removeprefix("==") for pin in pins if pin.name == name]
        assert versions, f"{name} is not pinned; run make lock"
        assert all(requirement.specifier.contains(version) for version in versions)


def test_what_a_server_runs_is_locked_file_by_file():
    text = (ROOT / "requirements.lock").read_text(encoding="utf-8")
    entries = [entry.split() for entry in text.replace("\\\n", " ").splitlines()[1:]]
    hashes = {entry[0]: [word for word in entry if word.startswith("--hash=")] for entry in entries}
    assert all(
        re.fullmatch(r"--hash=sha256:[0-9a-f]{64}", one) for of in hashes.values() for one in of
    )
    assert [name for name, of in hashes.items() if not of] == []

    pinned = (ROOT / "constraints.txt").read_text(encoding="utf-8").split()
    not_pinned = {name for name in hashes if name not in pinned}
    assert {name.partition("==")[0] for name in not_pinned} == {"setuptools"}  # builds the project
    extras = PROJECT["project"]["optional-dependencies"]
    wanted = [*PROJECT["project"]["dependencies"], *extras["pdf"], *extras["postgis"]]
    locked = {name.partition("==")[0] for name in hashes}
    assert {canonicalize_name(Requirement(one).name) for one in wanted} <= locked
    assert locked.isdisjoint({"pytest", "mypy", "playwright", "pip"})


@pytest.mark.parametrize("name", ["constraints.txt", "requirements.lock"])
def test_pins_come_from_the_package_index_by_name(name: str):
    text = (ROOT / name).read_text(encoding="utf-8")
    assert re.findall(r"://| @ |^-", text, flags=re.MULTILINE) == []
