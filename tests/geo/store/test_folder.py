import json
import os
import stat
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, invariant, rule

import boundaries
from boundaries.columns import WARD_CODE
from boundaries.errors import AlreadyImportedError, ParameterError, StoreError
from geo.identity import incident_keys
from geo.readers.importing import read, read_uploads
from geo.readers.mapping import ColumnMapping
from geo.report import DUPLICATE, FOUND, OUTCOME, REJECTED, ROW, ROW_VALUES, UPDATED
from geo.schema import INCIDENT_ID, OCCURRED, SOURCE, Incidents
from geo.selection import Selection
from geo.store import folder as folder_module
from geo.store import locking, open_store
from geo.store.folder import FolderStore
from geo.store.interface import IMPORT_NUMBER, STATUS, Store
from geo.store.locking import locked
from geo.store.opening import is_store
from tests.store_samples import INSIDE, OUTSIDE, Said, make_import


@pytest.fixture
def store(tmp_path: Path) -> FolderStore:
    return FolderStore.open(tmp_path / "store")


def in_order(incidents: Incidents) -> Incidents:
    """Sort obviously: by time, then key."""
    frame = incidents.frame.assign(key=incident_keys(incidents.frame))
    return Incidents(
        frame.sort_values([OCCURRED, "key"]).drop(columns="key").reset_index(drop=True)
    )


def what_is_said(incidents: Incidents) -> dict[tuple[str, str], str]:
    frame = incidents.frame
    return dict(
        zip(
            zip(frame[SOURCE], frame[INCIDENT_ID], strict=True),
            frame["category"],
            strict=True,
        )
    )


class TestOpening:
    def test_a_folder_store_can_do_all_that_a_store_can(self, store: FolderStore):
        kept: Store = store  # mypy checks the signatures
        assert kept.imports() == ()
        assert len(kept.read()) == 0
        assert list(kept.read().frame) == list(make_import([]).incidents.frame)[:-2]
        assert kept.sources() == ()
        assert kept.check() == []
        assert [entry.action for entry in kept.log()] == ["create"]

    def test_what_was_kept_is_there_for_the_next(self, store: FolderStore):
        store.add(make_import([Said("1")]), who="A", source="police")
        again = FolderStore.open(store.location, create=False)
        assert what_is_said(again.read()) == {("police", "1"): "Hate crime"}
        assert again.imports() == store.imports()
        assert again.state() == store.state()

    def test_none_is_made_where_none_is_asked_for(self, tmp_path: Path):
        with pytest.raises(StoreError, match=r"There is no store at .*nowhere"):
            FolderStore.open(tmp_path / "nowhere", create=False)
        assert list(tmp_path.iterdir()) == []

    def test_a_folder_with_something_else_is_left_alone(self, tmp_path: Path):
        (tmp_path / "letter.txt").write_text("Dear", encoding="utf-8")
        with pytest.raises(StoreError, match=r"not a store and not empty \(it has letter.txt\)"):
            FolderStore.open(tmp_path)
        assert [path.name for path in tmp_path.iterdir()] == ["letter.txt"]

    def test_a_file_is_no_store(self, tmp_path: Path):
        (tmp_path / "store").write_text("", encoding="utf-8")
        with pytest.raises(StoreError, match="is a file, not a folder"):
            FolderStore.open(tmp_path / "store")

    @pytest.mark.parametrize("name", ["~nobody-of-this-name/x", "a\0b", "caf\udce9"])
    def test_a_name_that_no_folder_can_have_is_said(self, name: str):
        assert not FolderStore.is_at(name)
        with pytest.raises(StoreError, match="no folder has this name"):
            FolderStore.open(name)

    @pytest.mark.parametrize(
        "address",
        ["POSTGRESQL://u:s3cret@h/d", " postgresql://u:s3cret@h/d", "postgis://u:s3cret@h/d"],
    )
    def test_no_folder_is_made_of_an_address(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, address: str
    ):
        monkeypatch.chdir(tmp_path)
        assert not is_store(address)
        with pytest.raises(StoreError, match="starts with postgresql://") as refused:
            open_store(address)
        assert "s3cret" not in str(refused.value)
        assert list(tmp_path.iterdir()) == []

    @pytest.mark.parametrize("name", ["a b/ü ö/store", "other/../store", "link"])
    def test_it_stays_where_it_is_whatever_its_name(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str
    ):
        for made in ("a b/ü ö", "other", "target"):
            (tmp_path / made).mkdir(parents=True)
        (tmp_path / "link").symlink_to(tmp_path / "target")
        monkeypatch.chdir(tmp_path)
        store = FolderStore.open(name)
        monkeypatch.chdir("/")
        store.add(make_import([Said("1")]), who="A", source="police")
        assert len(FolderStore.open(tmp_path / name).read()) == 1
        assert store.check() == []

    def test_a_newer_version_is_not_touched(self, store: FolderStore):
        path = Path(store.location) / "store.json"
        path.write_text(json.dumps({"format": "hotspots store", "version": 3}), encoding="utf-8")
        with pytest.raises(StoreError, match=r"version 3.*Install a newer version of hotspots"):
            FolderStore.open(store.location)

    @pytest.mark.parametrize("content", ["", "[]", "{}", '{"format": "other", "version": 1}'])
    def test_an_unreadable_version_is_said(self, store: FolderStore, content: str):
        (Path(store.location) / "store.json").write_text(content, encoding="utf-8")
        with pytest.raises(StoreError, match=r"store\.json cannot be read as that of a store"):
            FolderStore.open(store.location)

    def test_making_one_goes_on_where_it_was_killed(self, tmp_path: Path):
        path = tmp_path / "store"
        FolderStore.open(path)
        (path / "store.json").unlink()  # comes last
        assert [entry.action for entry in FolderStore.open(path).log()] == ["create"]

    def test_nobody_else_may_read_it_whatever_the_umask(self, tmp_path: Path):
        before = os.umask(0)
        try:
            store = FolderStore.open(tmp_path / "store")
            store.add(make_import([Said("1")]), who="A", source="police")
            store.purge(date(2024, 1, 1), who="A")
            store.undo(1, who="A")
            with locked(tmp_path / "store", "A"):
                modes = {
                    path: stat.S_IMODE(path.stat().st_mode)
                    for path in [tmp_path / "store", *(tmp_path / "store").rglob("*")]
                }
        finally:
            os.umask(before)
        assert len(modes) > 12
        assert all(mode == (0o700 if path.is_dir() else 0o600) for path, mode in modes.items())


