import asyncio
import re
from typing import Any

import pytest
from starlette.datastructures import Headers

from dashboard.response_headers import ResponseHeaders, middleware, page_policy


def answered(path: str, kind: str = "http", tiles: str | None = None) -> Headers | list[Any]:
    """Ask an application that says little, through the headers."""
    sent: list[Any] = []

    async def app(scope: Any, receive: Any, send: Any) -> None:
        start = "http.response.start" if kind == "http" else "websocket.accept"
        old = [(b"cache-control", b"public"), (b"content-security-policy", b"default-src *")]
        await send({"type": start, "status": 200, "headers": old})

    async def send(message: Any) -> None:
        sent.append(message)

    async def receive() -> Any:
        return {}

    asyncio.run(ResponseHeaders(app, tiles)({"type": kind, "path": path}, receive, send))
    return Headers(raw=sent[0]["headers"])


def directives(policy: str) -> dict[str, list[str]]:
    return {name: rest for name, *rest in (part.split() for part in policy.split(";"))}


def test_a_page_runs_own_scripts_only_and_stands_in_no_frame() -> None:
    headers = answered("/wards")
    policy = directives(headers["content-security-policy"])
    scripts = policy["script-src"]
    assert {"'self'", "blob:"} < set(scripts)
    assert all(
        re.fullmatch(r"'self'|blob:|'wasm-unsafe-eval'|'sha256-[\w+/]+=*'", one) for one in scripts
    )
    nothing = ("default-src", "frame-src", "object-src", "base-uri", "frame-ancestors")
    assert all(policy[name] == ["'none'"] for name in nothing)
    assert policy["connect-src"] == ["'self'"]
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["referrer-policy"] == "no-referrer"
    assert headers["cache-control"] == "public"
    assert headers.getlist("content-security-policy") == [headers["content-security-policy"]]


@pytest.mark.parametrize("path", ["/media/1234.html", "/behind/a/proxy/media/1234.html"])
def test_a_file_runs_nothing_and_is_kept_nowhere(path: str) -> None:
    headers = answered(path)
    policy = directives(headers["content-security-policy"])
    assert policy == {"default-src": ["'none'"], "sandbox": [], "frame-ancestors": ["'none'"]}
    assert headers["cache-control"] == "no-store"


def test_a_connection_that_is_no_answer_is_left_alone() -> None:
    assert answered("/_stcore/stream", "websocket")["cache-control"] == "public"


@pytest.mark.parametrize(
    ("tiles", "allowed"),
    [
        (None, []),
        ("https://maps.example:8443/{z}/{x}/{y}.png?key=1", ["https://maps.example:8443"]),
        ("http://{s}.tiles.example/{z}/{x}/{y}.png", ["http://*.tiles.example"]),
        ("https://a.example; script-src * 'unsafe-inline'/{z}/{x}/{y}", []),
        ("https://a.example\n;/{z}/{x}/{y}", []),
    ],
)
def test_pages_ask_for_tiles_where_they_were_said_to_be(
    tiles: str | None, allowed: list[str]
) -> None:
    policy = directives(page_policy(tiles))
    assert policy["img-src"] == ["'self'", "data:", "blob:", *allowed]
    (made,) = middleware(tiles)
    assert made.kwargs == {"tiles": tiles}
