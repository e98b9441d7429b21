"""The page Data without a browser: from dropped files to the store and back."""

from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pytest
from streamlit.testing.v1 import AppTest

import boundaries
from boundaries.columns import WARD_NAME
from dashboard.data.meanings import LABELS
from geo import demonstration
from geo.readers.columns import HEADINGS
from geo.store import open_store
from geo.store.opening import ENVIRONMENT
from tests.dashboard import app_pages as on

HOSTILE = "![x](http:e.org) $x$ :red[x] <b>x<b> `x`"
FIRST_ROWS = "First rows as understood"


@pytest.fixture
def app(app_test: Callable[..., AppTest]) -> AppTest:
    return on.open_data(app_test())


def point(ward: str) -> tuple[float, float]:
    inside = boundaries.load_wards("2022").set_index(WARD_NAME).representative_point()[ward]
    return round(inside.x), round(inside.y)


def rows(*given: tuple[str, str, str]) -> list[dict[str, object]]:
    """Make rows of reference, day and strands in Sands End, under headings that say it all."""
    easting, northing = point("Sands End")
    return [
        {"Incident ID": ref, "Date": day, "Easting": easting, "Northing": northing, "Strand": some}
        for ref, day, some in given
    ]


def unclear(*given: tuple[str, str, str]) -> list[dict[str, object]]:
    """Make the same rows under headings that say nothing."""
    names = {"Incident ID": "A", "Date": "B", "Easting": "C", "Northing": "D", "Strand": "E"}
    return [{names[key]: value for key, value in row.items()} for row in rows(*given)]


THREE = (("r1", "2023-05-01", "race"), ("r2", "2023-05-02", "RH"), ("r3", "31/02/2023", ""))


def test_every_meaning_of_a_column_can_be_chosen() -> None:
    assert set(LABELS) == set(HEADINGS)


def test_an_empty_store_says_what_to_do_and_looking_makes_no_folder(
    app: AppTest, no_store: Path
) -> None:
    assert "Nothing has been added yet. Drop files above" in on.texts(app)
    assert str(no_store) in on.texts(app)
    on.drop(app, ("met.csv", on.csv_file(rows(*THREE))))
    assert not no_store.exists()
    on.press(app, "Cancel")
    assert not no_store.exists()
    assert "Nothing has been added yet" in on.texts(app)
    assert not any(label.startswith("Add") for label in on.buttons(app))


def test_rows_read_are_those_used_rejected_and_repeated(app: AppTest) -> None:
    on.drop(app, ("met.csv", on.csv_file(rows(*THREE, THREE[0]))))
    files = on.labelled(app, "What became of the rows of each file")
    figures = files[["Rows read", "Used", "Rejected", "Duplicates"]].astype(int)
    assert figures.loc["met.csv"].tolist() == [4, 2, 1, 1]
    problems = on.labelled(app, "Rows to look at")
    rejected = problems.loc["rejected"]
    assert (rejected["Found"], rejected["In rows"]) == ("31/02/2023", "4")
    assert "2 new incidents, 1 duplicate, which change nothing and 1 rejected row" in on.texts(app)
    assert "2 located, 0 outside the borough, 0 not located" in on.texts(app)
    wards = on.labelled(app, "Incidents by ward")["Incidents"].astype(int)
    assert wards["Sands End"] == wards.sum() == 2


def test_what_is_confirmed_is_kept_and_shown_on_the_map(app: AppTest) -> None:
    on.drop(app, ("met_2023-05-07.csv", on.csv_file(rows(*THREE))))
    on.press(app, "Add 2 incidents")
    assert "Import 1 added 2 incidents: 2 located" in on.texts(app)
    listed = on.labelled(app, "Imports, the newest first").loc["1"]
    assert listed["Source"] == "met"
    assert listed[["Rows", "New", "Rejected", "State"]].tolist() == ["3", "2", "1", "in use"]
    assert on.controls(app)["Data"].value == "Stored data"  # type: ignore[attr-defined]
    on.go_to(app, "")
    assert on.ward_values(app)["Sands End"] == 2
    assert on.map_data(app)["source"] == "met"


def test_undone_imports_are_off_the_pages_and_can_be_restored(app: AppTest, no_store: Path) -> None:
    on.drop(app, ("met.csv", on.csv_file(rows(*THREE))))
    on.press(app, "Add 2")
    on.press(app, "Undo import 1")
    # AppTest cannot answer in a dialog, as it does not run parts of a page: the browser does.
    assert "Nothing is deleted; you can restore it." in on.shown(app.markdown[-1].value)
    open_store(no_store).undo(1, who="somebody")
    app.run()
    assert on.labelled(app, "Imports, the newest first").loc["1", "State"] == "undone"
    assert on.controls(app)["Data"].options == [on.DEMONSTRATION, on.OWN_FILES]  # type: ignore[attr-defined]
    assert [button for button in on.buttons(app) if "import 1" in button] == ["Restore import 1 …"]
    log = on.labelled(app, "Log, the latest first")
    assert (log["What"].iloc[0], log["Who"].iloc[0]) == ("undo", "somebody")
    open_store(no_store).restore(1, who="somebody")
    app.run()
    assert on.controls(app)["Data"].value == "Stored data"  # type: ignore[attr-defined]


