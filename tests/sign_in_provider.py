"""A real OpenID provider on this computer, which can be told to hand out tokens that must not hold.

The provider is the package ``oidc-provider-mock``; what is added here takes its true token apart,
changes it and signs it again, rightly or wrongly. Run as a script it serves until it is killed.
"""

import base64
import hashlib
import hmac
import json
import os
import re
import subprocess
import sys
import time
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, Literal

import httpx

CLIENT_ID, CLIENT_SECRET = "hotspots-under-test", "a secret of the tests and of nobody else"

Signed = Literal["rightly", "by another key", "not at all", "with the public key as a password"]


@dataclass
class Provider:
    """A running provider."""

    issuer: str

    def add_person(self, subject: str, **claims: Any) -> None:
        """Let somebody sign in, with these claims in their token."""
        httpx.put(f"{self.issuer}/users/{subject}", json=claims).raise_for_status()

    def next_token(self, signed: Signed = "rightly", *, again: bool = False, **claims: Any) -> None:
        """Say what is wrong with the next token; ``again`` hands out the last one once more."""
        wrong = {"signed": signed, "again": again, "claims": claims}
        httpx.put(f"{self.issuer}/next-token", json=wrong).raise_for_status()

    def say_of_itself(self, **metadata: Any) -> None:
        """Change what the provider says of itself; nothing puts it right again."""
        httpx.put(f"{self.issuer}/metadata", json=metadata).raise_for_status()


@contextmanager
def running(port: int) -> Iterator[Provider]:
    """Start the provider in a process of its own."""
    provider = Provider(f"http://127.0.0.1:{port}")
    command = [sys.executable, "-W", "ignore", "-m", "tests.sign_in_provider", str(port)]
    environment = os.environ | {"AUTHLIB_INSECURE_TRANSPORT": "1"}
    quiet = subprocess.DEVNULL
    with subprocess.Popen(command, env=environment, stdout=quiet, stderr=quiet) as process:
        try:
            _wait_for(provider, process)
            yield provider
        finally:
            process.kill()


def _wait_for(provider: Provider, process: "subprocess.Popen[bytes]") -> None:
    deadline = time.monotonic() + 20
    while time.monotonic() < deadline:
        assert process.poll() is None, "the provider ended"
        try:
            httpx.get(f"{provider.issuer}/jwks").raise_for_status()
        except httpx.TransportError:
            time.sleep(0.1)
        else:
            return
    msg = "the provider did not answer"
    raise AssertionError(msg)


@dataclass
class _Tampering:
    """What is changed in the answers of the true provider."""

    app: Any
    next: dict[str, Any] | None = None
    last: str = ""
    metadata: dict[str, Any] = field(default_factory=dict)

    def __post_init__(self) -> None:
        import flask
        from joserfc.jwk import RSAKey

        self.flask = flask
        self.other_key = RSAKey.generate_key()
        self.app.put("/next-token", endpoint="next token")(lambda: self._told("next"))
        self.app.put("/metadata", endpoint="metadata")(lambda: self._told("metadata"))
        self.app.after_request(self._change)

    def _told(self, name: str) -> tuple[str, int]:
        setattr(self, name, self.flask.request.json)
        return "", 204

    def _change(self, response: Any) -> Any:
        path = self.flask.request.path
        if response.mimetype == "text/html":  # its style comes from another host
            response.set_data(
                re.sub(r"<link[^>]*https:[^>]*>", "", response.get_data(as_text=True))
            )
        if path == "/.well-known/openid-configuration":
            response.set_data(json.dumps(response.json | self.metadata))
        if path == "/oauth2/token" and response.status_code == 200:
            answer = response.json
            answer["id_token"] = self.last = self._token(answer["id_token"])
            response.set_data(json.dumps(answer))
        return response

    def _token(self, true: str) -> str:
        wrong, self.next = self.next, None
        if wrong is None:
            return true
        if wrong["again"]:
            return self.last
        claims = json.loads(base64.urlsafe_b64decode(true.split(".")[1] + "=="))
        claims.pop("at_hash", None)  # it goes by the signature, and need not be there
        return self._signed(claims | wrong["claims"], wrong["signed"])

    def _signed(self, claims: dict[str, Any], how: Signed) -> str:
        from joserfc import jwt
        from joserfc.jwk import RSAKey

        own = RSAKey.import_key(self.flask.g.oidc_provider_mock_storage.jwk.as_dict(True))
        header = {"alg": "RS256", "kid": own.kid, "typ": "JWT"}
        if how == "not at all":
            return f"{_encoded(header | {'alg': 'none'})}.{_encoded(claims)}."
        if how == "with the public key as a password":
            # By hand: no library of today signs so.
            signed = f"{_encoded(header | {'alg': 'HS256'})}.{_encoded(claims)}"
            seal = hmac.new(own.as_pem(private=False), signed.encode(), hashlib.sha256).digest()
            return f"{signed}.{_base64(seal)}"
        return jwt.encode(header, claims, own if how == "rightly" else self.other_key)


def _serve(port: int) -> None:
    from oidc_provider_mock._app import app as provider_app
    from werkzeug.serving import make_server

    tampering = _Tampering(provider_app())
    make_server("127.0.0.1", port, tampering.app, threaded=True).serve_forever()


def _encoded(part: dict[str, Any]) -> str:
    return _base64(json.dumps(part).encode())


def _base64(content: bytes) -> str:
    return base64.urlsafe_b64encode(content).rstrip(b"=").decode()


if __name__ == "__main__":
    warnings.simplefilter("ignore")
    _serve(int(sys.argv[1]))
