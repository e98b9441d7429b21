"""The gate where no sign-in is set up: the browser of this computer gets in, and nobody else.

With sign-in it is tested around the real server, with a real provider: tests/browser.
"""

import pytest
from starlette.applications import Starlette
from starlette.responses import PlainTextResponse
from starlette.routing import Route, WebSocketRoute
from starlette.testclient import TestClient
from starlette.websockets import WebSocket, WebSocketDisconnect

from boundaries.errors import AccessError
from dashboard.sign_in import server
from dashboard.sign_in.gate import Gate


async def _line(websocket: WebSocket) -> None:
    await websocket.accept()
    await websocket.close()


def visit(client: str = "127.0.0.1", host: str = "127.0.0.1:8501", **headers: str) -> TestClient:
    app = Starlette(
        routes=[
            Route("/{path:path}", lambda _: PlainTextResponse("figures")),
            WebSocketRoute("/_stcore/stream", _line),
        ]
    )
    return TestClient(
        Gate(app, sign_in=None),
        base_url=f"http://{host}",
        client=(client, 50_000),
        headers={name.replace("_", "-"): value for name, value in headers.items()},
    )


def opens(visitor: TestClient) -> bool:
    try:
        with visitor.websocket_connect(f"ws://{visitor.base_url.netloc.decode()}/_stcore/stream"):
            return True
    except WebSocketDisconnect:
        return False


@pytest.mark.parametrize(
    "here",
    [
        {},
        {"host": "localhost:8501"},
        {"host": "localhost"},
        {"client": "::1", "host": "[::1]:8501"},
        {"client": "127.0.0.2"},
        {"client": "::ffff:127.0.0.1"},
    ],
    ids=str,
)
def test_the_browser_of_this_computer_gets_in(here):
    assert visit(**here).get("/media/0.csv").text == "figures"
    assert opens(visit(**here))


@pytest.mark.parametrize(
    "elsewhere",
    [
        {"client": "192.168.1.7"},
        {"client": "203.0.113.9", "host": "localhost"},
        {"client": "::ffff:192.168.1.7"},
        {"client": "fe80::1"},
        {"host": "hotspots.example"},
        {"host": "127.0.0.1.example.org:8501"},
        {"host": "localhost.example.org"},
        {"x_forwarded_for": "203.0.113.9"},
        {"x_forwarded_for": "127.0.0.1"},
        {"forwarded": "for=203.0.113.9"},
        {"x_real_ip": "203.0.113.9"},
        {"x_forwarded_host": "hotspots.example"},
    ],
    ids=str,
)
def test_nobody_else_gets_in_without_sign_in(elsewhere):
    for path in ("/", "/media/0.csv", "/_stcore/health", "/data"):
        answer = visit(**elsewhere).get(path)
        assert answer.status_code == 403
        assert "figures" not in answer.text
        assert "docs/deployment.md says how to set up sign-in" in answer.text
    assert not opens(visit(**elsewhere))


@pytest.mark.parametrize(
    ("option", "value"),
    [
        ("server.address", "0.0.0.0"),
        ("server.address", "::"),
        ("server.address", None),
        ("server.address", "hotspots.example"),
        ("server.trustedUserHeaders", {"X-User": "roles"}),
        ("server.enableAgentApi", True),
        ("server.enableXsrfProtection", False),
        ("server.enableCORS", False),
        ("server.baseUrlPath", "hotspots"),
    ],
)
def test_settings_that_go_round_the_gate_are_refused(monkeypatch, option, value):
    """However the server was started, and wherever they come from."""
    true = server.config.get_option
    server.check(None)
    monkeypatch.setattr(
        server.config, "get_option", lambda name: value if name == option else true(name)
    )
    with pytest.raises(AccessError, match=r"Without sign-in|is not allowed to be changed"):
        server.check(None)
