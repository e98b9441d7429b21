"""Who is believed, and which role follows from what a token says."""

import base64
import json
from typing import Any

import pytest

from boundaries.errors import AccessError
from dashboard.sign_in import settings
from dashboard.sign_in.claims import (
    NoRoleError,
    NotSignedInError,
    SessionOverError,
    check_signed,
    key_of,
    visitor_of,
)
from dashboard.sign_in.settings import SignIn
from tests.sign_in_provider import CLIENT_ID
from tests.sign_in_settings import write_settings

NOW = 1_800_000_000.0
ISSUER = "https://login.example/tenant"


class _Missing:
    """Stands for a claim that is not there."""

    def __repr__(self) -> str:
        return "missing"


MISSING = _Missing()


@pytest.fixture
def sign_in(tmp_path) -> SignIn:
    return settings.read(write_settings(tmp_path, "https://hotspots.example", ISSUER))


def changed(sign_in: SignIn, **values: Any) -> SignIn:
    from dataclasses import replace

    return replace(sign_in, **values)


def claims(**values: Any) -> dict[str, Any]:
    """Give what a token in order says, with changes."""
    right = {
        "is_logged_in": True,
        "iss": ISSUER,
        "sub": "number 7",
        "aud": CLIENT_ID,
        "iat": NOW - 60,
        "exp": NOW + 3540,
        "nonce": "n",
        "roles": ["Hotspots.Analyst"],
        "preferred_username": "ann@example.org",
    } | values
    return {name: value for name, value in right.items() if value is not MISSING}


def test_a_token_in_order_gives_name_role_and_end(sign_in):
    visitor = visitor_of(claims(), sign_in, NOW)
    assert (visitor.name, visitor.role) == ("ann@example.org", "analyst")
    assert visitor.subject == (ISSUER, "number 7")
    assert visitor.until == NOW - 60 + 8 * 3600
    ends = visitor_of(claims(), changed(sign_in, ends_with_token=True), NOW).until
    assert ends == NOW + 3540


@pytest.mark.parametrize(
    "wrong",
    [
        {"is_logged_in": False},
        {"is_logged_in": "true"},
        {"is_logged_in": MISSING},
        {"iss": "https://login.example/another"},
        {"iss": ISSUER + "/"},
        {"iss": [ISSUER]},
        {"iss": MISSING},
        {"aud": "another"},
        {"aud": MISSING},
        {"aud": []},
        {"aud": {CLIENT_ID: 1}},
        {"aud": CLIENT_ID.upper()},
        {"aud": [CLIENT_ID, "another"]},
        {"aud": "another", "azp": CLIENT_ID},
        {"azp": "another"},
        {"sub": ""},
        {"sub": 7},
        {"sub": "x" * 5000},
        {"nonce": MISSING},
        {"iat": MISSING},
        {"iat": str(NOW)},
        {"iat": True},
        {"iat": float("nan")},
        {"iat": NOW + 600, "exp": NOW + 3600},
        {"iat": NOW * 1000},
        {"exp": NOW - 3600},
        {"exp": MISSING},
    ],
    ids=str,
)
def test_a_token_not_in_order_is_not_believed(sign_in, wrong):
    with pytest.raises(NotSignedInError) as refused:
        visitor_of(claims(**wrong), sign_in, NOW)
    assert not isinstance(refused.value, SessionOverError)


def test_several_programs_are_fine_where_ours_asked(sign_in):
    both = claims(aud=["another", CLIENT_ID], azp=CLIENT_ID)
    assert visitor_of(both, sign_in, NOW).role == "analyst"


@pytest.mark.parametrize(("ends_with_token", "last_s"), [(False, 8 * 3600 - 60), (True, 3540)])
def test_a_session_ends_to_the_second(sign_in, ends_with_token, last_s):
    sign_in = changed(sign_in, ends_with_token=ends_with_token)
    assert visitor_of(claims(), sign_in, NOW + last_s - 1)
    with pytest.raises(SessionOverError, match="Your sign-in has ended"):
        visitor_of(claims(), sign_in, NOW + last_s)


