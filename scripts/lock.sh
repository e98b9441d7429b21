#!/bin/sh
# Pin every version that the project and its tests need: one per package, the same for all
# supported Pythons and systems, so that numbers and checks do not differ between them.
# Where uv is not installed, it is fetched from the package index for this once.
set -eu

scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
uv=uv
if ! command -v uv >/dev/null 2>&1; then
    python=$(scripts/find_python.sh)
    "$python" -m venv "$scratch/venv"
    "$scratch/venv/bin/python" -m pip install --quiet --disable-pip-version-check uv
    uv=$scratch/venv/bin/uv
fi
"$uv" pip compile --quiet --universal --upgrade --all-extras \
    --fork-strategy fewest --no-header --no-annotate --no-emit-index-url \
    --output-file "$scratch/pinned.txt" pyproject.toml
{
    echo "# Made by make lock from pyproject.toml; do not edit."
    cat "$scratch/pinned.txt"
} >constraints.txt
echo "Pinned $(grep -c '==' constraints.txt) versions in constraints.txt"
