"""Settings: bounds, defaults and words, said once and kept to by every method."""

from dataclasses import dataclass, fields
from math import inf, nan, nextafter

import pytest

from boundaries.errors import ParameterError
from geo.clusters.dbscan import DbscanParams
from geo.clusters.hdbscan import HdbscanParams
from geo.clusters.k_distance import KDistanceParams
from geo.clusters.st_dbscan import StDbscanParams
from geo.frames import FrameParams
from geo.hotspots.table import HotspotParams
from geo.params import NumberSpec, Params, number
from geo.surfaces.density import DensityParams
from geo.wards.frames import WardFrameParams
from geo.wards.table import WardParams

ALL_PARAMS = (
    DbscanParams,
    DensityParams,
    FrameParams,
    HdbscanParams,
    HotspotParams,
    KDistanceParams,
    StDbscanParams,
    WardFrameParams,
    WardParams,
)
NUMBERS = [
    pytest.param(kind, spec, id=f"{kind.__name__}.{spec.name}")
    for kind in ALL_PARAMS
    for spec in kind.specs()
]


@dataclass(frozen=True)
class CookingParams(Params):
    """Settings with one number of each kind."""

    dish: str = "stew"
    minutes: int = number(30, low=1, high=90, step=5, unit="min", label="Time", help="How long.")
    salt_g: float = number(2.5, low=0, high=10, step=0.5, unit="g", label="Salt")
    heat: int | None = number(None, low=1, high=9, step=1, unit="", label="Heat")


def test_specs_describe_every_number_in_order() -> None:
    assert CookingParams.specs() == (
        NumberSpec("minutes", "Time", 30, 1, 90, 5, "min", "How long.", False, True),
        NumberSpec("salt_g", "Salt", 2.5, 0, 10, 0.5, "g", "", False, False),
        NumberSpec("heat", "Heat", None, 1, 9, 1, "", "", True, True),
    )
    assert CookingParams.spec("salt_g").label == "Salt"


def test_settings_as_plain_values() -> None:
    params = CookingParams(minutes=45)
    assert params.as_dict() == {"dish": "stew", "minutes": 45, "salt_g": 2.5, "heat": None}


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"minutes": 0}, r"minutes is 0; it must be from 1 to 90 min\."),
        ({"minutes": 91}, r"minutes is 91; it must be from 1 to 90 min\."),
        ({"minutes": 2.5}, r"minutes is 2\.5; it must be a whole number\."),
        ({"minutes": None}, r"minutes is None; it must be from 1 to 90 min\."),
        ({"salt_g": nan}, r"salt_g is nan; it must be from 0 to 10 g\."),
        ({"salt_g": inf}, r"salt_g is inf; it must be from 0 to 10 g\."),
        ({"salt_g": -0.01}, r"salt_g is -0\.01; it must be from 0 to 10 g\."),
        ({"heat": 10}, r"heat is 10; it must be from 1 to 9\."),
        ({"heat": 1.5}, r"heat is 1\.5; it must be a whole number\."),
    ],
)
def test_what_is_out_of_bounds_is_refused(settings: dict[str, float], message: str) -> None:
    with pytest.raises(ParameterError, match=message):
        CookingParams(**settings)


@pytest.mark.parametrize("settings", [{"minutes": 1}, {"minutes": 90}, {"salt_g": 0}, {"heat": 9}])
def test_bounds_are_allowed(settings: dict[str, float]) -> None:
    assert CookingParams(**settings).as_dict().items() >= settings.items()


@pytest.mark.parametrize(("kind", "spec"), NUMBERS)
def test_every_number_of_every_method_keeps_to_its_bounds(
    kind: type[Params], spec: NumberSpec
) -> None:
    for value in (spec.low, spec.high):
        exact = int(value) if spec.whole else value
        assert getattr(kind(**{spec.name: exact}), spec.name) == exact
    beyond = (
        (spec.low - 1, spec.high + 1)
        if spec.whole
        else (nextafter(spec.low, -inf), nextafter(spec.high, inf))
    )
    for value in beyond:
        with pytest.raises(ParameterError, match=f"{spec.name} is .*; it must be from"):
            kind(**{spec.name: value})


@pytest.mark.parametrize(("kind", "spec"), NUMBERS)
def test_every_number_can_be_offered(kind: type[Params], spec: NumberSpec) -> None:
    assert spec.label
    assert spec.step > 0
    assert spec.low + spec.step <= spec.high
    if spec.name.endswith("_m"):
        assert spec.unit == "m"
    if spec.default is not None:
        steps = (spec.default - spec.low) / spec.step
        assert steps == int(steps), "the default can be reached by steps from the lower bound"


@pytest.mark.parametrize("kind", ALL_PARAMS)
def test_settings_are_keys(kind: type[Params]) -> None:
    assert {kind(): 1}[kind()] == 1
    name = fields(kind)[0].name
    assert name in repr(kind())