class TestAdding:
    def test_a_real_month_comes_back_as_it_was_read(
        self, store: FolderStore, police_uk_paths: Path
    ):
        imported = read([min(police_uk_paths.iterdir())])
        entry = store.add(imported, who="A", source="police.uk")
        assert entry.new == len(imported.incidents) == entry.rows_read
        assert (entry.located, entry.outside) == (imported.report.located, imported.report.outside)
        expected = in_order(imported.incidents).fingerprint
        assert store.read().fingerprint == expected
        assert store.incidents_of(1).fingerprint == expected
        kept = store.report(1)
        assert kept.files == imported.report.files
        pd.testing.assert_frame_equal(kept.problems, imported.report.problems)
        assert store.check() == []

    def test_the_same_file_twice_is_recognised(self, store: FolderStore):
        first = make_import([Said("1")], file="monday.csv")
        store.add(first, who="A", source="police")
        with pytest.raises(AlreadyImportedError, match=r"in the store already.*import 1"):
            store.add(make_import([Said("1")], file="renamed.csv"), who="A", source="police")
        assert store.preview(first).known_files == {"monday.csv": 1}
        assert len(store.imports()) == 1
        again = store.add(first, who="A", source="police", again=True)
        assert (again.number, again.new, again.updated, again.duplicates) == (2, 0, 0, 1)
        assert len(store.read()) == 1

    def test_a_file_of_an_undone_import_may_come_again(self, store: FolderStore):
        store.add(make_import([Said("1")]), who="A", source="police")
        store.undo(1, who="A")
        assert store.preview(make_import([Said("1")])).known_files == {}
        assert store.add(make_import([Said("1")]), who="A", source="police").new == 1

    def test_rows_are_told_apart_and_the_report_says_which(self, store: FolderStore):
        store.add(make_import([Said("1"), Said("2"), Said("3")]), who="A", source="police")
        second = make_import(
            [Said("1"), Said("2", what="Assault"), Said("9"), Said("9"), Said("9", what="Theft")],
            file="tuesday.csv",
            rejected=["31/02/2024"],
        )
        preview = store.preview(second)
        entry = store.add(second, who="A", source="police")
        for counted in (preview, entry):
            assert (counted.new, counted.updated, counted.duplicates) == (1, 2, 2)
            assert counted.rejected == 1
        assert what_is_said(store.read()) == {
            ("police", "1"): "Hate crime",
            ("police", "2"): "Assault",
            ("police", "3"): "Hate crime",
            ("police", "9"): "Theft",
        }
        assert len(store.incidents_of(2)) == 5
        problems = store.report(2).problems
        pd.testing.assert_frame_equal(problems, preview.report.problems)
        said = {(row[ROW], row[OUTCOME], row["reason"]) for _, row in problems.iterrows()}
        assert said == {
            (7, REJECTED, "this is not a day"),
            (2, DUPLICATE, "the incident is in import 1 already, with the same values"),
            (5, DUPLICATE, "the incident is in an earlier row already, with the same values"),
            (3, UPDATED, "the incident is in import 1 already, with other values"),
            (6, UPDATED, "the incident is in an earlier row already, with other values"),
        }
        assert set(problems["file"]) == {"tuesday.csv"}

    def test_counts_are_against_what_is_current_then(self, store: FolderStore):
        store.add(make_import([Said("1", what="a")]), who="A", source="police")
        store.add(make_import([Said("1", what="b")]), who="A", source="police")
        store.undo(2, who="A")
        entry = store.add(make_import([Said("1", what="a")], file="c"), who="A", source="police",
                          again=True)  # fmt: skip
        assert (entry.new, entry.updated, entry.duplicates) == (0, 0, 1)
        store.restore(2, who="A")
        assert what_is_said(store.read()) == {("police", "1"): "a"}

    def test_the_demonstration_data_is_refused(self, store: FolderStore):
        demo = read(["demo"])
        for act in (store.preview, lambda one: store.add(one, who="A", source="x")):
            with pytest.raises(ParameterError, match="synthetic and cannot be kept in a store"):
                act(demo)
        assert [entry.action for entry in store.log()] == ["create"]

    def test_optional_columns_are_there_for_all_when_one_import_has_them(self, store: FolderStore):
        full = make_import([Said("1", end="2024-03-06 01:00")])
        bare = make_import([Said("2"), Said("3", place=None)], file="bare.csv")
        plain = bare.incidents.frame.drop(columns=["occurred_end", "location_quality"])
        bare = type(bare)(Incidents(plain), bare.report, bare.origin)
        store.add(bare, who="A", source="police")
        assert list(store.read().frame) == list(plain)
        store.add(full, who="A", source="police")
        assert set(store.read(Selection(sources=("nobody",))).frame) == set(full.incidents.frame)
        both = store.read().frame.set_index(INCIDENT_ID)
        assert both["location_quality"].to_dict() == {
            "1": "point",
            "2": "point",
            "3": "not located",
        }
        assert both["occurred_end"].isna().to_dict() == {"1": False, "2": True, "3": True}
        store.undo(2, who="A")
        assert list(store.read().frame) == list(plain)

    def test_look_alikes_are_of_other_sources_there_and_within(self, store: FolderStore):
        store.add(make_import([Said("1"), Said("2")]), who="A", source="police")
        new = make_import([Said("c", source="council"), Said("w", source="wardens"), Said("2")])
        pairs = store.preview(new).look_alikes
        listed = {frozenset({row.first_id, row.second_id}) for row in pairs.itertuples()}
        assert listed == {frozenset(pair) for pair in [("c", "w"), ("c", "2"), ("w", "2"),
                                                       ("c", "1"), ("w", "1")]}  # fmt: skip
        assert len(pairs) == 5


