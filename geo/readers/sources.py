"""From what a person names (paths, uploads) to files in memory; nothing is unpacked to disk."""

import zipfile
import zlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from hashlib import sha256
from io import BytesIO
from pathlib import Path, PurePosixPath
from typing import BinaryIO

from boundaries.errors import InputFileError
from geo.postgres import is_address
from geo.readers.bounds import bounds, size_in_words
from geo.report import FileKind

_POLICE_API = "police.uk:"

_SHAPEFILE_ENDINGS = (".shp", ".shx", ".dbf", ".prj", ".cpg")
_ONE_IN_AN_ARCHIVE = (".geojson", ".geojsonl", ".json", ".gpkg", ".parquet", ".xlsx", ".tsv")

_UNPACKING_FAULTS = (zipfile.BadZipFile, zlib.error, RuntimeError, EOFError, OSError, ValueError)
"""RuntimeError says that a password is needed, its kind NotImplementedError an unknown packing."""

_ZIP_MAGIC = b"PK\x03\x04"
_EMPTY_ZIP_MAGIC = b"PK\x05\x06"
_WORKBOOK_MEMBER = "xl/workbook.xml"


@dataclass(frozen=True)
class InputFile:
    """One file to read.

    Attributes
    ----------
    name
        As reports call it.
    content
        Its bytes.
    in_collection
        Whether it was found in a folder or archive, where other files are passed over.
    kind
        What the report calls it where the content does not tell, as with a database table.
    """

    name: str
    content: bytes
    in_collection: bool = False
    kind: FileKind | None = None

    def __post_init__(self) -> None:
        # A name on a disk need not be a text; reports, stores and tables hold only texts.
        if not self.name.isascii():
            name = self.name.encode(errors="surrogateescape").decode(errors="replace")
            object.__setattr__(self, "name", name)

    @property
    def stem(self) -> str:
        """The last part of the name without its ending."""
        return PurePosixPath(self.name).stem

    @cached_property
    def sha256(self) -> str:
        """Checksum of the bytes, in hexadecimal."""
        return sha256(self.content).hexdigest()

    @property
    def is_zip(self) -> bool:
        """Whether this is a ZIP archive of any sort, whatever its name."""
        return self.content.startswith((_ZIP_MAGIC, _EMPTY_ZIP_MAGIC))

    @property
    def is_workbook(self) -> bool:
        """Whether this is an Excel workbook, whatever its name."""
        return self.is_zip and _WORKBOOK_MEMBER in _open_archive(self).namelist()

    @property
    def has_shapefile(self) -> bool:
        """Whether this is an archive with a Shapefile in it."""
        return self.is_zip and any(map(_is_shape, _open_archive(self).namelist()))


def files_of(source: str | Path) -> Iterator[InputFile]:
    """Give the files of a path, of a database table or of a query of the police.uk API.

    Parameters
    ----------
    source
        A path as :func:`files_at` takes it; ``postgresql://...``; or ``police.uk:...``.

    Raises
    ------
    InputFileError
        It cannot be read; the message says why and the remedy.
    """
    text = str(source)
    if is_address(text):
        from geo.readers.database import file_of

        yield file_of(text)
    elif text.startswith(_POLICE_API):
        from geo.readers.police_api import file_of as file_of_query

        yield file_of_query(text)
    else:
        yield from files_at(Path(source))


def files_at(path: Path) -> Iterator[InputFile]:
    """Give the file at a path, or the CSV files of a folder of months or of an archive.

    Raises
    ------
    InputFileError
        There is nothing there, it cannot be opened, or an archive is not safe to open.
    """
    if path.is_dir():
        yield from _files_in_folder(path)
    elif path.is_file():
        yield from _expanded(_file_at(path))
    else:
        msg = f"{path} does not exist. Check the name and the folder it is in."
        raise InputFileError(msg)


def files_uploaded(uploads: Sequence[tuple[str, bytes | BinaryIO]]) -> Iterator[InputFile]:
    """Give the uploaded files, archives opened, the files of one Shapefile put together."""
    named = [(PurePosixPath(name.replace("\\", "/")).name, content) for name, content in uploads]
    stems = {_stem(name) for name, _ in named if _is_shape(name)}
    parts: dict[str, dict[str, bytes]] = {stem: {} for stem in stems}
    for name, content in named:
        given = content if isinstance(content, bytes) else content.read()
        if _stem(name) in stems and name.lower().endswith(_SHAPEFILE_ENDINGS):
            parts[_stem(name)][name] = given
        else:
            yield from _expanded(InputFile(name, given))
    for stem in sorted(stems):
        yield InputFile(f"{stem}.zip", packed_shapefile(parts[stem]))


def with_distinct_names(files: Iterable[InputFile]) -> Iterator[InputFile]:
    """Give the files, with a number in names that an earlier file has."""
    seen: dict[str, int] = {}
    for file in files:
        seen[file.name] = seen.get(file.name, 0) + 1
        times = seen[file.name]
        path = PurePosixPath(file.name)
        name = file.name if times == 1 else str(path.with_stem(f"{path.stem} ({times})"))
        yield file if times == 1 else replace(file, name=name)


def archive_members(file: InputFile, endings: Sequence[str]) -> Iterator[tuple[str, bytes]]:
    """Unpack the members of an archive whose names end so, in any case; give name and content.

    Raises
    ------
    InputFileError
        The archive is damaged or not safe to open.
    """
    archive = _open_archive(file)
    for info in archive.infolist():
        if _is_visible(info.filename) and info.filename.lower().endswith(tuple(endings)):
            yield info.filename, _unpacked(file, archive, info)