def test_the_quality_of_what_is_stored_is_shown(app: AppTest) -> None:
    days = [(f"r{i}", str(day.date()), "race") for i, day in enumerate(spread_days())]
    on.drop(app, ("met.csv", on.csv_file(rows(*days))))
    on.press(app, f"Add {len(days)} incidents")
    assert f"{len(days)} incidents: {len(days)} located, 0 outside" in on.texts(app)
    html = "".join(str(element.proto.body) for element in app.main.get("html"))
    assert "<strong>To be minded</strong> · place, stacked positions" in html
    months = on.labelled(app, "Incidents per month by source")["met"]
    assert months["Mar 2023"] == "0 (no data)"
    assert months["Jan 2023"] == "31"


def spread_days() -> pd.DatetimeIndex:
    days = pd.date_range("2022-10-01", "2023-08-31")
    return days[days.month != 3]


def test_columns_that_say_nothing_are_asked_for_and_the_answer_is_kept(
    app: AppTest, no_store: Path
) -> None:
    on.drop(app, ("weekly 1.csv", on.csv_file(unclear(*THREE))))
    assert "Not found: reference number" in on.texts(app)
    before = on.labelled(app, FIRST_ROWS)
    assert before["Strands"].tolist() == ["none", "none"]
    on.answer(app, "Reference number", "A")
    on.answer(app, "Strands", ["E"])
    on.answer(app, "“rh”", "race")
    on.answer(app, "Category of all rows", "Hate crime")
    on.answer(app, "All rows are", "crimes")
    after = on.labelled(app, FIRST_ROWS)
    assert after["Reference"].tolist() == ["r1", "r2"]
    assert after["Strands"].tolist() == ["race", "race"]
    assert after["Category"].tolist() == ["Hate crime"] * 2
    assert after["Crime or incident"].tolist() == ["crime"] * 2
    assert after["When"].tolist() == ["1 May 2023", "2 May 2023"]
    on.answer(app, "Source: what deliveries like this one are called", "Met weekly extract")
    on.press(app, "Add 2 incidents")
    kept = open_store(no_store).mappings()["Met weekly extract"]
    assert kept.columns["strands"] == ("E",)
    assert kept.strand_codes == {"rh": "race"}
    # The next delivery: nothing is asked, the known incident is updated and not added again.
    newer = (("r1", "2023-05-01", "disability"), ("r4", "2023-05-09", "RH"))
    on.drop(app, ("weekly 2.csv", on.csv_file(unclear(*newer))))
    assert "Understood as last time for 'Met weekly extract'." in on.texts(app)
    assert on.labelled(app, FIRST_ROWS)["Strands"].tolist() == ["disability", "race"]
    on.press(app, "Add 1 incident and update 1")
    stored = open_store(no_store).read().frame.set_index("incident_id")
    assert sorted(stored.index) == ["r1", "r2", "r4"]
    assert stored.loc["r1", "strand_disability"]
    assert set(stored["source"]) == {"Met weekly extract"}


def test_a_file_without_a_date_waits_for_one(app: AppTest) -> None:
    given = [{"A": f"x{i}", "B": f"y{i}"} for i in range(3)]
    on.drop(app, ("odd.csv", on.csv_file(given)))
    assert "Choose the column with the date" in on.texts(app)
    assert on.buttons(app) == ["Cancel"]
    on.answer(app, "Date, or date and time", "A")
    assert "none of its 3 rows can be used" in on.errors(app)
    assert on.field(app, "Date, or date and time").value == "A"
    assert on.buttons(app) == ["Cancel"]


def test_the_same_file_again_is_said_and_needs_a_second_yes(app: AppTest, no_store: Path) -> None:
    content = on.csv_file(rows(*THREE[:2]))
    on.drop(app, ("met.csv", content))
    on.press(app, "Add 2")
    on.drop(app, ("met.csv", content))
    assert "met.csv is in the store already, with import 1." in on.texts(app)
    confirm = next(button for button in app.main.button if button.key == "confirm")
    assert confirm.disabled
    app.main.checkbox[0].check().run()
    next(button for button in app.main.button if button.key == "confirm").click().run()
    assert [entry.new for entry in open_store(no_store).imports()] == [2, 0]
    assert len(open_store(no_store).read()) == 2


def test_known_rows_in_another_file_leave_nothing_to_add(app: AppTest) -> None:
    on.drop(app, ("met 1.csv", on.csv_file(rows(*THREE[:2]))))
    on.press(app, "Add 2")
    on.drop(app, ("met 2.csv", on.csv_file(rows(THREE[1], THREE[0]))))
    assert "There is nothing to add" in on.texts(app)
    assert next(button for button in app.main.button if button.key == "confirm").disabled


