"""Find the Chromium that the browser tests drive; run as a script, install it where there is none.

Standard library only, but for Playwright's own browser, which is the last resort.
"""

import os
import shutil
import subprocess
import sys
from pathlib import Path

from tests import debian

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
MACOS = Path("/Applications/Google Chrome.app/Contents/MacOS/Google Chrome")
DEBIAN_PACKAGES = ("chromium", "fonts-liberation")
MISSING = (
    "No Chromium found: set CHROMIUM to its path, install the package chromium, "
    "or run: python -m playwright install chromium"
)


def find() -> Path | None:
    """Give the first Chromium that runs: CHROMIUM, the system's, then Playwright's own."""
    if named := os.environ.get("CHROMIUM"):
        return Path(named) if _runs(named) else None
    installed = [path for name in NAMES if (path := shutil.which(name))]
    for path in (*installed, str(MACOS), _playwrights_own()):
        if path and _runs(path):
            return Path(path)
    return None


def _runs(path: str) -> bool:
    # Some systems have a stand-in of that name that only asks for another package.
    try:
        command = [path, "--version"]
        subprocess.run(command, check=True, capture_output=True, timeout=60)
    except (OSError, subprocess.SubprocessError):
        return False
    return True


def _playwrights_own() -> str | None:
    question = (
        "from playwright.sync_api import sync_playwright\n"
        "with sync_playwright() as p: print(p.chromium.executable_path)"
    )
    answer = subprocess.run(
        [sys.executable, "-c", question], capture_output=True, text=True, check=False
    )
    return answer.stdout.strip() or None


def install() -> None:
    """Install a Chromium: Debian's package as root on Debian, else Playwright's."""
    if debian.is_root() and debian.is_debian():
        debian.install(*DEBIAN_PACKAGES)
    else:
        extra = ["--with-deps"] if debian.is_root() and sys.platform == "linux" else []
        debian.run(sys.executable, "-m", "playwright", "install", *extra, "chromium")


def main() -> int:
    """Find or install, and say plainly what that means for the tests."""
    path = find()
    if path is None and "CHROMIUM" not in os.environ:
        install()
        path = find()
    if path:
        print(f"Browser tests use {path}")
        return 0
    if debian.in_ci():
        print(f"error: {MISSING}. With CI=true the browser tests must run.")
        return 1
    print(f"{MISSING}. The browser tests will be skipped.")
    return 0


if __name__ == "__main__":
    sys.exit(main())
