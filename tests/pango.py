"""Find Pango, which the PDF packs are made with; run as a script, install it where it is missing.

Debian's Chromium brings most of it along; nothing here relies on that.
"""

import sys

import pytest

from tests import debian

DEBIAN_PACKAGES = ("libpango-1.0-0", "libpangoft2-1.0-0", "libharfbuzz-subset0")
MISSING = (
    "No Pango found, which makes the PDF packs; install it (Debian: apt-get install "
    f"{' '.join(DEBIAN_PACKAGES)})"
)


def found() -> bool:
    """Say whether a PDF could be made."""
    question = "import sys; from dashboard.packs.pdf import why_not; sys.exit(bool(why_not()))"
    return debian.run(sys.executable, "-c", question)


def needed() -> None:
    """Skip a test where there is no Pango; on a build machine that is a failure."""
    from dashboard.packs.pdf import why_not

    if why_not() and debian.in_ci():
        pytest.fail(f"{MISSING}. With CI=true the tests of the PDF must run.")
    if why_not():
        pytest.skip(MISSING)


def main() -> int:
    """Find or install, and say plainly what that means for the tests."""
    if not found() and debian.is_root() and debian.is_debian(or_alike=True):
        debian.install(*DEBIAN_PACKAGES)
    if found():
        print("PDF packs are made with the Pango of this system")
        return 0
    print(f"error: {MISSING}." if debian.in_ci() else f"{MISSING}. Tests of the PDF are skipped.")
    return 1 if debian.in_ci() else 0


if __name__ == "__main__":
    sys.exit(main())
