"""Talking to data.police.uk: politely, patiently, and with errors that say what to do.

The service as its documentation describes it: ``crimes-street-dates`` lists the months that there
are; ``crimes-street/all-crime`` gives the crimes of a month inside a polygon, answers 404 for a
month that it does not have and 503 where there are more than 10,000. It allows 15 requests a
second and 30 at once, and answers 429 to more. Addresses must be shorter than 4,094 characters,
so polygons are sent by POST.
"""

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any

import requests
from requests.adapters import HTTPAdapter
from urllib3.response import BaseHTTPResponse
from urllib3.util import Retry

from boundaries.errors import InputFileError

ADDRESS = "https://data.police.uk/api"

_CRIMES = "crimes-street/all-crime"
_MONTHS = "crimes-street-dates"
_PASSING = (
    HTTPStatus.TOO_MANY_REQUESTS,
    HTTPStatus.INTERNAL_SERVER_ERROR,
    HTTPStatus.BAD_GATEWAY,
    HTTPStatus.GATEWAY_TIMEOUT,
)
_SPOILT = (
    requests.exceptions.ChunkedEncodingError,
    requests.exceptions.ContentDecodingError,
    requests.exceptions.JSONDecodeError,
)
_INSTEAD = "or download the months as CSV from the site's data page and give those files"


@dataclass(frozen=True)
class Terms:
    """How often to ask, how long to wait for an answer, and when to give up.

    Attributes
    ----------
    per_second, burst
        Requests a second on average, and at most at once.
    connect_s, read_s
        Seconds until a connection, and until the next bytes of an answer, are given up.
    attempts
        How often a request is made at most.
    backoff_s
        Seconds before the second attempt; twice as long before each further one.
    longest_wait_s
        Seconds that the service may ask us to wait before we give up instead.
    clock, sleep
        Where the seconds come from and go to.
    """

    per_second: float = 15
    burst: int = 30
    connect_s: float = 10
    read_s: float = 60
    attempts: int = 5
    backoff_s: float = 0.5
    longest_wait_s: float = 120
    clock: Callable[[], float] = time.monotonic
    sleep: Callable[[float], None] = time.sleep


class Pace:
    """A bucket of tokens, one for each request, that fills at a steady rate."""

    def __init__(self, terms: Terms) -> None:
        self._terms = terms
        self._tokens = float(terms.burst)
        self._filled = terms.clock()

    def take(self) -> None:
        """Wait until there is a token, and take it."""
        while not self._taken():
            self._terms.sleep((1 - self._tokens) / self._terms.per_second)

    def _taken(self) -> bool:
        now = self._terms.clock()
        earned = (now - self._filled) * self._terms.per_second
        self._tokens = min(self._tokens + earned, float(self._terms.burst))
        self._filled = now
        # Rounding must not leave us waiting for the last trillionth of a token.
        if self._tokens < 1 - 1e-9:
            return False
        self._tokens -= 1
        return True


class _Patience(Retry):
    """urllib3's rules for trying again, waiting by our clock and keeping the pace.

    A 503 is tried again only where the service says after how long; else it means that the area
    has too many crimes.
    """

    terms: Terms
    pace: Pace

    @classmethod
    def on(cls, terms: Terms, pace: Pace) -> "_Patience":
        """Make the rules for one service."""
        rules = cls(
            total=terms.attempts - 1,
            status_forcelist=[status.value for status in _PASSING],
            allowed_methods=["GET", "POST"],
            backoff_factor=terms.backoff_s,
            backoff_max=terms.longest_wait_s,
            raise_on_status=False,
        )
        rules.terms, rules.pace = terms, pace
        return rules

    def new(self, **changes: Any) -> "_Patience":  # noqa: ANN401 - as in urllib3
        """Give the rules for the next attempt."""
        rules = super().new(**changes)
        rules.terms, rules.pace = self.terms, self.pace
        return rules

    def get_backoff_time(self) -> float:
        """Give the seconds to wait where the service names none."""
        failed = len(self.history)
        return float(min(self.terms.backoff_s * 2 ** (failed - 1), self.terms.longest_wait_s))

    def sleep(self, response: BaseHTTPResponse | None = None) -> None:
        """Wait as long as the service asks, or as is polite."""
        asked = self.get_retry_after(response) if response is not None else None
        if asked is not None and asked > self.terms.longest_wait_s:
            msg = (
                f"The police.uk service asks to wait {asked:,.0f} seconds. Try again after that, "
                f"{_INSTEAD}."
            )
            raise InputFileError(msg)
        self.terms.sleep(self.get_backoff_time() if asked is None else asked)
        self.pace.take()


