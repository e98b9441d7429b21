"""Colour classes: at most five, with their breaks in words, the same for every frame."""

import warnings
from dataclasses import dataclass
from functools import lru_cache
from math import isnan
from threading import Lock
from typing import Literal, get_args

import numpy as np
from numpy.typing import NDArray

from dashboard.words import amount

Scheme = Literal["natural breaks", "quantiles", "equal intervals"]
SCHEMES: tuple[Scheme, ...] = get_args(Scheme)
MAX_CLASSES = 5

Kind = Literal["amounts", "change", "classes"]
Mark = Literal["", "lines", "crossed", "dots", "gap", "few"]

# Light to dark, safe for colour-blind readers, readable in grey: cividis and inferno, reversed.
WARD_COLOURS = ("#fee838", "#bcae6c", "#7d7c78", "#434e6c", "#00224e")
SURFACE_COLOURS = ("#fcc92f", "#f57d15", "#d44842", "#9f2a63", "#4a0c6b")

# RdBu, from fewer to more: blue and red are told apart by colour-blind readers; fewer is hatched.
CHANGE_COLOURS = ("#2166ac", "#92c5de", "#f1f1f1", "#f4a582", "#b2182b")
_CHANGE_MARKS: tuple[Mark, ...] = ("crossed", "lines", "", "", "")
NO_FIGURE = "no figure"

_MOST_VALUES = 100
# Filters of warnings belong to the process, not to a thread.
_ONE_AT_A_TIME = Lock()
_SURFACE_STEPS = (0.06, 0.15, 0.3, 0.5, 0.75)


@dataclass(frozen=True)
class MapClass:
    """One colour: values from ``low`` to ``high``, both included after rounding as in ``label``.

    ``mark`` is a pattern over the colour, for those who do not tell the colours apart; ``gap`` and
    ``few`` are grey on white, for figures that are not there.
    """

    colour: str
    label: str
    low: float
    high: float
    mark: Mark = ""


_NOTHING = MapClass("#ffffff", NO_FIGURE.capitalize(), 0.0, 0.0, "gap")


@dataclass(frozen=True)
class Scale:
    """A legend: what the colours mean, in which unit, and how the breaks were chosen.

    Values of ``change`` are written with their sign; those of ``classes`` are the position of the
    class. ``outlined`` says what a thick outline means, where wards have one. ``gaps`` are the
    classes of figures that are withheld, found by their labels.
    """

    title: str
    classes: tuple[MapClass, ...]
    note: str
    kind: Kind = "amounts"
    outlined: str = ""
    gaps: tuple[MapClass, ...] = ()

    def class_of(self, value: float) -> MapClass:
        """Give the class that holds a value; not for NaN."""
        return next((c for c in self.classes if value <= c.high), self.classes[-1])

    def gap_of(self, words: str) -> MapClass:
        """Give the class of a figure that is not there: withheld for a reason, or simply none."""
        return next((gap for gap in self.gaps if gap.label == words), _NOTHING)

    def figure(self, value: float, decimals: int, words: str = "") -> str:
        """Write a value as the map shows it; ``words`` stand where it is withheld.

        >>> Scale("Change", (), "", "change").figure(-12, 0)
        '-12'
        """
        if isnan(value):
            return words or NO_FIGURE
        if self.kind == "classes":
            return self.classes[int(value)].label
        return signed(value, decimals) if self.kind == "change" else amount(value, decimals)


def classify(values: NDArray[np.float64], scheme: Scheme, *, title: str, decimals: int) -> Scale:
    """Cut values into at most five classes.

    Parameters
    ----------
    values
        Any shape; NaN is left out. All frames of a slider together, so that they share a scale.
    scheme
        How mapclassify chooses the breaks; natural breaks are Fisher's and Jenks', of at most a
        hundred evenly spaced ranks of the values.
    title
        What is measured, with its unit.
    decimals
        Digits after the point in labels. Values are classed as they are shown, rounded to so
        many digits, so that the figure, the label and the colour agree.
    """
    known = np.round(values[np.isfinite(values)], decimals)
    uppers = _upper_bounds(known, scheme, decimals) if known.size else np.zeros(1)
    step = 10.0**-decimals
    first = min(0.0, known.min(initial=0.0))
    lows = np.concatenate([[first], np.round(uppers[:-1] + step, decimals)])
    classes = tuple(
        MapClass(colour, _label(low, high, decimals), float(low), float(high))
        for colour, low, high in zip(_colours(len(uppers)), lows, uppers, strict=True)
    )
    return Scale(title, classes, f"Classes: {scheme}")


