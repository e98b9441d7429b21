"""What only a database has: rights, other programs, lost connections, somebody's SQL."""

import gc
import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from pathlib import Path

import psycopg
import pytest

from boundaries.errors import StoreError
from geo.postgres import Address
from geo.readers import read
from geo.schema import INCIDENT_ID
from geo.selection import Selection
from geo.store import open_store
from geo.store.postgis import PostgisStore
from tests.postgres_server import TEMPLATE, PostgresServer
from tests.store_samples import INSIDE, OUTSIDE, Said, make_import

ROOT = Path(__file__).resolve().parents[3]
ROWS = [Said("1"), Said("2", place=OUTSIDE), Said("3", place=None)]


@pytest.fixture(scope="module")
def template(postgres_server: PostgresServer) -> Iterator[str]:
    """Name a database with a store of two imports, from which others are copied."""
    name = postgres_server.new_database()
    store = PostgisStore.open(postgres_server.url(name))
    store.add(make_import(ROWS, rejected=["31/02/2024"]), who="A", source="police")
    store.add(make_import([Said("1", what="Theft")]), who="A", source="police")
    del store  # with its connection
    yield name
    postgres_server.drop(name)


@pytest.fixture
def database(request: pytest.FixtureRequest, postgres_server: PostgresServer) -> Iterator[str]:
    """Give the address of a new database, with the two imports where ``kept`` is asked for."""
    has_imports = "kept" in request.fixturenames
    name = postgres_server.new_database(
        request.getfixturevalue("template") if has_imports else TEMPLATE
    )
    yield postgres_server.url(name)
    postgres_server.drop(name)


@pytest.fixture
def store(database: str) -> PostgisStore:
    return PostgisStore.open(database)


@pytest.fixture
def kept(database: str) -> PostgisStore:
    """A store with two imports."""
    return PostgisStore.open(database, create=False)


def run(address: str, *statements: str) -> list[tuple]:
    rows: list[tuple] = []
    with psycopg.connect(address) as connection:
        for statement in statements:
            cursor = connection.execute(statement)
            rows = cursor.fetchall() if cursor.description else []
    return rows


def name_of(address: str) -> str:
    return address.rsplit("/", 1)[1]


