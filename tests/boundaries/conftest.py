"""A local server that answers like ONS's feature service for wards."""

import json
import re
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from urllib.parse import parse_qs, urlsplit

import pytest

from boundaries.loading import DATA_FOLDER


class WardService:
    """Wards of this borough and one of another; faults are answered first, each once."""

    def __init__(self):
        text = (DATA_FOLDER / "wards_2022.geojson").read_text(encoding="utf-8")
        self.features = [self._as_served(each) for each in json.loads(text)["features"]]
        elsewhere = json.loads(json.dumps(self.features[0]))
        elsewhere["properties"] |= {"WD25CD": "E05009999", "LAD25CD": "E09000020"}
        self.features.append(elsewhere)
        self.faults = []
        self.queries = []
        self.page_limit = 8
        self.flag_in_properties = False
        self.lost = 0

    @staticmethod
    def _as_served(feature):
        code, name = feature["properties"]["code"], feature["properties"]["name"]
        properties = {"FID": int(code[-3:]), "WD25CD": code, "WD25NM": name, "WD25NMW": " "}
        properties |= {"LAD25CD": "E09000013", "LAD25NM": "Hammersmith and Fulham"}
        return {"type": "Feature", "properties": properties, "geometry": feature["geometry"]}

    def answer(self, path, query):
        if not path.endswith("/query"):
            return {"fields": [{"name": name} for name in self.features[0]["properties"]]}
        self.queries.append(query)
        matching = self._matching(query["where"])
        if query.get("returnCountOnly") == "true":
            return {"count": len(matching)}
        matching.sort(key=lambda each: each["properties"][query["orderByFields"]])
        matching = matching[: len(matching) - self.lost]
        start = int(query["resultOffset"])
        end = start + min(self.page_limit, int(query["resultRecordCount"]))
        page = {"type": "FeatureCollection", "features": matching[start:end]}
        if end < len(matching):
            flag = {"exceededTransferLimit": True}
            page |= {"properties": flag} if self.flag_in_properties else flag
        return page

    def _matching(self, where):
        if equal := re.fullmatch(r"(\w+)='(\w+)'", where):
            field, wanted = equal[1], {equal[2]}
        else:
            field = where.split()[0]
            wanted = set(re.findall(r"'(\w+)'", where))
        return [each for each in self.features if each["properties"][field] in wanted]


class _Handler(BaseHTTPRequestHandler):
    def do_GET(self):
        service = self.server.service
        if service.faults:
            status, body, length = service.faults.pop(0)
        else:
            parts = urlsplit(self.path)
            query = {key: values[0] for key, values in parse_qs(parts.query).items()}
            status, body, length = 200, json.dumps(service.answer(parts.path, query)).encode(), None
        self.send_response(status)
        self.send_header("Content-Length", str(len(body) if length is None else length))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *arguments):
        pass


@pytest.fixture
def ward_service():
    """Run the service; ``url`` is its layer."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Handler)
    server.service = service = WardService()
    service.url = f"http://127.0.0.1:{server.server_port}/rest/Wards_May_2025_BGC/FeatureServer/0"
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    yield service
    server.shutdown()
    thread.join()
    server.server_close()
