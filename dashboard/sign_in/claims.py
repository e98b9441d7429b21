"""What a token must say before anybody is believed, looked at again whenever something is asked.

Streamlit's sign-in has checked the token's signature, issuer, nonce and dates when it was handed
in. It takes a token made out to another program as long as it names this one as its user; it takes
one that is not signed at all where the service says of itself that it hands out such; and it keeps
people signed in for 30 days. So these are checked here, and once more who handed out the token.
"""

import base64
import hashlib
import json
import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, NoReturn

from boundaries.errors import AccessError
from dashboard.sign_in.roles import Role, SurprisingClaimError, claim_at, role_of
from dashboard.sign_in.settings import SignIn

CLOCKS_DIFFER_S = 120
SIGNED_BY = frozenset(
    {"RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA"}
)
"""Signatures that only the service can make. Those by a password, or none, count for nothing."""
_NAME_AT_MOST = 120
_TEXT_AT_MOST = 1_000


class NotSignedInError(AccessError):
    """Nobody is signed in, or what says so cannot be believed."""


class SessionOverError(NotSignedInError):
    """Somebody was signed in, and is not any more."""


class NoRoleError(AccessError):
    """Somebody is signed in and has no role here."""


@dataclass(frozen=True)
class Visitor:
    """Somebody whose token holds.

    Attributes
    ----------
    name
        As the audit log writes it.
    role
        What they may do.
    subject
        The person at the service: issuer and number, whatever their name.
    key
        Of this one sign-in, which is different the next time.
    until
        When they sign in again, in seconds since 1970.
    """

    name: str
    role: Role
    subject: tuple[str, str]
    key: str
    until: float


def visitor_of(claims: Mapping[str, Any], settings: SignIn, now: float | None = None) -> Visitor:
    """Give who signed in.

    Raises
    ------
    NotSignedInError
        Nobody, or a token that is not for this dashboard, or not in order.
    SessionOverError
        The time is over.
    NoRoleError
        No role follows from the token.
    """
    now = time.time() if now is None else now
    if claims.get("is_logged_in") is not True:
        msg = "Nobody is signed in. Sign in to go on."
        raise NotSignedInError(msg)
    _check_made_out_to_us(claims, settings)
    began = _time(claims, "iat")
    ends = _time(claims, "exp")
    if began > now + CLOCKS_DIFFER_S or ends <= began:
        _refuse("its dates")
    until = began + settings.hours * 3600
    if settings.ends_with_token:
        until = min(until, ends)
    if now >= until:
        msg = "Your sign-in has ended. Sign in again to go on; settings in the address are kept."
        raise SessionOverError(msg)
    subject = (_text(claims, "iss"), _text(claims, "sub"))
    return Visitor(_name(claims, settings), _role(claims, settings), subject, key_of(claims), until)


def key_of(claims: Mapping[str, Any]) -> str:
    """Give what tells one sign-in from every other, and tells nothing of the person."""
    parts = [_text(claims, "iss"), _text(claims, "sub"), _text(claims, "nonce"), claims.get("iat")]
    return hashlib.sha256(json.dumps(parts).encode()).hexdigest()


def check_signed(token: object, claims: Mapping[str, Any]) -> None:
    """Refuse claims that do not come out of a token that was signed by a key of the service.

    Raises
    ------
    NotSignedInError
        There is no token, it is of another sign-in, or nobody needed a key to make it.
    """
    if not isinstance(token, str) or token.count(".") != 2:
        _refuse("its token")
    head, body, _ = token.split(".")
    if _part(head).get("alg") not in SIGNED_BY:
        _refuse("its signature")
    if key_of(_part(body)) != key_of(claims):
        _refuse("its token")


def _part(text: str) -> dict[str, Any]:
    try:
        part = json.loads(base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)))
    except ValueError:
        _refuse("its token")
    return part if isinstance(part, dict) else {}


def _check_made_out_to_us(claims: Mapping[str, Any], settings: SignIn) -> None:
    if _text(claims, "iss") != settings.issuer:
        _refuse("its issuer")
    audience = claims.get("aud")
    meant_for = [audience] if isinstance(audience, str) else audience
    if not isinstance(meant_for, list) or settings.client_id not in meant_for:
        _refuse("its audience")
    party = claims.get("azp", settings.client_id if len(meant_for) == 1 else None)
    if party != settings.client_id:
        _refuse("its audience")


def _role(claims: Mapping[str, Any], settings: SignIn) -> Role:
    who = _name(claims, settings)
    ask = f"Ask {settings.contact} for access."
    value = claim_at(claims, settings.role_claim)
    if value is None:
        found = None
    elif settings.role_claim == "email" and claims.get("email_verified") is not True:
        msg = f"You signed in as {who}, but the sign-in service has not verified your email. {ask}"
        raise NoRoleError(msg)
    else:
        try:
            found = role_of(value, settings.roles)
        except SurprisingClaimError:
            msg = (
                f"You signed in as {who}, but what the sign-in service says of your roles "
                f"({settings.role_claim}) cannot be understood. {ask}"
            )
            raise NoRoleError(msg) from None
    role = found or settings.everyone_else
    if role is None:
        msg = f"You signed in as {who}, who has no role in this dashboard. {ask}"
        raise NoRoleError(msg)
    return role


def _name(claims: Mapping[str, Any], settings: SignIn) -> str:
    """Give the name where it can be one, else the person's number at the service.

    An email that is not verified is what anybody may have typed.
    """
    value = claim_at(claims, settings.name_claim)
    is_typed = settings.name_claim == "email" and claims.get("email_verified") is not True
    if isinstance(value, str) and not is_typed:
        name = " ".join(value.split())
        if name and len(name) <= _NAME_AT_MOST and name.isprintable():
            return name
    return _text(claims, "sub")


def _text(claims: Mapping[str, Any], name: str) -> str:
    value = claims.get(name)
    if not isinstance(value, str) or not 0 < len(value) <= _TEXT_AT_MOST:
        _refuse(name)
    return value


def _time(claims: Mapping[str, Any], name: str) -> float:
    value = claims.get(name)
    if isinstance(value, bool) or not isinstance(value, (int, float)) or not 0 < value < 1e11:
        _refuse(name)
    return float(value)


def _refuse(what: str) -> NoReturn:
    msg = f"The answer of the sign-in service is not in order ({what})."
    raise NotSignedInError(msg)
