"""The limits of the pages: read, refused, said."""

import re
import threading
from collections import Counter
from collections.abc import Callable

import pytest

from boundaries.errors import InputFileError, ParameterError
from dashboard.commands import serve
from dashboard.limits import Limits, check_uploads, limits
from dashboard.turns import Line
from geo.readers.bounds import AT_A_DESK
from tests.dashboard.app_pages import checked, opened

MB = 2**20


def test_limits_are_read_from_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    assert limits() == Limits()
    monkeypatch.setenv("HOTSPOTS_LIMITS", "rows=500_000, seconds=60")
    assert limits() == Limits(rows=500_000, seconds=60)
    assert (limits().reading.rows, limits().reading.columns) == (500_000, 500)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (
            "row=5",
            r"'row=5' is no limit; write rows=500000 or another of .* jobs",
        ),
        ("rows", "'rows' is no limit"),
        ("rows=many", "'rows=many' is no limit"),
        ("rows=0", "rows is 0; it must be from 1000 to 50000000 rows"),
        ("seconds=-5", "is no limit"),
    ],
)
def test_a_wrong_limit_is_refused_by_name(text: str, message: str) -> None:
    with pytest.raises(ParameterError, match=message):
        Limits.read(text)


def test_a_page_never_allows_more_than_a_desk() -> None:
    highest = Limits(**{spec.name: int(spec.high) for spec in Limits.specs()}).reading
    for name in ("rows", "columns", "cells", "letters", "unpacked_mb", "members"):
        assert getattr(highest, name) <= getattr(AT_A_DESK, name)
    assert Limits().reading.rows < AT_A_DESK.rows


def test_files_that_are_too_large_are_refused_by_size_with_a_remedy() -> None:
    check_uploads([("a.csv", 50 * MB), ("b.csv", 50 * MB)])
    with pytest.raises(InputFileError) as refused:
        check_uploads([("a.csv", 1), ("b.csv", 51 * MB)])
    assert str(refused.value) == (
        "b.csv has 51 MB; 50 MB can be dropped in at most. Use hotspots import on the command "
        "line, or drop it in in parts."
    )
    with pytest.raises(InputFileError, match="The 5 files have 250 MB together; 200 MB can be"):
        check_uploads([(f"{n}.csv", 50 * MB) for n in range(5)])


def test_everybody_gets_a_turn_and_nobody_two_at_once() -> None:
    line = Line(lambda: 2, lambda: 1)
    most, now = Counter[str](), Counter[str]()
    lock = threading.Lock()
    done: list[str] = []

    def work(owner: str) -> None:
        turn = line.join(owner)
        assert turn.wait(10)
        with lock:
            for name in ("all", owner):
                now[name] += 1
                most[name] = max(most[name], now[name])
        threading.Event().wait(0.002)
        with lock:
            for name in ("all", owner):
                now[name] -= 1
            done.append(owner)
        turn.leave()
        turn.leave()

    threads = [threading.Thread(target=work, args=(owner,)) for owner in "aaaabbcc" * 4]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(20)
    assert sorted(done) == sorted("aaaabbcc" * 4)
    assert most == {"all": 2, "a": 1, "b": 1, "c": 1}


def test_a_place_in_the_line_counts_down() -> None:
    line = Line(lambda: 1, lambda: 1)
    turns = [line.join(owner) for owner in "abc"]
    assert [turn.place for turn in turns] == [0, 1, 2]
    turns[1].leave()
    assert [turn.place for turn in turns] == [0, 0, 1]
    assert not turns[2].wait(0)
    turns[0].leave()
    assert turns[2].wait(0)


def test_the_page_refuses_a_file_by_its_rows(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOTSPOTS_LIMITS", "rows=1000")
    app = opened("data")
    rows = b"".join(b"%d,2017-04-03,51.49,-0.22\n" % n for n in range(1_001))
    uploader = app.main.get("file_uploader")[0]
    content = b"id,date,latitude,longitude\n" + rows
    uploader.set_value([("many.csv", content, "text/csv")])
    app = checked(app.run())
    said = re.sub(r"\\(.)", r"\1", " ".join(entry.value for entry in app.error))
    assert "many.csv holds more than the 1,000 rows that are allowed here" in said
    assert "hotspots import" in said
    bodies = [html.proto.body for html in app.get("html")]
    shown = next(body for body in bodies if "Rows of one import" in body)
    assert "<td class='figure'>1,000</td>" in shown


def test_serving_takes_limits_and_refuses_wrong_ones(
    run: Callable[[str], tuple[int, str, str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    assert serve._limits(None) == ({}, ())
    given = ({"HOTSPOTS_LIMITS": "upload_mb=20 rows=5000"}, ("--server.maxUploadSize", "20"))
    assert serve._limits(["upload_mb=20", "rows=5000"]) == given
    monkeypatch.setenv("HOTSPOTS_LIMITS", "upload_mb=20 rows=5000")
    assert serve._limits(None) == given
    code, _, said = run("serve --limit rows=none --no-browser")
    assert code == 2
    assert "'rows=none' is no limit; write rows=500000" in said
