"""The notebook of the page makes the page's results again, whatever the data's names are."""

import ast
from dataclasses import replace
from datetime import date
from pathlib import Path

import nbformat
import pytest
from nbclient import NotebookClient
from nbformat import NotebookNode

import boundaries
from dashboard.notebook_export import Origin, notebook_bytes, origin_of, written
from dashboard.settings import StartOptions
from dashboard.view import Dataset, View
from geo import demonstration
from geo.change.exposure import DateSpan
from geo.clusters.dbscan import DbscanParams
from geo.hotspots.params import HotspotParams
from geo.hotspots.table import HotspotResult, find_hotspots
from geo.readers import read, read_uploads
from geo.reporting_periods import compared_with
from geo.schema import Incidents
from geo.selection import Selection
from geo.store import open_store
from geo.store.opening import ENVIRONMENT
from geo.surfaces.chance import ChanceParams
from geo.surfaces.density import DensityParams
from geo.wards.table import WardParams, ward_table
from tests.factories import make_incidents

YEAR = Selection(start=date(2017, 4, 1), end=date(2018, 3, 31), strands=("race", "disability"))
DEMO = Origin("demonstration", (), "Demonstration data, synthetic")


def found_in(incidents: Incidents, selection: Selection = YEAR) -> dict[str, HotspotResult]:
    strict = HotspotParams(only_significant="yes", max_hotspots=4)
    test = ChanceParams(runs=39, correction="maximum", vintage="2002")
    return {
        "A: Density": find_hotspots(
            incidents,
            selection,
            DensityParams(bandwidth_m=250),
            hotspot_params=strict,
            chance_params=test,
            vintage="2002",
        ),
        "B: DBSCAN": find_hotspots(
            incidents, selection, DbscanParams(eps_m=180, outline="hull"), vintage="2002"
        ),
    }


def exported(origin: Origin, incidents: Incidents, selection: Selection = YEAR) -> NotebookNode:
    wards = ward_table(incidents, selection, WardParams("2002", measure="rate"))
    content = notebook_bytes(origin, found_in(incidents, selection), wards)
    notebook = nbformat.reads(content.decode(), as_version=4)
    nbformat.validate(notebook)
    return notebook


def ran(notebook: NotebookNode, folder: Path) -> str:
    """Run a notebook in a kernel of its own and give what it printed and showed."""
    NotebookClient(
        notebook, timeout=120, kernel_name="python3", resources={"metadata": {"path": str(folder)}}
    ).execute()
    outputs = [one for cell in notebook.cells if cell.cell_type == "code" for one in cell.outputs]
    texts = [one.get("text") or one.get("data", {}).get("text/plain", "") for one in outputs]
    return "\n".join(texts)


@pytest.mark.slow
def test_the_notebook_finds_the_same_in_a_kernel_of_its_own(tmp_path: Path) -> None:
    incidents = demonstration.load()
    notebook = exported(DEMO, incidents)
    said = ran(notebook, tmp_path)
    assert "The same incidents, hotspots and wards as on the page." in said
    first = next(iter(found_in(incidents).values())).frame
    assert len(first) > 0
    assert first["name"].iloc[0][:20] in said


def run_here(notebook: NotebookNode) -> dict[str, object]:
    """Run the code of a notebook up to its map in this process."""
    names: dict[str, object] = {}
    code = [cell.source for cell in notebook.cells if cell.cell_type == "code"]
    for source in code[:-1]:
        exec(compile(source, "notebook", "exec"), names)
    return names


HOSTILE = "a' ; import os #\n~~~\n# <script>.csv"


def test_files_are_read_from_where_they_are_said_to_be(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    demo = demonstration.load()
    path = tmp_path / "own's.csv"
    rows = demo.frame.assign(occurred=demo.frame["occurred"].dt.strftime("%Y-%m-%dT%H:%M"))
    rows[["incident_id", "occurred", "easting", "northing", "category"]].to_csv(path, index=False)
    monkeypatch.chdir(tmp_path)
    everything = Selection(start=date(2017, 4, 1))
    notebook = exported(Origin("files", (path.name,), HOSTILE), read([path]).incidents, everything)
    names = run_here(notebook)
    assert set(names["found"]) == {"A: Density", "B: DBSCAN"}  # type: ignore[call-overload]
    opening = notebook.cells[0].source
    assert opening.count("~~~") == 2
    path.write_text(path.read_text().replace("2017-05", "2017-06"))
    with pytest.raises(AssertionError, match="other incidents"):
        run_here(notebook)


def test_the_store_is_read_where_it_is(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(ENVIRONMENT, str(tmp_path / "store"))
    demo = demonstration.load()
    rows = demo.frame.assign(occurred=demo.frame["occurred"].dt.strftime("%Y-%m-%dT%H:%M"))
    columns = ["incident_id", "occurred", "easting", "northing", "category"]
    content = rows[columns].to_csv(index=False).encode()
    open_store().add(read_uploads([("extract.csv", content)]), who="tests", source="police")
    incidents = open_store().read()
    everything = Selection(start=date(2017, 4, 1))
    usual = exported(Origin("store", (), "extract"), incidents, everything)
    assert "open_store().read()" in "".join(cell.source for cell in usual.cells)
    run_here(usual)
    other = exported(Origin("store", (str(tmp_path / "store"),), "extract"), incidents, everything)
    monkeypatch.delenv(ENVIRONMENT)
    run_here(other)


def view_of(dataset: Dataset, options: StartOptions) -> View:
    period = DateSpan(date(2023, 5, 1), date(2023, 5, 31))
    compared = compared_with(dataset.incidents, period, "nothing")
    return View(dataset, Selection(), period, compared, "2022", options)


def test_no_address_of_a_database_gets_into_a_notebook() -> None:
    inside = boundaries.load_wards("2022").representative_point().iloc[0]
    incidents = make_incidents(["2023-05-01"], [(inside.x, inside.y)])
    secret = "postgresql://someone:secret@host/database"
    stored = origin_of(view_of(Dataset(incidents, "stored"), StartOptions(store=secret)))
    assert stored == Origin("store", (), "stored")
    report = read_uploads([("a.csv", b"Date,Easting,Northing\n2023-05-01,523500,178500\n")]).report
    opened = Dataset(incidents, "table", report)
    origin = origin_of(view_of(opened, StartOptions(paths=(secret, "b.csv"))))
    assert "secret" not in repr(origin)
    assert origin.names[1] == "b.csv"
    own = origin_of(view_of(replace(opened, is_own=True), StartOptions()))
    assert own == Origin("files", ("a.csv",), "table")


def test_settings_are_written_as_code_that_makes_them() -> None:
    names = {kind.__name__: kind for kind in (Selection, HotspotParams, DensityParams)}
    for value in (YEAR, HotspotParams(cut="level", level_per_km2=120), DensityParams()):
        text = written(value)
        ast.parse(text)
        assert eval(text, {"date": date, **names}) == value
