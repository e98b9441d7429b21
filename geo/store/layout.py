"""Where what stands in a folder store, and putting right what a killed process left behind."""

import re
from collections.abc import Callable, Iterator
from pathlib import Path

from boundaries.errors import StoreError
from geo.store.atomic import names_in, publish_folder, publish_over, remove
from geo.store.manifest import FILES, Contents, Kept

STORE = "store.json"
JOURNAL = "journal"
IMPORTS = "imports"
UNDONE = "undone"
DRAFTS = "tmp"
FOLDERS = (JOURNAL, IMPORTS, UNDONE, DRAFTS)

_NUMBERED = re.compile(r"\d{6,}")
_STAGED = re.compile(r"(?P<stem>[a-z-]+)\.(?P<generation>\d{8,})\.(?P<ending>parquet|json)")


def folder_name(number: int) -> str:
    """Give the name of the folder of an import.

    >>> folder_name(7)
    '000007'
    """
    return f"{number:06d}"


def staged_name(name: str, generation: int) -> str:
    """Give the name of a file until a purge is finished.

    >>> staged_name("incidents.parquet", 12)
    'incidents.00000012.parquet'
    """
    stem, ending = name.rsplit(".", 1)
    return f"{stem}.{generation:08d}.{ending}"


def home(kept: Kept) -> str:
    """Give the folder in which the folder of an import belongs."""
    return UNDONE if kept.entry.undone else IMPORTS


def places_of(store: Path, kept: Kept, name: str) -> Iterator[Path]:
    """Give the paths where a file of an import may be, in the order to try.

    The last writer may be about to move the folder or to rename the file, so a path that was not
    there a moment ago may be now: the first place stands at the end again.
    """
    belongs = home(kept)
    other = IMPORTS if belongs == UNDONE else UNDONE
    names = [staged_name(name, kept.generation), name] if kept.generation else [name]
    for each in names:
        for place in (belongs, other, belongs):
            yield store / place / folder_name(kept.number) / each


def unfinished(store: Path, contents: Contents) -> Iterator[Callable[[], None]]:
    """Give what is to be done so that the folder is as the journal says.

    Raises
    ------
    StoreError
        There are imports that the journal cannot have lost in a crash; they are left alone.
    """
    for name in names_in(store / DRAFTS):
        yield _removal(store / DRAFTS / name)
    for place in (IMPORTS, UNDONE):
        for name in names_in(store / place):
            if _NUMBERED.fullmatch(name):
                yield from _unfinished_import(store, store / place / name, contents)


def finish(store: Path, contents: Contents) -> None:
    """Make the folder as the journal says; to be called under the lock."""
    for step in list(unfinished(store, contents)):
        step()


def unknown_imports(store: Path, contents: Contents) -> list[str]:
    """Say which folders of imports the journal does not know."""
    return [
        f"{place}/{name} is not in the journal."
        for place in (IMPORTS, UNDONE)
        for name in names_in(store / place)
        if _NUMBERED.fullmatch(name) and int(name) not in contents.imports
    ]


def _unfinished_import(
    store: Path, folder: Path, contents: Contents
) -> Iterator[Callable[[], None]]:
    number = int(folder.name)
    kept = contents.imports.get(number)
    if kept is None:
        # A killed process can leave the next import and no other.
        if number != len(contents.imports) + 1:
            msg = (
                f"{folder} is in the store but not in its journal, which may be incomplete. "
                "Restore the journal from a backup; nothing was changed."
            )
            raise StoreError(msg)
        yield _removal(folder)
        return
    yield from _unfinished_files(folder, kept)
    target = store / home(kept) / folder.name
    if folder != target:
        yield lambda: publish_folder(folder, target)


def _unfinished_files(folder: Path, kept: Kept) -> Iterator[Callable[[], None]]:
    for name in names_in(folder):
        staged = _STAGED.fullmatch(name)
        if staged is None:
            continue
        final = f"{staged['stem']}.{staged['ending']}"
        if final in FILES and int(staged["generation"]) == kept.generation:
            yield _renaming(folder / name, folder / final)
        else:
            yield _removal(folder / name)


def _removal(path: Path) -> Callable[[], None]:
    return lambda: remove(path)


def _renaming(draft: Path, target: Path) -> Callable[[], None]:
    return lambda: publish_over(draft, target)
