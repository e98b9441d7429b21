"""Asking an ArcGIS feature service, as ONS publishes boundaries, for the features of one layer.

A layer answers errors with HTTP status 200 and an ``error`` member, hands out features in pages,
and says ``exceededTransferLimit`` as long as there are more.
"""

import json
import re
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from http.client import HTTPException
from typing import Any, NoReturn
from urllib.error import HTTPError
from urllib.parse import urlencode, urlsplit
from urllib.request import Request, urlopen

from boundaries.errors import HotspotsError

TRANSIENT = frozenset({408, 429, 500, 502, 503, 504})
"""Statuses, and error codes inside an answer, that are worth another try."""

Report = Callable[[str], None]
Json = dict[str, Any]


class ServiceError(HotspotsError):
    """A published service cannot be reached or answers with an error or with less than it has."""


class _TransientError(Exception):
    """What may pass by itself."""


@dataclass(frozen=True)
class Layer:
    """One layer of a feature service.

    Parameters
    ----------
    url
        Address of the layer, ending ``/FeatureServer/0`` or another number.
    report
        Called with one line of progress.
    tries, first_wait_s, timeout_s
        How often to ask, how long to wait before the second time (doubled each time), and how
        long one answer may take, in seconds.
    page_size
        Features per request; the service may give fewer.
    """

    url: str
    report: Report
    tries: int = 5
    first_wait_s: float = 1.0
    timeout_s: float = 30.0
    page_size: int = 500

    def __post_init__(self) -> None:
        if urlsplit(self.url).scheme not in {"http", "https"}:
            msg = f"Service {self.url!r} is not a web address; give one that begins https://."
            raise ServiceError(msg)

    def field_names(self) -> list[str]:
        """List the names of the layer's fields."""
        fields = self._ask("", {"f": "json"}).get("fields") or []
        return [field["name"] for field in fields]

    def features(self, where: str, fields: Iterable[str], order_by: str) -> list[Json]:
        """Fetch every feature that meets a condition, as GeoJSON in EPSG:4326.

        Raises
        ------
        ServiceError
            The service cannot be reached, refuses, or gives fewer features than it counts.
        """
        query: Json = {"where": where, "f": "geojson", "outSR": 4326, "outFields": ",".join(fields)}
        query |= {"orderByFields": order_by, "resultRecordCount": self.page_size}
        expected = self._ask("/query", {"where": where, "returnCountOnly": "true", "f": "json"})
        features: list[Json] = []
        more = True
        while more:
            page = self._ask("/query", query | {"resultOffset": len(features)})
            features += page.get("features") or []
            more = _has_more(page) and bool(page.get("features"))
            self.report(f"{len(features)} of {expected.get('count')} features received")
        if len(features) != expected.get("count"):
            msg = (
                f"{self.url} counts {expected.get('count')} features where {where} but gave "
                f"{len(features)}; try again later."
            )
            raise ServiceError(msg)
        return features

    def _ask(self, path: str, query: Json) -> Json:
        url = f"{self.url}{path}?{urlencode(query)}"
        for attempt in range(1, self.tries + 1):
            try:
                return self._ask_once(url)
            except _TransientError as problem:
                if attempt == self.tries:
                    msg = f"{self.url} failed {attempt} times, at last: {problem}; try again later."
                    raise ServiceError(msg) from problem
                wait_s = self.first_wait_s * 2 ** (attempt - 1)
                self.report(f"{problem}; trying again in {wait_s:g} s")
                time.sleep(wait_s)
        msg = f"{self.url} was not asked, because tries is {self.tries}; set at least 1."
        raise ServiceError(msg)

    def _ask_once(self, url: str) -> Json:
        request = Request(url, headers={"Accept": "application/json"})
        try:
            with urlopen(request, timeout=self.timeout_s) as answer:
                document = json.load(answer)
        except HTTPError as error:
            error.close()
            self._fail(error.code, error.reason)
        except (OSError, HTTPException, ValueError) as error:
            # Unreachable, timed out, cut short, or not JSON.
            msg = f"{type(error).__name__} ({error})"
            raise _TransientError(msg) from error
        if not isinstance(document, dict):
            msg = "the answer is not a JSON object"
            raise _TransientError(msg)
        if error_member := document.get("error"):
            details = " ".join(error_member.get("details") or [])
            self._fail(error_member.get("code"), f"{error_member.get('message')} {details}".strip())
        return document

    def _fail(self, code: int | None, reason: str) -> NoReturn:
        if code in TRANSIENT:
            msg = f"error {code} ({reason})"
            raise _TransientError(msg)
        msg = f"{self.url} refuses with error {code} ({reason}); check the address and the year."
        raise ServiceError(msg)


def find_field(names: Iterable[str], pattern: str) -> str | None:
    r"""Find the one field whose whole name matches, in any case: names carry the year.

    Examples
    --------
    >>> find_field(["FID", "WD24CD", "WD24NM"], r"WD\d\dCD")
    'WD24CD'
    """
    found = [name for name in names if re.fullmatch(pattern, name, re.IGNORECASE)]
    return found[0] if len(found) == 1 else None


def _has_more(page: Json) -> bool:
    # At the top in some versions of the service, among the collection's properties in others.
    inner = page.get("properties") or {}
    return bool(page.get("exceededTransferLimit") or inner.get("exceededTransferLimit"))
