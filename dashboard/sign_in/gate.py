"""The gate before the whole server: every request passes it, and every message of an open page.

Without sign-in configured it lets this computer in and nobody else. With it, it lets in whoever has
signed in: to the pages, to the files that were made for them, to uploads into their own session.
The script asks again for the role (:mod:`dashboard.access`), page by page.
"""

import asyncio
import json
import logging
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from http.cookies import CookieError, SimpleCookie
from typing import Any
from urllib.parse import parse_qs, quote, unquote

from starlette.datastructures import Headers
from starlette.requests import HTTPConnection
from starlette.types import ASGIApp, Message, Receive, Scope, Send
from streamlit.auth_util import encode_provider_token
from streamlit.web.server.starlette.starlette_server_config import (
    TOKENS_COOKIE_NAME,
    USER_COOKIE_NAME,
)
from streamlit.web.server.starlette.starlette_websocket import (
    _get_signed_cookie_with_chunks,
    _parse_decoded_user_cookie,
)

from boundaries.errors import AccessError
from dashboard.access import FORWARDED
from dashboard.audit.entries import Action
from dashboard.audit.noting import Who, note
from dashboard.sign_in import ownership, plain_pages
from dashboard.sign_in.claims import (
    NoRoleError,
    NotSignedInError,
    SessionOverError,
    Visitor,
    check_signed,
    key_of,
    visitor_of,
)
from dashboard.sign_in.hosts import is_loopback, is_loopback_name
from dashboard.sign_in.register import register_at
from dashboard.sign_in.settings import CALLBACK, SignIn

_HEALTH = "/_stcore/health"
_MEDIA, _UPLOAD, _SERVER = "/media/", "/_stcore/upload_file/", "/_stcore/"
_FOR_PAGES = {"/_stcore/host-config"}
_NEXT_COOKIE, _NEXT_S = "hotspots_next", 600
_OWN_COOKIES = ("_streamlit_", _NEXT_COOKIE)
_LOOK_AGAIN, _LOOK_AGAIN_S = 15, 0.1
_POLICY_VIOLATION = 1008
_STRICT = [(b"strict-transport-security", b"max-age=31536000")]
_DID_NOT_HOLD = "The answer of the sign-in service did not hold."

_LOG = logging.getLogger("hotspots")


class Gate:
    """ASGI middleware around Streamlit's application.

    Parameters
    ----------
    sign_in
        How people sign in; None lets this computer in and nobody else.
    """

    def __init__(self, app: ASGIApp, sign_in: SignIn | None) -> None:
        self._app: ASGIApp = _OnlyHere(app) if sign_in is None else _SignedIn(app, sign_in)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Let a request through, or answer it."""
        await self._app(scope, receive, send)


# ---- without sign-in -----------------------------------------------------------------------------


class _OnlyHere:
    """Lets the browser of this computer in."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan" or _is_from_here(HTTPConnection(scope)):
            await self._app(scope, receive, send)
            return
        page = plain_pages.page(
            "Only on its own computer",
            "Without sign-in this dashboard answers the computer it runs on and nobody else.",
            "docs/deployment.md says how to set up sign-in.",
        )
        await _refuse(scope, send, 403, page)


def _is_from_here(asked: HTTPConnection) -> bool:
    """Say whether the browser is on this computer, and not just the proxy of somebody else.

    A page of another site that had its name point here would give that name as host.
    """
    client = asked.client
    return (
        (client is None or is_loopback(client.host))
        and not any(name in asked.headers for name in FORWARDED)
        and is_loopback_name(_host_of(asked.headers))
    )


def _host_of(headers: Headers) -> str:
    host = headers.get("host", "")
    return host.rpartition(":")[0] if not host.endswith("]") and ":" in host else host


# ---- with sign-in --------------------------------------------------------------------------------


@dataclass(frozen=True)
class _Asked:
    """A request and who asks it; ``problem`` says why nobody is let in."""

    connection: HTTPConnection
    path: str
    claims: Mapping[str, Any]
    visitor: Visitor | None
    problem: AccessError | None


