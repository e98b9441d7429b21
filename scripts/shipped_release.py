"""Makes the release of the demonstration data anew, after a change of how releases are made.

Run it from the root of the project: ``python scripts/shipped_release.py``. Data of users keep the
releases that were made of them; only the synthetic demonstration data may be released again.
"""

import sys
from time import perf_counter

from dashboard.settings import vintage_in_force
from geo import demonstration
from geo.disclosure.ledger import SHIPPED, FolderLedger
from geo.disclosure.release import ReleaseParams, make_release


def main() -> None:
    """Make the release and put it in the place of the shipped one."""
    incidents = demonstration.load()
    started = perf_counter()
    release = make_release(incidents, ReleaseParams(vintage=vintage_in_force(incidents)))
    for old in SHIPPED.glob("*.json"):
        old.unlink()
    FolderLedger(SHIPPED).put(release)
    seconds = perf_counter() - started
    sys.stdout.write(f"Made the release of {release.fingerprint} in {seconds:.0f} s.\n")


if __name__ == "__main__":
    main()