class TestChanging:
    def test_undo_and_restore_move_the_files_and_what_is_current(self, store: FolderStore):
        store.add(make_import([Said("1", what="old"), Said("2")]), who="A", source="police")
        store.add(make_import([Said("1", what="new")]), who="A", source="police")
        assert what_is_said(store.read())["police", "1"] == "new"
        undone = store.undo(2, who="B")
        assert undone.undone
        assert what_is_said(store.read())["police", "1"] == "old"
        folder = Path(store.location)
        assert [path.name for path in (folder / "imports").iterdir()] == ["000001"]
        assert [path.name for path in (folder / "undone").iterdir()] == ["000002"]
        assert len(store.incidents_of(2)) == 1
        assert not store.restore(2, who="B").undone
        assert what_is_said(store.read())["police", "1"] == "new"
        assert [(line.action, line.who) for line in store.log()[-2:]] == [
            ("undo", "B"),
            ("restore", "B"),
        ]

    def test_wrong_numbers_and_states_are_said(self, store: FolderStore):
        with pytest.raises(ParameterError, match="no import 1 in the store; there is none"):
            store.undo(1, who="A")
        store.add(make_import([Said("1")]), who="A", source="police")
        with pytest.raises(ParameterError, match="no import 2 in the store; they go from 1 to 1"):
            store.report(2)
        with pytest.raises(ParameterError, match="Import 1 is not undone"):
            store.restore(1, who="A")
        store.undo(1, who="A")
        with pytest.raises(ParameterError, match="Import 1 is undone already"):
            store.undo(1, who="A")

    def test_versions_are_listed_newest_first(self, store: FolderStore):
        for number, what in enumerate(["a", "b", "c"]):
            said = [Said("0"), Said("1", what=what), Said("1", what=what + "!")]
            store.add(make_import(said, file=f"{number}.csv"), who="A", source="police")
        store.undo(3, who="A")
        versions = store.versions("police", "1")
        assert versions[[IMPORT_NUMBER, STATUS, "file", ROW, "category"]].to_numpy().tolist() == [
            [3, "undone", "2.csv", 4, "c!"],
            [3, "undone", "2.csv", 3, "c"],
            [2, "current", "1.csv", 4, "b!"],
            [2, "replaced", "1.csv", 3, "b"],
            [1, "replaced", "0.csv", 4, "a!"],
            [1, "replaced", "0.csv", 3, "a"],
        ]
        nobody = store.versions("police", "nobody")
        assert len(nobody) == 0
        assert list(nobody) == list(versions)

    def test_mappings_and_exports_are_kept_and_logged(self, store: FolderStore):
        mapping = ColumnMapping(columns={"category": ("Offence",)}, source="police")
        store.save_mapping("police", ColumnMapping(), who="A")
        store.save_mapping("police", mapping, who="A")
        assert store.mappings() == {"police": mapping}
        store.note_export(who="B", what={"rows": 5, "level": "exact"})
        assert store.log()[-1].details == {"rows": 5, "level": "exact"}
        assert FolderStore.open(store.location).mappings() == {"police": mapping}

    def test_the_state_changes_with_everything_that_is_written(self, store: FolderStore):
        states = [store.state()]
        for act in (
            lambda: store.add(make_import([Said("1")]), who="A", source="police"),
            lambda: store.undo(1, who="A"),
            lambda: store.note_export(who="A", what={}),
            lambda: store.purge(date(2025, 1, 1), who="A"),
        ):
            act()
            states.append(store.state())
        assert len(set(states)) == 5
        store.read()
        store.check()
        assert store.state() == states[-1]


