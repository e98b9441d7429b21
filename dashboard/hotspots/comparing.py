"""How far the settings on show agree: land, incidents, and who is ranked where."""

from collections.abc import Mapping, Sequence
from math import isnan
from typing import Any

import pandas as pd
import streamlit as st

from dashboard import cache, furniture, jobs
from dashboard.hotspots.finding import Finding, offer_downloads
from dashboard.hotspots.settings_panel import Setting
from dashboard.view import View
from dashboard.words import amount, listed
from geo.hotspots import agreement as columns
from geo.hotspots.agreement import AgreementResult, HotspotSetting, hotspot_agreement

_SAME = 1e-6
"""Of a per cent: less is how outlines are computed."""


def show_agreement(view: View, settings: Sequence[Setting]) -> None:
    """Show how far the settings agree, two by two."""
    asked = tuple(_asked(setting) for setting in settings)
    vintage = settings[0].settings.vintage
    if any(one.chance_params for one in asked):
        found = jobs.job(
            "Comparing the settings",
            hotspot_agreement,
            view.dataset,
            view.selection,
            asked,
            vintage,
        )
    else:
        found = cache.analysed(hotspot_agreement, view.dataset, view.selection, asked, vintage)
    if found is None:
        return
    st.subheader("How far the settings agree")
    for sentence in in_words(found.frame):
        st.write(furniture.plain(sentence))
    furniture.table(_land(found.frame), label="Land and incidents that two settings share")
    with st.expander("Which hotspot is which: ranks side by side"):
        furniture.table(_pairs(found), texts=("Second",), label="Ranks of paired hotspots")
    offer_downloads(Finding("agreement", (found,)))


def _asked(setting: Setting) -> HotspotSetting:
    """Give what finds a setting's hotspots; a test that changes no outline is left out."""
    settings = setting.settings
    matters = settings.hotspots.only_significant == "yes"
    chance = settings.chance if matters else None
    return HotspotSetting(setting.name, settings.method, settings.hotspots, chance)


def in_words(frame: pd.DataFrame) -> list[str]:
    """Say for each two settings what they have in common."""
    return [_sentence(row) for row in frame.to_dict("records")]


def _sentence(row: Mapping[Any, Any]) -> str:
    names = (row[columns.FIRST], row[columns.SECOND])
    counts = (row[columns.FIRST_HOTSPOTS], row[columns.SECOND_HOTSPOTS])
    without = [name for name, count in zip(names, counts, strict=True) if not count]
    if without:
        finds = "finds" if len(without) == 1 else "find"
        return f"{listed(without)} {finds} no hotspot, so there is nothing to compare."
    return (
        f"{listed(names)} share {amount(row[columns.SHARED_HA], 1)} ha, "
        f"{_share(row[columns.JACCARD])} of the land that either calls hot, with "
        f"{_share(row[columns.INCIDENTS_JACCARD])} of the incidents on it."
    )


def _share(share: float) -> str:
    """Say a share without rounding it to all or nothing.

    >>> _share(0.996), _share(1.0), _share(0.004), _share(float("nan"))
    ('over 99 %', '100 %', 'below 1 %', 'none')
    """
    if isnan(share):
        return "none"
    percent = 100 * share
    if 99 < percent < 100 - _SAME:
        return "over 99 %"
    if _SAME < percent < 1:
        return "below 1 %"
    return f"{amount(percent, 0)} %"


def _land(frame: pd.DataFrame) -> pd.DataFrame:
    rows = []
    for row in frame.to_dict("records"):
        rows.append(
            {
                "Settings": f"{row[columns.FIRST]} / {row[columns.SECOND]}",
                "Hotspots": f"{row[columns.FIRST_HOTSPOTS]:,} / {row[columns.SECOND_HOTSPOTS]:,}",
                "Land (ha)": _both(row, columns.FIRST_HA, columns.SECOND_HA),
                "Shared land (ha)": amount(row[columns.SHARED_HA], 1),
                "Jaccard of land": _or_dash(row[columns.JACCARD]),
                "Shared incidents": f"{row[columns.SHARED_INCIDENTS]:,}",
                "Jaccard of incidents": _or_dash(row[columns.INCIDENTS_JACCARD]),
                "Hotspots in both": f"{row[columns.PAIRED]:,}",
                "Mean difference of rank": _or_dash(row[columns.MEAN_RANK_DIFFERENCE], 1),
                "Kendall's tau of ranks": _or_dash(row[columns.RANK_TAU]),
            }
        )
    return pd.DataFrame(rows)


def _both(row: Mapping[Any, Any], first: str, second: str) -> str:
    return f"{amount(row[first], 1)} / {amount(row[second], 1)}"


def _or_dash(value: float, decimals: int = 2) -> str:
    return "not defined" if pd.isna(value) else amount(value, decimals)


def _pairs(found: AgreementResult) -> pd.DataFrame:
    pairs = found.pairs
    return pd.DataFrame(
        {
            "First": _ranked(pairs, columns.FIRST, columns.FIRST_RANK, columns.FIRST_NAME),
            "Second": _ranked(pairs, columns.SECOND, columns.SECOND_RANK, columns.SECOND_NAME),
            "Ranks apart": [_signed(value) for value in pairs[columns.RANK_DIFFERENCE]],
            "Shared land (ha)": [amount(value, 1) for value in pairs[columns.SHARED_HA]],
        }
    )


def _ranked(pairs: pd.DataFrame, setting: str, rank: str, name: str) -> list[str]:
    return [
        f"{whose}: not among them" if pd.isna(place) else f"{whose}: {place}. {called}"
        for whose, place, called in zip(pairs[setting], pairs[rank], pairs[name], strict=True)
    ]


def _signed(value: int | None) -> str:
    if pd.isna(value):
        return ""
    return f"{value:+d}" if value else "0"
