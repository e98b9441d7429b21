"""Settings of a sign-in for tests."""

from pathlib import Path

from tests.sign_in_provider import CLIENT_ID, CLIENT_SECRET

COOKIE_SECRET = "of the tests: abcdefghijklmnopqrstuvwxyz"
ROLES = {
    "viewer": ["Hotspots.Viewer"],
    "warden": ["Hotspots.Warden"],
    "analyst": ["Hotspots.Analyst"],
    "admin": ["Hotspots.Admin"],
}


def write_settings(
    folder: Path, address: str, issuer: str, text: str = "", roles: dict[str, list[str]] = ROLES
) -> Path:
    """Write settings that hold; ``text`` is more of the section on signing in."""
    file = folder / "sign-in.toml"
    named = "\n".join(f"{role} = {names}" for role, names in roles.items())
    file.write_text(
        f"""
[sign_in]
address = "{address}"
issuer = "{issuer}"
client_id = "{CLIENT_ID}"
client_secret = "{CLIENT_SECRET}"
cookie_secret = "{COOKIE_SECRET}"
sign_ins = "{folder / "sign-ins.sqlite"}"
contact = "the data officer"
{text}
[roles]
{named}
""",
        encoding="utf-8",
    )
    file.chmod(0o600)
    return file
