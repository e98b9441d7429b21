#!/bin/sh
# Install the project, editable and with pinned versions, into a virtual environment.
# Usage: install.sh VENV SPEC     SPEC is ".[pdf]" or ".[dev]", or "locked" for a server: then only
# files whose hashes stand in requirements.lock are installed.
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
if has_uv; then
    pip() { uv pip install --quiet --python "$venv/bin/python" "$@"; }
else
    pip() { "$venv/bin/python" -m pip install --quiet --disable-pip-version-check "$@"; }
fi

echo "Installing $spec into $venv (a minute or two the first time)"
if [ "$spec" = locked ]; then
    # Nothing is built but the project itself, and that with what the lock file holds.
    pip --require-hashes --only-binary :all: --requirement requirements.lock
    pip --no-index --no-deps --no-build-isolation --editable .
else
    pip --constraint constraints.txt --editable "$spec"
fi
