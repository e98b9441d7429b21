"""Heavy work in a process of its own: pages go on meanwhile, and it can be ended at any moment.

Python runs one thread at a time, so a million rows read in a thread would slow every page. The
other process has a lower priority, gets the arguments and gives the result through pipes, and
knows no page.
"""

import importlib
import io
import os
import pickle
import subprocess
import sys
from collections.abc import Callable
from contextlib import suppress
from typing import Any, ParamSpec, TypeVar

from boundaries.errors import HotspotsError, TimeLimitError

P = ParamSpec("P")
R = TypeVar("R")

_NICE = 5
_TOO_LONG = (
    "Reading took longer than the {:,} seconds that it may take here, and was given up. Drop the "
    "files in in parts, or use hotspots import on the command line."
)
_ENDED = (
    "Reading was ended by the system, most likely because there is not enough memory. Drop the "
    "files in in parts, or use hotspots import on the command line."
)


def apart(function: Callable[P, R], at_most_s: float, *args: P.args, **given: P.kwargs) -> R:
    """Call a function of a module in a process of its own.

    Parameters
    ----------
    function
        Can be found by its name, and takes and gives what can be pickled.
    at_most_s
        Seconds after which it is ended.

    Raises
    ------
    TimeLimitError
        It took longer.
    HotspotsError
        What the function raises, or that the system has ended the process.
    """
    call = pickle.dumps((function.__module__, function.__qualname__, args, given))
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))}
    command = [sys.executable, "-P", "-m", __name__]
    try:
        done = subprocess.run(
            command,
            input=call,
            stdout=subprocess.PIPE,
            env=environment,
            timeout=at_most_s,
            check=False,
        )
    except subprocess.TimeoutExpired as error:
        raise TimeLimitError(_TOO_LONG.format(round(at_most_s))) from error
    if not done.stdout or done.returncode:
        raise HotspotsError(_ENDED)
    result, problem = pickle.loads(done.stdout)
    if problem is not None:
        raise problem
    found: R = result
    return found


def _called(call: bytes) -> bytes:
    module, name, args, given = pickle.loads(call)
    function: Any = importlib.import_module(module)
    for part in name.split("."):
        function = getattr(function, part)
    try:
        answer: tuple[Any, Exception | None] = (function(*args, **given), None)
    except Exception as error:
        answer = (None, error)
    return pickle.dumps(answer, protocol=pickle.HIGHEST_PROTOCOL)


def _serve() -> None:
    """Answer the one call that stands on standard input."""
    if hasattr(os, "nice"):
        with suppress(OSError):
            os.nice(_NICE)
    # What a library prints must not get into the answer.
    with io.FileIO(os.dup(1), "wb") as answer:
        os.dup2(2, 1)
        content = memoryview(_called(sys.stdin.buffer.read()))
        while content:
            content = content[answer.write(content) :]


if __name__ == "__main__":
    _serve()