def everything_in(folder: Path) -> bytes:
    """Give all bytes of a store; Parquet files as the texts in them."""
    found = []
    for path in sorted(folder.rglob("*")):
        if path.suffix == ".parquet":
            found.append(pd.read_parquet(path).to_csv().encode())
        elif path.is_file():
            found.append(path.read_bytes())
    return b"\n".join(found)


class TestPurging:
    def test_nothing_of_them_is_left_anywhere(self, store: FolderStore):
        old = Said("secret-id", time="2019-05-01 10:00", what="Old secret")
        store.add(make_import([old, Said("1")]), who="A", source="police")
        store.add(make_import([Said("secret-id", time="2019-05-01 10:00", what="Newer secret"),
                               Said("2")]), who="A", source="police")  # fmt: skip
        store.undo(1, who="A")
        key = str(incident_keys(make_import([old]).incidents.frame)[0])
        assert b"ecret" in everything_in(Path(store.location))
        assert key.encode() in everything_in(Path(store.location))
        before = everything_in(Path(store.location))
        dry = store.purge(date(2020, 1, 1), who="A", dry_run=True)
        assert everything_in(Path(store.location)) == before
        done = store.purge(date(2020, 1, 1), who="A")
        assert dry.deleted == done.deleted == {1: 1, 2: 1}
        assert done.total == 2
        assert b"ecret" not in everything_in(Path(store.location))
        assert key.encode() not in everything_in(Path(store.location))
        assert [entry.purged for entry in store.imports()] == [1, 1]
        assert [entry.located for entry in store.imports()] == [1, 1]
        assert [entry.rows_read for entry in store.imports()] == [2, 2]
        assert store.imports()[0].first_day == date(2024, 3, 5)
        assert store.check() == []
        assert store.log()[-1].details == {"before": "2020-01-01", "deleted": {"1": 1, "2": 1}}

    def test_a_day_is_a_day_and_a_span_ends_when_it_ends(self, store: FolderStore):
        said = [
            Said("last minute", time="2019-12-31 23:59"),
            Said("midnight", time="2020-01-01 00:00"),
            Said("over midnight", time="2019-12-31 23:00", end="2020-01-01 00:30"),
            Said("in the year", time="2019-12-30 23:00", end="2019-12-31 23:59"),
        ]
        store.add(make_import(said), who="A", source="police")
        assert store.purge(date(2020, 1, 1), who="A").deleted == {1: 2}
        assert set(store.read().frame[INCIDENT_ID]) == {"midnight", "over midnight"}

    def test_with_the_current_version_go_those_that_say_another_day(self, store: FolderStore):
        store.add(make_import([Said("1", time="2021-01-01")]), who="A", source="police")
        store.add(make_import([Said("1", time="2019-01-01")]), who="A", source="police")
        assert store.purge(date(2020, 1, 1), who="A").deleted == {1: 1, 2: 1}
        assert len(store.read()) == 0
        assert store.sources() == ()

    def test_an_older_version_goes_alone(self, store: FolderStore):
        store.add(make_import([Said("1", time="2019-01-01")]), who="A", source="police")
        store.add(make_import([Said("1", time="2021-01-01", what="b")]), who="A", source="police")
        assert store.purge(date(2020, 1, 1), who="A").deleted == {1: 1}
        assert what_is_said(store.read()) == {("police", "1"): "b"}
        store.undo(2, who="A")
        assert len(store.read()) == 0

    def test_a_row_that_an_import_itself_corrected_goes_with_the_correction(
        self, store: FolderStore
    ):
        said = [Said("1", time="2021-01-01"), Said("1", time="2019-01-01")]
        store.add(make_import(said), who="A", source="police")
        store.undo(1, who="A")
        assert store.purge(date(2020, 1, 1), who="A").deleted == {1: 2}

    def test_values_of_rejected_rows_go_with_the_age_of_the_import(
        self, store: FolderStore, monkeypatch: pytest.MonkeyPatch
    ):
        def at(day: str) -> None:
            monkeypatch.setattr(
                folder_module, "_now", lambda: pd.Timestamp(day, tz="UTC").to_pydatetime()
            )

        at("2021-06-01")
        first = make_import([Said("1", time="2021-05-01")], rejected=["99/99/2021"])
        store.add(first, who="A", source="police")
        at("2024-06-01")
        twice = [Said("1", time="2021-05-01"), Said("2")]
        store.add(make_import(twice, rejected=["77/77/2024"]), who="A", source="police")
        assert list(store.report(2).problems[FOUND]) == ["77/77/2024", "1"]
        assert store.purge(date(2022, 1, 1), who="A").deleted == {1: 1, 2: 1}
        one, two = (store.report(number).problems for number in (1, 2))
        assert one[[FOUND, ROW_VALUES]].to_numpy().tolist() == [["", ""]]
        assert list(one["reason"]) == ["this is not a day"]
        assert two[[FOUND, ROW_VALUES]].to_numpy().tolist() == [
            ["77/77/2024", '{"date": "77/77/2024"}'],
            ["", ""],
        ]
        assert store.report(1).rejected == 1
        assert store.check() == []