@pytest.mark.parametrize(
    ("roles", "role"),
    [
        (["Hotspots.Viewer", "Hotspots.Admin", "Payroll"], "admin"),
        ("Hotspots.Warden", "warden"),
        (["Payroll"], None),
        ([], None),
        ("", None),
        (MISSING, None),
        (None, None),
        ("admin", None),
        ("Hotspots.Admin,Hotspots.Viewer", None),
        ("Hotspots.Admin Hotspots.Viewer", None),
        ("hotspots.admin", None),
        (["HOTSPOTS.ADMIN"], None),
        ([" Hotspots.Admin"], None),
        (["Hotspots.Admin\0"], None),
        ({"Hotspots.Admin": True}, None),
        ([["Hotspots.Admin"]], None),
        (["Hotspots.Admin", 1], None),
        (["Hotspots.Admin", None], None),
        (1, None),
        (True, None),
    ],
    ids=str,
)
def test_only_exact_names_give_a_role(sign_in, roles, role):
    if role is None:
        with pytest.raises(NoRoleError, match="Ask the data officer for access"):
            visitor_of(claims(roles=roles), sign_in, NOW)
    else:
        assert visitor_of(claims(roles=roles), sign_in, NOW).role == role


def test_everyone_else_is_let_in_only_where_nothing_surprises(sign_in):
    sign_in = changed(sign_in, everyone_else="viewer")
    assert visitor_of(claims(roles=["Payroll"]), sign_in, NOW).role == "viewer"
    assert visitor_of(claims(roles=MISSING), sign_in, NOW).role == "viewer"
    with pytest.raises(NoRoleError, match="cannot be understood"):
        visitor_of(claims(roles={"admin": 1}), sign_in, NOW)


def test_a_claim_may_lie_deeper(sign_in):
    sign_in = changed(sign_in, role_claim="realm_access.roles")
    deep = claims(roles=MISSING, realm_access={"roles": ["Hotspots.Admin"]})
    assert visitor_of(deep, sign_in, NOW).role == "admin"
    for wrong in ({"roles": {"Hotspots.Admin": 1}}, ["Hotspots.Admin"], "roles", {"Roles": []}):
        with pytest.raises(NoRoleError):
            visitor_of(claims(realm_access=wrong), sign_in, NOW)


@pytest.mark.parametrize("verified", [MISSING, False, "true", 1, None])
def test_an_email_counts_once_it_is_verified(sign_in, verified):
    """Neither as the name in the audit log nor as what gives a role."""
    mail = claims(email="boss@example.org", email_verified=verified)
    by_name = changed(sign_in, name_claim="email")
    assert visitor_of(mail, by_name, NOW).name == "number 7"
    assert visitor_of(mail | {"email_verified": True}, by_name, NOW).name == "boss@example.org"
    by_role = changed(sign_in, role_claim="email", roles={"admin": ("boss@example.org",)})
    with pytest.raises(NoRoleError, match="has not verified your email"):
        visitor_of(mail, by_role, NOW)
    assert visitor_of(mail | {"email_verified": True}, by_role, NOW).role == "admin"


@pytest.mark.parametrize("name", [MISSING, "", " ", 7, ["ann"], "a\u202eb", "x" * 500, "a\x00b"])
def test_what_cannot_be_a_name_gives_way_to_the_number(sign_in, name):
    assert visitor_of(claims(preferred_username=name), sign_in, NOW).name == "number 7"


def test_each_sign_in_has_a_key_of_its_own():
    keys = [key_of(claims(**one)) for one in ({}, {"nonce": "m"}, {"sub": "x"}, {"iat": NOW})]
    assert len(set(keys)) == 4
    assert key_of(claims()) == keys[0]
    assert not any("ann" in key or key == "7" for key in keys)


def token(head: object, body: object) -> str:
    parts = [base64.urlsafe_b64encode(json.dumps(p).encode()).decode() for p in (head, body)]
    return ".".join([*(part.rstrip("=") for part in parts), "seal"])


@pytest.mark.parametrize(
    "wrong",
    [
        None,
        "",
        "a.b",
        "a.b.c",
        token({"alg": "none"}, claims()),
        token({"alg": "HS256"}, claims()),
        token({"alg": "rs256"}, claims()),
        token({}, claims()),
        token([], claims()),
        token({"alg": "RS256"}, claims(sub="another")),
        token({"alg": "RS256"}, {}),
    ],
)
def test_claims_come_out_of_a_token_that_somebody_signed(wrong):
    check_signed(token({"alg": "RS256"}, claims()), claims())
    with pytest.raises(AccessError, match="not in order"):
        check_signed(wrong, claims())
