"""The form in which a person says what the columns of a file mean."""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence

import pandas as pd
import streamlit as st

from dashboard import furniture
from dashboard.data.meanings import GROUPS, LABELS, OTHERS, SEVERAL
from geo.readers.columns import STRAND_LIST
from geo.readers.mapping import ColumnMapping
from geo.readers.strand_columns import strands_in
from geo.readers.tables import RawTable
from geo.schema import CATEGORY, IS_CRIME, STRANDS

_MOST_CODES = 12
_MOST_TEXTS = 2000
_NO_COLUMN = "no column"
_NOT_SAID, _NO_STRAND = "not decided", "no strand"
_KINDS: dict[str, bool | None] = {
    "crimes or incidents, not known which": None,
    "crimes": True,
    "incidents that are no crimes": False,
}


def mapping_form(
    table: RawTable, start: ColumnMapping, unsure: Collection[str], key: str
) -> ColumnMapping:
    """Offer a heading for each meaning; give the mapping as it is now.

    Parameters
    ----------
    start
        What the form says at first.
    unsure
        Meanings for which the reader has only a guess, or several.
    key
        Of this table in this session; another one starts afresh.
    """
    headings = list(dict.fromkeys(heading for heading in table.header if heading))
    chosen: dict[str, tuple[str, ...]] = {}
    for group, column in zip(GROUPS, st.columns(len(GROUPS)), strict=True):
        with column:
            st.markdown(f"**{group.title}**")
            for meaning in group.meanings:
                chosen[meaning] = _choose(meaning, headings, start, meaning in unsure, key)
    with st.expander(OTHERS.title):
        for meaning, column in _in_turn(OTHERS.meanings):
            with column:
                chosen[meaning] = _choose(meaning, headings, start, meaning in unsure, key)
    category, is_crime = _constants(chosen, start, key)
    codes = _strand_codes(table, chosen[STRAND_LIST], start, key)
    columns = {**start.columns, **chosen}
    return ColumnMapping(columns, start.source, codes, category, is_crime)


def _in_turn(meanings: Sequence[str]) -> Iterable[tuple[str, "st.delta_generator.DeltaGenerator"]]:
    columns = st.columns(3)
    return [(meaning, columns[i % 3]) for i, meaning in enumerate(meanings)]


def _choose(
    meaning: str, headings: Sequence[str], start: ColumnMapping, is_unsure: bool, key: str
) -> tuple[str, ...]:
    given = [heading for heading in start.columns.get(meaning, ()) if heading in headings]
    label = f"{LABELS[meaning]} – please check" if is_unsure else LABELS[meaning]
    if meaning in SEVERAL:
        return tuple(
            st.multiselect(
                label,
                headings,
                default=given,
                placeholder=_NO_COLUMN,
                help="Several columns are united; every incident carries all that they say.",
                key=f"{meaning} {key}",
            )
        )
    found = st.selectbox(
        label,
        ["", *headings],
        index=1 + headings.index(given[0]) if given else 0,
        format_func=lambda heading: heading or _NO_COLUMN,
        key=f"{meaning} {key}",
    )
    return (found,) if found else ()


def _constants(
    chosen: Mapping[str, tuple[str, ...]], start: ColumnMapping, key: str
) -> tuple[str | None, bool | None]:
    """Ask what holds for all rows, where no column says it of each."""
    category, is_crime = start.category, start.is_crime
    left, right, _ = st.columns(3)
    if not chosen[CATEGORY]:
        given = left.text_input(
            "Category of all rows",
            value=start.category or "",
            placeholder="for example hate crime",
            key=f"category of all {key}",
        )
        category = given.strip() or None
    if not chosen[IS_CRIME]:
        kind = right.selectbox(
            "All rows are",
            list(_KINDS),
            index=list(_KINDS.values()).index(start.is_crime),
            help="Hate crimes and hate incidents are never added up silently.",
            key=f"kind of all {key}",
        )
        is_crime = _KINDS[kind]
    return category, is_crime


def _strand_codes(
    table: RawTable, headings: Sequence[str], start: ColumnMapping, key: str
) -> dict[str, str]:
    """Ask for the strand of each word that the reader does not know."""
    words = unknown_words((table.column(heading) for heading in headings), start.strand_codes)
    codes = dict(start.strand_codes)
    if not words:
        return codes
    st.markdown("**What these words in the columns of strands mean**")
    if len(words) > _MOST_CODES:
        st.caption(
            f"{len(words):,} words are not known; these are the most frequent. If that is too "
            "many, the column may not hold strands."
        )
    columns = st.columns(3)
    for i, word in enumerate(words[:_MOST_CODES]):
        meaning = columns[i % 3].selectbox(
            f"“{furniture.plain(word[:40])}”",
            [_NOT_SAID, *STRANDS, _NO_STRAND],
            index=_index_of(start.strand_codes.get(word)),
            key=f"code {word} {key}",
        )
        codes.pop(word, None)
        if meaning != _NOT_SAID:
            codes[word] = "" if meaning == _NO_STRAND else meaning
    return codes


def _index_of(strand: str | None) -> int:
    if strand is None:
        return 0
    return 1 + STRANDS.index(strand) if strand in STRANDS else 1 + len(STRANDS)


def unknown_words(columns: Iterable["pd.Series[str]"], known: Collection[str] = ()) -> list[str]:
    """Give the words that name no strand, the most frequent first; ``known`` ones come along.

    >>> unknown_words([pd.Series(["RH; race", "RH", "homophobic", "XX"])])
    ['rh', 'xx']
    """
    counts: Counter[str] = Counter()
    for texts in columns:
        for text, rows in texts.value_counts().head(_MOST_TEXTS).items():
            for word in strands_in(str(text))[1]:
                counts[word] += int(rows)
    # Those answered last time stay in the form, or they could not be changed.
    for word in known:
        counts.setdefault(word, 0)
    return [word for word, _ in counts.most_common()]