def packed_shapefile(parts: Mapping[str, bytes]) -> bytes:
    """Pack the files of one Shapefile, given by name, always to the same bytes."""
    buffer = BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_STORED) as archive:
        for name in sorted(parts):
            archive.writestr(zipfile.ZipInfo(name), parts[name])
    return buffer.getvalue()


def _file_at(path: Path) -> InputFile:
    """Read a file, and what lies beside it and belongs to it."""
    log = path.with_name(f"{path.name}-wal")
    if log.is_file() and log.stat().st_size:
        msg = (
            f"{path.name} is open in another program, which has not yet written everything to it. "
            "Close it there, and try again."
        )
        raise InputFileError(msg)
    if not _is_shape(path.name):
        return InputFile(path.name, _bytes_at(path))
    parts = [each for each in path.parent.iterdir() if each.stem == path.stem and each.is_file()]
    wanted = [each for each in parts if each.suffix.lower() in _SHAPEFILE_ENDINGS]
    packed = packed_shapefile({each.name: _bytes_at(each) for each in wanted})
    return InputFile(f"{path.stem}.zip", packed)


def _bytes_at(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        msg = f"{path} cannot be opened ({error.strerror}). Close it elsewhere or check its rights."
        raise InputFileError(msg) from error


def _files_in_folder(folder: Path) -> Iterator[InputFile]:
    paths = sorted(path for path in folder.rglob("*") if _is_csv(path.name) and path.is_file())
    if not paths:
        msg = (
            f"{folder} holds no CSV file. Name the folder that holds the months of police.uk "
            "(2016-01/2016-01-metropolitan-street.csv), or the files themselves."
        )
        raise InputFileError(msg)
    for path in paths:
        yield InputFile(path.relative_to(folder).as_posix(), _bytes_at(path), in_collection=True)


def _expanded(file: InputFile) -> Iterator[InputFile]:
    if file.is_zip and not file.is_workbook and not file.has_shapefile:
        yield from _members(file)
    else:
        yield file


def _members(file: InputFile) -> Iterator[InputFile]:
    archive = _open_archive(file)
    visible = [info for info in archive.infolist() if _is_visible(info.filename)]
    members = [info for info in visible if _is_csv(info.filename)]
    others = [info for info in visible if info.filename.lower().endswith(_ONE_IN_AN_ARCHIVE)]
    if not members and len(others) == 1:
        yield InputFile(others[0].filename, _unpacked(file, archive, others[0]))
        return
    if not members:
        msg = (
            f"{file.name} holds no CSV file (it has {len(archive.namelist())} entries). Give the "
            "archive as downloaded from data.police.uk, or tables and map layers one by one."
        )
        raise InputFileError(msg)
    for info in sorted(members, key=lambda info: info.filename):
        yield InputFile(
            f"{file.name}/{info.filename}", _unpacked(file, archive, info), in_collection=True
        )


def _open_archive(file: InputFile) -> zipfile.ZipFile:
    try:
        archive = zipfile.ZipFile(BytesIO(file.content))
    except (zipfile.BadZipFile, NotImplementedError, OSError, ValueError) as error:
        msg = f"{file.name} is a damaged ZIP archive ({error}). Download or save it again."
        raise InputFileError(msg) from error
    _check_archive(file.name, archive.infolist())
    return archive


def _check_archive(name: str, members: Sequence[zipfile.ZipInfo]) -> None:
    """Refuse archives that would fill the memory or whose names point out of the archive."""
    unpacked = sum(info.file_size for info in members)
    packed = sum(info.compress_size for info in members)
    escaping = [info.filename for info in members if _leads_outside(info.filename)]
    wrong, most = "", bounds()
    if len(members) > most.members:
        wrong = f"has {len(members):,} entries, more than {most.members:,}"
    elif unpacked > most.unpacked_bytes:
        wrong = f"unpacks to {size_in_words(unpacked)}, more than {most.unpacked_in_words}"
    elif unpacked > most.ratio * max(packed, 2**10):
        wrong = f"unpacks to {unpacked // max(packed, 1):,} times its size, as packing bombs do"
    elif escaping:
        wrong = f"has an entry that points out of the archive: {escaping[0]!r}"
    if wrong:
        msg = f"{name} {wrong}. Download it again from data.police.uk, or give fewer months."
        raise InputFileError(msg)


def _leads_outside(member: str) -> bool:
    parts = PurePosixPath(member.replace("\\", "/")).parts
    return ".." in parts or parts[:1] == ("/",) or member[1:2] == ":"


def _unpacked(file: InputFile, archive: zipfile.ZipFile, info: zipfile.ZipInfo) -> bytes:
    """Unpack one member; zipfile stops at the declared size, which has been checked."""
    try:
        return archive.read(info)
    except _UNPACKING_FAULTS as error:
        msg = (
            f"{info.filename} in {file.name} cannot be unpacked ({error}). "
            "Download the archive again, and give it without a password."
        )
        raise InputFileError(msg) from error


def _stem(name: str) -> str:
    return PurePosixPath(name).stem


def _is_csv(name: str) -> bool:
    return name.lower().endswith(".csv") and _is_visible(name)


def _is_shape(name: str) -> bool:
    return name.lower().endswith(".shp") and _is_visible(name)


def _is_visible(name: str) -> bool:
    """Whether it is a file that a person put there: no folder, nothing of the file manager's."""
    hidden = PurePosixPath(name).name.startswith(".") or "__MACOSX" in name
    return not (hidden or name.endswith("/"))