class TestReading:
    @pytest.fixture(scope="class")
    @classmethod
    def kept(
        cls, tmp_path_factory: pytest.TempPathFactory
    ) -> Iterator[tuple[FolderStore, Incidents]]:
        """Many small row groups in three imports, and obviously what is current of them."""
        rng = np.random.default_rng(5)
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr("geo.store.parquet.ROWS_PER_GROUP", 32)
            patch.setattr("geo.store.parquet._GROUPS_PER_BATCH", 2)
            store = FolderStore.open(tmp_path_factory.mktemp("read") / "store")
            frames = []
            for file in range(3):
                said = [_random_said(rng) for _ in range(150)]
                unique = {(each.source, each.id): each for each in said}
                imported = make_import(list(unique.values()), file=f"{file}.csv")
                store.add(imported, who="A", source="police")
                frames.append(imported.incidents.frame)
            together = pd.concat(frames, ignore_index=True)
            latest = together.drop_duplicates([SOURCE, INCIDENT_ID], keep="last")
            yield store, in_order(Incidents(latest.reset_index(drop=True)))

    def test_everything(self, kept: tuple[FolderStore, Incidents]):
        store, current = kept
        assert len(current) < 450
        pd.testing.assert_frame_equal(store.read().frame, current.frame)

    @settings(max_examples=30)
    @given(data=st.data())
    def test_every_kind_of_selection(
        self, kept: tuple[FolderStore, Incidents], data: st.DataObject
    ):
        store, current = kept
        selection = data.draw(selections())
        expected = selection.apply(current).frame
        pd.testing.assert_frame_equal(store.read(selection).frame, expected)

    def test_the_same_rows_have_the_same_fingerprint_however_selected(
        self, kept: tuple[FolderStore, Incidents]
    ):
        store, _ = kept
        days = Selection(date(2024, 1, 1), date(2024, 6, 30))
        same = Selection(date(2024, 1, 1), date(2024, 6, 30), sources=("police", "council"))
        assert store.read(days).fingerprint == store.read(same).fingerprint


