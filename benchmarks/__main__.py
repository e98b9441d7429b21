"""Run the benchmarks: ``python -m benchmarks [NAME ...] [--record]``."""

import argparse
import os
import pkgutil
import platform
import re
import sys
from datetime import UTC, datetime
from importlib import import_module
from importlib.metadata import version
from pathlib import Path

from benchmarks.harness import Row, Unavailable, table

FOLDER = Path(__file__).parent
README = FOLDER / "README.md"
NOT_BENCHMARKS = {"__main__", "harness", "samples", "folium_page"}
PACKAGES = ("numpy", "scipy", "pandas", "shapely", "geopandas", "scikit-learn", "streamlit")


def main() -> int:
    found = sorted({m.name for m in pkgutil.iter_modules([str(FOLDER)])} - NOT_BENCHMARKS)
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("names", nargs="*", metavar="NAME", help=f"of {', '.join(found)}")
    parser.add_argument("--record", action="store_true", help="write the results into README.md")
    asked = parser.parse_args()
    if unknown := sorted(set(asked.names) - set(found)):
        parser.error(f"no benchmark {', '.join(unknown)}; there are {', '.join(found)}")
    everything: list[Row] = []
    for name in asked.names or found:
        rows = rows_of(name)
        everything += rows
        if asked.record and rows:
            record(name, rows)
    print(f"\n{conditions()}\n\n{table(everything)}")
    return 0 if everything else 1


def rows_of(name: str) -> list[Row]:
    """Run one benchmark, saying on standard error what is being measured."""
    rows = []
    try:
        for row in import_module(f"benchmarks.{name}").measure():
            print(f"{name}: {row.step}, {row.case}", file=sys.stderr)
            rows.append(row)
    except Unavailable as reason:
        print(f"{name}: not measured: {reason}", file=sys.stderr)
    return rows


def conditions() -> str:
    """Say when and on what the figures were measured."""
    packages = ", ".join(f"{name} {version(name)}" for name in PACKAGES)
    cores = os.cpu_count()
    return (
        f"{datetime.now(UTC):%Y-%m-%d}, {platform.system()} {platform.machine()}, {cores} cores, "
        f"Python {platform.python_version()}, {packages}."
    )


def record(name: str, rows: list[Row]) -> None:
    """Replace the results of one benchmark in README.md, or add them at its end."""
    first, last = f"<!-- results of {name} -->", f"<!-- end of {name} -->"
    title = (import_module(f"benchmarks.{name}").__doc__ or name).splitlines()[0]
    section = f"{first}\n### {title}\n\n{conditions()}\n\n{table(rows)}\n{last}"
    text = README.read_text(encoding="utf-8")
    old = re.compile(f"{re.escape(first)}.*?{re.escape(last)}", re.DOTALL)
    new = (
        old.sub(lambda _: section, text) if old.search(text) else f"{text.rstrip()}\n\n{section}\n"
    )
    README.write_text(new, encoding="utf-8")


if __name__ == "__main__":
    sys.exit(main())
