"""Hours by weekday as a table whose cells are shaded; every figure can be read."""

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from dashboard.escape import esc
from dashboard.figures import Figure, marked
from dashboard.maps.classify import Scale, Scheme, classify
from dashboard.when.choices import Chosen
from dashboard.words import amount
from geo.periods import NOT_KNOWN, WEEKDAYS
from geo.times.when import WhenResult

_MANY = 100
_BLACK, _WHITE = 0.0, 1.0


@dataclass(frozen=True, eq=False)
class Heat:
    """What the table shows, all of it rounded as shown.

    Attributes
    ----------
    cells
        Shape (24, 7): incidents by hour and weekday.
    by_hour, by_weekday
        Shape (24,) and (7,).
    decimals
        Digits after the point, so many that small figures of spans can be told apart.
    scale
        Classes of the shades.
    """

    cells: NDArray[np.float64]
    by_hour: NDArray[np.float64]
    by_weekday: NDArray[np.float64]
    decimals: int
    scale: Scale


def heat_of(result: WhenResult) -> Heat:
    """Give the figures and shades of a result."""
    exact = result.hour_of_week.T
    digits = decimals_of(result)
    cells = np.round(exact, digits)
    scale = scale_above_zero(cells, "equal intervals", digits)
    return Heat(
        cells,
        np.round(exact.sum(axis=1), digits),
        np.round(exact.sum(axis=0), digits),
        digits,
        scale,
    )


def scale_above_zero(values: NDArray[np.float64], scheme: Scheme, decimals: int) -> Scale:
    """Class what is more than 0, which itself stays without a shade."""
    positive = np.where(values > 0, values, np.nan)
    scale = classify(positive, scheme, title="Incidents", decimals=decimals)
    first, *others = scale.classes
    low = float(np.nanmin(positive)) if (values > 0).any() else 0.0
    label = amount(low, decimals)
    if low < first.high:
        label += f" to {amount(first.high, decimals)}"
    return replace(scale, classes=(replace(first, low=low, label=label), *others))


def decimals_of(result: WhenResult) -> int:
    """Give none for whole counts and for large ones, one where spans are spread over hours."""
    cube = result.hour_of_week
    whole = np.allclose(cube, np.round(cube), atol=1e-6)
    return 0 if whole or cube.max(initial=0) >= _MANY else 1


def heat_table(result: WhenResult, chosen: Chosen, name: Callable[[str], str]) -> str:
    """Write the table as HTML.

    Parameters
    ----------
    chosen
        Hours and days that get an outline.
    name
        Makes the name of a figure: ``when.cell.Friday.22`` of a hotspot is another figure than
        that of the borough.
    """
    heat = heat_of(result)
    head = "".join(f"<th scope='col'><abbr title='{day}'>{day[:3]}</abbr></th>" for day in WEEKDAYS)
    body = "".join(_row(heat, hour, chosen, name) for hour in range(24))
    return (
        "<div class='heat' tabindex='0' role='region' aria-label='Incidents by hour and weekday'>"
        f"<table><caption>{_legend(heat.scale, chosen)}</caption>"
        f"<thead><tr><th scope='col'>Hour</th>{head}<th scope='col'>All</th></tr></thead>"
        f"<tbody>{body}</tbody><tfoot>{_foot(result, heat, name)}</tfoot></table></div>"
    )


def _row(heat: Heat, hour: int, chosen: Chosen, name: Callable[[str], str]) -> str:
    cells = "".join(_cell(heat, day, hour, chosen, name) for day in range(len(WEEKDAYS)))
    total = _figure(name(f"when.hour.{hour:02d}"), heat.by_hour[hour], heat.decimals)
    return f"<tr><th scope='row'>{hour:02d}:00</th>{cells}<td class='all'>{total}</td></tr>"


def _cell(heat: Heat, day: int, hour: int, chosen: Chosen, name: Callable[[str], str]) -> str:
    weekday, value = WEEKDAYS[day], float(heat.cells[hour, day])
    shade = shade_of(value, heat.scale)
    colours = f" style='background:{shade};color:{ink_on(shade)}'" if shade else ""
    outlined = " class='chosen'" if chosen.covers(weekday, hour) else ""
    figure = _figure(name(f"when.cell.{weekday}.{hour:02d}"), value, heat.decimals)
    return f"<td{outlined}{colours}>{figure}</td>"


def _foot(result: WhenResult, heat: Heat, name: Callable[[str], str]) -> str:
    days = "".join(
        f"<td>{_figure(name(f'when.known_hours.{day}'), value, heat.decimals)}</td>"
        for day, value in zip(WEEKDAYS, heat.by_weekday, strict=True)
    )
    known = _figure(name("when.hours_known"), float(result.hour_of_week.sum()), 0)
    unknown = _figure(name("when.hours_not_known"), result.unknown_hours, 0)
    return (
        f"<tr><th scope='row'>All</th>{days}<td class='all'>{known}</td></tr>"
        f"<tr><th scope='row' colspan='8'>Hour {NOT_KNOWN}</th><td class='all'>{unknown}</td></tr>"
    )


def _figure(name: str, value: float, decimals: int) -> str:
    return marked(Figure(name, "", amount(value, decimals) if value else "0", value=float(value)))


def _legend(scale: Scale, chosen: Chosen) -> str:
    keys = "".join(
        f"<span class='key'><i style='background:{one.colour}'></i>{esc(one.label)}</span>"
        for one in scale.classes
    )
    outlined = (
        "<span class='key'><i class='chosen'></i>on the map</span>" if chosen.restricts else ""
    )
    return f"Incidents in the hour: {keys}{outlined}"


def shade_of(value: float, scale: Scale) -> str:
    """Give the colour of a figure's class; none for 0."""
    if value <= 0:
        return ""
    return next((one.colour for one in scale.classes if value <= one.high), "")


def ink_on(shade: str) -> str:
    """Choose black or white, whichever can be read better on a colour.

    >>> ink_on("#fee838"), ink_on("#00224e")
    ('#000', '#fff')
    """
    light = _luminance(shade)
    on_black, on_white = (light + 0.05) / (_BLACK + 0.05), (_WHITE + 0.05) / (light + 0.05)
    return "#000" if on_black >= on_white else "#fff"


def _luminance(shade: str) -> float:
    """Give the relative luminance of WCAG 2."""
    parts = (int(shade[i : i + 2], 16) / 255 for i in (1, 3, 5))
    linear = (p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts)
    return sum(weight * part for weight, part in zip((0.2126, 0.7152, 0.0722), linear, strict=True))
