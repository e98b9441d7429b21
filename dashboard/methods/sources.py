"""Where the data that ships with the dashboard is from, read from its registries."""

from collections.abc import Iterator
from importlib.metadata import version
from pathlib import Path

import pandas as pd

import geo.demonstration
import geo.published
from boundaries.loading import DATA_FOLDER
from boundaries.registry import Registry
from geo.postcodes.lookup import FOLDER as POSTCODES

DATA_COLUMNS = ("File", "Source", "Licence", "Attribution", "Edition")
CODE_COLUMNS = ("Part", "Licence", "Rights")

_ROOT = Path(__file__).resolve().parents[2]
_PROGRAM = "hotspots"


def program_version() -> str:
    """Give the version of the dashboard."""
    return version(_PROGRAM)


def data_sources() -> pd.DataFrame:
    """List every data file of the project as its registry has it."""
    return pd.DataFrame(_rows(), columns=list(DATA_COLUMNS))


def _rows() -> Iterator[tuple[str, str, str, str, str]]:
    folders = (
        DATA_FOLDER,
        Path(geo.published.__file__).parent,
        POSTCODES,
        Path(geo.demonstration.__file__).parent,
    )
    for folder in folders:
        registry = Registry(folder)
        for name in registry.names:
            entry = registry.entry(name)
            yield name, entry.source, entry.licence, entry.attribution, entry.vintage or "–"


def code_sources() -> pd.DataFrame:
    """List the program and what of others it ships to the browser, with their licences."""
    parts = [("The dashboard itself", _ROOT / "LICENSE")]
    parts += [(path.parent.name, path) for path in sorted(_ROOT.glob("static/vendor/*/LICENSE*"))]
    rows = [(name, *_licence(path)) for name, path in parts if path.is_file()]
    return pd.DataFrame(rows, columns=list(CODE_COLUMNS))


def _licence(path: Path) -> tuple[str, str]:
    """Give the first line of a licence that says its name, and the line of its rights."""
    lines = [line.strip() for line in path.read_text(encoding="utf-8").splitlines() if line.strip()]
    rights = next((line for line in lines if line.lower().startswith("copyright")), "–")
    title = lines[0] if lines[0] != rights else "see the file"
    return title, rights


def document(name: str) -> str:
    """Give the text of a page of ``docs``; empty where the program was installed without it."""
    path = _ROOT / "docs" / name
    return path.read_text(encoding="utf-8") if path.is_file() else ""
