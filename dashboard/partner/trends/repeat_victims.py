"""Repeat victims by financial year, in bands."""

from collections.abc import Sequence

import pandas as pd

from dashboard.figures import Figure
from dashboard.partner.view import ReleaseView
from dashboard.trends.section import Section, Sentence, Table
from geo.disclosure.bands import Band
from geo.disclosure.over_time import periods_by
from geo.disclosure.release import NOT_SHOWN
from geo.disclosure.repeats import ReleasedRepeats

_NO_REFERENCES = "No incident in this data has a reference of its victim, so no repeat can be seen."
_BANDS = (
    'Numbers of people are given as bands, such as "70 to 74": people do not add up over years, so '
    "exact figures of several times could point to a few of them. Shares are made of the middles "
    'of the bands. "Not shown" stands where the number is small, or would give a small one away.'
)
_WHO_IS_A_REPEAT = (
    "Who is a repeat victim depends on how far one looks back, so each year is counted by itself: "
    "victims with two or more incidents in it. This misses pairs on either side of 31 March. All "
    "of the data looks back further, so its share can be higher."
)
_REFERENCES = (
    "A victim whose reference differs between records is not seen as one person, so true shares "
    "are higher. The borough's strategy 2019-2023 counted 357 repeat victims of 2,449 (15 %)."
)


def repeats_section(view: ReleaseView) -> Section:
    """Put together the part on repeat victims."""
    release = view.release
    if not release.repeats:
        return Section(empty=_NO_REFERENCES)
    years = {period.key: label for label, period in periods_by(release, "fy").items()}
    rows = [(_name(view, one, years), one) for one in release.repeats]
    return Section(
        headlines=(_headline(release.repeats, years),),
        tables=(Table("Table of repeat victims", _cells(rows)),),
        notes=(_BANDS, _WHO_IS_A_REPEAT, _REFERENCES),
    )


def _name(view: ReleaseView, one: ReleasedRepeats, years: dict[str, str]) -> str:
    return view.release.period(one.period).words if one.period == "all" else years[one.period]


def _headline(repeats: Sequence[ReleasedRepeats], years: dict[str, str]) -> Sentence:
    """Say the latest year of which something is said, else that nothing is."""
    of_years = [one for one in repeats if one.period in years]
    known = [one for one in of_years if one.repeat_victims] or [
        one for one in repeats if one.repeat_victims
    ]
    if not known:
        return ("The numbers of repeat victims are too small to be shown.",)
    one = known[0]
    start = "period.all" if one.period == "all" else f"fy.{years.get(one.period, one.period)}"
    when = "All of the data" if one.period == "all" else years.get(one.period, one.period)
    figure = Figure(f"{start}.repeat_victims", "Repeat victims", _text(one.repeat_victims))
    said: list[str | Figure] = [f"{when}: ", figure]
    if one.victims is not None:
        victims = Figure(f"{start}.victims", "Victims", _text(one.victims))
        said += [" of ", victims]
    said.append(" victims had two or more incidents in that time")
    if one.share is None:
        return (*said, ".")
    share = Figure(
        f"{start}.repeat_victim_share", "Share", f"about {one.share} %", "", float(one.share)
    )
    return (*said, ", ", share, ".")


def _text(band: Band | None) -> str:
    return band.text if band else NOT_SHOWN


def _cells(rows: Sequence[tuple[str, ReleasedRepeats]]) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "Time": [name for name, _ in rows],
            "Victims": [_text(one.victims) for _, one in rows],
            "Repeat victims": [_text(one.repeat_victims) for _, one in rows],
            "Share (%)": [
                NOT_SHOWN if one.share is None else f"about {one.share}" for _, one in rows
            ],
        }
    )


def _share(one: ReleasedRepeats) -> str:
    return NOT_SHOWN if one.share is None else f"about {one.share}"