def _random_said(rng: np.random.Generator) -> Said:
    place = [None, OUTSIDE, INSIDE, (524_900.0, 179_700.0), (522_000.0, 180_500.0)]
    day = pd.Timestamp("2024-01-01") + pd.Timedelta(minutes=int(rng.integers(0, 525_600)))
    return Said(
        id=str(rng.integers(0, 120)),
        time=str(day),
        what=str(rng.choice(["Hate crime", "Theft", "Assault"])),
        source=str(rng.choice(["police", "council"])),
        place=place[rng.integers(0, 5)],
        strands=tuple(rng.choice(["race", "disability"], rng.integers(0, 3), replace=False)),
        is_crime=[True, False, None][rng.integers(0, 3)],
    )


@st.composite
def selections(draw: st.DrawFn) -> Selection:
    days = st.dates(date(2023, 12, 30), date(2025, 1, 2))
    ends = sorted([draw(days), draw(days)])
    wards = list(boundaries.load_wards("2022")[WARD_CODE])

    def some(values: list) -> st.SearchStrategy:
        return st.none() | st.lists(st.sampled_from(values), unique=True).map(tuple)

    return Selection(
        start=draw(st.sampled_from([None, ends[0]])),
        end=draw(st.sampled_from([None, ends[1]])),
        categories=draw(some(["Hate crime", "Theft", "none such"])),
        strands=draw(some(["race", "disability"])),
        kind=draw(st.sampled_from(["all", "crime", "incident"])),
        sources=draw(some(["police", "council", "nobody"])),
        wards=draw(some(wards)),
        weekdays=draw(some(["Monday", "Sunday"])),
        hours=draw(some([0, 9, 23])),
    )


