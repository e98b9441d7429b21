"""Which hours, weekdays and shifts are looked at: the controls of the page, and their words."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from dashboard import controls
from dashboard.methods.meanings import meaning
from dashboard.words import listed
from geo.periods import WEEKDAYS
from geo.selection import Selection
from geo.times.shifts import HOURS_OF_DAY, SHIFT_LENGTHS_H, Shift, equal_shifts
from geo.times.when import WhenParams

_ALL_HOURS = "All hours"
_CHOOSE = "Choose hours"
_CLOCK = tuple(f"{hour:02d}:00" for hour in range(HOURS_OF_DAY))
_SPANS = next(spec for spec in WhenParams.choices() if spec.name == "method")


@dataclass(frozen=True)
class Chosen:
    """Hours and weekdays that the map is about; None means all."""

    weekdays: tuple[str, ...] | None = None
    hours: tuple[int, ...] | None = None
    hours_in_words: str = ""

    @property
    def restricts(self) -> bool:
        """Whether some hours or days are left out."""
        return self.weekdays is not None or self.hours is not None

    def of(self, selection: Selection) -> Selection:
        """Give the selection of these hours and days."""
        return replace(selection, weekdays=self.weekdays, hours=self.hours)

    def covers(self, weekday: str, hour: int) -> bool:
        """Whether an hour of the week is among those chosen; none is where all are."""
        return (
            self.restricts
            and (self.weekdays is None or weekday in self.weekdays)
            and (self.hours is None or hour in self.hours)
        )

    def in_words(self) -> str:
        """Say the days and hours.

        >>> Chosen(("Friday", "Saturday"), (22, 23, 0), "22:00 to 01:00").in_words()
        'Friday and Saturday, 22:00 to 01:00'
        >>> Chosen().in_words()
        'all days, all hours'
        """
        days = "all days" if self.weekdays is None else listed(self.weekdays)
        return f"{days}, {self.hours_in_words or 'all hours'}"


def hours_between(start: int, end: int) -> tuple[int, ...]:
    """Give the hours from one full hour to just before another, over midnight if need be.

    >>> hours_between(22, 1), len(hours_between(7, 7))
    ((22, 23, 0), 24)
    """
    return Shift("chosen", start, end).hours


def choose_params(where: DeltaGenerator) -> WhenParams:
    """Offer the shifts and what is done with spans of time."""
    where.subheader("Shifts")
    start = controls.choice(
        where,
        "First shift begins",
        _CLOCK,
        name="when-shift-start",
        default="07:00",
        help=meaning("when.shift.*"),
    )
    length = controls.choice(
        where,
        "Length of a shift",
        SHIFT_LENGTHS_H,
        name="when-shift-length",
        default=8,
        words=lambda hours: f"{hours} hours",
    )
    spans = controls.option(where, _SPANS, name="when-spans")
    return WhenParams(method=spans, shifts=equal_shifts(_CLOCK.index(start), length))


def choose_times(days: DeltaGenerator, hours: DeltaGenerator, shifts: Sequence[Shift]) -> Chosen:
    """Offer weekdays, and hours: all, those of a shift, or any."""
    weekdays = controls.several(
        days, "Days on the map", WEEKDAYS, name="when-days", none="All days"
    )
    of_shifts = {_shift_in_words(shift): shift.hours for shift in shifts}
    hour = controls.choice(
        hours,
        "Hours on the map",
        [_ALL_HOURS, *of_shifts, _CHOOSE],
        name="when-hours",
        help=meaning("when.chosen"),
    )
    if hour == _ALL_HOURS:
        return Chosen(weekdays)
    if hour == _CHOOSE:
        return _choose_any(hours, weekdays)
    return Chosen(weekdays, of_shifts[hour], hour.split(", ")[-1])


def _choose_any(where: DeltaGenerator, weekdays: tuple[str, ...] | None) -> Chosen:
    one, other = where.columns(2)
    start = controls.choice(one, "From", _CLOCK, name="when-from", default="18:00")
    end = controls.choice(other, "Until", _CLOCK, name="when-until", default="00:00")
    chosen = hours_between(_CLOCK.index(start), _CLOCK.index(end))
    if len(chosen) == HOURS_OF_DAY:
        return Chosen(weekdays)
    return Chosen(weekdays, chosen, f"{start} to {end}")


def _shift_in_words(shift: Shift) -> str:
    return f"{shift.name.capitalize()}, {shift.in_words()}"


WHOLE_BOROUGH = "Whole borough"
_HOTSPOT = "when-hotspot"


def choose_hotspot(where: DeltaGenerator, names: Sequence[str]) -> str | None:
    """Offer the hotspots of the map by name; None for the whole borough."""
    chosen = controls.choice(
        where,
        "Hotspot in the tables",
        [WHOLE_BOROUGH, *names],
        name=_HOTSPOT,
        help=f"{meaning('when.hotspot')} A click on the map chooses it too.",
    )
    return None if chosen == WHOLE_BOROUGH else chosen


def hotspot_is_asked_for() -> bool:
    """Whether a hotspot was chosen, before or in the link; it may be no more."""
    asked = st.session_state.get(_HOTSPOT, st.query_params.get(_HOTSPOT, WHOLE_BOROUGH))
    return bool(asked != WHOLE_BOROUGH)


def set_hotspot(name: str | None) -> None:
    """Choose a hotspot, from a callback of the map."""
    st.session_state[_HOTSPOT] = name or WHOLE_BOROUGH
