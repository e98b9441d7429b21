#!/bin/sh
# Pin every version, and for servers the content of every file. Usage: lock.sh [--keep]
#   constraints.txt    the project and its tests: one version per package, the same for all supported
#                      Pythons and systems, so that numbers and checks do not differ between them
#   requirements.lock  what a server runs and no more, with the hashes of every file on the index
# --keep adds what pyproject.toml newly asks for and leaves the other versions as they are.
# Where uv is not installed, it is fetched from the package index for this once.
set -eu

upgrade=--upgrade
case "${1-}" in
    --keep) upgrade= ;;
    "") ;;
    *) echo "error: lock.sh knows only --keep, not $1" >&2 && exit 2 ;;
esac

scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
uv=uv
if ! command -v uv >/dev/null 2>&1; then
    python=$(scripts/find_python.sh)
    "$python" -m venv "$scratch/venv"
    "$scratch/venv/bin/python" -m pip install --quiet --disable-pip-version-check uv
    uv=$scratch/venv/bin/uv
fi

# No address may stand in the files: councils fetch from mirrors of their own.
compile() {
    "$uv" pip compile --quiet --universal --fork-strategy fewest \
        --no-header --no-annotate --no-emit-index-url --no-emit-find-links "$@" pyproject.toml
}

publish() { # FROM TO
    {
        echo "# Made by make lock from pyproject.toml; do not edit."
        cat "$1"
    } >"$2"
}

cp constraints.txt "$scratch/pinned.txt" # what --keep keeps
compile $upgrade --all-extras --output-file "$scratch/pinned.txt" >/dev/null
# The project itself is built on the server, too: its build tool is locked with the rest.
sed -n 's/^requires = \["\(.*\)"\]$/\1/p' pyproject.toml >"$scratch/build.txt"
compile --generate-hashes --extra pdf --extra postgis --extra sign-in --constraints "$scratch/pinned.txt" \
    --output-file "$scratch/locked.txt" "$scratch/build.txt" >/dev/null
publish "$scratch/pinned.txt" constraints.txt
publish "$scratch/locked.txt" requirements.lock
echo "Pinned $(grep -c '==' constraints.txt) versions in constraints.txt; locked $(grep -c '==' requirements.lock) with hashes in requirements.lock"
