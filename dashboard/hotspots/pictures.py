"""The curves and tables of a closer look as SVG, light and dark."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from dashboard.charts import Ink, new_figure, quiet, svg_of
from geo.clusters.k_distance import DISTANCE_M, SHARE_PCT
from geo.evaluation.params import CURVE_UP_TO_PERCENT
from geo.repeats.bands import Bands
from geo.repeats.near_repeat import LEVEL, NearRepeatResult
from geo.surfaces.bandwidth import BANDWIDTH, LOG_LIKELIHOOD

if TYPE_CHECKING:
    from matplotlib.axes import Axes

Floats = NDArray[np.float64]

_CURVE_INCHES = (7.2, 3.0)
_NOT_MORE = "#e3e3e3"
_RATIO_STEPS = (1.0, 1.2, 1.5, 2.0)
"""Classes of how many times as many pairs as chance would give."""


def k_distance(
    frame: pd.DataFrame, k: int, suggested: float | None, eps_m: float | None, ink: Ink
) -> str:
    """Draw the curve, the radius at its bend, and the one that is set."""
    figure = new_figure(*_CURVE_INCHES)
    axes = figure.subplots()
    axes.plot(frame[SHARE_PCT], frame[DISTANCE_M], color=ink.accent, linewidth=2)
    if suggested is not None:
        _level(axes, suggested, f"bend at {suggested:,.0f} m", "--", ink)
    if eps_m is not None:
        _level(axes, eps_m, f"eps as set, {eps_m:,.0f} m", "-", ink)
    axes.set_xlabel("Share of the incidents (%)")
    axes.set_ylabel(f"Distance to {k:,} incidents (m)")
    axes.set_xlim(0, 100)
    axes.set_ylim(bottom=0)
    quiet(axes, ink, grid="both")
    return svg_of(figure)


def _level(axes: "Axes", value: float, words: str, style: str, ink: Ink) -> None:
    axes.axhline(value, color=ink.text, linewidth=1.2, linestyle=style)
    axes.text(1, value, words, color=ink.text, fontsize=8, va="bottom")


def bandwidth(frame: pd.DataFrame, used_m: float, ink: Ink) -> str:
    """Draw the likelihood over the bandwidth, its best, and the bandwidth in use."""
    figure = new_figure(*_CURVE_INCHES)
    axes = figure.subplots()
    axes.plot(frame[BANDWIDTH], frame[LOG_LIKELIHOOD], color=ink.accent, linewidth=2, marker=".")
    best = frame.iloc[int(frame[LOG_LIKELIHOOD].to_numpy().argmax())]
    axes.plot(
        best[BANDWIDTH], best[LOG_LIKELIHOOD], "D", color=ink.text, markersize=7, fillstyle="none"
    )
    axes.annotate(
        f"best: {best[BANDWIDTH]:,.0f} m",
        (best[BANDWIDTH], best[LOG_LIKELIHOOD]),
        xytext=(6, -14),
        textcoords="offset points",
        color=ink.text,
        fontsize=8,
    )
    axes.axvline(used_m, color=ink.text, linewidth=1.2)
    axes.annotate(
        f"in use: {used_m:,.0f} m",
        (used_m, 0.02),
        xycoords=("data", "axes fraction"),
        xytext=(4, 0),
        textcoords="offset points",
        color=ink.text,
        fontsize=8,
    )
    axes.set_xscale("log")
    ticks = [50, 100, 200, 500, 1000, 2000]
    axes.set_xticks(ticks, [f"{tick:,}" for tick in ticks])
    axes.minorticks_off()
    axes.set_xlabel("Bandwidth (m)")
    axes.set_ylabel("Log-likelihood per incident")
    quiet(axes, ink, grid="both")
    return svg_of(figure)


@dataclass(frozen=True, eq=False)
class PaiCurves:
    """What was found on how much of the land.

    Attributes
    ----------
    names
        Methods as ranked.
    percents
        Shape (s,): shares of the land in %.
    hit_rates
        Shape (methods, s): mean share of the incidents, 0 to 1.
    best
        Shape (s,): the highest that any choice could have had.
    budget_percent
        Share of the land at which methods are ranked.
    """

    names: tuple[str, ...]
    percents: Floats
    hit_rates: Floats
    best: Floats
    budget_percent: float


_LINES = ("-", "--", "-.", ":", (0, (5, 1, 1, 1, 1, 1)))


def pai(curves: PaiCurves, ink: Ink) -> str:
    """Draw the PAI of every method over the share of the land."""
    figure = new_figure(7.2, 3.4)
    axes = figure.subplots()
    shown = curves.percents <= CURVE_UP_TO_PERCENT
    at, share = curves.percents[shown], curves.percents[shown] / 100
    axes.plot(
        at,
        curves.best[shown] / share,
        color=ink.muted,
        linewidth=1,
        label="the best there could be",
    )
    colours = (ink.accent, ink.text, ink.muted)
    for number, name in enumerate(curves.names):
        axes.plot(
            at,
            curves.hit_rates[number, shown] / share,
            linestyle=_LINES[number % len(_LINES)],
            color=colours[min(number, 2) if number < 3 else number % 2],
            linewidth=2 if number == 0 else 1.4,
            label=f"{number + 1}. {name}",
        )
    axes.axvline(curves.budget_percent, color=ink.text, linewidth=0.8)
    axes.axhline(1, color=ink.text, linewidth=0.8)
    axes.text(4.5, 0.95, "no better than by lot", color=ink.text, fontsize=8, va="top")
    highest = float((curves.hit_rates[:, shown] / share).max(initial=1))
    axes.set_ylim(0, 1.25 * highest)
    axes.set_xlim(0, CURVE_UP_TO_PERCENT)
    axes.set_xlabel("Share of the borough's land that is chosen (%)")
    axes.set_ylabel("PAI")
    axes.legend(frameon=False, labelcolor=ink.text, fontsize=8, loc="upper right")
    quiet(axes, ink, grid="both")
    return svg_of(figure)


def offsets(names: Sequence[str], values: Floats, ink: Ink) -> str:
    """Draw the PAI of every method on every moved grid, shape (methods, grids)."""
    figure = new_figure(7.2, 0.42 * len(names) + 0.9)
    axes = figure.subplots()
    for row, of_method in enumerate(values):
        axes.plot(of_method, np.full(len(of_method), row), "|", color=ink.accent, markersize=14)
        axes.plot(of_method[0], row, "D", color=ink.text, markersize=6, fillstyle="none")
    axes.set_yticks(range(len(names)), names)
    axes.invert_yaxis()
    axes.margins(y=0.25)
    axes.set_xlim(left=0)
    axes.set_xlabel("PAI; the diamond is the grid as it lies")
    quiet(axes, ink, grid="x")
    return svg_of(figure)


def near_repeat(found: NearRepeatResult, bands: Bands, ink: Ink) -> str:
    """Draw ratios of pairs by distance and time; what is more than chance has a frame."""
    import matplotlib as mpl

    ratio = np.divide(
        found.observed,
        found.expected,
        out=np.full(found.observed.shape, np.nan),
        where=found.expected > 0,
    )
    classes = np.digitize(np.nan_to_num(ratio), _RATIO_STEPS)
    # Grey is no more than chance would give; the yellow end would be louder than the rest.
    above = mpl.colormaps["cividis_r"](np.linspace(0.2, 0.95, len(_RATIO_STEPS)))
    colours = np.vstack([mpl.colors.to_rgba(_NOT_MORE), above])
    figure = new_figure(7.2, 0.5 * len(ratio) + 1.0)
    axes = figure.subplots()
    for (row, col), value in np.ndenumerate(ratio):
        colour = colours[classes[row, col]]
        is_elevated = bool(found.p[row, col] <= LEVEL and value > 1)
        axes.add_patch(
            mpl.patches.Rectangle(
                (col + 0.04, row + 0.04),
                0.92,
                0.92,
                facecolor=colour,
                edgecolor=ink.text if is_elevated else "none",
                linewidth=2.5,
            )
        )
        words = "–" if np.isnan(value) else f"{value:.2f}{' *' if is_elevated else ''}"
        is_dark = colour[:3] @ (0.299, 0.587, 0.114) < 0.5
        axes.text(
            col + 0.5,
            row + 0.5,
            words,
            ha="center",
            va="center",
            fontsize=9,
            color="white" if is_dark else "#222222",
        )
    axes.set_xlim(0, ratio.shape[1])
    axes.set_ylim(ratio.shape[0], 0)
    axes.set_xticks(np.arange(ratio.shape[1]) + 0.5, bands.time_labels())
    axes.set_yticks(np.arange(ratio.shape[0]) + 0.5, bands.space_labels())
    axes.set_xlabel(
        f"Times as many pairs as chance would give; * more than chance, p up to {LEVEL:g}"
    )
    quiet(axes, ink, grid="x")
    axes.grid(visible=False)
    return svg_of(figure)