def _upper_bounds(known: NDArray[np.float64], scheme: Scheme, decimals: int) -> NDArray[np.float64]:
    distinct = np.unique(known)
    if distinct.size <= MAX_CLASSES:
        return distinct
    bounds = np.array(_breaks(tuple(np.sort(_thinned(known, scheme)).tolist()), scheme))
    bounds[-1] = distinct[-1]
    return np.unique(np.round(bounds, decimals))


def _thinned(known: NDArray[np.float64], scheme: Scheme) -> NDArray[np.float64]:
    """Keep evenly spaced ranks: Fisher and Jenks' method takes time with the square of them."""
    if scheme != "natural breaks" or known.size <= _MOST_VALUES:
        return known
    ranks = np.linspace(0, known.size - 1, _MOST_VALUES).round().astype(np.intp)
    return np.sort(known)[ranks]


@lru_cache(maxsize=32)
def _breaks(values: tuple[float, ...], scheme: Scheme) -> tuple[float, ...]:
    """Ask mapclassify; kept, as new hotspots leave the wards' figures as they are."""
    import mapclassify

    methods = {
        "natural breaks": mapclassify.FisherJenks,
        "quantiles": mapclassify.Quantiles,
        "equal intervals": mapclassify.EqualInterval,
    }
    # It warns that Numba would be quicker, and of ties, which counts always have.
    with _ONE_AT_A_TIME, warnings.catch_warnings():
        warnings.simplefilter("ignore", UserWarning)
        return tuple(map(float, methods[scheme](np.array(values), MAX_CLASSES).bins))


def _colours(count: int) -> tuple[str, ...]:
    """Spread few classes over the whole palette, lightest first."""
    picked = np.linspace(0, len(WARD_COLOURS) - 1, count).round().astype(int)
    return tuple(WARD_COLOURS[i] for i in picked)


def _label(low: float, high: float, decimals: int) -> str:
    first, last = f"{low:,.{decimals}f}", f"{high:,.{decimals}f}"
    return first if first == last else f"{first} to {last}"


def change_scale(
    values: NDArray[np.float64], *, title: str, decimals: int, outlined: str = ""
) -> Scale:
    """Cut changes into fewer, as many and more; fewer and more into two where they differ much.

    The classes are the same on both sides of none, so that neither looks larger than it is.
    """
    step = 10.0**-decimals
    most = float(np.abs(np.round(values[np.isfinite(values)], decimals)).max(initial=step))
    half = max(step, round(_round_to_two_figures(most / 2), decimals))
    beyond = round(half + step, decimals)
    bounds = [(-most, -beyond), (-half, -step), (0.0, 0.0), (step, half), (beyond, most)]
    labels = (
        f"{signed(-beyond, decimals)} or fewer",
        f"{signed(-half, decimals)} to {signed(-step, decimals)}",
        "No change",
        f"{signed(step, decimals)} to {signed(half, decimals)}",
        f"{signed(beyond, decimals)} or more",
    )
    rows = zip(CHANGE_COLOURS, labels, bounds, _CHANGE_MARKS, strict=True)
    found = [
        MapClass(colour, label, low, high, mark)
        for colour, label, (low, high), mark in rows
        if low <= high
    ]
    return Scale(title, tuple(found), "", "change", outlined)


def signed(value: float, decimals: int) -> str:
    """Write a change with its sign; none has no sign.

    >>> signed(1200, 0), signed(-4.25, 1), signed(0, 0)
    ('+1,200', '-4.2', '0')
    """
    figure = amount(abs(value), decimals)
    rounded = round(value, decimals)
    return figure if rounded == 0 else f"{'+' if rounded > 0 else '-'}{figure}"


def surface_scale(maximum: float, *, title: str) -> Scale:
    """Give the classes of a density surface: steps of its highest value, rounded to read well.

    Values below the first class stay without colour.
    """
    if maximum <= 0:
        return Scale(title, (), "No incidents to show")
    lows = [_round_to_two_figures(share * maximum) for share in _SURFACE_STEPS]
    highs = [*lows[1:], maximum]
    classes = tuple(
        MapClass(colour, _surface_label(low, high, last=i == len(lows) - 1), low, high)
        for i, (colour, low, high) in enumerate(zip(SURFACE_COLOURS, lows, highs, strict=True))
    )
    return Scale(title, classes, f"Highest: {_figure(maximum)}; below {_figure(lows[0])} no colour")


def _round_to_two_figures(value: float) -> float:
    return float(f"{value:.2g}")


def _figure(value: float) -> str:
    return f"{value:,.0f}" if value >= 10 else f"{value:.2g}"


def _surface_label(low: float, high: float, *, last: bool) -> str:
    return f"{_figure(low)} and more" if last else f"{_figure(low)} to {_figure(high)}"
