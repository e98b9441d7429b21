#!/bin/sh
# Install the project, editable and with pinned versions, into a virtual environment.
# Usage: install.sh VENV SPEC     SPEC is "." or ".[dev]"
# uv does it where it is installed, venv and pip where not. PYTHON names the interpreter of a new
# environment; an environment that works is kept.
set -eu

venv=$1
spec=$2
export UV_PYTHON_DOWNLOADS=never # only the package index may be asked for anything

has_uv() { command -v uv >/dev/null 2>&1; }

usable() {
    PYTHON=$venv/bin/python scripts/find_python.sh >/dev/null 2>&1 &&
        { has_uv || "$venv/bin/python" -m pip --version >/dev/null 2>&1; }
}

make_venv() {
    if has_uv; then
        uv venv --quiet --clear --python "$1" "$venv"
    elif "$1" -c 'import ensurepip, venv' >/dev/null 2>&1; then
        "$1" -m venv --clear "$venv"
    else
        package=$("$1" -c 'import sys; print("python%d.%d-venv" % sys.version_info[:2])')
        echo "error: $1 cannot make environments (no ensurepip); on Debian or Ubuntu: apt-get install $package" >&2
        exit 1
    fi
}

if ! usable; then
    python=$(scripts/find_python.sh)
    make_venv "$python"
fi
echo "Installing $spec into $venv (a minute or two the first time)"
if has_uv; then
    uv pip install --quiet --python "$venv/bin/python" --constraint constraints.txt --editable "$spec"
else
    "$venv/bin/python" -m pip install --quiet --disable-pip-version-check --constraint constraints.txt --editable "$spec"
fi
