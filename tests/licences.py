"""Licences of what a server runs: ``python -m tests.licences`` writes docs/licences.md anew."""

import re
from importlib.metadata import PackageNotFoundError, metadata
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
PAGE = ROOT / "docs" / "licences.md"
LOCK = ROOT / "requirements.lock"

FAMILIES = {
    "MIT": r"\bMIT\b",
    "BSD": r"\bBSD\b|^0BSD",
    "Apache 2.0": r"Apache",
    "Python Software Foundation": r"\bPSF\b|Python Software Foundation",
    "Mozilla Public License": r"\bMPL\b|Mozilla",
    "LGPL": r"\bLGPL\b|Lesser General Public",
}

BEFORE = """\
# Licences of what a server runs

The project is under the [MIT licence](../LICENSE). These are the licences of the packages in
`requirements.lock`, as the packages state them. `python -m tests.licences` writes this page; a test
fails when a package comes in that has none of these licences, or when the page is out of date.

All of them allow use in a council, for nothing, for any purpose. Those under the Mozilla licence or
the LGPL ask that changes to *their* files be passed on with them; the project changes none of their
files. What wheels bring along (GDAL, GEOS, PROJ, OpenBLAS, libpq and others) is listed in the
folder of each package.

| licence | packages |
|---|---|
"""


def family(name: str) -> str | None:
    """Give the family of a package's licence; None where it is none that we take."""
    about = metadata(name)
    classifiers = about.get_all("Classifier") or []
    stated = [
        about.get("License-Expression") or "",
        " ".join(one for one in classifiers if one.startswith("License")),
        (about.get("License") or "").strip().partition("\n")[0],
    ]
    text = next((one for one in stated if one), "")
    found = {of: match.start() for of, form in FAMILIES.items() if (match := re.search(form, text))}
    return min(found, key=found.__getitem__, default=None)


def locked() -> list[str]:
    """Give the names in the lock file that are installed here: some are for other systems."""
    names = re.findall(r"^([\w.-]+)==", LOCK.read_text("utf-8"), re.M)
    return [name for name in names if _is_installed(name)]


def _is_installed(name: str) -> bool:
    try:
        metadata(name)
    except PackageNotFoundError:
        return False
    return True


def page() -> str:
    """Give the page."""
    families = {name: family(name) for name in locked()}
    rows = [
        f"| {of} | {', '.join(name for name, its in families.items() if its == of)} |"
        for of in FAMILIES
        if of in families.values()
    ]
    return BEFORE + "\n".join(rows) + "\n"


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
