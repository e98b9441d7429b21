"""What the server tells browsers to refuse, with every answer.

Streamlit writes styles into its pages, loads the scripts of small components from memory
(``blob:``) and brings WebAssembly of its own; all else comes from this server alone. Nothing
written by people or files can run unless it gets past both the escaping and this policy.
"""

import re
from base64 import b64encode
from collections.abc import Sequence
from functools import cache
from hashlib import sha256
from pathlib import Path
from urllib.parse import urlsplit

import streamlit
from starlette.datastructures import MutableHeaders
from starlette.middleware import Middleware
from starlette.types import ASGIApp, Message, Receive, Scope, Send

_PAGE = Path(streamlit.__file__).parent / "static" / "index.html"
_INLINE_SCRIPT = re.compile(r"<script>(.*?)</script>", re.DOTALL)
_FILES = re.compile(r"(^|/)media/")
_FILE_POLICY = "default-src 'none'; sandbox; frame-ancestors 'none'"
"""Files to take away are no pages of the dashboard, whatever is in them."""
_ALWAYS = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": (
        "camera=(), microphone=(), geolocation=(), payment=(), usb=(), display-capture=()"
    ),
}


class ResponseHeaders:
    """Puts the headers on everything that is answered over HTTP.

    Parameters
    ----------
    app
        What answers.
    tiles
        Address template of background map tiles, which pages may then ask for.
    """

    def __init__(self, app: ASGIApp, tiles: str | None = None) -> None:
        self._app = app
        self._policy = page_policy(tiles)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer as the app does, with the headers."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        is_file = _FILES.search(scope["path"]) is not None

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                self._add(MutableHeaders(scope=message), is_file=is_file)
            await send(message)

        await self._app(scope, receive, send_with_headers)

    def _add(self, headers: MutableHeaders, *, is_file: bool) -> None:
        headers.update(_ALWAYS)
        headers["Content-Security-Policy"] = _FILE_POLICY if is_file else self._policy
        if is_file:
            # Records about people stay in no cache on the way or on a shared computer.
            headers["Cache-Control"] = "no-store"


def middleware(tiles: str | None = None) -> Sequence[Middleware]:
    """Give what ``streamlit.App`` takes as its middleware."""
    return [Middleware(ResponseHeaders, tiles=tiles)]


def page_policy(tiles: str | None = None) -> str:
    """Write the Content-Security-Policy of the pages.

    >>> "img-src 'self' data: blob: https://a.example;" in page_policy("https://a.example/{z}")
    True
    """
    images = " ".join(["'self' data: blob:", *_origins(tiles)])
    return (
        "default-src 'none'; "
        f"script-src 'self' blob: 'wasm-unsafe-eval' {_inline_scripts()}; "
        "style-src 'self' 'unsafe-inline'; "
        f"img-src {images}; "
        "font-src 'self' data:; connect-src 'self'; manifest-src 'self'; worker-src 'self' blob:; "
        "frame-src 'none'; object-src 'none'; media-src 'none'; "
        "base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
    )


def _origins(tiles: str | None) -> list[str]:
    """Give the server of the tiles; several, ``{s}``, are one pattern."""
    if not tiles:
        return []
    parts = urlsplit(tiles)
    host = re.sub(r"^[^.]*\{[^}]*\}[^.]*", "*", parts.netloc)
    return [f"{parts.scheme}://{host}"] if re.fullmatch(r"[\w.*:\[\]-]+", host) else []


@cache
def _inline_scripts() -> str:
    """Allow exactly the scripts that stand in Streamlit's own page."""
    scripts = _INLINE_SCRIPT.findall(_PAGE.read_text(encoding="utf-8"))
    digests = (b64encode(sha256(script.encode()).digest()).decode() for script in scripts)
    return " ".join(f"'sha256-{digest}'" for digest in digests)
