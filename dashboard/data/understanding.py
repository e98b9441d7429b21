"""How the columns of dropped files are understood: shown, asked where not sure, and previewed."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import pandas as pd
import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from dashboard import furniture
from dashboard.data.mapping_form import mapping_form, unknown_words
from dashboard.data.meanings import LABELS
from dashboard.data.preview import UNDERSTOOD_TEXTS, as_understood, as_written
from dashboard.data.sources import LastTime, last_time, source_of_file
from dashboard.words import names_in_words, plural
from geo.readers import Import, OpenedFile
from geo.readers.columns import DATE, STRAND_LIST
from geo.readers.mapping import ColumnMapping
from geo.readers.suggest import Suggestion
from geo.readers.tables import RawTable
from geo.schema import CATEGORY, INCIDENT_ID, IS_CRIME, STRAND_COLUMNS

_HOW = {"name": "by its heading", "content": "by what it holds"}
_SOURCE_HELP = (
    "Give every delivery from the same place the same name. The same reference number then means "
    "the same incident, and a newer delivery updates it."
)


@dataclass(frozen=True, eq=False)
class Group:
    """Files with the same headings, which are understood in the same way.

    Attributes
    ----------
    names
        Of the files.
    table, suggestion
        Of the first of them.
    """

    names: tuple[str, ...]
    table: RawTable
    suggestion: Suggestion


@dataclass(frozen=True, eq=False)
class Understood:
    """A group, what a person has said of it, and where its first rows are to be shown."""

    group: Group
    source: str
    mapping: ColumnMapping
    place: DeltaGenerator

    @property
    def has_date(self) -> bool:
        """Whether there is a column for the date; no row can be used without one."""
        return bool(self.mapping.columns.get(DATE))

    @property
    def says_more(self) -> bool:
        """Whether a person has said something that the files do not say by themselves."""
        found = ColumnMapping(named(self.group.suggestion.mapping))
        said = replace(self.mapping, columns=named(self.mapping), source=None)
        return said != found or self.source != source_of_file(self.group.names[0])


def named(mapping: ColumnMapping) -> dict[str, tuple[str, ...]]:
    """Give the columns of a mapping without the meanings that no column has."""
    return {meaning: headings for meaning, headings in mapping.columns.items() if headings}


def groups_of(opened: Sequence[OpenedFile]) -> list[Group]:
    """Put the files whose columns have to be understood together by their headings."""
    by_header: dict[tuple[str, ...], list[OpenedFile]] = {}
    for file in opened:
        if file.table is not None and file.suggestion is not None:
            by_header.setdefault(file.table.header, []).append(file)
    return [
        Group(tuple(file.name for file in files), files[0].table, files[0].suggestion)
        for files in by_header.values()
        if files[0].table is not None and files[0].suggestion is not None
    ]


def show_group(
    group: Group, saved: Mapping[str, ColumnMapping], sources: Sequence[str], key: str
) -> Understood:
    """Show how the columns are understood, and let a person say otherwise.

    Parameters
    ----------
    saved
        Mappings of earlier deliveries.
    sources
        Names of sources that the store knows.
    key
        Of these files in this session.
    """
    before = last_time(group.table.header, saved)
    start = before.mapping if before else group.suggestion.mapping
    asked = [] if before else list(group.suggestion.questions)
    missing = [] if before else _missing(group.suggestion)
    strange = _strange_words(group.table, start)
    with st.container(border=True):
        st.subheader(furniture.plain(names_in_words(group.names)))
        st.markdown(furniture.plain(_in_a_sentence(group, before, missing, len(asked))))
        if strange:
            words = names_in_words([f"'{word}'" for word in strange], most=6)
            st.warning(furniture.plain(f"No strand is known for {words}: say below what is meant."))
        source = _choose_source(group, before, sources, key)
        with st.expander("What the columns mean", expanded=bool(asked or missing or strange)):
            for question in asked:
                st.warning(furniture.plain(_question(question.headings, question.why)))
            st.markdown("**The first rows, as they stand in the file**")
            rows = as_written(group.table)
            furniture.table(rows, texts=list(rows.columns), label="First rows of the file")
            unsure = {question.meaning for question in asked}
            mapping = mapping_form(group.table, start, unsure, key)
            _show_columns(group, mapping, before)
        place = st.container()
    return Understood(group, source, replace(mapping, source=source), place)


def _strange_words(table: RawTable, start: ColumnMapping) -> list[str]:
    """Give the words in columns of strands that neither the reader nor a person has explained."""
    columns = (table.column(heading) for heading in start.columns.get(STRAND_LIST, ()))
    return [word for word in unknown_words(columns) if word not in start.strand_codes]


def _missing(suggestion: Suggestion) -> list[str]:
    """Name what was not found though there are columns left that may be it."""
    found = {field.meaning for field in suggestion.fields}
    if not suggestion.unused:
        return []
    flags = found & set(STRAND_COLUMNS.values())
    return [
        LABELS[meaning].lower()
        for meaning in (INCIDENT_ID, CATEGORY, IS_CRIME, STRAND_LIST)
        if meaning not in found and not (meaning == STRAND_LIST and flags)
    ]


def _in_a_sentence(
    group: Group, before: LastTime | None, missing: Sequence[str], questions: int
) -> str:
    """Say how far the columns are understood, and what a person may add."""
    parts = []
    if len(group.names) > 1:
        parts.append(f"{len(group.names)} files with the same headings.")
    if before:
        parts.append(
            f"Understood as last time for '{before.source}'. If these come from somewhere else, "
            "give them a name of their own."
        )
        return " ".join(parts)
    sure = {
        certainty: sum(field.certainty == certainty for field in group.suggestion.fields)
        for certainty in _HOW
    }
    parts.append(
        f"{plural(sure['name'], 'meaning')} found by heading, {sure['content']} by what the "
        f"columns hold, {questions} not sure."
    )
    if questions:
        parts.append("Please answer below.")
    if missing:
        parts.append(f"Not found: {', '.join(missing)}; if a column has them, say so below.")
    return " ".join(parts)


def _question(headings: Sequence[str], why: str) -> str:
    columns = ", ".join(f"'{heading}'" for heading in headings)
    return f"{columns}: {why[0].lower()}{why[1:]}" if columns else why


def _choose_source(group: Group, before: LastTime | None, sources: Sequence[str], key: str) -> str:
    proposed = before.source if before else source_of_file(group.names[0])
    given = st.text_input(
        "Source: what deliveries like this one are called",
        value=proposed,
        help=_SOURCE_HELP,
        key=f"name of source {key}",
    )
    source = given.strip() or proposed
    if sources and source not in sources:
        known = names_in_words([f"'{name}'" for name in sources], most=6)
        st.caption(furniture.plain(f"A new source. The store knows {known}."))
    return source


def _show_columns(group: Group, mapping: ColumnMapping, before: LastTime | None) -> None:
    furniture.table(
        columns_table(group.suggestion, mapping, before),
        texts=("Column", "How it was understood", "For example"),
        label="How the columns are understood",
    )
    used = {heading for headings in mapping.columns.values() for heading in headings}
    unused = [heading for heading in group.table.header if heading and heading not in used]
    if unused:
        st.caption(f"Columns not used: {furniture.plain(', '.join(unused))}.")


def columns_table(
    suggestion: Suggestion, mapping: ColumnMapping, before: LastTime | None
) -> pd.DataFrame:
    """Say for each meaning which column has it, and who says so."""
    fields = {field.meaning: field for field in suggestion.fields}
    rows = []
    for meaning, label in LABELS.items():
        headings = mapping.columns.get(meaning, ())
        if not headings:
            continue
        field = fields.get(meaning)
        agrees = field is not None and field.headings == headings and field.certainty in _HOW
        how = _HOW[field.certainty] if field is not None and agrees else "chosen here"
        if before and before.mapping.columns.get(meaning, ()) == headings:
            how = "as last time"
        samples = field.samples[:3] if field is not None and field.headings == headings else ()
        rows.append((label, ", ".join(headings), how, "; ".join(samples)))
    return pd.DataFrame(rows, columns=["Meaning", "Column", "How it was understood", "For example"])


def show_first_rows(understood: Understood, imported: Import) -> None:
    """Show the first rows of a group as they are understood under the mapping of now."""
    rows = as_understood(imported, understood.group.names[0])
    with understood.place:
        st.markdown("**The first rows, as they are understood**")
        if len(rows):
            furniture.table(rows, texts=UNDERSTOOD_TEXTS, label="First rows as understood")
        else:
            st.write("No row of this file can be used; see the rows to look at below.")