def test_one_broken_file_does_not_keep_the_others_out(app: AppTest) -> None:
    good = on.csv_file(rows(*THREE[:2]))
    on.drop(app, ("broken.csv", b""), ("met.csv", good), ("noise.csv", bytes(range(256)) * 9))
    assert "broken.csv is empty" in on.errors(app)
    assert "noise.csv is not a text file" in on.errors(app)
    assert on.errors(app).count("The file is left out.") == 2
    assert "Add 2 incidents to the store" in on.buttons(app)


def test_files_with_the_same_headings_are_understood_once(app: AppTest) -> None:
    one, other = on.csv_file(unclear(THREE[0])), on.csv_file(unclear(THREE[1]))
    on.drop(
        app, ("week 1.csv", one), ("week 2.csv", other), ("else.csv", on.csv_file(rows(THREE[1])))
    )
    assert "2 files with the same headings." in on.texts(app)
    assert [heading.value for heading in app.main.subheader][:2] == [
        "week 1.csv, week 2.csv",
        "else.csv",
    ]


def test_two_sources_of_one_event_are_shown_and_not_merged(app: AppTest, no_store: Path) -> None:
    on.drop(app, ("police.csv", on.csv_file(rows(("p1", "2023-05-01 20:00", "race")))))
    on.press(app, "Add 1")
    on.drop(app, ("council.csv", on.csv_file(rows(("c1", "2023-05-01 20:10", "race")))))
    box = next(box for box in app.main.expander if "May be the same event" in box.label)
    assert box.label.endswith("(1)")
    assert "Nothing is merged" in on.shown(box.markdown[0].value)
    (pairs,) = on.tables(box)
    assert {"p1", "c1"} <= set(" ".join(map(str, pairs.iloc[0])).replace(",", " ").split())
    on.press(app, "Add 1")
    assert len(open_store(no_store).read()) == 2


def test_the_demonstration_data_is_never_kept(app: AppTest, no_store: Path) -> None:
    content = (Path(demonstration.__file__).parent / "incidents.csv").read_bytes()
    on.drop(app, ("incidents.csv", content))
    assert "synthetic" in on.errors(app)
    assert not any(label.startswith("Add") for label in on.buttons(app))
    assert not no_store.exists()


def test_text_from_files_is_shown_as_it_is_written(app: AppTest) -> None:
    given = [
        {HOSTILE: HOSTILE, "Date": day, "Easting": 525000, "Northing": 177000}
        for day in ("2023-05-01", HOSTILE)
    ]
    on.drop(app, (f"{HOSTILE}.csv", on.csv_file(given)))
    assert on.labelled(app, "First rows of the file")[HOSTILE].tolist() == [HOSTILE] * 2
    assert HOSTILE in str(on.labelled(app, "Rows to look at")["Found"].tolist())
    on.answer(app, "Strands", [HOSTILE])
    on.press(app, "Add 1")
    raw = [
        str(element.value)
        for kind in ("markdown", "caption", "subheader")
        for element in app.main.get(kind)
    ]
    assert not any("![" in text or "<b>" in text for text in raw)
    assert "![x]" in str(on.labelled(app, "Imports, the newest first")["Files"].tolist())


def test_a_store_that_cannot_be_used_is_words_on_the_page(
    app_test: Callable[..., AppTest], no_store: Path
) -> None:
    no_store.mkdir()
    (no_store / "store.json").write_text("{}")
    app = on.open_data(app_test())
    assert str(no_store) in on.errors(app)
    assert not app.main.get("file_uploader")
    on.go_to(app, "")
    assert on.map_data(app)["source"] == "Demonstration data, synthetic"


def test_a_folder_that_is_no_store_is_not_written_to(app: AppTest, no_store: Path) -> None:
    no_store.mkdir()
    (no_store / "letter.txt").write_text("dear")
    on.drop(app, ("met.csv", on.csv_file(rows(*THREE))))
    on.press(app, "Add 2")
    assert "not a store and not empty" in on.errors(app)
    assert [path.name for path in no_store.iterdir()] == ["letter.txt"]


def test_a_team_keeps_its_incidents_in_a_database(
    app_test: Callable[..., AppTest], database: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(ENVIRONMENT, database)
    app = on.open_data(app_test())
    on.drop(app, ("met.csv", on.csv_file(rows(*THREE))))
    on.press(app, "Add 2")
    assert on.labelled(app, "Imports, the newest first").loc["1", "New"] == "2"
    other = on.open_data(app_test())
    assert on.controls(other)["Data"].value == "Stored data"  # type: ignore[attr-defined]
    assert "2 incidents: 2 located, 0 outside" in on.texts(other)


def test_a_database_that_does_not_answer_is_said_without_its_password(
    app_test: Callable[..., AppTest], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(ENVIRONMENT, "postgresql://someone:secret@127.0.0.1:9/nothing")
    app = on.open_data(app_test())
    assert "127.0.0.1" in on.errors(app)
    assert "secret" not in on.errors(app) + on.texts(app)
    assert not app.main.get("file_uploader")