class StoreBesideModel(RuleBasedStateMachine):
    """The store beside the obvious: a list of imports, each a dict of what it says."""

    numbers = Bundle("numbers")

    def __init__(self) -> None:
        super().__init__()
        self.context = self._folder()
        self.store = FolderStore.open(self.context.__enter__())
        self.said: dict[int, dict[str, Said]] = {}
        self.undone: set[int] = set()

    @staticmethod
    @contextmanager
    def _folder() -> Iterator[Path]:
        with pytest.MonkeyPatch.context() as patch:
            # Nothing is proved about the disk here, and forcing it takes most of the time.
            patch.setattr(os, "fsync", lambda _handle: None)
            with tempfile.TemporaryDirectory() as name:
                yield Path(name) / "store"

    def teardown(self) -> None:
        assert self.store.check() == []
        self.context.__exit__(None, None, None)

    @rule(
        target=numbers,
        rows=st.lists(
            st.tuples(
                st.sampled_from("abcd"), st.sampled_from([2019, 2021, 2023]), st.sampled_from("xy")
            ),
            min_size=1,
            max_size=4,
        ),
    )
    def add(self, rows: list[tuple[str, int, str]]) -> int:
        said = [Said(name, time=f"{year}-06-01", what=what) for name, year, what in rows]
        current = self.current()
        counts = {"new": 0, "updated": 0, "duplicates": 0}
        for each in said:
            known = current.get(each.id)
            kind = "new" if known is None else "duplicates" if known == each else "updated"
            counts[kind] += 1
            current[each.id] = each
        entry = self.store.add(make_import(said), who="A", source="police", again=True)
        assert {name: getattr(entry, name) for name in counts} == counts
        self.said[entry.number] = {each.id: each for each in said}
        return entry.number

    @rule(number=numbers)
    def undo_or_restore(self, number: int) -> None:
        if number in self.undone:
            self.store.restore(number, who="A")
        else:
            self.store.undo(number, who="A")
        self.undone ^= {number}

    @rule(year=st.sampled_from([2020, 2022]))
    def purge(self, year: int) -> None:
        gone = {name for name, each in self.current().items() if int(each.time[:4]) < year}
        self.store.purge(date(year, 1, 1), who="A")
        self.said = {
            number: {
                name: each
                for name, each in said.items()
                if name not in gone and int(each.time[:4]) >= year
            }
            for number, said in self.said.items()
        }

    @rule()
    def open_again(self) -> None:
        self.store = FolderStore.open(self.store.location, create=False)

    @invariant()
    def what_is_current_is_as_in_the_model(self) -> None:
        expected = {("police", name): each.what for name, each in self.current().items()}
        assert what_is_said(self.store.read()) == expected

    def current(self) -> dict[str, Said]:
        current: dict[str, Said] = {}
        for number, said in self.said.items():
            if number not in self.undone:
                current |= said
        return current


TestStoreBesideModel = StoreBesideModel.TestCase
TestStoreBesideModel.settings = settings(max_examples=6, stateful_step_count=10, deadline=None)


