"""The button that gives a file away: noted, refused without a log, and the only one there is."""

import hashlib
import re
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

import dashboard
from boundaries.errors import AuditError
from dashboard.audit import buttons
from dashboard.audit.log import AuditLog
from dashboard.audit.noting import Who, audited, note

FOLDER = Path(dashboard.__file__).parent


def page() -> None:
    from dashboard.audit.buttons import file_button

    file_button("Take", lambda: "a,b\n", file_name="a.csv", mime="text/csv", about={"method": "x"})


def test_there_is_no_other_button_that_gives_a_file_away() -> None:
    calls = [
        path.relative_to(FOLDER).as_posix()
        for path in FOLDER.rglob("*.py")
        if re.search(r"\bdownload_button\(", path.read_text(encoding="utf-8"))
    ]
    assert calls == ["audit/buttons.py"]


def test_a_file_is_noted_when_it_is_made_and_not_before() -> None:
    log = AuditLog.here()
    make = audited(lambda: "a,b\n", "a\n.csv", lambda: {"method": "x"})
    assert not log.path.exists()
    assert make() == b"a,b\n"
    (entry,) = log.entries()
    assert (entry.action, entry.role) == ("export", "command line")
    assert dict(entry.details) == {
        "file": "a\n.csv",
        "method": "x",
        "bytes": 4,
        "sha256": hashlib.sha256(b"a,b\n").hexdigest(),
    }


def test_without_a_log_there_is_no_file(monkeypatch: pytest.MonkeyPatch) -> None:
    AuditLog.here().path.mkdir(parents=True)
    with pytest.raises(AuditError, match=r"cannot be written .* Nothing was done, as it must be"):
        audited(lambda: b"x", "a.csv")()
    app = AppTest.from_function(page).run()
    button = app.get("download_button")[0]
    assert button.proto.disabled
    assert "cannot be written" in app.caption[0].value
    AuditLog.here().path.rmdir()
    monkeypatch.setattr(buttons, "_looked", {})
    app.run()
    assert not app.get("download_button")[0].proto.disabled
    assert not app.caption


def test_what_need_not_be_noted_goes_on_and_is_said_in_the_log_of_the_server(
    caplog: pytest.LogCaptureFixture,
) -> None:
    AuditLog.here().path.mkdir(parents=True)
    note("import", {"import": 1}, who=Who("Ann", "analyst"))
    assert "Not in the audit log: import by Ann" in caplog.text
    with pytest.raises(AuditError):
        note("level changed", {"to": "exact"}, must=True)
