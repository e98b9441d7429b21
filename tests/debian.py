"""Installing what tests need beside Python's packages: Debian's packages, as root only."""

import os
import platform
import subprocess
from collections.abc import Mapping


def in_ci() -> bool:
    """Say whether this runs on a build machine, where nothing may be skipped."""
    return os.environ.get("CI", "").lower() in {"1", "true"}


def is_root() -> bool:
    """Say whether packages may be installed."""
    return hasattr(os, "geteuid") and os.geteuid() == 0


def is_debian(*, or_alike: bool = False) -> bool:
    """Say whether this is Debian, or one of the systems that are made of it."""
    try:
        release = platform.freedesktop_os_release()
    except OSError:
        return False
    kin = [release["ID"], *(release.get("ID_LIKE", "").split() if or_alike else [])]
    return "debian" in kin


def install(*packages: str) -> bool:
    """Install packages; the lists of packages are fetched only where missing or too old."""
    apt = ("apt-get", "install", "--yes", "-qq", "--no-install-recommends", *packages)
    return run(*apt) or (run("apt-get", "update", "-qq") and run(*apt))


def run(*command: str, environment: Mapping[str, str] | None = None) -> bool:
    """Run a command that asks nothing and shows what it does; say whether it succeeded."""
    print("+", *command, flush=True)
    whole = {**os.environ, "DEBIAN_FRONTEND": "noninteractive", **(environment or {})}
    try:
        return subprocess.run(command, env=whole, check=False).returncode == 0
    except OSError as error:
        print(error)
        return False