class _SignedIn:
    """Lets in whoever has signed in."""

    def __init__(self, app: ASGIApp, sign_in: SignIn) -> None:
        self._app = app
        self._sign_in = sign_in
        self._register = register_at(sign_in.sign_ins)
        self._files = ownership.Files()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            await self._app(scope, receive, send)
            return
        asked = self._asked(scope)
        if scope["type"] == "websocket":
            await self._open_page(asked, scope, receive, send)
            return
        send = self._with_headers(send)
        steps = {
            _HEALTH: self._app,
            plain_pages.LOGIN: self._begin,
            plain_pages.LOGOUT: self._end,
            CALLBACK: self._arrive,
        }
        step = steps.get(asked.path)
        if step is not None:
            await step(scope, receive, send)
        elif asked.visitor is None:
            await self._ask_to_sign_in(asked, scope, send)
        elif await self._may_have(asked.visitor, asked.path):
            await self._app(scope, receive, send)
        else:
            await _refuse(scope, send, 403, _not_yours())

    # ---- who asks --------------------------------------------------------------------------------

    def _asked(self, scope: Scope) -> _Asked:
        connection = HTTPConnection(scope)
        claims = self._claims(connection.cookies)
        visitor, problem = None, None
        try:
            visitor = self._visitor(claims)
        except AccessError as error:
            problem = error
        return _Asked(connection, scope["path"], claims, visitor, problem)

    def _claims(self, cookies: Mapping[str, str]) -> dict[str, Any]:
        """Read the claims out of Streamlit's own cookie; nothing where it is not signed by us."""
        try:
            signed = _get_signed_cookie_with_chunks(dict(cookies), USER_COOKIE_NAME)
            return _parse_decoded_user_cookie(signed, self._sign_in.address) if signed else {}
        except Exception:
            # Whatever a made-up cookie breaks, it opens nothing.
            _LOG.warning("A cookie of the sign-in could not be read")
            return {}

    def _visitor(self, claims: Mapping[str, Any]) -> Visitor:
        visitor = visitor_of(claims, self._sign_in)
        if not self._register.is_open(visitor.key):
            msg = "You have signed out. Sign in again to go on."
            raise SessionOverError(msg)
        return visitor

    def _is_still_in(self, claims: Mapping[str, Any]) -> bool:
        try:
            return bool(self._visitor(claims))
        except AccessError:
            return False

    async def _may_have(self, visitor: Visitor, path: str) -> bool:
        if path.startswith(_MEDIA):
            return await self._may_have_file(visitor, path)
        if path.startswith(_UPLOAD):
            session = path.removeprefix(_UPLOAD).partition("/")[0]
            return ownership.owns_session(visitor.subject, session)
        # Figures of the server and whatever a later Streamlit adds there are not for visitors.
        return not path.startswith(_SERVER) or path in _FOR_PAGES

    async def _may_have_file(self, visitor: Visitor, path: str) -> bool:
        # While a page runs anew Streamlit forgets for a moment which files are on it.
        for _ in range(_LOOK_AGAIN):
            if self._files.owns(visitor.subject, path):
                return True
            await asyncio.sleep(_LOOK_AGAIN_S)
        return False

    # ---- the pages, by an open connection --------------------------------------------------------

    async def _open_page(self, asked: _Asked, scope: Scope, receive: Receive, send: Send) -> None:
        visitor = asked.visitor
        if visitor is None or asked.connection.headers.get("origin") != self._sign_in.address:
            await _refuse(scope, send, 403, b"")
            return
        line = _Line(visitor.subject, self._files, lambda: self._is_still_in(asked.claims))
        await self._app(scope, line.receiving(receive, send), line.sending(send))
        if line.has_ended and time.time() >= visitor.until:
            await asyncio.to_thread(_note, "session expired", visitor)

    # ---- signing in and out ----------------------------------------------------------------------

    async def _ask_to_sign_in(self, asked: _Asked, scope: Scope, send: Send) -> None:
        wanted = asked.path
        if asked.connection.url.query:
            wanted = f"{wanted}?{asked.connection.url.query}"
        if not plain_pages.is_own_address(wanted) or wanted.startswith((_MEDIA, _SERVER)):
            wanted = "/"
        was_in = isinstance(asked.problem, SessionOverError)
        title = "Sign in again" if was_in else "Sign in"
        sentence = str(asked.problem) if was_in else "This dashboard is for people with an account."
        link = ("Sign in", plain_pages.sign_in_link(wanted))
        await _refuse(scope, send, 401, plain_pages.page(title, sentence, link=link))

    async def _begin(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Hand somebody to Streamlit's sign-in, which wants a token of its own first."""
        query = parse_qs(scope["query_string"].decode("latin-1"))
        if "provider" in query:
            await self._app(scope, receive, send)
            return
        wanted = query.get(plain_pages.NEXT, ["/"])[0]
        kept = quote(wanted, safe="") if plain_pages.is_own_address(wanted) else ""
        to = f"{plain_pages.LOGIN}?provider={quote(encode_provider_token('default'))}"
        cookie = f"{_NEXT_COOKIE}={kept}; Path=/; HttpOnly; SameSite=Lax; Max-Age={_NEXT_S}"
        await _redirect(send, to, [cookie])

    async def _arrive(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Look at what Streamlit's sign-in makes of the service's answer, before it counts."""
        held = _Held()
        await self._app(scope, receive, held.send)
        query = parse_qs(scope["query_string"].decode("latin-1"))
        cookies = held.cookies()
        if not cookies.get(USER_COOKIE_NAME):
            if not {"code", "error"} & set(query):
                await held.release(send)  # back from signing out
                return
            _LOG.warning("A sign-in was refused: the answer of the service did not hold")
            await self._refuse_answer(
                scope, send, "The answer of the sign-in service did not hold."
            )
            return
        await self._enter(cookies, held, scope, send)

    async def _enter(
        self, cookies: Mapping[str, str], held: "_Held", scope: Scope, send: Send
    ) -> None:
        claims = self._claims(cookies)
        try:
            check_signed(_token_in(cookies), claims)
            visitor = visitor_of(claims, self._sign_in)
            if not self._register.begin(visitor.key, visitor.until):
                msg = "The answer of the sign-in service was used before."
                raise NotSignedInError(msg)
        except NoRoleError as error:
            await asyncio.to_thread(_note_refused, str(claims.get("sub")), "no role")
            link = ("Sign in as somebody else", plain_pages.sign_in_link())
            await _refuse(scope, send, 403, plain_pages.page("No access", str(error), link=link))
            return
        except AccessError as error:
            await asyncio.to_thread(_note_refused, str(claims.get("sub")), str(error))
            await self._refuse_answer(scope, send, str(error))
            return
        await asyncio.to_thread(_note, "signed in", visitor)
        self._end_the_one_before(scope)
        kept = HTTPConnection(scope).cookies.get(_NEXT_COOKIE, "")
        wanted = unquote(kept)
        if plain_pages.is_own_address(wanted):
            held.replace("location", wanted)
        await held.release(send, [f"{_NEXT_COOKIE}=; Path=/; Max-Age=0"])

    def _end_the_one_before(self, scope: Scope) -> None:
        """End the sign-in whose cookie is now replaced, perhaps somebody else's."""
        try:
            self._register.end(key_of(self._claims(HTTPConnection(scope).cookies)))
        except AccessError:
            return

    async def _refuse_answer(self, scope: Scope, send: Send, why: str) -> None:
        page = plain_pages.page(
            "Signing in did not work",
            why,
            f"Try again. If it goes on, ask {self._sign_in.contact}.",
            link=("Try again", plain_pages.sign_in_link()),
        )
        await _refuse(scope, send, 401, page)

    async def _end(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Sign somebody out everywhere, before Streamlit takes their cookie away."""
        connection = HTTPConnection(scope)
        if connection.headers.get("sec-fetch-site") == "cross-site":
            await _refuse(scope, send, 403, _not_yours())
            return
        claims = self._claims(connection.cookies)
        try:
            visitor = visitor_of(claims, self._sign_in)
            if self._register.end(key_of(claims)):
                await asyncio.to_thread(_note, "signed out", visitor)
        except AccessError:
            pass  # who is out already may go through the door again
        await self._app(scope, receive, send)

    # ---- headers ---------------------------------------------------------------------------------

    def _with_headers(self, send: Send) -> Send:
        """Bind cookies, and the browser, to TLS and to the length of a session."""

        async def wrapped(message: Message) -> None:
            if message["type"] == "http.response.start":
                given = [self._safer(name, value) for name, value in message.get("headers", [])]
                message["headers"] = [*given, *(_STRICT if self._sign_in.is_encrypted else [])]
            await send(message)

        return wrapped

    def _safer(self, name: bytes, value: bytes) -> tuple[bytes, bytes]:
        if name.lower() != b"set-cookie" or not value.decode("latin-1").startswith(_OWN_COOKIES):
            return name, value
        first, *parts = [part.strip() for part in value.decode("latin-1").split(";")]
        longest = int(self._sign_in.hours * 3600)
        kept = [_shorter(part, longest) for part in parts if part.lower() != "secure"]
        secure = ["Secure"] if self._sign_in.is_encrypted else []
        return name, "; ".join([first, *kept, *secure]).encode("latin-1")


def _shorter(part: str, longest: int) -> str:
    name, _, value = part.partition("=")
    if name.lower() == "max-age" and value.isdecimal():
        return f"Max-Age={min(int(value), longest)}"
    return part


class _Line:
    """An open connection of a page: each message of the browser is looked at."""

    def __init__(
        self,
        subject: ownership.Subject,
        files: ownership.Files,
        is_still_in: Callable[[], bool],
    ) -> None:
        self._subject = subject
        self._files = files
        self._is_still_in = is_still_in
        self._is_closed = False
        self.has_ended = False

    def receiving(self, receive: Receive, send: Send) -> Receive:
        async def wrapped() -> Message:
            while True:
                message = await receive()
                if message["type"] != "websocket.receive":
                    return message
                if not self._is_still_in():
                    return await self._last(send)
                if ownership.may_ask(self._subject, message.get("bytes") or b""):
                    return message

        return wrapped

    async def _last(self, send: Send) -> Message:
        """Have the page run once more, which then says that the time is over; then hang up."""
        if not self.has_ended:
            self.has_ended = True
            return {"type": "websocket.receive", "bytes": ownership.run_again()}
        self._is_closed = True
        await send({"type": "websocket.close", "code": _POLICY_VIOLATION})
        return {"type": "websocket.disconnect", "code": _POLICY_VIOLATION}

    def sending(self, send: Send) -> Send:
        async def wrapped(message: Message) -> None:
            if self._is_closed:
                return
            if message["type"] == "websocket.send" and message.get("bytes"):
                self._files.note_answer(self._subject, message["bytes"])
            await send(message)

        return wrapped


class _Held:
    """An answer that is kept back until it is known whether it may go out."""

    def __init__(self) -> None:
        self._messages: list[Message] = []

    async def send(self, message: Message) -> None:
        self._messages.append(message)

    @property
    def _start(self) -> Message:
        return self._messages[0]

    def cookies(self) -> dict[str, str]:
        found: dict[str, str] = {}
        for name, value in self._start["headers"]:
            if name.lower() == b"set-cookie":
                cookie: SimpleCookie = SimpleCookie()
                try:
                    cookie.load(value.decode("latin-1"))
                except CookieError:
                    continue
                found |= {key: morsel.value for key, morsel in cookie.items()}
        return found

    def replace(self, name: str, value: str) -> None:
        key = name.encode("latin-1")
        others = [pair for pair in self._start["headers"] if pair[0].lower() != key]
        self._start["headers"] = [*others, (key, value.encode("latin-1"))]

    async def release(self, send: Send, cookies: Sequence[str] = ()) -> None:
        added = [(b"set-cookie", cookie.encode("latin-1")) for cookie in cookies]
        self._start["headers"] = [*self._start["headers"], *added]
        for message in self._messages:
            await send(message)


def _token_in(cookies: Mapping[str, str]) -> object:
    """Give the token that Streamlit keeps beside the claims; None where there is none."""
    kept = _get_signed_cookie_with_chunks(dict(cookies), TOKENS_COOKIE_NAME)
    return json.loads(kept).get("id_token") if kept else None


def _not_yours() -> bytes:
    return plain_pages.page(
        "Not for you",
        "This address is not one that you may open. Files can only be fetched from the page that "
        "made them, by the person who asked for them.",
        link=("To the dashboard", "/"),
    )


def _note(action: Action, visitor: Visitor) -> None:
    note(action, who=Who(visitor.name, visitor.role))


def _note_refused(who: str, why: str) -> None:
    note("refused", {"why": why}, who=Who(who[:100], "none"))


async def _refuse(scope: Scope, send: Send, status: int, page: bytes) -> None:
    if scope["type"] == "websocket":
        await send({"type": "websocket.close", "code": _POLICY_VIOLATION})
        return
    headers = [(k.encode(), v.encode()) for k, v in plain_pages.HEADERS.items()]
    body = b"" if scope["method"] == "HEAD" else page
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body})


async def _redirect(send: Send, to: str, cookies: Sequence[str]) -> None:
    headers = [(b"location", to.encode("latin-1")), (b"cache-control", b"no-store")]
    headers += [(b"set-cookie", cookie.encode("latin-1")) for cookie in cookies]
    await send({"type": "http.response.start", "status": 302, "headers": headers})
    await send({"type": "http.response.body", "body": b""})
