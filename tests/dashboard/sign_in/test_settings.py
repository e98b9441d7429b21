"""The settings of the sign-in: what is safe is read, and nothing else; no secret is ever said."""

import os
import re
from pathlib import Path

import pytest

from boundaries.errors import InputFileError
from dashboard.sign_in import settings
from tests.sign_in_provider import CLIENT_SECRET
from tests.sign_in_settings import COOKIE_SECRET, ROLES, write_settings

ROOT = Path(__file__).resolve().parents[3]
ADDRESS, ISSUER = "https://hotspots.example", "https://login.example/tenant/v2.0"


def test_settings_in_order(tmp_path):
    file = write_settings(
        tmp_path,
        ADDRESS + ":443/",
        ISSUER,
        'hours = 4\nends_with_token = true\neveryone_else = "viewer"\nrole_claim = "groups"',
    )
    found = settings.read(file)
    assert (found.address, found.host, found.is_encrypted) == (ADDRESS, "hotspots.example", True)
    assert found.metadata_url == ISSUER + "/.well-known/openid-configuration"
    assert (found.hours, found.ends_with_token, found.everyone_else) == (4, True, "viewer")
    assert found.roles == {role: tuple(names) for role, names in ROLES.items()}
    told = found.for_streamlit()["auth"]
    assert told["redirect_uri"] == ADDRESS + "/oauth2callback"
    assert told["client_kwargs"]["code_challenge_method"] == "S256"
    for secret in (CLIENT_SECRET, COOKIE_SECRET):
        assert secret in told.values()
        assert secret not in repr(found)


def test_secrets_may_stand_in_the_environment(tmp_path):
    file = write_settings(tmp_path, ADDRESS, ISSUER)
    kept = [line for line in file.read_text().splitlines() if "_secret" not in line]
    file.write_text("\n".join(kept))
    file.chmod(0o644)  # nothing is secret in it now
    with pytest.raises(InputFileError, match=r"client_secret is missing; .* HOTSPOTS_CLIENT"):
        settings.read(file, {})
    given = {settings.CLIENT_SECRET: CLIENT_SECRET, settings.COOKIE_SECRET: COOKIE_SECRET}
    found = settings.read(file, given)
    assert (found.client_secret, found.cookie_secret) == (CLIENT_SECRET, COOKIE_SECRET)


@pytest.mark.skipif(os.name != "posix", reason="permissions are POSIX's")
@pytest.mark.parametrize("mode", [0o640, 0o604, 0o620, 0o660, 0o644])
def test_a_file_that_others_may_read_is_refused(tmp_path, mode):
    file = write_settings(tmp_path, ADDRESS, ISSUER)
    file.chmod(mode)
    with pytest.raises(InputFileError, match=f"holds secrets. Run: chmod 600 {file}"):
        settings.read(file)


@pytest.mark.parametrize(
    ("before", "after", "problem"),
    [
        (ADDRESS, "http://hotspots.example", "address must begin with https://"),
        (ADDRESS, ADDRESS + "/hotspots", "address must have no path"),
        (ADDRESS, "https://ann:pw@hotspots.example", "must be an address as"),
        (ADDRESS, "https://hotspots.example:x", "address is not an address"),
        (ADDRESS, "http://localhost.example", "address must begin with https://"),
        (ISSUER, "http://login.example", "issuer must begin with https://"),
        (ISSUER, "https://login.example/common/v2.0", "people of any organisation"),
        (ISSUER, "https://login.example/organizations/v2.0", "people of any organisation"),
        (COOKIE_SECRET, "short", "cookie_secret is too easy to guess"),
        (COOKIE_SECRET, "a" * 64, "cookie_secret is too easy to guess"),
        ('contact = "', 'contakt = "', "'contakt', which is not known; known are address"),
        ("[roles]", "hours = 0\n[roles]", "hours must be above 0"),
        ("[roles]", "hours = 48\n[roles]", "at most 24"),
        ("[roles]", 'hours = "8"\n[roles]', "hours must be a number"),
        ("[roles]", "ends_with_token = 1\n[roles]", "ends_with_token must be true or false"),
        ("[roles]", 'everyone_else = "analyst"\n[roles]', "everyone_else can only be 'viewer'"),
        ("[roles]", 'scope = "profile"\n[roles]', "scope must have the word openid"),
        ("[roles]", "[rolls]", "'rolls', which is not known"),
        ("viewer = ", "visitor = ", "'visitor', which is not known; known are admin, analyst"),
        ("['Hotspots.Viewer']", '"Hotspots.Viewer"', "viewer in [roles] must be a list"),
        ("['Hotspots.Viewer']", "['Hotspots.Admin']", "stands for two roles, viewer and admin"),
        ("client_id = ", "client_id = 1 #", "client_id is missing in [sign_in], or is not text"),
        ("[sign_in]", "[sign_in", "is not TOML, at line 2"),
    ],
)
def test_what_would_leave_a_door_open_is_refused(tmp_path, before, after, problem):
    file = write_settings(tmp_path, ADDRESS, ISSUER)
    text = file.read_text()
    assert before in text
    file.write_text(text.replace(before, after))
    with pytest.raises(InputFileError) as refused:
        settings.read(file)
    assert str(refused.value).startswith(f"{file}: ")
    assert problem in str(refused.value)
    for secret in (CLIENT_SECRET, COOKIE_SECRET):
        assert secret not in str(refused.value)


def test_a_line_with_a_secret_is_not_quoted(tmp_path):
    file = write_settings(tmp_path, ADDRESS, ISSUER)
    file.write_text(file.read_text().replace(f'"{CLIENT_SECRET}"', CLIENT_SECRET))
    with pytest.raises(InputFileError) as refused:
        settings.read(file)
    assert refused.value.__cause__ is None
    assert refused.value.__suppress_context__
    assert "secret of" not in str(refused.value)


def test_this_computer_needs_no_tls(tmp_path):
    found = settings.read(write_settings(tmp_path, "http://127.0.0.1:8501", "http://localhost:9"))
    assert found.address == "http://127.0.0.1:8501"
    assert not found.is_encrypted


def test_without_the_environment_there_is_no_sign_in(monkeypatch, tmp_path):
    monkeypatch.delenv(settings.ENVIRONMENT, raising=False)
    assert settings.configured() is None
    monkeypatch.setenv(settings.ENVIRONMENT, str(tmp_path / "gone.toml"))
    with pytest.raises(InputFileError, match="does not exist"):
        settings.configured()


def test_the_example_of_the_guide_is_read(tmp_path):
    guide = (ROOT / "docs" / "deployment.md").read_text(encoding="utf-8")
    example = re.search(r"```toml\n(.*?)```", guide, re.DOTALL)
    assert example is not None
    file = tmp_path / "sign-in.toml"
    file.write_text(example[1].replace("at least 32 random characters", COOKIE_SECRET))
    file.chmod(0o600)
    found = settings.read(file)
    assert found.address == "https://hotspots.example.gov.uk"
    assert set(found.roles) == set(ROLES)
    named = set(re.findall(r"^\| `(\w+)`", guide, re.MULTILINE))
    known = {*settings._TEXTS, *settings._SECRETS, *settings._OPTIONAL}
    assert known - named == {"metadata_url", "client_secret"}  # said in the row of another
