"""The page Audit: who sees it, what it says, and what it lets through."""

from dataclasses import replace
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from dashboard import access
from dashboard.access import Person
from dashboard.audit.log import AuditLog
from dashboard.audit_page.words import entries_table
from tests.dashboard.app_pages import checked

HOSTILE = "<img src=x onerror=alert(1)>[a](javascript:b)"


def page() -> None:
    from dashboard.pages import audit_page

    audit_page.show()


def opened() -> AppTest:
    return checked(AppTest.from_function(page, default_timeout=30).run())


def texts(app: AppTest) -> str:
    kinds = (app.success, app.error, app.warning, app.info, app.caption, app.get("html"))
    return "\n".join(
        str(getattr(element, "value", None) or element.proto.body)
        for kind in kinds
        for element in kind
    )


@pytest.fixture
def log() -> AuditLog:
    log = AuditLog.here()
    log.append("signed in", {}, who="Ann", role="warden")
    log.append("export", {"file": HOSTILE, "bytes": 1200}, who=HOSTILE, role="analyst")
    log.append("export", {"file": "wards.csv"}, who="Anna", role="analyst")
    return log


def test_all_is_listed_the_newest_first_and_nothing_of_it_runs(log) -> None:
    app = opened()
    said = texts(app)
    assert "The log holds: 3 entries" in said
    table = next(html.proto.body for html in app.get("html") if "<table>" in html.proto.body)
    assert table.index("wards.csv") < table.index("signed in")
    assert "<img" not in table
    assert "&lt;img src=x onerror" in table
    assert "bytes: 1,200" in table
    assert app.code[0].value == str(log.head())


def test_filters_narrow_the_list_and_the_file(log) -> None:
    app = opened()
    who, what = (
        next(box for box in app.selectbox if box.label == name) for name in ("Who", "What")
    )
    assert who.options == ["Everybody", HOSTILE, "Ann", "Anna"]
    app = checked(who.set_value("Ann").run())
    assert "1 of 3 entries" in texts(app)
    app = checked(app.selectbox(key="audit what").set_value("export").run())
    assert "Nothing fits" in texts(app)
    assert what.options == ["Everything", "export", "signed in"]


def test_a_changed_log_is_said_at_the_top(log) -> None:
    log.path.write_bytes(log.path.read_bytes().replace(b'"wards.csv"', b'"other.csv"'))
    app = opened()
    assert "The log was changed" in app.error[0].value
    assert "line 3: entry 3 was altered" in app.error[0].value.replace("\\", "")


def test_an_empty_log_says_so(tmp_path: Path) -> None:
    assert "Nothing has been noted yet" in texts(opened())


@pytest.mark.parametrize("role", ["viewer", "warden", "analyst"])
def test_only_administrators_read_it(log, role, monkeypatch) -> None:
    monkeypatch.setattr(access, "person", lambda: Person("Ann", role))
    app = opened()
    assert f"Your role is {role}" in app.error[0].value
    assert "wards.csv" not in texts(app)
    assert not app.selectbox


def test_a_log_that_cannot_be_read_says_so() -> None:
    log = AuditLog.here()
    log.path.mkdir(parents=True)
    assert "cannot be read" in opened().error[0].value


def test_times_are_those_of_london(log) -> None:
    entry = next(iter(log.entries()))
    summer, broken = (replace(entry, at=at) for at in ("2026-07-05T09:30:15+00:00", "<never>"))
    assert entries_table([summer, broken])["When"].tolist() == ["5 Jul 2026, 10:30:15", "<never>"]
