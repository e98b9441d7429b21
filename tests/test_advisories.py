"""Known vulnerabilities: the real pip-audit asks a source of advisories that runs here."""

import json
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

import pytest

from tests import advisories
from tests.advisories import FOUND, NOT_CHECKED, OK, main

Known = dict[tuple[str, str], str]
CANARY: Known = {("requests", "2.19.0"): "CVE-2018-18074"}


def advisory(name: str, flaw: str) -> dict[str, Any]:
    events = [{"introduced": "0"}, {"fixed": "9.9"}]
    affected = {
        "package": {"name": name, "ecosystem": "PyPI"},
        "ranges": [{"type": "ECOSYSTEM", "events": events}],
    }
    return {"id": "PYSEC-0-1", "aliases": [flaw], "summary": "A flaw.", "affected": [affected]}


@pytest.fixture
def source(monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[Known], list[str]]]:
    """Start a source that knows these flaws, in the form of the OSV database; give its log."""
    servers: list[ThreadingHTTPServer] = []

    def start(known: Known) -> list[str]:
        asked: list[str] = []

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                query = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
                name, version = query["package"]["name"], query["version"]
                asked.append(f"{name}=={version}")
                flaw = known.get((name, version))
                answer = {"vulns": [advisory(name, flaw)]} if flaw else {}
                self.send_response(200)
                self.end_headers()
                self.wfile.write(json.dumps(answer).encode())

            def log_message(self, *_: object) -> None:
                """Keep quiet."""

        server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        Thread(target=server.serve_forever, daemon=True).start()
        servers.append(server)
        monkeypatch.setenv(advisories.ENVIRONMENT, f"http://127.0.0.1:{server.server_port}/query")
        return asked

    yield start
    for server in servers:
        server.shutdown()
        server.server_close()


@pytest.fixture
def pins(tmp_path: Path) -> Path:
    path = tmp_path / "pins.txt"
    path.write_text("# two\nfolium==0.20.0\npillow==13.0.0 ; python_version >= '3.11'\n")
    return path


def test_a_known_vulnerability_fails_and_is_named(source, pins, capsys):
    source(CANARY | {("pillow", "13.0.0"): "CVE-2030-1"})
    assert main([], pins) == FOUND
    out = capsys.readouterr().out
    assert "vulnerable: pillow 13.0.0: PYSEC-0-1 (CVE-2030-1), mended in 9.9" in out
    assert "1 known vulnerabilities in 2 versions" in out


def test_versions_without_one_pass_when_every_one_was_asked_about(source, pins, capsys):
    asked = source(CANARY)
    assert main(["--strict"], pins) == OK
    assert asked == ["requests==2.19.0", "folium==0.20.0", "pillow==13.0.0"]
    assert "no known vulnerabilities in 2 versions" in capsys.readouterr().out


@pytest.mark.parametrize(("arguments", "code"), [([], OK), (["--strict"], NOT_CHECKED)])
def test_a_source_that_knows_nothing_is_not_taken_for_good_news(
    source, pins, capsys, arguments, code
):
    asked = source({})
    assert main(arguments, pins) == code
    assert asked == ["requests==2.19.0"]
    assert "NOT CHECKED" in capsys.readouterr().out


def test_no_source_is_said_and_fails_only_where_asked(pins, monkeypatch, capsys):
    monkeypatch.setenv(advisories.ENVIRONMENT, "http://127.0.0.1:9/query")
    assert main([], pins) == OK
    assert "NOT CHECKED. No source of advisories answers from here" in capsys.readouterr().out
    assert main(["--strict"], pins) == NOT_CHECKED
