"""What each role sees of the whole dashboard, and who is let at which level of figures."""

import time
from pathlib import Path
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from boundaries.errors import AccessError
from dashboard import access, kept
from dashboard.audit.log import AuditLog
from dashboard.sign_in import settings
from dashboard.sign_in.claims import key_of
from dashboard.sign_in.register import register_at
from tests.dashboard import app_pages as on
from tests.dashboard.conftest import APP, TIMEOUT_S
from tests.sign_in_provider import CLIENT_ID
from tests.sign_in_settings import ROLES, write_settings

ISSUER = "https://login.example"
KEEPING = {"Save this view", "Open view", "Rename", "Delete"}


@pytest.fixture
def sign_in(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> settings.SignIn:
    file = write_settings(tmp_path, "https://hotspots.example", ISSUER)
    monkeypatch.setenv(settings.ENVIRONMENT, str(file))
    return settings.read(file)


def claims(role: str, **values: Any) -> dict[str, Any]:
    now = time.time()
    return {
        "is_logged_in": True,
        "iss": ISSUER,
        "sub": role,
        "aud": CLIENT_ID,
        "iat": now,
        "exp": now + 3600,
        "nonce": role,
        "preferred_username": f"{role}@example.org",
        "roles": ROLES[role],
    } | values


def opened(path: str = "methods", user: dict[str, Any] | None = None, level: str = "") -> AppTest:
    """Open a page as somebody; the page on methods needs no figures."""
    app = AppTest.from_file(str(APP), default_timeout=TIMEOUT_S)
    if user is not None:
        app.user = user
    if level:
        app.session_state[access.LEVEL] = level
    return on.checked(on.go_to(app, path))


def enter(sign_in: settings.SignIn, role: str, **values: Any) -> dict[str, Any]:
    """Sign somebody in, as the gate does."""
    said = claims(role, **values)
    register_at(sign_in.sign_ins).begin(key_of(said), time.time() + 3600)
    return said


def everything(app: AppTest) -> str:
    return " ".join(
        str(element.value)
        for kind in ("title", "header", "markdown", "caption", "error", "info")
        for element in app.get(kind)
    )


def test_without_sign_in_the_person_here_starts_at_figures_for_partners():
    app = opened()
    assert on.controls(app)["Figures"].value == "partner"
    assert on.controls(app)["Figures"].options == [
        "Exact figures",
        "For partners",
        "For the public",
    ]
    assert "only this computer can open the dashboard" in everything(app)


def test_a_change_of_level_is_in_the_log_and_in_no_link():
    app = on.change(opened(), "Figures", "exact")
    assert app.session_state[access.LEVEL] == "exact"
    assert not [name for name in app.query_params if "exact" in str(app.query_params[name])]
    entry = list(AuditLog.here().entries())[-1]
    assert (entry.action, entry.details) == ("level changed", {"from": "partner", "to": "exact"})
    assert "Counts of 1 to 4" in everything(on.change(app, "Figures", "partner"))


def test_without_the_log_nobody_sees_exact_figures(monkeypatch, tmp_path):
    app = opened()
    (tmp_path / "file").write_text("in the way")
    monkeypatch.setenv("HOTSPOTS_AUDIT", str(tmp_path / "file" / "log"))
    on.change(app, "Figures", "exact")
    assert app.session_state[access.LEVEL] == "partner"
    assert "Nothing was done, as it must be logged" in everything(app)


@pytest.mark.parametrize(("role", "level"), [("viewer", "partner"), ("analyst", "exact")])
def test_the_level_to_start_at_is_for_who_may_see_it(sign_in, monkeypatch, role, level):
    monkeypatch.setenv(access.START_LEVEL, "exact")
    assert opened(user=enter(sign_in, role)).session_state[access.LEVEL] == level


@pytest.mark.parametrize("role", ["viewer", "warden"])
def test_a_session_that_says_exact_does_not_make_it_so(sign_in, role):
    """Whatever has come into the session, the role is asked again."""
    app = opened("", enter(sign_in, role), level="exact")
    assert "exact" not in on.controls(app)["Figures"].options
    assert on.controls(app)["Figures"].value == "partner"
    assert "Held against" in on.controls(app)
    assert "Categories" not in on.controls(app)  # of the exact pages alone
    for page in ("data", "audit"):
        text = everything(on.go_to(app, page))
        assert f"Your role is {role}, which does not include this" in text


@pytest.mark.parametrize(
    ("role", "page", "refused"),
    [
        ("analyst", "data", False),
        ("analyst", "audit", True),
        ("admin", "data", False),
        ("admin", "audit", False),
    ],
)
def test_pages_by_role(sign_in, role, page, refused):
    text = everything(opened(page, enter(sign_in, role)))
    assert ("does not include this" in text) is refused
    if page == "data":
        assert "This page shows records as they are, so it opens with exact figures only" in text


@pytest.mark.parametrize(
    ("said", "why"),
    [
        ({"is_logged_in": False}, "Nobody is signed in"),
        ({"aud": "another"}, "not in order"),
        ({"iat": 1_600_000_000.0}, "Your sign-in has ended"),
        ({"roles": ["Payroll"]}, "who has no role in this dashboard. Ask the data officer"),
    ],
)
def test_who_is_not_let_in_sees_why_and_nothing_else(sign_in, said, why):
    app = opened("wards", enter(sign_in, "admin", **said), level="exact")
    assert why in on.shown(everything(app))
    assert not app.sidebar.children
    assert len(app.main.get("html")) == 1  # the way in


def test_a_cookie_of_a_sign_in_that_nobody_entered_is_not_believed(sign_in):
    assert "You have signed out" in everything(opened("wards", claims("admin")))


def test_a_session_is_over_at_the_next_click(sign_in):
    said = enter(sign_in, "analyst")
    app = opened(user=said)
    assert "Signed in as analyst" in on.shown(everything(app).replace("\\", ""))
    register_at(sign_in.sign_ins).end(key_of(said))
    app = on.change(app, "Figures", "exact")
    assert "You have signed out" in everything(app)
    assert not app.sidebar.children


def test_an_import_is_undone_by_who_added_it_or_an_administrator(monkeypatch):
    def asked_by(name: str, role: Any) -> bool:
        monkeypatch.setattr(access, "person", lambda: access.Person(name, role))
        try:
            access.require_of_import("ann@example.org")
        except AccessError:
            return False
        return True

    assert asked_by("ann@example.org", "analyst")
    assert asked_by("ben@example.org", "admin")
    assert not asked_by("ben@example.org", "analyst")
    assert not asked_by("ann@example.org", "viewer")


def test_views_for_all_are_kept_by_analysts(sign_in, monkeypatch, tmp_path):
    monkeypatch.setenv(kept.ENVIRONMENT, str(tmp_path / "kept"))
    kept.Kept.here().put("view", "Monday meeting", {"page": "methods", "values": {}})
    offered = {
        role: {b.label for b in opened(user=enter(sign_in, role)).button} & KEEPING
        for role in ("viewer", "analyst")
    }
    assert offered == {"viewer": {"Open view"}, "analyst": KEEPING}
