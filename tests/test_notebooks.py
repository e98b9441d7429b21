"""The notebooks run from top to bottom, are kept without output, and use what is public."""

import ast
import sys
from importlib import import_module
from pathlib import Path

import nbformat
import pytest
from nbclient import NotebookClient
from nbformat import NotebookNode

FOLDER = Path(__file__).resolve().parents[1] / "notebooks"
NOTEBOOKS = sorted(FOLDER.glob("*.ipynb"))
OURS = {"boundaries", "geo"}
OTHERS = {"geopandas", "matplotlib", "numpy", "pandas", *sys.stdlib_module_names}

pytestmark = pytest.mark.parametrize("path", NOTEBOOKS, ids=[path.name for path in NOTEBOOKS])


def read(path: Path) -> NotebookNode:
    return nbformat.read(path, as_version=4)


def imported(notebook: NotebookNode) -> set[str]:
    """Give the dotted name of everything that a notebook imports."""
    cells = [cell.source for cell in notebook.cells if cell.cell_type == "code"]
    names = set()
    for node in ast.walk(ast.parse("\n".join(cells))):
        if isinstance(node, ast.ImportFrom):
            names |= {f"{node.module}.{alias.name}" for alias in node.names}
        elif isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
    return names


def test_outputs_are_stripped(path: Path):
    notebook = read(path)
    nbformat.validate(notebook)
    code = [cell for cell in notebook.cells if cell.cell_type == "code"]
    assert code
    assert [cell.outputs for cell in code] == [[]] * len(code)
    assert {cell.execution_count for cell in code} == {None}


def test_only_public_names_are_imported(path: Path):
    names = imported(read(path))
    assert {name.split(".")[0] for name in names} <= OURS | OTHERS
    ours = {name for name in names if name.split(".")[0] in OURS}
    assert ours
    assert {name for name in ours if any(part.startswith("_") for part in name.split("."))} == set()
    for name in ours:
        module, _, attribute = name.rpartition(".")
        public = getattr(import_module(module), "__all__", None) if module else None
        assert public is None or attribute in public, f"{name} is not in {module}.__all__"


@pytest.mark.slow
def test_runs_without_errors_or_warnings(
    path: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    for name in ("IPYTHONDIR", "JUPYTER_CONFIG_DIR", "JUPYTER_DATA_DIR", "JUPYTER_RUNTIME_DIR"):
        monkeypatch.setenv(name, str(tmp_path / name.lower()))
    notebook = read(path)
    NotebookClient(
        notebook,
        timeout=120,
        kernel_name="python3",
        resources={"metadata": {"path": str(tmp_path)}},
    ).execute()
    outputs = [output for cell in notebook.cells for output in cell.get("outputs", [])]
    assert outputs
    assert [output.text for output in outputs if output.get("name") == "stderr"] == []