class TestOpening:
    def test_none_is_made_where_none_is_asked_for(self, database: str):
        with pytest.raises(StoreError, match="There is no store in postgresql://owner@127"):
            PostgisStore.open(database, create=False)
        assert run(database, "SELECT to_regnamespace('hotspots')") == [(None,)]

    def test_many_may_open_a_new_one_at_once(self, database: str):
        with ThreadPoolExecutor(4) as pool:
            stores = list(pool.map(PostgisStore.open, [database] * 4))
        assert [entry.action for entry in stores[0].log()] == ["create"]

    @pytest.mark.usefixtures("store")
    def test_a_newer_version_is_not_touched(self, database: str):
        run(database, "UPDATE hotspots.format SET version = 3")
        with pytest.raises(StoreError, match=r"version 3.*Install a newer version of hotspots"):
            PostgisStore.open(database)

    def test_a_schema_of_somebody_else_is_left_alone(self, database: str):
        run(database, "CREATE SCHEMA hotspots", "CREATE TABLE hotspots.wifi (id int)")
        with pytest.raises(StoreError, match="has a schema hotspots that is no store"):
            PostgisStore.open(database)

    def test_an_encoding_without_all_letters_is_refused_at_once(
        self, postgres_server: PostgresServer
    ):
        options = "TEMPLATE template0 ENCODING 'LATIN1' LOCALE 'C'"
        postgres_server.run(f"CREATE DATABASE in_latin1 {options}")
        with pytest.raises(StoreError, match="has the encoding LATIN1, which has not all letters"):
            PostgisStore.open(postgres_server.url("in_latin1"))
        postgres_server.drop("in_latin1")

    def test_postgis_may_be_in_a_schema_of_its_own(self, postgres_server: PostgresServer):
        name = postgres_server.new_database("template1")
        address = postgres_server.url(name)
        run(address, 'CREATE SCHEMA "Geo Stuff"', 'CREATE EXTENSION postgis SCHEMA "Geo Stuff"')
        store = PostgisStore.open(address)
        store.add(make_import(ROWS), who="A", source="police")
        wards = ("E05013742",)  # Lillie; none of the three is there
        assert len(store.read(Selection(wards=wards))) == 0
        assert len(store.read()) == 3
        postgres_server.drop(name)

    def test_postgis_is_switched_on_by_who_may(self, postgres_server: PostgresServer):
        name, stranger = postgres_server.new_database("template1"), postgres_server.new_user()
        with pytest.raises(StoreError, match=r"has no PostGIS. Ask the admin.* EXTENSION postgis;"):
            PostgisStore.open(postgres_server.url(name, stranger))
        assert PostgisStore.open(postgres_server.url(name)).check() == []
        postgres_server.drop(name)

    def test_without_the_right_the_command_for_it_is_said(
        self, postgres_server: PostgresServer, database: str
    ):
        stranger = postgres_server.new_user()
        address = postgres_server.url(name_of(database), stranger)
        command = f"CREATE SCHEMA hotspots AUTHORIZATION {stranger};"
        with pytest.raises(StoreError, match=f"may not make the schema.*: {command}$"):
            PostgisStore.open(address)
        run(database, command)
        store = PostgisStore.open(address)
        store.add(make_import(ROWS), who="A", source="police")
        assert store.check() == []

    def test_who_may_only_read_reads_and_nothing_else(
        self, postgres_server: PostgresServer, kept: PostgisStore, database: str
    ):
        reader = postgres_server.new_user()
        address = postgres_server.url(name_of(database), reader)
        with pytest.raises(
            StoreError, match=r"permission denied for schema hotspots. Ask the admin"
        ):
            PostgisStore.open(address)
        run(
            database,
            f"GRANT USAGE ON SCHEMA hotspots TO {reader}",
            f"GRANT SELECT ON ALL TABLES IN SCHEMA hotspots TO {reader}",
        )
        store = PostgisStore.open(address)
        assert store.read().fingerprint == kept.read().fingerprint
        assert store.preview(make_import(ROWS)).duplicates == 2
        with pytest.raises(StoreError, match=r"permission denied.*Ask the administrator"):
            store.undo(1, who="B")
        assert store.purge(date(2030, 1, 1), who="B", dry_run=True).total == 4

    def test_rights_for_a_team_are_enough(
        self, postgres_server: PostgresServer, kept: PostgisStore, database: str
    ):
        """Those of docs/decisions/0017-postgis.md."""
        member = postgres_server.new_user()
        grants = (ROOT / "docs" / "decisions" / "0017-postgis.md").read_text(encoding="utf-8")
        commands = grants.split("```sql\n")[1].split("```")[0].replace("hotspots_team", member)
        granting = [line for line in commands.splitlines() if line.startswith("GRANT")]
        assert len(granting) == 4
        run(database, *granting)
        store = PostgisStore.open(postgres_server.url(name_of(database), member))
        store.add(make_import([Said("9")]), who="B", source="police")
        store.undo(1, who="B")
        assert store.purge(date(2030, 1, 1), who="B").total == 5
        assert kept.check() == []
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            run(store._address.conninfo, "DELETE FROM hotspots.journal")


class TestOtherPrograms:
    def test_the_view_is_a_layer_of_points_of_what_counts(self, kept: PostgisStore, database: str):
        layers = run(
            database,
            "SELECT f_table_name, type, srid FROM geometry_columns "
            "WHERE f_table_schema = 'hotspots' ORDER BY 1",
        )
        assert layers == [("current_incidents", "POINT", 27700), ("incidents", "POINT", 27700)]
        shown = (
            "SELECT incident_id, category, ST_X(geom), ST_Y(geom) "
            "FROM hotspots.current_incidents ORDER BY incident_id"
        )
        assert run(database, shown) == [
            ("1", "Theft", *INSIDE),
            ("2", "Hate crime", *OUTSIDE),
            ("3", "Hate crime", None, None),
        ]
        kept.undo(2, who="A")
        assert run(database, shown)[0] == ("1", "Hate crime", *INSIDE)
        assert len(run(database, shown)) == len(kept.read())

    @pytest.mark.usefixtures("store")
    def test_a_month_and_a_place_are_found_by_an_index(self, database: str):
        indexes = {row[0] for row in run(
            database, "SELECT indexdef FROM pg_indexes WHERE schemaname = 'hotspots'"
        )}  # fmt: skip
        text = " ".join(indexes)
        assert "btree (occurred)" in text
        assert "gist (geom)" in text
        assert "btree (incident_key, import_number)" in text

    @pytest.mark.usefixtures("kept")
    def test_the_table_is_read_again_as_a_source(self, database: str):
        again = read([f"{database}?table=hotspots.current_incidents"]).incidents
        frame = again.frame.set_index(INCIDENT_ID).sort_index()
        assert frame["category"].tolist() == ["Theft", "Hate crime", "Hate crime"]
        assert tuple(frame.loc["1", ["easting", "northing"]]) == INSIDE
        assert set(frame["source"]) == {"police"}


