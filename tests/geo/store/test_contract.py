"""What every store does: the same tests for the folder and for PostGIS, and both side by side."""

import tempfile
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import astuple, replace
from datetime import date
from functools import cache
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test

import boundaries
from boundaries.columns import WARD_CODE
from boundaries.errors import AlreadyImportedError, ParameterError
from geo import schema
from geo.identity import incident_keys
from geo.readers import read
from geo.readers.importing import Import
from geo.readers.mapping import ColumnMapping
from geo.report import DUPLICATE, FOUND, OUTCOME, REJECTED, ROW, ROW_VALUES, UPDATED
from geo.schema import INCIDENT_ID, OCCURRED, SOURCE, Incidents
from geo.selection import Selection
from geo.store import Store, open_store
from geo.store.interface import IMPORT_NUMBER, STATUS, VERSION_COLUMNS
from geo.store.opening import is_store
from tests.postgres_server import PostgresServer
from tests.store_samples import INSIDE, OUTSIDE, Said, make_import

KINDS = ("folder", "postgis")


@pytest.fixture(params=KINDS)
def location(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """Where a store may be made."""
    if request.param == "folder":
        return str(tmp_path / "store")
    return request.getfixturevalue("database")


@pytest.fixture
def store(location: str) -> Store:
    return open_store(location)


def add(store: Store, *said: Said, rejected: tuple[str, ...] = (), **options: Any) -> int:
    imported = make_import(said, rejected=rejected)
    return store.add(imported, who="A", source="police", **options).number


def said_by(store: Store) -> dict[str, str]:
    """Give the category of each current incident by its id."""
    frame = store.read().frame
    return dict(zip(frame[INCIDENT_ID], frame[schema.CATEGORY], strict=True))


def in_order(frame: pd.DataFrame) -> pd.DataFrame:
    keyed = frame.assign(key=incident_keys(frame)).sort_values([OCCURRED, "key"])
    return keyed.drop(columns="key").reset_index(drop=True)


def awkward_import() -> Import:
    """Values of which a text, a number or a time is easily lost on the way."""
    texts = ["", "a,b;c\td", 'He said "no"', "two\r\nlines\n", "\\.", "\\N", "NULL", "'; DROP --"]
    texts += [" spaces ", "é 日本 🙂", "NaN", "x" * 9_000]
    times = ["1950-01-01T00:00:00.000001", "2099-12-31T23:59:59.999999", "2024-10-27T01:30:00"]
    places = [(0.1 + 0.2, 1 / 3), (523_388.123456789, 178_000.0000001), (-0.0, 1e-7), (9e15, 5.0)]
    said = [
        Said(
            id=f"{number} {text}",
            what=text,
            time=times[number % 3],
            place=None if number % 5 == 4 else places[number % 4],
            is_crime=(True, False, None)[number % 3],
            strands=tuple(schema.STRANDS[: number % 6]),
        )
        for number, text in enumerate(texts)
    ]
    imported = make_import(said, file='odd, "name"\n.csv', rejected=["", '{"', "31/02/2024"])
    more = {
        schema.LOCATION_TEXT: pd.Series([None, *texts[1:]], dtype="str"),
        schema.VICTIM_REF: pd.Series([*texts[:-1], None], dtype="str"),
    }
    return replace(imported, incidents=Incidents(imported.incidents.frame.assign(**more)))


class TestAdding:
    def test_a_new_store_is_empty(self, store: Store, location: str):
        assert is_store(location)
        assert store.imports() == ()
        assert store.read().frame.columns.tolist() == list(schema.REQUIRED_COLUMNS)
        assert len(store.read(Selection(categories=("Theft",)))) == 0
        assert (store.sources(), dict(store.mappings()), store.check()) == ((), {}, [])
        assert [(each.number, each.action) for each in store.log()] == [(1, "create")]

    def test_every_value_comes_back(self, store: Store, location: str):
        imported = awkward_import()
        before = store.state()
        entry = store.add(imported, who="Ann O'Nymous", source='The "police"')
        frame = imported.incidents.frame
        names = [
            *schema.REQUIRED_COLUMNS,
            *(name for name in schema.OPTIONAL_COLUMNS if name in frame),
        ]
        expected = in_order(frame)[names]
        for again in (store, open_store(location)):
            pd.testing.assert_frame_equal(again.read().frame, expected)
            pd.testing.assert_frame_equal(again.incidents_of(1).frame, expected)
            pd.testing.assert_frame_equal(again.report(1).problems, imported.report.problems)
            assert again.read().fingerprint == Incidents(expected).fingerprint
            assert again.report(1).files == imported.report.files == entry.files
            assert again.imports() == (entry,)
            assert again.state() == store.state() != before
            assert again.check() == []
        assert (entry.who, entry.source) == ("Ann O'Nymous", 'The "police"')
        assert (entry.first_day, entry.last_day) == (date(1950, 1, 1), date(2099, 12, 31))
        assert (entry.new, entry.rejected, entry.rows_read) == (12, 3, 15)
        where = imported.report.located, imported.report.outside, imported.report.not_located
        assert (entry.located, entry.outside, entry.not_located) == where

    def test_long_texts_come_back(self, store: Store):
        said = [Said("1", what="é" * 1_500_000), Said("2"), Said("3", what="y" * 1_100_000)]
        add(store, *said, rejected=("z" * 3_000_000,))
        assert {len(each) for each in said_by(store).values()} == {1_500_000, 10, 1_100_000}
        assert store.report(1).problems[FOUND].str.len().tolist() == [3_000_000]
        assert store.check() == []

    def test_the_first_and_the_last_day_there_are(self, store: Store):
        add(store, Said("1"), Said("2", "2099-12-31"))
        assert len(store.read(Selection(start=date.min, end=date.max))) == 2
        assert len(store.read(Selection(end=date.min))) == 0
        assert store.purge(date.min, who="A").total == 0
        assert store.purge(date.max, who="A").deleted == {1: 2}

    def test_files_that_people_have_come_back(self, store: Store, police_uk_paths: Path):
        imported = read([police_uk_paths / "2016-01"])
        store.add(imported, who="A", source="police.uk")
        assert store.read().fingerprint == Incidents(in_order(imported.incidents.frame)).fingerprint

    def test_every_row_is_new_updated_a_duplicate_or_rejected(self, store: Store):
        add(store, Said("1"), Said("2"), Said("3"))
        rows = [Said("1"), Said("2", what="Theft"), Said("4"), Said("4"), Said("4", what="Theft")]
        second = make_import(rows, rejected=["31/02/2024"], file="tuesday.csv")
        state = store.state()
        preview = store.preview(second)
        assert store.state() == state
        entry = store.add(second, who="A", source="police")
        for counted in (preview, entry):
            counts = counted.new, counted.updated, counted.duplicates, counted.rejected
            assert counts == (1, 2, 2, 1)
        pd.testing.assert_frame_equal(store.report(2).problems, preview.report.problems)
        outcomes = store.report(2).problems.set_index(ROW)[OUTCOME].to_dict()
        assert outcomes == {7: REJECTED, 2: DUPLICATE, 5: DUPLICATE, 3: UPDATED, 6: UPDATED}
        assert said_by(store) == {"1": "Hate crime", "2": "Theft", "3": "Hate crime", "4": "Theft"}
        assert len(store.incidents_of(2)) == 5
        assert store.check() == []

    def test_the_same_file_is_recognised_while_it_counts(self, store: Store):
        add(store, Said("1"))
        with pytest.raises(AlreadyImportedError, match=r"in the store already.*import 1"):
            add(store, Said("1"))
        assert store.preview(make_import([Said("1")])).known_files == {"extract.csv": 1}
        assert add(store, Said("1"), again=True) == 2
        store.undo(1, who="A")
        store.undo(2, who="A")
        assert store.preview(make_import([Said("1")])).known_files == {}
        assert add(store, Said("1")) == 3

    def test_look_alikes_are_of_other_sources(self, store: Store):
        add(store, Said("1"), Said("2", place=OUTSIDE))
        new = make_import([Said("c", source="council"), Said("w", source="wardens"), Said("1")])
        pairs = store.preview(new).look_alikes
        listed = {frozenset({row.first_id, row.second_id}) for row in pairs.itertuples()}
        assert listed == {frozenset(pair) for pair in ("cw", "c1", "w1")}
        assert store.sources() == ("police",)

    def test_the_demonstration_is_refused(self, store: Store):
        demo = read(["demo"])
        with pytest.raises(ParameterError, match="synthetic and cannot be kept"):
            store.add(demo, who="A", source="demo")
        with pytest.raises(ParameterError, match="synthetic and cannot be kept"):
            store.preview(demo)
        assert len(store.log()) == 1


class TestChanging:
    def test_undoing_brings_back_what_was_replaced(self, store: Store):
        add(store, Said("1", what="a"), Said("2", what="a"))
        add(store, Said("1", what="b"), Said("3", what="b", source="council"))
        add(store, Said("1", what="c"))
        assert said_by(store) == {"1": "c", "2": "a", "3": "b"}
        assert store.undo(3, who="B").undone
        assert said_by(store) == {"1": "b", "2": "a", "3": "b"}
        store.undo(2, who="B")
        assert said_by(store) == {"1": "a", "2": "a"}
        assert store.sources() == ("police",)
        assert not store.restore(3, who="B").undone
        assert said_by(store) == {"1": "c", "2": "a"}
        assert [entry.undone for entry in store.imports()] == [False, True, False]
        assert len(store.incidents_of(2)) == 2
        assert store.check() == []

    def test_numbers_that_are_not_there_are_said(self, store: Store):
        with pytest.raises(ParameterError, match="no import 1 in the store; there is none"):
            store.undo(1, who="A")
        add(store, Said("1"))
        calls: list[Callable[[int], object]] = [
            store.report,
            store.incidents_of,
            lambda number: store.undo(number, who="A"),
            lambda number: store.restore(number, who="A"),
        ]
        for call in calls:
            with pytest.raises(ParameterError, match="no import 2 in the store; they go from 1 to"):
                call(2)
        with pytest.raises(ParameterError, match="Import 1 is not undone; nothing was changed"):
            store.restore(1, who="A")
        store.undo(1, who="A")
        with pytest.raises(ParameterError, match="Import 1 is undone already"):
            store.undo(1, who="A")
        assert [entry.action for entry in store.log()] == ["create", "import", "undo"]

    def test_versions_are_all_that_was_ever_said(self, store: Store):
        add(store, Said("1", what="a"), Said("2"))
        add(store, Said("1", what="b"), Said("1", what="c"))
        add(store, Said("1", what="d"))
        store.undo(3, who="A")
        versions = store.versions("police", "1")
        assert tuple(versions.columns) == VERSION_COLUMNS
        assert versions[[IMPORT_NUMBER, STATUS, ROW, schema.CATEGORY]].to_numpy().tolist() == [
            [3, "undone", 2, "d"],
            [2, "current", 3, "c"],
            [2, "replaced", 2, "b"],
            [1, "replaced", 2, "a"],
        ]
        assert len(store.versions("council", "1")) == 0
        assert tuple(store.versions("police", "?").columns) == VERSION_COLUMNS

    def test_purging_deletes_for_good_and_says_how_much(self, store: Store):
        old, x = Said("old", "2019-12-31 23:59"), Said("x", "2021-01-01")
        long = Said("long", "2019-12-30", end="2020-01-01")
        add(store, old, long, Said("new", "2020-01-01 00:00", place=None))
        corrected = Said("corrected", "2018-01-01")
        add(store, Said("new", "2020-02-01"), corrected, x, rejected=("77/77/2024",))
        add(store, old, replace(x, time="2017-01-01"), Said("undone", "2001-01-01"))
        store.undo(3, who="A")
        planned = store.purge(date(2020, 1, 1), who="A", dry_run=True)
        assert len(store.log()) == 5
        purged = store.purge(date(2020, 1, 1), who="B")
        assert purged.deleted == planned.deleted == {1: 1, 2: 1, 3: 3}
        assert purged.total == 5
        assert set(said_by(store)) == {"long", "new", "x"}
        one, _, three = store.imports()
        assert (one.purged, one.located, one.not_located, one.new) == (1, 1, 1, 3)
        assert (one.first_day, one.last_day) == (date(2019, 12, 30), date(2020, 1, 1))
        assert (three.purged, three.located, three.first_day, three.last_day) == (3, 0, None, None)
        assert (three.new, three.updated, three.duplicates) == (1, 1, 1)
        problems = store.report(2).problems
        assert problems.query("outcome == 'rejected'")[FOUND].tolist() == ["77/77/2024"]
        assert problems.query("outcome == 'updated'")[FOUND].tolist() == ["new"]
        assert set(store.report(3).problems[FOUND]) == {""}
        assert set(store.report(3).problems[ROW_VALUES]) == {""}
        assert store.log()[-1].details == {
            "before": "2020-01-01",
            "deleted": {"1": 1, "2": 1, "3": 3},
        }
        assert len(store.versions("police", "old")) == 0
        assert store.purge(date(2020, 1, 1), who="B").deleted == {}
        store.restore(3, who="A")
        assert set(said_by(store)) == {"long", "new", "x"}
        assert store.check() == []

    def test_whose_version_decides_what_is_deleted(self, store: Store):
        then, later = "2019-06-01", "2021-06-01"
        add(store, Said("moved back", later), Said("moved on", then), Said("stays", later))
        add(store, Said("moved back", then), Said("moved on", later), Said("stays", later))
        corrected = [Said("back", later), Said("back", then), Said("on", then), Said("on", later)]
        add(store, *corrected, Said("moved on", later), Said("moved back", later))
        store.undo(3, who="A")
        # The current version decides for all; in an import its last row does for those before.
        assert store.purge(date(2020, 1, 1), who="A").deleted == {1: 2, 2: 1, 3: 4}
        assert set(said_by(store)) == {"moved on", "stays"}
        assert set(store.incidents_of(3).frame[INCIDENT_ID]) == {"on", "moved on"}
        problems = [store.report(number).problems for number in (2, 3)]
        # What a duplicate repeats may be what was deleted.
        told = [dict(zip(each[ROW], each[FOUND], strict=True)) for each in problems]
        assert told == [{2: "", 3: "moved on", 4: ""}, {3: "", 5: "on", 6: "", 7: ""}]
        store.restore(3, who="A")
        assert set(said_by(store)) == {"on", "moved on", "stays"}
        assert store.check() == []

    def test_the_log_has_it_all(self, store: Store):
        mapping = ColumnMapping({"date": ("When",)}, "Council", {"rh": "race"}, None, True)
        store.save_mapping("Council", ColumnMapping(), who="A")
        store.save_mapping("Council", mapping, who="B")
        store.note_export(who="C", what={"rows": 3, "to": "é.csv"})
        assert dict(store.mappings()) == {"Council": mapping}
        add(store, Said("1"), mapping={"extract.csv": mapping})
        assert store.imports()[0].mapping == {"extract.csv": mapping}
        log = store.log()
        assert [entry.number for entry in log] == [1, 2, 3, 4, 5]
        assert [(entry.who, entry.action) for entry in log[1:4]] == [
            ("A", "save mapping"),
            ("B", "save mapping"),
            ("C", "export"),
        ]
        assert log[3].details == {"rows": 3, "to": "é.csv"}
        assert log[4].details == {
            "import": 1, "source": "police", "new": 1, "updated": 0, "duplicates": 0, "rejected": 0
        }  # fmt: skip
        assert all(earlier.at <= later.at for earlier, later in pairwise(log))
        assert log[0].at.tzinfo is not None

    def test_writers_take_turns_and_readers_see_whole_imports(self, store: Store, location: str):
        sizes = [7, 11, 13, 17]

        def write(number: int) -> None:
            rows = [Said(f"{number}-{row}") for row in range(sizes[number])]
            own = open_store(location)
            for _ in range(2):
                own.add(make_import(rows), who=str(number), source="police", again=True)

        with ThreadPoolExecutor(5) as pool:
            writing = [pool.submit(write, number) for number in range(4)]
            seen = {len(store.read()) for _ in range(20)}
            for each in writing:
                each.result()
        sums = {sum(size for bit, size in enumerate(sizes) if n >> bit & 1) for n in range(16)}
        assert seen <= sums
        assert len(store.read()) == sum(sizes)
        assert [entry.number for entry in store.imports()] == list(range(1, 9))
        assert sum(entry.new for entry in store.imports()) == sum(sizes)
        assert store.check() == []


@pytest.fixture(scope="module", params=KINDS)
def kept(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[Store, Incidents]]:
    """A store with three imports, and obviously what is current of them."""
    with ExitStack() as stack:
        if request.param == "folder":
            location = str(tmp_path_factory.mktemp("contract") / "store")
        else:
            server: PostgresServer = request.getfixturevalue("postgres_server")
            name = server.new_database()
            stack.callback(server.drop, name)
            location = server.url(name)
        store, rng = open_store(location), np.random.default_rng(11)
        frames = []
        for _ in range(3):
            said = {(each.source, each.id): each for each in map(_random, [rng] * 150)}
            imported = make_import(list(said.values()))
            store.add(imported, who="A", source="police")
            frames.append(imported.incidents.frame)
        latest = pd.concat(frames).drop_duplicates([SOURCE, INCIDENT_ID], keep="last")
        yield store, Incidents(in_order(latest))


@settings(max_examples=30)
@given(data=st.data())
def test_a_selection_is_that_of_everything(kept: tuple[Store, Incidents], data: st.DataObject):
    store, everything = kept
    selection = data.draw(selections())
    expected = selection.apply(everything).frame
    pd.testing.assert_frame_equal(store.read(selection).frame, expected)


WARDS = ["E05013741", "E05013753"]  # that hold two of the places below


@cache
def _western_end(code: str) -> tuple[float, float]:
    """Give a place a millimetre inside of the westernmost vertex of a ward."""
    ward = boundaries.load_wards("2022").set_index(WARD_CODE).geometry[code]
    west, centre = min(ward.exterior.coords), ward.representative_point()
    place = shapely.line_interpolate_point(shapely.LineString([west, centre]), 1e-3)
    assert ward.contains(place)
    return place.x, place.y


def _random(rng: np.random.Generator) -> Said:
    places = [None, OUTSIDE, INSIDE, _western_end(WARDS[0]), (522_000.0, 180_500.0)]
    minute = int(rng.integers(0, 60 * 24 * 60))
    return Said(
        id=str(rng.integers(0, 120)),
        time=str(pd.Timestamp("2024-01-01") + pd.Timedelta(minutes=minute)),
        what=str(rng.choice(["Hate crime", "hate crime", "Theft"])),
        source=str(rng.choice(["police", "council"])),
        place=places[rng.integers(0, 5)],
        strands=tuple(rng.choice(["race", "disability"], rng.integers(0, 3), replace=False)),
        is_crime=(True, False, None)[rng.integers(0, 3)],
    )


@st.composite
def selections(draw: st.DrawFn) -> Selection:
    days = sorted(draw(st.tuples(*[st.dates(date(2023, 12, 31), date(2024, 3, 1))] * 2)))
    codes = draw(st.sampled_from([WARDS, list(boundaries.load_wards("2002")[WARD_CODE])]))

    def some(*values: Any) -> Any:
        return draw(st.none() | st.lists(st.sampled_from(values), unique=True).map(tuple))

    return Selection(
        start=draw(st.sampled_from([None, days[0]])),
        end=draw(st.sampled_from([None, days[1]])),
        categories=some("Hate crime", "hate crime", "none's"),
        strands=some("race", "disability", "sexual orientation"),
        kind=draw(st.sampled_from(["all", "crime", "incident"])),
        sources=some("police", "council", "Council"),
        wards=some(*codes),
        weekdays=draw(st.sampled_from([None, ("Monday", "Friday")])),
        hours=draw(st.sampled_from([None, (0, 1, 22, 23)])),
    )


class Twins(RuleBasedStateMachine):
    """A folder and a database to which the same is done."""

    server: PostgresServer

    def __init__(self) -> None:
        super().__init__()
        self.stack = ExitStack()
        folder = self.stack.enter_context(tempfile.TemporaryDirectory())
        name = self.server.new_database()
        self.stack.callback(self.server.drop, name)
        self.stores = [open_store(Path(folder) / "store"), open_store(self.server.url(name))]

    def both(self, act: Callable[[Store], Any]) -> None:
        """Do it to both; they answer, or refuse, alike."""
        one, other = (self.answer(act, store) for store in self.stores)
        assert one == other

    @staticmethod
    def answer(act: Callable[[Store], Any], store: Store) -> Any:
        try:
            return act(store)
        except ParameterError as error:
            return str(error)

    @rule(
        rows=st.lists(
            st.builds(
                Said,
                id=st.sampled_from("abcde"),
                time=st.sampled_from(["2019-06-01", "2021-06-01", "2021-06-01 10:00"]),
                what=st.sampled_from("xy"),
                source=st.sampled_from(["police", "council"]),
                place=st.sampled_from([None, INSIDE, OUTSIDE]),
                end=st.sampled_from([None, "2022-01-01"]),
            ),
            min_size=1,
            max_size=6,
        ),
        rejected=st.sampled_from([(), ("31/02/2024",)]),
        again=st.booleans(),
    )
    def add(self, rows: list[Said], rejected: tuple[str, ...], again: bool) -> None:
        imported = make_import(rows, rejected=rejected)
        self.both(lambda store: previewed(store.preview(imported)))
        self.both(
            lambda store: entry_of(store.add(imported, who="A", source="police", again=again))
        )

    @rule(number=st.integers(1, 4))
    def undo(self, number: int) -> None:
        self.both(lambda store: entry_of(store.undo(number, who="A")))

    @rule(number=st.integers(1, 4))
    def restore(self, number: int) -> None:
        self.both(lambda store: entry_of(store.restore(number, who="A")))

    @rule(year=st.sampled_from([2020, 2022, 2099]))
    def purge(self, year: int) -> None:
        before = date(year, 1, 1)
        self.both(lambda store: astuple(store.purge(before, who="A", dry_run=True)))
        self.both(lambda store: astuple(store.purge(before, who="A")))

    @invariant()
    def the_same_counts(self) -> None:
        self.both(lambda store: store.read().fingerprint)

    def teardown(self) -> None:
        with self.stack:
            self.both(everything)
            self.both(lambda store: store.check())
            assert self.stores[0].check() == []


def entry_of(entry: Any) -> Any:
    return replace(entry, added=None)


def previewed(preview: Any) -> Any:
    counts = preview.new, preview.updated, preview.duplicates, preview.rejected
    return counts, preview.known_files, _table(preview.report.problems), _table(preview.look_alikes)


def everything(store: Store) -> Any:
    """Give all that can be seen of a store, but for when it was done."""
    numbers = [entry.number for entry in store.imports()]
    return {
        "imports": [entry_of(entry) for entry in store.imports()],
        "reports": [_report(store, number) for number in numbers],
        "incidents": [store.incidents_of(number).fingerprint for number in numbers],
        "versions": [_table(store.versions(source, name)) for source in ("police", "council")
                     for name in "abcde"],
        "sources": store.sources(),
        "log": [(each.number, each.who, each.action, each.details) for each in store.log()],
    }  # fmt: skip


def _report(store: Store, number: int) -> Any:
    report = store.report(number)
    where = report.located, report.outside, report.not_located
    return report.files, where, _table(report.problems)


def _table(frame: pd.DataFrame) -> Mapping[str, list[str]]:
    return {name: [str(value) for value in frame[name]] for name in frame}


def test_the_folder_and_the_database_do_the_same(postgres_server: PostgresServer):
    class OnThisServer(Twins):
        server = postgres_server

    run_state_machine_as_test(
        OnThisServer, settings=settings(max_examples=4, stateful_step_count=7, deadline=None)
    )
