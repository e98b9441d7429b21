"""No secret is tracked, and the search for them finds each kind; planted ones are made here."""

import base64
import random
import string
import subprocess
from pathlib import Path

import pytest

from tests import secret_scan
from tests.secret_scan import findings, history, main, tracked

LETTERS = string.ascii_letters + string.digits


def made(length: int, alphabet: str = LETTERS) -> str:
    """Give characters by chance, the same every time, that no file holds."""
    return "".join(random.Random(length).choices(alphabet, k=length))


def jwt() -> str:
    parts = (b'{"alg":"RS256"}', b'{"sub":"someone","roles":["admin"]}', b"signature of it")
    return ".".join(base64.urlsafe_b64encode(part).decode().rstrip("=") for part in parts)


CAPITALS = string.ascii_uppercase + string.digits
PLANTED = {
    "a private key": [
        "-----BEGIN " + kind + "PRIVATE KEY-----" for kind in ("", "RSA ", "OPENSSH ")
    ],
    "an access token": ["see gh" + "p_" + made(36), "xox" + "b-" + made(12)],
    "a key of Amazon's cloud": ["id: AK" + "IA" + made(16, CAPITALS)],
    "a key of Microsoft's cloud": [
        "Account" + "Key=" + made(86) + "==",
        "Xz1" + "8Q~" + made(34),
    ],
    "a signed token": [f"Bearer {jwt()}"],
    "a secret by its name": [
        f'client_secret = "{made(20)}"',
        f"client_secret = '{made(12)}'",
        f'{{"api-key": "{made(16)}"}}',
        f"HOTSPOTS_COOKIE_SECRET={made(24)}",
        f"    password: {made(10)}7",
        f'PASSWORD = "{"correct-horse" + "-battery"}"',
    ],
    "a password in an address": [
        f"postgresql://ann:{made(9)}@db/hotspots",
        f"https://:{made(9)}@mirror.council.uk/simple",
    ],
    "a value as if by chance": [f'salt = "{made(32)}"', f"'key': '{made(43)}='"],
}


@pytest.mark.parametrize(
    ("kind", "text"), [(kind, text) for kind, texts in PLANTED.items() for text in texts]
)
def test_each_kind_is_found_where_it_stands_and_is_not_repeated(kind: str, text: str):
    found = findings(f"first line\n{text}\nlast line")
    assert f"line 2: {kind}" in found
    assert not any(word in finding for finding in found for word in (made(9), made(12), made(34)))


@pytest.mark.parametrize(
    "text",
    [
        'client_secret = "<from the portal>"',
        'client_secret = "example-of-a-secret"',
        "client_secret = os.environ['HOTSPOTS_CLIENT_SECRET']",
        "token = request.headers.authorization",
        'password: str = ""',
        "postgresql://ann:secret@db/hotspots",
        "postgresql://ann:${PGPASSWORD}@db/hotspots",
        "see https://example.org:8501/wards?ward=E05000263",
        'sha256 = "' + "0a1b2c3d" * 8 + '"',
        'name = "a_rather_long_name_of_a_setting_2018"',
        "The words secret, token and password alone",
    ],
)
def test_what_is_none_is_left_alone(text: str):
    assert findings(text) == []


def test_nothing_tracked_holds_one():
    looked_at = dict(tracked())
    assert {"pyproject.toml", "README.md", "tests/test_secret_scan.py"} <= set(looked_at)
    found = {name: findings(text) for name, text in looked_at.items()}
    assert {name: lines for name, lines in found.items() if lines} == {}


def test_a_secret_that_was_taken_back_is_still_found_in_the_history(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
):
    def git(*arguments: str) -> None:
        who = ("-c", "user.name=Somebody", "-c", "user.email=somebody@example.org")
        subprocess.run(["git", *who, *arguments], cwd=tmp_path, check=True, capture_output=True)

    path = tmp_path / "settings.toml"
    git("init")
    path.write_text(f'title = "x"\nclient_secret = "{made(20)}"\n', encoding="utf-8")
    git("add", ".")
    git("commit", "-m", "first")
    assert [findings(text) for _, text in tracked(tmp_path)] == [["line 2: a secret by its name"]]
    path.write_text('title = "x"\n', encoding="utf-8")
    git("commit", "-am", "second")

    monkeypatch.setattr(secret_scan.tracked, "__defaults__", (tmp_path,))
    monkeypatch.setattr(secret_scan.history, "__defaults__", (tmp_path,))
    assert main([]) == 0
    assert main(["--history"]) == 1
    out = capsys.readouterr().out
    assert "settings.toml (" in out
    assert made(20) not in out
    assert len(list(history(tmp_path))) == 2
