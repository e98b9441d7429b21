"""What became of a ward, or what it was made of: land, residents and incidents, honestly."""

import pandas as pd
import streamlit as st

import boundaries
from boundaries.columns import (
    AREA_KM2,
    FROM_CODE,
    SHARE_BY_AREA,
    SHARE_BY_POPULATION,
    TO_CODE,
    TO_NAME,
    WARD_CODE,
)
from boundaries.vintages import Vintage
from dashboard import cache, charts, furniture
from dashboard.view import View
from dashboard.wards import drawings
from dashboard.wards.numbers import WardNumbers
from dashboard.words import amount
from geo.result import Result
from geo.wards.overlap import INCIDENTS, SHARE_OF_TO_BY_AREA, OverlapParams, ward_overlap

_OTHER: dict[Vintage, Vintage] = {"2002": "2022", "2022": "2002"}
_WHOLE = 0.9995
"""Share from which a ward is said to lie in another as a whole, as a rounded 100.0 % says."""


def overlap(view: View, vintage: Vintage) -> Result:
    """Give what the wards of a vintage share with those of the other."""
    params = OverlapParams(vintage, _OTHER[vintage])
    return cache.analysed(ward_overlap, view.dataset, view.selection, params)


def show_old_and_new(view: View, numbers: WardNumbers, code: str | None, ink: charts.Ink) -> None:
    """Show how the chosen ward, or every ward, lies on the wards of the other time."""
    result = overlap(view, numbers.vintage)
    st.write(
        "Ward boundaries changed on 5 May 2022: 16 wards became 21. **The same name does not mean "
        "the same land.** Compare figures only on one set of wards; the sidebar chooses which."
    )
    if code is None:
        _table(result.frame, numbers, every=True)
        st.caption("Choose a ward above to see it on a picture.")
        return
    pairs = result.frame[result.frame[FROM_CODE] == code].reset_index(drop=True)
    st.markdown(f"**{furniture.plain(in_words(pairs, numbers, code))}**")
    left, right = st.columns(2, gap="large")
    with left:
        _picture(pairs, numbers, code, ink)
    with right:
        _table(pairs, numbers, every=False)


def in_words(pairs: pd.DataFrame, numbers: WardNumbers, code: str) -> str:
    """Say where a ward's land is now, or what it was before."""
    name, then = numbers.names[code], _time_words(_OTHER[numbers.vintage])
    land = pairs[pairs[SHARE_BY_AREA] > 0]
    parts = [
        f"{_pct(share)} in {other}"
        for other, share in zip(land[TO_NAME], land[SHARE_BY_AREA], strict=True)
    ]
    said = f"The land of {name} {_tense(numbers.vintage)} {then}: {'; '.join(parts)}."
    same = land[land[TO_NAME].map(_spelling) == _spelling(name)]
    if same.empty:
        return f"{said} No ward had or has the same name."
    kept, of_other = same[SHARE_BY_AREA].iloc[0], same[SHARE_OF_TO_BY_AREA].iloc[0]
    if kept >= _WHOLE and of_other >= _WHOLE:
        return f"{said} Here the same name is the same land."
    return f"{said} The ward of the same name has {_pct(kept)} of its land."


def _spelling(name: str) -> str:
    return name.lower().replace("&", "and").replace("'", "").replace("’", "")


def _tense(vintage: Vintage) -> str:
    return "lies" if vintage == "2002" else "lay"


def _time_words(vintage: Vintage) -> str:
    return "since May 2022" if vintage == "2022" else "before May 2022"


def _pct(share: float) -> str:
    return f"{amount(100 * share, 1)} %"


def _picture(pairs: pd.DataFrame, numbers: WardNumbers, code: str, ink: charts.Ink) -> None:
    own = boundaries.load_wards(numbers.vintage).set_index(WARD_CODE).geometry
    other = boundaries.load_wards(_OTHER[numbers.vintage]).set_index(WARD_CODE).geometry
    land = pairs[pairs[SHARE_BY_AREA] > 0]
    shapes = {str(i + 1): other[to] for i, to in enumerate(land[TO_CODE])}
    names = ", ".join(f"{i + 1} {name}" for i, name in enumerate(land[TO_NAME]))
    alt = (
        f"The land of {numbers.names[code]} as a filled area over the wards "
        f"{_time_words(_OTHER[numbers.vintage])}: {names}."
    )
    st.html(charts.as_image(drawings.outlines(own[code], shapes, ink), alt))
    st.caption(
        furniture.plain(
            f"Filled: {numbers.names[code]} ({numbers.vintage} wards). Outlines: {names} "
            f"({_OTHER[numbers.vintage]} wards)."
        )
    )


def _table(pairs: pd.DataFrame, numbers: WardNumbers, *, every: bool) -> None:
    """Show the pairs; the shares of both sides, for each says something else."""
    columns = {
        f"Wards of {_OTHER[numbers.vintage]}": pairs[TO_NAME],
        "Land, km²": [amount(area, 2) for area in pairs[AREA_KM2]],
        f"% of the {numbers.vintage} ward's land": _of_100(pairs[SHARE_BY_AREA]),
        f"% of the {_OTHER[numbers.vintage]} ward's land": _of_100(pairs[SHARE_OF_TO_BY_AREA]),
        f"% of the {numbers.vintage} ward's residents": _of_100(pairs[SHARE_BY_POPULATION]),
        "Incidents in both": [amount(n, 0) for n in pairs[INCIDENTS]],
    }
    texts: tuple[str, ...] = ()
    if every:
        own = pairs[FROM_CODE].map(numbers.names)
        columns = {f"Wards of {numbers.vintage}": own, **columns}
        texts = (f"Wards of {_OTHER[numbers.vintage]}",)
    furniture.table(pd.DataFrame(columns), texts=texts, label="Old and new wards")
    st.caption(
        "Residents of a part of a ward are in no published figure here, so only a ward that lies "
        "in one other ward as a whole has a share of residents. Incidents are counted where they "
        "lie, not shared out by land."
    )


def _of_100(shares: "pd.Series[float]") -> list[str]:
    return ["not known" if pd.isna(share) else amount(100 * share, 1) for share in shares]
