"""Makes every result repeatable: its record carries what was asked, as JSON can hold it.

A function marked with :func:`analysis` is known by a name. What it was called with
is written into the record of its result, and :func:`geo.rerun.rerun` calls it again.
"""

import inspect
from collections.abc import Callable
from dataclasses import fields, is_dataclass, replace
from datetime import date
from functools import wraps
from typing import Any, Concatenate, ParamSpec, TypeVar

from geo.frames import Frames
from geo.result import Result
from geo.schema import Incidents
from geo.selection import Selection

P = ParamSpec("P")
R = TypeVar("R", bound=Result)

ANALYSES: dict[str, Callable[..., Result]] = {}
"""The functions that make results, by name."""

TYPE = "type"
"""Key under which the class of a settings object stands beside its fields."""


def analysis(
    name: str,
) -> Callable[
    [Callable[Concatenate[Incidents, Selection, P], R]],
    Callable[Concatenate[Incidents, Selection, P], R],
]:
    """Mark a function of incidents and a selection as one that makes results.

    Its name goes into the record, beside what it was asked, and a warning of incidents that the
    selection leaves out because their day or hour is not known. Arguments after the selection must
    be settings objects, frames, or plain values. With :func:`geo.remember.remembered` this comes
    below it.
    """

    def decorate(
        function: Callable[Concatenate[Incidents, Selection, P], R],
    ) -> Callable[Concatenate[Incidents, Selection, P], R]:
        signature = inspect.signature(function)

        @wraps(function)
        def wrapper(
            incidents: Incidents, selection: Selection, /, *args: P.args, **kwargs: P.kwargs
        ) -> R:
            result = function(incidents, selection, *args, **kwargs)
            given = signature.bind(incidents, selection, *args, **kwargs).arguments
            asked = {key: plain(value) for key, value in list(given.items())[2:]}
            warnings = dict.fromkeys((*result.record.warnings, *_left_out(incidents, selection)))
            record = replace(result.record, analysis=name, asked=asked, warnings=tuple(warnings))
            return replace(result, record=record)

        ANALYSES[name] = wrapper
        return wrapper

    return decorate


def _left_out(incidents: Incidents, selection: Selection) -> list[str]:
    """Say how many a selection of hours or weekdays leaves out for want of a time."""
    vague = selection.without_known_time(incidents)
    return (
        [f"{vague:,} incidents are left out, as their day or hour is not known."] if vague else []
    )


def plain(value: object) -> Any:  # noqa: ANN401 - whatever JSON can hold
    """Turn an argument into plain values that :func:`geo.rerun.rerun` can read."""
    if isinstance(value, Frames):
        return {TYPE: "Frames", "step": value.periods.unit, "window": value.window}
    if is_dataclass(value) and not isinstance(value, type):
        items = {f.name: plain(getattr(value, f.name)) for f in fields(value)}
        return {TYPE: type(value).__name__, **items}
    if isinstance(value, (tuple, list)):
        return [plain(item) for item in value]
    return value.isoformat() if isinstance(value, date) else value
