#!/bin/sh
# Print the interpreter to use: PYTHON where it is set, else the first that is new enough.
set -eu

for name in ${PYTHON:-python3 python3.13 python3.12 python3.11 python}; do
    if "$name" -c 'import sys; sys.exit(sys.version_info < (3, 11))' >/dev/null 2>&1; then
        command -v "$name"
        exit 0
    fi
done
echo "error: no Python 3.11 or later found as ${PYTHON:-python3, python3.13, python3.12, python3.11 or python}; install one, or name it: make install PYTHON=/path/to/python3" >&2
exit 1
