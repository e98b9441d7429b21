"""Presets of settings with a sentence when to use each, and settings copied from one to another.

A preset holds the controls of one setting by name without its letter: whatever it does not name
goes back to its default.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Any

import streamlit as st

from dashboard import controls
from dashboard.escape import esc
from dashboard.hotspots.methods import ABOUT, Method


@dataclass(frozen=True)
class Preset:
    """A setting with a name.

    Attributes
    ----------
    name
        As people call it.
    method
        The method it is of.
    when
        When to use it, in a sentence.
    controls
        Values of controls by name, without the letter of the setting and the method.
    """

    name: str
    method: Method
    when: str
    controls: Mapping[str, Any] = field(default_factory=dict)

    def values(self, letter: str = "a") -> dict[str, Any]:
        """Give the controls of a setting, by their whole names."""
        own = {"method": self.method, **self.controls}
        return {f"{letter}-{name}": value for name, value in own.items()}


PRESETS: tuple[Preset, ...] = (
    Preset(
        "Town centres",
        "Density",
        "The usual map: some ten areas that people know by name, for a tasking meeting.",
    ),
    Preset(
        "Street corners",
        "Density",
        "For foot patrols: small areas, drawn finer. Use it with a year of data at least.",
        {"density-bandwidth_m": 125, "density-cell_size_m": 25, "hotspots-area_share_pct": 2},
    ),
    Preset(
        "Where a quarter of it happens",
        "Density",
        "As little land as holds a quarter of the incidents, however much that is.",
        {"hotspots-cut": "incidents"},
    ),
    Preset(
        "More than chance",
        "Density",
        "Only land that is denser than random surfaces, for a claim that must hold. Takes some "
        "seconds.",
        {"chance": True, "chance-correction": "maximum", "hotspots-only_significant": "yes"},
    ),
    Preset(
        "Significant cells",
        "Getis-Ord Gi*",
        "Where the question is whether a place differs from the rest of the borough.",
    ),
    Preset(
        "Significant cells, few incidents",
        "Getis-Ord Gi*",
        "For one strand or a short period: larger windows and p-values by permutation.",
        {"gistar-cell_size_m": 200, "gistar-radius_m": 300, "gistar-p_value": "permutation"},
    ),
    Preset(
        "Crowded places",
        "DBSCAN",
        "Busy places in their own shape, such as a high street.",
    ),
    Preset(
        "Crowded places, loosely",
        "DBSCAN",
        "For few incidents: a wider search radius and eight incidents to make a place.",
        {"dbscan-eps_m": 250, "dbscan-min_incidents": 8},
    ),
    Preset(
        "Clusters of any density",
        "HDBSCAN",
        "To see groups in quiet districts too, beside the busy ones.",
    ),
    Preset(
        "Series",
        "ST-DBSCAN",
        "Many incidents near each other within two weeks: a series to look into.",
    ),
    Preset(
        "Series over a month",
        "ST-DBSCAN",
        "As Series, over four weeks and for rarer incidents.",
        {"stdbscan-eps_days": 28, "stdbscan-eps_m": 250, "stdbscan-min_incidents": 5},
    ),
)
"""Shipped with the dashboard."""


def offer(letter: str, letters: Sequence[str]) -> None:
    """Offer presets, the reasons for the defaults, and to copy another setting."""
    method: Method = st.session_state[f"{letter}-method"]
    with st.popover("Presets and why these defaults", width="stretch"):
        for other in letters:
            if other != letter:
                st.button(
                    f"Copy setting {other.upper()} to {letter.upper()}",
                    key=f"copy {other} {letter}",
                    on_click=partial(copy, other, letter),
                )
        for preset in PRESETS:
            st.button(
                f"{preset.name} ({preset.method})",
                key=f"preset {letter} {preset.name}",
                on_click=partial(use, preset, letter),
                help=preset.when,
            )
        reasons = "".join(f"<li>{esc(reason)}</li>" for reason in ABOUT[method].defaults)
        st.html(f"<strong>{esc(method)}: why these defaults</strong><ul>{reasons}</ul>")
        st.caption(f"The whole of it: {ABOUT[method].guide}")


def use(preset: Preset, letter: str) -> None:
    """Set the controls of a setting to a preset; all its others go to their defaults."""
    controls.set_values(_without(letter) | preset.values(letter))


def copy(source: str, target: str) -> None:
    """Set the controls of a setting to those of another."""
    of_source = {
        f"{target}-{name.removeprefix(f'{source}-')}": value
        for name, value in controls.values().items()
        if name.startswith(f"{source}-")
    }
    controls.set_values(_without(target) | of_source)


def _without(letter: str) -> dict[str, Any]:
    """Give all controls but those of a setting."""
    values = controls.values()
    return {name: value for name, value in values.items() if not name.startswith(f"{letter}-")}