FORGED = """replace(content, '"who": "A"', '"who": "B"')"""
DAMAGES = {
    f"UPDATE journal SET content = {FORGED} WHERE number = 2": [
        "Entry 2 of the journal .* was altered"
    ],
    f"UPDATE journal SET content = {FORGED}, "
    f"checksum = encode(sha256(convert_to({FORGED}, 'UTF8')), 'hex') WHERE number = 2": [
        "Entry 3 of the journal .* does not follow the entry before it"
    ],
    "DELETE FROM journal WHERE number = 2": ["Entry 3 of the journal .* does not follow"],
    "DELETE FROM journal WHERE number = 3": [
        "^Import 2 is not in the journal",
    ],
    "UPDATE incidents SET category = 'x' WHERE incident_id = '2'": [
        "^Import 1: 1 of its incidents do not have the values that were written"
    ],
    "UPDATE incidents SET northing = northing + 0.001 WHERE incident_id = '2'": [
        "^Import 1: 1 of its incidents do not have the values that were written"
    ],
    "UPDATE incidents SET superseded = true WHERE incident_id = '2'": [
        "^Import 1: its incidents changed since being written"
    ],
    "DELETE FROM incidents WHERE incident_id = '2'": [
        "^Import 1: it has 2 incidents and should have 3"
    ],
    "UPDATE incidents SET import_number = 9 WHERE incident_id = '2'": [
        "^Import 9 is not in the journal",
        "^Import 1: it has 2 incidents and should have 3",
    ],
    "UPDATE problems SET reason = '' WHERE outcome = 'rejected'": [
        "^Import 1: its problems changed since being written"
    ],
    "UPDATE imports SET undone = true WHERE number = 1": [
        "^Import 1 is not in the table of imports as the journal says"
    ],
}


class TestDamage:
    def test_nobody_changes_the_journal_by_the_way(self, kept: PostgisStore, database: str):
        for statement in (
            "UPDATE hotspots.journal SET content = ''",
            "DELETE FROM hotspots.journal WHERE number = 3",
            "TRUNCATE hotspots.journal",
        ):
            with pytest.raises(psycopg.errors.RaiseException, match="only added to"):
                run(database, statement)
        assert len(kept.log()) == 3

    @pytest.mark.parametrize(("statement", "sentences"), DAMAGES.items())
    def test_what_somebody_changed_by_sql_is_found(
        self, kept: PostgisStore, database: str, statement: str, sentences: list[str]
    ):
        run(
            database,
            "ALTER TABLE hotspots.journal DISABLE TRIGGER only_added_to",
            "SET search_path = hotspots, public",
            statement,
        )
        found = kept.check()
        assert len(found) == len(sentences)
        assert all(map(re.search, sentences, found))

    def test_values_that_were_never_written_are_said(self, kept: PostgisStore, database: str):
        run(database, "UPDATE hotspots.incidents SET occurred = 'infinity'")
        with pytest.raises(StoreError, match=r"a value that it never wrote .*infinity"):
            kept.read()
        (sentence,) = kept.check()
        assert "infinity" in sentence

    def test_an_empty_journal_is_no_empty_store(self, kept: PostgisStore, database: str):
        run(database, "ALTER TABLE hotspots.journal DISABLE TRIGGER ALL",
            "DELETE FROM hotspots.journal")  # fmt: skip
        calls: list[Callable[[PostgisStore], object]] = [
            lambda store: store.read(),
            lambda store: store.imports(),
            lambda store: store.note_export(who="A", what={}),
        ]
        for call in calls:
            with pytest.raises(StoreError, match=r"journal of .* is empty; restore"):
                call(PostgisStore.open(database))
        (sentence,) = kept.check()
        assert "is empty" in sentence

    def test_nothing_is_added_to_an_import_that_the_journal_lost(
        self, kept: PostgisStore, database: str
    ):
        run(database, "ALTER TABLE hotspots.journal DISABLE TRIGGER ALL",
            "DELETE FROM hotspots.journal WHERE number = 3")  # fmt: skip
        with pytest.raises(StoreError, match="import 2 is in the store but not in its journal"):
            kept.add(make_import([Said("9")]), who="A", source="police")
        assert run(database, "SELECT count(*) FROM hotspots.incidents") == [(4,)]
        assert any("Import 2 is not in the journal" in each for each in kept.check())

    def test_a_store_that_was_restored_from_an_older_backup_is_read_anew(
        self, kept: PostgisStore, database: str
    ):
        assert len(kept.imports()) == 2
        run(
            database,
            "ALTER TABLE hotspots.journal DISABLE TRIGGER only_added_to",
            "DELETE FROM hotspots.journal WHERE number = 3",
            "DELETE FROM hotspots.imports WHERE number = 2",
            "DELETE FROM hotspots.incidents WHERE import_number = 2",
            "DELETE FROM hotspots.problems WHERE import_number = 2",
        )
        assert len(kept.imports()) == 1
        assert set(kept.read().frame["category"]) == {"Hate crime"}
        assert kept.check() == []


