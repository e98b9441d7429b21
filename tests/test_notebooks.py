"""The notebooks run from top to bottom, are kept without output, and use what is public."""

import ast
import sys
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path

import nbformat
import pytest
from jupyter_client.manager import KernelManager
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


@pytest.fixture(scope="module")
def kernel(tmp_path_factory: pytest.TempPathFactory) -> Iterator[KernelManager]:
    """Give one kernel for all notebooks: loading the libraries is most of the work of some."""
    folder = tmp_path_factory.mktemp("kernel")
    with pytest.MonkeyPatch.context() as patch:
        for name in ("IPYTHONDIR", "JUPYTER_CONFIG_DIR", "JUPYTER_DATA_DIR", "JUPYTER_RUNTIME_DIR"):
            patch.setenv(name, str(folder / name.lower()))
        manager = KernelManager(kernel_name="python3")
        manager.start_kernel(cwd=str(folder))
        yield manager
        manager.shutdown_kernel(now=True)


@pytest.mark.slow
def test_runs_without_errors_or_warnings(path: Path, kernel: KernelManager):
    notebook = read(path)
    # No name of another notebook may be there, so that each runs by itself.
    forget = nbformat.v4.new_code_cell("%reset -f\nassert 'incidents' not in globals()")
    notebook.cells.insert(0, forget)
    client = NotebookClient(notebook, timeout=120, km=kernel)
    try:
        client.execute()
    finally:
        client.kc.stop_channels()
    outputs = [output for cell in notebook.cells for output in cell.get("outputs", [])]
    assert outputs
    assert [output.text for output in outputs if output.get("name") == "stderr"] == []