class TestDamage:
    @pytest.fixture
    def kept(self, store: FolderStore) -> FolderStore:
        store.add(make_import([Said("1")], rejected=["x"]), who="A", source="police")
        store.add(make_import([Said("1", what="b")]), who="A", source="police")
        return store

    @pytest.mark.parametrize(
        "name", ["incidents.parquet", "problems.parquet", "repeated-keys.parquet", "manifest.json"]
    )
    def test_a_changed_or_missing_file_is_found(self, kept: FolderStore, name: str):
        path = Path(kept.location) / "imports" / "000002" / name
        content = bytearray(path.read_bytes())
        content[len(content) // 2] ^= 1
        path.write_bytes(content)
        assert kept.check() == [
            f"Import 2: {name} changed since being written; restore from a backup."
        ]
        path.unlink()
        assert [name in sentence and "missing" in sentence for sentence in kept.check()] == [True]

    def test_reading_a_missing_or_broken_file_is_a_sentence(self, kept: FolderStore):
        path = Path(kept.location) / "imports" / "000001" / "incidents.parquet"
        path.write_bytes(path.read_bytes()[:100])
        with pytest.raises(StoreError, match=r"incidents\.parquet is damaged"):
            kept.read()
        path.unlink()
        with pytest.raises(StoreError, match=r"incidents\.parquet of import 1 is missing"):
            kept.read()

    def test_a_file_is_never_read_as_something_else_than_was_written(self, kept: FolderStore):
        """Whatever a disk gives back, wherever: the right rows, or a sentence with the file."""
        folder = Path(kept.location) / "imports"
        paths = [path for path in sorted(folder.rglob("*.parquet")) if path.stat().st_size]
        right = kept.read().fingerprint
        for path in paths:
            content = path.read_bytes()
            for at in range(0, len(content), 61):
                path.write_bytes(content[:at] + bytes(each ^ 0x55 for each in content[at : at + 8])
                                 + content[at + 8 :])  # fmt: skip
                try:
                    again = FolderStore.open(kept.location)
                    assert again.read().fingerprint == right
                    again.report(1), again.report(2)
                except StoreError as error:
                    assert f"{path} is" in str(error)  # noqa: PT017 - not always raised
            path.write_bytes(content)
        assert kept.check() == []

    @pytest.mark.parametrize(
        "name", ["incidents.parquet", "problems.parquet", "repeated-keys.parquet"]
    )
    def test_a_file_of_another_import_is_not_read_in_its_place(self, kept: FolderStore, name: str):
        folder = Path(kept.location) / "imports"
        for other in (folder / "000001" / "incidents.parquet", folder / "000001" / name):
            (folder / "000002" / name).write_bytes(other.read_bytes())
            again = FolderStore.open(kept.location)
            with pytest.raises(StoreError, match=rf"000002.{name} is damaged, or not"):
                _ = again.read(), again.report(2)

    def test_a_backup_does_not_bring_back_what_was_purged(self, kept: FolderStore):
        folder = Path(kept.location)
        add = [Said("old", "2019-01-01"), Said("new")]
        kept.add(make_import(add), who="A", source="police")
        path = folder / "imports" / "000003" / "incidents.parquet"
        content = path.read_bytes()
        kept.purge(date(2020, 1, 1), who="A")
        path.write_bytes(content)
        with pytest.raises(StoreError, match=r"000003.incidents\.parquet is damaged, or not"):
            FolderStore.open(folder).read()
        assert len(kept.check()) == 1

    def test_imports_that_the_journal_lost_are_never_deleted(self, kept: FolderStore):
        folder = Path(kept.location)
        (folder / "imports" / "000002").rename(folder / "imports" / "000007")
        with pytest.raises(StoreError, match="000007 is in the store but not in its journal"):
            kept.add(make_import([Said("9")]), who="A", source="police")
        assert (folder / "imports" / "000007" / "incidents.parquet").is_file()
        assert "imports/000007 is not in the journal." in kept.check()

    @pytest.mark.parametrize("lost", ["journal", "journal/00000002.json", "journal/00000001.json"])
    def test_no_import_is_deleted_because_the_journal_is_damaged(
        self, store: FolderStore, lost: str
    ):
        store.add(make_import([Said("1")]), who="A", source="police")
        store.undo(1, who="A")
        folder = Path(store.location)
        (folder / lost).rename(folder.parent / "lost")
        calls: list[Callable[[FolderStore], object]] = [
            lambda again: again.read(),
            lambda again: again.imports(),
            lambda again: again.log() or again.state(),
            lambda again: again.add(make_import([Said("2")]), who="A", source="police"),
        ]
        for call in calls:
            with pytest.raises(StoreError, match="is missing"):
                call(FolderStore.open(folder))
        (sentence,) = FolderStore.open(folder).check()
        assert "missing" in sentence
        (folder.parent / "lost").rename(folder / lost)
        again = FolderStore.open(folder)
        assert (again.check(), len(again.incidents_of(1))) == ([], 1)

    def test_a_check_never_fails_itself(self, kept: FolderStore):
        journal = Path(kept.location) / "journal"
        (journal / "00000002.json").unlink()
        (journal / "00000002.json").mkdir()
        (sentence,) = kept.check()
        assert "00000002.json" in sentence
        with pytest.raises(StoreError, match=r"00000002\.json"):
            kept.log()


class TestDisk:
    def test_who_waits_too_long_is_told_for_whom(
        self, store: FolderStore, monkeypatch: pytest.MonkeyPatch
    ):
        monkeypatch.setattr(locking, "LOCK_WAIT_S", 0.1)
        with (
            locked(Path(store.location), "Ms Other"),
            pytest.raises(StoreError, match=r"being written by Ms Other \(process \d+ on"),
        ):
            store.note_export(who="A", what={})
        store.note_export(who="A", what={})

    def test_the_reader_of_an_upload_needs_no_path(self, store: FolderStore):
        content = b"date,easting,northing\n2024-03-05,523500,178500\n"
        store.add(read_uploads([("a.csv", content)]), who="A", source="a")
        assert len(store.read()) == 1
