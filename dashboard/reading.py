"""Files that were dropped into a page: read within its bounds; large ones in another process."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import ParamSpec, TypeVar

from boundaries.errors import HotspotsError
from dashboard.apart import apart
from dashboard.limits import limits
from dashboard.turns import Line
from geo.patrol.walking.streets import Streets, read_streets
from geo.readers import Import, OpenedFile, import_opened, open_uploads, read_uploads
from geo.readers.bounds import ReadBounds, reading_within
from geo.readers.mapping import ColumnMapping

P = ParamSpec("P")
R = TypeVar("R")

Contents = Sequence[tuple[str, bytes]]
"""Names and bytes."""

LARGE_BYTES = 2_000_000
"""Smaller files are read sooner than another process begins."""
_LOOK_EVERY_S = 1.0
_LONGEST_NAME = 80


@dataclass(frozen=True, eq=False)
class Opened:
    """Dropped files that could be opened, and what is wrong with each of the others."""

    files: tuple[OpenedFile, ...]
    problems: tuple[str, ...]


_line = Line(lambda: limits().jobs, lambda: limits().jobs)


def opened(contents: Contents) -> Opened:
    """Open files; one that cannot be opened does not keep the others out."""
    now = limits()
    if is_large(contents):
        return _in_turn(opened_for_a_page, contents, now.reading)
    return _opened(contents, now.reading)


def imported(
    contents: Contents, known: Opened, mappings: Mapping[str, ColumnMapping] | None = None
) -> Import:
    """Read the files that could be opened with what a person has said of their columns.

    Parameters
    ----------
    known
        What :func:`opened` gave for them.
    """
    now = limits()
    if is_large(contents):
        return _in_turn(imported_for_a_page, contents, mappings, now.reading)
    with reading_within(now.reading):
        return import_opened(known.files, mappings)


def read_at_once(contents: Contents) -> Import:
    """Read files of which nothing is asked."""
    now = limits()
    if is_large(contents):
        return _in_turn(read_for_a_page, contents, now.reading)
    return read_for_a_page(contents, now.reading)


def streets_of(name: str, content: bytes) -> Streets:
    """Read a network of streets, always in another process: maps can be large and ill-made."""
    return _in_turn(streets_for_a_page, name, content)


def streets_for_a_page(name: str, content: bytes) -> Streets:
    """Read a network of streets from a file of its own, as GDAL wants it."""
    with TemporaryDirectory() as folder:
        path = Path(folder) / harmless_name(name)
        path.write_bytes(content)
        return read_streets(path)


def harmless_name(name: str) -> str:
    """Give a name that can stand in a folder and means nothing to the system.

    >>> harmless_name("../my streets:2.osm.pbf")
    'my streets2.osm.pbf'
    """
    last = name.replace("\\", "/").rsplit("/", 1)[-1]
    kept = "".join(letter for letter in last if letter.isalnum() or letter in " ._-")
    return kept.strip(" .")[-_LONGEST_NAME:] or "streets"


def is_large(contents: Contents) -> bool:
    """Whether the files are read in another process."""
    return sum(len(content) for _, content in contents) > LARGE_BYTES


def opened_for_a_page(contents: Contents, bounds: ReadBounds) -> Opened:
    """Open files without the rows of which no page asks."""
    found = _opened(contents, bounds)
    return replace(found, files=tuple(map(_without_rows, found.files)))


def imported_for_a_page(
    contents: Contents, mappings: Mapping[str, ColumnMapping] | None, bounds: ReadBounds
) -> Import:
    """Open files, and read those that can be."""
    with reading_within(bounds):
        return import_opened(_opened(contents, bounds).files, mappings)


def read_for_a_page(contents: Contents, bounds: ReadBounds) -> Import:
    """Read files within bounds."""
    with reading_within(bounds):
        return read_uploads(contents)


def _in_turn(function: Callable[P, R], *args: P.args, **given: P.kwargs) -> R:
    """Call a function in another process; not more of these at once than there is room for."""
    turn = _line.join("files")
    try:
        while not turn.wait(_LOOK_EVERY_S):
            pass
        return apart(function, limits().read_seconds, *args, **given)
    finally:
        turn.leave()


def _opened(contents: Contents, bounds: ReadBounds) -> Opened:
    with reading_within(bounds):
        try:
            return Opened(tuple(open_uploads(contents)), ())
        except HotspotsError:
            return _one_by_one(contents)


def _one_by_one(contents: Contents) -> Opened:
    good, problems = [], []
    for content in contents:
        try:
            open_uploads([content])
        except HotspotsError as error:
            problems.append(str(error))
        else:
            good.append(content)
    return Opened(tuple(open_uploads(good)) if good else (), tuple(problems))


def _without_rows(file: OpenedFile) -> OpenedFile:
    """Leave out the rows of a file whose layout is known: they need not be sent over."""
    if file.table is None or file.suggestion is not None:
        return file
    nothing = replace(file.table.file, content=b"")
    table = replace(
        file.table, file=nothing, cells=file.table.cells.head(0), rows=file.table.rows[:0]
    )
    return replace(file, table=table)