class PoliceService:
    """The two questions that are asked of the service.

    Parameters
    ----------
    address
        Of the service or of a mirror, without a slash at its end.
    session
        To use instead of an own one, for example with a proxy or certificates of its own.
    terms
        How often to ask and how long to wait.
    """

    def __init__(
        self, address: str, session: requests.Session | None = None, terms: Terms | None = None
    ) -> None:
        self.address = address.rstrip("/")
        self._terms = terms or Terms()
        self._pace = Pace(self._terms)
        self._session = session or requests.Session()
        adapter = HTTPAdapter(max_retries=_Patience.on(self._terms, self._pace))
        self._session.mount(self.address, adapter)
        self._session.headers["User-Agent"] = "hotspots"

    def months(self) -> list[str]:
        """Give the months that there are, the first one first, each as ``2016-01``.

        Raises
        ------
        InputFileError
            The service cannot be reached or does not answer as documented.
        """
        status, answer = self._ask("GET", _MONTHS)
        if status != HTTPStatus.OK:
            raise self._refused(status)
        try:
            return sorted(str(entry["date"]) for entry in answer)
        except (TypeError, KeyError) as error:
            raise self._garbled(error) from error

    def crimes(self, corners: Sequence[tuple[float, float]], month: str) -> list[Any] | None:
        """Give the crimes of a month inside a polygon; None where there are too many for it.

        Parameters
        ----------
        corners
            Latitude and longitude in degrees (EPSG:4326).
        month
            As ``2016-01``.

        Raises
        ------
        InputFileError
            The service cannot be reached, does not have the month, or does not answer as
            documented.
        """
        poly = ":".join(f"{latitude:.6f},{longitude:.6f}" for latitude, longitude in corners)
        status, answer = self._ask("POST", _CRIMES, {"poly": poly, "date": month})
        if status == HTTPStatus.SERVICE_UNAVAILABLE:
            return None
        if status == HTTPStatus.NOT_FOUND:
            check_months([month], self.months(), missing={month})
        if status != HTTPStatus.OK:
            raise self._refused(status)
        if not isinstance(answer, list):
            raise self._garbled(TypeError(type(answer).__name__))
        return answer

    def _ask(self, method: str, path: str, form: dict[str, str] | None = None) -> tuple[int, Any]:
        """Give status and content of the answer; one that breaks off is asked for again."""
        address, spoilt = f"{self.address}/{path}", None
        for _ in range(self._terms.attempts):
            self._pace.take()
            try:
                answer = self._session.request(
                    method,
                    address,
                    data=form,
                    timeout=(self._terms.connect_s, self._terms.read_s),
                )
                is_good = answer.status_code == HTTPStatus.OK
                return answer.status_code, answer.json() if is_good else None
            except _SPOILT as error:
                spoilt = error
                self._terms.sleep(self._terms.backoff_s)
            except requests.RequestException as error:
                msg = (
                    f"{self.address} cannot be reached ({_in_short(error)}). Check the connection "
                    f"to the internet and try again, {_INSTEAD}."
                )
                raise InputFileError(msg) from error
        raise self._garbled(spoilt) from spoilt

    def _refused(self, status: int) -> InputFileError:
        meaning = {429: "too many requests were made"}.get(status, f"its status is {status}")
        return InputFileError(
            f"{self.address} does not answer now: {meaning}. Try again in some minutes, {_INSTEAD}."
        )

    def _garbled(self, error: Exception | None) -> InputFileError:
        return InputFileError(
            f"{self.address} gives answers that are cut short or not those that its documentation "
            f"describes ({_in_short(error)}). Try again later, {_INSTEAD}."
        )


def check_months(
    wanted: Sequence[str], available: Sequence[str], missing: set[str] | None = None
) -> None:
    """Refuse months that the service does not have.

    Raises
    ------
    InputFileError
        Names them, and the first and the last month that there are.
    """
    lacking = missing or set(wanted) - set(available)
    if not lacking:
        return
    there = f"from {available[0]} to {available[-1]}" if available else "none at all"
    names = ", ".join(sorted(lacking)[:6]) + (", ..." if len(lacking) > 6 else "")
    msg = (
        f"The police.uk service does not have {names}; the months it has are {there}. Ask for "
        "those, or download older ones as CSV from the site's archive and give those files."
    )
    raise InputFileError(msg)


def _in_short(error: Exception | None) -> str:
    """Give the innermost reason, without addresses of objects."""
    while isinstance(error, requests.RequestException) and error.args:
        inner = error.args[0]
        inner = getattr(inner, "reason", None) or inner
        if not isinstance(inner, Exception):
            break
        error = inner
    return type(error).__name__ if error is not None else "no answer"