class TestLostConnections:
    """A writer is stopped while it waits to write problems, after its incidents."""

    @pytest.fixture
    def blocked(self, database: str) -> Iterator[Callable[[], int]]:
        """Hold the problems; the function waits for the writer and gives its process."""
        with psycopg.connect(database) as holder:
            holder.execute("LOCK TABLE hotspots.problems IN ACCESS EXCLUSIVE MODE")

            def wait_for_writer() -> int:
                until = time.monotonic() + 30
                while time.monotonic() < until:
                    rows = run(
                        database,
                        "SELECT pid FROM pg_locks WHERE NOT granted "
                        "AND relation = 'hotspots.problems'::regclass",
                    )
                    if rows:
                        return int(rows[0][0])
                    time.sleep(0.02)
                pytest.fail("the writer did not come to the problems")

            yield wait_for_writer

    def test_a_connection_that_the_server_ends(
        self, kept: PostgisStore, database: str, blocked: Callable[[], int]
    ):
        state = kept.state()
        with ThreadPoolExecutor(1) as pool:
            adding = pool.submit(self.add, database)
            run(database, f"SELECT pg_terminate_backend({blocked()})")
            with pytest.raises(
                StoreError, match=r"terminating connection.*completely or not"
            ) as said:
                adding.result()
        assert str(said.value).startswith("postgresql://owner@127.0.0.1:")
        assert kept.state() == state

    def test_a_program_that_is_killed(
        self, kept: PostgisStore, database: str, blocked: Callable[[], int]
    ):
        state = kept.state()
        program = (
            "import sys; from geo.store import open_store, postgis; postgis.KILLED_CHECK_MS = 50; "
            "from tests.store_samples import Said, make_import; "
            "open_store(sys.argv[1]).add(make_import([Said('k')]), who='A', source='police')"
        )
        writer = subprocess.Popen([sys.executable, "-c", program, database], cwd=ROOT)
        backend = blocked()
        os.kill(writer.pid, signal.SIGKILL)
        writer.wait()
        # It still waits for the problems, and would keep all others from writing.
        self.wait_until_gone(database, backend)
        assert kept.state() == state

    @pytest.fixture(autouse=True)
    def is_as_before(self, kept: PostgisStore, database: str) -> Iterator[None]:
        before = kept.read().fingerprint
        yield
        assert kept.read().fingerprint == before
        assert kept.check() == []
        assert self.add(database) == 3

    @staticmethod
    def add(database: str) -> int:
        store = PostgisStore.open(database)
        return store.add(make_import([Said("k"), Said("1")]), who="A", source="police").number

    @staticmethod
    def wait_until_gone(database: str, backend: int) -> None:
        until = time.monotonic() + 30
        while run(database, f"SELECT FROM pg_stat_activity WHERE pid = {backend}"):
            assert time.monotonic() < until, "the server did not notice"
            time.sleep(0.02)

    def test_the_next_call_has_a_new_connection(self, kept: PostgisStore, database: str):
        state = kept.state()
        ended = run(
            database,
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
            "WHERE datname = current_database() AND pid <> pg_backend_pid()",
        )
        assert ended
        assert kept.state() == state

    def test_who_waits_too_long_for_another_is_told(
        self, kept: PostgisStore, database: str, monkeypatch: pytest.MonkeyPatch
    ):
        monkeypatch.setattr("geo.store.postgis.LOCK_WAIT_S", 0.1)
        with psycopg.connect(database) as other:
            other.execute("SELECT pg_advisory_xact_lock(%s, %s)", (0x686F7473, 1))
            with pytest.raises(StoreError, match="Somebody else is writing for longer"):
                kept.note_export(who="A", what={})
            assert len(kept.read()) == 3
        assert len(kept.log()) == 3

    def test_nothing_stays_connected(self, database: str):
        def connected() -> int:
            query = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()"
            return int(run(database, query)[0][0])

        before = connected()
        other = PostgisStore.open(database)
        other.read()
        assert connected() == before + 1
        del other
        gc.collect()
        until = time.monotonic() + 10
        while connected() > before and time.monotonic() < until:
            time.sleep(0.02)
        assert connected() == before


