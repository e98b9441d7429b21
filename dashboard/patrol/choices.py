"""What a plan is asked for: the shift and the teams above the map, the rest in the sidebar."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from functools import partial
from typing import Any

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

import boundaries
from boundaries.columns import PLACE_NAME
from dashboard import controls
from dashboard.patrol.street_upload import UploadedWays, choose_streets
from geo.params import NumberSpec
from geo.patrol.params import Base, DemandParams, PatrolParams
from geo.patrol.shift import PatrolShift
from geo.periods import WEEKDAYS

_CLOCK = tuple(f"{hour:02d}:00" for hour in range(24))
_SHORT = 3
"""Letters of a weekday in the row and in the link."""
_DEFAULT = PatrolShift()
_DAYS, _FROM, _UNTIL = "patrol-days", "patrol-from", "patrol-until"
_ABOVE = ("teams", "minutes")
_SPREAD = next(spec for spec in PatrolParams.choices() if spec.name == "spread")
_AMONG = next(spec for spec in PatrolParams.choices() if spec.name == "among")
_SPREAD_WORDS = {"none": "Where most is expected", "ward": "Over the wards", "strand": "By strand"}

FirstDay = Callable[[date], date | None]
FIRST_DAYS: Mapping[str, FirstDay] = {
    "Automatic": lambda _: None,
    "Today": lambda today: today,
    "Tomorrow": lambda today: today + timedelta(days=1),
    "Next Monday": lambda today: today + timedelta(days=7 - today.weekday()),
}
_AUTOMATIC_DAY = (
    "Automatic is today. Where the data ended more than three months ago it is the day after that."
)
_TIME_OF_INCIDENTS = (
    "A plan looks at the last year of the data, whatever the period above. “More settings” has "
    "another time to look at."
)
_TIME_OF_RELEASE = "A plan looks at the latest twelve months, whatever the period above."


@dataclass(frozen=True)
class Preset:
    """A shift with a name, and when to take it."""

    name: str
    when: str
    days: Callable[[date], tuple[str, ...]]
    start_hour: int
    end_hour: int

    def values(self, today: date) -> dict[str, Any]:
        """Give the controls that it sets, by name."""
        return {
            _DAYS: list(self.days(today)),
            _FROM: _CLOCK[self.start_hour],
            _UNTIL: _CLOCK[self.end_hour],
        }


PRESETS: tuple[Preset, ...] = (
    Preset("Tonight", "Today, 18:00 to 02:00.", lambda today: (WEEKDAYS[today.weekday()],), 18, 2),
    Preset("Friday evening", "Friday, 18:00 to 23:00.", lambda _: ("Friday",), 18, 23),
    Preset(
        "Weekend nights",
        "Friday and Saturday, 20:00 to 04:00.",
        lambda _: ("Friday", "Saturday"),
        20,
        4,
    ),
    Preset("Weekday daytime", "Monday to Friday, 09:00 to 17:00.", lambda _: WEEKDAYS[:5], 9, 17),
)


@dataclass(frozen=True)
class Asked:
    """What a plan is asked for on the page."""

    params: PatrolParams
    demand: DemandParams
    first_day: date | None
    ways: UploadedWays | None = None


def choose_plan(*, is_exact: bool) -> Asked:
    """Offer what a plan is asked for.

    Parameters
    ----------
    is_exact
        Whether the plan is made of incidents: only then can the time looked at be chosen, and
        strands count alike.

    Raises
    ------
    ParameterError
        What is chosen does not go together.
    """
    shift, above = _choose_above()
    with st.sidebar:
        st.subheader("Patrol")
        st.caption(_TIME_OF_INCIDENTS if is_exact else _TIME_OF_RELEASE)
        area_m = _number(st.sidebar, "area_m")
        speed = _number(st.sidebar, "walking_kmh")
        bases = _choose_bases(st.sidebar)
        spread = _choose_spread(st.sidebar, is_exact=is_exact)
        among = controls.option(st.sidebar, _AMONG, name="patrol-among")
        more = st.expander("More settings")
        skipped = {"area_m", "walking_kmh", *_ABOVE}
        # A plan of a release rests on what the release says already.
        skipped |= set() if is_exact else {"min_incidents"}
        others = {
            spec.name: _number(more, spec.name)
            for spec in PatrolParams.specs()
            if spec.name not in skipped
        }
        ways = choose_streets(more, speed)
        first_day = _choose_first_day(more)
        demand = _choose_demand(more) if is_exact else DemandParams()
    params = PatrolParams(
        shift=shift,
        bases=bases,
        spread=spread,
        among=among,
        area_m=area_m,
        walking_kmh=speed,
        **above,
        **others,
    )
    return Asked(params, demand, first_day, ways)


def _choose_above() -> tuple[PatrolShift, dict[str, Any]]:
    """Offer days, hours, teams and minutes in a row above the map."""
    with st.container(
        horizontal=True, vertical_alignment="bottom", gap="small", key="patrol-asked"
    ):
        days = controls.several_in_row(
            st.container(width="content"),
            "Days on which the shift begins",
            WEEKDAYS,
            name=_DAYS,
            default=_DEFAULT.days,
            words=lambda day: day[:_SHORT],
        )
        start = _choose_hour("From", _FROM, _DEFAULT.start_hour)
        end = _choose_hour("Until", _UNTIL, _DEFAULT.end_hour)
        above = {name: _number(st.container(width=112), name) for name in _ABOVE}
        _offer_presets()
    return PatrolShift(days, _CLOCK.index(start), _CLOCK.index(end)), above


def _choose_hour(label: str, name: str, default: int) -> str:
    return controls.choice(
        st.container(width=96), label, _CLOCK, name=name, default=_CLOCK[default]
    )


def _offer_presets() -> None:
    with st.popover("Usual shifts"):
        for preset in PRESETS:
            st.button(
                preset.name,
                key=f"patrol preset {preset.name}",
                on_click=partial(use, preset),
                help=preset.when,
                width="stretch",
            )


def use(preset: Preset) -> None:
    """Set days and hours to those of a usual shift; only from a callback."""
    controls.set_values(controls.values() | preset.values(date.today()))


def _number(where: DeltaGenerator, name: str) -> Any:  # noqa: ANN401 - int or float
    spec = _in_short(PatrolParams.spec(name))
    return controls.number(where, spec, name=f"patrol-{name}", default=spec.default)


def _in_short(spec: NumberSpec) -> NumberSpec:
    """Leave out the unit where the label says it."""
    said = {"teams": "Teams", "minutes": "Minutes each"}
    return replace(spec, label=said[spec.name], unit="") if spec.name in said else spec


def _choose_bases(where: DeltaGenerator) -> tuple[Base, ...]:
    places = boundaries.load_places().sort_values(PLACE_NAME)
    at = {
        str(name): Base(str(name), round(point.x), round(point.y))
        for name, point in zip(places[PLACE_NAME], places.geometry, strict=True)
    }
    chosen = controls.several(
        where,
        "Bases",
        list(at),
        name="patrol-bases",
        none="The nearest known place",
        help="Where teams start and end: the first team at the first, and so on, and again from "
        "the first where there are more teams.",
    )
    return tuple(at[name] for name in chosen or ())


def _choose_spread(where: DeltaGenerator, *, is_exact: bool) -> Any:  # noqa: ANN401 - its own literal words
    return controls.choice(
        where,
        "Spread",
        [word for word in _SPREAD.options if is_exact or word != "strand"],
        name="patrol-spread",
        words=_SPREAD_WORDS.__getitem__,
        help=" ".join(
            f"{_SPREAD_WORDS[word]}: {means}." for word, means in _SPREAD.options.items()
        ),
    )


def _choose_first_day(where: DeltaGenerator) -> date | None:
    chosen = controls.choice(
        where, "First day", list(FIRST_DAYS), name="patrol-first", help=_AUTOMATIC_DAY
    )
    return FIRST_DAYS[chosen](date.today())


def _choose_demand(where: DeltaGenerator) -> DemandParams:
    return controls.settings(where, DemandParams, prefix="patrol-demand")
