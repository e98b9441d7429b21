"""Incidents of groups by period: strands, victims by age or ethnicity, outcomes, routes.

What is not known is counted apart, and shares are of what is known. No share is given where so few
are known that one incident more would move it by much.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Literal, get_args

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from geo.analysis import analysis
from geo.evaluation.intervals import wilson_interval
from geo.params import Params, choice, number
from geo.periods import NOT_KNOWN
from geo.readers.ids import NO_ID_WORDS
from geo.record import make_record
from geo.remember import remembered
from geo.result import Result
from geo.schema import (
    OUTCOME,
    REPORTING_ROUTE,
    STRAND_COLUMNS,
    VICTIM_AGE_BAND,
    VICTIM_ETHNICITY,
    Incidents,
)
from geo.selection import Selection
from geo.series_break import break_warnings
from geo.trends.counts import COVERAGE, INCIDENTS, SERIES
from geo.trends.trend_periods import TREND_UNITS, TrendPeriods, TrendUnit, trend_periods
from geo.wards.join import locate
from geo.wards.table import PERIOD
from geo.wards.warnings import missing_months

GroupedBy = Literal["strand", "victim age", "victim ethnicity", "outcome", "reporting route"]
GROUPED_BY: tuple[GroupedBy, ...] = get_args(GroupedBy)
COLUMN_OF: Mapping[GroupedBy, str] = {
    "victim age": VICTIM_AGE_BAND,
    "victim ethnicity": VICTIM_ETHNICITY,
    "outcome": OUTCOME,
    "reporting route": REPORTING_ROUTE,
}
_WORDS: Mapping[GroupedBy, str] = {
    "strand": "strand",
    "victim age": "age of the victim",
    "victim ethnicity": "ethnicity of the victim",
    "outcome": "outcome",
    "reporting route": "way of reporting",
}

GROUP = "group"
KNOWN = "known"
SHARE = "share"
SHARE_LOW = "share_low"
SHARE_HIGH = "share_high"
GROUP_COLUMNS = (GROUP, PERIOD, INCIDENTS, KNOWN, SHARE, SHARE_LOW, SHARE_HIGH, COVERAGE, SERIES)

OTHERS = "all others"
_NOT_KNOWN_WORDS = (
    *NO_ID_WORDS,
    *("blank", "not provided", "not given", "prefer not to say", "declined", "refused"),
    *("undefined", "unspecified", "no age", "unknown age", "information not obtained"),
    "status update unavailable",  # of police.uk: the police gave no outcome
    *("not known / not recorded", "unknown / not recorded", "not known/not recorded", "missing"),
)


@dataclass(frozen=True)
class GroupParams(Params):
    """What the groups are, the periods, and from how many on a share is given."""

    by: GroupedBy = choice(
        "strand",
        options=_WORDS,
        label="Groups",
        help="A strand is counted in every incident that carries it.",
    )
    unit: TrendUnit = choice("fy", options=TREND_UNITS, label="Counted by")
    min_known: int = number(
        20,
        low=5,
        high=500,
        step=5,
        unit="incidents",
        label="Fewest known for a share",
        help="With fewer no share is given: a few incidents more or less would change it by much.",
    )
    max_groups: int = number(
        8,
        low=2,
        high=30,
        step=1,
        unit="groups",
        label="Most groups",
        help="The largest are shown, the rest are added up.",
    )


@remembered(8)
@analysis("groups_over_time")
def groups_over_time(incidents: Incidents, selection: Selection, params: GroupParams) -> Result:
    """Count the selected incidents of each group and period.

    Every incident is in one group and counted with its first victim, but for strands, of which it
    can carry several. Words for nothing (not stated, refused) count as not known.

    Returns
    -------
    Frame with the columns ``GROUP_COLUMNS``: a row per group and period, the largest groups first
    and ages in their order, ``all others`` and ``not known`` last. ``known`` are the incidents of
    the period whose group is known; ``share`` is in % of these, with Wilson's 95 % interval, and
    NaN where fewer than ``min_known`` are known. No rows where the data has no such column.
    """
    selected = selection.apply(incidents)
    periods = trend_periods(incidents, selection, params.unit)
    flags = flags_of(selected, params)
    frame = _frame(periods, flags, params) if flags else _nothing()
    record = make_record(
        "groups_over_time",
        params,
        selection,
        selected,
        locate(selected, "2022"),
        rules={"not known": "empty, or a word for nothing; shares are of the known"},
        warnings=[
            *_warnings(flags, params, len(selected)),
            *break_warnings(selected),
            *missing_months(incidents),
        ],
    )
    return Result(frame, record)


def has_groups(incidents: Incidents, by: GroupedBy) -> bool:
    """Say whether any incident has a group of this kind."""
    if by == "strand":
        return bool(incidents.frame[list(STRAND_COLUMNS.values())].to_numpy(np.bool_).any())
    name = COLUMN_OF[by]
    if name not in incidents.frame:
        return False
    return any(_is_known(str(text)) for text in incidents.frame[name].dropna().unique())


def flags_of(incidents: Incidents, params: GroupParams) -> dict[str, NDArray[np.bool_]]:
    """Say for each group, shape (n,), which incidents are in it; empty where none is known."""
    if not has_groups(incidents, params.by):
        return {}
    if params.by == "strand":
        columns = STRAND_COLUMNS.items()
        flags = {name: incidents.frame[c].to_numpy(np.bool_) for name, c in columns}
        known = np.logical_or.reduce(list(flags.values()))
        return {**flags, NOT_KNOWN: ~known}
    return _of_texts(incidents.frame[COLUMN_OF[params.by]], params)


def _is_known(text: str) -> bool:
    return text.strip().casefold() not in _NOT_KNOWN_WORDS


def _of_texts(texts: "pd.Series[str]", params: GroupParams) -> dict[str, NDArray[np.bool_]]:
    """Make groups of texts, of which only the case may differ; the commonest spelling is shown."""
    codes, spellings = pd.factorize(texts)  # few different ones among many
    sizes = np.bincount(codes[codes >= 0], minlength=len(spellings))
    spelling: dict[str, str] = {}
    total: dict[str, int] = {}
    for i in np.argsort(-sizes, kind="stable").tolist():
        text = str(spellings[i]).strip()
        if _is_known(text):
            name = spelling.setdefault(text.casefold(), text)
            total[name] = total.get(name, 0) + int(sizes[i])
    names = sorted(total, key=lambda name: (-total[name], name))
    kept = names if len(names) <= params.max_groups else names[: params.max_groups - 1]
    if params.by == "victim age":
        kept = sorted(kept, key=_age)
    number = {name: i for i, name in enumerate(kept)} | dict.fromkeys(names[len(kept) :], len(kept))
    group_of = [
        number[spelling[text.casefold()]] if _is_known(text) else -1
        for text in (str(one).strip() for one in spellings)
    ]
    groups = np.append(np.array(group_of, np.intp), -1)[codes]  # code -1 takes the last
    shown = [*kept, OTHERS] if len(kept) < len(names) else kept
    return {**{name: groups == i for i, name in enumerate(shown)}, NOT_KNOWN: groups < 0}


def _age(band: str) -> tuple[float, str]:
    """Give what sorts an age band: its first number, and "under" before the same number.

    >>> sorted(["25-34", "under 18", "18-24", "65+", "unsure"], key=_age)
    ['under 18', '18-24', '25-34', '65+', 'unsure']
    """
    found = re.search(r"\d+", band)
    if not found:
        return float("inf"), band
    is_below = re.search(r"under|below|less|<", band.casefold()) is not None
    return int(found[0]) - 0.5 * is_below, band


def _frame(
    periods: TrendPeriods, flags: Mapping[str, NDArray[np.bool_]], params: GroupParams
) -> pd.DataFrame:
    n = len(periods.labels)
    known = periods.counts(~flags[NOT_KNOWN])
    counts = {name: periods.counts(flag) for name, flag in flags.items()}
    enough = known >= params.min_known
    columns: dict[str, list[NDArray[np.float64]]] = {SHARE: [], SHARE_LOW: [], SHARE_HIGH: []}
    for name, count in counts.items():
        hits, total = count.astype(np.float64), known.astype(np.float64)
        is_given = enough & (name != NOT_KNOWN)
        share = np.divide(hits, total, out=np.full(n, np.nan), where=is_given)
        low, high = wilson_interval(hits, np.where(is_given, total, np.nan))
        for column, values in zip(columns, (share, low, high), strict=True):
            columns[column].append(100 * values)
    return pd.DataFrame(
        {
            GROUP: pd.Series(np.repeat(list(flags), n), dtype="str"),
            PERIOD: pd.Series(list(periods.labels) * len(flags), dtype="str"),
            INCIDENTS: np.concatenate(list(counts.values())),
            KNOWN: np.tile(known, len(flags)),
            **{name: np.concatenate(values) for name, values in columns.items()},
            COVERAGE: np.tile(periods.coverage, len(flags)),
            SERIES: np.tile(periods.series, len(flags)),
        }
    )[list(GROUP_COLUMNS)]


def _nothing() -> pd.DataFrame:
    kinds = dict.fromkeys(GROUP_COLUMNS, "str")
    kinds |= dict.fromkeys((INCIDENTS, KNOWN), "int64")
    kinds |= dict.fromkeys((SHARE, SHARE_LOW, SHARE_HIGH), "float64")
    return pd.DataFrame({name: pd.Series(dtype=kind) for name, kind in kinds.items()})


def _warnings(flags: Mapping[str, NDArray[np.bool_]], params: GroupParams, n: int) -> Iterator[str]:
    what = _WORDS[params.by]
    if not flags:
        yield f"The {what} of none of the {n:,} incidents is known."
        return
    if unknown := int(flags[NOT_KNOWN].sum()):
        yield f"The {what} of {unknown:,} of {n:,} incidents is not known; shares are of the known."
    if params.by == "strand":
        carried = sum(flag.astype(np.int64) for name, flag in flags.items() if name != NOT_KNOWN)
        if several := int(np.sum(carried > 1)):
            yield (
                f"{several:,} incidents carry several strands and count in each: mentions add up "
                "to more than incidents, and shares to more than 100 %."
            )
