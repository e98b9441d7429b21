"""Reading sources of any kind into incidents and the report of what became of every row."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cache
from itertools import chain
from pathlib import Path
from typing import BinaryIO

import numpy as np
import pandas as pd

from boundaries.errors import InputFileError
from boundaries.registry import Registry
from geo.readers.bounds import check_size
from geo.readers.duplicates import with_shared_ids_said, without_duplicates
from geo.readers.layers import is_layer, read_layer
from geo.readers.mapping import ColumnMapping, merged_mapping
from geo.readers.part import Part
from geo.readers.plain import read_plain_table
from geo.readers.police_uk import (
    is_street_file,
    other_kind,
    read_street_table,
    with_its_headings,
)
from geo.readers.sources import InputFile, files_of, files_uploaded, with_distinct_names
from geo.readers.suggest import Suggestion, suggest_mapping, without_headings
from geo.readers.tables import RawTable, check_table, read_csv_table
from geo.readers.workbook import read_workbook
from geo.report import FILE, REASON, ROW, FileReport, ImportReport, no_problems
from geo.schema import (
    DEMONSTRATION_SOURCE,
    OPTIONAL_COLUMNS,
    REQUIRED_COLUMNS,
    SOURCE,
    Incidents,
)
from geo.wards.join import locate

DEMO = "demo"
"""The word that stands for the demonstration data wherever a path may stand."""

DEMONSTRATION_FILE = "incidents.csv"
_DEMONSTRATION_FOLDER = Path(__file__).parents[1] / "demonstration"

# Both vintages cover the same land, so who is inside the borough does not depend on which.
_VINTAGE = "2022"
_STREET_FILE_ENDING = "-street.csv"


@dataclass(frozen=True, eq=False)
class Import:
    """What was read, and what became of every row.

    Attributes
    ----------
    incidents, report
        What was read, and what became of every row.
    origin
        One row per incident, in their order: columns ``file`` and ``row`` as the report has them.
    mappings
        How the columns of each file were understood, by its name, suggestion and given mapping
        put together; files whose layout is known are left out.
    """

    incidents: Incidents
    report: ImportReport
    origin: pd.DataFrame
    mappings: Mapping[str, ColumnMapping] = field(default_factory=dict)


@dataclass(frozen=True, eq=False)
class OpenedFile:
    """A file that has been opened and looked at, but not read.

    Attributes
    ----------
    name, sha256
        As the report has them; names are distinct.
    table
        What it holds, as texts; None where the file is passed over.
    suggestion
        How its columns are understood; None where the layout is known, as that of police.uk street
        files, or the file is passed over.
    note
        What a person must know, for example why it is passed over.
    """

    name: str
    sha256: str
    table: RawTable | None
    suggestion: Suggestion | None
    note: str


def read(
    sources: Sequence[str | Path],
    mapping: ColumnMapping | None = None,
    *,
    on_opened: Callable[[OpenedFile], None] | None = None,
) -> Import:
    """Read files, folders and archives into one table of incidents.

    Parameters
    ----------
    sources
        Paths of tables (CSV, XLSX, map layers), of police.uk street files, of folders of their
        months, of downloaded archives; ``postgresql://...`` for a database table and
        ``police.uk:...`` for the API; or the word ``demo`` alone for the demonstration data.
    mapping
        What the columns of those files mean whose layout is not known; None leaves it to their
        headings and what they hold.
    on_opened
        Is told each file before it is read: what was not certain can be asked, also where reading
        then fails.

    Raises
    ------
    InputFileError
        A file cannot be used at all, or no row of any can: the message says why and the remedy.
    ParameterError
        The mapping names a column or a meaning that there is not.
    """
    if [str(source) for source in sources] == [DEMO] and mapping is None and on_opened is None:
        return _demonstration_read()
    opened = _opened(_files(sources))
    return _import((_told(file, on_opened), mapping) for file in opened)


def _demonstration_read() -> Import:
    """Give the demonstration data, in tables that whoever asked may change."""
    kept = _demonstration_kept()
    return Import(
        Incidents(kept.incidents.frame.copy(), kept.incidents.is_demonstration),
        replace(kept.report, problems=kept.report.problems.copy()),
        kept.origin.copy(),
        dict(kept.mappings),
    )


@cache
def _demonstration_kept() -> Import:
    """Read the demonstration data once: it ships with the program and never changes."""
    return _import((file, None) for file in _opened(_files([DEMO])))


def read_uploads(
    uploads: Sequence[tuple[str, bytes | BinaryIO]],
    mappings: Mapping[str, ColumnMapping] | None = None,
) -> Import:
    """Read uploaded files, given as name and content, with mappings by name of the file.

    What :func:`read` says holds here too.
    """
    return import_opened(_opened(files_uploaded(uploads)), mappings)


def open_files(sources: Sequence[str | Path]) -> list[OpenedFile]:
    """Open what :func:`read` would read, and say how the columns are understood."""
    return list(_opened(_files(sources)))


def open_uploads(uploads: Sequence[tuple[str, bytes | BinaryIO]]) -> list[OpenedFile]:
    """Open what :func:`read_uploads` would read, and say how the columns are understood."""
    return list(_opened(files_uploaded(uploads)))


def import_opened(
    opened: Iterable[OpenedFile], mappings: Mapping[str, ColumnMapping] | None = None
) -> Import:
    """Read opened files, with mappings by name of the file, into one table of incidents.

    Raises
    ------
    InputFileError
        A file cannot be used at all, or no row of any can.
    ParameterError
        A mapping names a column or a meaning that there is not.
    """
    given = mappings or {}
    return _import((file, given.get(file.name)) for file in opened)


def _told(file: OpenedFile, told: Callable[[OpenedFile], None] | None) -> OpenedFile:
    if told is not None:
        told(file)
    return file


def demonstration_file() -> InputFile:
    """Give the shipped demonstration file after checking its checksum."""
    registry = Registry(_DEMONSTRATION_FOLDER, remedy="run python -m geo.demonstration.build")
    return InputFile(DEMONSTRATION_FILE, registry.path(DEMONSTRATION_FILE).read_bytes())


def _files(sources: Sequence[str | Path]) -> Iterator[InputFile]:
    is_demo = DEMO in [str(source) for source in sources]
    if is_demo and len(sources) > 1:
        msg = "The demonstration data is synthetic and cannot be mixed with files; give one only."
        raise InputFileError(msg)
    if is_demo:
        yield demonstration_file()
    else:
        yield from chain.from_iterable(files_of(source) for source in sources)


def _import(files: Iterable[tuple[OpenedFile, ColumnMapping | None]]) -> Import:
    parts, mappings = [], {}
    for opened, mapping in files:
        parts.append(_part(opened, mapping))
        if opened.table is not None and opened.suggestion is not None:
            mappings[opened.name] = merged_mapping(
                opened.table.header, opened.suggestion.mapping, mapping, opened.name
            )
    _check_usable(parts)
    parts = with_shared_ids_said(without_duplicates(parts))
    frames = [part.frame for part in parts if len(part.frame)]
    frame = frames[0] if len(frames) == 1 else pd.concat(frames, ignore_index=True)
    names = [name for name in (*REQUIRED_COLUMNS, *OPTIONAL_COLUMNS) if name in frame]
    incidents = Incidents(frame[names], _is_demonstration(frame[SOURCE]))
    location = locate(incidents, _VINTAGE)
    report = ImportReport(
        files=tuple(part.file for part in parts),
        problems=pd.concat([part.problems for part in parts], ignore_index=True),
        located=location.located,
        outside=location.outside,
        not_located=location.not_located,
    )
    return Import(incidents, report, _origin(parts), mappings)


def _origin(parts: Sequence[Part]) -> pd.DataFrame:
    names = pd.Categorical.from_codes(
        np.repeat(np.arange(len(parts)), [len(part.rows) for part in parts]),
        pd.Index([part.file.name for part in parts], dtype="str"),
    )
    return pd.DataFrame({FILE: names, ROW: np.concatenate([part.rows for part in parts])})


def _is_demonstration(sources: "pd.Series[str]") -> bool:
    """Say whether the rows are the synthetic ones, wherever the file with them has been since.

    Raises
    ------
    InputFileError
        Only some are: nobody could tell the invented incidents from the others on a map.
    """
    synthetic = sources == DEMONSTRATION_SOURCE
    if synthetic.any() and not synthetic.all():
        msg = (
            f"{int(synthetic.sum()):,} of {len(synthetic):,} rows are synthetic demonstration data "
            f"(source {DEMONSTRATION_SOURCE!r}); leave these rows or that file out."
        )
        raise InputFileError(msg)
    return bool(synthetic.all())


def _opened(files: Iterable[InputFile]) -> Iterator[OpenedFile]:
    """Open one file after the other, so that only one need be in memory."""
    first_with: dict[str, str] = {}
    rows = 0
    for file in with_distinct_names(files):
        twin = first_with.setdefault(file.sha256, file.name)
        if twin == file.name:
            opened = _open(file)
            rows += 0 if opened.table is None else len(opened.table) + len(opened.table.misfits)
            check_size("The import, all files together,", rows, 1)
            yield opened
        else:
            yield _passed_over(file, f"Not read: it has the same content as {twin}.")


def _open(file: InputFile) -> OpenedFile:
    if file.in_collection and file.name.endswith(("-outcomes.csv", "-stop-and-search.csv")):
        return _passed_over(file, "Not read: only street files hold crimes.")
    table = with_its_headings(_table(file))
    check_table(table)
    if is_street_file(table.header):
        return OpenedFile(file.name, file.sha256, table, None, table.note)
    if file.in_collection:
        return _passed_over(file, "Not read: it does not have the columns of a street file.")
    _check_not_other_kind(table)
    suggestion = suggest_mapping(table)
    _check_has_headings(table, suggestion)
    said = [found.sentence for found in suggestion.fields if found.certainty != "name"]
    return OpenedFile(
        file.name, file.sha256, table, suggestion, " ".join(filter(None, (table.note, *said)))
    )


def _table(file: InputFile) -> RawTable:
    if file.is_workbook:
        return read_workbook(file)
    return read_layer(file) if is_layer(file) else read_csv_table(file)


def _passed_over(file: InputFile, why: str) -> OpenedFile:
    return OpenedFile(file.name, file.sha256, None, None, why)


def _part(opened: OpenedFile, mapping: ColumnMapping | None) -> Part:
    if opened.table is None:
        report = FileReport(opened.name, "skipped", 0, 0, 0, opened.sha256, opened.note)
        return Part(pd.DataFrame(), report, no_problems(), np.empty(0, np.int64))
    if opened.suggestion is None:
        return read_street_table(opened.table)
    return read_plain_table(opened.table, opened.suggestion, mapping)


def _check_not_other_kind(table: RawTable) -> None:
    if kind := other_kind(table.header):
        msg = (
            f"{table.file.name} is {kind}. Give the police.uk file whose name ends in "
            f"{_STREET_FILE_ENDING}."
        )
        raise InputFileError(msg)


def _check_has_headings(table: RawTable, suggestion: Suggestion) -> None:
    """Refuse a table whose first incident would be lost, and its values shown as headings."""
    if without_headings(suggestion):
        msg = (
            f"{table.file.name} has no headings: its row {table.header_row} looks like an "
            "incident. Put a row with the names of the columns above it."
        )
        raise InputFileError(msg)


def _check_usable(parts: Sequence[Part]) -> None:
    """Refuse an import without a single incident: there is nothing to show, only to mend."""
    if any(part.file.used for part in parts):
        return
    if not parts:
        msg = "No file was given. Name at least one CSV or XLSX file, folder or archive, or demo."
        raise InputFileError(msg)
    rejected = next((part for part in parts if part.file.rejected), None)
    if rejected is not None:
        first = rejected.problems.iloc[0]
        msg = (
            f"{rejected.file.name}: none of its {rejected.file.rows_read} rows can be used. The "
            f"first, row {first[ROW]}: {first[REASON]}. {first['remedy']}"
        )
        raise InputFileError(msg)
    read_files = [part for part in parts if part.file.kind != "skipped"]
    if read_files:
        msg = f"{read_files[0].file.name} has a header but no rows. Save or download it again."
        raise InputFileError(msg)
    names = ", ".join(part.file.name for part in parts[:3])
    msg = (
        f"None of the {len(parts)} CSV files is a street file of police.uk (first: {names}). "
        f"Street files end in {_STREET_FILE_ENDING}; give plain tables one by one, not in a "
        "folder or archive."
    )
    raise InputFileError(msg)