class TestAddresses:
    @pytest.mark.parametrize(
        ("url", "shown"),
        [
            ("postgresql://csu@db.example/crime", "postgresql://csu@db.example/crime"),
            ("postgres://csu:s3cret@db.example:5433/crime", "postgresql://csu@db.example:5433/crime"),
            ("postgresql://csu:s3cret%40%2F@db.example/crime?sslmode=verify-full",
             "postgresql://csu@db.example/crime"),
            ("postgresql://db.example/crime?user=csu&password=s3cret", "postgresql://csu@db.example/crime"),
            ("postgresql:///crime?host=%2Fsome%2Fwhere", "postgresql:///crime?host=/some/where"),
        ],
    )  # fmt: skip
    def test_the_password_is_not_shown(self, url: str, shown: str):
        address = Address.parse(url)
        assert address.shown == shown
        assert "s3cret" not in repr(address)
        assert ("s3cret" in address.conninfo) == ("s3cret" in url)

    @pytest.mark.parametrize(
        "url",
        [
            "postgresql://csu:s3@cret@db.example/crime",
            "postgresql://csu:s3/cret@db.example/crime",
            "postgresql://csu:s3?cret@db.example/crime",
            "postgresql://csu:s3#cret@db.example/crime",
            "postgresql://csu:s3cret@db.example:port/crime?sslmodus=s3cret",
            "postgresql://csu:s3cret%zz@db.example/crime",
            "mysql://csu:s3cret@db.example/crime",
        ],
    )
    def test_an_address_that_is_not_clear_is_refused_unrepeated(self, url: str):
        with pytest.raises(StoreError, match=r"address of (?:the|a) database") as refused:
            PostgisStore.open(url)
        assert "cret" not in str(refused.value)
        assert refused.value.__cause__ is None or "cret" not in str(refused.value.__cause__)

    @pytest.mark.parametrize(
        ("url", "mode"),
        [
            ("postgresql://csu@db.example/crime", "require"),
            ("postgresql://csu@10.0.0.7/crime", "require"),
            ("postgresql://csu@db.example/crime?sslmode=verify-full", "verify-full"),
            ("postgresql://csu@db.example/crime?sslmode=disable", "disable"),
            ("postgresql://csu@127.0.0.1/crime", None),
            ("postgresql://csu@[::1]/crime", None),
            ("postgresql://csu@localhost/crime", None),
            ("postgresql:///crime", None),
        ],
    )
    def test_nothing_goes_over_a_network_in_the_clear_unasked(
        self, url: str, mode: str | None, monkeypatch: pytest.MonkeyPatch
    ):
        monkeypatch.delenv("PGHOST", raising=False)
        monkeypatch.delenv("PGSSLMODE", raising=False)
        known = psycopg.conninfo.conninfo_to_dict(Address.parse(url).conninfo)
        assert known.get("sslmode") == mode

    def test_a_server_without_encryption_is_said(self, database: str):
        with pytest.raises(StoreError, match="server does not support SSL"):
            PostgisStore.open(f"{database}?sslmode=require")

    def test_without_the_driver_the_extra_is_named(self, monkeypatch: pytest.MonkeyPatch):
        monkeypatch.setitem(sys.modules, "psycopg", None)
        with pytest.raises(StoreError, match=r'pip install "hotspots\[postgis\]"'):
            open_store("postgresql://csu@db.example/crime")
