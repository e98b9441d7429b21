"""Bounds, defaults, units and help of every setting, said once.

A method's settings are a frozen dataclass whose fields are made by :func:`number` and
:func:`choice`. The pages' widgets and the command line's options read the same
:class:`NumberSpec` and :class:`ChoiceSpec`, so no bound can stand in two places.

>>> from dataclasses import dataclass
>>> @dataclass(frozen=True)
... class WalkParams(Params):
...     speed_kmh: float = number(4.5, low=2, high=8, step=0.5, unit="km/h", label="Walking speed")
>>> WalkParams().speed_kmh
4.5
>>> WalkParams(speed_kmh=20)
Traceback (most recent call last):
...
boundaries.errors.ParameterError: speed_kmh is 20; it must be from 2 to 8 km/h.
"""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, fields
from math import isfinite
from typing import Any, cast

from boundaries.errors import ParameterError

_SPEC = "number"
_CHOICE = "choice"


@dataclass(frozen=True)
class NumberSpec:
    """What a page or the command line needs to offer one number.

    ``optional`` settings may be None, which means: chosen by the method, and reported.
    """

    name: str
    label: str
    default: float | None
    low: float
    high: float
    step: float
    unit: str
    help: str
    optional: bool
    whole: bool


def number(
    default: float | None,
    *,
    low: float,
    high: float,
    step: float,
    unit: str,
    label: str,
    help: str = "",  # noqa: A002 - the name that widgets and argparse use
) -> Any:  # noqa: ANN401 - stands in for the annotated field type, as dataclasses.field does
    """Make a dataclass field with bounds (both included), a step, a unit and words."""
    return field(
        default=default,
        metadata={
            _SPEC: {
                "label": label,
                "low": low,
                "high": high,
                "step": step,
                "unit": unit,
                "help": help,
            }
        },
    )


@dataclass(frozen=True)
class ChoiceSpec:
    """What a page or the command line needs to offer one choice.

    ``options`` gives what each value means in words.
    """

    name: str
    label: str
    default: str
    options: Mapping[str, str]
    help: str


def choice(
    default: str,
    *,
    options: Mapping[Any, str],
    label: str,
    help: str = "",  # noqa: A002 - the name that widgets and argparse use
) -> Any:  # noqa: ANN401 - stands in for the annotated field type, as dataclasses.field does
    """Make a dataclass field for one of several values, each with what it means in words."""
    return field(
        default=default, metadata={_CHOICE: {"label": label, "options": options, "help": help}}
    )


class Params:
    """Base of the settings dataclasses: checks bounds when made, and lists them."""

    def __post_init__(self) -> None:
        for spec in self.specs():
            _check_number(spec, getattr(self, spec.name))
        for option in self.choices():
            _check_choice(option, getattr(self, option.name))

    @classmethod
    def specs(cls) -> tuple[NumberSpec, ...]:
        """Describe every bounded number, in the order of the fields."""
        return tuple(
            NumberSpec(
                name=f.name,
                default=cast("float | None", f.default),
                optional=f.default is None,
                whole="int" in str(f.type),
                **f.metadata[_SPEC],
            )
            for f in fields(cls)  # type: ignore[arg-type]
            if _SPEC in f.metadata
        )

    @classmethod
    def spec(cls, name: str) -> NumberSpec:
        """Describe one bounded number."""
        return next(spec for spec in cls.specs() if spec.name == name)

    @classmethod
    def choices(cls) -> tuple[ChoiceSpec, ...]:
        """Describe every choice, in the order of the fields."""
        return tuple(
            ChoiceSpec(name=f.name, default=cast("str", f.default), **f.metadata[_CHOICE])
            for f in fields(cls)  # type: ignore[arg-type]
            if _CHOICE in f.metadata
        )

    def as_dict(self) -> dict[str, Any]:
        """Give the settings as plain values, for records and exports."""
        return asdict(self)  # type: ignore[call-overload, no-any-return]


def _check_number(spec: NumberSpec, value: float | None) -> None:
    if value is None and spec.optional:
        return
    if value is None or not isfinite(value) or not spec.low <= value <= spec.high:
        unit = f" {spec.unit}" if spec.unit else ""
        msg = f"{spec.name} is {value}; it must be from {spec.low:.12g} to {spec.high:.12g}{unit}."
        raise ParameterError(msg)
    if spec.whole and value != int(value):
        msg = f"{spec.name} is {value}; it must be a whole number."
        raise ParameterError(msg)


def _check_choice(spec: ChoiceSpec, value: object) -> None:
    if value not in spec.options:
        msg = f"{spec.name} is {value!r}; it must be one of {', '.join(spec.options)}."
        raise ParameterError(msg)
